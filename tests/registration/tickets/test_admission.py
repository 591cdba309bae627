"""Who may come into an event: as one person at a door is asked, and as the door's list has it."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration import rules
from eventsapp.registration.enums import OverlapRule, RegistrationState, ScanReason
from eventsapp.registration.models import EventAdmission, EventCategory, SeatBlock
from eventsapp.registration.tickets import admission
from tests import factories

YES = admission.Entry(True, None)
NO_RIGHT = admission.Entry(False, ScanReason.NO_RIGHT)
NO_SEAT = admission.Entry(False, ScanReason.NO_SEAT)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("restricted", "right", "needs_seat", "seated", "speaks"), list(product([False, True], repeat=5))
)
def test_who_comes_in(restricted: bool, right: bool, needs_seat: bool, seated: bool, speaks: bool):
    reason = rules.entry(
        restricted=restricted, right=right, needs_seat=needs_seat, seated=seated, speaks=speaks
    )
    assert (reason is None) == (speaks or ((right or not restricted) and (seated or not needs_seat)))
    if restricted and not right and not speaks:
        assert reason is ScanReason.NO_RIGHT


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("one", "other"), list(product(OverlapRule, repeat=2)))
def test_what_either_of_two_events_allows_is_allowed(one: OverlapRule, other: OverlapRule):
    found = rules.between(one, other)
    assert found is rules.between(other, one)
    assert (found is OverlapRule.ALLOWED) == (OverlapRule.ALLOWED in (one, other))
    assert (found is OverlapRule.REFUSED) == ({one, other} <= {OverlapRule.REFUSED, OverlapRule.WARNED} and OverlapRule.REFUSED in (one, other))  # fmt: skip


def test_the_door_and_its_list_say_the_same_of_everybody(app: Flask, statements):
    """By category, by ticket, by a seat, by a delegation's seat, as a speaker; cancelled, and of another conference."""
    with app.app_context(), transaction():
        conference = factories.make_conference()
        delegates = factories.make_category(conference)
        media = factories.make_category(conference)
        ana = factories.make_speaker(conference)
        free = factories.make_event(conference, access="registered")
        invited = factories.make_event(conference, access="invitation", speakers=[ana])
        seats = factories.make_event(conference, access="booking", seats=5)
        both = factories.make_event(conference, access="booking", seats=5)
        for event in (invited, both):
            db.session.add(EventAdmission(event_id=event.id, by_category=event is both))
            db.session.add(EventCategory(event_id=event.id, category_id=delegates.id))
        delegate, ticket, other, speaker, cancelled = (
            factories.make_registration(conference, category=category)
            for category in (delegates, media, media, media, delegates)
        )
        speaker.speaker_id = ana.id
        cancelled.state = RegistrationState.CANCELLED
        for event in (invited, both):
            factories.make_ticket(event, ticket)
        factories.make_ticket(both, other, revoked_at=clock.now())
        factories.make_booking(seats, delegate)
        factories.make_booking(seats, other, waitlisted=True)
        factories.make_booking(both, delegate)
        factories.make_booking(both, other)
        block = SeatBlock(
            event_id=both.id, organization=factories.make_organization(), seats=1, used=1, given_by="Ana",
            created_at=clock.now(),
        )  # fmt: skip
        of_block = factories.make_booking(both, speaker)
        db.session.add(block)
        db.session.flush()
        of_block.block_id = block.id
        stranger = factories.make_registration(factories.make_conference())
        db.session.flush()
        expected = {
            (free, delegate): YES, (free, other): YES,
            # The category counts only where the event is for categories.
            (invited, delegate): NO_RIGHT, (invited, ticket): YES, (invited, other): NO_RIGHT, (invited, speaker): YES,
            (seats, delegate): YES, (seats, ticket): NO_SEAT, (seats, other): NO_SEAT,
            (both, delegate): YES, (both, ticket): NO_SEAT, (both, other): NO_RIGHT, (both, speaker): YES,
        }  # fmt: skip
        before = len(statements)
        rights = admission.rights_of(conference.id)
        assert len(statements) - before == 5
        for (event, person), entry in expected.items():
            assert admission.may_enter(event.id, person.id) == entry, (event.access, person.name)
            listed = rights.get(event.id)
            assert (listed.entry(person.id, person.category_id) if listed else YES) == entry
        assert admission.may_enter(seats.id, cancelled.id).reason is ScanReason.NOT_CONFIRMED
        assert admission.may_enter(seats.id, stranger.id).reason is ScanReason.UNKNOWN
        # What is still free after the release is for whoever stands at the door.
        db.session.add(EventAdmission(event_id=seats.id, released_at=clock.now()))
        db.session.flush()
        assert admission.may_enter(seats.id, ticket.id) == NO_SEAT, "somebody still waits"
        seats.seats_waiting = 0
        db.session.flush()
        assert admission.may_enter(seats.id, ticket.id) == YES
        assert seats.id not in admission.rights_of(conference.id)
        db.session.rollback()
