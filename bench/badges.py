"""Printing badges with photos: making them, their codes, and setting them as one PDF."""

from __future__ import annotations

import io
import time

from bench.place import Place
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor
from eventsapp.core.printing import press
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration.badges import printing, service
from eventsapp.registration.enrolment import photos
from eventsapp.registration.enrolment.cropping import Crop

OFFICER = Actor("Bench")


def photographed(place: Place, number: int) -> None:
    """Give as many registered people a photo each, as an upload does: no two alike, with as much in them as a face has."""
    from PIL import Image

    with place.app.test_request_context(), transaction():
        conference = db.session.get_one(Conference, place.made.conference_id)
        people, _left = printing.chosen(conference.id, printing.Who.ALL)
        for person in people[:number]:
            if person.photo_id is not None:
                continue
            bands = [
                Image.effect_noise((24, 30), 80).resize((600, 750), Image.Resampling.BICUBIC) for _ in "rgb"
            ]
            upload = io.BytesIO()
            Image.merge("RGB", bands).save(upload, "JPEG", quality=90)
            upload.seek(0)
            person.photo_id = photos.store(upload, Crop()).id


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
