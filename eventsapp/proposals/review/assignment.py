"""Giving proposals to reviewers: one by hand, or all by a plan that was looked at before. A service."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.extensions import db
from eventsapp.proposals import service
from eventsapp.proposals.enums import Action, Party, ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal, proposal_theme
from eventsapp.proposals.review import assigning, interests, reminding, reviewers
from eventsapp.proposals.review.assigning import Plan, Reader, Work
from eventsapp.proposals.review.models import Review
from eventsapp.proposals.review.reviewers import Reviewer


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan with what is needed to show it. ``mark`` names the plan: another one has another."""

    plan: Plan
    reviewers: Mapping[int, Reviewer]
    before: Mapping[int, int]
    """Loads without it."""
    works: Mapping[int, Work]
    codes: Mapping[int, str]
    mark: str

    def fit(self, proposal_id: int, reviewer_id: int) -> int:
        """Return how well a reviewer fits a proposal (``assigning.fit``)."""
        return assigning.fit(self.works[proposal_id], _reader(self.reviewers[reviewer_id], 0))

    @property
    def fits(self) -> Counter[int]:
        """How many of the pairs fit how well."""
        return Counter(self.fit(*pair) for pair in self.plan.pairs)


def _reader(one: Reviewer, load: int) -> Reader:
    return Reader(one.id, one.theme_ids, one.languages, one.most, load)


def plan(call: Call, *, strict: bool) -> Planned:
    """Return who would get what of the proposals under review, as far as they want more reviews. Seven statements.

    ``strict``: only those who know theme and language. Reads only.
    """
    people = {one.id: one for one in reviewers.of_conference(call.conference_id)}
    rows = db.session.execute(
        select(Proposal.id, Proposal.code, Proposal.languages).where(
            Proposal.call_id == call.id, Proposal.state == ProposalState.UNDER_REVIEW
        )
    ).all()
    themes: dict[int, set[int]] = defaultdict(set)
    for proposal_id, theme_id in db.session.execute(
        select(proposal_theme.c.proposal_id, proposal_theme.c.theme_id)
        .join(Proposal, Proposal.id == proposal_theme.c.proposal_id)
        .where(Proposal.call_id == call.id)
    ):
        themes[proposal_id].add(theme_id)
    barred: dict[int, set[int]] = defaultdict(set)
    for proposal_id, user_id in interests.interests(call.id, people):
        barred[proposal_id].add(user_id)
    held: Counter[int] = Counter()
    load: Counter[int] = Counter(dict.fromkeys(people, 0))
    for proposal_id, user_id, state in db.session.execute(
        select(Review.proposal_id, Review.reviewer_id, Review.state)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Proposal.call_id == call.id)
    ):
        barred[proposal_id].add(user_id)
        if state is not ReviewState.DECLINED:
            held[proposal_id] += 1
            load[user_id] += 1
    works = {
        id_: Work(
            id_,
            max(0, call.reviews_wanted - held[id_]),
            frozenset(themes[id_]),
            frozenset(languages or ()),
            frozenset(barred[id_]),
        )
        for id_, _code, languages in rows
    }
    made = assigning.plan(
        works.values(), [_reader(one, load[one.id]) for one in people.values()], strict=strict
    )
    return Planned(
        made,
        people,
        {id_: load[id_] for id_ in people},
        works,
        {id_: code for id_, code, _languages in rows},
        hashlib.sha256(repr(made.pairs).encode()).hexdigest()[:16],
    )


def keep(call: Call, *, strict: bool, mark: str, actor: Actor) -> int:
    """Give out the reviews of the plan that was looked at, and tell the reviewers; return how many.

    Raises :class:`Conflict` when the plan would be another one by now. Writes; does not commit.
    """
    service.writable(call.conference)
    db.session.execute(select(Call.id).where(Call.id == call.id).with_for_update())
    planned = plan(call, strict=strict)
    if planned.mark != mark:
        raise Conflict(_("Something has changed meanwhile, and the plan with it. Please look at it again."))
    now = clock.now()
    db.session.add_all(
        Review(
            proposal_id=proposal_id,
            reviewer_id=reviewer_id,
            assigned_at=now,
            assigned_by=actor.name,
        )
        for proposal_id, reviewer_id in planned.plan.pairs
    )
    audit.record(
        actor,
        "review.plan",
        f"call:{call.slug}",
        conference_id=call.conference_id,
        detail={"reviews": len(planned.plan.pairs), "short": sum(one.missing for one in planned.plan.short)},
    )
    for reviewer_id, number in Counter(reader for _work, reader in planned.plan.pairs).items():
        reminding.given(call, planned.reviewers[reviewer_id], number)
    return len(planned.plan.pairs)


def give(proposal: Proposal, reviewer_id: int, *, actor: Actor) -> Review:
    """Give a proposal to a reviewer by hand, and tell them; an eligible one goes into review by it.

    Raises :class:`NotFound` for who is no reviewer, :class:`Conflict` for an interest, for who has it already, and where the
    proposal is not (to be) reviewed. Writes; does not commit.
    """
    service.writable(proposal.conference)
    reviewer = reviewers.one(proposal.conference_id, reviewer_id)
    if proposal.state is ProposalState.ELIGIBLE:
        service.move(proposal, Action.START_REVIEW, party=Party.SECRETARIAT, actor=actor)
    if proposal.state is not ProposalState.UNDER_REVIEW:
        raise Conflict(_("Only proposals that are under review are given to reviewers."))
    if interests.has_interest(proposal.id, reviewer_id):
        raise Conflict(_("%(name)s has an interest in this proposal.", name=reviewer.name))
    found = db.session.scalar(
        select(Review).where(Review.proposal_id == proposal.id, Review.reviewer_id == reviewer_id)
    )
    if found is not None and found.state is not ReviewState.DECLINED:
        raise Conflict(_("%(name)s has this proposal already.", name=reviewer.name))
    if found is None:
        found = Review(
            proposal=proposal, reviewer_id=reviewer_id, assigned_at=clock.now(), assigned_by=actor.name
        )
        db.session.add(found)
    else:
        found.state, found.assigned_at, found.assigned_by = ReviewState.ASSIGNED, clock.now(), actor.name
        found.note = None
    db.session.flush()
    audit.record(
        actor,
        "review.give",
        service.subject(proposal),
        conference_id=proposal.conference_id,
        detail={"reviewer": reviewer.name},
    )
    reminding.given(proposal.call, reviewer, 1)
    return found


def take_back(proposal: Proposal, review_id: int, *, actor: Actor) -> None:
    """Take a proposal back from a reviewer who has not done it. Raises :class:`NotFound`, :class:`Conflict`. Writes."""
    service.writable(proposal.conference)
    found = db.session.scalar(
        select(Review).where(Review.id == review_id, Review.proposal_id == proposal.id).with_for_update()
    )
    if found is None:
        raise NotFound
    if found.state is ReviewState.DONE:
        raise Conflict(_("The review is done: it stays."))
    audit.record(
        actor,
        "review.take_back",
        service.subject(proposal),
        conference_id=proposal.conference_id,
        detail={"reviewer": found.reviewer.name},
    )
    db.session.delete(found)


def eligible(call_id: int) -> int:
    """Return how many proposals of a call could go into review. One statement."""
    return (
        db.session.scalar(
            select(func.count()).where(Proposal.call_id == call_id, Proposal.state == ProposalState.ELIGIBLE)
        )
        or 0
    )
