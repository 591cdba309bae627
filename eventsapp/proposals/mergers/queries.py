"""What pages about mergers need, each in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.core.errors import NotFound
from eventsapp.extensions import db
from eventsapp.organizations.enums import MembershipState
from eventsapp.organizations.models import OrganizationMember
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.enums import MergerState
from eventsapp.proposals.mergers.models import Merger, MergerPart
from eventsapp.proposals.models import Proposal, ProposalOrganization

_WHOLE = (
    joinedload(Merger.target),
    selectinload(Merger.parts)
    .joinedload(MergerPart.proposal)
    .selectinload(Proposal.organizations)
    .joinedload(ProposalOrganization.organization),
)


def of_call(call_id: int) -> Sequence[Merger]:
    """Return the mergers of a call, the open ones first, then the newest; with their parts. Three statements."""
    return db.session.scalars(
        select(Merger)
        .where(Merger.call_id == call_id)
        .order_by((Merger.state != MergerState.OPEN), Merger.id.desc())
        .options(*_WHOLE)
    ).all()


def one(call_id: int, merger_id: int) -> Merger:
    """Return a merger of a call. Raises :class:`NotFound`."""
    found = db.session.scalar(
        select(Merger).where(Merger.call_id == call_id, Merger.id == merger_id).options(*_WHOLE)
    )
    if found is None:
        raise NotFound
    return found


def of_proposal(proposal_id: int) -> Merger | None:
    """Return the merger that a proposal is bound to, as a source or as the target; else the last one that it was in."""
    return db.session.scalar(
        select(Merger)
        .where(
            or_(
                Merger.target_id == proposal_id,
                Merger.parts.any(MergerPart.proposal_id == proposal_id),
            )
        )
        # What binds it as a source comes after what made it: the newest is the one that counts.
        .order_by(Merger.state.in_([MergerState.OPEN, MergerState.AGREED]).desc(), Merger.id.desc())
        .limit(1)
        .options(*_WHOLE)
    )


def bound(proposal_ids: Collection[int]) -> set[int]:
    """Return those of the proposals that take part in an open or agreed merger. One statement."""
    return set(
        db.session.scalars(
            select(MergerPart.proposal_id).where(MergerPart.bound, MergerPart.proposal_id.in_(proposal_ids))
        )
    )


def led_by(user_id: int, proposal_ids: Collection[int]) -> set[int]:
    """Return those of the proposals that somebody leads: they act for the lead, or began it. One statement."""
    leads = select(ProposalOrganization.proposal_id).join(
        OrganizationMember,
        and_(
            OrganizationMember.organization_id == ProposalOrganization.organization_id,
            OrganizationMember.user_id == user_id,
            OrganizationMember.state == MembershipState.ACTIVE,
        ),
    )
    return set(
        db.session.scalars(
            select(Proposal.id).where(
                Proposal.id.in_(proposal_ids),
                or_(
                    Proposal.created_by_id == user_id,
                    Proposal.id.in_(leads.where(ProposalOrganization.role == OrganizationRole.LEAD)),
                ),
            )
        )
    )


def by_codes(call_id: int, codes: Sequence[str]) -> tuple[list[Proposal], list[str]]:
    """Return the proposals of a call with these codes, in their order, and the codes that it does not have."""
    wanted = list(dict.fromkeys(code.strip().upper() for code in codes if code.strip()))
    found = {
        proposal.code: proposal
        for proposal in db.session.scalars(
            select(Proposal)
            .where(Proposal.call_id == call_id, Proposal.code.in_(wanted))
            .options(
                selectinload(Proposal.organizations).joinedload(ProposalOrganization.organization),
                selectinload(Proposal.themes),
            )
        )
    }
    return [found[code] for code in wanted if code in found], [code for code in wanted if code not in found]
