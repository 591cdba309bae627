"""Messages to reviewers: what was given to them, and what is still open. A service, and the worker's job."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, locale
from eventsapp.core.templating import clock_time, day, zone_name
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import pick
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.mail import service as mail
from eventsapp.proposals import notices
from eventsapp.proposals.enums import ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review.models import Review
from eventsapp.proposals.review.reviewers import Reviewer

BEFORE: Final = timedelta(days=3)
"""How long before reviews are due the worker reminds of them, once."""
_OPEN: Final = (ReviewState.ASSIGNED, ReviewState.BEGUN)


def given(call: Call, reviewer: Reviewer, number: int) -> None:
    """Tell a reviewer of proposals that they were given. Writes a message; does not commit."""
    _send(call, "review_given", reviewer.name, reviewer.email, reviewer.language, number)


def remind(call: Call, reviewer_ids: Collection[int] | None = None) -> int:
    """Remind those (of these) who have open reviews in a call; return how many people. Writes; does not commit."""
    rows = db.session.execute(
        select(User.id, User.name, User.email, User.language, func.count())
        .join(Review, Review.reviewer_id == User.id)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(User.is_active, *_open(call.id, reviewer_ids))
        .group_by(User.id, User.name, User.email, User.language)
        .order_by(User.id)
    ).all()
    for _id, name, email, language, number in rows:
        _send(call, "review_reminder", name, email, language, number)
    db.session.execute(
        update(Review)
        .where(
            Review.state.in_(_OPEN),
            Review.reviewer_id.in_([row[0] for row in rows]),
            Review.proposal_id.in_(
                select(Proposal.id).where(
                    Proposal.call_id == call.id, Proposal.state == ProposalState.UNDER_REVIEW
                )
            ),
        )
        .values(reminded_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    return len(rows)


def _open(call_id: int, reviewer_ids: Collection[int] | None) -> list[Any]:
    where = [
        Proposal.call_id == call_id,
        Proposal.state == ProposalState.UNDER_REVIEW,
        Review.state.in_(_OPEN),
    ]
    return where if reviewer_ids is None else [*where, Review.reviewer_id.in_(reviewer_ids)]


def _send(call: Call, template: str, name: str, email: str, language: str, number: int) -> None:
    conference, due = call.conference, ""
    if call.review_due_at is not None:
        with locale.speaking(language):
            local = call.review_due_at.astimezone(ZoneInfo(conference.zone))
            due = (
                f"{day(local.date(), 'long')}, {clock_time(call.review_due_at, conference.zone)}"
                f" ({zone_name(conference.zone, call.review_due_at)})"
            )
    mail.queue(
        template,
        to_name=name,
        to_email=email,
        language=language,
        context={
            "number": number,
            "due": due,
            "conference": pick(conference.names, language, conference.default_language),
            "call": pick(call.names, language, conference.default_language),
            "link": absolute(notices.path("reviews.index", conference=conference.slug)),
        },
        conference_id=conference.id,
        reply_to=conference.contact_email,
    )


def remind_due() -> bool:
    """Remind, once, of the reviews of one call that are due soon; return whether there was one. A job of the worker."""
    now = clock.now()
    try:
        found = db.session.scalar(
            select(Call.id)
            .join(Conference, Conference.id == Call.conference_id)
            .where(
                Call.review_due_at > now,
                Call.review_due_at <= now + BEFORE,
                Conference.state != ConferenceState.ARCHIVED,
                select(Review.id)
                .join(Proposal, Proposal.id == Review.proposal_id)
                .join(User, User.id == Review.reviewer_id)
                .where(
                    Proposal.call_id == Call.id,
                    Proposal.state == ProposalState.UNDER_REVIEW,
                    Review.state.in_(_OPEN),
                    Review.reminded_at.is_(None),
                    User.is_active,
                )
                .exists(),
            )
            .order_by(Call.id)
            .limit(1)
        )
    finally:
        db.session.rollback()
    if found is None:
        return False
    with transaction():
        call = db.session.get(Call, found, with_for_update=True)
        if call is None:
            return False
        waiting = set(
            db.session.scalars(
                select(Review.reviewer_id)
                .join(Proposal, Proposal.id == Review.proposal_id)
                .where(*_open(call.id, None), Review.reminded_at.is_(None))
            )
        )
        remind(call, waiting)
    return True
