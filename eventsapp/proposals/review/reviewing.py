"""What a reviewer does: score, hand in, give back, declare an interest, discuss. A service."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotAllowed
from eventsapp.extensions import db
from eventsapp.proposals import service
from eventsapp.proposals.enums import CommentAudience, ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal, ProposalComment
from eventsapp.proposals.review import interests
from eventsapp.proposals.review.models import Criterion, DeclaredInterest, Review

SYSTEM = Actor("system")


def criteria(call_id: int) -> list[Criterion]:
    """Return the criteria of a call in their order. One statement."""
    return list(
        db.session.scalars(
            select(Criterion).where(Criterion.call_id == call_id).order_by(Criterion.position, Criterion.id)
        )
    )


def changeable(review: Review) -> bool:
    """Return whether the review can still be written: its proposal is under review."""
    return review.proposal.state is ProposalState.UNDER_REVIEW


def save(
    review: Review,
    *,
    points: Mapping[int, int | None],
    note: str,
    to_team: str,
    done: bool,
    actor: Actor,
) -> None:
    """Keep what somebody says of a proposal; with ``done`` it counts from then on, and once done it stays so.

    ``points``: by id of the criterion. Raises :class:`NotAllowed` for somebody else's review or one of a proposal of interest,
    :class:`Conflict` when the proposal is not under review any more, :class:`Invalid` (``c<id>`` of a criterion) where something
    is not scored that has to be. Writes; does not commit.
    """
    service.writable(review.proposal.conference)
    db.session.refresh(review, with_for_update=True)
    if review.reviewer_id != actor.user_id or review.state is ReviewState.DECLINED:
        raise NotAllowed
    if interests.has_interest(review.proposal_id, review.reviewer_id):
        raise NotAllowed
    if not changeable(review):
        raise Conflict(_("The proposal is not under review any more: reviews of it cannot be changed."))
    asked = criteria(review.proposal.call_id)
    done = done or review.state is ReviewState.DONE
    scores = {
        str(one.id): value
        for one in asked
        if (value := points.get(one.id)) is not None and 0 <= value <= one.scale
    }
    missing = [one for one in asked if str(one.id) not in scores]
    if done and missing:
        raise Invalid({f"c{one.id}": _("Score this before you hand the review in.") for one in missing})
    now = clock.now()
    review.scores, review.note, review.to_team = scores, note.strip() or None, to_team.strip() or None
    if done and review.state is not ReviewState.DONE:
        review.state, review.done_at = ReviewState.DONE, now
        audit.record(
            actor,
            "review.done",
            service.subject(review.proposal),
            conference_id=review.proposal.conference_id,
        )
    elif not done:
        review.state = ReviewState.BEGUN
    db.session.flush()


def give_back(review: Review, *, reason: str, interest: bool, actor: Actor) -> None:
    """Give a proposal back; with ``interest`` it is never given to them again. Raises as :func:`save`. Writes."""
    service.writable(review.proposal.conference)
    db.session.refresh(review, with_for_update=True)
    if review.reviewer_id != actor.user_id or review.state is ReviewState.DECLINED:
        raise NotAllowed
    if not changeable(review):
        raise Conflict(_("The proposal is not under review any more: reviews of it cannot be changed."))
    if interest:
        _declare(review.proposal, review.reviewer_id, reason)
    _decline(review, reason)
    audit.record(
        actor,
        "review.give_back",
        service.subject(review.proposal),
        conference_id=review.proposal.conference_id,
        detail={"reason": reason, "interest": interest},
    )


def declare(conference_id: int, proposal_ids: Collection[int], *, reason: str, actor: Actor) -> int:
    """Say that somebody has an interest in these proposals of a conference; reviews of them are given back. Return how many."""
    assert actor.user_id is not None
    count = 0
    for proposal in db.session.scalars(
        select(Proposal)
        .join(Call, Call.id == Proposal.call_id)
        .where(Proposal.conference_id == conference_id, Proposal.id.in_(proposal_ids))
    ):
        service.writable(proposal.conference)
        if not _declare(proposal, actor.user_id, reason):
            continue
        count += 1
        audit.record(
            actor,
            "review.interest",
            service.subject(proposal),
            conference_id=conference_id,
            detail={"reason": reason},
        )
        review = db.session.scalar(
            select(Review).where(Review.proposal_id == proposal.id, Review.reviewer_id == actor.user_id)
        )
        if review is not None and review.state is not ReviewState.DECLINED:
            _decline(review, reason)
    return count


def forget(proposal: Proposal, user_id: int, *, actor: Actor) -> None:
    """Take a declared interest back, as the secretariat, where it was a mistake. Writes; does not commit."""
    found = db.session.scalar(
        select(DeclaredInterest).where(
            DeclaredInterest.proposal_id == proposal.id, DeclaredInterest.user_id == user_id
        )
    )
    if found is None:
        return
    db.session.delete(found)
    audit.record(
        actor,
        "review.interest_removed",
        service.subject(proposal),
        conference_id=proposal.conference_id,
        detail={"user": user_id},
    )


def _declare(proposal: Proposal, user_id: int, reason: str) -> bool:
    there = db.session.scalar(
        select(DeclaredInterest.id).where(
            DeclaredInterest.proposal_id == proposal.id, DeclaredInterest.user_id == user_id
        )
    )
    if there is not None:
        return False
    db.session.add(
        DeclaredInterest(proposal_id=proposal.id, user_id=user_id, reason=reason[:500], at=clock.now())
    )
    db.session.flush()
    return True


def _decline(review: Review, reason: str) -> None:
    review.state, review.done_at, review.scores, review.to_team = ReviewState.DECLINED, None, {}, None
    review.note = reason or None
    db.session.flush()


def discuss(review: Review, body: str, *, actor: Actor) -> ProposalComment:
    """Say something to the other reviewers, after the own review is done. Raises :class:`NotAllowed`, :class:`Invalid`."""
    service.writable(review.proposal.conference)
    if review.reviewer_id != actor.user_id or review.state is not ReviewState.DONE:
        raise NotAllowed
    if interests.has_interest(review.proposal_id, review.reviewer_id):
        raise NotAllowed
    return service.comment(review.proposal, body, audience=CommentAudience.REVIEWERS, actor=actor)


def give_back_of_interest(_now: datetime) -> None:
    """Give back the reviews in which an interest has arisen since: somebody joined an organization. Housekeeping; writes."""
    calls = db.session.execute(
        select(Proposal.call_id, Review.reviewer_id)
        .join(Review, Review.proposal_id == Proposal.id)
        .where(Proposal.state == ProposalState.UNDER_REVIEW, Review.state != ReviewState.DECLINED)
        .distinct()
    ).all()
    reviewers: dict[int, set[int]] = {}
    for call_id, user_id in calls:
        reviewers.setdefault(call_id, set()).add(user_id)
    for call_id, people in reviewers.items():
        found = interests.interests(call_id, people)
        if not found:
            continue
        for review in db.session.scalars(
            select(Review)
            .join(Proposal, Proposal.id == Review.proposal_id)
            .where(
                Proposal.call_id == call_id,
                Proposal.state == ProposalState.UNDER_REVIEW,
                Review.state != ReviewState.DECLINED,
                Review.reviewer_id.in_({user for _proposal, user in found}),
            )
        ):
            if (review.proposal_id, review.reviewer_id) not in found:
                continue
            _decline(review, "")
            audit.record(
                SYSTEM,
                "review.give_back",
                service.subject(review.proposal),
                conference_id=review.proposal.conference_id,
                detail={"reviewer": review.reviewer.name, "interest": True},
            )
