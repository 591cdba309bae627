"""The working programme as the timetable editor takes it: plain data for JSON, names in the reader's language. Pure.

Instants are ISO 8601 in UTC; the editor shows them in ``zone``. A place is
``{"room", "day", "end_day", "starts_at", "ends_at"}`` with null for what is not known, the same in all answers and requests.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from eventsapp.core import zones
from eventsapp.core.intervals import Interval
from eventsapp.programme.constraints import Violation
from eventsapp.programme.edits import Edit
from eventsapp.programme.enums import EventState
from eventsapp.programme.facts import EventFacts, Planning, RoomFacts, Texts
from eventsapp.programme.releases import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Tongue:
    """How names are said to the reader: a text, the language it is in when that is not the page's, and a day."""

    text: Callable[[Texts | None], str]
    language: Callable[[Texts | None], tuple[str, str] | None]
    """(language, direction), or None when it is the page's."""
    day: Callable[[date, str], str]
    """``form`` is ``short`` or ``long``."""


def instant(at: datetime | None) -> str | None:
    """Return an instant as the editor takes it: ``2026-10-19T13:15Z``; seconds only when there are any."""
    if at is None:
        return None
    utc = at.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="auto" if utc.second or utc.microsecond else "minutes") + "Z"


def place_json(place: Place) -> dict[str, Any] | None:
    """Return a place for the editor; None for nowhere."""
    if place == NOWHERE:
        return None
    return {
        "room": place.room_id,
        "day": place.day.isoformat() if place.day else None,
        "end_day": place.end_day.isoformat() if place.end_day else None,
        "starts_at": instant(place.starts_at),
        "ends_at": instant(place.ends_at),
    }


def place_from(given: Mapping[str, Any] | None) -> Place:
    """Return the place that the editor sent. Raises ``ValueError`` for anything that is none."""
    if given is None:
        return NOWHERE
    room = given.get("room")
    if room is not None and (isinstance(room, bool) or not isinstance(room, int) or not 0 < room < 2**31):
        raise ValueError("room")
    day, end_day = (_date(given.get(name)) for name in ("day", "end_day"))
    starts_at, ends_at = (_instant(given.get(name)) for name in ("starts_at", "ends_at"))
    return Place(room, day, end_day, starts_at, ends_at)


def _date(given: Any) -> date | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise ValueError("day")
    return date.fromisoformat(given)


def _instant(given: Any) -> datetime | None:
    if given is None or given == "":
        return None
    if not isinstance(given, str):
        raise ValueError("instant")
    at = datetime.fromisoformat(given)
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("instant") from error


def marks(violations: Iterable[Violation]) -> dict[int, int]:
    """Return how many of the violations concern each event; events that none concerns are missing."""
    return dict(Counter(id_ for one in violations for id_ in set(one.event_ids)))


def days_of(planning: Planning) -> list[date]:
    """Return the days of the conference and all others on which something is placed, in order."""
    used: set[date] = set()
    for event in planning.events.values():
        first, last = event.place.day, event.place.end_day
        if first is not None:
            used |= {first + timedelta(days=n) for n in range((last - first).days + 1 if last else 1)}
    return sorted(used | set(planning.days))


def whole(planning: Planning, violations: Iterable[Violation], tongue: Tongue) -> dict[str, Any]:
    """Return all that the editor shows. ``violations`` are those to be marked."""
    return {
        "edit": planning.edit,
        "zone": planning.zone.key,
        "days": [_day(planning, day, tongue) for day in days_of(planning)],
        "venues": _named(_used_venues(planning), tongue),
        "rooms": [_room(room, tongue) for room in planning.rooms.values()],
        "closed": _closed(planning),
        "types": [
            {"id": id_, "name": tongue.text(names), "colour": planning.type_colours.get(id_, 1)}
            for id_, names in planning.type_names.items()
        ],
        "themes": _named(planning.themes, tongue),
        "organizations": _named(_leading(planning), tongue),
        "slots": _slots(planning),
        "events": [_event(event, tongue) for event in planning.events.values()],
        "marks": marks(violations),
    }


def _named(names: Mapping[int, Texts], tongue: Tongue) -> list[dict[str, Any]]:
    return [{"id": id_, "name": tongue.text(texts)} for id_, texts in names.items()]


def _used_venues(planning: Planning) -> dict[int, Texts]:
    """Venues in the order in which their rooms come first."""
    order = dict.fromkeys(room.venue_id for room in planning.rooms.values())
    return {id_: planning.venues.get(id_, {}) for id_ in order}


def _leading(planning: Planning) -> dict[int, Texts]:
    ids = {id_ for event in planning.events.values() for id_ in event.lead_ids}
    return {id_: planning.organizations[id_] for id_ in sorted(ids) if id_ in planning.organizations}


def _day(planning: Planning, day: date, tongue: Tongue) -> dict[str, Any]:
    rules, zone = planning.rules, planning.zone.key
    late = rules.day_ends <= rules.day_starts
    return {
        "id": day.isoformat(),
        "name": tongue.day(day, "short"),
        "long": tongue.day(day, "long"),
        "midnight": instant(zones.instant(day, time(0), zone)),
        "opens": instant(zones.instant(day, rules.day_starts, zone)),
        "closes": instant(zones.instant(day + timedelta(days=late), rules.day_ends, zone)),
    }


def _room(room: RoomFacts, tongue: Tongue) -> dict[str, Any]:
    return {
        "id": room.id,
        "name": tongue.text(room.names),
        "venue": room.venue_id,
        "capacity": room.capacity,
        "equipment": sorted(room.equipment),
        "booths": room.booths,
        "step_free": room.step_free,
    }


def _closed(planning: Planning) -> list[dict[str, Any]]:
    """When rooms cannot be had on the days of the conference: before they open, after they close, closures."""
    found = []
    for room in planning.rooms.values():
        spans = list(room.closures)
        for day in planning.days:
            if room.opens is None and room.closes is None:
                continue
            whole_day, open_ = planning.open(_always(room), day), planning.open(room, day)
            if whole_day.start < open_.start:
                spans.append(Interval(whole_day.start, min(open_.start, whole_day.end)))
            if open_.end < whole_day.end:
                spans.append(Interval(max(open_.end, whole_day.start), whole_day.end))
        found += [{"room": room.id, "from": instant(one.start), "to": instant(one.end)} for one in spans]
    return found


def _always(room: RoomFacts) -> RoomFacts:
    """A room that is open as long as the conference's days are."""
    return RoomFacts(room.id, room.slug, room.names, room.venue_id)


def _slots(planning: Planning) -> dict[int, list[dict[str, Any]]]:
    return {
        type_id: [
            {"day": day.isoformat(), "from": instant(slot.start), "to": instant(slot.end)}
            for day, slot in slots
        ]
        for type_id, slots in planning.slots_of.items()
    }


def _event(event: EventFacts, tongue: Tongue) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": event.id,
        "code": event.code,
        "title": tongue.text(event.titles),
        "type": event.type_id,
        "minutes": event.minutes,
        "leads": sorted(event.lead_ids),
        "themes": sorted(event.theme_ids),
        "place": place_json(event.place),
    }
    other = tongue.language(event.titles)
    if other is not None:
        found["lang"], found["dir"] = other
    if event.pinned:
        found["pinned"] = True
    if event.state is not EventState.SCHEDULED:
        found["state"] = event.state.value
    if event.released is not None:
        # Mostly it is where it is public: that is said in one word.
        found["released"] = True if event.released == event.place else place_json(event.released) or {}
    lacking = [name for name, lacks in MISSING.items() if lacks(event)]
    if lacking:
        found["missing"] = lacking
    return found


MISSING: Mapping[str, Callable[[EventFacts], bool]] = {
    "lead": lambda event: not event.lead_ids,
    "speakers": lambda event: not event.speaker_ids,
    "attendance": lambda event: event.attendance is None,
    "theme": lambda event: not event.theme_ids,
}
"""What the tray can be asked for: events that lack it."""


def edit_json(edit: Edit, said: str) -> dict[str, Any]:
    """Return one entry of the log for the editor, with what happened in words."""
    return {
        "number": edit.number,
        "group": edit.group,
        "event": edit.event_id,
        "code": edit.code,
        "actor": edit.actor,
        "place": place_json(edit.after),
        "pinned": edit.after_pinned,
        "said": said,
    }


def violations_json(
    violations: Sequence[Violation], planning: Planning, sentence: Callable[[Violation, Planning], str]
) -> list[dict[str, Any]]:
    """Return violations in words, with the other events that they are about (none when there are many)."""
    return [
        {
            "kind": one.kind.value,
            "severity": one.severity.value,
            "text": sentence(one, planning),
            "events": list(one.event_ids) if len(one.event_ids) <= 4 else [],
        }
        for one in violations
    ]
