"""What the officers' page of a proposal shows beside the proposal itself. A query module: a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from eventsapp.extensions import db
from eventsapp.proposals.enums import CommentAudience
from eventsapp.proposals.models import Proposal, ProposalComment, ProposalOrganization, ProposalVersion

VERSIONS_MOST = 100


@dataclass(frozen=True, slots=True)
class Page:
    """Organizations in their order, messages from the first on, the newest versions first, and the parts of a merger."""

    organizations: list[ProposalOrganization]
    messages: list[ProposalComment]
    versions: list[ProposalVersion]
    parts: list[Proposal]


def comments(proposal_id: int, audience: CommentAudience) -> list[ProposalComment]:
    """Return what was said about a proposal to one circle, from the first on. One statement."""
    return list(
        db.session.scalars(
            select(ProposalComment)
            .where(ProposalComment.proposal_id == proposal_id, ProposalComment.audience == audience)
            .order_by(ProposalComment.at, ProposalComment.id)
        )
    )


def load(proposal: Proposal) -> Page:
    """Return what the page shows. Five statements."""
    organizations: Any = db.session.scalars(
        select(ProposalOrganization)
        .where(ProposalOrganization.proposal_id == proposal.id)
        .order_by(ProposalOrganization.position, ProposalOrganization.id)
        .options(selectinload(ProposalOrganization.organization))
    )
    return Page(
        organizations=list(organizations),
        messages=comments(proposal.id, CommentAudience.SECRETARIAT),
        versions=list(
            db.session.scalars(
                select(ProposalVersion)
                .where(ProposalVersion.proposal_id == proposal.id)
                .order_by(ProposalVersion.number.desc())
                .limit(VERSIONS_MOST)
            )
        ),
        parts=list(
            db.session.scalars(
                select(Proposal).where(Proposal.merged_into_id == proposal.id).order_by(Proposal.id)
            )
        ),
    )
