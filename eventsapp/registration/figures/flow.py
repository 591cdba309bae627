"""How people come through the conference's doors, by what was scanned minute by minute. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

SHOWN: Final = 60
"""Minutes of the picture."""
STRETCH: Final = 5
"""Minutes over which a pace is taken."""
LEAST: Final = 2.0
"""Persons a minute below which a door cannot be said to be at its limit."""
NEAR: Final = 0.85
"""Part of the best pace of the day at which a door goes as fast as it can: then people are probably waiting before it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The persons who came through a door. ``now``, ``best``: a minute, over the last and the best five whole minutes."""

    today: int
    hour: int
    now: float
    best: float

    @property
    def queueing(self) -> bool:
        """Whether it goes about as fast as it ever did today, so that people are probably waiting."""
        return self.best >= LEAST and self.now >= NEAR * self.best


def minute_of(instant: datetime) -> datetime:
    """Return the beginning of the minute of an instant."""
    return instant.replace(second=0, microsecond=0)


def series(counts: Mapping[datetime, int], now: datetime) -> list[tuple[datetime, int]]:
    """Return (minute, persons) of the last :data:`SHOWN` whole minutes, the oldest first."""
    last = minute_of(now)
    minutes = [last - timedelta(minutes=n) for n in range(SHOWN, 0, -1)]
    return [(minute, counts.get(minute, 0)) for minute in minutes]


def pace(counts: Mapping[datetime, int], now: datetime) -> Pace:
    """Return the pace of a door from its persons by minute since the day began. The minute that is running is not judged."""
    last = minute_of(now)

    def over(end: datetime) -> float:
        return sum(counts.get(end - timedelta(minutes=n), 0) for n in range(1, STRETCH + 1)) / STRETCH

    ends = {minute + timedelta(minutes=n) for minute in counts for n in range(1, STRETCH + 1)}
    hour = sum(count for minute, count in counts.items() if minute >= last - timedelta(minutes=SHOWN))
    return Pace(
        today=sum(counts.values()),
        hour=hour,
        now=over(last),
        best=max((over(end) for end in ends if end <= last), default=0.0),
    )


def minutes_left(expected: int, pace_now: float) -> int | None:
    """Return in how many minutes ``expected`` people would be in at a pace (persons a minute); None: nobody comes, or nobody
    is left."""
    if expected <= 0 or pace_now <= 0:
        return None
    return -int(-expected // pace_now)
