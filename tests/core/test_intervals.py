"""Half-open intervals, by hand and against a slow but obvious check."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.core.intervals import Interval, daily, overlaps

MIDNIGHT = datetime(2027, 6, 15, tzinfo=UTC)


def interval(start: int, length: int) -> Interval:
    return Interval(MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=start + length))


def test_touching_intervals_do_not_overlap():
    assert interval(0, 60).meet(interval(60, 60)) is None
    assert list(overlaps([(interval(0, 60), 1), (interval(60, 60), 2)])) == []


def test_an_interval_has_a_length():
    with pytest.raises(ValueError, match="not later"):
        interval(10, 0)


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 120)), max_size=25))
def test_the_sweep_finds_exactly_the_pairs_that_overlap(spans):
    keyed = [(interval(*span), key) for key, span in enumerate(spans)]
    obvious = {
        (min(a, b), max(a, b), one.meet(other))
        for one, a in keyed
        for other, b in keyed
        if a < b and one.meet(other) is not None
    }
    found = [(min(a, b), max(a, b), common) for a, b, common in overlaps(keyed)]
    assert len(found) == len(set(found))
    assert set(found) == obvious


def test_daily_times_are_wall_times_across_a_change_of_clocks():
    london = ZoneInfo("Europe/London")
    start = datetime(2027, 3, 27, 9, 0, tzinfo=london)
    found = daily(start, start + timedelta(hours=2), date(2027, 3, 27), date(2027, 3, 28), london)
    assert [one.start.astimezone(UTC).hour for one in found] == [9, 8]
    assert [one.start.astimezone(london).hour for one in found] == [9, 9]
