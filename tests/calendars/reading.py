"""Feeds as four readers see them: three libraries that share no parser, and the letter of RFC 5545.

Before the libraries see it, the zone in a file is given a name that no system knows, so that each must work from the
VTIMEZONE in the file, as a program without our zone data does. dateutil evaluates it for icalendar and vobject, the ical
library by itself; as that one does not count the DTSTART of an observance without RRULE, it is then given the real name.
"""

from __future__ import annotations

import itertools
import logging
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import icalendar
import vobject
from ical.calendar_stream import IcsCalendarStream

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Seen:
    """An event as a reader sees it. ``start`` and ``end`` are in UTC, ``wall`` is the start on the clock of its zone."""

    uid: str
    sequence: int
    status: str
    summary: str
    description: str
    location: str
    url: str
    modified: datetime
    start: datetime | date
    end: datetime | date
    wall: datetime | date


def read(data: bytes) -> list[Seen]:
    """Return the events of a feed, in order, after checking that every reader sees the same."""
    check_letter(data)
    foreign = _with_foreign_zone(data)
    first = by_icalendar(foreign)
    assert by_vobject(foreign) == first
    rules = data.count(b"\r\nRRULE:") == data.count(b"BEGIN:STANDARD") + data.count(b"BEGIN:DAYLIGHT")
    assert by_ical(foreign if rules else data) == first
    # And with the zone that it names, by the system's own data.
    assert by_icalendar(data) == first
    return first


def _with_foreign_zone(data: bytes) -> bytes:
    # Another name each time: icalendar and vobject remember the first block of a name for good.
    name = f"X-{next(_numbers)}-".encode()
    return re.sub(rb"(\r\nTZID:|;TZID=)([A-Za-z0-9_/+-]+)", rb"\g<1>" + name + rb"\2", data)


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _wall(value: Any) -> Any:
    return value.replace(tzinfo=None, fold=0) if isinstance(value, datetime) else value


def by_icalendar(data: bytes) -> list[Seen]:
    calendar = icalendar.Calendar.from_ical(data)
    assert not calendar.errors
    found = []
    for component in calendar.walk("VEVENT"):
        assert not component.errors
        event: Any = component
        start, end = event["DTSTART"].dt, event["DTEND"].dt
        found.append(
            Seen(
                uid=str(event["UID"]),
                sequence=int(event["SEQUENCE"]),
                status=str(event["STATUS"]),
                summary=str(event["SUMMARY"]),
                description=str(event["DESCRIPTION"]),
                location=str(event.get("LOCATION", "")),
                url=str(event["URL"]),
                modified=event["LAST-MODIFIED"].dt,
                start=_utc(start),
                end=_utc(end),
                wall=_wall(start),
            )
        )
    return found


def by_vobject(data: bytes) -> list[Seen]:
    logging.disable(logging.ERROR)  # it says that it does not know the zone's name, which is the point
    try:
        calendar = vobject.readOne(data.decode())
    finally:
        logging.disable(logging.NOTSET)
    zone = calendar.vtimezone.tzinfo

    def time(line: Any) -> datetime | date:
        value = line.value
        if isinstance(value, datetime) and value.tzinfo is None:
            value = value.replace(tzinfo=zone)
        return value

    def text(event: Any, name: str) -> str:
        return str(getattr(event, name).value) if name in event.contents else ""

    found = []
    for event in calendar.contents.get("vevent", []):
        start = time(event.dtstart)
        found.append(
            Seen(
                uid=text(event, "uid"),
                sequence=int(text(event, "sequence")),
                status=text(event, "status"),
                summary=text(event, "summary"),
                description=text(event, "description"),
                location=text(event, "location"),
                url=text(event, "url"),
                modified=event.contents["last-modified"][0].value.astimezone(UTC),
                start=_utc(start),
                end=_utc(time(event.dtend)),
                wall=_wall(start),
            )
        )
    return found


def by_ical(data: bytes) -> list[Seen]:
    calendar = IcsCalendarStream.calendar_from_ics(data.decode())
    return [
        Seen(
            uid=event.uid or "",
            sequence=event.sequence or 0,
            status=event.status.value if event.status else "",
            summary=event.summary or "",
            description=event.description or "",
            location=event.location or "",
            url=str(event.url),
            modified=_utc(event.last_modified),
            start=_utc(event.dtstart),
            end=_utc(event.dtend),
            wall=_wall(event.dtstart),
        )
        for event in calendar.events
    ]


# --- the letter of RFC 5545


def unfold(data: bytes) -> list[str]:
    """Return the content lines of a file, checking how it is written."""
    assert data.endswith(b"\r\n")
    lines = data[:-2].split(b"\r\n")
    for line in lines:
        assert len(line) <= 75, line
        assert b"\r" not in line, line
        assert b"\n" not in line, line
        # No control characters; and each line is whole characters by itself, so nothing was cut inside one.
        assert re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029]", line.decode()) is None, line
    unfolded: list[str] = []
    for line in lines:
        if line.startswith(b" "):
            unfolded[-1] += line[1:].decode()
        else:
            unfolded.append(line.decode())
    return unfolded


def unescape(value: str) -> str:
    """Return the text of a TEXT value (3.3.11). Anything that should have been escaped, or should not, is an error."""
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,n])*", value), value
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], value)


def properties(data: bytes, name: str) -> list[str]:
    """Return the values of every property of one name in a file, as they are written."""
    found = []
    for line in unfold(data):
        match = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^";:,]*))*):(.*)', line)
        assert match, line
        if match[1] == name:
            found.append(match[3])
    return found


_EVENT = {
    "UID", "SEQUENCE", "DTSTAMP", "LAST-MODIFIED", "DTSTART", "DTEND", "SUMMARY", "DESCRIPTION", "URL", "STATUS",
}  # fmt: skip
_EVENT_MAY = {"TRANSP", "LOCATION", "CATEGORIES", "GEO", "CONFERENCE", "IMAGE"}
_CALENDAR = [
    "VERSION", "PRODID", "NAME", "X-WR-CALNAME", "DESCRIPTION", "X-WR-CALDESC", "URL", "SOURCE", "LAST-MODIFIED",
    "X-WR-TIMEZONE", "COLOR", "REFRESH-INTERVAL", "X-PUBLISHED-TTL",
]  # fmt: skip


def check_letter(data: bytes) -> None:
    """Check what a feed of ours must and must not have."""
    lines = unfold(data)
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    names = [re.split("[;:]", line)[0] for line in lines]
    head = names.index("BEGIN", 1)
    assert names[1:head] == _CALENDAR
    assert lines[head] == "BEGIN:VTIMEZONE"
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert not {"METHOD", "ATTENDEE", "ORGANIZER", "RDATE", "TRIGGER"} & set(names)
    assert "mailto:" not in data.decode().lower()
    events = "\n".join(lines).split("\nBEGIN:VEVENT\n")[1:]
    for event in events:
        inside = [re.split("[;:]", line)[0] for line in event.split("\nEND:VEVENT")[0].split("\n")]
        assert len(inside) == len(set(inside)), inside
        assert set(inside) >= _EVENT
        assert set(inside) <= _EVENT | _EVENT_MAY
        assert re.search(r"^DTSTAMP:(.*)\n(?:.*\n)*?LAST-MODIFIED:\1$", event, re.M)
    uids = properties(data, "UID")
    assert len(uids) == len(set(uids)) == len(events)
    # Every zone that is used has its block, once, in front of the events.
    blocks = [line[5:] for line in lines if line.startswith("TZID:")]
    assert len(blocks) == len(set(blocks)) == 1
    assert {found[1] for line in lines if (found := re.match(r"DT(?:START|END);TZID=([^:]+):", line))} <= set(
        blocks
    )
    for line in lines:
        if line.startswith(("DTSTART", "DTEND")):
            assert re.fullmatch(
                r"DT(START|END)(;TZID=[^:]+:\d{8}T\d{6}|;VALUE=DATE:\d{8}|:\d{8}T\d{6}Z)", line
            ) or (
                re.fullmatch(r"DTSTART:\d{8}T\d{6}", line)
                and line in "\n".join(lines).split("BEGIN:VEVENT")[0]
            )
