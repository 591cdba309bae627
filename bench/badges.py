"""Printing badges: making them, their codes, and setting them as one PDF."""

from __future__ import annotations

import time

from bench.place import Place
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor
from eventsapp.core.printing import press
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration.badges import printing, service

OFFICER = Actor("Bench")


def printed(place: Place, number: int) -> float:
    """Print badges for as many people who have none yet or have to get new ones; return the milliseconds, by the clock on the wall.

    From the choice of people to the whole PDF, as one press of the button does it.
    """
    with place.app.test_request_context():
        begin = time.perf_counter()
        with transaction():
            conference = db.session.get_one(Conference, place.made.conference_id)
            people, _left = printing.chosen(conference.id, printing.Who.ALL)
            run = service.prepare(people[:number], actor=OFFICER)
            found = printing.run(conference, run)
        assert found is not None
        assert found[1] == min(number, len(people))
        body = press.made(found[0])
        taken = (time.perf_counter() - begin) * 1000
        db.session.remove()
    if not body.startswith(b"%PDF"):
        raise RuntimeError("no PDF came out")
    return taken
