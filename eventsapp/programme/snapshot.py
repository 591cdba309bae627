"""Everything public of one conference at one revision, as plain frozen data.

Public pages, feeds and exports are functions of a :class:`Snapshot`, a language and the filters: whatever they show,
the database is asked the same fixed number of times, once for each revision. ``queries.load_snapshot`` makes one: the
newest release (places and times) joined with the current content (titles, texts, people, organizations).

All instants are aware and in UTC; :attr:`ConferenceInfo.zone` is the zone people see first. Texts are ``{language: text}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core.search import searchable
from eventsapp.core.translations import pick
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import Access, MaterialKind, OrganizationRole, SpeakerRole

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FileInfo:
    """A stored file that may be fetched at ``/files/{id}/{name}``."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ConferenceInfo:
    """The conference itself. ``updated_at``: when its own texts last changed."""

    id: int
    slug: str
    state: ConferenceState
    short_name: str
    symbol: str | None
    names: Texts
    descriptions: Texts
    start_date: date
    end_date: date
    zone: str
    cities: Texts
    country: str | None
    languages: tuple[str, ...]
    default_language: str
    accent: str
    picture: FileInfo | None
    contact_email: str | None
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    updated_at: datetime

    @property
    def tzinfo(self) -> ZoneInfo:
        """The conference's zone."""
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class VenueInfo:
    """A venue. ``directions`` is Markdown; coordinates are WGS 84 degrees."""

    id: int
    slug: str
    names: Texts
    address: str | None
    directions: Texts
    latitude: float | None
    longitude: float | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RoomInfo:
    """A room of a venue."""

    id: int
    slug: str
    names: Texts
    aliases: tuple[str, ...]
    capacity: int | None
    equipment: tuple[str, ...]
    booths: int | None
    step_free: bool | None
    directions: Texts
    venue: VenueInfo
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """An event type. ``colour`` is 1–12 of the palette."""

    id: int
    slug: str
    names: Texts
    default_minutes: int | None
    rank: int
    colour: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ThemeInfo:
    """A theme and the area it belongs to."""

    id: int
    slug: str
    names: Texts
    areas: Texts
    number: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ConstituencyInfo:
    """A constituency."""

    id: int
    slug: str
    names: Texts
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class OrganizationInfo:
    """An organization that stands behind at least one event of the conference."""

    id: int
    slug: str
    type: OrganizationType
    names: Texts
    acronyms: Texts
    aliases: tuple[str, ...]
    country: str | None
    website: str | None
    logo: FileInfo | None
    updated_at: datetime

    def short(self, language: str, default: str = "en") -> str:
        """Return the acronym for a reader of ``language``, or the name where there is none."""
        return pick(self.acronyms, language, default) or pick(self.names, language, default)


@dataclass(frozen=True, slots=True)
class SpeakerInfo:
    """A speaker of the conference. ``biographies`` is Markdown."""

    id: int
    slug: str
    name: str
    biographies: Texts
    website: str | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Organizing:
    """An organization in its role at an event."""

    organization: OrganizationInfo
    role: OrganizationRole


@dataclass(frozen=True, slots=True)
class Appearance:
    """A speaker in their role at an event, with the affiliation they have there."""

    speaker: SpeakerInfo
    role: SpeakerRole
    affiliation: str | None


@dataclass(frozen=True, slots=True)
class MaterialInfo:
    """A link (``url``) or a file."""

    kind: MaterialKind
    titles: Texts
    url: str | None
    file: FileInfo | None
    language: str | None


@dataclass(frozen=True, slots=True)
class SeatsInfo:
    """What is said of the seats of an event with booking.

    ``left`` is None while there are plenty; a number once they are few (``capacity.FEW``); 0 when full.
    The true counter is deliberately not here: a page would change with each booking.
    """

    capacity: int
    left: int | None
    waitlist: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """From where and when an event was moved by a release."""

    room: RoomInfo | None
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class EventInfo:
    """An event as the newest release has it. Without ``starts_at`` its time is still to be announced.

    ``day`` is the programme day; an event past midnight belongs to the evening before. With ``end_day`` the times are
    those of the first day and hold for each. ``updated_at`` is the last change of anything shown of it, including the
    names of its room, organizations and speakers.
    """

    id: int
    code: str
    uid: str
    sequence: int
    cancelled: bool
    type: TypeInfo
    titles: Texts
    subtitles: Texts
    summaries: Texts
    descriptions: Texts
    languages: tuple[str, ...]
    interpretation: tuple[str, ...]
    access: Access | None
    only_for: tuple[Texts, ...] | None
    """The names of the categories of registration that alone may come, beside people with a ticket; () where only those may;
    None: not restricted so."""
    stand: str | None
    contact_name: str | None
    contact_email: str | None
    online_url: str | None
    cancellation_reasons: Texts
    seats: SeatsInfo | None
    day: date | None
    end_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    room: RoomInfo | None
    moved: Moved | None
    organizations: tuple[Organizing, ...]
    speakers: tuple[Appearance, ...]
    materials: tuple[MaterialInfo, ...]
    themes: tuple[ThemeInfo, ...]
    constituencies: tuple[ConstituencyInfo, ...]
    created_at: datetime
    updated_at: datetime

    @cached_property
    def search_text(self) -> str:
        """Everything it can be found by, as ``core.search.normalize`` writes it. Made when somebody first searches."""
        people = self.speakers
        found: list[str | Texts | tuple[str, ...] | None] = [self.code, self.titles, self.subtitles]
        found += [self.summaries, self.descriptions, self.type.names]
        if self.room is not None:
            found += [self.room.names, self.room.aliases]
        for one in self.organizations:
            found += [one.organization.names, one.organization.acronyms, one.organization.aliases]
        found += [tuple(person.speaker.name for person in people)]
        found += [tuple(person.affiliation for person in people if person.affiliation)]
        found += [theme.names for theme in self.themes]
        return searchable(*found)

    @property
    def leads(self) -> tuple[OrganizationInfo, ...]:
        """The organizations that lead it, in their order."""
        return tuple(o.organization for o in self.organizations if o.role is OrganizationRole.LEAD)


@dataclass(frozen=True, slots=True)
class PageInfo:
    """A published content page (Markdown)."""

    slug: str
    titles: Texts
    bodies: Texts
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class NewsInfo:
    """A news item (Markdown), public from ``published_at`` on, which may still be to come."""

    slug: str
    titles: Texts
    summaries: Texts
    bodies: Texts
    published_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """The newest release."""

    number: int
    released_at: datetime
    notes: Texts


@dataclass(frozen=True)
class Snapshot:
    """Everything public of one conference at ``revision``.

    ``events`` is in programme order: by day, start, room position, code; those without a day at the end.
    ``release`` is None (and there are no events) before the first release.
    """

    revision: int
    conference: ConferenceInfo
    release: ReleaseInfo | None
    venues: tuple[VenueInfo, ...]
    rooms: tuple[RoomInfo, ...]
    types: tuple[TypeInfo, ...]
    themes: tuple[ThemeInfo, ...]
    constituencies: tuple[ConstituencyInfo, ...]
    pages: tuple[PageInfo, ...]
    news: tuple[NewsInfo, ...]
    """Newest first; filter by ``published_at <= now``."""
    events: tuple[EventInfo, ...]
    old_slugs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(table name, old slug) → today's slug, for redirects."""
    parts: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """What later features add, by table (``programme/parts.py``)."""

    @cached_property
    def event_by_code(self) -> dict[str, EventInfo]:
        """Events by code."""
        return {event.code: event for event in self.events}

    @cached_property
    def organizations(self) -> dict[str, OrganizationInfo]:
        """Organizations behind its events, by slug."""
        return {o.organization.slug: o.organization for e in self.events for o in e.organizations}

    @cached_property
    def speakers(self) -> dict[str, SpeakerInfo]:
        """Speakers of its events, by slug."""
        return {a.speaker.slug: a.speaker for e in self.events for a in e.speakers}

    @cached_property
    def events_of_organization(self) -> dict[str, list[EventInfo]]:
        """Events by organization slug, in programme order."""
        found: dict[str, list[EventInfo]] = {}
        for event in self.events:
            for organizing in event.organizations:
                found.setdefault(organizing.organization.slug, []).append(event)
        return found

    @cached_property
    def events_of_speaker(self) -> dict[str, list[EventInfo]]:
        """Events by speaker slug, in programme order."""
        found: dict[str, list[EventInfo]] = {}
        for event in self.events:
            for slug in dict.fromkeys(a.speaker.slug for a in event.speakers):
                found.setdefault(slug, []).append(event)
        return found

    @cached_property
    def events_of_room(self) -> dict[str, list[EventInfo]]:
        """Events by room slug, in programme order."""
        found: dict[str, list[EventInfo]] = {}
        for event in self.events:
            if event.room is not None:
                found.setdefault(event.room.slug, []).append(event)
        return found

    @property
    def days(self) -> list[date]:
        """The programme days on which something takes place, in order."""
        return sorted({event.day for event in self.events if event.day is not None})

    def text(self, texts: Texts, language: str) -> str:
        """Return a text for a reader of ``language``, falling back to the conference's default language."""
        return pick(texts, language, self.conference.default_language)
