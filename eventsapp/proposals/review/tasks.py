"""What waits of screening and review: for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.proposals.enums import ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review import mine
from eventsapp.proposals.review.models import Review
from eventsapp.proposals.waiting import of_calls


@of_calls
def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return what is to be screened, which reviews are behind, and the reader's own. A fixed number of statements."""
    if conference.state is ConferenceState.ARCHIVED:
        return []
    found: list[Task] = []
    if Permission.EDIT_PROPOSALS in permissions:
        found += _to_screen(conference) + _behind(conference)
    if Permission.REVIEW_PROPOSALS in permissions and current_user.is_authenticated:
        found += _own(conference)
    return found


def _to_screen(conference: Conference) -> list[Task]:
    """Proposals of calls that are closed; while a call is open, it is the team's until then."""
    rows = db.session.execute(
        select(Call.slug, func.count(), Call.closes_at)
        .join(Proposal, Proposal.call_id == Call.id)
        .where(Call.conference_id == conference.id, Proposal.state == ProposalState.SUBMITTED)
        .group_by(Call.id, Call.slug, Call.closes_at)
        .order_by(Call.id)
    )
    now = clock.now()
    return [
        Task(
            "calls",
            Level.WARNING if closes_at <= now else Level.INFO,
            ngettext("%(num)s proposal to screen.", "%(num)s proposals to screen.", number),
            url_for("calls_proposals.index", conference=conference.slug, call=slug, state="submitted"),
            number,
        )
        for slug, number, closes_at in rows
    ]


def _behind(conference: Conference) -> list[Task]:
    rows = db.session.execute(
        select(Call.slug, func.count(), Call.review_due_at)
        .join(Proposal, Proposal.call_id == Call.id)
        .join(Review, Review.proposal_id == Proposal.id)
        .where(
            Call.conference_id == conference.id,
            Call.review_due_at < clock.now(),
            Proposal.state == ProposalState.UNDER_REVIEW,
            Review.state.in_((ReviewState.ASSIGNED, ReviewState.BEGUN)),
        )
        .group_by(Call.id, Call.slug, Call.review_due_at)
        .order_by(Call.id)
    )
    return [
        Task(
            "calls",
            Level.WARNING,
            ngettext("%(num)s review is behind.", "%(num)s reviews are behind.", number),
            url_for("calls_review.index", conference=conference.slug, call=slug),
            number,
            due,
        )
        for slug, number, due in rows
    ]


def _own(conference: Conference) -> list[Task]:
    number, due = mine.open_count(conference.id, current_user.id)
    if not number:
        return []
    late = due is not None and due < clock.now()
    return [
        Task(
            "review",
            Level.BAD if late else Level.WARNING,
            ngettext("%(num)s proposal for you to review.", "%(num)s proposals for you to review.", number),
            url_for("reviews.index", conference=conference.slug),
            number,
            due,
        )
    ]
