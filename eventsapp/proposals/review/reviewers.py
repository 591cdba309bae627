"""The reviewers of a conference: who they are, what they know, how much they have. Queries, and a service for profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, case, func, select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.conferences.models import Conference
from eventsapp.core import audit
from eventsapp.core.audit import Actor
from eventsapp.core.errors import NotFound
from eventsapp.extensions import db
from eventsapp.proposals.enums import ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review.models import Review, ReviewerProfile

ROLES: Final = (Role.REVIEWER, Role.OWNER)
"""Whoever has one of these can be given proposals to review (``accounts.policy``)."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who can review, with what they know; no profile yet: empty, and any number."""

    id: int
    name: str
    email: str
    language: str
    theme_ids: frozenset[int]
    languages: frozenset[str]
    most: int | None


def of_conference(conference_id: int) -> list[Reviewer]:
    """Return the reviewers of a conference by name. One statement."""
    rows = db.session.execute(
        select(
            User.id, User.name, User.email, User.language,
            ReviewerProfile.theme_ids, ReviewerProfile.languages, ReviewerProfile.most,
        )
        .outerjoin(
            ReviewerProfile,
            and_(ReviewerProfile.user_id == User.id, ReviewerProfile.conference_id == conference_id),
        )
        .where(
            User.is_active,
            User.id.in_(
                select(ConferenceRole.user_id).where(
                    ConferenceRole.conference_id == conference_id, ConferenceRole.role.in_(ROLES)
                )
            ),
        )
        .order_by(User.name, User.id)
    )  # fmt: skip
    return [
        Reviewer(id_, name, email, language, frozenset(themes or ()), frozenset(languages or ()), most)
        for id_, name, email, language, themes, languages, most in rows
    ]


def one(conference_id: int, user_id: int) -> Reviewer:
    """Return a reviewer of a conference. Raises :class:`NotFound` for anybody else."""
    found = next((one for one in of_conference(conference_id) if one.id == user_id), None)
    if found is None:
        raise NotFound
    return found


def save_profile(
    conference: Conference,
    user_id: int,
    *,
    theme_ids: Sequence[int],
    languages: Sequence[str],
    most: int | None,
    actor: Actor,
) -> None:
    """Keep what a reviewer knows and how much they take on. Raises :class:`NotFound` for who is none. Writes; does not commit."""
    one(conference.id, user_id)
    row = db.session.scalar(
        select(ReviewerProfile).where(
            ReviewerProfile.conference_id == conference.id, ReviewerProfile.user_id == user_id
        )
    )
    if row is None:
        row = ReviewerProfile(conference_id=conference.id, user_id=user_id)
        db.session.add(row)
    row.theme_ids, row.languages, row.most = sorted(theme_ids), sorted(languages), most
    audit.record(actor, "reviewer.profile", f"user:{user_id}", conference_id=conference.id)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reviewer is with a call. ``open``: of proposals under review, not done."""

    given: int
    done: int
    open: int
    returned: int
    reminded_at: datetime | None


def progress(call: Call) -> dict[int, Progress]:
    """Return how far each reviewer of a call is. One statement."""
    held = Review.state != ReviewState.DECLINED
    is_open = and_(
        Review.state.in_((ReviewState.ASSIGNED, ReviewState.BEGUN)),
        Proposal.state == ProposalState.UNDER_REVIEW,
    )

    def number(condition: object) -> object:
        return func.sum(case((condition, 1), else_=0))  # type: ignore[arg-type]

    rows = db.session.execute(
        select(
            Review.reviewer_id,
            number(held),
            number(Review.state == ReviewState.DONE),
            number(is_open),
            number(~held),
            func.max(Review.reminded_at),
        )  # type: ignore[call-overload]
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Proposal.call_id == call.id)
        .group_by(Review.reviewer_id)
    )
    return {row[0]: Progress(*row[1:]) for row in rows}
