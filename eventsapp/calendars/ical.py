"""iCalendar objects as bytes (RFC 5545, 7986). Pure: the same values give the same bytes.

An :class:`Entry` is one event as a feed writes it, in one language; a :class:`Feed` is a calendar of them. Components and
value types are the icalendar library's; the lines are put together here, because its serializer takes ten times as long
and reads ``\\N`` in people's text as a line break. The bytes of entries are kept, so that a feed in which ten events
changed costs ten events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Component,
    Event,
    vCalAddress,
    vCategory,
    vDate,
    vDatetime,
    vDuration,
    vGeo,
    vInt,
    vText,
    vUri,
)

from eventsapp.calendars.zones import vtimezone

PRODID: Final = "-//eventsapp//eventsapp//EN"
CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
REFRESH: Final = timedelta(hours=1)
"""How often a calendar program is asked to look; most look less often."""

_LINE: Final = 75
"""Octets of a line without its break (RFC 5545, 3.1)."""


class Status(StrEnum):
    """STATUS of an event. Spelled so: programs refuse a file with "CANCELED"."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in one language.

    ``start`` and ``end`` are aware instants, shown in ``zone`` (IANA), or both dates, ``end`` being the day after the
    last. ``modified`` (UTC) is the last change of anything in here. Texts are plain; what must not stand in a calendar
    is taken off when they are written. ``sequence`` grows with each released change of time, place, title or status.
    """

    uid: str
    sequence: int
    modified: datetime
    start: datetime | date
    end: datetime | date
    zone: str
    status: Status
    summary: str
    description: str
    url: str
    location: str = ""
    categories: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    online: str | None = None
    """Where it can be followed, http or https."""
    online_label: str = ""
    image: str | None = None
    image_type: str = ""
    organizer: tuple[str, str] | None = None
    """Name and e-mail address; only for objects that are sent, which must have one (RFC 5546, 3.2.1)."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar. ``first`` and ``last`` are the days in ``zone`` for which its VTIMEZONE must be right."""

    name: str
    description: str
    url: str
    source: str
    modified: datetime
    zone: str
    first: date
    last: date
    colour: str
    """A CSS3 colour name."""
    entries: tuple[Entry, ...]


class Text(vText):
    """A TEXT value, escaped once, by RFC 5545, 3.3.11, and nothing else."""

    def to_ical(self) -> bytes:
        """Return the escaped text."""
        text = self.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return text.encode()


# What other line breaks become; and what goes: control characters, and halves of surrogate pairs.
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """Return ``text`` with every kind of line break as LF, tabs as spaces, and no other control characters."""
    return _FORBIDDEN.sub("", _BREAKS.sub("\n", text)).replace("\t", " ")


def one_line(text: str) -> str:
    """Return ``text`` as :func:`plain` does, on one line."""
    return " ".join(plain(text).split())


def fold(line: bytes) -> bytes:
    """Return a content line with its break, folded after 75 octets and never inside a character (RFC 5545, 3.1).

    Raises ``ValueError`` for a line that has a break in it: it would become two.
    """
    if b"\n" in line or b"\r" in line:
        raise ValueError(f"a line break inside a content line: {line[:60]!r}")
    if len(line) <= _LINE:
        return line + b"\r\n"
    parts = []
    begin, room = 0, _LINE
    while len(line) - begin > room:
        end = begin + room
        while line[end] & 0xC0 == 0x80:  # the middle of a UTF-8 character
            end -= 1
        parts.append(line[begin:end])
        begin, room = end, _LINE - 1  # the space in front counts too
    parts.append(line[begin:])
    return b"\r\n ".join(parts) + b"\r\n"


def _lines(component: Component) -> Iterator[bytes]:
    name = str(component.name).encode()
    yield b"BEGIN:%b\r\n" % name
    yield from _properties(component)
    for inner in component.subcomponents:
        yield from _lines(inner)
    yield b"END:%b\r\n" % name


def _properties(component: Component) -> Iterator[bytes]:
    for key, value in component.items():
        parameters = value.params.to_ical() if value.params else b""
        written: bytes | str = value.to_ical()
        text = written if isinstance(written, bytes) else written.encode()
        yield fold(key.encode() + (b";" + parameters if parameters else b"") + b":" + text)


def component_of(entry: Entry) -> Event:
    """Return an entry as a VEVENT."""
    event = Event()
    event["UID"] = Text(one_line(entry.uid))
    event["SEQUENCE"] = vInt(entry.sequence)
    # The one thing in here that says "this changed": GNOME ignores a change without it.
    event["DTSTAMP"] = vDatetime(entry.modified)
    event["LAST-MODIFIED"] = vDatetime(entry.modified)
    event["DTSTART"], event["DTEND"] = _times(entry)
    event["SUMMARY"] = Text(one_line(entry.summary))
    if entry.location:
        event["LOCATION"] = Text(one_line(entry.location))
    event["DESCRIPTION"] = Text(plain(entry.description))
    event["URL"] = vUri(entry.url)
    if entry.categories:
        event["CATEGORIES"] = _categories(entry.categories)
    event["STATUS"] = Text(entry.status.value)
    if not isinstance(entry.start, datetime):
        # It stands over its days without making the person busy all day (RFC 5545, 3.8.2.7).
        event["TRANSP"] = Text("TRANSPARENT")
    if entry.latitude is not None and entry.longitude is not None:
        event["GEO"] = vGeo((entry.latitude, entry.longitude))
    if entry.organizer is not None:
        name, address = entry.organizer
        event["ORGANIZER"] = vCalAddress(f"mailto:{address}", params={"CN": one_line(name).replace('"', "'")})
    if entry.online:
        event["CONFERENCE"] = vUri(
            entry.online,
            params={
                "VALUE": "URI",
                "FEATURE": "VIDEO",
                "LABEL": one_line(entry.online_label).replace('"', "'"),
            },
        )
    if entry.image:
        event["IMAGE"] = vUri(
            entry.image, params={"VALUE": "URI", "DISPLAY": "BADGE", "FMTTYPE": entry.image_type}
        )
    return event


def _times(entry: Entry) -> tuple[vDatetime | vDate, vDatetime | vDate]:
    """Return DTSTART and DTEND: days; local times with TZID; or UTC when a local time would mean two instants.

    Where clocks are set back, a local time is taken as the first of the two (RFC 5545, 3.3.5), so an event in the second
    of the two hours can only be written in UTC.
    """
    if not (isinstance(entry.start, datetime) and isinstance(entry.end, datetime)):
        return _day(entry.start), _day(entry.end)
    tz = ZoneInfo(entry.zone)
    local = (entry.start.astimezone(tz), entry.end.astimezone(tz))
    if entry.zone == "UTC" or any(_second_of_two(time) for time in local):
        return vDatetime(entry.start.astimezone(UTC)), vDatetime(entry.end.astimezone(UTC))
    return _local(local[0], entry.zone), _local(local[1], entry.zone)


def _local(value: datetime, zone: str) -> vDatetime:
    written = vDatetime(value.replace(tzinfo=None))
    # Named by us: the library is free to write an equivalent zone's name, whose VTIMEZONE would be missing.
    written.params["TZID"] = zone
    return written


def _second_of_two(local: datetime) -> bool:
    return bool(local.fold) and local.utcoffset() != local.replace(fold=0).utcoffset()


def _day(value: date) -> vDate:
    return vDate(value, params={"VALUE": "DATE"})


def _categories(names: Iterable[str]) -> vCategory:
    value = vCategory([])
    value.cats = [Text(one_line(name)) for name in names]
    return value


@lru_cache(maxsize=4096)
def entry_bytes(entry: Entry) -> bytes:
    """Return an entry as the lines of a VEVENT, folded. Kept by content."""
    return b"".join(_lines(component_of(entry)))


@lru_cache(maxsize=64)
def _zone_bytes(zone: str, first: date, last: date) -> bytes:
    return b"".join(_lines(vtimezone(zone, first, last)))


def header_of(feed: Feed) -> Calendar:
    """Return the VCALENDAR of a feed without anything in it.

    No METHOD: a feed is not an invitation. No UID: vdirsyncer would take all events for that one.
    """
    calendar = Calendar()
    calendar["VERSION"] = Text("2.0")
    calendar["PRODID"] = Text(PRODID)
    name, description = Text(one_line(feed.name)), Text(plain(feed.description))
    calendar["NAME"] = name
    calendar["X-WR-CALNAME"] = name
    if description:
        calendar["DESCRIPTION"] = description
        calendar["X-WR-CALDESC"] = description
    calendar["URL"] = vUri(feed.url)
    calendar["SOURCE"] = vUri(feed.source, params={"VALUE": "URI"})
    calendar["LAST-MODIFIED"] = vDatetime(feed.modified)
    calendar["X-WR-TIMEZONE"] = Text(feed.zone)
    calendar["COLOR"] = Text(feed.colour)
    calendar["REFRESH-INTERVAL"] = vDuration(REFRESH, params={"VALUE": "DURATION"})
    calendar["X-PUBLISHED-TTL"] = vDuration(REFRESH)
    return calendar


def to_bytes(feed: Feed) -> bytes:
    """Return a feed as a file: the calendar's properties, its VTIMEZONE, its events in the order given."""
    parts: list[bytes] = [b"BEGIN:VCALENDAR\r\n"]
    parts += _properties(header_of(feed))
    parts.append(_zone_bytes(feed.zone, feed.first, feed.last))
    parts += [entry_bytes(entry) for entry in feed.entries]
    parts.append(b"END:VCALENDAR\r\n")
    return b"".join(parts)


def published(entries: Iterable[Entry], zone: str, first: date, last: date) -> bytes:
    """Return events as an object to be sent by mail (RFC 5546, 3.2.1): METHOD:PUBLISH, nothing that describes a feed.

    ``first`` and ``last`` are the days in ``zone`` for which its VTIMEZONE must be right. Each entry has an organizer.
    """
    calendar = Calendar()
    calendar["VERSION"] = Text("2.0")
    calendar["PRODID"] = Text(PRODID)
    calendar["METHOD"] = Text("PUBLISH")
    parts: list[bytes] = [b"BEGIN:VCALENDAR\r\n", *_properties(calendar), _zone_bytes(zone, first, last)]
    parts += [entry_bytes(entry) for entry in entries]
    parts.append(b"END:VCALENDAR\r\n")
    return b"".join(parts)
