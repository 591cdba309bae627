"""What pages and services ask about offers."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from eventsapp.extensions import db
from eventsapp.proposals.enums import OfferState, ProposalState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers.models import Offer

GIVEN_OUT = (ProposalState.OFFERED, ProposalState.CHANGE_REQUESTED, ProposalState.CONFIRMED)
"""Those that have been handed a place."""


def newest_offer(proposal_id: int) -> Offer | None:
    """Return the last offer that was made to a proposal. One statement."""
    return db.session.scalar(
        select(Offer).where(Offer.proposal_id == proposal_id).order_by(Offer.id.desc()).limit(1)
    )


def offers_of(proposal_id: int) -> list[Offer]:
    """Return all offers to a proposal, the newest first. One statement."""
    return list(
        db.session.scalars(select(Offer).where(Offer.proposal_id == proposal_id).order_by(Offer.id.desc()))
    )


def first_waiting(call_id: int) -> Proposal | None:
    """Return the first of a call's waiting list. One statement."""
    return db.session.scalar(
        select(Proposal)
        .where(Proposal.call_id == call_id, Proposal.state == ProposalState.WAITLISTED)
        .order_by(Proposal.waiting_position)
        .limit(1)
    )


def left_offers(call_id: int) -> list[Offer]:
    """Return the offers of a call whose places are free and were not passed on, the oldest first. One statement."""
    return list(
        db.session.scalars(
            select(Offer)
            .join(Proposal, Proposal.id == Offer.proposal_id)
            .where(
                Proposal.call_id == call_id,
                Offer.state.in_((OfferState.DECLINED, OfferState.LAPSED)),
                Offer.passed_on.is_(False),
            )
            .order_by(Offer.answered_at, Offer.id)
        )
    )


def count_in(call_id: int, states: Collection[ProposalState]) -> int:
    """Return how many proposals of a call are in any of these states. One statement."""
    statement = select(func.count()).where(Proposal.call_id == call_id, Proposal.state.in_(states))
    return db.session.scalar(statement) or 0
