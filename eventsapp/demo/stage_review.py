"""The sample call's second step: screening, reviews, and mergers of what is alike."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from eventsapp.core import clock
from eventsapp.demo import call_texts as said
from eventsapp.demo import calls
from eventsapp.demo.calls import Fate
from eventsapp.demo.telling import Stage, Telling, actor_of
from eventsapp.extensions import db
from eventsapp.proposals.enums import Action, Answer, ReviewState
from eventsapp.proposals.mergers import service as mergers
from eventsapp.proposals.mergers.models import Merger
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.review import assignment, reviewers, reviewing, screening
from eventsapp.proposals.review.models import Review

AGREED, ASKED = (6, 11), (12, 17)
"""Pairs of proposals that say nearly the same: one merged by both leads, one still thought about."""


def tell(telling: Telling) -> None:
    """Tell it: all of the review, or while it goes on most of it. Writes; does not commit."""
    begins = telling.times.closes + 1
    _screen(telling, begins)
    _assign(telling, begins + 3)
    _merge(telling, begins + 5)


def _screen(telling: Telling, begins: float) -> None:
    for turn, (sketch, proposal) in enumerate(telling.still(Fate.SUBMITTED, Fate.INELIGIBLE)):
        with telling.at(begins, turn / 4):
            if sketch.fate is Fate.INELIGIBLE:
                screening.act(proposal, Action.SCREEN_OUT, note=said.INELIGIBLE, actor=telling.officer)
            else:
                screening.act_on_many([proposal], Action.START_REVIEW, actor=telling.officer)


def _assign(telling: Telling, begins: float) -> None:
    """Say what the reviewers know, give everything out by the plan, and let them score."""
    conference = telling.conference
    with telling.at(begins - 1):
        for one in telling.sample.reviewers:
            reviewers.save_profile(
                conference,
                telling.users[one.email].id,
                theme_ids=[telling.themes[slug].id for slug in one.themes],
                languages=one.languages,
                most=None,
                actor=telling.officer,
            )
        known = {telling.users[one.email].id for one in telling.sample.reviewers}
        for other in reviewers.of_conference(conference.id):
            if other.id not in known:
                reviewers.save_profile(
                    conference, other.id, theme_ids=(), languages=(), most=0, actor=telling.officer
                )
    with telling.at(begins):
        assignment.keep(
            telling.call,
            strict=False,
            mark=assignment.plan(telling.call, strict=False).mark,
            actor=telling.officer,
        )
    found = _reviews(telling)
    for turn, review in enumerate(found):
        # Some are behind while the review goes on; the demo's own reviewer is half-way.
        share = 50 if review.reviewer.email == "reviewer@example.org" else 75
        if telling.stage is not Stage.REVIEW or turn * 7 % 100 < share:
            _score(telling, review, begins + turn / len(found) * (telling.times.reviewed - begins - 1))


def _reviews(telling: Telling) -> list[Review]:
    """Return what is given out and not done yet."""
    return list(
        db.session.scalars(
            select(Review)
            .join(Proposal, Proposal.id == Review.proposal_id)
            .where(Proposal.call_id == telling.call.id, Review.state == ReviewState.ASSIGNED)
            .order_by(Review.id)
        )
    )


def _score(telling: Telling, review: Review, days: float, number: int | None = None) -> None:
    """Let a reviewer score; ``number``: of the sketch, where the proposal is made of others."""
    numbers = {proposal.id: known for known, proposal in telling.proposals.items()}
    sketch = telling.sample.sketches[numbers[review.proposal_id] if number is None else number]
    who = next(one for one in telling.sample.reviewers if one.email == review.reviewer.email)
    said_of_it = calls.opinion(sketch, who)
    criteria = reviewing.criteria(telling.call.id)
    with clock.at(min(telling.instant(days), telling.now - timedelta(hours=1))):
        reviewing.save(
            review,
            points={one.id: points for one, points in zip(criteria, said_of_it.points, strict=True)},
            note=said_of_it.note,
            to_team=said_of_it.to_team,
            done=True,
            actor=actor_of(review.reviewer),
        )


def _merge(telling: Telling, begins: float) -> None:
    for days, pair in ((begins, AGREED), (begins + 1, ASKED)):
        with telling.at(days):
            merger = _propose(telling, pair)
        if pair is AGREED:
            for number, part in zip(pair, list(merger.parts), strict=True):
                with telling.at(days + 1, number):
                    lead = telling.sample.sketches[number].lead
                    mergers.answer(part, Answer.ACCEPTED, actor=telling.focal(lead))
            with telling.at(days + 2):
                assignment.keep(
                    telling.call,
                    strict=False,
                    mark=assignment.plan(telling.call, strict=False).mark,
                    actor=telling.officer,
                )
            for review in _reviews(telling):
                if review.proposal_id == merger.target_id:
                    _score(telling, review, days + 3, pair[0])


def _propose(telling: Telling, pair: tuple[int, int]) -> Merger:
    return mergers.propose(
        telling.call,
        [telling.proposals[number] for number in pair],
        note=said.MERGE,
        actor=telling.officer,
        by_secretariat=True,
    )
