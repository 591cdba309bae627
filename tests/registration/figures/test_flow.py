"""The pace at a door: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from eventsapp.registration.figures import flow

NOW = datetime(2026, 10, 19, 9, 30, 20, tzinfo=UTC)


def ago(minutes: int) -> datetime:
    return flow.minute_of(NOW) - timedelta(minutes=minutes)


def test_the_picture_has_the_last_sixty_whole_minutes():
    shown = flow.series({ago(1): 7, ago(60): 3, ago(61): 99, ago(0): 99}, NOW)
    assert len(shown) == 60
    assert (shown[0], shown[-1]) == ((ago(60), 3), (ago(1), 7))
    assert sum(count for _minute, count in shown) == 10


def test_a_pace_is_over_five_whole_minutes_and_knows_its_best():
    counts = {ago(n): 20 for n in range(100, 105)} | {ago(n): 4 for n in range(1, 6)} | {ago(0): 50}
    found = flow.pace(counts, NOW)
    assert (found.now, found.best, found.today, found.hour) == (4.0, 20.0, 170, 70)
    assert not found.queueing


def test_a_door_at_its_best_pace_probably_has_a_queue_but_not_an_idle_one():
    assert flow.pace({ago(n): 18 for n in range(1, 30)}, NOW).queueing
    assert not flow.pace({ago(n): 1 for n in range(1, 30)}, NOW).queueing
    assert flow.pace({}, NOW) == flow.Pace(0, 0, 0.0, 0.0)


def test_how_long_it_takes_at_this_pace():
    assert flow.minutes_left(101, 10.0) == 11
    assert flow.minutes_left(0, 10.0) is None
    assert flow.minutes_left(5, 0.0) is None
