"""Times at which a speaker cannot come, as boxes to tick: the halves of the conference's days. Pure.

They are kept as pairs of ISO instants (UTC), so that whatever is done with them later need not know how they were asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from eventsapp.core.zones import instant
from eventsapp.programme.enums import HalfDay

_BEGINS: Final = {HalfDay.MORNING: time(0), HalfDay.AFTERNOON: time(12), HalfDay.EVENING: time(17)}
"""As ``programme.facts.half_of`` has them; the night belongs to the halves beside it."""
_NEXT: Final = {HalfDay.MORNING: HalfDay.AFTERNOON, HalfDay.AFTERNOON: HalfDay.EVENING}

Pair = tuple[str, str]


def days(start: date, end: date) -> list[date]:
    """Return the days of a conference."""
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def name_of(day: date, half: HalfDay) -> str:
    """Return how a form calls half of a day, such as ``2027-06-14/morning``."""
    return f"{day.isoformat()}/{half.value}"


def pair(name: str, zone: str) -> Pair:
    """Return the instants of half of a day (:func:`name_of`) in a zone. Raises ``ValueError`` for another text."""
    said, _, half = name.partition("/")
    day, part = date.fromisoformat(said), HalfDay(half)
    after = _NEXT.get(part)
    start = instant(day, _BEGINS[part], zone)
    end = instant(day, _BEGINS[after], zone) if after else instant(day + timedelta(days=1), time(0), zone)
    return start.isoformat(), end.isoformat()


def names_of(pairs: Iterable[Pair], all_days: Sequence[date], zone: str) -> list[str]:
    """Return the halves of days that absences touch, in their order."""
    taken = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pairs]
    found = []
    for day in all_days:
        for half in HalfDay:
            start, end = (datetime.fromisoformat(one) for one in pair(name_of(day, half), zone))
            if any(begin < end and start < stop for begin, stop in taken):
                found.append(name_of(day, half))
    return found
