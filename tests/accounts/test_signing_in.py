"""Signing in and out, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from tests import factories
from tests.accounts.support import PASSWORD, is_signed_in, member, sign_in, user_of
from tests.factories import count


def test_the_right_password_signs_in_and_leads_to_one_s_registrations(app: Flask, client: FlaskClient):
    member(app)
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (302, "/account/registrations")
    assert is_signed_in(client)


def test_the_address_may_be_typed_in_any_case(app: Flask, client: FlaskClient):
    member(app)
    assert sign_in(client, " ANA@Example.ORG ").status_code == 302


def test_somebody_with_a_role_is_led_to_the_workspace(app: Flask, client: FlaskClient):
    id_ = member(app)
    with app.app_context(), transaction():
        conference = factories.make_conference()
        from eventsapp.accounts.models import User

        factories.make_role(db.session.get_one(User, id_), conference, Role.VIEWER)
    assert sign_in(client).location == "/manage/"


def test_wrong_unknown_unfinished_and_closed_get_the_same_answer(app: Flask, client: FlaskClient):
    member(app)
    member(app, "closed@example.org", is_active=False)
    with app.app_context(), transaction():
        factories.make_user(email="unfinished@example.org", email_confirmed_at=None)
    answers = [
        sign_in(client, email, password)
        for email, password in [
            ("ana@example.org", "wrong password"),
            ("nobody@example.org", PASSWORD),
            ("unfinished@example.org", PASSWORD),
            ("unfinished@example.org", "None"),
            ("closed@example.org", PASSWORD),
        ]
    ]
    assert {answer.status_code for answer in answers} == {422}
    texts = set()
    for answer in answers:
        assert "The e-mail address or the password is not right." in answer.text
        texts.add(answer.text.split("<main")[1].split('name="email"')[0])
    assert len(texts) == 1
    assert not is_signed_in(client)


def test_what_was_typed_is_kept_but_never_the_password(app: Flask, client: FlaskClient):
    member(app)
    answer = sign_in(client, password="wrong password")
    assert 'value="ana@example.org"' in answer.text
    assert "wrong password" not in answer.text


@pytest.mark.sqlite_only
def test_wrong_input_gets_an_answer(app: Flask, client: FlaskClient):
    for data in (
        {},
        {"email": "x", "password": "y"},
        {"email": "a" * 5000 + "@example.org", "password": "p" * 5000},
        {"email": "a\0b@example.org", "password": "\0"},
        {"email": ["a@example.org", "b@example.org"], "password": ["x", "y"]},
        {"email": "<script>alert(1)</script>", "password": "<script>"},
        {"email": "ana@exämple.org", "password": "ü" * 500},
    ):
        answer = client.post("/account/sign-in", data=data)
        assert answer.status_code == 422
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/account/security", "/account/security"),
        ("/en/sample/programme?day=2027-06-15", "/en/sample/programme?day=2027-06-15"),
        ("https://bad.example/", "/account/registrations"),
        ("//bad.example/", "/account/registrations"),
        ("/\\bad.example/", "/account/registrations"),
        ("/\t/bad.example/", "/account/registrations"),
        ("\\\\bad.example", "/account/registrations"),
        ("javascript:alert(1)", "/account/registrations"),
        ("/x\r\nLocation: https://bad.example", "/account/registrations"),
        ("", "/account/registrations"),
    ],
)
@pytest.mark.sqlite_only
def test_going_on_never_leaves_the_site(app: Flask, client: FlaskClient, target: str, where: str):
    member(app)
    answer = client.post(
        "/account/sign-in",
        query_string={"next": target},
        data={"email": "ana@example.org", "password": PASSWORD},
    )
    assert (answer.status_code, answer.location) == (302, where)
    # Somebody who is signed in already is sent on at once, by the same rule.
    assert client.get("/account/sign-in", query_string={"next": target}).location == where


def test_a_page_that_needs_signing_in_leads_there_and_back(app: Flask, client: FlaskClient):
    member(app)
    answer = client.get("/account/security?x=1")
    assert answer.status_code == 302
    back = client.post(answer.location, data={"email": "ana@example.org", "password": PASSWORD})
    assert back.location == "/account/security?x=1"


def test_a_session_planted_before_signing_in_is_not_the_one_after_it(app: Flask, client: FlaskClient):
    member(app)
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
        session["csrf_token"] = "known to somebody else"
        session["language"] = "fr"
    sign_in(client)
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != "known to somebody else"
        assert session["language"] == "fr"
        assert session.permanent


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(app: Flask, client: FlaskClient):
    member(app)
    cookie = sign_in(client).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


def test_the_cookie_is_renewed_once_a_day_and_not_by_every_answer(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
):
    member(app)
    sign_in(client)
    assert "Set-Cookie" in client.get("/account/profile").headers
    # An answer under way would otherwise undo what a newer one has put into the session, such as another language.
    assert "Set-Cookie" not in client.get("/account/profile").headers
    tomorrow = clock.now() + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    assert "Set-Cookie" in client.get("/account/profile").headers


def test_signing_out_ends_the_session_and_needs_a_post(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    assert client.get("/account/sign-out").status_code in (404, 405)
    assert is_signed_in(client)
    assert client.post("/account/sign-out").status_code == 302
    assert not is_signed_in(client)


def test_a_hash_of_old_strength_is_renewed_on_signing_in(app: Flask, client: FlaskClient):
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    member(app)
    with app.app_context(), transaction():
        from sqlalchemy import update

        from eventsapp.accounts.models import User

        db.session.execute(update(User).values(password_hash=old))
    assert sign_in(client).status_code == 302
    assert user_of(app).password_hash != old
    assert is_signed_in(client)
    assert sign_in(app.test_client()).status_code == 302


def test_private_pages_are_kept_by_nobody(app: Flask, client: FlaskClient):
    member(app)
    sign_in(client)
    for path in ("/account/profile", "/account/registrations", "/account/security", "/account/menu"):
        assert client.get(path).headers["Cache-Control"] == "private, no-store", path


class TestLimits:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"LIMIT_SIGN_IN": (3, 600), "LIMIT_ADDRESS": (8, 600), "LIMIT_MAIL": (2, 600)}

    def test_guessing_is_slowed_down_and_counts_survive_a_refusal(self, app: Flask, client: FlaskClient):
        member(app)
        assert [sign_in(client, password="wrong password").status_code for _ in range(3)] == [422] * 3
        refused = sign_in(client)
        assert refused.status_code == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 600
        assert not is_signed_in(client)

    def test_the_owner_elsewhere_is_not_locked_out(self, app: Flask, client: FlaskClient):
        member(app)
        for _ in range(4):
            sign_in(client, password="wrong password")
        elsewhere = client.post(
            "/account/sign-in",
            data={"email": "ana@example.org", "password": PASSWORD},
            environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
        )
        assert elsewhere.status_code == 302

    def test_one_address_cannot_try_many_accounts(self, app: Flask, client: FlaskClient):
        codes = [sign_in(client, f"person-{n}@example.org").status_code for n in range(10)]
        assert codes == [422] * 8 + [429] * 2

    def test_a_forged_forwarding_header_changes_nothing(self, app: Flask, client: FlaskClient):
        codes = [
            client.post(
                "/account/sign-in",
                data={"email": f"person-{n}@example.org", "password": "x"},
                headers={"X-Forwarded-For": f"192.0.2.{n}"},
            ).status_code
            for n in range(10)
        ]
        assert codes == [422] * 8 + [429] * 2

    def test_all_addresses_of_an_ipv6_network_count_as_one(self, app: Flask, client: FlaskClient):
        codes = [
            client.post(
                "/account/sign-in",
                data={"email": f"person-{n}@example.org", "password": "x"},
                environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{n + 1:x}"},
            ).status_code
            for n in range(10)
        ]
        assert codes == [422] * 8 + [429] * 2

    def test_messages_to_one_address_are_few(self, app: Flask, client: FlaskClient):
        from eventsapp.mail.models import Message

        codes = [
            client.post(path, data={"email": "ana@example.org"}).status_code
            for path in ("/account/sign-up", "/account/forgot", "/account/sign-up", "/account/forgot")
        ]
        assert codes == [302, 302, 429, 429]
        with app.app_context():
            assert count(Message) == 2

    def test_counts_hold_under_concurrency(self, app: Flask):
        with ThreadPoolExecutor(8) as pool:
            codes = list(
                pool.map(
                    lambda _: sign_in(app.test_client(), password="wrong password").status_code, range(8)
                )
            )
        assert sorted(codes) == [422] * 3 + [429] * 5


class TestTokens:
    """With CSRF tokens, as in production."""

    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"WTF_CSRF_ENABLED": True}

    @staticmethod
    def token(client: FlaskClient, path: str) -> str:
        text = client.get(path).text
        return text.split('name="csrf_token" value="')[1].split('"')[0]

    def test_signing_in_needs_the_form_s_own_token(self, app: Flask, client: FlaskClient):
        member(app)
        data = {"email": "ana@example.org", "password": PASSWORD}
        answer = client.post("/account/sign-in", data=data)
        assert answer.status_code == 422
        assert not is_signed_in(client)
        # What was typed is still there, and a fresh token beside it.
        assert 'value="ana@example.org"' in answer.text
        token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
        assert client.post("/account/sign-in", data={**data, "csrf_token": token}).status_code == 302

    def test_another_session_s_token_is_none(self, app: Flask, client: FlaskClient):
        member(app)
        token = self.token(app.test_client(), "/account/sign-in")
        data = {"email": "ana@example.org", "password": PASSWORD, "csrf_token": token}
        assert client.post("/account/sign-in", data=data).status_code == 422
        assert not is_signed_in(client)

    def test_no_other_site_signs_anybody_out(self, app: Flask, client: FlaskClient):
        member(app)
        data = {
            "email": "ana@example.org",
            "password": PASSWORD,
            "csrf_token": self.token(client, "/account/sign-in"),
        }
        client.post("/account/sign-in", data=data)
        assert client.post("/account/sign-out").status_code == 422
        assert is_signed_in(client)
        token = self.token(client, "/account/menu")
        assert client.post("/account/sign-out", data={"csrf_token": token}).status_code == 302
        assert not is_signed_in(client)
