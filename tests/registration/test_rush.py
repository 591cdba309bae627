"""Many people book at once, over HTTP, against the production server with two workers; and the server is killed."""

from __future__ import annotations

import http.client
import threading
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking
from tests.registration.conftest import counters_of
from tests.support.concurrency import together

pytestmark = pytest.mark.timeout(300)


def post(url: str, path: str) -> int:
    """Send an empty form and give the answer's status; 0 when there was no answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.request("POST", path, headers={"Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def states(app, event_id):
    """Booking state and position by registration."""
    with app.app_context():
        rows = db.session.execute(
            select(Booking.registration_id, Booking.state, Booking.position).where(
                Booking.event_id == event_id
            )
        ).all()
        db.session.rollback()
        return {row.registration_id: (row.state, row.position) for row in rows}


def messages(app, template):
    with app.app_context():
        found = sorted(db.session.scalars(select(Message.to_email).where(Message.template == template)))
        db.session.rollback()
        return found


def test_200_people_book_50_seats_at_once_then_20_give_theirs_back(app, server, hall):
    place = hall(seats=50, people=200)
    running = server()
    answers = together(lambda number: post(running.url, place.seat(number)), range(200))
    assert answers == [303] * 200

    found = states(app, place.event_id)
    seated = [id_ for id_, (state, _position) in found.items() if state is BookingState.CONFIRMED]
    queue = [
        id_
        for _position, id_ in sorted(
            (position, id_) for id_, (state, position) in found.items() if state is BookingState.WAITLISTED
        )
    ]
    assert len(found) == 200
    assert len(seated) == 50
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (50, 150)
    assert counters.queue == list(range(1, 151))
    assert len(messages(app, "booking_confirmed")) == 50
    assert len(messages(app, "booking_waitlisted")) == 150

    leaving = seated[:20]
    numbers = [place.people.index(id_) for id_ in leaving]
    answers = together(lambda number: post(running.url, place.seat(number) + "/cancel"), numbers)
    assert answers == [303] * 20

    found = states(app, place.event_id)
    assert {id_ for id_ in leaving if found[id_][0] is BookingState.CANCELLED} == set(leaving)
    promoted = {id_ for id_ in queue if found[id_][0] is BookingState.CONFIRMED}
    assert promoted == set(queue[:20])
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (50, 130)
    assert counters.queue == list(range(21, 151))
    told = {f"person{place.people.index(id_)}@example.org" for id_ in promoted}
    assert messages(app, "booking_promoted") == sorted(told)


def test_a_killed_server_has_lost_nothing_that_it_acknowledged(app, server, hall):
    place = hall(seats=50, people=200)
    running = server(SQLITE_SYNCHRONOUS="FULL")
    running.allow_tracebacks = True
    acknowledged: set[int] = set()
    enough = threading.Event()

    def book(number: int) -> int:
        status = post(running.url, place.seat(number))
        if status == 303:
            acknowledged.add(number)
            if len(acknowledged) >= 60:
                enough.set()
        return status

    killer = threading.Thread(target=lambda: (enough.wait(60), running.kill()))
    killer.start()
    answers = together(book, range(200))
    killer.join()
    assert set(answers) <= {303, 0}
    assert 60 <= len(acknowledged) < 200

    running.start()
    found = states(app, place.event_id)
    kept = {place.people.index(id_) for id_ in found}
    assert acknowledged <= kept
    with app.app_context():
        counters = counters_of(place.event_id)
    assert counters.taken == 50
    assert counters.queue == list(range(1, counters.waiting + 1))

    # Everybody tries again, as people do: nobody gets a second place, nobody loses theirs.
    assert together(lambda number: post(running.url, place.seat(number)), range(200)) == [303] * 200
    after = states(app, place.event_id)
    assert {id_: after[id_] for id_ in found} == found
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (50, 150)
    assert counters.queue == list(range(1, 151))
