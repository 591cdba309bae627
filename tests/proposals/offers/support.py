"""A call with proposals that have places, wait for one, or were offered one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.proposals.enums import OfferState, ProposalState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.offers import queries
from eventsapp.proposals.offers.models import Offer
from tests import factories

OFFICER = Actor("Olga Officer")
FANNY = Actor("Fanny Focal Point")


def make_call(**over: Any) -> Call:
    """A call of a conference in Quito with an address of the secretariat."""
    conference = factories.make_conference(contact_email="events@example.org", **over.pop("conference", {}))
    return factories.make_call(conference, **over)


def make(call: Call, state: ProposalState = ProposalState.ACCEPTED, **over: Any) -> Proposal:
    """A proposal with a lead and a focal point of it, and with an open offer when it has been offered a place."""
    lead = over.pop("lead", None) or factories.make_organization()
    user = factories.make_user()
    factories.make_member(user, lead)
    if state is ProposalState.WAITLISTED and "waiting_position" not in over:
        over["waiting_position"] = call.next_waiting
        call.next_waiting += 1
    proposal = factories.make_proposal(call, lead=lead, by=user, state=state, **over)
    if state is ProposalState.OFFERED:
        factories.make_offer(proposal)
    return proposal


def offer_of(proposal: Proposal) -> Offer:
    """The newest offer of a proposal."""
    found = queries.newest_offer(proposal.id)
    assert found is not None
    return found


def states(*proposals: Proposal) -> list[str]:
    """The states as the database has them."""
    db.session.flush()
    return [
        db.session.scalars(select(Proposal.state).where(Proposal.id == one.id)).one().value
        for one in proposals
    ]


def told(template: str) -> list[Message]:
    """The messages of a kind, in the order in which they were written."""
    return list(db.session.scalars(select(Message).where(Message.template == template).order_by(Message.id)))


def at(monkeypatch: pytest.MonkeyPatch, text: str) -> datetime:
    """Make it this instant (ISO, UTC)."""
    now = datetime.fromisoformat(text).replace(tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    return now


__all__ = ["FANNY", "OFFICER", "OfferState", "at", "make", "make_call", "offer_of", "states", "told"]
