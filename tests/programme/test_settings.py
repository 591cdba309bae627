"""How a conference's timetable is made: the constraints' names, settings, slots, closures of rooms."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import EventType, Room, RoomClosure, Slot
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import planning, slots
from eventsapp.programme.facts import DEFAULT_WEIGHTS, HARD, Kind, SlotFacts
from eventsapp.programme.kind_names import KIND_HELP, KIND_NAMES
from eventsapp.programme.models import ProgrammeSettings
from eventsapp.programme.settings import DEFAULTS
from eventsapp.programme.settings_forms import initial
from tests import factories
from tests.support.workspace import Workspace, make_workspace


@pytest.fixture
def workspace(app: Any) -> Workspace:
    return make_workspace(app)


def at(workspace: Workspace, page: str) -> str:
    return f"/manage/{workspace.slug}/programme/{page}"


def test_every_constraint_has_a_name_and_a_sentence() -> None:
    assert set(KIND_NAMES) == set(KIND_HELP) == set(Kind)


# --- settings


def as_sent(**over: str) -> dict[str, str]:
    """What a browser sends for the defaults: ticked boxes are ``y``, the closed one is not sent."""
    sent = {}
    for name, value in initial(DEFAULTS).items():
        if isinstance(value, time):
            sent[name] = f"{value:%H:%M}"
        elif value is True:
            sent[name] = "y"
        elif value is not None and value is not False:
            sent[name] = str(value)
    sent.pop("weight_safety")
    return {**sent, **over}


def test_settings_are_what_the_timetable_is_made_by_until_they_are_the_defaults_again(
    workspace: Workspace,
) -> None:
    client = workspace.client("programme_officer")
    before = workspace.revision()
    with workspace.app.app_context():
        id_ = workspace.ids["conference"]
        defaults = planning.rules_of(id_)
    # The defaults are not kept as if somebody had chosen them.
    assert client.post(at(workspace, "settings"), data=as_sent()).status_code == 302
    with workspace.app.app_context():
        assert db.session.get(ProgrammeSettings, id_) is None
    sent = as_sent(
        weight_theme="0", weight_apart="100", turnover_minutes="15", day_ends="01:30", interpreter_teams="3"
    )
    sent.pop("weight_closed")
    assert client.post(at(workspace, "settings"), data=sent).status_code == 302
    with workspace.app.app_context():
        rules = planning.rules_of(id_)
        assert {kind: rules.weight(kind) for kind in Kind if rules.weight(kind) != DEFAULT_WEIGHTS[kind]} == {
            Kind.THEME: 0, Kind.APART: 100, Kind.CLOSED: 0,
        }  # fmt: skip
        assert (rules.turnover.seconds, rules.day_ends, rules.interpreter_teams) == (900, time(1, 30), 3)
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert entry.action == "programme_settings.update"
        assert set(entry.detail["changed"]) == {
            "theme", "apart", "closed", "turnover_minutes", "day_ends", "interpreter_teams",
        }  # fmt: skip
    assert 'value="100"' in client.get(at(workspace, "settings")).text
    assert client.post(at(workspace, "settings/defaults")).status_code == 302
    with workspace.app.app_context():
        assert planning.rules_of(id_) == defaults
    assert workspace.revision() == before


@pytest.mark.sqlite_only
def test_settings_that_cannot_be_are_answered_beside_their_fields(workspace: Workspace) -> None:
    client = workspace.client("programme_officer")
    wrong = {
        "weight_theme": "101",
        "turnover_minutes": "-1",
        "day_ends": "08:00",
        "sole_rank": "",
        "walking_minutes": "x",
    }
    answer = client.post(at(workspace, "settings"), data=as_sent(**wrong))
    assert answer.status_code == 422
    for name in ("weight_theme", "turnover_minutes", "sole_rank", "walking_minutes"):
        assert f'href="#{name}"' in answer.text
    only_the_day = client.post(at(workspace, "settings"), data=as_sent(day_ends="08:00"))
    assert (only_the_day.status_code, 'href="#day_ends"' in only_the_day.text) == (422, True)
    # Whatever is sent, the safety limit holds.
    assert client.post(at(workspace, "settings"), data=as_sent(weight_safety="")).status_code == 302
    with workspace.app.app_context():
        assert planning.rules_of(workspace.ids["conference"]).weight(Kind.SAFETY) == 100
    assert all(DEFAULT_WEIGHTS[kind] == 100 for kind in HARD)


@pytest.mark.sqlite_only
def test_the_timetable_of_an_archived_conference_is_settled(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        workspace.conference().state = ConferenceState.ARCHIVED
    client = workspace.client("owner")
    sent = {"type_id": str(workspace.ids["types"]), "starts": "09:00", "ends": "10:00"}
    assert client.post(at(workspace, "slots"), data=sent).status_code == 409
    assert client.post(at(workspace, "settings"), data=as_sent(sole_rank="5")).status_code == 409


# --- slots


@pytest.mark.parametrize(
    ("first", "minutes", "pause", "last", "made"),
    [
        (time(9), 75, 15, time(12), ["09:00–10:15", "10:30–11:45"]),
        (time(9), 60, 0, time(12), ["09:00–10:00", "10:00–11:00", "11:00–12:00"]),
        (time(22), 90, 30, time(2), ["22:00–23:30", "00:00–01:30"]),
        (time(9), 61, 0, time(10), []),
    ],
)
def test_slots_follow_each_other_as_long_as_there_is_time(
    first: time, minutes: int, pause: int, last: time, made: list[str]
) -> None:
    found = slots.series(first, minutes, pause, last)
    assert [f"{a:%H:%M}–{b:%H:%M}" for a, b in found] == made
    assert {slots.length(a, b) for a, b in found} <= {minutes}


def test_slots_are_added_one_by_one_and_in_series_and_taken_off(workspace: Workspace) -> None:
    client = workspace.client("programme_officer")
    type_id = workspace.ids["types"]
    one = {"type_id": str(type_id), "day": "2027-06-15", "starts": "13:15", "ends": "14:30"}
    assert client.post(at(workspace, "slots"), data=one).status_code == 302
    again = client.post(at(workspace, "slots"), data=one)
    assert (again.status_code, "There is such a slot already." in again.text) == (422, True)
    several = {
        "type_id": str(type_id),
        "day": "",
        "first": "12:00",
        "last": "14:30",
        "minutes": "75",
        "pause": "0",
    }
    shown = client.post(at(workspace, "slots/several"), data={**several, "preview": "1"})
    assert (shown.status_code, shown.text.count("12:00–13:15"), shown.text.count("13:15–14:30")) == (
        200,
        1,
        2,
    )
    with workspace.app.app_context():
        assert factories.count(Slot) == 1
    assert client.post(at(workspace, "slots/several"), data=several).status_code == 302
    # The same on one day would say nothing new.
    same = client.post(at(workspace, "slots"), data={**one, "day": "2027-06-16"})
    assert same.status_code == 422
    with workspace.app.app_context():
        found = slots.slots(workspace.ids["conference"])
        assert [(row.day, f"{row.starts:%H:%M}") for row in found] == [
            (None, "12:00"), (None, "13:15"), (date(2027, 6, 15), "13:15"),
        ]  # fmt: skip
        conference = workspace.conference()
        # Five days with two slots, one of which is named twice.
        assert len(planning.load_planning(conference).slots_of[type_id]) == 10
        ids = [row.id for row in found]
    assert client.post(at(workspace, "slots/remove"), data={"slot": ids[1:]}).status_code == 302
    with workspace.app.app_context():
        assert [row.id for row in slots.slots(workspace.ids["conference"])] == ids[:1]


@pytest.mark.sqlite_only
def test_slots_that_cannot_be_are_refused_beside_their_fields(workspace: Workspace) -> None:
    with workspace.app.app_context(), transaction():
        # The clocks go forward from 02:00 to 03:00 on 28 March 2027.
        conference = workspace.conference()
        conference.zone, conference.start_date = "Europe/Lisbon", date(2027, 3, 26)
        conference.end_date = date(2027, 3, 30)
        slot = Slot(type_id=workspace.other_ids["types"], starts=time(9), ends=time(10))
        db.session.add(slot)
        db.session.flush()
        foreign = slot.id
    client = workspace.client("programme_officer")
    good = {"type_id": str(workspace.ids["types"]), "starts": "09:00", "ends": "10:00"}
    for over, field in (
        ({"type_id": str(workspace.other_ids["types"])}, "type_id"),
        ({"day": "2027-03-31"}, "day"),
        ({"starts": "soon"}, "starts"),
        ({"ends": "09:00"}, "ends"),
        ({"starts": "00:30", "ends": "01:30"}, "ends"),
    ):
        answer = client.post(at(workspace, "slots"), data={**good, **over})
        assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True), over
    several = {"type_id": str(workspace.ids["types"]), "first": "09:00", "last": "09:30", "minutes": "60"}
    answer = client.post(at(workspace, "slots/several"), data=several)
    assert (answer.status_code, 'href="#series-minutes"' in answer.text) == (422, True)
    endless = client.post(at(workspace, "slots/several"), data={**several, "last": "08:59", "minutes": "5"})
    assert endless.status_code == 422
    assert client.post(at(workspace, "slots/remove"), data={"slot": [foreign]}).status_code == 404
    assert client.post(at(workspace, "slots/remove"), data={"slot": ["x", "9" * 40]}).status_code == 302
    with workspace.app.app_context():
        assert factories.count(Slot) == 1


def test_a_slot_that_a_change_of_clocks_skips_breaks_nothing() -> None:
    # The clocks go from 01:00 to 02:00, so that 01:15 is 02:15, after the end.
    skipped = SlotFacts(1, None, time(1, 15), time(2)).on(date(2027, 3, 28), "Europe/Lisbon")
    assert skipped.end - skipped.start == timedelta(minutes=1)


# --- opening times and closures


def test_a_room_has_opening_times_and_closures_that_the_public_does_not_see(workspace: Workspace) -> None:
    owner, officer = workspace.client("owner"), workspace.client("programme_officer")
    before = workspace.revision()
    with workspace.app.app_context():
        room = db.session.get_one(Room, workspace.ids["rooms"])
        names, venue = dict(room.names), room.venue_id
    sent = {
        "names-en": names["en"],
        "names-fr": names["fr"],
        "venue_id": venue,
        "opens": "09:30",
        "closes": "23:00",
    }
    edited = owner.post(f"/manage/{workspace.slug}/setup/rooms/{workspace.ids['rooms']}", data=sent)
    assert edited.status_code == 302
    closed = {
        "room_id": str(workspace.ids["rooms"]), "starts_at": "2027-06-15T13:00", "ends_at": "2027-06-16T00:00",
        "reasons-en": "Built up",
    }  # fmt: skip
    assert officer.post(at(workspace, "closures"), data=closed).status_code == 302
    assert officer.post(at(workspace, "closures"), data=closed).status_code == 422
    assert workspace.revision() == before
    page = officer.get(at(workspace, "closures")).text
    assert "09:30–23:00" in page
    assert "Built up" in page
    with workspace.app.app_context():
        facts = planning.load_planning(workspace.conference()).rooms[workspace.ids["rooms"]]
        assert (facts.opens, facts.closes) == (time(9, 30), time(23))
        assert [one.start for one in facts.closures] == [datetime(2027, 6, 15, 18, tzinfo=UTC)]
        id_ = db.session.scalars(select(RoomClosure.id)).one()
    assert (
        workspace.client("member of another conference")
        .post(f"/manage/{workspace.other}/programme/closures/{id_}/remove")
        .status_code
        == 404
    )
    assert officer.post(at(workspace, f"closures/{id_}/remove")).status_code == 302
    with workspace.app.app_context():
        assert factories.count(RoomClosure) == 0


@pytest.mark.sqlite_only
def test_closures_that_cannot_be_are_refused_beside_their_fields(workspace: Workspace) -> None:
    client = workspace.client("programme_officer")
    good = {
        "room_id": str(workspace.ids["rooms"]),
        "starts_at": "2027-06-15T13:00",
        "ends_at": "2027-06-15T14:00",
    }
    for over, field in (
        ({"room_id": str(workspace.other_ids["rooms"])}, "room_id"),
        ({"ends_at": "2027-06-15T13:00"}, "ends_at"),
        ({"ends_at": "2029-06-15T13:00"}, "ends_at"),
        ({"starts_at": "now"}, "starts_at"),
    ):
        answer = client.post(at(workspace, "closures"), data={**good, **over})
        assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True), over
    with workspace.app.app_context():
        assert factories.count(RoomClosure) == 0
        assert factories.count(EventType) == 2
