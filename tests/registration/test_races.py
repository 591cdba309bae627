"""Requests that meet in every unlucky way. In one process, with a client for each; test_rush.py has the real server."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from tests.registration.conftest import counters_of
from tests.registration.test_rush import messages
from tests.support.concurrency import together


def post(app: Flask, path: str) -> int:
    """Send an empty form and give the answer's status."""
    return app.test_client().post(path).status_code


def test_a_double_click_books_once(app, hall):
    place = hall(seats=3, people=4)
    clicks = [number for number in range(4) for _click in range(8)]
    answers = together(lambda number: post(app, place.seat(number)), clicks)
    assert answers == [303] * 32
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting, counters.queue) == (3, 1, [1])
    assert len(messages(app, "booking_confirmed") + messages(app, "booking_waitlisted")) == 4


def test_booking_and_giving_back_at_once_never_overbooks_nor_leaves_a_seat_empty(app, hall):
    place = hall(seats=10, people=60)
    assert together(lambda number: post(app, place.seat(number)), range(30)) == [303] * 30
    # The first thirty give back what they have while thirty others book.
    work = [place.seat(number) + "/cancel" for number in range(30)] + [place.seat(n) for n in range(30, 60)]
    assert together(lambda path: post(app, path), work) == [303] * 60
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (10, 20)


def test_a_cancelled_registration_takes_no_seat_however_the_requests_meet(app, hall):
    place = hall(seats=100, people=20)
    own = [f"/en/registrations/{token}" for token in place.tokens]
    work = [path for n in range(20) for path in (place.seat(n), f"{own[n]}/cancel")]
    answers = together(lambda path: post(app, path), work)
    # Whoever came too late to book is told so.
    assert set(answers) <= {303, 409}
    assert answers[1::2] == [303] * 20
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (0, 0)


@pytest.mark.postgresql_only
def test_a_request_that_is_undone_for_the_sake_of_another_is_done_again(app, hall):
    first, second = hall(seats=1, people=0).event_id, hall(seats=1, people=0).event_id
    both_hold_one = threading.Barrier(2)
    attempts: list[str] = []

    def cross(order: str) -> str:
        attempts.append(order)
        for n, event_id in enumerate((first, second) if order == "up" else (second, first)):
            db.session.execute(
                update(Event).where(Event.id == event_id).values(stand=Event.stand.op("||")(order))
            )
            if n == 0 and len(attempts) <= 2:
                both_hold_one.wait(10)
        return "done"

    cross.guard = "open"  # type: ignore[attr-defined]
    app.add_url_rule("/cross/<order>", "cross", cross, methods=["POST"])
    with app.app_context(), transaction():
        db.session.execute(update(Event).values(stand=""))
    assert together(lambda order: post(app, f"/cross/{order}"), ["up", "down"]) == [200, 200]
    assert len(attempts) == 3
    with app.app_context():
        written = set(db.session.scalars(select(Event.stand)))
    # Each once, in the same order for both: as if one had come after the other.
    assert written in ({"updown"}, {"downup"})
