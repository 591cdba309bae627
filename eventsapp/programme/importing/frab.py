"""Schedule XML as pentabarf, frab, pretalx and others write it. Pure.

``schedule/conference``, then ``day/room/event``. An event belongs to the day under which it stands; when it starts
before ``day_change`` (04:00 where the file says nothing) that is the evening before, and its instant is on the next
date. A ``date`` with an offset is believed before anything else. Most elements may be missing or empty, which means
that the file does not say them; an empty list of persons or links means that there are none.

Tracks become themes, types event types, persons speakers, links and attachments materials. HTML becomes Markdown.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NoReturn
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml import etree

from eventsapp.core import zones
from eventsapp.core.markdown import to_plain
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import LANGUAGES, clean_text
from eventsapp.programme.enums import MaterialKind
from eventsapp.programme.importing import document as given
from eventsapp.programme.importing import times
from eventsapp.programme.importing.document import BadFile
from eventsapp.programme.importing.fields import ADDRESS, NAME, PAGES, YEARS, host_name, is_address
from eventsapp.programme.importing.html import to_markdown
from eventsapp.programme.importing.source import decode

DAY_CHANGE = time(4)
"""Where the file names none: what starts earlier belongs to the evening before."""
SUMMARY = 600
"""Characters of an abstract that is still a summary; a longer one opens the description."""
MOST_EVENTS = 50_000
LONGEST = timedelta(days=1)
"""An event that lasts longer has an end that cannot be kept."""

_PROLOG = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.S)
_ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)[\"']")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?")
_DURATION = re.compile(r"([0-9]{1,3}):([0-9]{1,2})(?::([0-9]{1,2}))?")
_LANGUAGE_NAMES = {
    "arabic": "ar", "chinese": "zh", "deutsch": "de", "dutch": "nl", "english": "en", "français": "fr", "french": "fr",
    "german": "de", "italian": "it", "portuguese": "pt", "russian": "ru", "spanish": "es",
}  # fmt: skip


def read(content: bytes, name: str, *, zone: str | None = None, slug: str | None = None) -> given.Document:
    """Return what a file says; ``name`` is for messages.

    ``zone`` is taken where the file names none; ``slug`` becomes the conference's. Raises :class:`document.BadFile`.
    """
    return _Reader(_parse(content, name), name, zone, slug).document()


def _parse(content: bytes, name: str) -> etree._Element:
    """Return the root. No document type is taken, so that there are no entities to expand or to fetch."""
    text = decode(content, name)
    declared = _ENCODING.match(text)
    if declared is not None and declared[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise BadFile(name, 1, f"the encoding {declared[1][:40]!r} is not UTF-8")
    prolog = _PROLOG.match(text)
    end = prolog.end() if prolog is not None else 0
    if text[end : end + 9].upper().startswith("<!DOCTYPE"):
        raise BadFile(name, text.count("\n", 0, end) + 1, "a document type (DOCTYPE) is not taken")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode(), parser=parser)
    except etree.XMLSyntaxError as error:
        reason = str(error.msg).partition(", line ")[0] or "not XML"
        raise BadFile(name, error.lineno or 1, f"not XML: {reason}") from None
    if root.tag != "schedule":
        raise BadFile(name, _line(root), f"not a schedule: the root is <{root.tag[:60]}>")
    return root


class _Reader:
    def __init__(self, root: etree._Element, name: str, zone: str | None, slug: str | None) -> None:
        self.root = root
        self.name = name
        self.slug = slug
        self.language = "en"
        self.warnings: list[str] = []
        self.left_out: list[int] = []
        self.disagreeing: list[int] = []
        self.types: dict[str, given.EventType] = {}
        self.themes: dict[str, given.Theme] = {}
        self.speakers: dict[str, given.Speaker] = {}
        self.lines: dict[str, int] = {}
        conference = root.find("conference")
        if conference is None:
            raise BadFile(name, _line(root), "no <conference>")
        self.head = conference
        self.base = (self.text(conference, "base_url") or self.text(conference, "url") or "").strip()
        self.zone = self._zone(zone)
        self.day_change = self._day_change()

    def refuse(self, element: etree._Element, reason: str) -> NoReturn:
        raise BadFile(self.name, _line(element), reason)

    def text(self, parent: etree._Element, tag: str, most: int = NAME) -> str | None:
        """Return the text of a child on one line, or None when it is missing or empty."""
        child = parent.find(tag)
        if child is None:
            return None
        text = " ".join(clean_text(_all_text(child)).split())
        if len(text) > most:
            self.refuse(child, f"<{tag}> is longer than {most} characters")
        return text or None

    # --- the conference

    def document(self) -> given.Document:
        root = self.root
        spoken = Counter(filter(None, (self._language(event) for event in root.iterfind("day/room/event"))))
        offered = [code for code, _ in spoken.most_common() if code in LANGUAGES]
        self.language = offered[0] if offered else "en"
        title = self.text(self.head, "title")
        if title is None:
            self.refuse(self.head, "the conference has no <title>")
        venue = self._venue(title)
        rooms = self._rooms(venue)
        days = self._days()
        events = self._events(days, rooms, self._prefix(title))
        self._warn()
        start, end = self._dates(days)
        city = self.text(self.head, "city")
        short = self.text(self.head, "acronym") or title
        return given.Document(
            name=self.name,
            conference=given.Conference(
                slug=self.slug or slugify(self.text(self.head, "acronym") or title),
                names={self.language: title},
                start_date=start,
                end_date=end,
                zone=self.zone,
                short_name=short if len(short) <= 80 else f"{short[:79]}…",
                cities={self.language: city} if city else None,
                languages=tuple(offered) or None,
                default_language=self.language,
                code_prefix=self._prefix(title),
            ),
            venues=(venue,),
            rooms=tuple(rooms.values()),
            types=tuple(self.types.values()),
            themes=tuple(self.themes.values()),
            speakers=tuple(self.speakers.values()),
            events=tuple(events),
            warnings=tuple(self.warnings),
        )

    def _zone(self, asked: str | None) -> str:
        said = self.text(self.head, "time_zone_name")
        if said is not None:
            if not zones.known(said):
                self.refuse(self.head, f"{said[:60]!r} is not an IANA time zone such as Europe/Brussels")
            if asked not in (None, said):
                self.warnings.append(f"The file names its own time zone, {said}; {asked} is not used.")
            return said
        if asked is not None:
            if not zones.known(asked):
                self.refuse(self.head, f"{asked[:60]!r} is not an IANA time zone such as Europe/Brussels")
            return asked
        offsets = set()
        for element in self.root.iterfind("day/room/event/date"):
            moment = _moment((element.text or "").strip())
            offsets.add(moment.utcoffset() if moment is not None else None)
        hours = [offset / timedelta(hours=1) for offset in offsets if offset is not None]
        if len(offsets) == 1 and len(hours) == 1:
            zone = "UTC" if hours[0] == 0 else f"Etc/GMT{-hours[0]:+g}"
            if zones.known(zone):
                self.warnings.append(
                    f"The file names no time zone, only how far its clocks are from UTC ({zone} is taken): say --zone."
                )
                return zone
        raise BadFile(self.name, _line(self.head), "no time zone: say which, such as --zone Europe/Brussels")

    def _day_change(self) -> time:
        element = self.head.find("day_change")
        said = self.text(self.head, "day_change")
        if element is not None and said is not None:
            return self._clock(element, said)
        # frab writes when each day starts and ends instead.
        for day in self.root.iterfind("day"):
            start, end = _moment(day.get("start") or ""), _moment(day.get("end") or "")
            if start is not None and end is not None:
                local = start.astimezone(ZoneInfo(self.zone))
                if end.astimezone(ZoneInfo(self.zone)).date() > local.date():
                    return local.time().replace(second=0, microsecond=0)
        return DAY_CHANGE

    def _prefix(self, title: str) -> str | None:
        word = slugify(self.text(self.head, "acronym") or title).split("-")[0].upper()
        return word if 2 <= len(word) <= 8 else None

    def _venue(self, title: str) -> given.Venue:
        name = self.text(self.head, "venue") or self.text(self.head, "city") or title
        return given.Venue(slug=slugify(name), names={self.language: name})

    def _rooms(self, venue: given.Venue) -> dict[str, given.Room]:
        found: dict[str, given.Room] = {}
        for element in self.root.iterfind("day/room"):
            names = [self._room_name(element, event) for event in element.iterfind("event")] or [
                self._room_name(element, None)
            ]
            for name in names:
                if name and name not in found:
                    slug = slugify(name, {room.slug for room in found.values()})
                    found[name] = given.Room(slug=slug, names={self.language: name}, venue=venue.slug)
        return found

    def _room_name(self, room: etree._Element, event: etree._Element | None) -> str | None:
        name = " ".join(clean_text(room.get("name") or "").split())
        if len(name) > NAME:
            self.refuse(room, f"the name of the room is longer than {NAME} characters")
        return name or (self.text(event, "room") if event is not None else None)

    def _days(self) -> list[tuple[etree._Element, date]]:
        found = []
        for element in self.root.iterfind("day"):
            said = (element.get("date") or element.get("start") or "")[:10]
            if not said:
                self.refuse(element, "a day without a date")
            found.append((element, self._date(element, said)))
        return found

    def _dates(self, days: list[tuple[etree._Element, date]]) -> tuple[date, date]:
        said = []
        for tag in ("start", "end"):
            element, text = self.head.find(tag), self.text(self.head, tag)
            said.append(self._date(element, text[:10]) if element is not None and text is not None else None)
        start, end = said
        listed = [day for _, day in days]
        if start is None or end is None:
            if not listed:
                self.refuse(self.head, "neither <start> and <end> nor any day")
            start, end = start or min(listed), end or max(listed)
        if end < start:
            self.refuse(self.head, f"it ends on {end}, before it starts on {start}")
        outside = sorted({str(day) for day in listed if not start <= day <= end})
        if outside:
            self.warnings.append(f"None of the conference's days: {', '.join(outside)}.")
        return start, end

    # --- events

    def _events(
        self, days: list[tuple[etree._Element, date]], rooms: dict[str, given.Room], prefix: str | None
    ) -> list[given.Event]:
        found: list[given.Event] = []
        for day, element, room in self._listed(days):
            if len(found) >= MOST_EVENTS:
                self.refuse(element, f"more than {MOST_EVENTS} events")
            name = self._room_name(room, element)
            found.append(self._event(element, day, name, rooms[name].slug if name else None, prefix))
        return found

    def _listed(
        self, days: list[tuple[etree._Element, date]]
    ) -> Iterator[tuple[date, etree._Element, etree._Element]]:
        for element, day in days:
            for room in element.iterfind("room"):
                for event in room.iterfind("event"):
                    yield day, event, room

    def _event(
        self, element: etree._Element, day: date, room_name: str | None, room: str | None, prefix: str | None
    ) -> given.Event:
        title = self.text(element, "title")
        if title is None:
            self.refuse(element, "an event without a title")
        id_ = self._id(element, day, room_name, title)
        starts_at, ends_at = self._times(element, day)
        language = self._language(element) or self.language
        subtitle = self.text(element, "subtitle")
        summary, description = self._texts(element)
        track = self.text(element, "track")
        return given.Event(
            id=id_,
            where=_line(element),
            type=self._type(element),
            titles={language: title},
            code=f"{prefix or 'EV'}-{id_}" if re.fullmatch(r"[0-9]{1,8}", id_) else None,
            subtitles={language: subtitle} if subtitle else None,
            summaries={language: summary} if summary else None,
            descriptions={language: description} if description else None,
            languages=(language,) if self._language(element) else None,
            themes=(self._theme(track),) if track else None,
            appearances=self._persons(element),
            materials=self._materials(element),
            room=room,
            day=day,
            starts_at=starts_at,
            ends_at=ends_at,
        )

    def _id(self, element: etree._Element, day: date, room: str | None, title: str) -> str:
        """Return the file's own id, or one made from what is least likely to change."""
        said = " ".join(clean_text(element.get("id") or "").split())
        if len(said) > 120:
            self.refuse(element, "the id is longer than 120 characters")
        line = _line(element)
        if said:
            if said in self.lines:
                self.refuse(
                    element, f"the id {said[:60]!r} is already that of the event in line {self.lines[said]}"
                )
            self.lines[said] = line
            return said
        guid, slug = clean_text(element.get("guid") or ""), self.text(element, "slug")
        parts = "\0".join([day.isoformat(), room or "", self.text(element, "start") or "", title])
        hashed = f"made:{hashlib.sha256(parts.encode()).hexdigest()[:24]}"
        for made in (f"guid:{guid}" if guid else "", f"slug:{slug}" if slug else "", hashed):
            if made and len(made) <= 120 and made not in self.lines:
                self.lines[made] = line
                return made
        reason = f"the same event is in line {self.lines[hashed]}, and neither has an id"
        raise BadFile(self.name, line, reason)

    def _times(self, element: etree._Element, day: date) -> tuple[datetime | None, datetime | None]:
        starts_at = self._start(element, day)
        child, said = element.find("duration"), self.text(element, "duration")
        if starts_at is None or child is None or said is None:
            return starts_at, None
        match = _DURATION.fullmatch(said)
        if match is None or int(match[2]) > 59 or int(match[3] or 0) > 59:
            self.refuse(child, f"{said[:60]!r} is not a duration: HH:MM")
        duration = timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=int(match[3] or 0))
        if duration > LONGEST:
            self.warnings.append(f"Line {_line(child)}: an event of more than a day; its end is left out.")
            return starts_at, None
        return starts_at, starts_at + duration if duration else None

    def _start(self, element: etree._Element, day: date) -> datetime | None:
        """Return the instant at which an event starts, or None when it is not known."""
        child, said = element.find("start"), self.text(element, "start")
        clock = self._clock(child, said) if child is not None and said is not None else None
        moment = self._said_moment(element)
        if moment is not None:
            local = moment.astimezone(ZoneInfo(self.zone))
            if clock is not None and (local.hour, local.minute) != (clock.hour, clock.minute):
                self.disagreeing.append(_line(element))
            if local.date() not in (day, day + timedelta(days=1)):
                self.refuse(
                    element, f"it is listed on {day}, but its date is {local:%Y-%m-%d %H:%M} in {self.zone}"
                )
            return moment.astimezone(UTC)
        if clock is None:
            return None
        on = day + timedelta(days=1) if clock < self.day_change else day
        found, warning = times.instant(on, clock, self.zone)
        if warning is not None:
            self.warnings.append(f"Line {_line(element)}: {warning}")
        return found

    def _said_moment(self, element: etree._Element) -> datetime | None:
        child, said = element.find("date"), self.text(element, "date")
        if child is None or said is None or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", said):
            return None
        try:
            moment = datetime.fromisoformat(said)
        except ValueError:
            self.refuse(child, f"{said[:60]!r} is not a date and time")
        if moment.year not in YEARS:
            self.refuse(child, f"the year {moment.year} is not from {YEARS[0]} to {YEARS[-1]}")
        moment = moment.replace(microsecond=0)
        return moment if moment.tzinfo is not None else zones.instant(moment.date(), moment.time(), self.zone)

    def _clock(self, element: etree._Element, said: str) -> time:
        match = _TIME.fullmatch(said)
        if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3] or 0) > 59:
            self.refuse(element, f"{said[:60]!r} is not a time: HH:MM, from 00:00 to 23:59")
        return time(int(match[1]), int(match[2]), int(match[3] or 0))

    def _date(self, element: etree._Element, said: str) -> date:
        try:
            found = date.fromisoformat(said)
        except ValueError:
            self.refuse(element, f"{said[:60]!r} is not a date: YYYY-MM-DD")
        if found.year not in YEARS:
            self.refuse(element, f"the year {found.year} is not from {YEARS[0]} to {YEARS[-1]}")
        return found

    def _language(self, event: etree._Element) -> str | None:
        said = (self.text(event, "language") or "").lower()
        if said in _LANGUAGE_NAMES:
            return _LANGUAGE_NAMES[said]
        match = re.fullmatch(r"([a-z]{2,3})(?:[-_][a-z0-9_-]+)?", said)
        return match[1] if match is not None else None

    def _texts(self, element: etree._Element) -> tuple[str | None, str | None]:
        """Return the summary (plain) and the description (Markdown): a long abstract opens the description."""
        abstract, description = self._markdown(element, "abstract"), self._markdown(element, "description")
        plain = " ".join(to_plain(abstract).split())
        if len(plain) <= SUMMARY:
            return plain or None, (description if description != abstract else "") or None
        if description.startswith(abstract):
            return None, description
        return None, "\n\n".join(filter(None, (abstract, description)))

    def _markdown(self, element: etree._Element, tag: str) -> str:
        child = element.find(tag)
        if child is None:
            return ""
        # Some write the HTML as elements instead of as escaped text.
        inside = "".join([child.text or "", *(etree.tostring(inner, encoding="unicode") for inner in child)])
        if len(inside) > PAGES:
            self.refuse(child, f"<{tag}> is longer than {PAGES} characters")
        return to_markdown(inside)

    def _type(self, element: etree._Element) -> str:
        name = self.text(element, "type") or "talk"
        name = re.sub(r"[_\s]+", " ", name).strip()
        name = name[:1].upper() + name[1:]
        if name not in self.types:
            slug = slugify(name, {kind.slug for kind in self.types.values()})
            self.types[name] = given.EventType(slug=slug, names={self.language: name})
        return self.types[name].slug

    def _theme(self, name: str) -> str:
        if name not in self.themes:
            slug = slugify(name, {theme.slug for theme in self.themes.values()})
            self.themes[name] = given.Theme(slug=slug, names={self.language: name})
        return self.themes[name].slug

    def _persons(self, element: etree._Element) -> tuple[given.Appearance, ...] | None:
        parent = element.find("persons")
        if parent is None:
            return None
        found: dict[str, given.Appearance] = {}
        for person in parent.iterfind("person"):
            name = " ".join(clean_text(self._person_name(person)).split())
            if not name:
                continue
            if len(name) > 200:
                self.refuse(person, "the name of a person is longer than 200 characters")
            said = person.get("id") or person.get("code") or person.get("guid") or ""
            id_ = " ".join(clean_text(said).split())[:120] or f"name:{name}"[:120]
            if id_ not in self.speakers:
                biography = self._markdown(person, "biography") or self._markdown(person, "description")
                self.speakers[id_] = given.Speaker(
                    id=id_, name=name, biographies={self.language: biography} if biography else None
                )
            found[id_] = given.Appearance(speaker=id_)
        return tuple(found.values())

    def _person_name(self, person: etree._Element) -> str:
        for tag in ("name", "full_public_name", "public_name"):
            name = self.text(person, tag)
            if name:
                return name
        return person.text or person.get("name") or ""

    def _materials(self, element: etree._Element) -> tuple[given.Material, ...] | None:
        if all(element.find(tag) is None for tag in ("links", "attachments", "url", "video_download_url")):
            return None
        found: dict[str, given.Material] = {}

        def add(child: etree._Element, href: str, title: str, kind: MaterialKind = MaterialKind.LINK) -> None:
            address = "".join(clean_text(href).split())
            if address and self.base and not re.match(r"[a-z][a-z0-9+.-]*:", address, re.I):
                address = urljoin(self.base, address)
            if not is_address(address) or len(address) > ADDRESS:
                if address:
                    self.left_out.append(_line(child))
                return
            words = " ".join(clean_text(title).split()) or host_name(address)
            words = words if len(words) <= NAME else f"{words[: NAME - 1]}…"
            found.setdefault(address, given.Material(kind=kind, titles={self.language: words}, url=address))

        for tag in ("links/link", "attachments/attachment"):
            for child in element.iterfind(tag):
                add(child, child.get("href") or child.text or "", _all_text(child))
        for tag, title, kind in (
            ("video_download_url", "Video", MaterialKind.LINK),
            ("url", "", MaterialKind.SOURCE),
        ):
            single = element.find(tag)
            if single is not None:
                add(single, single.text or "", title, kind)
        return tuple(found.values())

    def _warn(self) -> None:
        if self.left_out:
            self.warnings.append(f"Links that are no web addresses were left out: {_lines(self.left_out)}.")
        if self.disagreeing:
            self.warnings.append(
                f"Date and start disagree in {self.zone}, the date was taken: {_lines(self.disagreeing)}."
            )


def _line(element: etree._Element) -> int:
    """Return the line in which an element begins."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 1


def _all_text(element: etree._Element) -> str:
    return "".join(str(part) for part in element.itertext())


def _moment(said: str) -> datetime | None:
    """Return a date and time with an offset, or None when ``said`` is none."""
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _lines(numbers: list[int]) -> str:
    shown = ", ".join(str(number) for number in numbers[:10])
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"{'line' if len(numbers) == 1 else 'lines'} {shown}{more}"
