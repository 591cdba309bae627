"""Half-open intervals of instants, ``[start, end)``: two that only touch do not overlap. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from eventsapp.core import zones


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From ``start`` until just before ``end``. Raises ``ValueError`` unless ``end`` is later."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"{self.end} is not later than {self.start}")

    def meet(self, other: Interval) -> Interval | None:
        """Return what both have in common, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


def overlaps(intervals: Iterable[tuple[Interval, int]]) -> Iterator[tuple[int, int, Interval]]:
    """Yield (key, key, common part) for each pair of keyed intervals that overlap; keys of one pair differ.

    A sweep in order of start: n log n plus the pairs found.
    """
    running: list[tuple[datetime, int, Interval]] = []
    for interval, key in sorted(intervals):
        while running and running[0][0] <= interval.start:
            heapq.heappop(running)
        for _end, other_key, other in running:
            common = interval.meet(other)
            if other_key != key and common is not None:
                yield other_key, key, common
        heapq.heappush(running, (interval.end, key, interval))


def daily(start: datetime, end: datetime, day: date, end_day: date | None, zone: ZoneInfo) -> list[Interval]:
    """Return the intervals of something that takes place at the same wall times on each day from ``day`` to ``end_day``.

    ``start`` and ``end`` are the instants of the first day.
    """
    first = Interval(start, end)
    if end_day is None or end_day <= day:
        return [first]
    local_start, local_end = start.astimezone(zone), end.astimezone(zone)
    found = []
    for offset in range((end_day - day).days + 1):
        days = timedelta(days=offset)
        found.append(
            Interval(
                zones.instant(local_start.date() + days, local_start.time(), zone.key),
                zones.instant(local_end.date() + days, local_end.time(), zone.key),
            )
        )
    return found
