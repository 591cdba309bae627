"""The offers of a call as officers see them: typed rows, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.models import Event
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization
from eventsapp.proposals.offers import queries, rules
from eventsapp.proposals.offers.models import Offer

P = ProposalState
_SHOWN = (P.ACCEPTED, P.WAITLISTED, P.OFFERED, P.CHANGE_REQUESTED, P.CONFIRMED, P.LAPSED)


@dataclass(frozen=True, slots=True)
class Row:
    """A proposal with the newest offer to it, if there was one."""

    proposal: Proposal
    offer: Offer | None
    lead: dict[str, str] | None
    """Names of the lead organization."""
    event_code: str | None


@dataclass(frozen=True, slots=True)
class Offers:
    """All of a call's page."""

    call: Call
    rows: Sequence[Row]
    left: Sequence[tuple[Offer, Proposal]]
    """Places that are free and not passed on, the oldest first, with the proposals that left them."""

    def of(self, *states: ProposalState) -> list[Row]:
        """Return the rows in some states, in order of what is due, the waiting list in its order, else of code."""
        found = [row for row in self.rows if row.proposal.state in states]
        if P.WAITLISTED in states:
            return sorted(found, key=lambda row: row.proposal.waiting_position or 0)
        if P.OFFERED in states:
            return sorted(
                found, key=lambda row: (str(row.offer.due_at) if row.offer else "", row.proposal.code)
            )
        return sorted(found, key=lambda row: row.proposal.code)

    @property
    def given_out(self) -> int:
        """How many have been handed a place."""
        return len([row for row in self.rows if row.proposal.state in queries.GIVEN_OUT])

    @property
    def next(self) -> Proposal | None:
        """The first on the waiting list."""
        waiting = self.of(P.WAITLISTED)
        return waiting[0].proposal if waiting else None


def of_call(call: Call) -> Offers:
    """Return the offers of a call. Three statements."""
    rows = db.session.execute(
        select(Proposal, Organization.names, Event.code)
        .outerjoin(
            ProposalOrganization,
            and_(
                ProposalOrganization.proposal_id == Proposal.id,
                ProposalOrganization.role == OrganizationRole.LEAD,
            ),
        )
        .outerjoin(Organization, Organization.id == ProposalOrganization.organization_id)
        .outerjoin(Event, Event.id == Proposal.event_id)
        .where(Proposal.call_id == call.id, Proposal.state.in_(_SHOWN))
    ).all()
    offers = db.session.scalars(
        select(Offer)
        .join(Proposal, Proposal.id == Offer.proposal_id)
        .where(Proposal.call_id == call.id)
        .options(joinedload(Offer.room))
        .order_by(Offer.id)
    ).all()
    newest = {offer.proposal_id: offer for offer in offers}
    left = [offer for offer in offers if offer.state in rules.LEFT and not offer.passed_on]
    gone = {
        one.id: one
        for one in db.session.scalars(
            select(Proposal).where(Proposal.id.in_([offer.proposal_id for offer in left]))
        )
    }
    return Offers(
        call,
        [Row(proposal, newest.get(proposal.id), lead, code) for proposal, lead, code in rows],
        [
            (offer, gone[offer.proposal_id])
            for offer in sorted(left, key=lambda one: (str(one.answered_at), one.id))
        ],
    )
