"""Who may open and send what in the set-up of a conference."""

from __future__ import annotations

import pytest

from eventsapp.accounts.enums import Permission, Role
from eventsapp.accounts.policy import MATRIX
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from tests.support.workspace import OUTSIDERS, Workspace

P = Permission

# Who may do what does not depend on the database.
pytestmark = pytest.mark.sqlite_only

KINDS = {
    "venues": P.EDIT_CONFERENCE,
    "rooms": P.EDIT_CONFERENCE,
    "types": P.EDIT_CONFERENCE,
    "themes": P.EDIT_CONFERENCE,
    "constituencies": P.EDIT_CONFERENCE,
    "pages": P.EDIT_CONTENT,
    "news": P.EDIT_CONTENT,
    "categories": P.EDIT_REGISTRATIONS,
}


Route = tuple[str, str, Permission]


def routes(workspace: Workspace) -> list[Route]:
    """(method, path, the permission it needs) of every page of a conference's set-up and team."""
    base = f"/manage/{workspace.slug}"
    found = [
        ("GET", f"{base}/", P.VIEW_WORKSPACE),
        ("GET", f"{base}/setup/", P.VIEW_WORKSPACE),
        ("GET", f"{base}/setup/conference", P.EDIT_CONFERENCE),
        ("POST", f"{base}/setup/conference", P.EDIT_CONFERENCE),
        ("GET", f"{base}/setup/state", P.EDIT_CONFERENCE),
        ("POST", f"{base}/setup/state", P.EDIT_CONFERENCE),
        ("GET", f"{base}/setup/delete", P.EDIT_CONFERENCE),
        ("POST", f"{base}/setup/delete", P.EDIT_CONFERENCE),
        ("GET", f"{base}/team", P.MANAGE_TEAM),
        ("POST", f"{base}/team", P.MANAGE_TEAM),
        ("GET", f"{base}/team/{workspace.user_ids['viewer']}/viewer/remove", P.MANAGE_TEAM),
    ]
    for name, permission in KINDS.items():
        kind = f"{base}/setup/{name}/"
        row = f"{kind}{workspace.ids[name]}"
        found += [
            ("GET", kind, permission),
            ("GET", f"{kind}new", permission),
            ("POST", f"{kind}new", permission),
            ("GET", row, permission),
            ("POST", row, permission),
            ("GET", f"{row}/delete", permission),
            ("POST", f"{row}/move", permission),
            ("POST", f"{row}/nothing", permission),
        ]
    return found


ALLOWED = {200, 302, 404, 409, 422}


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_each_role_reaches_what_its_permissions_allow(workspace: Workspace, role: Role) -> None:
    client = workspace.client(role.value)
    for method, path, permission in routes(workspace):
        status = client.open(path, method=method).status_code
        if permission in MATRIX[role]:
            assert status in ALLOWED, (method, path, status)
        else:
            assert status == 403, (method, path, status)


def test_an_administrator_reaches_everything(workspace: Workspace) -> None:
    client = workspace.client("administrator")
    for method, path, _permission in routes(workspace):
        assert client.open(path, method=method).status_code in ALLOWED, (method, path)


@pytest.mark.parametrize("who", OUTSIDERS)
def test_for_people_without_a_role_the_conference_does_not_exist(workspace: Workspace, who: str) -> None:
    client = workspace.client(who)
    for method, path, _permission in routes(workspace):
        assert client.open(path, method=method).status_code == 404, (method, path)


def test_people_who_are_not_signed_in_are_asked_to(workspace: Workspace) -> None:
    client = workspace.client(None)
    shared = [("GET", "/manage/", P.VIEW_WORKSPACE), ("POST", "/manage/new", P.VIEW_WORKSPACE)]
    for method, path, _permission in [*routes(workspace), *shared]:
        answer = client.open(path, method=method)
        assert answer.status_code == 302, (method, path)
        assert "sign-in" in answer.location


def test_only_administrators_make_conferences(workspace: Workspace) -> None:
    for who in (*(role.value for role in Role), *OUTSIDERS):
        for method in ("GET", "POST"):
            assert workspace.client(who).open("/manage/new", method=method).status_code == 404, (who, method)
    assert workspace.client("administrator").get("/manage/new").status_code == 200


def test_ids_of_another_conference_do_not_exist_in_this_one(workspace: Workspace) -> None:
    client = workspace.client("owner")
    for name in KINDS:
        for id_ in (workspace.other_ids[name], 0, 2**31, 2**63, 10**30):
            row = f"/manage/{workspace.slug}/setup/{name}/{id_}"
            assert client.get(row).status_code == 404, row
            assert client.post(row).status_code == 404, row
            assert client.get(f"{row}/delete").status_code == 404, row
            assert client.post(f"{row}/delete").status_code == 404, row
            assert client.post(f"{row}/move", data={"to": "up"}).status_code == 404, row
            assert client.post(f"{row}/publish").status_code == 404, row


def test_a_room_cannot_be_put_into_a_venue_of_another_conference(workspace: Workspace) -> None:
    answer = workspace.client("owner").post(
        f"/manage/{workspace.slug}/setup/rooms/new",
        data={"names-en": "Forged", "venue_id": str(workspace.other_ids["venues"])},
    )
    assert answer.status_code == 422
    assert "This is not one of the choices." in answer.text


def test_the_list_of_conferences_is_that_of_the_person(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        names = [workspace.conference().short_name]
        db.session.rollback()
    assert names[0] in workspace.client("viewer").get("/manage/").text
    assert names[0] not in workspace.client("stranger").get("/manage/").text
    assert names[0] not in workspace.client("member of another conference").get("/manage/").text
    assert names[0] in workspace.client("administrator").get("/manage/").text
