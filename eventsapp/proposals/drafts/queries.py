"""What the applicants' pages show, each in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.conferences.models import Theme
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import OrganizationMember
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import access, life
from eventsapp.proposals.enums import CommentAudience, Consent, ProposalState
from eventsapp.proposals.models import Call, Proposal, ProposalComment, ProposalOrganization, ProposalVersion

MOST_VERSIONS = 500


def organizations(proposal_id: int) -> list[ProposalOrganization]:
    """Return the organizations of a proposal with their names, in the order they are named. One statement."""
    rows = db.session.scalars(
        select(ProposalOrganization)
        .where(ProposalOrganization.proposal_id == proposal_id)
        .options(joinedload(ProposalOrganization.organization))
    ).unique()
    order = list(OrganizationRole)
    return sorted(rows, key=lambda one: (order.index(one.role), one.position, one.id))


def comments(proposal_id: int, audience: CommentAudience) -> list[ProposalComment]:
    """Return what was said to one circle, from the first on. One statement."""
    return list(
        db.session.scalars(
            select(ProposalComment)
            .where(ProposalComment.proposal_id == proposal_id, ProposalComment.audience == audience)
            .order_by(ProposalComment.at, ProposalComment.id)
        )
    )


def versions(proposal_id: int, *, most: int = MOST_VERSIONS) -> list[ProposalVersion]:
    """Return the newest versions, the newest first; without those that changed nothing in the end. One statement."""
    rows = db.session.scalars(
        select(ProposalVersion)
        .where(ProposalVersion.proposal_id == proposal_id)
        .order_by(ProposalVersion.number.desc())
        .limit(most)
    )
    return [one for one in rows if one.changes]


def theme_names_of(conference_id: int) -> dict[int, dict[str, str]]:
    """Return the names of the themes of a conference, by id. One statement."""
    rows = db.session.execute(
        select(Theme.id, Theme.names)
        .where(Theme.conference_id == conference_id)
        .order_by(Theme.position, Theme.id)
    )
    return {id_: names for id_, names in rows}  # noqa: C416


@dataclass(frozen=True, slots=True)
class Own:
    """One proposal on the page "My proposals"."""

    proposal: Proposal
    lead: str | dict[str, str]
    unanswered: int
    """Organizations that were invited and have not answered."""
    asked_to_lead: bool
    """An organization of the person's is asked to take over the lead."""
    leads: bool

    is_open: bool
    """The call still takes it in time, as far as the general closing time says."""

    @property
    def waits(self) -> bool:
        """Whether something is expected of the person's organization now."""
        draft = self.proposal.state is ProposalState.DRAFT and self.is_open
        return self.asked_to_lead or (self.leads and (draft or self.proposal.state is ProposalState.OFFERED))

    @property
    def is_over(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.proposal.state in life.OVER


def own(user_id: int) -> list[Own]:
    """Return the proposals of somebody's teams: those where something waits first, then what changed last. Five statements."""
    ids = access.own_ids(user_id)
    if not ids:
        return []
    found = db.session.scalars(
        select(Proposal)
        .where(Proposal.id.in_(ids))
        .order_by(Proposal.updated_at.desc(), Proposal.id.desc())
        .options(
            joinedload(Proposal.call).joinedload(Call.conference),
            joinedload(Proposal.conference),
            selectinload(Proposal.organizations).joinedload(ProposalOrganization.organization),
        )
    ).unique()
    mine, now = _acts_for(user_id), clock.now()
    made = []
    for proposal in found:
        lead = next((one for one in proposal.organizations if one.role is OrganizationRole.LEAD), None)
        made.append(
            Own(
                proposal,
                lead=dict(lead.organization.names) if lead and lead.organization else "",
                unanswered=sum(one.consent is Consent.INVITED for one in proposal.organizations),
                asked_to_lead=any(
                    one.lead_asked_at is not None and one.organization_id in mine
                    for one in proposal.organizations
                ),
                leads=bool(lead and lead.organization_id in mine)
                or (lead is None and proposal.created_by_id == user_id),
                is_open=proposal.call.opens_at <= now < proposal.call.closes_at,
            )
        )
    return sorted(made, key=lambda one: not one.waits)


def _acts_for(user_id: int) -> set[int]:
    return set(
        db.session.scalars(
            select(OrganizationMember.organization_id).where(
                OrganizationMember.user_id == user_id, OrganizationMember.state == MembershipState.ACTIVE
            )
        )
    )


def _answerable(user_id: int, email: str) -> Any:
    """Invitations that somebody can answer: of organizations whose focal point they are, and to their own address."""
    focal = select(OrganizationMember.organization_id).where(
        OrganizationMember.user_id == user_id,
        OrganizationMember.state == MembershipState.ACTIVE,
        OrganizationMember.role == MemberRole.FOCAL_POINT,
    )
    return or_(
        ProposalOrganization.organization_id.in_(focal),
        and_(ProposalOrganization.organization_id.is_(None), ProposalOrganization.email == email),
    )


def invitations(user_id: int, email: str) -> list[ProposalOrganization]:
    """Return the invitations that wait for somebody's answer, the oldest first. Two statements."""
    return list(
        db.session.scalars(
            select(ProposalOrganization)
            .join(Proposal, Proposal.id == ProposalOrganization.proposal_id)
            .where(
                ProposalOrganization.consent == Consent.INVITED,
                Proposal.state.not_in(life.OVER),
                _answerable(user_id, email),
            )
            .order_by(ProposalOrganization.invited_at, ProposalOrganization.id)
            .options(
                joinedload(ProposalOrganization.organization),
                joinedload(ProposalOrganization.proposal).joinedload(Proposal.call),
                joinedload(ProposalOrganization.proposal).joinedload(Proposal.conference),
            )
        )
    )


def invitation(id_: int, user_id: int, email: str) -> ProposalOrganization | None:
    """Return an invitation, answered or not, that somebody can answer. One statement."""
    return db.session.scalar(
        select(ProposalOrganization).where(
            ProposalOrganization.id == id_,
            ProposalOrganization.role != OrganizationRole.LEAD,
            _answerable(user_id, email),
        )
    )


def begun_just_now(call_id: int, organization_id: int, user_id: int, since: datetime) -> Proposal | None:
    """Return a draft that somebody began for an organization since then and in which nothing is written. One statement."""
    return db.session.scalar(
        select(Proposal)
        .join(ProposalOrganization, ProposalOrganization.proposal_id == Proposal.id)
        .where(
            Proposal.call_id == call_id,
            Proposal.created_by_id == user_id,
            Proposal.state == ProposalState.DRAFT,
            Proposal.version == 0,
            Proposal.created_at >= since,
            ProposalOrganization.organization_id == organization_id,
            ProposalOrganization.role == OrganizationRole.LEAD,
        )
        .limit(1)
    )
