"""Reports are owed once an event is over, reminded of, sent or waived; and what is owed counts in the next call."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.core import clock, files
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event
from eventsapp.proposals import eligibility_facts, hooks
from eventsapp.proposals.enums import ProposalState, ReportState
from eventsapp.proposals.offers import reports, rules
from eventsapp.proposals.offers.models import EventReport
from eventsapp.proposals.offers.reports import ReportData
from eventsapp.proposals.offers.rules import ReportAction
from tests import factories
from tests.proposals.offers.support import FANNY, OFFICER, at, make, make_call, told
from tests.support.concurrency import together

START = datetime(2027, 6, 15, 18, 0, tzinfo=UTC)


@pytest.fixture
def counted() -> Iterator[dict[int, int]]:
    """What the doors counted, by event."""
    count: dict[int, int] = {}
    hooks.attendance.append(lambda ids: {id_: count[id_] for id_ in ids if id_ in count})
    yield count
    hooks.attendance.pop()


def held(**over: Any) -> Event:
    """A released event that came of a proposal, 13:00–14:00 in Quito on 15 June 2027."""
    call = make_call(report_days=10, **over)
    event = factories.make_event(call.conference, start=START, end=START + timedelta(hours=1))
    make(call, ProposalState.CONFIRMED, event_id=event.id)
    releases.release(call.conference, actor=OFFICER)
    return event


def test_a_report_is_owed_from_the_end_that_the_public_knows(
    app: Flask, monkeypatch: pytest.MonkeyPatch, counted: dict[int, int]
):
    with app.app_context(), transaction():
        event = held()
        counted[event.id] = 42
        # A later time in the working programme alone means nothing yet.
        factories.place(event, start=START + timedelta(days=1), end=START + timedelta(days=1, hours=1))
        reports.note_due(at(monkeypatch, "2027-06-15T18:59:59"))
        assert reports.report_of(event.id) is None
        for _turn in range(2):
            reports.note_due(at(monkeypatch, "2027-06-15T19:00"))
        report = reports.report_of(event.id)
        assert report is not None
        assert (report.due_at.isoformat(), report.attendance) == ("2027-06-25T23:00:00+00:00", 42)
        assert len(told("event_report")) == 1


def test_nothing_is_owed_of_what_was_cancelled_or_never_public(app: Flask):
    with app.app_context(), transaction():
        cancelled = held()
        cancelled.state = EventState.CANCELLED
        call = make_call()
        hidden = factories.make_event(call.conference, start=START, end=START + timedelta(hours=1))
        make(call, ProposalState.CONFIRMED, event_id=hidden.id)
        factories.make_event(call.conference, start=START, end=START + timedelta(hours=1))
        reports.note_due(START + timedelta(days=3))
        assert factories.count(EventReport) == 0


@pytest.mark.parametrize(
    ("known", "end"),
    [
        ({"starts_at": START, "ends_at": START + timedelta(hours=2)}, "2027-06-15T20:00"),
        ({"starts_at": START}, "2027-06-15T19:30"),
        ({}, "2027-06-16T05:00"),
        ({"end_day": date(2027, 6, 17)}, "2027-06-18T05:00"),
        (
            {"end_day": date(2027, 6, 17), "starts_at": START, "ends_at": START + timedelta(hours=2)},
            "2027-06-17T20:00",
        ),
    ],
)
def test_when_an_event_is_over(known: dict[str, Any], end: str):
    given = {"day": date(2027, 6, 15), "end_day": None, "starts_at": None, "ends_at": None, **known}
    found = rules.end_of(**given, minutes=90, zone="America/Guayaquil")
    assert found == datetime.fromisoformat(end).replace(tzinfo=UTC)
    assert rules.end_of(None, None, None, None, 90, "UTC") is None


def test_two_workers_at_once_ask_once(app: Flask):
    with app.app_context(), transaction():
        id_ = held().id

    def sweep(now: datetime) -> None:
        with app.app_context(), transaction():
            reports.note_due(now)
            reports.remind(now)

    assert together(sweep, [START + timedelta(days=9)] * 3) == [None] * 3
    with app.app_context():
        assert reports.report_of(id_) is not None
    assert together(sweep, [START + timedelta(days=9)] * 3) == [None] * 3
    with app.app_context():
        assert [message.subject.split(": ")[1] for message in told("event_report")] == [
            "How was your event?",
            "The report about your event is still missing",
        ]


def test_reminders_come_before_it_is_due_and_once_after(app: Flask):
    with app.app_context(), transaction():
        event = held()
        reports.note_due(START + timedelta(hours=1))
        told_so_far = []
        for days in (5, 7.5, 8, 9, 10.5, 11, 20):
            reports.remind(START + timedelta(days=days))
            told_so_far.append(len(told("event_report")))
        assert told_so_far == [1, 2, 2, 2, 3, 3, 3]
        report = reports.report_of(event.id)
        assert report is not None


def test_a_report_is_drafted_and_sent(app: Flask):
    with app.app_context(), transaction():
        event = held()
        speaker = factories.make_speaker(db.session.get_one(Conference, event.conference_id))
        report = factories.make_report(event)
        picture = files.store_document(io.BytesIO(b"\xff\xd8\xff picture"), "us.jpg")
        note = files.store_document(io.BytesIO(b"%PDF-1.7 note"), "note.pdf")
        reports.save(report, ReportData(outcome="We agreed."), actor=FANNY, added=[picture, note])
        reports.save(report, ReportData(outcome="We agreed."), actor=FANNY, removed=[note.id])
        assert [one.name for one in reports.files_of(report)] == ["us.jpg"]
        assert report.state is ReportState.OWED
        for wrong in (
            ReportData(outcome="Well."),
            ReportData(attendance=5, women=6, outcome="Well."),
            ReportData(attendance=5),
            ReportData(attendance=5, outcome="x" * (reports.TEXT_MOST + 1)),
        ):
            with pytest.raises(Invalid):
                reports.save(report, wrong, actor=FANNY, send=True)
        data = ReportData(attendance=50, women=30, outcome="We agreed.", speaker_ids=[speaker.id, 0])
        reports.save(report, data, actor=FANNY, send=True)
        assert (report.state, report.sent_by, report.women) == (ReportState.SENT, "Fanny Focal Point", 30)
        # Only speakers of the event.
        assert report.speaker_ids == []
        with pytest.raises(Conflict):
            reports.save(report, data, actor=FANNY)


@pytest.mark.sqlite_only
def test_every_pair_of_report_state_and_action(app: Flask):
    expected = {("owed", "waive"): "waived", ("sent", "reopen"): "owed", ("waived", "reopen"): "owed"}
    acts = {ReportAction.WAIVE: reports.waive, ReportAction.REOPEN: reports.reopen}
    with app.app_context(), transaction():
        for state, action in product(ReportState, acts):
            event = held()
            sent = clock.now() if state is ReportState.SENT else None
            report = factories.make_report(event, state=state, sent_at=sent)
            after = expected.get((state.value, action.value))
            if after is None:
                with pytest.raises(Conflict):
                    acts[action](report, actor=OFFICER)
            else:
                acts[action](report, actor=OFFICER)
            assert report.state.value == (after or state.value)


def test_what_is_owed_counts_in_the_next_call(app: Flask):
    with app.app_context(), transaction():
        lead, partner = factories.make_organization(), factories.make_organization()
        event = factories.make_event(factories.make_conference(), leads=[lead], co_organizers=[partner])
        report = factories.make_report(event, due_at=clock.now() - timedelta(seconds=1))
        proposal = make(make_call(), ProposalState.DRAFT, lead=lead, partners=[partner])

        def owing() -> list[bool]:
            db.session.expire_all()
            return [bool(one.owes) for one in eligibility_facts.facts(proposal).organizations]

        assert owing() == [True, False]
        report.due_at = clock.now() + timedelta(days=1)
        db.session.flush()
        assert owing() == [False, False]
        report.due_at = clock.now() - timedelta(days=1)
        reports.waive(report, actor=OFFICER)
        assert owing() == [False, False]
        assert db.session.scalars(select(EventReport.state)).all() == [ReportState.WAIVED]
