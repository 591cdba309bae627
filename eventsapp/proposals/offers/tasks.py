"""What waits for officers about offers, changes and reports: for the first page of the workspace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.proposals.enums import ChangeState, OfferState, ProposalState, ReportState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.offers import rules
from eventsapp.proposals.offers.models import EventChange, EventReport, Offer
from eventsapp.proposals.waiting import of_calls

P = ProposalState


@of_calls
def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return what offers, changes and reports want. Four statements; five where places are free."""
    if conference.state is ConferenceState.ARCHIVED:
        return []
    found: list[Task] = []
    if Permission.DECIDE_PROPOSALS in permissions:
        found += [*_by_state(conference), *_free(conference)]
    if Permission.EDIT_PROPOSALS in permissions:
        found += [*_changes(conference), *_reports(conference)]
    return found


def _offers(conference: Conference, call: str) -> str:
    return url_for("calls_offers.index", conference=conference.slug, call=call)


def _by_state(conference: Conference) -> list[Task]:
    rows = db.session.execute(
        select(Call.slug, Proposal.state, func.count(Proposal.id), func.min(Offer.due_at))
        .join(Proposal, Proposal.call_id == Call.id)
        .outerjoin(Offer, (Offer.proposal_id == Proposal.id) & (Offer.state == OfferState.OPEN))
        .where(
            Call.conference_id == conference.id,
            Proposal.state.in_((P.ACCEPTED, P.OFFERED, P.CHANGE_REQUESTED)),
        )
        .group_by(Call.id, Call.slug, Proposal.state)
        .order_by(Call.id)
    )
    found = []
    for call, state, count, due in rows:
        if state is P.CHANGE_REQUESTED:
            text = ngettext(
                "%(num)s team asks for another slot.", "%(num)s teams ask for another slot.", count
            )
            found.append(Task("calls", Level.WARNING, text, _offers(conference, call), count))
        elif state is P.ACCEPTED:
            text = ngettext(
                "%(num)s accepted proposal has not been offered a place.",
                "%(num)s accepted proposals have not been offered a place.",
                count,
            )
            found.append(Task("calls", Level.WARNING, text, _offers(conference, call), count))
        else:
            text = ngettext("%(num)s offer waits for an answer.", "%(num)s offers wait for an answer.", count)
            found.append(Task("calls", Level.INFO, text, _offers(conference, call), count, due))
    return found


def _free(conference: Conference) -> list[Task]:
    rows = db.session.execute(
        select(Call.id, Call.slug, func.count(Offer.id))
        .join(Proposal, Proposal.call_id == Call.id)
        .join(Offer, Offer.proposal_id == Proposal.id)
        .where(
            Call.conference_id == conference.id,
            Offer.state.in_(rules.LEFT),
            Offer.passed_on.is_(False),
        )
        .group_by(Call.id, Call.slug)
        .order_by(Call.id)
    ).all()
    if not rows:
        return []
    waiting = db.session.execute(
        select(Proposal.call_id, Proposal.code)
        .where(Proposal.conference_id == conference.id, Proposal.state == P.WAITLISTED)
        .order_by(Proposal.waiting_position.desc())
    )
    # The first in line comes last, and stays.
    first: dict[int, str] = {call_id: code for call_id, code in waiting}  # noqa: C416 - a Row is no pair for mypy
    found = []
    for call_id, call, count in rows:
        if call_id in first:
            text = ngettext(
                "%(num)s place is free; next on the waiting list: %(code)s.",
                "%(num)s places are free; next on the waiting list: %(code)s.",
                count,
                code=first[call_id],
            )
            found.append(Task("calls", Level.WARNING, text, _offers(conference, call), count))
    return found


def _changes(conference: Conference) -> list[Task]:
    rows = db.session.execute(
        select(Call.slug, func.count(EventChange.id))
        .join(Proposal, Proposal.call_id == Call.id)
        .join(EventChange, EventChange.event_id == Proposal.event_id)
        .where(Call.conference_id == conference.id, EventChange.state == ChangeState.PENDING)
        .group_by(Call.id, Call.slug)
        .order_by(Call.id)
    )
    return [
        Task(
            "calls",
            Level.WARNING,
            ngettext(
                "%(num)s change by organizers waits for approval.",
                "%(num)s changes by organizers wait for approval.",
                count,
            ),
            url_for("calls_offers.changes", conference=conference.slug, call=call),
            count,
        )
        for call, count in rows
    ]


def _reports(conference: Conference) -> list[Task]:
    now = clock.now()
    rows = db.session.execute(
        select(Call.slug, EventReport.due_at)
        .join(Proposal, Proposal.call_id == Call.id)
        .join(EventReport, EventReport.event_id == Proposal.event_id)
        .where(Call.conference_id == conference.id, EventReport.state == ReportState.OWED)
        .order_by(Call.id)
    )
    overdue: dict[str, int] = defaultdict(int)
    for call, due in rows:
        overdue[call] += due <= now
    return [
        Task(
            "calls",
            Level.INFO,
            _("Reports overdue: %(count)d.", count=count),
            url_for("calls_reports.index", conference=conference.slug, call=call, state="overdue"),
            count,
        )
        for call, count in overdue.items()
        if count
    ]
