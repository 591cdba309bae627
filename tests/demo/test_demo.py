"""The demo: what it shows, and that loading it again changes nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from eventsapp.accounts import passwords
from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.demo import build, calls, pictures, texts
from eventsapp.demo import sample as samples
from eventsapp.extensions import db
from eventsapp.programme.conflicts import load_conflicts
from eventsapp.programme.current import snapshot_of
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking


@pytest.fixture
def loaded(app):
    """The demo, loaded once more than needed: the second time there is nothing left to do."""
    said: list[str] = []
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        with transaction():
            build.load(said.append)
        entries = db.session.scalar(select(func.count(AuditEntry.id)))
        revisions = db.session.scalars(select(Conference.revision).order_by(Conference.id)).all()
        with transaction():
            build.load(said.append)
        assert len(said) == 3
        assert db.session.scalar(select(func.count(AuditEntry.id))) == entries
        assert db.session.scalars(select(Conference.revision).order_by(Conference.id)).all() == revisions
        yield


def event(source_id: str) -> Event:
    return db.session.scalars(select(Event).where(Event.source_id == source_id)).one()


def counted(event_id: int) -> dict[BookingState, int]:
    rows = db.session.execute(
        select(Booking.state, func.count()).where(Booking.event_id == event_id).group_by(Booking.state)
    )
    return {row[0]: row[1] for row in rows}


def test_what_the_demo_shows(loaded):
    habitat = snapshot_of(build.HABITAT)
    assert habitat is not None
    assert habitat.conference.state is ConferenceState.ARCHIVED
    assert len(habitat.events) == 80
    assert sum(one.starts_at is not None for one in habitat.events) == 16
    shown = snapshot_of(samples.SLUG)
    assert shown is not None
    assert shown.release is not None
    assert shown.release.number == 2
    assert shown.conference.picture is not None
    by_code = shown.event_by_code
    full = event(samples.FULL)
    assert counted(full.id) == {BookingState.CONFIRMED: 12, BookingState.WAITLISTED: 6}
    seats = by_code[full.code].seats
    assert seats is not None
    assert (seats.left, seats.waitlist) == (0, True)
    few = by_code[event(samples.FEW).code].seats
    assert few is not None
    assert few.left is not None
    assert 0 < few.left <= 3
    cancelled = by_code[event(samples.CANCELLED).code]
    assert cancelled.cancelled
    assert set(cancelled.cancellation_reasons) == set(texts.LANGUAGES)
    moved = by_code[event(samples.MOVED).code]
    assert moved.moved is not None
    assert moved.sequence == 1
    draft = event(samples.DRAFT)
    assert draft.state is EventState.DRAFT
    assert draft.code not in by_code
    assert all(set(one.titles) == set(texts.LANGUAGES) for one in shown.events)
    assert load_conflicts(db.session.get_one(Conference, shown.conference.id)).hard == []
    call = db.session.scalars(select(Call)).one()
    assert call.conference.slug == calls.SLUG
    running = select(func.count()).where(
        Proposal.call_id == call.id, Proposal.state == ProposalState.UNDER_REVIEW
    )
    assert (db.session.scalar(running) or 0) > 40
    owner = db.session.scalars(select(User).where(User.email == "owner@example.org")).one()
    assert passwords.check(owner.password_hash, build.PASSWORD)
    assert not owner.is_administrator


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2028, 2, 29), date(2027, 3, 20)])
def test_the_sample_conference_is_five_weeks_ahead_and_the_same_for_a_day(today):
    start = samples.first_day(today)
    assert start.weekday() == 0
    assert 35 <= (start - today).days < 42
    assert samples.sample(today) == samples.sample(today)


def test_pictures_are_the_same_for_a_seed():
    assert pictures.skyline("#0b6e6e", seed=1) == pictures.skyline("#0b6e6e", seed=1)
    assert pictures.skyline("#0b6e6e", seed=1) != pictures.skyline("#0b6e6e", seed=2)
