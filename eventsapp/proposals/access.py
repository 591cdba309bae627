"""Who may do what with a proposal, on the side of those who propose it.

The team: whoever began it, and everybody who acts for an organization that leads it or has consented to organize it. The
lead's people (and who began it, as long as nobody else leads) decide about it; all of the team write it together.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from eventsapp.accounts.models import User
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.extensions import db
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import OrganizationMember
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.enums import Consent, ProposalState
from eventsapp.proposals.models import Proposal, ProposalOrganization


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands to a proposal of their team."""

    proposal: Proposal
    began: bool
    organization_ids: frozenset[int]
    """Organizations of the proposal for which the person acts."""
    leads: bool
    """Acts for the lead; or began it, and nobody leads."""
    focal_for: frozenset[int]
    """Those for which the person is a focal point."""

    @property
    def may_write(self) -> bool:
        """Whether the text can be changed by the team at all: while it is a draft."""
        return self.proposal.state is ProposalState.DRAFT


def standing(proposal_id: int, user: User) -> Standing:
    """Return how somebody stands to a proposal of theirs. Two statements. Raises :class:`NotFound` for anybody else."""
    proposal = db.session.get(Proposal, proposal_id) if proposal_id < 2**31 else None
    if proposal is None:
        raise NotFound
    named = db.session.execute(
        select(ProposalOrganization.organization_id, ProposalOrganization.role, OrganizationMember.role)
        .outerjoin(
            OrganizationMember,
            and_(
                OrganizationMember.organization_id == ProposalOrganization.organization_id,
                OrganizationMember.user_id == user.id,
                OrganizationMember.state == MembershipState.ACTIVE,
            ),
        )
        .where(
            ProposalOrganization.proposal_id == proposal.id,
            ProposalOrganization.consent == Consent.ACCEPTED,
        )
    ).all()
    rows = [row for row in named if row[2]]
    began = proposal.created_by_id == user.id
    if not rows and not began:
        raise NotFound
    led = any(role is OrganizationRole.LEAD for _id, role, _member in named)
    return Standing(
        proposal,
        began=began,
        organization_ids=frozenset(id_ for id_, _role, _member in rows if id_ is not None),
        leads=any(role is OrganizationRole.LEAD for _id, role, _member in rows) or (began and not led),
        focal_for=frozenset(id_ for id_, _role, member in rows if member is MemberRole.FOCAL_POINT and id_),
    )


def leading(proposal_id: int, user: User) -> Standing:
    """The same for what only the lead decides. Raises :class:`NotFound`, :class:`NotAllowed`."""
    found = standing(proposal_id, user)
    if not found.leads:
        raise NotAllowed
    return found


def own_ids(user_id: int) -> set[int]:
    """Return the ids of all proposals of somebody's teams. One statement."""
    return set(db.session.scalars(_own(user_id)))


def _own(user_id: int):  # type: ignore[no-untyped-def]
    acts_for = select(OrganizationMember.organization_id).where(
        OrganizationMember.user_id == user_id, OrganizationMember.state == MembershipState.ACTIVE
    )
    named = select(ProposalOrganization.proposal_id).where(
        ProposalOrganization.consent == Consent.ACCEPTED, ProposalOrganization.organization_id.in_(acts_for)
    )
    return select(Proposal.id).where(or_(Proposal.created_by_id == user_id, Proposal.id.in_(named)))
