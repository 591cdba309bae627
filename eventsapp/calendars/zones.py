"""VTIMEZONE blocks that every calendar program reads the same way (RFC 5545, 3.6.5). Pure, but for reading the zone's data.

Each is written from the rule for the future at the end of the zone's TZif data (RFC 9636, 3.3: a POSIX TZ string): two
observances with yearly RRULEs, or one fixed offset. Where the clocks did not follow that rule in the span that a feed
covers, one observance for each change instead. Never an RDATE list, which half of the programs misread.
"""

from __future__ import annotations

import calendar
import re
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import (
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vDatetime,
    vRecur,
    vText,
    vUTCOffset,
)

_WEEKDAYS: Final = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of clocks: at the instant ``at`` the offset from UTC goes from ``before`` to ``after``."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    """The abbreviation from then on."""
    daylight: bool
    """Whether daylight saving time begins: the clocks go forward for it."""

    @property
    def local(self) -> datetime:
        """What clocks showed at that instant, had they not been changed: the DTSTART of an observance."""
        return (self.at + self.before).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Yearly:
    """One half of a POSIX rule: on the ``week``-th (5: last) ``weekday`` (0: Sunday) of ``month``, ``at`` after midnight."""

    month: int
    week: int
    weekday: int
    at: timedelta

    def day(self, year: int) -> date:
        """Return the day that is meant in ``year``."""
        days = calendar.monthrange(year, self.month)[1]
        first = (date(year, self.month, 1).isoweekday() % 7 - self.weekday) % 7
        number = 1 + (7 - first) % 7 + 7 * (self.week - 1)
        return date(year, self.month, number if number <= days else number - 7)

    @property
    def rrule(self) -> vRecur | None:
        """The rule as a yearly RRULE, or None when its hour lies on another day than the one it names."""
        if not timedelta(0) <= self.at < _DAY:
            return None
        which = -1 if self.week == 5 else self.week
        return vRecur(FREQ="YEARLY", BYMONTH=self.month, BYDAY=f"{which}{_WEEKDAYS[self.weekday]}")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a POSIX TZ string says. Without daylight saving time ``daylight`` and the days are None."""

    standard_name: str
    standard: timedelta
    daylight_name: str = ""
    daylight: timedelta | None = None
    starts: Yearly | None = None
    ends: Yearly | None = None

    def changes(self, year: int) -> list[Change]:
        """Return the changes of clocks that the rule makes in ``year`` (local), in order."""
        if self.daylight is None or self.starts is None or self.ends is None:
            return []
        found = []
        for yearly, before, after, name in (
            (self.starts, self.standard, self.daylight, self.daylight_name),
            (self.ends, self.daylight, self.standard, self.standard_name),
        ):
            local = datetime.combine(yearly.day(year), time(), UTC) + yearly.at
            found.append(Change(local - before, before, after, name, after > before))
        return sorted(found, key=lambda change: change.at)


_NAME = r"(?:<([A-Za-z0-9+-]+)>|([A-Za-z]{3,}))"
_OFFSET = r"([+-]?\d{1,3}(?::\d\d){0,2})"
_POSIX = re.compile(
    rf"{_NAME}{_OFFSET}(?:{_NAME}{_OFFSET}?,M(\d+)\.(\d)\.(\d)(?:/{_OFFSET})?,M(\d+)\.(\d)\.(\d)(?:/{_OFFSET})?)?"
)


def parse_posix(text: str) -> Rule | None:
    """Return what a POSIX TZ string says; None for one that is empty or counts days of the year, as no zone does now."""
    found = _POSIX.fullmatch(text)
    if found is None:
        return None
    g = found.groups()
    standard = -_hours(g[2])
    if g[6] is None:
        return Rule(g[0] or g[1], standard)
    return Rule(
        standard_name=g[0] or g[1],
        standard=standard,
        daylight_name=g[3] or g[4],
        daylight=-_hours(g[5]) if g[5] else standard + timedelta(hours=1),
        starts=Yearly(int(g[6]), int(g[7]), int(g[8]), _hours(g[9] or "2")),
        ends=Yearly(int(g[10]), int(g[11]), int(g[12]), _hours(g[13] or "2")),
    )


def _hours(text: str) -> timedelta:
    sign = -1 if text.startswith("-") else 1
    hours, minutes, seconds = [int(part) for part in (text.lstrip("+-") + ":0:0").split(":")[:3]]
    return sign * timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _data(zone: str) -> bytes:
    """Return a zone's TZif data, from where :class:`ZoneInfo` takes it: the system's, else the tzdata package's."""
    ZoneInfo(zone)  # refuses names that are none, such as "../../etc/passwd"
    for folder in zoneinfo.TZPATH:
        path = Path(folder, zone)
        if path.is_file():
            return path.read_bytes()
    return resources.files("tzdata.zoneinfo").joinpath(*zone.split("/")).read_bytes()


@lru_cache(maxsize=256)
def rule_of(zone: str) -> Rule | None:
    """Return the rule that a zone follows from now on; None when its data has none.

    Raises :class:`zoneinfo.ZoneInfoNotFoundError` for a zone that there is not.
    """
    footer = _data(zone).rsplit(b"\n", 2)
    return parse_posix(footer[1].decode("ascii", "replace")) if len(footer) == 3 else None


def changes_between(zone: str, start: datetime, end: datetime) -> list[Change]:
    """Return every change of the zone's offset after ``start`` up to ``end`` (aware), as it really is or was."""
    tz = ZoneInfo(zone)
    found = []
    left = start.astimezone(UTC).replace(microsecond=0)
    end = end.astimezone(UTC)
    before = left.astimezone(tz).utcoffset() or timedelta(0)
    while left < end:
        right = min(left + _DAY, end)
        after = right.astimezone(tz).utcoffset() or timedelta(0)
        if after != before:
            low, high = left, right
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                middle = middle.replace(microsecond=0)
                if middle.astimezone(tz).utcoffset() == before:
                    low = middle
                else:
                    high = middle
            there = high.astimezone(tz)
            daylight = after > before and bool(there.dst())
            found.append(Change(high, before, after, there.tzname() or "", daylight))
        left, before = right, after
    return found


@lru_cache(maxsize=64)
def vtimezone(zone: str, start: date, end: date) -> Timezone:
    """Return the VTIMEZONE of an IANA zone that is right for every instant from ``start`` to ``end``, whole days.

    The same for the same span, so feeds of one conference have the same block. Not to be changed: it is kept.
    """
    begin = datetime(start.year - 1, 1, 1, tzinfo=UTC)
    first = datetime.combine(start, time(), UTC) - 2 * _DAY
    last = datetime.combine(end, time(), UTC) + 3 * _DAY
    block = Timezone()
    block["TZID"] = vText(zone)
    rule = rule_of(zone)
    real = changes_between(zone, begin, last)
    expected = (
        [c for year in range(begin.year - 1, last.year + 2) for c in rule.changes(year)] if rule else []
    )
    follows = rule is not None and (
        [(c.at, c.after) for c in real] == [(c.at, c.after) for c in expected if begin < c.at <= last]
        and begin.astimezone(ZoneInfo(zone)).utcoffset() == _offset_by(rule, begin, expected)
    )
    if rule is not None and follows and not expected:
        block.add_component(_observance(_always(begin, rule.standard, rule.standard_name)))
        return block
    if rule is not None and follows and rule.starts is not None and rule.ends is not None:
        rrules = (rule.starts.rrule, rule.ends.rrule)
        if None not in rrules:
            year = rule.changes(begin.year)
            for change in year:
                rrule = rrules[0] if change.after == rule.daylight else rrules[1]
                block.add_component(_observance(change, rrule))
            return block
    for change in _history(zone, begin, first, last):
        block.add_component(_observance(change))
    return block


def _offset_by(rule: Rule, at: datetime, changes: list[Change]) -> timedelta:
    """Return the offset at an instant by a rule's changes, which begin before it."""
    offset = rule.standard
    for change in changes:
        if change.at > at:
            break
        offset = change.after
    return offset


def _history(zone: str, begin: datetime, first: datetime, last: datetime) -> list[Change]:
    """Return the change before ``first`` and all up to ``last``, with one to standard time among them.

    A zone that never changed its clocks in the years before is said to have kept its time since 1970.
    """
    tz = ZoneInfo(zone)
    real = changes_between(zone, begin, last)
    offset = begin.astimezone(tz).utcoffset() or timedelta(0)
    real.insert(0, _always(begin, offset, begin.astimezone(tz).tzname() or ""))
    needed = [n for n, change in enumerate(real) if change.at <= first][-1]
    while needed > 0 and all(change.daylight for change in real[needed:]):
        needed -= 1
    return real[needed:]


def _always(before: datetime, offset: timedelta, name: str) -> Change:
    """Return an offset as it was before the instant ``before``: said to hold from 1970, or from then if that is earlier."""
    midnight = min(datetime(1970, 1, 1, tzinfo=UTC), before)
    return Change(midnight - offset, offset, offset, name, daylight=False)


def _observance(change: Change, rrule: vRecur | None = None) -> TimezoneStandard | TimezoneDaylight:
    """Return the time that begins with a change."""
    made = TimezoneDaylight() if change.daylight else TimezoneStandard()
    made["DTSTART"] = vDatetime(change.local)
    if rrule is not None:
        made["RRULE"] = rrule
    made["TZOFFSETFROM"] = vUTCOffset(change.before)
    made["TZOFFSETTO"] = vUTCOffset(change.after)
    made["TZNAME"] = vText(change.name)
    return made
