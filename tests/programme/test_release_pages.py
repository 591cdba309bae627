"""Releases, their messages, and rooms at the last minute, in the workspace."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import html
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference, Room, RoomClosure
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme.enums import DigestState, EventState
from eventsapp.programme.models import Digest, Event, Placement, ProgrammeVersion, SchedulerRun
from tests import factories
from tests.factories import START
from tests.support.signing import sign_in
from tests.support.statements import statements

HOUR = timedelta(hours=1)


@pytest.fixture
def stage(app, client, monkeypatch) -> SimpleNamespace:
    """A released conference on its second day, an hour before two events in one room; a third room is free."""
    monkeypatch.setattr(clock, "now", lambda: START - HOUR)
    with app.app_context(), transaction():
        conference = factories.make_conference()
        rooms = [factories.make_room(conference, capacity=50) for _ in range(3)]
        kind = factories.make_type(conference, default_minutes=60)
        ana = factories.make_speaker(conference, name="Ana", email="ana@example.org")
        made = SimpleNamespace(
            slug=conference.slug, base=f"/manage/{conference.slug}/programme", rooms=[room.id for room in rooms],
        )  # fmt: skip
        events = [
            factories.make_event(
                conference, type=kind, room=rooms[0], start=START, end=START + HOUR, speakers=[ana],
                expected_attendance=40,
            ),
            factories.make_event(
                conference, type=kind, room=rooms[0], start=START + HOUR, end=START + 2 * HOUR,
                expected_attendance=10,
            ),
            factories.make_event(conference, type=kind, room=rooms[1], start=START, end=START + HOUR),
        ]  # fmt: skip
        made.events = [event.id for event in events]
        made.codes = [event.code for event in events]
        factories.release(conference)
        officer, viewer = factories.make_user(), factories.make_user()
        factories.make_role(officer, conference, Role.PROGRAMME_OFFICER)
        factories.make_role(viewer, conference, Role.VIEWER)
        made.officer, made.viewer = officer.get_id(), viewer.get_id()
    sign_in(client, made.officer)
    return made


def put(app, stage, number: int, room: int | None, hours: int = 0) -> None:
    with app.app_context(), transaction():
        event = db.session.get_one(Event, stage.events[number])
        start = START + hours * HOUR
        found = db.session.get_one(Room, stage.rooms[room]) if room is not None else None
        factories.place(event, room=found, start=start, end=start + HOUR)


def working(stage) -> dict[int, tuple[int | None, object]]:
    """Where the working programme has the events: number → (number of the room, start)."""
    conference = db.session.scalars(select(Conference).where(Conference.slug == stage.slug)).one()
    placed = releases.placements(releases.working_version_if_any(conference.id))
    return {
        stage.events.index(id_): (stage.rooms.index(one.room_id) if one.room_id else None, one.starts_at)
        for id_, one in placed.items()
    }


def newest(stage) -> ProgrammeVersion:
    conference = db.session.scalars(select(Conference).where(Conference.slug == stage.slug)).one()
    found = releases.newest_release(conference.id)
    assert found is not None
    return found


def changed(version: ProgrammeVersion) -> dict[str, list[str]]:
    return {kind: codes for kind, codes in version.difference.items() if codes and kind != "places"}


def closing(stage, room: int = 0, **over: object) -> dict[str, object]:
    return {
        "room_id": stage.rooms[room],
        "starts_at": "2027-06-15T12:00",
        "ends_at": "2027-06-15T21:00",
        "reasons-en": "Water damage",
        **over,
    }


def chosen(page: str) -> dict[str, str]:
    """What a page would send if its buttons were pressed as it stands."""
    found = {}
    tree: Any = html.fromstring(page)
    for select_ in tree.xpath("//main//select"):
        [value] = select_.xpath(".//option[@selected]/@value") or [select_.xpath(".//option/@value")[0]]
        found[select_.get("name")] = value
    found |= {one.get("name"): one.get("value") for one in tree.xpath("//main//input[@type='hidden']")}
    return found


def test_the_release_page_says_who_would_be_told_and_releases_to_those_chosen(app, client, stage):
    put(app, stage, 0, 2)
    page = client.get(f"{stage.base}/release")
    tree: Any = html.fromstring(page.text)
    text = " ".join(tree.text_content().split())
    assert "Other room 1" in text
    assert re.search(r"Speakers 1 .*Ana: " + stage.codes[0] + " Other room", text)
    assert "1 person in all." in text
    client.post(f"{stage.base}/release", data={"notes-en": "Moved", "audiences": ["speakers", "leads"]})
    with app.app_context():
        version = newest(stage)
        assert (version.number, changed(version)) == (2, {"room": [stage.codes[0]]})
        [digest] = db.session.scalars(select(Digest)).all()
        assert (digest.state, digest.audiences, digest.until_id) == (
            DigestState.WAITING, ["speakers", "leads"], version.id,
        )  # fmt: skip
        assert digest.due_at == clock.now() + timedelta(minutes=30)
    forged = client.post(f"{stage.base}/release", data={"audiences": ["everyone"]})
    assert forged.status_code == 422


@pytest.mark.sqlite_only
def test_the_messages_that_wait_are_sent_or_called_off_with_a_button(app, client, stage):
    put(app, stage, 0, 2)
    client.post(f"{stage.base}/release", data={"audiences": ["speakers"]})
    assert "Do not send" in client.get(f"{stage.base}/releases").text
    assert client.post(f"{stage.base}/releases/messages", data={"action": "send"}).status_code == 302
    with app.app_context():
        assert db.session.scalars(select(Digest)).one().due_at == clock.now()
    assert client.post(f"{stage.base}/releases/messages", data={"action": "drop"}).status_code == 302
    assert "called off" in client.get(f"{stage.base}/releases").text
    assert client.post(f"{stage.base}/releases/messages", data={"action": "drop"}).status_code == 409
    sign_in(client, stage.viewer)
    assert client.get(f"{stage.base}/releases").status_code == 200
    assert client.post(f"{stage.base}/releases/messages", data={"action": "send"}).status_code == 403


@pytest.mark.sqlite_only
def test_the_release_page_asks_as_often_for_many_events_as_for_few(app, client, stage):
    def asked() -> int:
        with statements(app) as sent:
            assert client.get(f"{stage.base}/release").status_code == 200
        return len(sent)

    put(app, stage, 0, 2)
    few = asked()
    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference).where(Conference.slug == stage.slug)).one()
        factories.fill(conference, 60, db.session.get_one(Event, stage.events[1]))
        event = db.session.get_one(Event, stage.events[1])
        for _ in range(20):
            factories.make_star(event, factories.make_registration(conference))
    put(app, stage, 1, 1, 1)
    assert asked() == few


def test_going_back_to_an_earlier_release_leaves_what_is_new_or_cancelled(app, client, stage):
    put(app, stage, 0, 2)
    put(app, stage, 2, 1, 3)
    with app.app_context(), transaction():
        conference = db.session.scalars(select(Conference).where(Conference.slug == stage.slug)).one()
        new = factories.make_event(conference, start=START, end=START + HOUR)
        stage.events.append(new.id)
        cancelled = db.session.get_one(Event, stage.events[2])
        cancelled.state, cancelled.cancelled_at = EventState.CANCELLED, clock.now()
        factories.release(conference)
        code = new.code
    page = client.get(f"{stage.base}/releases/1/return").text
    tree: Any = html.fromstring(page)
    sections = {
        " ".join(one.xpath("./h2")[0].text_content().split()): [link.text_content().split()[0] for link in one.xpath(".//a")]
        for one in tree.xpath("//section[@class='panel']")
    }  # fmt: skip
    assert sections == {
        "Moved 1": [stage.codes[0]],
        "New since then: these stay where they are 1": [code],
        "Cancelled since then: these stay cancelled 1": [stage.codes[2]],
    }
    assert client.post(f"{stage.base}/releases/1/return").location == f"{stage.base}/release"
    with app.app_context():
        assert working(stage) == {
            0: (0, START), 1: (0, START + HOUR), 2: (1, START + 3 * HOUR), 3: (None, START),
        }  # fmt: skip
        assert newest(stage).number == 2
    assert "Nothing would change" in client.get(f"{stage.base}/releases/1/return").text
    assert client.get(f"{stage.base}/releases/9/return").status_code == 404


def test_an_emergency_closes_moves_releases_and_tells_in_one_step(app, client, stage):
    # Something else is being worked on, which nobody must see yet: where it was and where it will be is not free.
    put(app, stage, 2, 1, 4)
    looked = client.get(f"{stage.base}/emergency", query_string=closing(stage))
    assert looked.status_code == 200
    sent = chosen(looked.text)
    rooms = [sent[f"choice-{id_}"].split("|")[0] for id_ in stage.events[:2]]
    assert rooms == [str(stage.rooms[2]), str(stage.rooms[1])]
    with app.app_context():
        assert db.session.scalars(select(RoomClosure)).all() == []
        assert working(stage)[0] == (0, START)
    done = client.post(f"{stage.base}/emergency", data={**closing(stage), **sent})
    assert done.location == f"{stage.base}/releases"
    with app.app_context():
        assert working(stage) == {0: (2, START), 1: (1, START + HOUR), 2: (1, START + 4 * HOUR)}
        [closed] = db.session.scalars(select(RoomClosure)).all()
        assert (closed.room_id, closed.starts_at) == (stage.rooms[0], START - HOUR)
        version = newest(stage)
        assert (version.number, changed(version)) == (2, {"room": stage.codes[:2]})
        assert version.notes["en"].endswith("is closed. Water damage")
        places = db.session.scalars(select(Placement).where(Placement.version_id == version.id)).all()
        assert {one.event_id: one.starts_at for one in places}[stage.events[2]] == START
        [digest] = db.session.scalars(select(Digest)).all()
        assert (digest.state, digest.due_at) == (DigestState.WAITING, clock.now())


def test_in_an_emergency_events_are_cancelled_or_left_and_two_never_get_one_room(app, client, stage):
    put(app, stage, 1, 0)  # now both are in the room at once, and only one other is free
    sent = chosen(client.get(f"{stage.base}/emergency", query_string=closing(stage)).text)
    first, second = (sent[f"choice-{id_}"] for id_ in stage.events[:2])
    assert first.split("|")[0] == str(stage.rooms[2])
    assert second != first
    clashing = {**sent, f"choice-{stage.events[1]}": first}
    refused = client.post(f"{stage.base}/emergency", data={**closing(stage), **clashing})
    assert refused.status_code == 409
    data = {
        **closing(stage), **sent,
        f"choice-{stage.events[0]}": "leave", f"choice-{stage.events[1]}": "cancel",
    }  # fmt: skip
    assert client.post(f"{stage.base}/emergency", data=data).status_code == 302
    with app.app_context():
        assert working(stage)[0] == (0, START)
        event = db.session.get_one(Event, stage.events[1])
        assert (event.state, event.cancellation_reasons) == (EventState.CANCELLED, {"en": "Water damage"})
        assert changed(newest(stage)) == {"cancelled": [stage.codes[1]]}


@pytest.mark.sqlite_only
def test_an_emergency_on_an_outdated_view_changes_nothing(app, client, stage):
    sent = chosen(client.get(f"{stage.base}/emergency", query_string=closing(stage)).text)
    other = {
        "day": "2027-06-15",
        "starts": "13:00",
        "ends": "14:00",
        "room_id": stage.rooms[2],
        "anyway": "1",
    }
    assert client.post(f"{stage.base}/events/{stage.codes[0]}/place", data=other).status_code == 302
    refused = client.post(f"{stage.base}/emergency", data={**closing(stage), **sent})
    assert refused.status_code == 409
    with app.app_context():
        assert db.session.scalars(select(RoomClosure)).all() == []
        assert newest(stage).number == 1
    wrong = client.get(f"{stage.base}/emergency", query_string=closing(stage, ends_at="2027-06-15T11:00"))
    assert wrong.status_code == 422


def test_a_meeting_takes_a_room_and_the_events_get_the_least_disturbing_places(app, client, stage):
    with app.app_context(), transaction():
        db.session.get_one(Event, stage.events[0]).wished_days = ["2027-06-15"]
    looked = client.get(f"{stage.base}/bump", query_string=closing(stage))
    assert looked.status_code == 200
    tree: Any = html.fromstring(looked.text)
    hit = [int(value) for value in tree.xpath("//input[@name='events'][@checked]/@value")]
    assert hit == stage.events[:2]
    data = {**closing(stage), **chosen(looked.text), "events": hit}
    taken = client.post(f"{stage.base}/bump", data=data)
    assert taken.status_code == 302
    with app.app_context():
        assert working(stage) == {2: (1, START)}
        assert db.session.get_one(Event, stage.events[0]).wished_days == ["2027-06-15"]
        assert newest(stage).number == 1
    asked = client.post(f"{taken.location}/schedule")
    assert asked.status_code == 302
    with app.app_context():
        [run] = db.session.scalars(select(SchedulerRun)).all()
        assert run.options["event_ids"] == stage.events[:2]
        assert asked.location == f"{stage.base}/schedule/{run.id}"
    sent = chosen(client.get(taken.location).text)
    assert [sent[f"choice-{id_}"].split("|")[0] for id_ in stage.events[:2]] == [
        str(stage.rooms[2]), str(stage.rooms[1]),
    ]  # fmt: skip
    sent[f"choice-{stage.events[1]}"] = "leave"
    assert client.post(taken.location, data=sent).status_code == 302
    with app.app_context():
        assert working(stage) == {0: (2, START), 2: (1, START)}
    assert "1 event has a place again." in client.get(taken.location).text
    assert client.get(f"{stage.base}/bump/nothing").status_code == 404
