"""Made-up conferences to be timetabled, from a seed: as many events, rooms and people as are asked for. No database.

The shape is that of a World Urban Forum: side events in slots of an hour and a quarter, networking events of two hours,
training events of three, special sessions, and plenaries that are pinned and have nothing beside them. Rooms from 40 to
600 seats, some with booths; wishes for days and halves of days; organizations that lead some events and join others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from eventsapp.core import zones
from eventsapp.core.intervals import Interval
from eventsapp.programme.enums import EventState, HalfDay, PairKind
from eventsapp.programme.facts import (
    EventFacts,
    PairFacts,
    Planning,
    RoomFacts,
    Rules,
    SlotFacts,
    SpeakerFacts,
)
from eventsapp.programme.releases import Place

ZONE = ZoneInfo("America/Guayaquil")
FIRST = date(2026, 10, 17)
PLENARY, SIDE, NETWORKING, TRAINING, SPECIAL = 1, 2, 3, 4, 5
_SLOTS = {
    PLENARY: [("10:00", "12:00")],
    SIDE: [
        ("08:00", "09:15"), ("09:30", "10:45"), ("11:00", "12:15"), ("13:15", "14:30"), ("14:45", "16:00"),
        ("16:45", "18:00"), ("18:15", "19:30"),
    ],
    NETWORKING: [("11:00", "13:00"), ("14:45", "16:45"), ("18:15", "20:15")],
    TRAINING: [("08:00", "10:45"), ("14:45", "17:30"), ("18:15", "21:00")],
    SPECIAL: [("11:00", "13:00"), ("14:45", "16:45"), ("18:15", "20:15")],
}  # fmt: skip
_LATE = ("19:45", "21:00")
"""One more slot for side events where there is nothing else."""
_LENGTHS = {PLENARY: 120, SIDE: 75, NETWORKING: 120, TRAINING: 165, SPECIAL: 120}


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything. ``only`` leaves one type of event (and the plenaries)."""

    events: int = 350
    rooms: int = 20
    days: int = 4
    speakers: int = 600
    organizations: int = 220
    themes: int = 12
    plenaries: int = 4
    only: int | None = None
    seed: int = 1


HALL = Size()
"""The size of a call with 350 places."""
TIGHT = Size(events=560, speakers=900, organizations=300, plenaries=0, only=SIDE)
"""Side events alone, in 88 of 100 places."""
FORUM = Size(events=1000, rooms=30, days=6, speakers=1500, organizations=600, themes=16)
SMALL = Size(events=40, rooms=6, days=2, speakers=60, organizations=25, themes=5, plenaries=1)
"""To try the benchmarks themselves."""


def make(size: Size) -> Planning:
    """Return a conference none of whose events but the plenaries has a place."""
    random = Random(size.seed)
    days = tuple(FIRST + timedelta(days=n) for n in range(size.days))
    rooms = _rooms(size, random)
    speakers = _speakers(size, random, days)
    events = {}
    for number in range(1, size.events + 1):
        if number <= size.plenaries:
            event = _plenary(number, days, rooms)
        else:
            event = _event(number, size, random, days, rooms)
        events[number] = event
    return Planning(
        conference_id=1,
        zone=ZONE,
        days=days,
        rooms=rooms,
        events=events,
        speakers=speakers,
        slots=tuple(
            SlotFacts(type_id, None, time.fromisoformat(starts), time.fromisoformat(ends))
            for type_id, slots in _SLOTS.items()
            for starts, ends in [*slots, *([_LATE] if size.only == type_id else [])]
        ),
        pairs=_pairs(size, random),
        rules=Rules(interpreter_teams=12, turnover=timedelta(0)),
        organizations={n: {"en": f"ORG-{n}"} for n in range(1, size.organizations + 1)},
        organization_regions={n: f"{chr(65 + n % 20)}X" for n in range(1, size.organizations + 1)},
        themes={n: {"en": f"Theme {n}"} for n in range(1, size.themes + 1)},
    )


def _rooms(size: Size, random: Random) -> dict[int, RoomFacts]:
    capacities = [40, 40, 60, 60, 80, 80, 100, 120, 150, 150, 200, 200, 250, 300, 400, 600]
    found = {}
    for number in range(1, size.rooms + 1):
        capacity = 600 if number == 1 else capacities[(number * 7) % len(capacities)]
        found[number] = RoomFacts(
            id=number,
            slug=f"room-{number}",
            names={"en": f"Room {number}"},
            venue_id=1 if number <= size.rooms * 3 // 4 else 2,
            capacity=capacity,
            safety_limit=capacity + 20,
            equipment=frozenset({"projector", *(["hybrid kit"] if number % 2 else [])}),
            booths=4 if capacity >= 300 else 2 if capacity >= 150 else 0,
            step_free=random.random() < 0.9,
        )
    return found


def _speakers(size: Size, random: Random, days: tuple[date, ...]) -> dict[int, SpeakerFacts]:
    found = {}
    for number in range(1, size.speakers + 1):
        absences: tuple[Interval, ...] = ()
        if random.random() < 0.05:
            day = random.choice(days)
            absences = (_interval(day, "08:00", "21:00"),)
        zone = random.choice(["Europe/Paris", "Asia/Tokyo", "Africa/Nairobi", "America/New_York"])
        found[number] = SpeakerFacts(number, f"Speaker {number}", zone, absences)
    return found


def _interval(day: date, starts: str, ends: str) -> Interval:
    return Interval(
        zones.instant(day, time.fromisoformat(starts), ZONE.key),
        zones.instant(day, time.fromisoformat(ends), ZONE.key),
    )


def _plenary(number: int, days: tuple[date, ...], rooms: dict[int, RoomFacts]) -> EventFacts:
    day = days[(number - 1) % len(days)]
    during = _interval(
        day, "16:45" if number > len(days) else "10:00", "17:45" if number > len(days) else "11:00"
    )
    return EventFacts(
        id=number, code=f"PL-{number:03d}", titles={"en": f"Plenary {number}"}, state=EventState.SCHEDULED,
        type_id=PLENARY, rank=100, minutes=120, place=Place(1, day, None, during.start, during.end), pinned=True,
        attendance=500,
    )  # fmt: skip


def _event(
    number: int, size: Size, random: Random, days: tuple[date, ...], rooms: dict[int, RoomFacts]
) -> EventFacts:
    kinds = [SIDE] * 74 + [NETWORKING] * 14 + [TRAINING] * 7 + [SPECIAL] * 5
    type_id = size.only or random.choice(kinds)
    capacities = sorted(room.capacity or 0 for room in rooms.values())
    # People guess what would fill some room, seldom the largest.
    expected = int(capacities[int(len(capacities) * random.betavariate(1.2, 2.2))] * random.uniform(0.5, 1.0))
    # One organization in ten leads many events.
    lead = 1 + int(size.organizations * random.betavariate(1, 1.6))
    others = random.sample(range(1, size.organizations + 1), random.choice([0, 1, 1, 2, 3]))
    speakers = random.sample(range(1, size.speakers + 1), random.choice([2, 3, 3, 4]))
    needs = [word for word, often in (("projector", 0.5), ("hybrid kit", 0.15)) if random.random() < often]
    wished = (
        frozenset(random.sample(days, min(len(days), random.choice([1, 2]))))
        if random.random() < 0.3
        else frozenset()
    )
    halves = frozenset([random.choice(list(HalfDay))]) if random.random() < 0.15 else frozenset()
    return EventFacts(
        id=number,
        code=f"EV-{number:04d}",
        titles={"en": f"Event {number}"},
        state=EventState.SCHEDULED,
        type_id=type_id,
        rank=1,
        minutes=_LENGTHS[type_id],
        lead_ids=frozenset({lead}),
        co_ids=frozenset(others) - {lead},
        speaker_ids=frozenset(speakers),
        online_ids=frozenset(speakers[:1]) if random.random() < 0.1 else frozenset(),
        theme_ids=frozenset({random.randint(1, size.themes)}),
        attendance=expected if random.random() < 0.8 else None,
        equipment=frozenset(needs),
        booths=random.choice([1, 2]) if expected >= 80 and random.random() < 0.15 else 0,
        step_free=random.random() < 0.1,
        wished_days=wished,
        wished_halves=halves,
    )


def _pairs(size: Size, random: Random) -> tuple[PairFacts, ...]:
    found = set()
    for kind, share in ((PairKind.APART, 10), (PairKind.BEFORE, 40), (PairKind.NEXT, 50)):
        for _ in range(size.events // share):
            first, second = random.sample(range(size.plenaries + 1, size.events + 1), 2)
            found.add((kind, first, second))
    return tuple(PairFacts(*one) for one in sorted(found))


def placed(planning: Planning, places: dict[int, Place], *, released: bool = False) -> Planning:
    """Return the planning with events at places, and published there if ``released``."""
    events = {
        id_: replace(
            event, place=places.get(id_, event.place), released=places.get(id_) if released else None
        )
        for id_, event in planning.events.items()
    }
    return replace(planning, events=events)


def bumped(planning: Planning, count: int) -> Planning:
    """Return a placed planning in which official meetings have just taken the places of ``count`` events."""
    taken: dict[int, list[Interval]] = {}
    events = dict(planning.events)
    chosen = [event for event in planning.events.values() if event.place.starts_at and not event.pinned][
        :: max(1, len(events) // count)
    ]
    for event in chosen[:count]:
        place = event.place
        assert place.room_id is not None
        assert isinstance(place.starts_at, datetime)
        assert isinstance(place.ends_at, datetime)
        taken.setdefault(place.room_id, []).append(Interval(place.starts_at, place.ends_at))
        events[event.id] = replace(event, place=Place())
    rooms = {
        id_: replace(room, closures=(*room.closures, *taken.get(id_, ())))
        for id_, room in planning.rooms.items()
    }
    return replace(planning, events=events, rooms=rooms)
