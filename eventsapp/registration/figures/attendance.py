"""Who booked and who came, by event: read in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select

from eventsapp.extensions import db
from eventsapp.registration.door.models import Attendance
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking
from eventsapp.registration.queries import EVENT, ROOM, C, E, EventFacts, P, as_event, newest_release


@dataclass(frozen=True, slots=True)
class Row:
    """An event. ``came`` counts everybody who was scanned there, ``kept`` those of them who had booked."""

    event: EventFacts
    booked: int
    came: int
    kept: int
    over: bool

    @property
    def missing(self) -> int | None:
        """How many booked and did not come; None while it is not over, or where nobody was scanned at all."""
        return self.booked - self.kept if self.over and self.came else None

    @property
    def unbooked(self) -> int:
        """How many came without a booking."""
        return self.came - self.kept


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the events that are over. ``counted``: what was booked where anybody was scanned."""

    events: int
    booked: int
    came: int
    missing: int
    counted: int


def rows(conference_id: int, zone: str, now: datetime, *, day: date | None = None) -> list[Row]:
    """Return the events that somebody booked or came to, in the order of the programme. Three statements."""
    same = and_(
        Attendance.event_id == Booking.event_id, Attendance.registration_id == Booking.registration_id
    )
    booked = {
        row[0]: (row[1], row[2])
        for row in db.session.execute(
            select(Booking.event_id, func.count(Booking.id), func.count(Attendance.id))
            .join(E, E.c.id == Booking.event_id)
            .outerjoin(Attendance, same)
            .where(E.c.conference_id == conference_id, Booking.state == BookingState.CONFIRMED)
            .group_by(Booking.event_id)
        )
    }
    came: dict[int, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Attendance.event_id, func.count())
            .join(E, E.c.id == Attendance.event_id)
            .where(E.c.conference_id == conference_id)
            .group_by(Attendance.event_id)
        )
    }
    found = db.session.connection().execute(
        select(*EVENT)
        .select_from(
            E.join(C, E.c.conference_id == C.c.id)
            .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        )
        .where(
            C.c.id == conference_id,
            or_(
                E.c.id.in_(select(Booking.event_id).where(Booking.state == BookingState.CONFIRMED)),
                E.c.id.in_(select(Attendance.event_id)),
            ),
            *([P.c.day == day] if day is not None else []),
        )
        .order_by(P.c.starts_at.is_(None), P.c.starts_at, E.c.code)
    )
    made = []
    for values in found:
        event = as_event(values)
        seats, kept = booked.get(event.id, (0, 0))
        made.append(Row(event, seats, came.get(event.id, 0), kept, event.is_over(zone, now)))
    return made


def sums(shown: list[Row]) -> Sums:
    """Return what the events that are over come to. Pure."""
    over = [one for one in shown if one.over]
    return Sums(
        len(over),
        sum(one.booked for one in over),
        sum(one.came for one in over),
        sum(one.missing or 0 for one in over),
        sum(one.booked for one in over if one.missing is not None),
    )
