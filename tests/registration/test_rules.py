"""Who may register and book, what overlaps, what is over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.conferences.enums import ConferenceState
from eventsapp.programme.enums import Access, EventState
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.rules import (
    Refusal,
    Timed,
    Window,
    is_over,
    may_book,
    may_register,
    own_overlaps,
    promotes,
    window,
)
from eventsapp.registration.transitions import (
    BOOKING_TRANSITIONS,
    REGISTRATION_TRANSITIONS,
    BookingAction,
    RegistrationAction,
    target,
)

QUITO = "America/Guayaquil"
NOON = datetime(2027, 6, 15, 17, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "opens", "closes", "ends", "expected"),
    [
        (ConferenceState.PUBLISHED, None, None, HOUR, Window.UNANNOUNCED),
        (ConferenceState.PUBLISHED, None, None, -HOUR, Window.CLOSED),
        (ConferenceState.PUBLISHED, HOUR, None, 9 * HOUR, Window.BEFORE),
        (ConferenceState.PUBLISHED, 0 * HOUR, None, 9 * HOUR, Window.OPEN),
        (ConferenceState.PUBLISHED, -HOUR, None, 9 * HOUR, Window.OPEN),
        (ConferenceState.PUBLISHED, -HOUR, HOUR, 9 * HOUR, Window.OPEN),
        (ConferenceState.PUBLISHED, -HOUR, 0 * HOUR, 9 * HOUR, Window.CLOSED),
        (ConferenceState.PUBLISHED, -9 * HOUR, HOUR, 0 * HOUR, Window.CLOSED),
        (ConferenceState.PUBLISHED, -9 * HOUR, None, -HOUR, Window.CLOSED),
        (ConferenceState.DRAFT, -HOUR, None, 9 * HOUR, Window.UNANNOUNCED),
        (ConferenceState.ARCHIVED, -HOUR, None, 9 * HOUR, Window.CLOSED),
    ],
)
def test_registration_is_open_from_its_first_to_before_its_last_instant(state, opens, closes, ends, expected):
    def instant(offset):
        return None if offset is None else NOON + offset

    assert window(state, instant(opens), instant(closes), NOON + ends, NOON) is expected


@pytest.mark.parametrize(
    ("where", "category_open", "expected"),
    [
        (Window.OPEN, True, None),
        (Window.OPEN, False, Refusal.CATEGORY),
        (Window.BEFORE, True, Refusal.NOT_OPEN),
        (Window.CLOSED, True, Refusal.NOT_OPEN),
        (Window.UNANNOUNCED, False, Refusal.NOT_OPEN),
    ],
)
def test_people_register_while_it_is_open_in_categories_that_are(where, category_open, expected):
    assert may_register(where, category_open=category_open) is expected


ALLOWED = {
    "conference": ConferenceState.PUBLISHED,
    "registration": RegistrationState.CONFIRMED,
    "access": Access.BOOKING,
    "seats": 10,
    "event": EventState.SCHEDULED,
    "over": False,
}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, None),
        ({"seats": 0}, None),
        ({"conference": ConferenceState.ARCHIVED}, Refusal.ARCHIVED),
        ({"conference": ConferenceState.DRAFT}, Refusal.ARCHIVED),
        ({"registration": RegistrationState.SUBMITTED}, Refusal.UNCONFIRMED),
        ({"registration": RegistrationState.CANCELLED}, Refusal.CANCELLED),
        ({"access": Access.OPEN}, Refusal.NOTHING_TO_BOOK),
        ({"access": Access.INVITATION}, Refusal.NOTHING_TO_BOOK),
        ({"access": None}, Refusal.NOTHING_TO_BOOK),
        ({"seats": None}, Refusal.NOTHING_TO_BOOK),
        ({"event": EventState.DRAFT}, Refusal.NOTHING_TO_BOOK),
        ({"event": EventState.CANCELLED}, Refusal.EVENT_CANCELLED),
        ({"over": True}, Refusal.EVENT_OVER),
    ],
)
def test_booking_needs_a_confirmed_person_and_an_event_to_come_with_seats(changed, expected):
    assert may_book(**{**ALLOWED, **changed}) is expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, 2),
        ({"waiting": 1}, 1),
        ({"taken": 10}, 0),
        ({"taken": 10, "seats": 8}, 0),
        ({"waiting": 0}, 0),
        ({"seats": None}, 0),
        ({"over": True}, 0),
        ({"event": EventState.CANCELLED}, 0),
        ({"event": EventState.DRAFT}, 0),
    ],
)
def test_the_queue_moves_up_as_far_as_seats_are_free(changed, expected):
    usual = {"event": EventState.SCHEDULED, "over": False, "seats": 10, "taken": 8, "waiting": 5}
    assert promotes(**{**usual, **changed}) == expected


DAY = date(2027, 6, 15)


@pytest.mark.parametrize(
    ("day", "end_day", "starts", "ends", "expected"),
    [
        (None, None, None, None, False),
        (DAY, None, None, None, False),
        (DAY - timedelta(days=1), None, None, None, True),
        (DAY - timedelta(days=3), DAY, None, None, False),
        (DAY, None, NOON - HOUR, NOON + HOUR, False),
        (DAY, None, NOON - HOUR, NOON, True),
        (DAY, None, NOON + HOUR, None, False),
        (DAY, None, NOON, None, True),
        # The first day's times hold for each day.
        (DAY - timedelta(days=1), DAY, NOON - timedelta(days=1, hours=3), NOON - timedelta(hours=22), False),
        (DAY - timedelta(days=1), DAY, NOON - timedelta(days=1, hours=3), NOON - timedelta(days=1), True),
    ],
)
def test_an_event_is_over_when_its_last_day_ends(day, end_day, starts, ends, expected):
    assert is_over(day=day, end_day=end_day, starts_at=starts, ends_at=ends, zone=QUITO, now=NOON) is expected


def test_the_last_minutes_of_a_day_are_counted_in_the_conference_zone():
    late = datetime(2027, 6, 16, 4, 59, tzinfo=UTC)  # 23:59 on 15 June in Quito
    over = [
        is_over(day=DAY, end_day=None, starts_at=None, ends_at=None, zone=QUITO, now=now)
        for now in (late, late + timedelta(minutes=1))
    ]
    assert over == [False, True]


# --- overlaps


def timed(event_id: int, start: float, end: float | None, days: int = 1) -> Timed:
    """Return an event by hours from noon of the first day."""
    starts_at = NOON + start * HOUR
    last = None if days == 1 else DAY + timedelta(days=days - 1)
    return Timed(event_id, DAY, last, starts_at, None if end is None else NOON + end * HOUR)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([], {}),
        ([timed(1, 0, 1)], {}),
        ([timed(1, 0, 1), timed(2, 1, 2)], {}),
        ([timed(1, 0, 2), timed(2, 1, 3)], {1: (2,), 2: (1,)}),
        ([timed(1, 0, 4), timed(2, 1, 2), timed(3, 3, 5)], {1: (2, 3), 2: (1,), 3: (1,)}),
        ([timed(1, 0, 2), timed(2, 0, 2)], {1: (2,), 2: (1,)}),
        # Without an end: the moment at which it begins.
        ([timed(1, 0, 2), timed(2, 1, None)], {1: (2,), 2: (1,)}),
        ([timed(1, 0, 2), timed(2, 2, None)], {}),
        ([timed(1, 0, None), timed(2, 0, None)], {1: (2,), 2: (1,)}),
        # Two hours on each of three days, and something on the second.
        ([timed(1, 0, 2, days=3), timed(2, 25, 26)], {1: (2,), 2: (1,)}),
        ([timed(1, 0, 2, days=3), timed(2, 27, 28)], {}),
    ],
)
def test_own_events_that_overlap_name_each_other(events, expected):
    assert own_overlaps(events, QUITO) == expected


def test_a_change_of_clocks_moves_neither_of_two_events():
    # London puts its clocks back on 31 October 2027: 10:00 is 9:00 UTC before, 10:00 UTC after.
    fair = Timed(
        1,
        date(2027, 10, 30),
        date(2027, 10, 31),
        datetime(2027, 10, 30, 9, tzinfo=UTC),
        datetime(2027, 10, 30, 10, tzinfo=UTC),
    )
    early = Timed(
        2,
        date(2027, 10, 31),
        None,
        datetime(2027, 10, 31, 9, tzinfo=UTC),
        datetime(2027, 10, 31, 10, tzinfo=UTC),
    )
    late = Timed(
        3,
        date(2027, 10, 31),
        None,
        datetime(2027, 10, 31, 10, tzinfo=UTC),
        datetime(2027, 10, 31, 11, tzinfo=UTC),
    )
    assert own_overlaps([fair, early, late], "Europe/London") == {1: (3,), 3: (1,)}


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 10)), max_size=12))
def test_overlaps_are_those_found_by_comparing_all_pairs(spans):
    events = [timed(number, start, start + length) for number, (start, length) in enumerate(spans)]
    expected: dict[int, set[int]] = {}
    for one, (start, length) in enumerate(spans):
        for other, (other_start, other_length) in enumerate(spans):
            if one != other and start < other_start + other_length and other_start < start + length:
                expected.setdefault(one, set()).add(other)
    assert own_overlaps(events, QUITO) == {one: tuple(sorted(others)) for one, others in expected.items()}


# --- life cycles


def test_every_step_of_a_registration():
    walked = {
        state: {
            action: after
            for action in RegistrationAction
            if (after := target(REGISTRATION_TRANSITIONS, state, action))
        }
        for state in RegistrationState
    }
    s, a = RegistrationState, RegistrationAction
    ends = {a.CANCEL: s.CANCELLED, a.WITHDRAW: s.WITHDRAWN}
    placed = {a.CONFIRM: s.CONFIRMED, a.WAIT: s.WAITLISTED}
    before = {a.ENDORSE_FIRST: s.ENDORSING, a.REVIEW: s.IN_REVIEW}
    assert walked == {
        s.DRAFT: {a.SUBMIT: s.SUBMITTED, **before, **placed, **ends},
        s.SUBMITTED: {**before, **placed, a.REJECT: s.REJECTED, **ends},
        s.ENDORSING: {a.REVIEW: s.IN_REVIEW, a.REJECT: s.REJECTED, **ends},
        s.IN_REVIEW: {a.ASK: s.RETURNED, **placed, a.REJECT: s.REJECTED, **ends},
        s.RETURNED: {a.ANSWER: s.IN_REVIEW, a.REJECT: s.REJECTED, **ends},
        s.WAITLISTED: {a.CONFIRM: s.CONFIRMED, a.OFFER: s.OFFERED, a.REJECT: s.REJECTED, **ends},
        s.OFFERED: {a.CONFIRM: s.CONFIRMED, a.LAPSE: s.CANCELLED, a.REJECT: s.REJECTED, **ends},
        s.CONFIRMED: {a.REJECT: s.REJECTED, **ends},
        s.REJECTED: {a.REVIEW: s.IN_REVIEW, a.CANCEL: s.CANCELLED},
        s.CANCELLED: {},
        s.WITHDRAWN: {},
    }  # fmt: skip


def test_every_step_of_a_booking():
    walked = {
        (state, action): target(BOOKING_TRANSITIONS, state, action)
        for state in BookingState
        for action in BookingAction
    }
    possible = {pair: new for pair, new in walked.items() if new is not None}
    assert len(walked) == 12
    assert possible == {
        (BookingState.CONFIRMED, BookingAction.CANCEL): BookingState.CANCELLED,
        (BookingState.WAITLISTED, BookingAction.PROMOTE): BookingState.CONFIRMED,
        (BookingState.WAITLISTED, BookingAction.CANCEL): BookingState.CANCELLED,
        (BookingState.CANCELLED, BookingAction.SEAT): BookingState.CONFIRMED,
        (BookingState.CANCELLED, BookingAction.WAIT): BookingState.WAITLISTED,
    }
