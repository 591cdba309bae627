"""What a person has chosen of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from eventsapp.calendars.links import PERSONAL
from eventsapp.conferences.models import Conference
from eventsapp.core import secrets
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking, Registration, Star
from eventsapp.registration.transitions import GONE


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose personal feed it is, and in which language they are written to."""

    registration_id: int
    conference_slug: str
    language: str


def owner_of(secret: str) -> Owner | None:
    """Return whose feed a secret opens; None for a forged or revoked one, and for a cancelled registration."""
    registration_id = secrets.read_id(secret)
    if registration_id is None:
        return None
    r = Registration
    row = db.session.execute(
        select(r.calendar_version, r.language, Conference.slug)
        .join(Conference, r.conference_id == Conference.id)
        .where(r.id == registration_id, r.state.not_in(GONE))
    ).one_or_none()
    if row is None or not secrets.matches(secret, PERSONAL, registration_id, row.calendar_version):
        return None
    return Owner(registration_id, row.slug, row.language)


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
