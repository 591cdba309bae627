"""How many people want to be at an event: what the timetable takes for its attendance when nobody gave a number."""

from __future__ import annotations

from sqlalchemy import func, select, union

from eventsapp.extensions import db
from eventsapp.programme.models import Event
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking, Registration, Star
from eventsapp.registration.transitions import GONE


def interest(conference_id: int) -> dict[int, int]:
    """Return event id → persons who hold a seat, wait for one, or keep the event in their own programme. One statement.

    Each person counts once, and those who cancelled their registration not at all. Events of nobody's interest are
    missing.
    """
    wanted = union(
        select(Booking.event_id, Booking.registration_id).where(Booking.state != BookingState.CANCELLED),
        select(Star.event_id, Star.registration_id),
    ).subquery()
    rows = db.session.execute(
        select(wanted.c.event_id, func.count())
        .join(Registration, Registration.id == wanted.c.registration_id)
        .join(Event, Event.id == wanted.c.event_id)
        .where(Event.conference_id == conference_id, Registration.state.not_in(GONE))
        .group_by(wanted.c.event_id)
    )
    return {event_id: count for event_id, count in rows}  # noqa: C416 - a Row is no pair for mypy
