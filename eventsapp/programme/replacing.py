"""Other places for events that lose theirs: the least disturbing first, and never the same for two of them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

from eventsapp.core.intervals import Interval
from eventsapp.programme.constraints import Violation, of_event, penalty
from eventsapp.programme.facts import Planning, Severity
from eventsapp.programme.options import Option, where
from eventsapp.programme.releases import Place

OFFERED: Final = 12
"""Options for each event to choose from."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An event that needs a place. ``origin`` is where it was; ``options`` are allowed, the least disturbing first."""

    event_id: int
    origin: Place
    options: tuple[Option, ...]
    best: Place | None
    """One of the options that leaves room for the other events; None when there is none."""


def closed(planning: Planning, room_id: int, during: Interval) -> Planning:
    """Return the planning with a room closed for a time."""
    room = planning.rooms[room_id]
    shut = replace(room, closures=tuple(sorted((*room.closures, during))))
    return replace(planning, rooms={**planning.rooms, room_id: shut})


def hit(planning: Planning, room_id: int, during: Interval) -> list[int]:
    """Return the ids of the events that would be in a room at a time, in order of start and code.

    By the working programme or by the newest release, in case the two differ; not what is cancelled.
    """
    found = []
    for event in planning.events.values():
        places = [place for place in (event.place, event.released) if place is not None]
        meets = [
            interval
            for place in places
            if place.room_id == room_id
            for interval in event.intervals(place, planning.zone)
            if interval.meet(during) is not None
        ]
        if meets and event.takes_place:
            found.append((min(meets), event.code, event.id))
    return [id_ for _interval, _code, id_ in sorted(found)]


def propose(
    planning: Planning,
    origins: Mapping[int, Place],
    *,
    now: datetime,
    places: Mapping[int, Place] | None = None,
    kept: Collection[tuple[int, Interval]] = (),
) -> list[Proposal]:
    """Return proposals for the events of ``origins`` (event id → where it was), in their order.

    Those of the highest rank, then those with most people, choose first; each then keeps its place from the others.
    ``places`` stands for the working programme's; the events of ``origins`` take no room in it before they have chosen.
    ``kept`` are further rooms and times that nothing may be put into.
    """
    there = {id_: event.place for id_, event in planning.events.items()} if places is None else dict(places)
    for event_id in origins:
        there.pop(event_id, None)
    made: dict[int, Proposal] = {}
    for event_id in sorted(origins, key=lambda id_: _importance(planning, id_)):
        options = [
            option
            for option in _options(planning, event_id, origins[event_id], there, now)
            if not _overlaps(planning, event_id, option.place, kept)
        ]
        best = options[0].place if options else None
        if best is not None:
            there[event_id] = best
        made[event_id] = Proposal(event_id, origins[event_id], tuple(options[:OFFERED]), best)
    return [made[event_id] for event_id in origins]


def _importance(planning: Planning, event_id: int) -> tuple[int, int, str]:
    event = planning.events[event_id]
    return -event.rank, -(event.attendance or 0), event.code


def _options(
    planning: Planning, event_id: int, origin: Place, places: Mapping[int, Place], now: datetime
) -> list[Option]:
    found: dict[Place, Option] = {}
    if origin.end_day is None:
        for option in where(planning, event_id, places):
            if not option.allowed:
                # The allowed ones come first.
                break
            if option.place.starts_at == origin.starts_at or _begins_after(option.place, now):
                found[option.place] = option
    if origin.starts_at is not None:
        # Its own time need not be one that is offered to its type.
        for room_id in planning.rooms:
            place = replace(origin, room_id=room_id)
            if place not in found:
                violations = tuple(of_event(planning, event_id, place, places))
                option = Option(place, violations, penalty(violations, planning.rules))
                if option.allowed:
                    found[place] = option
    shut = [(room.id, closure) for room in planning.rooms.values() for closure in room.closures]
    # Also in a conference whose settings do not ask whether a room is open.
    free = [option for option in found.values() if not _overlaps(planning, event_id, option.place, shut)]
    return sorted(free, key=lambda option: _disturbance(planning, origin, option))


def _begins_after(place: Place, now: datetime) -> bool:
    return place.starts_at is not None and place.starts_at >= now


def _overlaps(planning: Planning, event_id: int, place: Place, taken: Iterable[tuple[int, Interval]]) -> bool:
    intervals = planning.events[event_id].intervals(place, planning.zone)
    return any(
        room_id == place.room_id and interval.meet(during) is not None
        for room_id, during in taken
        for interval in intervals
    )


def public(planning: Planning) -> tuple[dict[int, Place], list[tuple[int, Interval]]]:
    """Return where the public sees events, and the working programme those it does not know; and what else is kept.

    That are the rooms and times of events that the working programme has elsewhere than the newest release.
    """
    places, kept = {}, []
    for event in planning.events.values():
        places[event.id] = event.place if event.released is None else event.released
        if event.place.room_id is not None and places[event.id] != event.place and event.takes_place:
            room_id = event.place.room_id
            kept += [(room_id, during) for during in event.intervals(event.place, planning.zone)]
    return places, kept


def _disturbance(planning: Planning, origin: Place, option: Option) -> tuple[object, ...]:
    """Another room at the same time disturbs least, then another time on the same day."""
    place = option.place
    shift = timedelta(0)
    if place.starts_at is not None and origin.starts_at is not None:
        shift = abs(place.starts_at - origin.starts_at)
    same = (place.starts_at, place.ends_at) == (origin.starts_at, origin.ends_at)
    step = 0 if same else 1 if place.day == origin.day else 2
    room = planning.rooms[place.room_id] if place.room_id is not None else None
    return step, option.penalty, shift, room.capacity or 0 if room else 0, place.room_id or 0


def against(
    planning: Planning, chosen: Mapping[int, Place], places: Mapping[int, Place] | None = None
) -> dict[int, list[Violation]]:
    """Return what hard constraints forbid if the events were where they are chosen to be, by event; empty: nothing.

    All others are where the working programme has them, or at ``places``.
    """
    others = {id_: event.place for id_, event in planning.events.items()} if places is None else places
    places = {**others, **chosen}
    found = {}
    for event_id, place in chosen.items():
        hard = [one for one in of_event(planning, event_id, place, places) if one.severity is Severity.HARD]
        if hard:
            found[event_id] = hard
    return found


def key_of(place: Place) -> str:
    """Return a place as a form sends it."""
    times = (place.starts_at, place.ends_at)
    parts = (place.room_id, place.day, place.end_day, *(at and at.astimezone(UTC) for at in times))
    return "|".join("" if part is None else str(part) for part in parts)


def place_of(key: str) -> Place | None:
    """Return the place that :func:`key_of` wrote; None for anything else."""
    try:
        room, day, end_day, starts_at, ends_at = key.split("|")
        return Place(
            int(room) if room else None,
            date.fromisoformat(day) if day else None,
            date.fromisoformat(end_day) if end_day else None,
            _instant(starts_at),
            _instant(ends_at),
        )
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("an instant has a zone")
    return found.astimezone(UTC)
