"""Which events a feed contains, and what it says of each. Pure functions of a snapshot, a language and a site address.

They speak through gettext, so they run inside ``core.locale.speaking(language)``.

An event is in its feeds once its time is known; "to be announced" is in none. One that is cancelled stays.
The feed of a whole conference says each event in a few words, as Google stops at about a megabyte; narrower feeds carry
the whole text while it fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from typing import Final
from urllib.parse import quote, urlsplit

from babel import Locale
from babel.dates import get_timezone_name
from flask_babel import gettext as _
from werkzeug.urls import iri_to_uri

from eventsapp.calendars.colours import nearest_name
from eventsapp.calendars.ical import Entry, Feed, Status, entry_bytes, one_line, plain
from eventsapp.calendars.queries import Chosen
from eventsapp.core import markdown
from eventsapp.programme import filters
from eventsapp.programme.enums import Access, OrganizationRole
from eventsapp.programme.restrictions import restriction
from eventsapp.programme.snapshot import EventInfo, OrganizationInfo, Snapshot, Texts
from eventsapp.registration.enums import BookingState

FEW_WORDS: Final = 300
"""Octets of an event's text where it is said in a few words."""
FEWER_WORDS: Final = 80
"""The same, where even that is too much."""
TOO_LARGE: Final = 950_000
"""Octets of all events from which a feed says less of each."""
ASSUMED: Final = timedelta(minutes=60)
"""The length of an event whose end is not known and whose type has no usual length."""

# How the items of a list are kept apart.
_SEPARATORS: Final = {"zh": "、", "ar": "، "}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a feed is of. ``page`` and ``feed`` are paths below the conference's own; ``title`` stands beside its name."""

    title: str
    page: str
    feed: str
    events: Sequence[EventInfo]
    in_few_words: bool = False


def whole_conference(snapshot: Snapshot) -> Selection:
    """Return everything."""
    return Selection("", "/", "/calendar.ics", snapshot.events, in_few_words=True)


def of_event(event: EventInfo, snapshot: Snapshot, language: str) -> Selection:
    """Return one event."""
    page = f"/events/{quote(event.code)}"
    return Selection(snapshot.text(event.titles, language), page, f"{page}.ics", [event])


def of_organization(organization: OrganizationInfo, snapshot: Snapshot, language: str) -> Selection:
    """Return the events behind which an organization stands, in any role."""
    page = f"/organizations/{quote(organization.slug)}"
    title = organization.short(language, snapshot.conference.default_language)
    events = snapshot.events_of_organization.get(organization.slug, [])
    return Selection(title, page, f"{page}.ics", events)


def of_room(slug: str, names: Texts, snapshot: Snapshot, language: str) -> Selection:
    """Return the events in a room."""
    page = f"/rooms/{quote(slug)}"
    events = snapshot.events_of_room.get(slug, [])
    return Selection(snapshot.text(names, language), page, f"{page}.ics", events)


def of_theme(slug: str, names: Texts, snapshot: Snapshot, language: str) -> Selection:
    """Return the events on a theme."""
    events = filters.apply(filters.Filters(theme=(slug,)), snapshot)
    page, feed = f"/programme?theme={quote(slug)}", f"/themes/{quote(slug)}.ics"
    return Selection(snapshot.text(names, language), page, feed, events)


def of_type(slug: str, names: Texts, snapshot: Snapshot, language: str) -> Selection:
    """Return the events of a type."""
    events = filters.apply(filters.Filters(type=(slug,)), snapshot)
    page, feed = f"/programme?type={quote(slug)}", f"/types/{quote(slug)}.ics"
    return Selection(snapshot.text(names, language), page, feed, events)


def of_filters(asked: filters.Filters, snapshot: Snapshot) -> Selection:
    """Return what the programme page shows with the same filters."""
    query = f"?{asked.query()}" if asked else ""
    return Selection(
        # Translators: stands after a conference's name, in the name of a calendar of some of its events
        title=_("selection") if asked else "",
        page=f"/programme{query}",
        feed=f"/programme.ics{query}",
        events=filters.apply(asked, snapshot),
        in_few_words=not asked,
    )


class Open(Enum):
    """What of an event's time is not announced yet."""

    NOTHING = auto()
    END = auto()
    TIME = auto()


def is_shown(event: EventInfo) -> bool:
    """Return whether its day is known. While its time is not, it stands over the day, and says so (decision 7)."""
    return event.day is not None


def feed_of(selection: Selection, snapshot: Snapshot, language: str, site: str) -> Feed:
    """Return a public feed in ``language``. ``site`` is the address of the site, without a slash at the end."""
    writer = _Writer(snapshot, language, site)
    shown = [event for event in selection.events if is_shown(event)]
    entries: tuple[Entry, ...] = ()
    for words in (FEW_WORDS, FEWER_WORDS) if selection.in_few_words else (None, FEW_WORDS, FEWER_WORDS):
        entries = tuple(writer.entry(event, words) for event in shown)
        if sum(len(entry_bytes(entry)) for entry in entries) <= TOO_LARGE:
            break
    return writer.feed(
        selection.title, f"{writer.base}{selection.page}", f"{writer.base}{selection.feed}", entries
    )


def personal_feed(
    chosen: Iterable[Chosen], snapshot: Snapshot, language: str, site: str, *, page: str, source: str
) -> Feed:
    """Return what a person booked, waits for (tentative) and starred. ``page`` and ``source`` are absolute addresses."""
    writer = _Writer(snapshot, language, site)
    standing: Mapping[int, Chosen] = {one.event_id: one for one in chosen}
    entries = tuple(
        _with_standing(writer.entry(event), standing[event.id])
        for event in snapshot.events
        if event.id in standing and is_shown(event)
    )
    # Translators: stands after a conference's name, in the name of a person's own calendar
    feed = writer.feed(_("my programme"), page, source, entries)
    return replace(feed, modified=max([feed.modified, *(entry.modified for entry in entries)]))


def announcement(
    event_ids: Iterable[int], snapshot: Snapshot, language: str, site: str, organizer: tuple[str, str]
) -> list[Entry]:
    """Return some events as they are now, to be sent by mail; ``organizer`` is a name and an address."""
    writer = _Writer(snapshot, language, site)
    wanted = set(event_ids)
    return [
        replace(writer.entry(event, FEW_WORDS), organizer=organizer)
        for event in snapshot.events
        if event.id in wanted and is_shown(event)
    ]


def _with_standing(entry: Entry, chosen: Chosen) -> Entry:
    """Return an entry as somebody sees it who booked a seat or waits for one."""
    if chosen.booking is None:
        return entry
    modified = entry.modified if chosen.changed_at is None else max(entry.modified, chosen.changed_at)
    if entry.status is Status.CANCELLED or chosen.booking is BookingState.CANCELLED:
        return replace(entry, modified=modified)
    waits = chosen.booking is BookingState.WAITLISTED
    said = _("You are on the waiting list.") if waits else _("You have a seat.")
    return replace(
        entry,
        modified=modified,
        status=Status.TENTATIVE if waits else entry.status,
        description=f"{said}\n\n{entry.description}",
    )


@lru_cache(maxsize=2048)
def _to_plain(text: str) -> str:
    return markdown.to_plain(text)


@lru_cache(maxsize=512)
def _language_name(code: str, language: str) -> str:
    return Locale.parse(language).languages.get(code) or code


def shorten(text: str, octets: int) -> str:
    """Return ``text`` on one line in at most ``octets`` of UTF-8, cut at a word where there are words, with an ellipsis."""
    text = one_line(text)
    if len(text) <= octets // 4 or len(text.encode()) <= octets:
        return text
    cut = text.encode()[: octets - 3].decode(errors="ignore")
    words, space, _rest = cut.rpartition(" ")
    if space and len(words) > len(cut) // 2:
        cut = words
    return cut.rstrip(" ,;:.-–") + "…"


def web_address(text: str | None) -> str | None:
    """Return ``text`` as an absolute http or https address in ASCII; None when it is none."""
    if not text:
        return None
    try:
        address = iri_to_uri(one_line(text).replace(" ", "%20"))
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in ("http", "https") and parts.netloc else None


class _Writer:
    """Writes the events of one snapshot in one language."""

    def __init__(self, snapshot: Snapshot, language: str, site: str) -> None:
        self.snapshot = snapshot
        self.conference = snapshot.conference
        self.language = language
        self.site = site
        self.base = f"{site}/{language}/{quote(snapshot.conference.slug)}"
        self.zone = snapshot.conference.tzinfo
        self.city = self.text(snapshot.conference.cities)
        self._places: dict[int, str] = {}
        # Said of nearly every event: looked up once.
        self._organized_by = _("Organized by: %(names)s")
        self._together_with = _("Together with: %(names)s")

    def text(self, texts: Texts) -> str:
        return self.snapshot.text(texts, self.language)

    def joined(self, items: Iterable[str]) -> str:
        return _SEPARATORS.get(self.language, ", ").join(item for item in items if item)

    def feed(self, title: str, page: str, source: str, entries: tuple[Entry, ...]) -> Feed:
        conference = self.conference
        name = f"{conference.short_name} – {title}" if title else conference.short_name
        # Of everything, not only of what this feed has: when an event leaves it, that is a change too.
        changes = [conference.updated_at, *(event.updated_at for event in self.snapshot.events)]
        if self.snapshot.release is not None:
            changes.append(self.snapshot.release.released_at)
        first, last = self._span()
        return Feed(
            name=name,
            description=self.text(conference.names),
            url=page,
            source=source,
            modified=max(changes),
            zone=conference.zone,
            first=first,
            last=last,
            colour=nearest_name(conference.accent),
            entries=entries,
        )

    def _span(self) -> tuple[date, date]:
        """The days of the conference and of whatever lies before or after it: the same for each of its feeds."""
        days = [self.conference.start_date, self.conference.end_date]
        for event in self.snapshot.events:
            days += [day for day in (event.day, event.end_day) if day is not None]
            days += [time.date() for time in (event.starts_at, event.ends_at) if time is not None]
        return min(days), max(days)

    def entry(self, event: EventInfo, words: int | None = None) -> Entry:
        """``words``: in how many octets the text is said; None: all of it."""
        start, end, still_open = self._times(event)
        title = self.text(event.titles) or event.code
        if still_open is Open.TIME:
            title = _("%(title)s (time to be announced)", title=title)
        status = Status.CONFIRMED
        if event.cancelled:
            status, title = Status.CANCELLED, _("Cancelled: %(title)s", title=title)
        elif still_open is not Open.NOTHING:
            status = Status.TENTATIVE
        venue = event.room.venue if event.room is not None else None
        url = f"{self.base}/events/{quote(event.code)}"
        online = web_address(event.online_url)
        logo = None if words is not None else next((o.logo for o in event.leads if o.logo is not None), None)
        return Entry(
            uid=f"{event.uid}@eventsapp",
            sequence=event.sequence,
            modified=event.updated_at,
            start=start,
            end=end,
            zone=self.conference.zone,
            status=status,
            summary=title,
            description=self._description(event, url, online, still_open=still_open, words=words),
            url=url,
            location=self._location(event),
            categories=tuple(
                name
                for name in (self.text(event.type.names), *(self.text(t.names) for t in event.themes))
                if name
            ),
            latitude=venue.latitude if venue is not None else None,
            longitude=venue.longitude if venue is not None else None,
            online=online,
            online_label=_("Online") if online else "",
            image=f"{self.site}/files/{logo.id}/{quote(logo.name)}" if logo is not None else None,
            image_type=logo.content_type if logo is not None else "",
        )

    def _times(self, event: EventInfo) -> tuple[datetime | date, datetime | date, Open]:
        """Start, end, and what of them is not announced yet."""
        if event.day is None:
            raise ValueError(f"{event.code} has no day")
        if event.starts_at is None or event.end_day is not None:
            after = (event.end_day or event.day) + timedelta(days=1)
            return event.day, after, Open.TIME if event.starts_at is None else Open.NOTHING
        if event.ends_at is not None:
            return event.starts_at, event.ends_at, Open.NOTHING
        minutes = event.type.default_minutes
        length = timedelta(minutes=minutes) if minutes else ASSUMED
        return event.starts_at, event.starts_at + length, Open.END

    def _location(self, event: EventInfo) -> str:
        if event.room is None:
            return ""
        place = self._places.get(event.room.id)
        if place is None:
            names = [self.text(event.room.names), self.text(event.room.venue.names), self.city]
            place = self._places[event.room.id] = ", ".join(dict.fromkeys(name for name in names if name))
        if not event.stand:
            return place
        # Translators: a numbered stand of a fair, in front of the name of its hall
        stand = _("Stand %(stand)s", stand=event.stand)
        return f"{stand}, {place}"

    def _description(
        self, event: EventInfo, url: str, online: str | None, *, still_open: Open, words: int | None
    ) -> str:
        blocks = []
        if event.cancelled:
            reason = self.text(event.cancellation_reasons)
            blocks.append(_("This event is cancelled.") + (f" {reason}" if reason else ""))
        blocks += self._whole_text(event) if words is None else self._few_words(event, words)
        facts = self._organizers(event, short=words is not None)
        if words is None:
            facts += self._facts(event)
        if event.end_day is not None and event.starts_at is not None:
            facts.append(self._hours(event.starts_at, event.ends_at))
        if still_open is Open.TIME:
            facts.append(_("The time is not announced yet."))
        elif still_open is Open.END:
            facts.append(_("The end is not announced yet; the length shown here is assumed."))
        if online:
            facts.append(_("Online: %(address)s", address=online))
        if facts:
            blocks.append("\n".join(facts))
        return plain("\n\n".join([*blocks, url]))

    def _few_words(self, event: EventInfo, octets: int) -> list[str]:
        text = self.text(event.summaries)
        if not text:
            # No more of a long text is read than can be shown; Markdown takes its time.
            text = _to_plain(self.text(event.descriptions)[: 2 * FEW_WORDS])
        return [shorten(text, octets)] if text else []

    def _whole_text(self, event: EventInfo) -> list[str]:
        texts = [
            self.text(event.subtitles),
            self.text(event.summaries),
            _to_plain(self.text(event.descriptions)),
        ]
        return [text for text in dict.fromkeys(texts) if text]

    def _organizers(self, event: EventInfo, *, short: bool) -> list[str]:
        default = self.conference.default_language
        by_role: dict[OrganizationRole, list[str]] = {}
        for one in event.organizations:
            named = one.organization
            name = named.short(self.language, default)
            if not short:
                full = self.text(named.names)
                name = f"{full} ({name})" if full and full != name else name
            by_role.setdefault(one.role, []).append(name)
        lines = []
        if names := by_role.get(OrganizationRole.LEAD):
            lines.append(self._organized_by % {"names": self.joined(names)})
        if names := by_role.get(OrganizationRole.CO_ORGANIZER):
            lines.append(self._together_with % {"names": self.joined(names)})
        if not short and (names := by_role.get(OrganizationRole.CO_SPONSOR)):
            lines.append(_("Supported by: %(names)s", names=self.joined(names)))
        return lines

    def _facts(self, event: EventInfo) -> list[str]:
        lines = []
        people = dict.fromkeys(
            f"{one.speaker.name} ({one.affiliation})" if one.affiliation else one.speaker.name
            for one in event.speakers
        )
        if people:
            lines.append(_("Speakers: %(names)s", names=self.joined(people)))
        if event.languages:
            names = self.joined(_language_name(code, self.language) for code in event.languages)
            lines.append(_("Languages: %(names)s", names=names))
        if event.interpretation:
            names = self.joined(_language_name(code, self.language) for code in event.interpretation)
            lines.append(_("Interpretation: %(names)s", names=names))
        if event.access is not None:
            lines.append(_access(event.access))
        if event.only_for is not None:
            lines.append(restriction(event.only_for, self.text))
        return lines

    def _hours(self, starts_at: datetime, ends_at: datetime | None) -> str:
        local = starts_at.astimezone(self.zone)
        zone = get_timezone_name(local, locale=self.language, width="long")
        start = f"{local:%H:%M}"
        if ends_at is None:
            return str(_("Daily from %(start)s (%(zone)s)", start=start, zone=zone))
        end = f"{ends_at.astimezone(self.zone):%H:%M}"
        return str(_("Daily from %(start)s to %(end)s (%(zone)s)", start=start, end=end, zone=zone))


def _access(access: Access) -> str:
    match access:
        case Access.OPEN:
            return str(_("Open to the public"))
        case Access.REGISTERED:
            return str(_("Open to all registered participants"))
        case Access.BOOKING:
            return str(_("Seats must be booked"))
        case Access.INVITATION:
            return str(_("By invitation or ticket"))
