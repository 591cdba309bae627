"""The working programme as the editor takes it: pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from eventsapp.core.intervals import Interval
from eventsapp.programme import timetable
from eventsapp.programme.constraints import Violation
from eventsapp.programme.enums import EventState
from eventsapp.programme.facts import EventFacts, Kind, Planning, RoomFacts, Rules, SlotFacts
from eventsapp.programme.releases import NOWHERE, Place

DAY = date(2027, 6, 15)
LISBON = ZoneInfo("Europe/Lisbon")
TONGUE = timetable.Tongue(
    text=lambda texts: (texts or {}).get("en") or next(iter((texts or {"": ""}).values())),
    language=lambda texts: None if texts is None or "en" in texts else ("ar", "rtl"),
    day=lambda day, form: f"{day} {form}",
)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 6, 15, hour, minute, tzinfo=LISBON).astimezone(UTC)


PLACE = Place(3, DAY, None, at(13, 15), at(14, 30))


def event(id_: int, **over: object) -> EventFacts:
    made = EventFacts(
        id=id_, code=f"SE-{id_:03}", titles={"en": f"Event {id_}"}, state=EventState.SCHEDULED, type_id=7
    )
    return replace(made, **over)  # type: ignore[arg-type]


def planning(*events: EventFacts, **over: object) -> Planning:
    made = Planning(
        conference_id=1,
        zone=LISBON,
        days=(DAY,),
        rooms={3: RoomFacts(3, "three", {"en": "Room 3"}, 9, capacity=40, equipment=frozenset({"screen"}))},
        events={one.id: one for one in events},
        venues={8: {"en": "Unused"}, 9: {"en": "House"}},
        type_names={7: {"en": "Side event"}},
        type_colours={7: 4},
        edit=12,
    )
    return replace(made, **over)  # type: ignore[arg-type]


def test_a_place_survives_the_way_to_the_browser_and_back():
    for place in (NOWHERE, PLACE, Place(3), Place(None, DAY, date(2027, 6, 17)), Place(3, DAY, None, at(9))):
        assert timetable.place_from(timetable.place_json(place)) == place
    assert timetable.place_json(PLACE) == {
        "room": 3, "day": "2027-06-15", "end_day": None, "starts_at": "2027-06-15T12:15Z", "ends_at": "2027-06-15T13:30Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    "given",
    [
        {"room": "3"}, {"room": True}, {"room": -1}, {"room": 2**40}, {"day": "tomorrow"}, {"day": 5},
        {"starts_at": "2027-06-15T12:15"}, {"ends_at": 7}, {"starts_at": "0001-01-01T00:00+14:00"},
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused(given):
    with pytest.raises(ValueError):  # noqa: PT011 - whichever it is
        timetable.place_from(given)


def test_an_event_says_only_what_the_editor_needs():
    full = event(
        1,
        titles={"ar": "ماء"},
        place=PLACE,
        released=PLACE,
        pinned=True,
        lead_ids=frozenset({5}),
        speaker_ids=frozenset({6}),
        attendance=20,
        theme_ids=frozenset({2}),
    )
    moved = replace(full, id=2, released=NOWHERE, pinned=False, state=EventState.DRAFT)
    bare = event(3)
    whole = timetable.whole(planning(full, moved, bare), [], TONGUE)
    first, second, third = whole["events"]
    assert (first["released"], first["pinned"], first["lang"], first["dir"]) == (True, True, "ar", "rtl")
    assert "missing" not in first
    assert "state" not in first
    assert (second["released"], second["state"]) == ({}, "draft")
    assert third["place"] is None
    assert "released" not in third
    assert third["missing"] == ["lead", "speakers", "attendance", "theme"]
    assert whole["venues"] == [{"id": 9, "name": "House"}]
    assert whole["edit"] == 12


def test_days_are_those_of_the_conference_and_all_that_are_used():
    exhibition = event(1, place=Place(3, date(2027, 6, 13), date(2027, 6, 14)))
    assert timetable.days_of(planning(exhibition)) == [date(2027, 6, n) for n in (13, 14, 15)]
    [*_, last] = timetable.whole(planning(), [], TONGUE)["days"]
    assert (last["midnight"], last["opens"], last["closes"]) == (
        "2027-06-14T23:00Z", "2027-06-15T07:00Z", "2027-06-15T20:00Z",
    )  # fmt: skip
    night = timetable.whole(planning(rules=Rules(day_starts=time(9), day_ends=time(1))), [], TONGUE)
    assert night["days"][0]["closes"] == "2027-06-16T00:00Z"


def test_a_room_is_marked_where_it_cannot_be_had():
    room = RoomFacts(
        3, "three", {"en": "Room 3"}, 9, opens=time(10), closes=time(18), closures=(Interval(at(12), at(13)),)
    )
    closed = timetable.whole(planning(rooms={3: room}), [], TONGUE)["closed"]
    assert [(one["from"][11:16], one["to"][11:16]) for one in closed] == [
        ("11:00", "12:00"), ("07:00", "09:00"), ("17:00", "20:00"),
    ]  # fmt: skip


def test_slots_stand_on_their_days_by_type():
    slots = timetable.whole(planning(slots=(SlotFacts(7, None, time(13, 15), time(14, 30)),)), [], TONGUE)[
        "slots"
    ]
    assert slots == {
        7: [{"day": "2027-06-15", "from": "2027-06-15T12:15Z", "to": "2027-06-15T13:30Z"}],
    }


def test_marks_count_what_concerns_each_event():
    found = [Violation(Kind.ROOM, (1, 2)), Violation(Kind.LEAD, (1, 3)), Violation(Kind.CAPACITY, (1,))]
    assert timetable.marks(found) == {1: 3, 2: 1, 3: 1}
    said = timetable.violations_json(found, planning(), lambda one, _planning: one.kind.value.upper())
    assert said[0] == {"kind": "room", "severity": "hard", "text": "ROOM", "events": [1, 2]}
    many = Violation(Kind.INTERPRETERS, tuple(range(9)))
    assert (
        timetable.violations_json([many], planning(), lambda _one, _planning: "Too many")[0]["events"] == []
    )
