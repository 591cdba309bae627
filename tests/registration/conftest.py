"""What the tests of registration share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, insert, select

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from eventsapp.registration import links
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Booking, Registration
from tests import factories


@dataclass(frozen=True)
class Counters:
    """The seats of an event, once as its counters say and once as its bookings do."""

    seats: int | None
    taken: int
    waiting: int
    queue: list[int]
    """Positions of the waiting, in order."""


@dataclass(frozen=True)
class Hall:
    """A conference with one event that takes bookings, and people to book."""

    conference_id: int
    slug: str
    event_id: int
    code: str
    people: list[int]
    tokens: list[str]

    def seat(self, number: int, language: str = "en") -> str:
        """The address at which person ``number`` books."""
        return f"/{language}/registrations/{self.tokens[number]}/bookings/{self.code}"


def make_hall(*, seats: int, people: int) -> Hall:
    """Make one, committed. Works inside an application context."""
    with transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        room = factories.make_room(conference)
        made = factories.make_event(
            conference, access="booking", seats=seats, start=factories.START, room=room
        )
        factories.release(conference)
        category = factories.make_category(conference)
        now = clock.now()
        rows = [
            {
                "conference_id": conference.id,
                "category_id": category.id,
                "name": f"Person {n}",
                "email": f"person{n}@example.org",
                "language": "en",
                "state": RegistrationState.CONFIRMED,
                "confirmed_at": now,
                "secret_version": 0,
                "calendar_version": 0,
                "search_text": f"person {n} | person{n}@example.org",
                "created_at": now,
                "updated_at": now,
            }
            for n in range(people)
        ]
        if rows:
            db.session.execute(insert(Registration), rows)
        ids = list(
            db.session.scalars(
                select(Registration.id)
                .where(Registration.conference_id == conference.id)
                .order_by(Registration.id)
            )
        )
        return Hall(
            conference_id=conference.id,
            slug=conference.slug,
            event_id=made.id,
            code=made.code,
            people=ids,
            tokens=[links.page_token(id_, 0) for id_ in ids],
        )


@pytest.fixture
def hall(app: Flask) -> Callable[..., Hall]:
    """``hall(seats=50, people=200)`` makes a committed :class:`Hall`."""

    def make(*, seats: int, people: int) -> Hall:
        with app.app_context():
            return make_hall(seats=seats, people=people)

    return make


def counters_of(event_id: int) -> Counters:
    """Return what the event's row says, after asserting that its bookings say the same. In an application context."""
    db.session.rollback()
    row = db.session.execute(
        select(Event.seats, Event.seats_taken, Event.seats_waiting, Event.queue_tail).where(
            Event.id == event_id
        )
    ).one()
    bookings = db.session.execute(
        select(Booking.registration_id, Booking.state, Booking.position).where(Booking.event_id == event_id)
    ).all()
    confirmed = [one for one in bookings if one.state is BookingState.CONFIRMED]
    queue = sorted(one.position for one in bookings if one.state is BookingState.WAITLISTED)
    assert (row.seats_taken, row.seats_waiting) == (len(confirmed), len(queue))
    assert len({one.registration_id for one in bookings}) == len(bookings)
    assert max(queue, default=0) <= row.queue_tail
    return Counters(row.seats, row.seats_taken, row.seats_waiting, queue)


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """All statements that this process sends to the database of ``app``, in their order."""
    sent: list[str] = []

    def listen(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", listen)
    yield sent
    event.remove(engine, "before_cursor_execute", listen)
