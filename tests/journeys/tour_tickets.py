"""The pages about who may come to an event: tickets, seats kept for a delegation, a seat that is offered."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, Placement
from eventsapp.registration.models import EventAdmission, EventCategory, Registration, SeatBlock
from tests import factories


def things(conference: Conference, lead: Organization, person: Registration) -> SimpleNamespace:
    """Return an event that is restricted, with a ticket, seats kept for the organization, and a seat that is offered."""
    event = db.session.scalars(
        select(Event)
        .join(Placement, Placement.event_id == Event.id)
        .where(
            Event.conference_id == conference.id,
            Event.seats.is_not(None),
            Event.state == EventState.SCHEDULED,
        )
        .order_by(Placement.starts_at.desc(), Event.id)
        .limit(1)
    ).one()
    block = db.session.scalars(select(SeatBlock).where(SeatBlock.organization_id == lead.id)).first()
    if block is None:
        event.seats = (event.seats or 0) + 5
        block = factories.make_block(event, lead, seats=3)
        person.nominated_for_id = lead.id
        factories.make_ticket(event, person)
        db.session.add(EventAdmission(event_id=event.id, by_category=True))
        db.session.add(EventCategory(event_id=event.id, category_id=person.category_id))
        other = factories.make_registration(conference, email="colleague@example.org")
        factories.make_transfer(factories.make_booking(event, other), person.email)
        db.session.flush()
    return SimpleNamespace(event=event, block=block)


def stops(tour: Any, here: SimpleNamespace, owner: str, participant: str) -> None:
    """Who may come to an event: the workspace's pages, and those of a focal point."""
    code, slug, block = here.seats.event.code, here.conference.slug, here.seats.block.id
    for endpoint in ("admission", "tickets", "give", "delegations"):
        tour.add(f"registration_tickets.{endpoint}", owner, conference=slug, code=code)
    tour.add(
        "registration_tickets.revoke", owner, conference=slug, code=code, registration_id=here.somebody.id
    )
    tour.add("registration_tickets.end", owner, conference=slug, code=code, block_id=block)
    tour.add("delegation_seats.index", participant, slug=here.lead.slug)
    tour.add("delegation_seats.event", participant, slug=here.lead.slug, block_id=block)
