"""The reviews of a proposal, as a part of the officers' page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import ActionForm
from eventsapp.extensions import db
from eventsapp.proposals.enums import CommentAudience, ProposalState, ReviewState
from eventsapp.proposals.models import Proposal, ProposalComment
from eventsapp.proposals.panels import Panel
from eventsapp.proposals.review import assigning, interests, page, queries, reviewers, reviewing
from eventsapp.proposals.review.assigning import Reader, Work
from eventsapp.proposals.review.models import Criterion, DeclaredInterest, Review
from eventsapp.proposals.review.queries import Result
from eventsapp.proposals.review.scores import total

GIVES = (ProposalState.ELIGIBLE, ProposalState.UNDER_REVIEW)
"""States in which a proposal can be given to reviewers."""


@dataclass(frozen=True, slots=True)
class Line:
    """A review with its total so far, from 0 to 100."""

    review: Review
    points: float | None


@dataclass(frozen=True, slots=True)
class Reviews:
    """All about the reviews of one proposal. ``free``: (id, name, fit) of those who may be given it, the best first."""

    lines: Sequence[Line]
    criteria: Sequence[Criterion]
    result: Result | None
    comments: Sequence[ProposalComment]
    declared: Sequence[tuple[int, str, str]]
    free: Sequence[tuple[int, str, int]]


def load(proposal: Proposal, user_id: int) -> Reviews | None:
    """Return the reviews of a proposal for an officer; None for one who has an interest in it. A fixed number of statements."""
    rows = list(
        db.session.scalars(
            select(Review)
            .where(Review.proposal_id == proposal.id)
            .order_by(Review.assigned_at, Review.id)
            .options(joinedload(Review.reviewer))
        )
    )
    people = reviewers.of_conference(proposal.conference_id)
    found = interests.interests(proposal.call_id, {user_id, *(one.id for one in people)})
    if (proposal.id, user_id) in found:
        return None
    measures = queries.measures(proposal.call_id)
    return Reviews(
        [Line(one, total(one.scores, measures)) for one in rows],
        reviewing.criteria(proposal.call_id),
        next((one for one in queries.results(proposal.call_id) if one.proposal_id == proposal.id), None)
        if any(one.state is ReviewState.DONE for one in rows)
        else None,
        page.comments(proposal.id, CommentAudience.REVIEWERS),
        _declared(proposal.id),
        _free(proposal, rows, people, found) if proposal.state in GIVES else [],
    )


def _declared(proposal_id: int) -> list[tuple[int, str, str]]:
    rows = db.session.execute(
        select(User.id, User.name, DeclaredInterest.reason)
        .join(User, User.id == DeclaredInterest.user_id)
        .where(DeclaredInterest.proposal_id == proposal_id)
        .order_by(User.name)
    )
    return [(id_, name, reason) for id_, name, reason in rows]


def _free(
    proposal: Proposal,
    rows: Sequence[Review],
    people: Sequence[reviewers.Reviewer],
    found: set[tuple[int, int]],
) -> list[tuple[int, str, int]]:
    loads = reviewers.progress(proposal.call)
    barred = {one.reviewer_id for one in rows if one.state is not ReviewState.DECLINED} | {
        one.id for one in people if (proposal.id, one.id) in found
    }
    work = Work(
        proposal.id,
        1,
        frozenset(one.id for one in proposal.themes),
        frozenset(proposal.languages),
        frozenset(barred),
    )
    readers = [
        Reader(one.id, one.theme_ids, one.languages, one.most, loads[one.id].given if one.id in loads else 0)
        for one in people
    ]
    names = {one.id: one.name for one in people}
    return [(id_, names[id_], fit) for fit, id_ in assigning.possible(work, readers)]


def panel(conference: Conference, proposal: Proposal) -> Panel | None:
    """Return the panel; none for what was never submitted."""
    if proposal.submitted_at is None:
        return None
    found = load(proposal, current_user.id)
    return Panel(
        "proposals/manage/_reviews.html",
        {"reviews": found, "conference": conference, "proposal": proposal, "action": ActionForm()},
        order=20,
    )
