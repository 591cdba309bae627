"""What a file says about a conference, in terms of no format and no database.

Everywhere ``None`` means that the file does not say it: what is known otherwise then stays. An empty text or tuple
means that the file says there is none. Texts are ``{language: text}``, cleaned; other languages than the ones given
stay. References are slugs (of venues, rooms, types, themes, constituencies, organizations) and ids (of speakers), and
hold within the document: a reader has checked them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from eventsapp.core.errors import Invalid
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import Access, MaterialKind, SpeakerRole

Texts = Mapping[str, str]


class BadFile(Invalid):
    """The file cannot be taken, as a whole. ``where`` is a line number, a path such as ``events[3].date``, or ``""``."""

    def __init__(self, name: str, where: str | int, reason: str) -> None:
        self.name = name
        self.where = where
        self.reason = reason
        place = f"{name}:{where}" if isinstance(where, int) else f"{name}: {where}" if where else name
        self.message = f"{place}: {reason}"
        super().__init__({"file": self.message})

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Conference:
    """The conference. ``other_days`` are days beside the official ones on which something takes place."""

    slug: str
    names: Texts
    start_date: date
    end_date: date
    zone: str
    short_name: str | None = None
    symbol: str | None = None
    cities: Texts | None = None
    country: str | None = None
    languages: tuple[str, ...] | None = None
    default_language: str = "en"
    descriptions: Texts | None = None
    contact_email: str | None = None
    code_prefix: str | None = None
    other_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with rooms."""

    slug: str
    names: Texts
    address: str | None = None
    directions: Texts | None = None
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a venue; ``capacity`` in seats."""

    slug: str
    names: Texts
    venue: str
    aliases: tuple[str, ...] | None = None
    capacity: int | None = None
    step_free: bool | None = None


@dataclass(frozen=True, slots=True)
class EventType:
    """A kind of event. Without ``rank`` and ``colour`` a new one gets those usual for its kind."""

    slug: str
    names: Texts
    default_minutes: int | None = None
    rank: int | None = None
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """A subject, with the larger area it belongs to and its number."""

    slug: str
    names: Texts
    areas: Texts | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Constituency:
    """A group of partners."""

    slug: str
    names: Texts


@dataclass(frozen=True, slots=True)
class Organization:
    """A body, the same one in all conferences."""

    slug: str
    names: Texts
    type: OrganizationType
    acronyms: Texts | None = None
    aliases: tuple[str, ...] | None = None
    country: str | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person; ``id`` is the file's own, or made from the name."""

    id: str
    name: str
    biographies: Texts | None = None
    website: str | None = None


@dataclass(frozen=True, slots=True)
class Appearance:
    """A speaker (by id) at an event."""

    speaker: str
    role: SpeakerRole = SpeakerRole.SPEAKER
    affiliation: str | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """A link, or a page that the facts come from."""

    kind: MaterialKind
    titles: Texts
    url: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One item of the programme. ``where`` says where it stands in the file, for messages: a line number or a
    path.

    ``day`` is the programme day; ``starts_at`` and ``ends_at`` are instants in UTC, ``ends_at`` only with a start, a
    start only with a day. With ``end_day`` the times hold for each day.
    """

    id: str
    where: str | int
    type: str
    titles: Texts
    code: str | None = None
    subtitles: Texts | None = None
    summaries: Texts | None = None
    descriptions: Texts | None = None
    languages: tuple[str, ...] | None = None
    interpretation: tuple[str, ...] | None = None
    access: Access | None = None
    seats: int | None = None
    stand: str | None = None
    contact_name: str | None = None
    online_url: str | None = None
    organizer_notes: str | None = None
    themes: tuple[str, ...] | None = None
    constituencies: tuple[str, ...] | None = None
    leads: tuple[str, ...] | None = None
    co_organizers: tuple[str, ...] | None = None
    co_sponsors: tuple[str, ...] | None = None
    appearances: tuple[Appearance, ...] | None = None
    materials: tuple[Material, ...] | None = None
    room: str | None = None
    day: date | None = None
    end_day: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A whole file called ``name``. ``warnings`` are sentences about what was read in a way that somebody should look at."""

    name: str
    conference: Conference
    venues: tuple[Venue, ...] = ()
    rooms: tuple[Room, ...] = ()
    types: tuple[EventType, ...] = ()
    themes: tuple[Theme, ...] = ()
    constituencies: tuple[Constituency, ...] = ()
    organizations: tuple[Organization, ...] = ()
    speakers: tuple[Speaker, ...] = ()
    events: tuple[Event, ...] = ()
    warnings: tuple[str, ...] = field(default=())
