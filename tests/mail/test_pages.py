"""What organizers see of messages, and the demo's mailbox."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core import secrets
from eventsapp.core.transaction import transaction
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.mail import queries, service
from eventsapp.mail.models import Message, MessageState
from tests import factories
from tests.mail.support import mark, written
from tests.support.signing import sign_in


def write(conference: Conference | None, name: str = "Ana", email: str = "ana@example.org") -> Message:
    message = service.queue(
        "reset_password",
        to_name=name,
        to_email=email,
        language="en",
        conference_id=conference.id if conference else None,
        context={
            "link": absolute("/account/reset/" + secrets.sign_until("account-reset", 7, 0, seconds=600)),
            "hours": 2,
        },
    )
    db.session.flush()
    return message


@pytest.fixture
def place(app: Flask) -> str:
    with app.app_context(), transaction():
        conference = factories.make_conference()
        write(conference)
        write(factories.make_conference(), "Stranger", "stranger@example.org")
        write(None, "Nobody", "nobody@example.org")
        return conference.slug


def organizer(app: Flask, slug: str, role: Role = Role.REGISTRAR) -> FlaskClient:
    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference).where(Conference.slug == slug)).one()
        user = factories.make_user()
        factories.make_role(user, conference, role)
        id_ = user.get_id()
    client = app.test_client()
    sign_in(client, id_)
    return client


def ids(app: Flask) -> list[int]:
    with app.app_context():
        return [message.id for message in written()]


def test_organizers_see_the_messages_of_their_conference_only(app: Flask, place: str):
    client = organizer(app, place)
    text = client.get(f"/manage/{place}/messages/").text
    assert "ana@example.org" in text
    assert "stranger@example.org" not in text
    assert "nobody@example.org" not in text
    own, strange, account = ids(app)
    assert client.get(f"/manage/{place}/messages/{own}").status_code == 200
    for other in (strange, account, 999_999):
        assert client.get(f"/manage/{place}/messages/{other}").status_code == 404
        assert client.post(f"/manage/{place}/messages/{other}/resend").status_code == 404
    assert {message.state for message in _messages(app)} == {MessageState.QUEUED}


def _messages(app: Flask) -> list[Message]:
    with app.app_context():
        found = written()
        for message in found:
            db.session.expunge(message)
        return found


def test_secret_links_are_shown_to_no_organizer(app: Flask, place: str):
    own, *_ = _messages(app)
    found = re.search(r"/account/reset/(\S+)", own.text_body)
    assert found is not None
    text = organizer(app, place, Role.OWNER).get(f"/manage/{place}/messages/{own.id}").text
    assert "/account/reset/…" in text
    assert found[1] not in text
    assert found[1].split("-", 1)[1][:10] not in text


def test_a_given_up_message_is_tried_again_and_a_sent_one_copied(app: Flask, place: str):
    client = organizer(app, place)
    own, *_ = ids(app)
    path = f"/manage/{place}/messages/{own}"
    assert client.post(f"{path}/resend").status_code == 409
    with app.app_context(), transaction():
        mark(db.session.get_one(Message, own), MessageState.DEAD, attempts=8, last_error="550 No such person")
    assert "550 No such person" in client.get(path).text
    assert client.post(f"{path}/resend").status_code == 302
    first, *_ = _messages(app)
    assert (first.id, first.state, first.attempts) == (own, MessageState.QUEUED, 0)
    with app.app_context(), transaction():
        mark(db.session.get_one(Message, own), MessageState.SENT)
    assert client.post(f"{path}/resend").status_code == 302
    *_, copy = _messages(app)
    assert (copy.to_email, copy.state) == ("ana@example.org", MessageState.QUEUED)


def test_who_may_only_look_does_not_send(app: Flask, place: str):
    client = organizer(app, place, Role.PROGRAMME_OFFICER)
    own, *_ = ids(app)
    with app.app_context(), transaction():
        mark(db.session.get_one(Message, own), MessageState.SENT)
    page = client.get(f"/manage/{place}/messages/{own}")
    assert page.status_code == 200
    assert "/resend" not in page.text
    assert client.post(f"/manage/{place}/messages/{own}/resend").status_code == 403
    assert len(ids(app)) == 3


def test_messages_are_found_by_state_kind_and_recipient(app: Flask, place: str):
    client = organizer(app, place)
    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference).where(Conference.slug == place)).one()
        mark(write(conference, "José <b>", "jose@example.org"), MessageState.DEAD)

    def found(query: str) -> set[str]:
        answer = client.get(f"/manage/{place}/messages/{query}")
        assert answer.status_code == 200
        return {name for name in ("ana", "jose") if f"{name}@example.org" in answer.text}

    assert found("") == {"ana", "jose"}
    assert found("?state=dead") == {"jose"}
    assert found("?state=queued") == {"ana"}
    assert found("?template=reset_password&q=jos") == {"jose"}
    assert found("?template=invitation") == set()
    assert found("?q=password+ana") == {"ana"}
    for odd in (
        "?state=x",
        "?page=0",
        "?page=-5",
        "?page=99999999999",
        "?page=x",
        "?q=%25",
        "?q=" + "x" * 3000,
    ):
        found(odd)
    assert "<b>" not in client.get(f"/manage/{place}/messages/").text.split("<main")[1].split("José")[1][:40]


def test_the_list_takes_a_fixed_number_of_statements(app: Flask, place: str):
    def statements() -> int:
        said: list[str] = []
        with app.app_context():
            conference = db.session.scalars(select(Conference.id).where(Conference.slug == place)).one()
            sqlalchemy_event.listen(db.engine, "before_cursor_execute", note := lambda *a: said.append(a[2]))
            try:
                assert queries.messages(conference).total
            finally:
                sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)
        return len(said)

    few = statements()
    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference).where(Conference.slug == place)).one()
        for number in range(70):
            write(conference, email=f"person-{number}@example.org")
    assert statements() == few == 2
    client = organizer(app, place)
    assert "Page 1 of 2" in client.get(f"/manage/{place}/messages/").text
    assert "ana@example.org" in client.get(f"/manage/{place}/messages/?page=2").text


def test_without_the_demo_there_is_no_mailbox(app: Flask, client: FlaskClient, place: str):
    for path in ("", f"{ids(app)[0]}", f"{ids(app)[0]}/html"):
        assert client.get(f"/demo/messages/{path}").status_code == 404


class TestDemo:
    @pytest.fixture
    def settings(self) -> dict[str, object]:
        return {"DEMO": True}

    def test_everything_can_be_read_and_its_links_followed(self, app: Flask, client: FlaskClient, place: str):
        text = client.get("/demo/messages/").text
        for email in ("ana@example.org", "stranger@example.org", "nobody@example.org"):
            assert email in text
        assert "stranger@example.org" not in client.get("/demo/messages/?to=ana@example.org").text
        own, *_ = _messages(app)
        found = re.search(r"http://localhost/account/reset/\S+", own.text_body)
        assert found is not None
        assert f'<a href="{found[0]}">{found[0]}</a>' in client.get(f"/demo/messages/{own.id}").text
        assert client.get("/demo/messages/999999").status_code == 404

    def test_the_html_part_can_do_nothing(self, app: Flask, client: FlaskClient, place: str):
        own, *_ = ids(app)
        policy = client.get(f"/demo/messages/{own}/html").headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox allow-top-navigation-by-user-activation" in policy
        assert "allow-scripts" not in policy
        framing = client.get(f"/demo/messages/{own}")
        assert "frame-src 'self'" in framing.headers["Content-Security-Policy"]
        assert "frame-src" not in client.get("/demo/messages/").headers["Content-Security-Policy"]

    def test_text_of_people_is_text(self, app: Flask, client: FlaskClient):
        with app.app_context(), transaction():
            id_ = write(None, '<script>alert(1)</script>"><img src=x>').id
        for path in ("", str(id_), f"{id_}/html"):
            text = client.get(f"/demo/messages/{path}").text
            assert "<script>alert" not in text
            assert "<img src=x>" not in text
