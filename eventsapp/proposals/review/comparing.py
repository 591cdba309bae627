"""Two or three proposals side by side. Queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eventsapp.core.errors import NotFound
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review import interests, queries
from eventsapp.proposals.review.models import Criterion, Review
from eventsapp.proposals.review.queries import Result
from eventsapp.proposals.review.reviewing import criteria
from eventsapp.proposals.review.sheet import Sheet, sheet

MOST = 3


@dataclass(frozen=True, slots=True)
class Column:
    """A proposal beside others: with what it came to (secretariat) or with the own review (reviewers)."""

    sheet: Sheet
    result: Result | None = None
    review: Review | None = None
    criteria: Sequence[Criterion] = ()


def codes(given: Iterable[str]) -> list[str]:
    """Return the codes to compare, each once, at most three. Raises :class:`NotFound` for none."""
    found = list(dict.fromkeys(code.strip().upper() for code in given if code.strip()))[:MOST]
    if not found:
        raise NotFound
    return found


def for_officers(call: Call, proposals: Sequence[Proposal], user_id: int) -> list[Column]:
    """Return the columns for the secretariat; results of proposals in which the reader has an interest are left out."""
    barred = {id_ for id_, _user in interests.interests(call.id, [user_id])}
    by_id = {one.proposal_id: one for one in queries.results(call.id)}
    return [
        Column(sheet(one, open_=True), result=None if one.id in barred else by_id.get(one.id))
        for one in proposals
    ]


def for_reviewer(reviews: Sequence[Review]) -> list[Column]:
    """Return the columns of somebody's reviews."""
    return [
        Column(sheet(one.proposal), review=one, criteria=criteria(one.proposal.call_id)) for one in reviews
    ]
