"""A conference as a whole: made, changed, published, withdrawn, archived, deleted."""

from __future__ import annotations

import io
import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole
from eventsapp.conferences import rules
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, OldSlug, Room
from eventsapp.conferences.rules import ConferenceAction
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from tests import factories
from tests.support.workspace import Workspace

NEW = {
    "name": "Third Sample Conference",
    "short_name": "Sample III",
    "start_date": "2028-05-01",
    "end_date": "2028-05-05",
    "zone": "Africa/Nairobi",
    "languages": ["en", "fr"],
    "default_language": "en",
    "city": "Nairobi",
    "country": "KE",
}
EDIT: dict[str, Any] = {
    "names-en": "Sample Conference",
    "names-fr": "Conférence d’exemple",
    "short_name": "Sample",
    "slug": "sample",
    "start_date": "2027-06-14",
    "end_date": "2027-06-18",
    "zone": "America/Guayaquil",
    "cities-en": "Quito",
    "country": "EC",
    "languages": ["en", "fr", "es"],
    "default_language": "en",
    "accent": "#aa3300",
    "code_prefix": "se",
    "descriptions-en": "Text",
    "contact_email": "info@example.org",
    "registration_opens_at": "2027-03-01T09:00",
    "registration_closes_at": "2027-06-01T18:00",
}


def edit(workspace: Workspace, who: str = "owner", **over: Any) -> Any:
    data = {**EDIT, "slug": workspace.slug, **over}
    return workspace.client(who).post(f"/manage/{workspace.slug}/setup/conference", data=data)


def test_an_administrator_makes_a_draft_and_owns_it(workspace: Workspace) -> None:
    answer = workspace.client("administrator").post("/manage/new", data=NEW)
    assert answer.status_code == 302
    assert answer.location == "/manage/sample-iii/"
    with workspace.app.app_context():
        made = db.session.query(Conference).filter_by(slug="sample-iii").one()
        assert made.state is ConferenceState.DRAFT
        assert made.names == {"en": "Third Sample Conference"}
        assert made.cities == {"en": "Nairobi"}
        assert (made.zone, made.languages, made.country) == ("Africa/Nairobi", ["en", "fr"], "KE")
        role = db.session.query(ConferenceRole).filter_by(conference_id=made.id).one()
        assert (role.user_id, role.role) == (workspace.user_ids["administrator"], Role.OWNER)
    # A second of the same name gets another address.
    assert workspace.client("administrator").post("/manage/new", data=NEW).location == "/manage/sample-iii-2/"


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"end_date": "2028-04-30"}, "The last day cannot be before the first."),
        ({"end_date": "2031-05-05"}, "A conference lasts at most a year."),
        ({"default_language": "es"}, "This has to be one of the languages of the contents."),
        ({"languages": []}, "This field is required."),
        ({"zone": "EST"}, "This is not one of the choices."),
        ({"slug": "manage"}, "This address is needed by the site itself."),
        ({"slug": "fr"}, "This address is needed by the site itself."),
        ({"slug": "health"}, "This address is needed by the site itself."),
        ({"slug": "organizations"}, "This address is needed by the site itself."),
        ({"short_name": "x" * 81}, "Use at most 80 characters"),
        ({"start_date": "0000-00-00"}, "This is not a date."),
    ],
)
@pytest.mark.sqlite_only
def test_what_a_new_conference_cannot_be(workspace: Workspace, over: dict[str, Any], said: str) -> None:
    answer = workspace.client("administrator").post("/manage/new", data={**NEW, **over})
    assert answer.status_code == 422
    assert said in answer.text
    assert "Third Sample Conference" in answer.text or not over.get("name", "x")
    with workspace.app.app_context():
        assert factories.count(Conference) == 2


@pytest.mark.sqlite_only
def test_a_short_name_that_is_an_address_of_the_site_gets_another(workspace: Workspace) -> None:
    answer = workspace.client("administrator").post("/manage/new", data={**NEW, "short_name": "Manage"})
    assert answer.location == "/manage/manage-2/"


def test_all_of_a_conference_can_be_changed(workspace: Workspace) -> None:
    before = workspace.revision()
    assert edit(workspace).status_code == 302
    assert workspace.revision() > before
    with workspace.app.app_context():
        found = workspace.conference()
        assert found.names == {"en": "Sample Conference", "fr": "Conférence d’exemple"}
        assert found.languages == ["en", "fr", "es"]
        assert found.accent == "#aa3300"
        assert found.code_prefix == "SE"
        # Nine in the morning in Quito.
        assert found.registration_opens_at == datetime(2027, 3, 1, 14, 0, tzinfo=UTC)
        assert found.registration_closes_at == datetime(2027, 6, 1, 23, 0, tzinfo=UTC)
    # The form shows what was typed, in the conference's zone.
    page = workspace.client("owner").get(f"/manage/{workspace.slug}/setup/conference").text
    assert 'value="2027-03-01T09:00"' in page


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"names-en": ""}, "This field is required in English."),
        ({"registration_opens_at": ""}, "Registration that closes has to open first."),
        ({"registration_closes_at": "2027-03-01T08:00"}, "Registration cannot close before it opens."),
        ({"registration_opens_at": "2027-03-14T02:30", "zone": "America/New_York"}, "There is no 02:30"),
        ({"accent": "red"}, "A colour is written as #"),
        ({"code_prefix": "A1"}, "Use one to eight of the letters A–Z."),
        ({"contact_email": "nobody"}, "This is not an e-mail address."),
        ({"slug": ""}, "This field is required."),
        ({"picture": (io.BytesIO(b"%PDF-"), "x.png")}, "This file cannot be read as a picture."),
    ],
)
@pytest.mark.sqlite_only
def test_what_a_conference_cannot_become(workspace: Workspace, over: dict[str, Any], said: str) -> None:
    before = workspace.revision()
    over = {
        name: (io.BytesIO(value[0].getvalue()), value[1]) if isinstance(value, tuple) else value
        for name, value in over.items()
    }
    answer = edit(workspace, **over)
    assert answer.status_code == 422
    assert said in answer.text
    assert workspace.revision() == before


def test_the_address_of_another_conference_is_taken_also_when_it_was_renamed(workspace: Workspace) -> None:
    assert edit(workspace, slug=workspace.other).status_code == 422
    assert edit(workspace, slug="renamed").location == "/manage/renamed/setup/"
    with workspace.app.app_context():
        old = db.session.query(OldSlug).one()
        assert (old.kind, old.conference_id, old.slug) == ("conference", None, workspace.slug)
        assert old.object_id == workspace.ids["conference"]
    answer = workspace.client("administrator").post("/manage/new", data={**NEW, "slug": workspace.slug})
    assert answer.status_code == 422


def test_a_picture_is_kept_until_it_is_taken_off(workspace: Workspace) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(out, "PNG")
    assert edit(workspace, picture=(io.BytesIO(out.getvalue()), "photo.png")).status_code == 302
    with workspace.app.app_context():
        picture = workspace.conference().picture
        assert picture is not None
        assert (picture.name, picture.content_type) == ("photo.webp", "image/webp")
    page = workspace.client("owner").get(f"/manage/{workspace.slug}/setup/conference").text
    assert "photo.webp" in page
    edit(workspace)
    with workspace.app.app_context():
        assert workspace.conference().picture is not None
    edit(workspace, **{"picture-remove": "y"})
    with workspace.app.app_context():
        assert workspace.conference().picture is None


# --- its life


@pytest.mark.parametrize(("state", "action"), list(itertools.product(ConferenceState, ConferenceAction)))
def test_every_state_with_every_action(state: ConferenceState, action: ConferenceAction) -> None:
    expected = {
        (ConferenceState.DRAFT, ConferenceAction.PUBLISH): ConferenceState.PUBLISHED,
        (ConferenceState.PUBLISHED, ConferenceAction.WITHDRAW): ConferenceState.DRAFT,
        (ConferenceState.PUBLISHED, ConferenceAction.ARCHIVE): ConferenceState.ARCHIVED,
        (ConferenceState.ARCHIVED, ConferenceAction.REOPEN): ConferenceState.PUBLISHED,
    }
    assert rules.target(state, action) == expected.get((state, action))


def change(workspace: Workspace, action: str) -> int:
    path = f"/manage/{workspace.slug}/setup/state"
    return workspace.client("owner").post(path, data={"action": action}).status_code


def test_a_conference_is_archived_and_reopened_and_it_is_written_down(workspace: Workspace) -> None:
    before = workspace.revision()
    assert change(workspace, "archive") == 302
    assert workspace.revision() > before
    # The same button again, of a page that was open for long.
    assert change(workspace, "archive") == 409
    assert change(workspace, "publish") == 409
    assert change(workspace, "reopen") == 302
    assert change(workspace, "explode") == 404
    with workspace.app.app_context():
        assert workspace.conference().state is ConferenceState.PUBLISHED
        entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
        assert [(one.action, one.detail) for one in entries] == [
            ("conference.archive", {"from": "published", "to": "archived"}),
            ("conference.reopen", {"from": "archived", "to": "published"}),
        ]


def test_a_conference_that_people_rely_on_is_not_hidden(workspace: Workspace) -> None:
    assert change(workspace, "withdraw") == 302
    assert change(workspace, "publish") == 302
    with workspace.app.app_context(), transaction():
        factories.make_registration(workspace.conference())
        factories.release(workspace.conference())
    answer = workspace.client("owner").post(
        f"/manage/{workspace.slug}/setup/state", data={"action": "withdraw"}
    )
    assert answer.status_code == 409
    assert "1 release" in answer.text
    assert "1 registration" in answer.text


def test_only_an_unused_draft_is_deleted_with_all_that_is_in_it(workspace: Workspace) -> None:
    owner = workspace.client("owner")
    path = f"/manage/{workspace.slug}/setup/delete"
    assert owner.post(path).status_code == 409
    assert change(workspace, "withdraw") == 302
    with workspace.app.app_context(), transaction():
        event = factories.make_event(workspace.conference())
        factories.place(event, room=db.session.get_one(Room, workspace.ids["rooms"]))
        registration = factories.make_registration(workspace.conference())
        registration_id = registration.id
    assert "1 registration" in owner.get(path).text
    assert owner.post(path).status_code == 409
    with workspace.app.app_context(), transaction():
        db.session.delete(db.session.get_one(type(registration), registration_id))
    page = owner.get(path).text
    assert "Rooms: 1" in page
    assert owner.post(path).location == "/manage/"
    assert owner.get(f"/manage/{workspace.slug}/").status_code == 404
    assert owner.post(path).status_code == 404
    with workspace.app.app_context():
        assert factories.count(Conference) == 1
        assert factories.count(Room) == 1
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.conference_id) == ("conference.delete", None)
