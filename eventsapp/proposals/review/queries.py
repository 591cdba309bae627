"""What pages about reviews need, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from eventsapp.extensions import db
from eventsapp.proposals.enums import ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review.models import Criterion, Review
from eventsapp.proposals.review.scores import Measure, Scored, Total, score, total


@dataclass(frozen=True, slots=True)
class Result:
    """What the reviews of one proposal come to. Scores are from 0 to 100, None before the first review is done."""

    proposal_id: int
    mean: float | None
    normalized: float | None
    done: int
    wanted: int
    spread: float | None


def measures(call_id: int) -> list[Measure]:
    """Return the criteria of a call as scores need them, in their order. One statement."""
    rows = db.session.execute(
        select(Criterion.id, Criterion.weight, Criterion.scale)
        .where(Criterion.call_id == call_id)
        .order_by(Criterion.position, Criterion.id)
    )
    return [Measure(str(id_), weight, scale) for id_, weight, scale in rows]


def scored(call_id: int) -> Scored:
    """Return scores and reviewers' habits from the reviews of a call that are done. Two statements."""
    asked = measures(call_id)
    rows = db.session.execute(
        select(Review.proposal_id, Review.reviewer_id, Review.scores)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Proposal.call_id == call_id, Review.state == ReviewState.DONE)
    )
    totals = []
    for proposal_id, reviewer_id, scores in rows:
        points = total(scores, asked)
        if points is not None:
            totals.append(Total(proposal_id, reviewer_id, points))
    return score(totals)


def results(call_id: int, known: Scored | None = None) -> list[Result]:
    """Return what the reviews come to for each proposal of a call that was submitted, in their order. Three statements.

    ``known``: what :func:`scored` has returned already; then it is one statement.
    """
    found = (known or scored(call_id)).proposals
    rows = db.session.execute(
        select(Proposal.id, Call.reviews_wanted)
        .join(Call, Call.id == Proposal.call_id)
        .where(Proposal.call_id == call_id, Proposal.state != ProposalState.DRAFT)
        .order_by(Proposal.id)
    )
    return [
        Result(id_, one.mean, one.normalized, one.done, wanted, one.spread)
        if (one := found.get(id_)) is not None
        else Result(id_, None, None, 0, wanted, None)
        for id_, wanted in rows
    ]
