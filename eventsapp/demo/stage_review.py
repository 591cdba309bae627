"""The sample call's second step: screening, reviews, and mergers of what is alike."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from eventsapp.demo import call_texts as said
from eventsapp.demo.calls import Fate, Opinion
from eventsapp.demo.telling import Stage, Telling
from eventsapp.extensions import db
from eventsapp.proposals.enums import Action, Answer, ReviewState
from eventsapp.proposals.mergers import service as mergers
from eventsapp.proposals.mergers.models import Merger
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.review import screening
from eventsapp.proposals.review.models import Criterion, Review, ReviewerProfile

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
    for one in telling.sample.reviewers:
        profile = ReviewerProfile(
            conference_id=telling.conference.id, user_id=telling.users[one.email].id, languages=list(one.languages),
            theme_ids=[telling.themes[slug].id for slug in one.themes],
        )  # fmt: skip
        db.session.add(profile)
    given = [one for one in telling.sample.opinions if one.proposal in telling.proposals]
    for turn, opinion in enumerate(given):
        reviewer = telling.sample.reviewers[opinion.reviewer]
        # Some are behind while the review goes on; the demo's own reviewer is half-way.
        share = 0.5 if reviewer.email == "reviewer@example.org" else 0.75
        done = telling.stage is not Stage.REVIEW or turn * 7 % 100 < share * 100
        at = begins + turn / len(given) * (telling.times.reviewed - begins - 1)
        _review(telling, telling.proposals[opinion.proposal], opinion, begins, at if done else None)
    db.session.flush()


def _review(
    telling: Telling, proposal: Proposal, opinion: Opinion, assigned: float, done: float | None
) -> None:
    """Add a review; ``assigned`` and ``done`` in days from now."""
    criteria = db.session.scalars(
        select(Criterion.id).where(Criterion.call_id == telling.call.id).order_by(Criterion.position)
    ).all()
    is_done = done is not None
    scores = {str(id_): value for id_, value in zip(criteria, opinion.points, strict=True)}
    db.session.add(
        Review(
            proposal=proposal, reviewer=telling.users[telling.sample.reviewers[opinion.reviewer].email],
            state=ReviewState.DONE if is_done else ReviewState.ASSIGNED, scores=scores if is_done else {},
            note=opinion.note if is_done else None, to_team=opinion.to_team or None if is_done else None,
            assigned_at=telling.instant(assigned), assigned_by=telling.officer.name,
            done_at=None if done is None else min(telling.instant(done), telling.now - timedelta(hours=1)),
        )
    )  # fmt: skip


def _merge(telling: Telling, begins: float) -> None:
    for days, pair in ((begins, AGREED), (begins + 1, ASKED)):
        with telling.at(days):
            merger = _propose(telling, pair)
        if pair is AGREED:
            for number, part in zip(pair, list(merger.parts), strict=True):
                with telling.at(days + 1, number):
                    lead = telling.sample.sketches[number].lead
                    mergers.answer(part, Answer.ACCEPTED, actor=telling.focal(lead))
            for opinion in telling.sample.opinions:
                reviewer = telling.sample.reviewers[opinion.reviewer]
                if opinion.proposal == pair[0] and reviewer.acts_for is None:
                    _review(telling, merger.target, opinion, days + 2, days + 3)
    db.session.flush()


def _propose(telling: Telling, pair: tuple[int, int]) -> Merger:
    return mergers.propose(
        telling.call,
        [telling.proposals[number] for number in pair],
        note=said.MERGE,
        actor=telling.officer,
        by_secretariat=True,
    )
