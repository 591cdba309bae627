"""Roles that are given and taken, and the administrators' page about people."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventsapp.accounts import queries, service
from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from tests import factories
from tests.accounts.support import PASSWORD, is_signed_in, link, member, messages, sign_in, user_of

OWNER = Actor("Olga Owner")


def grant(conference: Conference, email: str, role: Role = Role.REGISTRAR, **over: object) -> User:
    given: dict[str, object] = {"name": "New Person", "actor": OWNER, "language": "fr"}
    return service.grant(
        conference_id=conference.id,
        conference_name="Sample",
        email=email,
        role=role,
        **{**given, **over},  # type: ignore[arg-type]
    )


def test_somebody_new_is_invited_and_has_the_role_when_they_come(app: Flask):
    with app.app_context(), transaction():
        conference = factories.make_conference()
        grant(conference, "New@Example.org")
        slug = conference.slug
    assert messages(app) == [("invitation", "new@example.org")]
    user = user_of(app, "new@example.org")
    assert (user.language, user.password_hash) == ("fr", None)
    client = app.test_client()
    answer = client.post(link(app, "invitation"), data={"name": "New Person", "password": PASSWORD})
    assert (answer.status_code, answer.location) == (302, "/manage/")
    assert client.get(f"/manage/{slug}/messages/").status_code == 200


def test_somebody_known_is_told_of_the_new_role(app: Flask):
    member(app)
    with app.app_context(), transaction():
        conference = factories.make_conference()
        grant(conference, "ana@example.org")
        with pytest.raises(Invalid):
            grant(conference, "ana@example.org")
        grant(conference, "ana@example.org", Role.VIEWER)
        assert [(one.name, one.roles) for one in queries.team(conference.id)] == [
            ("Ana", (Role.REGISTRAR, Role.VIEWER))
        ]
    assert messages(app) == [("role_granted", "ana@example.org")] * 2
    assert user_of(app).name == "Ana"


def test_a_closed_account_gets_no_role(app: Flask):
    member(app, is_active=False)
    with app.app_context(), transaction(), pytest.raises(Invalid):
        grant(factories.make_conference(), "ana@example.org")


def test_a_conference_keeps_an_owner(app: Flask):
    with app.app_context(), transaction():
        conference = factories.make_conference()
        first, second = factories.make_user(), factories.make_user()
        factories.make_role(first, conference, Role.OWNER)

        def revoke(user: User, role: Role = Role.OWNER) -> None:
            service.revoke(conference_id=conference.id, user_id=user.id, role=role, actor=OWNER)

        with pytest.raises(Conflict):
            revoke(first)
        factories.make_role(second, conference, Role.OWNER)
        revoke(first)
        with pytest.raises(NotFound):
            revoke(first)
        with pytest.raises(Conflict):
            revoke(second)
        assert [row.user_id for row in db.session.scalars(select(ConferenceRole))] == [second.id]
        entries = db.session.scalars(select(AuditEntry)).all()
        assert [(entry.action, entry.conference_id) for entry in entries] == [("role.revoke", conference.id)]


def test_a_role_elsewhere_is_not_taken_by_mistake(app: Flask):
    with app.app_context(), transaction():
        here, there = factories.make_conference(), factories.make_conference()
        user = factories.make_user()
        factories.make_role(user, there, Role.VIEWER)
        with pytest.raises(NotFound):
            service.revoke(conference_id=here.id, user_id=user.id, role=Role.VIEWER, actor=OWNER)


# --- the administrators' page


def administrator(app: Flask):
    member(app, "root@example.org", is_administrator=True)
    client = app.test_client()
    sign_in(client, "root@example.org")
    return client


def test_people_are_found_by_name_and_address(app: Flask):
    client = administrator(app)
    member(app, "ana@example.org")
    with app.app_context(), transaction():
        factories.make_user(email="jose@example.org", name="José 100% <b>Núñez</b>")
    assert "jose@example.org" in client.get("/manage/users/?q=jos").text
    assert "ana@example.org" not in client.get("/manage/users/?q=jos").text
    assert "&lt;b&gt;Núñez" in client.get("/manage/users/?q=100%25").text
    assert "jose@example.org" not in client.get("/manage/users/?q=100_").text
    assert "root@example.org" in client.get("/manage/users/?kind=administrators").text
    assert "ana@example.org" not in client.get("/manage/users/?kind=administrators").text
    for odd in (
        "?page=0",
        "?page=-1",
        "?page=9999999999",
        "?page=x",
        "?kind=x",
        "?q=%25_\\",
        f"?q={'x' * 3000}",
    ):
        assert client.get(f"/manage/users/{odd}").status_code == 200, odd
    assert client.get("/manage/users/?q=%00").status_code == 400
    assert client.get(f"/manage/users/{2**31}").status_code == 404
    assert client.get(f"/manage/users/{10**30}").status_code == 404


def test_the_list_takes_as_many_statements_for_many_people_as_for_few(app: Flask):
    def statements() -> int:
        said: list[str] = []
        with app.app_context():
            engine = db.engine
            # The session's transaction is there before: on SQLite its beginning is a statement too.
            db.session.connection()
            sqlalchemy_event.listen(engine, "before_cursor_execute", note := lambda *a: said.append(a[2]))
            try:
                queries.users()
            finally:
                sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        return len(said)

    def add(number: int) -> None:
        with app.app_context(), transaction():
            conference = factories.make_conference()
            for _ in range(number):
                factories.make_role(factories.make_user(), conference)

    add(1)
    few = statements()
    add(60)
    assert statements() == few == 3


def test_an_account_is_closed_and_opened_again(app: Flask):
    client = administrator(app)
    id_ = member(app)
    person = app.test_client()
    sign_in(person)
    assert client.post(f"/manage/users/{id_}/close").status_code == 302
    assert not is_signed_in(person)
    assert sign_in(person).status_code == 422
    assert client.post(f"/manage/users/{id_}/open").status_code == 302
    assert sign_in(person).status_code == 302


def test_administrators_are_made_by_others_and_never_undo_themselves(app: Flask):
    client = administrator(app)
    id_ = member(app)
    own = user_of(app, "root@example.org").id
    assert client.post(f"/manage/users/{id_}/administrator", data={"on": "1"}).status_code == 302
    assert user_of(app).is_administrator
    assert client.post(f"/manage/users/{own}/administrator", data={"on": "0"}).status_code == 409
    assert client.post(f"/manage/users/{own}/close").status_code == 409
    assert user_of(app, "root@example.org").is_administrator
    assert client.post(f"/manage/users/{id_}/administrator", data={"on": "0"}).status_code == 302
    assert not user_of(app).is_administrator
    assert client.post("/manage/users/999999/close").status_code == 404
