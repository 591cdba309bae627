"""What a person has chosen of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking, Star


@dataclass(frozen=True, slots=True)
class Chosen:
    """An event that a person chose: booked, waited for, or starred (``booking`` is None).

    ``changed_at``: when the booking last changed (UTC).
    """

    event_id: int
    booking: BookingState | None
    changed_at: datetime | None


def chosen_by(registration_id: int) -> list[Chosen]:
    """Return what a person booked, waits for or starred, each event once, a booking before a star. Two statements.

    A booking that ended with its event is still there, so that the calendar shows the event as cancelled.
    """
    booked = db.session.execute(
        select(Booking.event_id, Booking.state, Booking.changed_at, Event.state)
        .join(Event, Booking.event_id == Event.id)
        .where(Booking.registration_id == registration_id)
    ).all()
    starred = db.session.scalars(select(Star.event_id).where(Star.registration_id == registration_id)).all()
    found = {
        event_id: Chosen(event_id, booking, changed_at)
        for event_id, booking, changed_at, state in booked
        if booking is not BookingState.CANCELLED or state is EventState.CANCELLED
    }
    for event_id in starred:
        found.setdefault(event_id, Chosen(event_id, None, None))
    return list(found.values())
