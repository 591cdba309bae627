"""The programme in the workspace, through real requests."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, Placement, ProgrammeVersion
from tests import factories
from tests.factories import START
from tests.support.signing import sign_in


class Stage(NamedTuple):
    """Slugs, codes and ids of what a test starts with."""

    slug: str
    code: str
    other_code: str
    room_id: int
    type_id: int
    owner: str
    viewer: str
    stranger: str
    foreign_slug: str
    foreign_room_id: int
    foreign_code: str


@pytest.fixture
def stage(app) -> Stage:
    with app.app_context(), transaction():
        conference, foreign = factories.make_conference(), factories.make_conference()
        room, kind = factories.make_room(conference), factories.make_type(conference)
        iom = factories.make_organization(
            names={"en": "International Organization for Migration"}, acronyms={"en": "IOM", "fr": "OIM"}
        )
        first = factories.make_event(
            conference, type=kind, leads=[iom], room=room, start=START, end=START + timedelta(hours=1)
        )
        second = factories.make_event(conference, type=kind, leads=[iom])
        users = [factories.make_user() for _ in range(3)]
        owner, viewer, stranger = (user.get_id() for user in users)
        factories.make_role(users[0], conference, Role.OWNER)
        factories.make_role(users[1], conference, Role.VIEWER)
        factories.make_role(users[2], foreign, Role.OWNER)
        foreign_event = factories.make_event(foreign)
        return Stage(
            conference.slug, first.code, second.code, room.id, kind.id, owner, viewer, stranger, foreign.slug,
            factories.make_room(foreign).id, foreign_event.code,
        )  # fmt: skip


def base(stage: Stage) -> str:
    return f"/manage/{stage.slug}/programme"


def one(app, stage: Stage, code: str) -> Event:
    return db.session.scalars(
        select(Event).join(Conference).where(Conference.slug == stage.slug, Event.code == code)
    ).one()


def test_an_event_is_created_found_and_edited(app, client, stage):
    sign_in(client, stage.owner)
    form = {
        "titles-en": "Cities and  migrants",
        "titles-fr": "Villes et migrants",
        "type_id": stage.type_id,
        "organizations-0-organization": "oim",
        "organizations-0-role": "lead",
        "organizations-1-organization": "",
        "organizations-1-role": "lead",
        "speakers-0-name": "Ana Ruiz",
        "speakers-0-role": "moderator",
        "speakers-0-affiliation": "City of Quito, Mayor",
        "access": "booking",
        "seats": "40",
        "languages": ["en", "es"],
    }
    answer = client.post(f"{base(stage)}/events/new", data=form)
    assert answer.status_code == 302
    code = answer.location.rsplit("/", 1)[1]
    with app.app_context():
        event = one(app, stage, code)
        assert event.titles == {"en": "Cities and migrants", "fr": "Villes et migrants"}
        assert [link.organization.acronyms["en"] for link in event.organizations] == ["IOM"]
        assert [(link.speaker.name, link.affiliation) for link in event.speakers] == [
            ("Ana Ruiz", "City of Quito, Mayor")
        ]
        assert (event.seats, event.languages, event.state) == (40, ["en", "es"], EventState.SCHEDULED)
    listed = client.get(f"{base(stage)}/events?q=villes+oim").text
    assert code in listed
    assert stage.code not in listed
    edited = client.get(f"{base(stage)}/events/{code}/edit").text
    assert 'value="Ana Ruiz"' in edited
    form["titles-en"] = "Cities, migrants and refugees"
    assert client.post(f"{base(stage)}/events/{code}/edit", data=form).status_code == 302
    with app.app_context():
        assert one(app, stage, code).titles["en"] == "Cities, migrants and refugees"


def test_a_refused_form_keeps_what_was_typed_and_changes_nothing(app, client, stage):
    sign_in(client, stage.owner)
    form = {
        "titles-en": "<script>alert(1)</script>",
        "type_id": "999999",
        "seats": "-4",
        "organizations-0-organization": "Nobody knows it",
        "contact_email": "not an address",
        "online_url": "javascript:alert(1)",
    }
    answer = client.post(f"{base(stage)}/events/new", data=form)
    assert answer.status_code == 422
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<script>alert" not in answer.text
    for typed in ("Nobody knows it", "not an address", "javascript:alert(1)", "-4"):
        assert typed in answer.text
    with app.app_context():
        assert len(db.session.scalars(select(Event)).all()) == 3


def test_more_lines_keeps_what_was_typed(client, stage):
    sign_in(client, stage.owner)
    answer = client.post(
        f"{base(stage)}/events/new", data={"titles-en": "Half", "speakers-0-name": "Bo Li", "more": "1"}
    )
    assert answer.status_code == 200
    assert 'value="Half"' in answer.text
    assert 'value="Bo Li"' in answer.text
    assert 'name="speakers-2-name"' in answer.text


def placement(**over: str) -> dict[str, str]:
    return {"day": "2027-06-15", "starts": "13:30", "ends": "14:30", **over}


def test_a_conflict_is_said_first_and_can_be_accepted(app, client, stage):
    sign_in(client, stage.owner)
    form = placement(room_id=str(stage.room_id))
    answer = client.post(f"{base(stage)}/events/{stage.other_code}/place", data=form)
    assert answer.status_code == 409
    assert "at the same time, Tuesday 15 June" in answer.text
    assert " leads " in answer.text
    assert stage.code in answer.text
    with app.app_context():
        assert one(app, stage, stage.other_code).id not in placed(stage, timed=True)
    form["anyway"] = "1"
    assert client.post(f"{base(stage)}/events/{stage.other_code}/place", data=form).status_code == 302
    assert " leads " in client.get(f"{base(stage)}/conflicts/").text
    assert " leads " not in client.get(f"{base(stage)}/conflicts/?kind=room").text
    with app.app_context():
        assert placed(stage, timed=True)[one(app, stage, stage.other_code).id] == START + timedelta(
            minutes=30
        )


def placed(stage: Stage, *, timed: bool) -> dict[int, Any]:
    rows = db.session.execute(
        select(Placement.event_id, Placement.starts_at)
        .join(ProgrammeVersion)
        .join(Conference, Conference.id == ProgrammeVersion.conference_id)
        .where(Conference.slug == stage.slug, ProgrammeVersion.number.is_(None))
    )
    return {event_id: start for event_id, start in rows if start is not None or not timed}


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"room_id": "foreign"}, "room_id"),
        ({"starts": "25:00"}, "starts"),
        ({"day": ""}, "day"),
        ({"day": "2027-02-31"}, "day"),
        ({"starts": ""}, "starts"),
        ({"end_day": "2027-06-15"}, "end_day"),
        ({"end_day": "x" * 5000}, "end_day"),
    ],
)
def test_a_wrong_place_is_said_beside_its_field(app, client, stage, over, field):
    sign_in(client, stage.owner)
    if over.get("room_id") == "foreign":
        over = {"room_id": str(stage.foreign_room_id)}
    answer = client.post(f"{base(stage)}/events/{stage.other_code}/place", data=placement(**over))
    assert answer.status_code == 422
    assert f'href="#{field}' in answer.text
    with app.app_context():
        assert one(app, stage, stage.other_code).id not in placed(stage, timed=True)


def test_releasing_makes_public_and_tells_what_changes(app, client, stage):
    sign_in(client, stage.owner)
    assert stage.code in client.get(f"{base(stage)}/release").text
    assert client.post(f"{base(stage)}/release", data={"notes-en": "First"}).status_code == 302
    public = f"/en/{stage.slug}/events/{stage.code}"
    assert client.get(public).status_code == 200
    assert "Nothing to release" in client.get(f"{base(stage)}/release").text
    assert client.post(f"{base(stage)}/release", data={}).status_code == 409
    client.post(f"{base(stage)}/events/{stage.code}/place", data=placement(starts="15:00", ends="16:00"))
    assert "Moved" in client.get(f"{base(stage)}/release").text
    assert client.post(f"{base(stage)}/release", data={}).status_code == 302
    page = client.get(public).text
    assert "15:00" in page
    assert "13:00" in page
    assert "First" in client.get(f"{base(stage)}/releases").text


def test_cancelling_is_public_at_once_and_can_be_undone(app, client, stage):
    sign_in(client, stage.owner)
    client.post(f"{base(stage)}/release", data={})
    answer = client.post(
        f"{base(stage)}/events/{stage.code}/cancel", data={"reasons-en": "The speaker is ill"}
    )
    assert answer.status_code == 302
    assert "The speaker is ill" in client.get(f"/en/{stage.slug}/events/{stage.code}").text
    again = client.post(f"{base(stage)}/events/{stage.code}/cancel", data={})
    assert again.status_code == 409
    client.post(f"{base(stage)}/events/{stage.code}/state", data={"action": "reinstate"})
    assert "The speaker is ill" not in client.get(f"/en/{stage.slug}/events/{stage.code}").text


def test_materials_are_added_downloaded_and_removed(app, client, stage):
    sign_in(client, stage.owner)
    client.post(f"{base(stage)}/release", data={})
    url = f"{base(stage)}/events/{stage.code}/materials"
    assert client.post(url, data={"titles-en": "Note", "url": "https://example.org/n"}).status_code == 302
    pdf = (io.BytesIO(b"%PDF-1.7 small"), "../../Concept <note>.exe")
    assert client.post(f"{url}/file", data={"titles-en": "Paper", "file": pdf}).status_code == 302
    program = (io.BytesIO(b"MZ program"), "paper.pdf")
    refused = client.post(f"{url}/file", data={"titles-en": "Bad", "file": program})
    assert refused.status_code == 422
    with app.app_context():
        materials = one(app, stage, stage.code).materials
        assert [m.titles["en"] for m in materials] == ["Note", "Paper"]
        stored = materials[1].file
        assert stored is not None
        assert (stored.name, stored.content_type) == ("Concept note.pdf", "application/pdf")
        ids = [m.id for m in materials]
        address = f"/files/{stored.id}/{stored.name}"
    with client.get(address) as fetched:
        assert fetched.data == b"%PDF-1.7 small"
        assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert (
        client.post(f"{base(stage)}/events/{stage.other_code}/materials/{ids[0]}/remove").status_code == 404
    )
    assert client.post(f"{url}/{ids[0]}/remove").status_code == 302
    assert "https://example.org/n" not in client.get(f"/en/{stage.slug}/events/{stage.code}").text


def test_only_who_may_comes_in(client, stage):
    edit = f"{base(stage)}/events/{stage.code}/edit"
    assert client.get(edit).status_code == 302
    sign_in(client, stage.stranger)
    assert client.get(f"{base(stage)}/events").status_code == 404
    assert client.post(edit, data={"titles-en": "Mine"}).status_code == 404
    assert client.get(f"/manage/{stage.foreign_slug}/programme/events/{stage.code}").status_code == 404
    sign_in(client, stage.viewer)
    assert client.get(f"{base(stage)}/events").status_code == 200
    assert client.get(edit).status_code == 403
    assert client.post(f"{base(stage)}/release", data={}).status_code == 403
    assert (
        client.post(f"{base(stage)}/events/{stage.code}/state", data={"action": "cancel"}).status_code == 403
    )


def test_the_list_asks_the_same_number_of_statements_however_many_events(app, client, stage):
    sign_in(client, stage.owner)

    def statements() -> int:
        count: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            count.append(statement)

        sqlalchemy_event.listen(engine, "before_cursor_execute", note)
        try:
            for path in ("/", "/conflicts/", "/release", f"/events/{stage.code}/place"):
                assert client.get(base(stage) + path).status_code == 200
        finally:
            sqlalchemy_event.remove(engine, "before_cursor_execute", note)
        return len(count)

    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference).where(Conference.slug == stage.slug)).one()
        room, speaker = factories.make_room(conference), factories.make_speaker(conference)
        for _ in range(2):
            factories.make_event(
                conference, speakers=[speaker], room=room, start=START, end=START + timedelta(hours=1)
            )
    few = statements()
    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference).where(Conference.slug == stage.slug)).one()
        organizations = [factories.make_organization() for _ in range(5)]
        room = factories.make_room(conference)
        for n in range(40):
            start = START + timedelta(hours=n)
            speaker = factories.make_speaker(conference)
            factories.make_event(
                conference, leads=[organizations[n % 5]], speakers=[speaker], room=room, start=start,
                end=start + timedelta(minutes=90),
            )  # fmt: skip
    assert statements() == few
