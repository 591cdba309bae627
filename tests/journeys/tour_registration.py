"""The pages of registration and the door: a form, quotas, people in each state, badges and gates of the sample conference.

The participant is the focal point of the organization that the proposals' tour made (``tour_proposals``).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.registration import links
from eventsapp.registration.door.models import DoorDevice, Gate
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration


def things(conference: Conference, lead: Organization, focal_point: User) -> SimpleNamespace:
    """Return what the pages are about. Makes it once: called again it finds what it made."""
    _doors(conference)
    return SimpleNamespace(
        conference=conference, lead=lead, focal_point=focal_point, somebody=_somebody(conference)
    )


def _doors(conference: Conference) -> None:
    """Make a door of the conference, and a device that scans there."""
    if db.session.scalar(select(Gate.id).where(Gate.conference_id == conference.id)) is None:
        gate = Gate(conference_id=conference.id, slug="main", names={"en": "Main entrance"}, room_id=None)
        db.session.add(gate)
        db.session.flush()
        db.session.add(
            DoorDevice(
                conference_id=conference.id, key=str(uuid4()), name="Phone 1", gate_id=gate.id, seen_at=clock.now(), waiting=2
            )
        )  # fmt: skip
        db.session.flush()


def _somebody(conference: Conference) -> Registration:
    """Return a registered person of the sample conference who agreed to be seen by others."""
    found = (
        select(Registration)
        .where(Registration.conference_id == conference.id, Registration.state == RegistrationState.CONFIRMED)
        .order_by(Registration.id)
    )
    person = db.session.scalars(found.limit(1)).one()
    person.listed = person.category.listed = True
    db.session.flush()
    return person


def _data(tour: Any, here: SimpleNamespace, owner: str) -> None:
    """What is kept of people: their own pages, and those of the workspace."""
    person, slug = here.somebody, here.conference.slug
    token = links.page_token(person.id, person.secret_version)
    for endpoint in ("data", "erase", "people"):
        tour.add(f"registration_data.{endpoint}", token=token)
    tour.add("registration_privacy.index", owner, conference=slug)
    tour.add("registration_privacy.erase", owner, conference=slug, registration_id=person.id)


def stops(tour: Any, here: SimpleNamespace, *, owner: str, participant: str) -> None:
    """Say how each page is looked at (``tour(endpoint, user=…, **arguments)``)."""
    _data(tour, here, owner)
    for endpoint in ("door_desk.desk", "door_desk.walk_in", "door_gates.index"):
        tour.add(endpoint, owner, conference=here.conference.slug)
    tour.add("door_desk.walked_in", owner, conference=here.conference.slug, registration_id=here.somebody.id)
