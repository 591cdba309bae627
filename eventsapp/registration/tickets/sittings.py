"""When an event is on: for how long after the start of each of its days seats of those who have not come are given on. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from eventsapp.core.intervals import daily

WITHOUT_END: Final = timedelta(hours=4)
"""How long an event without an end is taken to be on."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One day of an event that is on; both instants aware."""

    starts_at: datetime
    ends_at: datetime


def sitting(
    *,
    day: date | None,
    end_day: date | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    zone: str,
    now: datetime,
) -> Sitting | None:
    """Return the sitting of a released event that is on at ``now``; None while there is none, and for an event without a time.

    An event over several days has one on each of them, at the same times in the conference's zone.
    """
    if starts_at is None:
        return None
    ends_at = ends_at or starts_at + WITHOUT_END
    if day is None or end_day is None or end_day <= day:
        days = [Sitting(starts_at, ends_at)]
    else:
        days = [
            Sitting(one.start, one.end) for one in daily(starts_at, ends_at, day, end_day, ZoneInfo(zone))
        ]
    return next((one for one in days if one.starts_at <= now < one.ends_at), None)


def was_released(released_at: datetime | None, on: Sitting | None) -> bool:
    """Return whether seats were given on already: since this sitting began, or at all where none is on."""
    return released_at is not None and (on is None or released_at >= on.starts_at)
