"""When a call is open, to the instant, also where the clocks are changed. No database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest

from eventsapp.core import zones
from eventsapp.proposals.calls.rules import Window, closing_for, next_change, window
from eventsapp.proposals.enums import LatePolicy

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Call:
    opens_at: datetime
    closes_at: datetime
    late: LatePolicy = LatePolicy.REFUSED


@dataclass(frozen=True)
class Extension:
    until: datetime
    organization_id: int | None = None
    email: str | None = None


@pytest.mark.parametrize(
    ("zone", "day", "at", "expected"),
    [
        # Chile puts its clocks forward at midnight, 5 September 2027: 00:00 to 00:59 do not exist.
        ("America/Santiago", date(2027, 9, 4), time(23, 59), datetime(2027, 9, 5, 3, 59, tzinfo=UTC)),
        ("America/Santiago", date(2027, 9, 5), time(1, 0), datetime(2027, 9, 5, 4, 0, tzinfo=UTC)),
        # London puts them back at 02:00, 31 October 2027: 01:00 to 01:59 come twice.
        ("Europe/London", date(2027, 10, 31), time(0, 59), datetime(2027, 10, 30, 23, 59, tzinfo=UTC)),
        ("Europe/London", date(2027, 10, 31), time(2, 0), datetime(2027, 10, 31, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_closing_time_is_an_exact_instant_beside_a_change_of_clocks(
    zone: str, day: date, at: time, expected: datetime
):
    assert zones.oddity(day, at, zone) is None
    closes = zones.instant(day, at, zone)
    assert closes == expected
    call = Call(closes - timedelta(days=30), closes)
    assert window(call, None, closes - INSTANT) is Window.OPEN
    assert window(call, None, closes) is Window.CLOSED
    late = Call(call.opens_at, closes, LatePolicy.WAITLIST)
    assert window(late, None, closes - INSTANT) is Window.OPEN
    assert window(late, None, closes) is Window.LATE


OPENS, CLOSES = datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
CALL = Call(OPENS, CLOSES)
LATER, LATEST = CLOSES + timedelta(days=1), CLOSES + timedelta(days=3)
EXTENSIONS = [
    Extension(LATER, organization_id=1),
    Extension(LATEST, email="Ana@Example.org"),
    Extension(CLOSES - timedelta(days=9), organization_id=2),
]


@pytest.mark.parametrize(
    ("organizations", "email", "until"),
    [
        ((), None, CLOSES),
        ({1}, None, LATER),
        ({1, 2}, "ana@example.org", LATEST),
        # An extension never closes it earlier, and one for an address is nobody's who has none.
        ({2}, "other@example.org", CLOSES),
        ({3}, "", CLOSES),
    ],
)
def test_an_extension_is_for_its_organization_or_its_address(
    organizations: set[int], email: str | None, until: datetime
):
    assert closing_for(CALL, EXTENSIONS, organizations, email) == until
    assert window(CALL, until, until - INSTANT) is Window.OPEN
    assert window(CALL, until, until) is Window.CLOSED


def test_a_call_says_when_it_changes_next():
    assert next_change(CALL, OPENS - INSTANT) == OPENS
    assert window(CALL, LATEST, OPENS - INSTANT) is Window.COMING
    assert next_change(CALL, OPENS) == CLOSES
    assert next_change(CALL, CLOSES) is None
