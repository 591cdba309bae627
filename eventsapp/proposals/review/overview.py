"""What the pages of a call's review show: progress, somebody's reviews, results. Queries, but for :func:`give_codes`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference, Theme
from eventsapp.core import locale
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.proposals.enums import ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review import assignment, interests, queries
from eventsapp.proposals.review.models import Review
from eventsapp.proposals.review.queries import Result
from eventsapp.proposals.review.scores import Habit, Scored

PER_PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Overview:
    """How far the review of a call is. ``short``: proposals under review with fewer reviews given out than wanted."""

    proposals: int
    wanted: int
    given: int
    done: int
    short: int


def overview(call: Call) -> Overview:
    """Return how far the review of a call is. One statement."""
    rows = db.session.execute(
        select(
            Proposal.id,
            func.count(Review.id).filter(Review.state != ReviewState.DECLINED),
            func.count(Review.id).filter(Review.state == ReviewState.DONE),
        )
        .outerjoin(Review, Review.proposal_id == Proposal.id)
        .where(Proposal.call_id == call.id, Proposal.state == ProposalState.UNDER_REVIEW)
        .group_by(Proposal.id)
    ).all()
    return Overview(
        len(rows),
        len(rows) * call.reviews_wanted,
        sum(row[1] for row in rows),
        sum(row[2] for row in rows),
        sum(row[1] < call.reviews_wanted for row in rows),
    )


def themes(conference_id: int) -> list[tuple[int, Texts]]:
    """Return (id, names) of a conference's themes in their order. One statement."""
    return [
        (row[0], row[1])
        for row in db.session.execute(
            select(Theme.id, Theme.names)
            .where(Theme.conference_id == conference_id)
            .order_by(Theme.position, Theme.id)
        )
    ]


def theme_choices(conference: Conference) -> list[tuple[int, str]]:
    """Return the themes as choices of a form, in the reader's language. One statement."""
    return [
        (id_, pick(names, locale.current(), conference.default_language))
        for id_, names in themes(conference.id)
    ]


def reviews_of(call_id: int, user_id: int) -> list[Review]:
    """Return the reviews that somebody was given in a call, also those given back. Two statements."""
    return list(
        db.session.scalars(
            select(Review)
            .join(Review.proposal)
            .where(Proposal.call_id == call_id, Review.reviewer_id == user_id)
            .order_by(Proposal.id)
        )
    )


def give_codes(call: Call, reviewer_id: int, text: str, *, actor: Actor) -> int:
    """Give somebody the proposals of a call with these codes; return how many. All or none.

    Raises :class:`Invalid` (``codes``) with a sentence for each that cannot be given. Writes; does not commit.
    """
    codes = list(dict.fromkeys(re.findall(r"[A-Z0-9-]+", text.upper())))[:100]
    found = {
        one.code: one
        for one in db.session.scalars(
            select(Proposal).where(Proposal.call_id == call.id, Proposal.code.in_(codes))
        )
    }
    wrong: list[str] = []
    for code in codes:
        if code not in found:
            wrong.append(_("There is no proposal %(code)s in this call.", code=code))
            continue
        try:
            assignment.give(found[code], reviewer_id, actor=actor)
        except Conflict as error:
            wrong.append(f"{code}: {error.message}")
    if wrong or not codes:
        raise Invalid({"codes": wrong or [_("This field is required.")]})
    return len(codes)


# --- results


@dataclass(frozen=True, slots=True)
class Line:
    """One proposal of the results. ``hidden``: the reader has an interest in it, so that its figures are not shown."""

    code: str
    titles: Texts
    state: ProposalState
    result: Result
    hidden: bool


@dataclass(frozen=True, slots=True)
class Results:
    """A page of the results; ``pages`` is at least 1."""

    lines: list[Line]
    total: int
    page: int
    pages: int


SORTS: Final[dict[str, Callable[[Result], Any]]] = {
    "normalized": lambda one: one.normalized,
    "mean": lambda one: one.mean,
    "spread": lambda one: one.spread,
    "done": lambda one: one.done,
    "code": lambda one: -one.proposal_id,
}
"""What results can be sorted by; the greatest on top, what has none last."""


def results(
    call: Call, scored: Scored, sort: str, backwards: bool, page: int, *, hidden_from: int
) -> Results:
    """Return a page of the results of all proposals that were submitted. Five statements."""
    barred = {id_ for id_, _user in interests.interests(call.id, [hidden_from])}
    found = queries.results(call.id, scored)
    key = SORTS.get(sort, SORTS["normalized"])
    # The place in the order must not say what is hidden either.
    shown = [one for one in found if key(one) is not None and one.proposal_id not in barred]
    rest = [one for one in found if key(one) is None or one.proposal_id in barred]
    shown.sort(key=lambda one: (key(one), -one.proposal_id), reverse=not backwards)
    ordered = shown + rest
    pages = max(1, -(-len(ordered) // PER_PAGE))
    page = min(max(1, page), pages)
    chosen = ordered[(page - 1) * PER_PAGE : page * PER_PAGE]
    facts = {
        row.id: row
        for row in db.session.execute(
            select(Proposal.id, Proposal.code, Proposal.titles, Proposal.state).where(
                Proposal.id.in_([one.proposal_id for one in chosen])
            )
        )
    }
    lines = [
        Line(
            facts[one.proposal_id].code,
            facts[one.proposal_id].titles,
            facts[one.proposal_id].state,
            one,
            one.proposal_id in barred,
        )
        for one in chosen
    ]
    return Results(lines, len(ordered), page, pages)


def habits(scored: Scored) -> list[tuple[str, Habit]]:
    """Return (name, habit) of the reviewers of a call, the harshest first. One statement."""
    found = scored.reviewers
    names: dict[int, str] = {
        row[0]: row[1]
        for row in db.session.execute(select(User.id, User.name).where(User.id.in_(list(found))))
    }
    return sorted(
        ((names[id_], habit) for id_, habit in found.items()), key=lambda one: (one[1].effect, one[0])
    )
