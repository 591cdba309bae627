"""A reviewer's own: what they were given, and nothing in which they have an interest. Queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from eventsapp.core import search
from eventsapp.core.errors import NotFound
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.proposals import life
from eventsapp.proposals.enums import CommentAudience, ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal, ProposalComment, ProposalOrganization
from eventsapp.proposals.review import interests, queries, sheet
from eventsapp.proposals.review.models import DeclaredInterest, Review
from eventsapp.proposals.review.scores import total

HELD = (ReviewState.ASSIGNED, ReviewState.BEGUN, ReviewState.DONE)


@dataclass(frozen=True, slots=True)
class Mine:
    """One proposal of a reviewer's list. ``points``: the total of their review so far, from 0 to 100."""

    code: str
    titles: Texts
    call_names: Texts
    due_at: datetime | None
    languages: Sequence[str]
    state: ReviewState
    open: bool
    """It is under review, and the review is not done."""
    closed: bool
    """It is not under review (any more): nothing can be changed."""
    points: float | None
    comments: int
    """Of the discussion, which is seen after the own review is done."""


def _held(conference_id: int, user_id: int, barred: set[int]) -> Any:
    """The reviews of somebody that there are for them: not given back, without those of interest, of this conference."""
    return (
        select(Review)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Proposal.conference_id == conference_id,
            Review.reviewer_id == user_id,
            Review.state.in_(HELD),
            Proposal.state != ProposalState.DRAFT,
            Proposal.id.not_in(sorted(barred)),
        )
        .order_by(Call.review_due_at.is_(None), Call.review_due_at, Call.id, Proposal.id)
        .options(contains_eager(Review.proposal).contains_eager(Proposal.call))
    )


def listing(conference_id: int, user_id: int) -> list[Mine]:
    """Return somebody's list, the first due on top. A fixed number of statements, and one for each call."""
    barred = interests.of_reviewer(conference_id, user_id)
    reviews: list[Review] = list(
        db.session.scalars(
            _held(conference_id, user_id, barred).options(
                contains_eager(Review.proposal)
                .selectinload(Proposal.organizations)
                .selectinload(ProposalOrganization.organization)
            )
        )
    )
    ids = [one.proposal_id for one in reviews]
    said: dict[int, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(ProposalComment.proposal_id, func.count())
            .where(
                ProposalComment.proposal_id.in_(ids), ProposalComment.audience == CommentAudience.REVIEWERS
            )
            .group_by(ProposalComment.proposal_id)
        )
    }
    asked = {call_id: queries.measures(call_id) for call_id in {one.proposal.call_id for one in reviews}}
    titles = sheet.blind_titles([one.proposal for one in reviews])
    found = []
    for one in reviews:
        proposal, done = one.proposal, one.state is ReviewState.DONE
        under = proposal.state is ProposalState.UNDER_REVIEW
        found.append(
            Mine(
                proposal.code,
                titles[proposal.id],
                proposal.call.names,
                proposal.call.review_due_at,
                proposal.languages,
                one.state,
                under and not done,
                not under,
                total(one.scores, asked[proposal.call_id]),
                said.get(proposal.id, 0) if done else 0,
            )
        )
    return found


def held(conference_id: int, user_id: int, code: str) -> Review:
    """Return somebody's review of a proposal. Raises :class:`NotFound` where they have none, or have an interest in it."""
    found: Review | None = db.session.scalar(
        _held(conference_id, user_id, set()).where(Proposal.code == code.upper()).limit(1)
    )
    if found is None or interests.has_interest(found.proposal_id, user_id):
        raise NotFound
    return found


def next_open(conference_id: int, user_id: int, after: int) -> str | None:
    """Return the code of the next open review in the list after the proposal ``after``, from the start again; or None."""
    rows: list[Review] = list(
        db.session.scalars(
            _held(conference_id, user_id, interests.of_reviewer(conference_id, user_id)).where(
                or_(Review.proposal_id == after, Review.state != ReviewState.DONE),
                or_(Proposal.id == after, Proposal.state == ProposalState.UNDER_REVIEW),
            )
        )
    )
    at = next((number for number, one in enumerate(rows) if one.proposal_id == after), -1)
    for one in rows[at + 1 :] + rows[: max(at, 0)]:
        if one.proposal_id != after and one.state is not ReviewState.DONE:
            return one.proposal.code
    return None


def open_count(conference_id: int, user_id: int) -> tuple[int, datetime | None]:
    """Return how many reviews of somebody are open, and when the first is due."""
    reviews: list[Review] = list(
        db.session.scalars(
            _held(conference_id, user_id, interests.of_reviewer(conference_id, user_id)).where(
                Proposal.state == ProposalState.UNDER_REVIEW, Review.state != ReviewState.DONE
            )
        )
    )
    due = [one.proposal.call.review_due_at for one in reviews if one.proposal.call.review_due_at is not None]
    return len(reviews), min(due, default=None)


def others(review: Review) -> list[Review]:
    """Return the reviews of the same proposal that others have done; none before the own one is. One statement."""
    if review.state is not ReviewState.DONE:
        return []
    return list(
        db.session.scalars(
            select(Review)
            .where(
                Review.proposal_id == review.proposal_id,
                Review.id != review.id,
                Review.state == ReviewState.DONE,
            )
            .order_by(Review.done_at, Review.id)
            .options(joinedload(Review.reviewer))
        )
    )


# --- interests


@dataclass(frozen=True, slots=True)
class Titled:
    """A proposal by its code and title, where somebody says whether they have an interest in it."""

    id: int
    code: str
    titles: Texts


@dataclass(frozen=True, slots=True)
class Titles:
    """A page of them."""

    rows: list[Titled]
    page: int
    pages: int


PER_PAGE = 50


def to_declare(conference_id: int, user_id: int, *, query: str = "", page: int = 1) -> Titles:
    """Return the proposals that may still be reviewed and in which no interest of theirs is known. Six statements at most."""
    barred = interests.of_user(conference_id, user_id)
    rows = db.session.scalars(
        select(Proposal)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            Proposal.conference_id == conference_id,
            Proposal.state.in_(life.IN_THE_RUNNING),
            Proposal.id.not_in(sorted(barred)),
            Call.reviews_wanted > 0,
        )
        .order_by(Proposal.id)
        .options(
            contains_eager(Proposal.call),
            selectinload(Proposal.organizations).selectinload(ProposalOrganization.organization),
        )
    )
    proposals = list(rows)
    titles = sheet.blind_titles(proposals)
    wanted = search.terms(query)
    # By what is shown: a search for an organization would say who proposes what.
    fitting = [
        Titled(one.id, one.code, titles[one.id])
        for one in proposals
        if all(term in search.searchable(one.code, titles[one.id]) for term in wanted)
    ]
    pages = max(1, -(-len(fitting) // PER_PAGE))
    page = min(max(1, page), pages)
    return Titles(fitting[(page - 1) * PER_PAGE : page * PER_PAGE], page, pages)


def declared(conference_id: int, user_id: int) -> list[tuple[str, str]]:
    """Return (code, reason) of the interests that somebody has declared. One statement."""
    rows = db.session.execute(
        select(Proposal.code, DeclaredInterest.reason)
        .join(Proposal, Proposal.id == DeclaredInterest.proposal_id)
        .where(Proposal.conference_id == conference_id, DeclaredInterest.user_id == user_id)
        .order_by(Proposal.id)
    )
    return [(code, reason) for code, reason in rows]
