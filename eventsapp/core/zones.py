"""Time zones and the way from a clock on the wall to an instant."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones


class Oddity(enum.StrEnum):
    """What a change of clocks does to a wall time."""

    SKIPPED = "skipped"
    """The clocks go forward over it: no clock shows it that day."""
    TWICE = "twice"
    """The clocks go back over it: it comes two times."""


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Return the zones that a conference may have: IANA names of places, and UTC.

    Abbreviations such as CET or EST are left out: they are not what they seem in summer, and calendar programs
    misread them.
    """
    excluded = ("posix/", "right/", "SystemV/", "Etc/")
    found = {name for name in available_timezones() if "/" in name and not name.startswith(excluded)}
    fixed = {f"Etc/GMT{hours:+d}" for hours in [*range(-14, 0), *range(1, 13)]}
    return frozenset(found | fixed | {"UTC"})


def known(name: str) -> bool:
    """Return whether ``name`` is a zone that a conference may have."""
    return name in names()


def instant(day: date, at: time, zone: str) -> datetime:
    """Return the instant (aware, UTC) at which a clock in ``zone`` shows ``at`` on ``day``.

    A skipped time is taken as if the clocks had not been changed yet, so 01:30 becomes 02:30; of two the first is meant.
    """
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def oddity(day: date, at: time, zone: str) -> Oddity | None:
    """Return whether ``at`` on ``day`` in ``zone`` is skipped or comes twice; None when all is well."""
    first = datetime.combine(day, at, tzinfo=ZoneInfo(zone))
    second = first.replace(fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    if before is None or after is None or before == after:
        return None
    return Oddity.TWICE if before > after else Oddity.SKIPPED
