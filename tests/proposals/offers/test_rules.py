"""The life of an offer, and deadlines at changes of clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product

import pytest

from eventsapp.proposals.enums import OfferState
from eventsapp.proposals.offers import rules
from eventsapp.proposals.offers.rules import OfferAction

EXPECTED = """
open: accept accepted, request_change change_requested, decline declined, lapse lapsed, revoke revoked
change_requested: decline declined, revoke revoked
accepted: decline declined
revoked: decline declined
declined:
lapsed:
"""


def test_every_pair_of_state_and_action():
    expected: dict[tuple[str, str], str] = {}
    for line in EXPECTED.strip().splitlines():
        state, _, pairs = line.partition(":")
        expected |= {(state, pair.split()[0]): pair.split()[1] for pair in pairs.split(",") if pair.strip()}
    for state, action in product(OfferState, OfferAction):
        found = rules.target(state, action)
        assert (found.value if found else None) == expected.get((state.value, action.value))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "made", "days", "due"),
    [
        # Clocks go forward in London on 28 March 2027 and back on 31 October.
        ("Europe/London", "2027-03-20T12:00", 14, "2027-04-03T17:00"),
        ("Europe/London", "2027-10-25T12:00", 14, "2027-11-08T18:00"),
        # In Santiago the day of 5 September 2027 begins at 01:00; clocks go back at the end of 3 April 2027.
        ("America/Santiago", "2027-08-30T15:00", 6, "2027-09-05T21:00"),
        ("America/Santiago", "2027-04-01T15:00", 3, "2027-04-04T22:00"),
        # Made in the evening: so many whole days still pass.
        ("America/Guayaquil", "2027-05-03T23:30", 2, "2027-05-06T23:00"),
        ("Pacific/Kiritimati", "2027-05-03T23:30", 1, "2027-05-05T04:00"),
    ],
)
def test_a_deadline_is_at_the_close_of_a_day_of_the_conference(zone: str, made: str, days: int, due: str):
    found = rules.due_after(utc(made), days, zone)
    assert found == utc(due)
    assert found - utc(made) >= (utc("2027-01-02T00:00") - utc("2027-01-01T00:00")) * days - (
        utc("2027-01-01T01:00") - utc("2027-01-01T00:00")
    )


def test_a_reminder_is_at_the_same_clock_across_a_change_of_clocks():
    due = utc("2027-11-01T18:00")
    assert rules.before(due, 3, "Europe/London") == utc("2027-10-29T17:00")
    # 00:30 of 5 September does not exist in Santiago: it is half an hour after the clocks went forward.
    assert rules.before(utc("2027-09-06T03:30"), 1, "America/Santiago") == utc("2027-09-05T04:30")


def test_changes_are_locked_when_the_first_day_begins():
    assert rules.lock_at(None, date(2027, 6, 14), "America/Guayaquil") == utc("2027-06-14T05:00")
    # There is no midnight on this day.
    assert rules.lock_at(None, date(2027, 9, 5), "America/Santiago") == utc("2027-09-05T04:00")
    chosen = utc("2027-06-01T12:00")
    assert rules.lock_at(chosen, date(2027, 6, 14), "America/Guayaquil") == chosen
