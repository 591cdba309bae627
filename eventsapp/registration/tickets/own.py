"""What a person reads on their own pages of who may come to an event, and of handing a seat on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eventsapp.conferences.models import Conference
from eventsapp.core.templating import t
from eventsapp.extensions import db
from eventsapp.programme.restrictions import restriction
from eventsapp.registration import queries
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import EventFacts, Person
from eventsapp.registration.rights import T
from eventsapp.registration.tickets import public, transfers
from eventsapp.registration.tickets.queries import invited_to
from eventsapp.registration.tickets.transfers import Offer


def restricted(event_ids: Sequence[int]) -> dict[int, str]:
    """Return event id → to whom it is restricted, in the reader's language; what is not is missing. One statement."""
    return {id_: restriction(names, t) for id_, names in public.of_events(event_ids).items()}


@dataclass(frozen=True, slots=True)
class Access:
    """How a person gets into an event. ``refused``: they have booked what takes place at the same time, and only one may be."""

    restricted: str
    ticket: bool
    right: bool
    refused: bool
    may_transfer: bool
    offer: Offer | None


def access(person: Person, event: EventFacts) -> Access:
    """Return how a person gets into an event. At most eight statements."""
    found = queries.to_book(person.id, event.code)
    strict = found is not None and found.strict
    has_ticket = db.session.execute(
        T.select().where(T.c.event_id == event.id, T.c.registration_id == person.id, T.c.revoked_at.is_(None))
    ).first()
    return Access(
        restricted=restricted([event.id]).get(event.id, ""),
        ticket=has_ticket is not None,
        right=found is None or found.right or found.block_id is not None,
        refused=strict and bool(queries.refused_beside(person, event)),
        may_transfer=transfers.may_transfer(person, event),
        offer=transfers.offered_by(person, event.id),
    )


def panel(_conference: Conference, registration: Registration) -> Mapping[str, Any] | None:
    """Return the seats that others offer to a person, and the events that they have a ticket for; None without any."""
    person = queries.person(registration.id)
    if person is None:
        return None
    offers, events = transfers.offered_to(person), invited_to(person)
    return {"offers": offers, "events": events} if offers or events else None
