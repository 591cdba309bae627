"""``programme.xml``: schedule XML as frab and pentabarf write it and as conference apps read it.

The elements and their order follow the schema of the readers (``schedule.xsd`` of the Chaos Computer Club's validator). The
format has places for what has a day, a start and a room, and none for cancelled events: only what takes place and has a time
is in it. Without a room an event stands in a room without a name; without an end its duration is 00:00.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final
from urllib.parse import quote

from lxml import etree

from eventsapp.calendars.feeds import web_address
from eventsapp.core import markdown
from eventsapp.core.intervals import Interval, daily
from eventsapp.core.translations import clean_text
from eventsapp.programme.snapshot import EventInfo, Snapshot, Texts

CONTENT_TYPE: Final = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Occurrence:
    """An event on one of its days."""

    event: EventInfo
    day: date
    interval: Interval
    ends: bool


def write(events: Sequence[EventInfo], snapshot: Snapshot, language: str, site: str) -> bytes:
    """Return the chosen events as schedule XML (UTF-8). ``site`` is the address of the site, without a slash at the end.

    Times are the conference's, with their offset. Ids are whole numbers made of the events' lasting UIDs, and the guid is a
    UUID; on its second and later days an event that lasts several has others. Texts are in ``language``, or in the
    conference's default language where there are none; abstracts and descriptions are HTML.
    """
    return _Writer(snapshot, language, site).schedule(events)


def _occurrences(events: Iterable[EventInfo], snapshot: Snapshot) -> list[_Occurrence]:
    found = []
    for event in events:
        if event.cancelled or event.day is None or event.starts_at is None:
            continue
        end = event.ends_at or event.starts_at + timedelta(minutes=1)
        each = daily(event.starts_at, end, event.day, event.end_day, snapshot.conference.tzinfo)
        for number, interval in enumerate(each):
            day = event.day + timedelta(days=number)
            found.append(_Occurrence(event, day, interval, event.ends_at is not None))
    places = {room.slug: number for number, room in enumerate(snapshot.rooms)}

    def order(one: _Occurrence) -> tuple[date, int, datetime, str]:
        room = one.event.room
        return one.day, places[room.slug] if room else len(places), one.interval.start, one.event.code

    return sorted(found, key=order)


class _Writer:
    def __init__(self, snapshot: Snapshot, language: str, site: str) -> None:
        self.snapshot = snapshot
        self.conference = snapshot.conference
        self.language = language
        self.site = site
        self.base = f"{site}/{language}/{self.conference.slug}"

    def text(self, texts: Texts) -> str:
        return self.snapshot.text(texts, self.language)

    def schedule(self, events: Sequence[EventInfo]) -> bytes:
        root = etree.Element("schedule")
        release = self.snapshot.release
        etree.SubElement(root, "generator", name="eventsapp")
        _add(root, "version", str(release.number) if release else "0")
        _add(root, "base_url", f"{self.base}/")
        self._head(root)
        occurrences = _occurrences(events, self.snapshot)
        for number, (day, of_day) in enumerate(groupby(occurrences, key=lambda one: one.day), 1):
            self._day(root, number, day, list(of_day))
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)

    def _head(self, root: etree._Element) -> None:
        conference = self.conference
        head = etree.SubElement(root, "conference")
        _add(head, "acronym", conference.slug)
        _add(head, "title", self.text(conference.names))
        _add(head, "start", conference.start_date.isoformat())
        _add(head, "end", conference.end_date.isoformat())
        _add(head, "days", str((conference.end_date - conference.start_date).days + 1))
        _add(head, "timeslot_duration", "00:05")
        _add(head, "base_url", f"{self.base}/")
        _add(head, "time_zone_name", conference.zone)
        city = self.text(conference.cities)
        if city:
            _add(head, "city", city)

    def _day(self, root: etree._Element, number: int, day: date, occurrences: list[_Occurrence]) -> None:
        start = min(one.interval.start for one in occurrences)
        end = max(one.interval.end for one in occurrences)
        element = etree.SubElement(
            root,
            "day",
            index=str(number),
            date=day.isoformat(),
            start=self._local(start).isoformat(),
            end=self._local(end).isoformat(),
        )
        for name, in_room in groupby(occurrences, key=lambda one: self._room(one.event)):
            room = etree.SubElement(element, "room", name=clean_text(name))
            for one in in_room:
                self._event(room, one)

    def _event(self, room: etree._Element, one: _Occurrence) -> None:
        event = one.event
        guid = _guid(event, one.day)
        element = etree.SubElement(room, "event", id=str(_number(guid)), guid=guid)
        start = self._local(one.interval.start)
        minutes = round((one.interval.end - one.interval.start).total_seconds() / 60) if one.ends else 0
        _add(element, "date", start.isoformat())
        _add(element, "start", f"{start:%H:%M}")
        _add(element, "duration", f"{minutes // 60:02}:{minutes % 60:02}")
        _add(element, "room", self._room(event))
        _add(element, "slug", f"{self.conference.slug}-{event.code}")
        _add(element, "url", f"{self.base}/events/{event.code}")
        _add(element, "title", self.text(event.titles))
        _add(element, "subtitle", self.text(event.subtitles))
        _add(element, "track", self.text(event.themes[0].names) if event.themes else "")
        _add(element, "type", self.text(event.type.names))
        _add(element, "language", event.languages[0] if event.languages else "")
        _add(element, "abstract", str(markdown.to_html(self.text(event.summaries))))
        _add(element, "description", str(markdown.to_html(self.text(event.descriptions))))
        _add(element, "logo", "")
        persons = etree.SubElement(element, "persons")
        for id_, name in {one.speaker.id: one.speaker.name for one in event.speakers}.items():
            _add(persons, "person", name, id=str(id_))
        links = etree.SubElement(element, "links")
        attachments = etree.SubElement(element, "attachments")
        for material in event.materials:
            title = self.text(material.titles)
            if material.file is not None:
                stored = f"{self.site}/files/{material.file.id}/{quote(material.file.name)}"
                _add(attachments, "attachment", title, href=stored)
            elif (address := web_address(material.url)) is not None:
                _add(links, "link", title, href=address)

    def _room(self, event: EventInfo) -> str:
        return self.text(event.room.names) if event.room is not None else ""

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.conference.tzinfo)


def _add(parent: etree._Element, tag: str, text: str, **attributes: str) -> None:
    element = etree.SubElement(parent, tag, {name: clean_text(value) for name, value in attributes.items()})
    element.text = clean_text(text) or None


def _guid(event: EventInfo, day: date) -> str:
    if day != event.day:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{event.uid}/{day}"))
    try:
        return str(uuid.UUID(event.uid))
    except ValueError:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, event.uid))


def _number(guid: str) -> int:
    """Return a whole number below 2³¹ that stands for a guid: readers want one, and it must not change."""
    return int.from_bytes(hashlib.sha256(guid.encode()).digest()[:4]) >> 1
