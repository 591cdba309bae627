"""The bookable times of each event type. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.conferences.models import Conference, EventType, Slot
from eventsapp.core import audit, zones
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.extensions import db
from eventsapp.programme.service import writable

MOST = 2000
"""Slots in one conference."""
_DAY = 24 * 60
Clocks = tuple[time, time]


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot as the list shows it; ``day`` None: on each day."""

    id: int
    type_id: int
    day: date | None
    starts: time
    ends: time

    @property
    def minutes(self) -> int:
        """Its length by the clock."""
        return length(self.starts, self.ends)


def length(starts: time, ends: time) -> int:
    """Return the minutes from one clock to another, which is on the next day when it is not later. Pure."""
    return (_minute(ends) - _minute(starts) - 1) % _DAY + 1


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def series(first: time, minutes: int, pause: int, last_end: time) -> list[Clocks]:
    """Return slots of ``minutes``, with ``pause`` minutes between, from ``first`` on and ended by ``last_end``. Pure.

    A ``last_end`` that is not after ``first`` is on the next day. Raises ``ValueError`` for a length below 1.
    """
    if minutes < 1 or pause < 0:
        raise ValueError("a slot lasts at least a minute")
    found = []
    at, end = _minute(first), _minute(first) + length(first, last_end)
    while at + minutes <= end:
        found.append((_clock(at), _clock(at + minutes)))
        at += minutes + pause
    return found


def _clock(minute: int) -> time:
    return time(minute % _DAY // 60, minute % 60)


def days_of(conference: Conference) -> list[date]:
    """Return the days of a conference, in order. Pure."""
    count = (conference.end_date - conference.start_date).days + 1
    return [conference.start_date + timedelta(days=n) for n in range(count)]


def slots(conference_id: int) -> list[SlotRow]:
    """Return all slots of a conference: those of each day first, then by day and time. One statement."""
    rows = db.session.execute(
        select(Slot.id, Slot.type_id, Slot.day, Slot.starts, Slot.ends)
        .join(EventType)
        .where(EventType.conference_id == conference_id)
    )
    found = [SlotRow(*row) for row in rows]
    return sorted(found, key=lambda one: (one.type_id, one.day or date.min, one.starts, one.ends))


def by_type(found: Iterable[SlotRow]) -> dict[int, list[tuple[date | None, list[SlotRow]]]]:
    """Return slots by type, and there by day in the order given; ``None`` is each day. Pure."""
    grouped: dict[int, dict[date | None, list[SlotRow]]] = {}
    for one in found:
        grouped.setdefault(one.type_id, {}).setdefault(one.day, []).append(one)
    return {type_id: list(days.items()) for type_id, days in grouped.items()}


def add(
    conference: Conference, *, actor: audit.Actor, type_id: int, day: date | None, clocks: Sequence[Clocks]
) -> int:
    """Add slots to a type, on one day or (``day`` None) on each day; return how many were not there yet.

    Raises :class:`Invalid` (``type_id``, ``day``, ``starts``, ``ends``; ``starts`` also when all are there already) and
    :class:`Conflict`.
    """
    writable(conference)
    kind = db.session.get(EventType, type_id)
    if kind is None or kind.conference_id != conference.id:
        raise Invalid({"type_id": _("Choose a type of this conference.")})
    if day is not None and day not in days_of(conference):
        raise Invalid({"day": _("Choose a day of the conference.")})
    for starts, ends in clocks:
        _check(conference, day, starts, ends)
    known = slots(conference.id)
    # On each day includes this one.
    there = {(one.starts, one.ends) for one in known if one.type_id == type_id and one.day in (day, None)}
    new = [pair for pair in dict.fromkeys(clocks) if pair not in there]
    if not new:
        raise Invalid({"starts": _("There is such a slot already.")})
    if len(known) + len(new) > MOST:
        raise Conflict(
            _("There are %(most)d already. That is the most that one conference can have.", most=MOST)
        )
    db.session.add_all(Slot(type_id=type_id, day=day, starts=starts, ends=ends) for starts, ends in new)
    db.session.flush()
    _record(conference, "slot.create", f"event_type:{kind.slug}", actor, len(new))
    return len(new)


def _check(conference: Conference, day: date | None, starts: time, ends: time) -> None:
    if starts == ends:
        raise Invalid({"ends": _("The end has to differ from the start.")})
    for one in days_of(conference) if day is None else [day]:
        last = one if ends > starts else one + timedelta(days=1)
        for name, on, at in (("starts", one, starts), ("ends", last, ends)):
            if zones.oddity(on, at, conference.zone) is not None:
                said = _(
                    "The clocks are changed at %(time)s on %(day)s: choose another time.",
                    time=f"{at:%H:%M}",
                    day=on.isoformat(),
                )
                raise Invalid({name: said})


def remove(conference: Conference, ids: Collection[int], *, actor: audit.Actor) -> int:
    """Take slots off; events that are placed stay where they are. Return how many there were.

    Raises :class:`NotFound` when one is not of this conference, :class:`Conflict` for an archived one.
    """
    writable(conference)
    rows = db.session.scalars(
        select(Slot).join(EventType).where(Slot.id.in_(ids), EventType.conference_id == conference.id)
    ).all()
    if len(rows) != len(set(ids)):
        raise NotFound
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    if rows:
        _record(conference, "slot.delete", f"conference:{conference.slug}", actor, len(rows))
    return len(rows)


def _record(conference: Conference, action: str, subject: str, actor: audit.Actor, many: int) -> None:
    audit.record(actor, action, subject, conference_id=conference.id, detail={"count": many})
