"""The life of an account: made, confirmed, forgotten, changed, closed; over HTTP, by the links in the messages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from eventsapp.accounts import hooks
from eventsapp.accounts.models import User
from eventsapp.core import clock, secrets
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from tests import factories
from tests.accounts.support import (
    OTHER_PASSWORD,
    PASSWORD,
    is_signed_in,
    link,
    member,
    messages,
    sign_in,
    user_of,
)
from tests.factories import count


def sign_up(client: FlaskClient, email: str = "ana@example.org"):
    return client.post("/account/sign-up", data={"email": email})


def forgot(client: FlaskClient, email: str = "ana@example.org"):
    return client.post("/account/forgot", data={"email": email})


def finish(client: FlaskClient, path: str, password: str = PASSWORD, name: str = "Ana Torres"):
    return client.post(path, data={"name": name, "password": password})


# --- making one


def test_from_an_address_to_an_account(app: Flask, client: FlaskClient):
    answer = sign_up(client, "Ana@Example.org")
    assert (answer.status_code, answer.location) == (302, "/account/sent")
    assert messages(app) == [("confirm_account", "ana@example.org")]
    path = link(app, "confirm_account")
    # Opening the link, as mail scanners do, changes nothing.
    assert client.get(path).status_code == 200
    assert user_of(app).password_hash is None
    assert not is_signed_in(client)
    answer = finish(client, path)
    assert (answer.status_code, answer.location) == (302, "/account/registrations")
    assert is_signed_in(client)
    user = user_of(app)
    assert (user.name, user.is_administrator, user.is_active) == ("Ana Torres", False, True)
    assert user.email_confirmed_at is not None
    # Used up.
    again = app.test_client()
    assert again.get(path).status_code == 404
    assert finish(again, path, OTHER_PASSWORD).status_code == 404
    assert sign_in(again).status_code == 302


def test_features_after_accounts_learn_of_the_confirmed_address(app: Flask, client: FlaskClient):
    heard: list[tuple[int, str]] = []
    hooks.address_confirmed.append(lambda id_, email: heard.append((id_, email)))
    try:
        sign_up(client)
        assert heard == []
        finish(client, link(app, "confirm_account"))
        assert heard == [(user_of(app).id, "ana@example.org")]
    finally:
        hooks.address_confirmed.pop()


def test_registrations_made_before_are_under_the_account_afterwards(app: Flask, client: FlaskClient):
    with app.app_context(), transaction():
        conference = factories.make_conference(names={"en": "Sample Conference on Rivers"})
        registration = factories.make_registration(conference, email="ana@example.org")
        stranger = factories.make_registration(conference, email="other@example.org")
        ids = registration.id, stranger.id
    sign_up(client)
    finish(client, link(app, "confirm_account"))
    text = client.get("/account/registrations").text
    assert text.count("Sample Conference on Rivers") == 1
    with app.app_context():
        from eventsapp.registration.models import Registration

        owners = dict(db.session.execute(select(Registration.id, Registration.user_id)).all())
        assert owners == {ids[0]: user_of(app).id, ids[1]: None}


def test_what_cannot_be_taken_is_said_beside_its_field_and_changes_nothing(app: Flask, client: FlaskClient):
    sign_up(client)
    path = link(app, "confirm_account")
    for name, password, said in [
        ("", PASSWORD, "This field is required."),
        ("Ana", "short", "Use at least 10 characters."),
        ("Ana", "ana@example.org", "Do not use your name or e-mail address."),
        ("x" * 300, PASSWORD, "Use at most 200 characters"),
        ("\0\r\n", PASSWORD, "This field is required."),
    ]:
        answer = finish(client, path, password, name)
        assert answer.status_code == 422
        assert said in answer.text
        assert user_of(app).password_hash is None
        assert not is_signed_in(client)
    assert finish(client, path).status_code == 302


def test_signing_up_says_the_same_whether_there_is_an_account(app: Flask, client: FlaskClient):
    member(app)
    answers = [
        sign_up(client),
        sign_up(app.test_client(), "new@example.org"),
        sign_up(client, "new@example.org"),
    ]
    assert {(answer.status_code, answer.location) for answer in answers} == {(302, "/account/sent")}
    assert messages(app) == [
        ("account_exists", "ana@example.org"),
        ("confirm_account", "new@example.org"),
        ("confirm_account", "new@example.org"),
    ]
    with app.app_context():
        assert count(User) == 2


def test_signing_up_with_somebody_else_s_address_gains_nothing(app: Flask, client: FlaskClient):
    """The password is chosen behind the link, so only who reads the mail can choose it; nor do they write in the message."""
    client.post(
        "/account/sign-up",
        data={"email": "victim@example.org", "name": "You have won", "password": "attacker's own one"},
    )
    assert sign_in(client, "victim@example.org", "attacker's own one").status_code == 422
    with app.app_context():
        [message] = db.session.scalars(select(Message)).all()
        assert "won" not in message.text_body + message.html_body
        assert message.to_name == ""


def test_a_message_is_written_in_the_reader_s_language(app: Flask, client: FlaskClient):
    client.get("/language/ar")
    sign_up(client)
    with app.app_context():
        [message] = db.session.scalars(select(Message)).all()
        assert message.language == "ar"
        assert 'dir="rtl"' in message.html_body
    assert user_of(app).language == "ar"


# --- links


def test_links_are_on_the_site_s_own_address_whatever_the_host_header_says(app: Flask, client: FlaskClient):
    member(app)
    for path in ("/account/forgot", "/account/sign-up"):
        client.post(
            path,
            data={"email": "ana@example.org"},
            headers={
                "Host": "bad.example",
                "X-Forwarded-Host": "bad.example",
                "Forwarded": "host=bad.example",
            },
        )
    with app.app_context():
        bodies = [row.text_body + row.html_body for row in db.session.scalars(select(Message))]
    assert len(bodies) == 2
    assert all("bad.example" not in body for body in bodies)
    assert all("http://localhost/account/" in body for body in bodies)


def expired(app: Flask, purpose: str, user: User) -> str:
    with app.app_context():
        return secrets.sign_until(f"account-{purpose}", user.id, user.secret_version, seconds=-1)


def test_forged_expired_and_exchanged_links_are_dead(app: Flask, client: FlaskClient):
    member(app)
    other = member(app, "other@example.org")
    forgot(client)
    path = link(app, "reset_password")
    token = path.rsplit("/", 1)[1]
    id_, rest = token.split("-", 1)
    mac, until = rest.split(".")
    forged = [
        f"{other}-{mac}.{until}",
        f"{id_}-{mac[:-1]}{'A' if mac[-1] != 'A' else 'B'}.{until}",
        f"{id_}-{mac}.{int(until) + 1}",
        f"{id_}-{mac}",
        f"{id_}-{mac}.",
        f"{id_}-{mac}.{until}.{until}",
        f"{id_}-{mac}.9999999999999999",
        f"999999-{mac}.{until}",
        f"999999999999-{mac}.{until}",
        f"{'9' * 40}-{mac}.{until}",
        f"{id_}-{mac}.{'9' * 40}",
        f"٣-{mac}.{until}",
        "x",
        "1-" + "A" * 27 + ".1",
        expired(app, "reset", user_of(app)),
    ]
    before = user_of(app).password_hash
    for wrong in forged:
        for address in (f"/account/reset/{wrong}", f"/account/confirm/{wrong}", f"/account/email/{wrong}"):
            assert client.get(address).status_code == 404, address
            assert client.post(address, data={"password": OTHER_PASSWORD, "name": "x"}).status_code == 404, (
                address
            )
    # A link for one purpose is none for another.
    assert client.get(f"/account/confirm/{token}").status_code == 404
    assert client.get(f"/account/email/{token}").status_code == 404
    assert user_of(app).password_hash == before
    assert client.get(path).status_code == 200


def test_pages_behind_links_are_kept_by_nobody_and_tell_nobody_where_they_are(
    app: Flask, client: FlaskClient
):
    member(app)
    forgot(client)
    answer = client.get(link(app, "reset_password"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


# --- a forgotten password


def test_a_forgotten_password_is_chosen_anew_once(app: Flask, client: FlaskClient):
    member(app)
    elsewhere = app.test_client()
    sign_in(elsewhere)
    assert forgot(client).location == "/account/sent"
    path = link(app, "reset_password")
    assert client.get(path).status_code == 200
    assert client.post(path, data={"password": "short"}).status_code == 422
    answer = client.post(path, data={"password": OTHER_PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/account/registrations")
    assert is_signed_in(client)
    # Whoever was signed in elsewhere is not any more, and the owner is told.
    assert not is_signed_in(elsewhere)
    assert messages(app)[-1] == ("password_changed", "ana@example.org")
    assert client.post(path, data={"password": PASSWORD}).status_code == 404
    assert sign_in(app.test_client()).status_code == 422
    assert sign_in(app.test_client(), password=OTHER_PASSWORD).status_code == 302


def test_a_later_link_works_and_using_one_ends_all(app: Flask, client: FlaskClient):
    member(app)
    forgot(client)
    first = link(app, "reset_password")
    forgot(client)
    second = link(app, "reset_password")
    client.post(second, data={"password": OTHER_PASSWORD})
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 404


def test_asking_says_the_same_whether_there_is_an_account(app: Flask, client: FlaskClient):
    member(app)
    member(app, "closed@example.org", is_active=False)
    with app.app_context(), transaction():
        factories.make_user(email="unfinished@example.org", email_confirmed_at=None)
    emails = ("ana@example.org", "closed@example.org", "unfinished@example.org", "nobody@example.org")
    answers = [forgot(client, email) for email in emails]
    assert {(answer.status_code, answer.location, answer.text) for answer in answers} == {
        (302, "/account/sent", answers[0].text)
    }
    assert messages(app) == [
        ("reset_password", "ana@example.org"),
        # Somebody who never finished gets the link to finish.
        ("confirm_account", "unfinished@example.org"),
    ]
    with app.app_context():
        # The same is written for all of them.
        assert [entry.action for entry in db.session.scalars(select(AuditEntry))] == ["account.ask_reset"] * 4


# --- one's own pages


def test_name_and_language_are_changed_and_the_pages_follow(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    answer = client.post("/account/profile", data={"name": "Ana  María\r\n Torres", "language": "es"})
    assert (answer.status_code, answer.location) == (302, "/account/profile")
    user = user_of(app)
    assert (user.name, user.language) == ("Ana María Torres", "es")
    assert '<html lang="es" dir="ltr">' in client.get("/account/profile").text


def test_wrong_profiles_are_refused_with_what_was_typed(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    for data in (
        {},
        {"name": "", "language": "en"},
        {"name": "Ana", "language": "xx"},
        {"name": "x" * 201, "language": "en"},
    ):
        assert client.post("/account/profile", data=data).status_code == 422
    answer = client.post("/account/profile", data={"name": "<script>alert(1)</script>", "language": "xx"})
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert user_of(app).name == "Ana"


def test_a_new_password_needs_the_present_one_and_ends_other_sessions(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    elsewhere = app.test_client()
    sign_in(elsewhere)
    wrong = client.post("/account/security", data={"present": "wrong password", "password": OTHER_PASSWORD})
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    assert (
        client.post("/account/security", data={"present": PASSWORD, "password": "short"}).status_code == 422
    )
    assert is_signed_in(elsewhere)
    answer = client.post("/account/security", data={"present": PASSWORD, "password": OTHER_PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/account/security")
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert messages(app) == [("password_changed", "ana@example.org")]
    assert sign_in(app.test_client(), password=OTHER_PASSWORD).status_code == 302


def test_a_copied_cookie_is_worth_nothing_after_signing_out_everywhere(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    thief = app.test_client()
    with client.session_transaction() as session:
        stolen = dict(session)
    with thief.session_transaction() as session:
        session.update(stolen)
    assert is_signed_in(thief)
    assert client.post("/account/security/sessions").status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(thief)


def change_email(client: FlaskClient, email: str, password: str = PASSWORD):
    return client.post("/account/security/email", data={"email": email, "password": password})


def test_a_new_address_counts_when_it_has_answered(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    assert change_email(client, "new@example.org", "wrong password").status_code == 422
    assert change_email(client, "ana@example.org").status_code == 422
    assert messages(app) == []
    assert change_email(client, "New@Example.org").location == "/account/sent"
    assert messages(app) == [("email_change", "new@example.org")]
    assert user_of(app).pending_email == "new@example.org"
    path = link(app, "email_change")
    assert client.get(path).status_code == 200
    assert user_of(app).pending_email == "new@example.org"
    answer = client.post(path)
    assert (answer.status_code, answer.location) == (302, "/account/profile")
    user = user_of(app, "new@example.org")
    assert user.pending_email is None
    assert messages(app)[-1] == ("email_changed", "ana@example.org")
    assert client.post(path).status_code == 404
    assert is_signed_in(client)
    assert sign_in(app.test_client(), "new@example.org").status_code == 302
    assert sign_in(app.test_client(), "ana@example.org").status_code == 422


def test_asking_for_a_third_address_ends_the_link_to_the_second(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    change_email(client, "second@example.org")
    second = link(app, "email_change")
    change_email(client, "third@example.org")
    assert client.post(second).status_code == 404
    assert client.post(link(app, "email_change")).status_code == 302
    assert user_of(app, "third@example.org").name == "Ana"


def test_a_taken_address_is_not_betrayed_and_not_taken_over(app: Flask, client: FlaskClient):
    member(app)
    member(app, "other@example.org")
    sign_in(client)
    answer = change_email(client, "other@example.org")
    assert (answer.status_code, answer.location) == (302, "/account/sent")
    assert messages(app) == [("account_exists", "other@example.org")]
    # Taken between the question and the answer.
    change_email(client, "later@example.org")
    path = link(app, "email_change")
    member(app, "later@example.org")
    assert client.post(path).status_code == 409
    assert user_of(app).email == "ana@example.org"


def test_a_closed_account_ends_at_once(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    forgot(client)
    path = link(app, "reset_password")
    with app.app_context(), transaction():
        db.session.execute(update(User).values(is_active=False))
    assert not is_signed_in(client)
    assert client.get(path).status_code == 404
    assert client.post(path, data={"password": OTHER_PASSWORD}).status_code == 404


# --- what public pages fetch


def test_the_menu_is_the_person_s_own_and_in_the_page_s_language(app: Flask, client: FlaskClient):
    anonymous = client.get("/account/menu?lang=fr")
    assert "/account/sign-in" in anonymous.text
    assert "Set-Cookie" not in anonymous.headers
    member(app)
    sign_in(client)
    text = client.get("/account/menu?lang=en").text
    assert "Ana" in text
    assert "My registrations" in text
    assert "Workspace" not in text
    assert "<html" not in text
    with app.app_context(), transaction():
        conference = factories.make_conference()
        factories.make_role(db.session.scalars(select(User)).one(), conference)
    assert "Workspace" in client.get("/account/menu?lang=en").text
    assert client.get("/account/menu?lang=<script>").status_code == 200


def test_a_name_in_the_menu_is_text(app: Flask, client: FlaskClient):
    member(app)
    with app.app_context(), transaction():
        db.session.execute(update(User).values(name="<img src=x onerror=alert(1)>"))
    sign_in(client)
    text = client.get("/account/menu").text
    assert "<img" not in text
    assert "&lt;img src=x" in text


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/en/sample/programme?day=2027-06-15", "/fr/sample/programme?day=2027-06-15"),
        ("/ar/", "/fr/"),
        ("/", "/fr/"),
        ("", "/fr/"),
        ("/account/profile", "/account/profile"),
        ("https://bad.example/en/", "/fr/"),
        ("//bad.example", "/fr/"),
        ("/en//bad.example", "/fr//bad.example"),
    ],
)
@pytest.mark.sqlite_only
def test_choosing_a_language_goes_back_to_the_page_in_it(client: FlaskClient, target: str, where: str):
    answer = client.get("/language/fr", query_string={"next": target})
    assert (answer.status_code, answer.location) == (302, where)
    assert '<html lang="fr"' in client.get("/account/sign-in").text
    assert client.get("/language/xx").status_code == 404


def test_what_is_old_is_forgotten_but_not_what_is_used(app: Flask):
    from eventsapp.accounts.service import forget_unconfirmed

    long_ago = clock.now() - timedelta(days=32)
    with app.app_context(), transaction():
        factories.make_user(email="old@example.org", email_confirmed_at=None, created_at=long_ago)
        factories.make_user(email="member@example.org", created_at=long_ago)
        forget_unconfirmed(clock.now())
    with app.app_context():
        assert db.session.scalars(select(User.email)).all() == ["member@example.org"]
