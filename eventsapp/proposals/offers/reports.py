"""What organizers report after their event: owed once it is over, reminded of, sent or waived.

Named actor, keyword arguments, no commit. The sweeps run in transactions of their callers; any number of workers may run.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, EventType
from eventsapp.core import clock
from eventsapp.core.audit import Actor, record
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.files import StoredFile
from eventsapp.core.translations import clean_text
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, Placement, ProgrammeVersion
from eventsapp.proposals import hooks
from eventsapp.proposals import service as proposals
from eventsapp.proposals.enums import ProposalState, ReportState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.offers import rules, telling
from eventsapp.proposals.offers.models import EventReport
from eventsapp.proposals.offers.rules import ReportAction
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking

TEXT_MOST: Final = 10_000
FILES_MOST: Final = 20
REMIND_BEFORE_DAYS: Final = 3


@dataclass(frozen=True, slots=True)
class ReportData:
    """What the form of a report holds. ``speaker_ids``: speakers of the event who came."""

    attendance: int | None = None
    women: int | None = None
    outcome: str = ""
    follow_up: str = ""
    speaker_ids: Sequence[int] = ()


# --- what the clock does


def note_due(now: datetime) -> None:
    """Note the reports that are owed: of events that came of proposals, were held as the newest release has it, and are over."""
    newest = (
        select(ProgrammeVersion.conference_id, func.max(ProgrammeVersion.number).label("number"))
        .where(ProgrammeVersion.number.is_not(None))
        .group_by(ProgrammeVersion.conference_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Proposal, Event, Placement, EventType.default_minutes)
        .join(Event, Event.id == Proposal.event_id)
        .join(EventType, EventType.id == Event.type_id)
        .join(Placement, Placement.event_id == Event.id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Placement.version_id)
        .join(
            newest,
            and_(
                newest.c.conference_id == ProgrammeVersion.conference_id,
                newest.c.number == ProgrammeVersion.number,
            ),
        )
        .join(Conference, Conference.id == Event.conference_id)
        .outerjoin(EventReport, EventReport.event_id == Event.id)
        .where(
            EventReport.id.is_(None),
            Proposal.state == ProposalState.CONFIRMED,
            Event.state == EventState.SCHEDULED,
            Conference.state != ConferenceState.ARCHIVED,
            Placement.day <= (now + timedelta(days=1)).date(),
        )
    ).all()
    for proposal, event, placed, minutes in rows:
        zone = proposal.conference.zone
        end = rules.end_of(
            placed.day,
            placed.end_day,
            placed.starts_at,
            placed.ends_at,
            event.length_minutes or minutes or 0,
            zone,
        )
        if end is not None and end <= now:
            _note(proposal, event, rules.due_after(end, proposal.call.report_days, zone), now)


def _note(proposal: Proposal, event: Event, due_at: datetime, now: datetime) -> None:
    dialects: Any = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    made = db.session.connection().execute(
        dialects.insert(EventReport.__table__)
        .values(
            event_id=event.id,
            state=ReportState.OWED,
            due_at=due_at,
            attendance=checked_in([event.id]).get(event.id),
            speaker_ids=[],
            file_ids=[],
            created_at=now,
            updated_at=now,
        )
        .on_conflict_do_nothing(index_elements=[EventReport.event_id])
        .returning(EventReport.id)
    )
    # Whoever comes second says nothing.
    if made.scalar_one_or_none() is not None:
        telling.report_owed(proposal, event, due_at, reminder=False)


def remind(now: datetime) -> None:
    """Remind the teams that owe a report: some days before it is due, and once more when it is overdue."""
    rows = db.session.execute(
        select(EventReport, Proposal)
        .join(Proposal, Proposal.event_id == EventReport.event_id)
        .where(
            EventReport.state == ReportState.OWED,
            EventReport.due_at <= now + timedelta(days=REMIND_BEFORE_DAYS + 1),
            or_(EventReport.reminded_at.is_(None), EventReport.reminded_at < EventReport.due_at),
        )
    ).all()
    for report, proposal in rows:
        before = rules.before(report.due_at, REMIND_BEFORE_DAYS, proposal.conference.zone)
        at = before if report.reminded_at is None and report.due_at > now else report.due_at
        if at <= now and _claim_reminder(report, now):
            telling.report_owed(proposal, report.event, report.due_at, reminder=True)


def _claim_reminder(report: EventReport, now: datetime) -> bool:
    seen = report.reminded_at
    done = db.session.execute(
        update(EventReport)
        .where(
            EventReport.id == report.id,
            EventReport.state == ReportState.OWED,
            EventReport.reminded_at.is_(None) if seen is None else EventReport.reminded_at == seen,
        )
        .values(reminded_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


# --- attendance


def checked_in(event_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many people were let in to events, as far as anything counted them."""
    found: dict[int, int] = {}
    for count in hooks.attendance:
        found |= count(event_ids)
    return found


def booked(event_ids: Collection[int]) -> Mapping[int, int]:
    """Return how many confirmed bookings events have: a hint where nobody was counted at the door. One statement."""
    rows = db.session.execute(
        select(Booking.event_id, func.count())
        .where(Booking.event_id.in_(event_ids), Booking.state == BookingState.CONFIRMED)
        .group_by(Booking.event_id)
    )
    return {event_id: count for event_id, count in rows}  # noqa: C416 - a Row is no pair for mypy


# --- the team


def report_of(event_id: int) -> EventReport | None:
    """Return the report of an event, as soon as it is owed. One statement."""
    return db.session.scalar(select(EventReport).where(EventReport.event_id == event_id))


def save(
    report: EventReport,
    data: ReportData,
    *,
    actor: Actor,
    added: Sequence[StoredFile] = (),
    removed: Collection[int] = (),
    send: bool = False,
) -> None:
    """Keep a report as a draft, or send it. The files that are ``removed`` (ids) are taken off.

    Raises :class:`Invalid` (fields of :class:`ReportData`, ``file``), :class:`Conflict` for one that was sent or waived.
    """
    event = report.event
    conference = db.session.get_one(Conference, event.conference_id)
    proposals.writable(conference)
    db.session.refresh(report, with_for_update=True)
    if report.state is not ReportState.OWED:
        raise Conflict(_("This report has been sent already, or is not asked for any more."))
    outcome, follow_up = clean_text(data.outcome), clean_text(data.follow_up)
    db.session.flush()
    kept = [id_ for id_ in report.file_ids if id_ not in set(removed)]
    file_ids = [*kept, *(one.id for one in added)]
    _check(data, outcome, follow_up, len(file_ids), send=send)
    speakers = {link.speaker_id for link in event.speakers}
    report.attendance, report.women = data.attendance, data.women
    report.outcome, report.follow_up = outcome or None, follow_up or None
    report.speaker_ids = [id_ for id_ in data.speaker_ids if id_ in speakers]
    report.file_ids = file_ids
    if send:
        now = clock.now()
        report.state, report.sent_at, report.sent_by = ReportState.SENT, now, actor.name
        _write_down(report, "report.send", actor)
    db.session.flush()


def _check(data: ReportData, outcome: str, follow_up: str, files: int, *, send: bool) -> None:
    errors: dict[str, object] = {}
    if send and data.attendance is None:
        errors["attendance"] = _("Say how many people came; an estimate will do.")
    if send and not outcome:
        errors["outcome"] = _("Say what came of the event.")
    if data.women is not None and data.attendance is not None and data.women > data.attendance:
        errors["women"] = _("These are more than came.")
    for name, text in (("outcome", outcome), ("follow_up", follow_up)):
        if len(text) > TEXT_MOST:
            errors[name] = _(
                "Use at most %(most)d characters; these are %(count)d.", most=TEXT_MOST, count=len(text)
            )
    if files > FILES_MOST:
        errors["file"] = _("There are %(most)d already.", most=FILES_MOST)
    if errors:
        raise Invalid(errors)


def _write_down(report: EventReport, action: str, actor: Actor) -> None:
    record(actor, action, f"event:{report.event.code}", conference_id=report.event.conference_id)


# --- officers


def waive(report: EventReport, *, actor: Actor) -> None:
    """Do without a report. Raises :class:`Conflict` when it has come, or is not asked for anyway."""
    _move(report, ReportAction.WAIVE, actor)


def reopen(report: EventReport, *, actor: Actor) -> None:
    """Ask for a report again that was sent or waived; the team can change it, and is told. Raises :class:`Conflict`."""
    _move(report, ReportAction.REOPEN, actor)
    proposal = proposal_of(report)
    if proposal is not None:
        telling.report_owed(proposal, report.event, report.due_at, reminder=True)


def _move(report: EventReport, action: ReportAction, actor: Actor) -> None:
    conference = db.session.get_one(Conference, report.event.conference_id)
    proposals.writable(conference)
    db.session.refresh(report, with_for_update=True)
    after = rules.REPORT_TRANSITIONS[report.state].get(action)
    if after is None:
        raise Conflict(_("This is not possible in the report's present state."))
    report.state = after
    if after is ReportState.OWED:
        report.sent_at = report.sent_by = None
    db.session.flush()
    _write_down(report, f"report.{action.value}", actor)


def proposal_of(report: EventReport) -> Proposal | None:
    """Return the proposal that the event of a report came of."""
    return db.session.scalar(select(Proposal).where(Proposal.event_id == report.event_id))


def files_of(report: EventReport) -> list[StoredFile]:
    """Return the pictures and documents of a report, in their order. One statement."""
    found = {
        one.id: one
        for one in db.session.scalars(select(StoredFile).where(StoredFile.id.in_(report.file_ids)))
    }
    return [found[id_] for id_ in report.file_ids if id_ in found]


def of_call(call: Call) -> list[tuple[EventReport, Proposal]]:
    """Return the reports about a call's events with their proposals, in order of what is due. One statement."""
    rows = db.session.execute(
        select(EventReport, Proposal)
        .join(Proposal, Proposal.event_id == EventReport.event_id)
        .where(Proposal.call_id == call.id)
        .order_by(EventReport.due_at, EventReport.id)
    )
    return [(report, proposal) for report, proposal in rows]
