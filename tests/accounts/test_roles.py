"""The matrix of roles, and that every route of the workspace keeps to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from eventsapp.accounts import policy
from eventsapp.accounts.enums import Permission, Role
from eventsapp.core.transaction import transaction
from tests import factories
from tests.support.signing import sign_in

P = Permission

# Written out once more, so that a slip in the matrix is a difference here.
MAY = {
    P.VIEW_WORKSPACE: "owner programme_officer reviewer registrar desk_officer viewer",
    P.VIEW_PROGRAMME: "owner programme_officer reviewer registrar desk_officer viewer",
    P.EDIT_CONFERENCE: "owner",
    P.MANAGE_TEAM: "owner",
    P.EDIT_CONTENT: "owner programme_officer",
    P.EDIT_PROGRAMME: "owner programme_officer",
    P.RELEASE_PROGRAMME: "owner programme_officer",
    P.EDIT_ORGANIZATIONS: "owner programme_officer registrar",
    P.EDIT_CALLS: "owner programme_officer",
    P.VIEW_PROPOSALS: "owner programme_officer viewer",
    P.EDIT_PROPOSALS: "owner programme_officer",
    P.REVIEW_PROPOSALS: "owner reviewer",
    P.DECIDE_PROPOSALS: "owner programme_officer",
    P.VIEW_REGISTRATIONS: "owner registrar desk_officer",
    P.EDIT_REGISTRATIONS: "owner registrar",
    P.VIEW_SEALED: "owner registrar",
    P.CHECK_IN: "owner registrar desk_officer",
    P.VIEW_MESSAGES: "owner programme_officer registrar",
    P.SEND_MESSAGES: "owner registrar",
}


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("role", Role)
def test_each_role_holds_what_the_matrix_says(role: Role, permission: Permission):
    held = role.value in MAY[permission].split()
    assert (permission in policy.permissions([role])) is held
    assert permission in policy.permissions([], administrator=True)
    assert permission not in policy.permissions([])


def test_roles_add_up():
    both = policy.permissions([Role.PROGRAMME_OFFICER, Role.REGISTRAR])
    assert both == policy.permissions([Role.PROGRAMME_OFFICER]) | policy.permissions([Role.REGISTRAR])


def guarded(app: Flask, kind: str) -> Iterator[tuple[Rule, str]]:
    """Yield the rules whose guard begins with ``kind``, each with the rest of the guard's name."""
    for rule in app.url_map.iter_rules():
        guard = getattr(app.view_functions[rule.endpoint], "guard", "")
        if guard.split(":")[0] == kind:
            yield rule, guard.partition(":")[2]


def absent(converter: BaseConverter) -> Any:
    """Return a value that the converter takes and that nothing has; one of its own, where it takes only certain ones."""
    if isinstance(converter, IntegerConverter):
        return 999_999_999
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return "no-such-thing"


def address(app: Flask, rule: Rule, conference: str) -> str:
    """Return an address of a rule, in a conference, of things that do not exist there."""
    values = {name: absent(rule._converters[name]) for name in rule.arguments}
    if "conference" in values:
        values["conference"] = conference
    built = app.url_map.bind("localhost").build(rule.endpoint, values, method=method(rule))
    assert isinstance(built, str)
    return built


def method(rule: Rule) -> str:
    """Return the method that the rule is about: the unsafe one, where there is one."""
    unsafe = sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    return unsafe[0] if unsafe else "GET"


def ask(client: FlaskClient, app: Flask, rule: Rule, conference: str) -> list[tuple[str, int, str]]:
    """Ask for a rule's address by each of its methods; return (method, status, where it leads)."""
    found = []
    for one in {method(rule), "GET"} & (rule.methods or set()):
        answer = client.open(address(app, rule, conference), method=one)
        found.append((one, answer.status_code, answer.location or ""))
    return found


@pytest.fixture
def places(app: Flask) -> tuple[str, str]:
    """The slugs of two conferences."""
    with app.app_context(), transaction():
        return factories.make_conference().slug, factories.make_conference().slug


def person(
    app: Flask, *, conference: str | None = None, role: Role | None = None, **over: Any
) -> FlaskClient:
    """Return a client of a new person, with a role in a conference."""
    from sqlalchemy import select

    from eventsapp.conferences.models import Conference
    from eventsapp.extensions import db

    with app.app_context(), transaction():
        user = factories.make_user(**over)
        if role is not None:
            place = db.session.scalars(select(Conference).where(Conference.slug == conference)).one()
            factories.make_role(user, place, role)
        id_ = user.get_id()
    client = app.test_client()
    sign_in(client, id_)
    return client


@pytest.mark.sqlite_only
def test_the_workspace_has_routes_for_the_tests_below(app: Flask):
    assert {permission for _, permission in guarded(app, "permission")} >= {
        "view_workspace", "view_programme", "edit_programme", "view_messages", "send_messages",
    }  # fmt: skip


@pytest.mark.sqlite_only
@pytest.mark.parametrize("role", Role)
def test_a_role_opens_its_routes_and_no_others(app: Flask, places: tuple[str, str], role: Role):
    here, _ = places
    client = person(app, conference=here, role=role)
    for rule, permission in guarded(app, "permission"):
        for one, status, where in ask(client, app, rule, here):
            if Permission(permission) in policy.MATRIX[role]:
                assert status not in (401, 403, 500), (one, rule.rule)
                assert "/account/sign-in" not in where, (one, rule.rule)
            else:
                assert status == 403, (one, rule.rule)


@pytest.mark.sqlite_only
def test_another_conference_s_workspace_does_not_exist(app: Flask, places: tuple[str, str]):
    here, there = places
    client = person(app, conference=here, role=Role.OWNER)
    stranger = person(app)
    for rule, _ in guarded(app, "permission"):
        for place, asking in (
            (there, client),
            (there, stranger),
            (here, stranger),
            ("no-such-place", client),
        ):
            for one, status, _where in ask(asking, app, rule, place):
                assert status == 404, (one, rule.rule)


@pytest.mark.sqlite_only
def test_nobody_gets_in_without_signing_in(app: Flask, places: tuple[str, str]):
    client = app.test_client()
    for kind in ("permission", "permission-anywhere", "administrator", "login"):
        rules = list(guarded(app, kind))
        assert rules, kind
        for rule, _ in rules:
            for one, status, where in ask(client, app, rule, places[0]):
                assert (status, where.split("?")[0]) == (302, "/account/sign-in"), (one, rule.rule)


@pytest.mark.sqlite_only
def test_administrators_pages_do_not_exist_for_others(app: Flask, places: tuple[str, str]):
    owner = person(app, conference=places[0], role=Role.OWNER)
    administrator = person(app, is_administrator=True)
    for rule, _ in guarded(app, "administrator"):
        assert {status for _, status, _ in ask(owner, app, rule, "x")} == {404}, rule.rule
        assert {status for _, status, _ in ask(administrator, app, rule, "x")} <= {200, 302, 404, 422}, (
            rule.rule
        )
    assert administrator.get("/manage/users/").status_code == 200


@pytest.mark.sqlite_only
def test_what_all_conferences_share_is_open_to_a_role_in_any(app: Flask, places: tuple[str, str]):
    stranger = person(app)
    for rule, permission in guarded(app, "permission-anywhere"):
        holders = [role for role in Role if Permission(permission) in policy.MATRIX[role]]
        others = [role for role in Role if role not in holders]
        assert {status for _, status, _ in ask(stranger, app, rule, "x")} == {403}, rule.rule
        if others:
            client = person(app, conference=places[0], role=others[0])
            assert {status for _, status, _ in ask(client, app, rule, "x")} == {403}, rule.rule
        client = person(app, conference=places[1], role=holders[-1])
        assert 403 not in {status for _, status, _ in ask(client, app, rule, "x")}, rule.rule


@pytest.mark.sqlite_only
def test_a_role_ends_when_it_is_taken(app: Flask, places: tuple[str, str]):
    from sqlalchemy import delete

    from eventsapp.accounts.models import ConferenceRole
    from eventsapp.extensions import db

    client = person(app, conference=places[0], role=Role.REGISTRAR)
    assert client.get(f"/manage/{places[0]}/messages/").status_code == 200
    with app.app_context(), transaction():
        db.session.execute(delete(ConferenceRole))
    assert client.get(f"/manage/{places[0]}/messages/").status_code == 404
