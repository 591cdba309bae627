"""Who works on a conference."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from tests.support.workspace import Workspace


def add(workspace: Workspace, **data: str):
    typed = {"email": "new@example.org", "name": "New Person", "role": "viewer", **data}
    return workspace.client("owner").post(f"/manage/{workspace.slug}/team", data=typed)


def remove(workspace: Workspace, who: str, role: str, by: str = "owner"):
    path = f"/manage/{workspace.slug}/team/{workspace.user_ids[who]}/{role}/remove"
    return workspace.client(by).post(path)


def test_somebody_with_an_account_gets_the_role_and_is_told(workspace: Workspace) -> None:
    with workspace.app.app_context():
        email = db.session.get_one(User, workspace.user_ids["stranger"]).email
    assert add(workspace, email=email.upper()).status_code == 302
    with workspace.app.app_context():
        held = db.session.scalars(
            select(ConferenceRole).where(ConferenceRole.user_id == workspace.user_ids["stranger"])
        ).one()
        assert (held.conference_id, held.role) == (workspace.ids["conference"], Role.VIEWER)
        message = db.session.scalars(select(Message)).one()
        assert (message.template, message.to_email) == ("role_granted", email)
    assert workspace.client("stranger").get(f"/manage/{workspace.slug}/").status_code == 200
    # The same again is said to be so already.
    answer = add(workspace, email=email)
    assert answer.status_code == 422
    assert "This person has this role already." in answer.text


def test_somebody_without_an_account_is_invited(workspace: Workspace) -> None:
    assert add(workspace).status_code == 302
    with workspace.app.app_context():
        message = db.session.scalars(select(Message)).one()
        assert (message.template, message.to_email) == ("invitation", "new@example.org")
    page = workspace.client("owner").get(f"/manage/{workspace.slug}/team").text
    assert "New Person" in page
    assert "invited" in page


@pytest.mark.parametrize(
    "data",
    [
        {"email": "nobody"},
        {"role": "emperor"},
        {"role": ""},
        {"name": ""},
        {"email": ""},
        {"name": "x" * 201},
    ],
)
@pytest.mark.sqlite_only
def test_wrong_input_gives_nobody_a_role(workspace: Workspace, data: dict[str, str]) -> None:
    assert add(workspace, **data).status_code == 422
    with workspace.app.app_context():
        assert db.session.scalars(select(Message)).all() == []
        assert len(db.session.scalars(select(User)).all()) == 9


def test_a_role_is_taken_away_after_a_question(workspace: Workspace) -> None:
    path = f"/manage/{workspace.slug}/team/{workspace.user_ids['viewer']}/viewer/remove"
    assert "The viewer" in workspace.client("owner").get(path).text
    assert remove(workspace, "viewer", "viewer").status_code == 302
    assert workspace.client("viewer").get(f"/manage/{workspace.slug}/").status_code == 404
    assert remove(workspace, "viewer", "viewer").status_code == 404
    assert remove(workspace, "owner", "emperor").status_code == 404
    assert remove(workspace, "member of another conference", "owner").status_code == 404


def test_the_last_owner_stays(workspace: Workspace) -> None:
    answer = remove(workspace, "owner", "owner")
    assert answer.status_code == 409
    assert "keeps at least one owner" in answer.text
    with workspace.app.app_context():
        email = db.session.get_one(User, workspace.user_ids["registrar"]).email
    assert add(workspace, email=email, role="owner").status_code == 302
    # One's own role: from then on the conference is not there any more.
    assert remove(workspace, "owner", "owner").location == "/manage/"
    assert workspace.client("owner").get(f"/manage/{workspace.slug}/").status_code == 404
    assert remove(workspace, "registrar", "owner", by="registrar").status_code == 409
