"""Plannings for tests of what is pure: no database behind them. Times are minutes after 13:00 on 15 June 2027 in Quito."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eventsapp.core.intervals import Interval
from eventsapp.programme.enums import EventState
from eventsapp.programme.facts import EventFacts, Planning, RoomFacts, Rules, SpeakerFacts
from eventsapp.programme.releases import NOWHERE, Place

ZONE = ZoneInfo("America/Guayaquil")
DAY = date(2027, 6, 15)
DAYS = tuple(DAY + timedelta(days=n) for n in range(4))
START = datetime(2027, 6, 15, 18, 0, tzinfo=UTC)


def at(
    minutes: int | None, length: int | None = 60, *, room: int | None = None, end_day: date | None = None
) -> Place:
    """Return a place so many minutes after :data:`START`; without a time for None."""
    if minutes is None:
        return Place(room, DAY, None, None, None)
    start = START + timedelta(minutes=minutes)
    end = None if length is None else start + timedelta(minutes=length)
    return Place(room, start.astimezone(ZONE).date(), end_day, start, end)


def during(minutes: int, length: int) -> Interval:
    """Return an interval so many minutes after :data:`START`."""
    start = START + timedelta(minutes=minutes)
    return Interval(start, start + timedelta(minutes=length))


def event(id_: int, place: Place = NOWHERE, **over: Any) -> EventFacts:
    """Return a scheduled event."""
    values: dict[str, Any] = {
        "code": f"SE-{id_:03}",
        "titles": {"en": f"Event {id_}"},
        "state": EventState.SCHEDULED,
        "type_id": 1,
        **over,
    }
    for name in (
        "lead_ids",
        "co_ids",
        "speaker_ids",
        "online_ids",
        "theme_ids",
        "constituency_ids",
        "equipment",
    ):
        if name in values:
            values[name] = frozenset(values[name])
    return EventFacts(id=id_, place=place, **values)


def room(id_: int, **over: Any) -> RoomFacts:
    """Return a room."""
    values: dict[str, Any] = {"slug": f"room-{id_}", "names": {"en": f"Room {id_}"}, "venue_id": 1, **over}
    if "equipment" in values:
        values["equipment"] = frozenset(values["equipment"])
    return RoomFacts(id=id_, **values)


def planning(
    events: Iterable[EventFacts],
    *,
    rooms: Iterable[RoomFacts] | None = None,
    speakers: Iterable[SpeakerFacts] = (),
    rules: Rules | None = None,
    **over: Any,
) -> Planning:
    """Return a planning of these events; rooms 1 to 9 unless others are given."""
    given = [room(n) for n in range(1, 10)] if rooms is None else rooms
    return Planning(
        conference_id=1,
        zone=over.pop("zone", ZONE),
        days=over.pop("days", DAYS),
        rooms={one.id: one for one in given},
        events={one.id: one for one in events},
        speakers={one.id: one for one in speakers},
        rules=rules or Rules(day_starts=time(8), day_ends=time(21)),
        **over,
    )
