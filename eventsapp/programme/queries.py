"""The public side of the programme, read in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, Select, and_, or_, select
from sqlalchemy.orm import Session

from eventsapp.conferences.models import (
    Conference,
    Constituency,
    EventType,
    NewsItem,
    OldSlug,
    Page,
    Room,
    Theme,
    Venue,
)
from eventsapp.core.errors import NotFound
from eventsapp.core.files import StoredFile
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import parts
from eventsapp.programme.capacity import seats_shown
from eventsapp.programme.enums import EventState, OrganizationRole
from eventsapp.programme.models import (
    Event,
    EventOrganization,
    EventSpeaker,
    Material,
    Placement,
    ProgrammeVersion,
    Speaker,
    event_constituency,
    event_theme,
)
from eventsapp.programme.snapshot import (
    Appearance,
    ConferenceInfo,
    ConstituencyInfo,
    EventInfo,
    FileInfo,
    MaterialInfo,
    Moved,
    NewsInfo,
    OrganizationInfo,
    Organizing,
    PageInfo,
    ReleaseInfo,
    RoomInfo,
    Snapshot,
    SpeakerInfo,
    ThemeInfo,
    TypeInfo,
    VenueInfo,
)

STATEMENTS: Final = 18
"""How many statements :func:`load_snapshot` sends, whatever there is to read (fewer before the first release), beside
those of the ``parts`` that later features add."""

Info = TypeVar("Info")

_ROLE_ORDER = {role: n for n, role in enumerate(OrganizationRole)}

# The columns of a stored file, in the order that _file takes them.
_FILE = (StoredFile.id, StoredFile.name, StoredFile.content_type, StoredFile.size, StoredFile.sha256)


class _Reader:
    """Sends statements over whatever the caller has open."""

    def __init__(self, on: Connection | Session) -> None:
        self._on = on

    def rows(self, statement: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
        return self._on.execute(statement).all()


def load_snapshot(conference_id: int, on: Connection | Session | None = None) -> Snapshot:
    """Return everything public of a conference, as its newest release and its current content have it.

    Reads in :data:`STATEMENTS` statements and those of ``parts``; writes nothing. Whoever needs all of them to see the same state of the
    database reads in a transaction that gives it (``site/current.py``). ``on`` defaults to the session. Drafts are
    included when they are asked for by id: whether a conference is public is the caller's question.
    Raises :class:`NotFound`.
    """
    on = db.session() if on is None else on
    read = _Reader(on)
    revision, conference = _conference(read, conference_id)
    venues = _venues(read, conference_id)
    rooms = _rooms(read, conference_id, venues)
    types = _types(read, conference_id)
    themes = _themes(read, conference_id)
    constituencies = _constituencies(read, conference_id)
    pages = _pages(read, conference_id)
    news = _news(read, conference_id)
    added = {table: tuple(load(on, conference_id)) for table, load in parts.parts.items()}
    restricted: dict[int, tuple[Texts, ...]] = {}
    for say in parts.restrictions:
        restricted.update(say(on, conference_id))
    version_id, release = _release(read, conference_id)
    organizations: dict[int, OrganizationInfo] = {}
    speakers: dict[int, SpeakerInfo] = {}
    codes: dict[int, str] = {}
    events: tuple[EventInfo, ...] = ()
    if version_id is not None:
        rows = _event_rows(read, version_id)
        codes = {row.id: row.code for row in rows}
        organizations = _organizations(read, version_id)
        speakers = _speakers(read, version_id)
        of_events = _Parts(
            conference=conference,
            rooms=rooms,
            types=types,
            organizations=_organizing(read, version_id, organizations),
            speakers=_appearances(read, version_id, speakers),
            materials=_materials(read, version_id),
            themes=_linked(read, version_id, event_theme.c.event_id, event_theme.c.theme_id, themes),
            constituencies=_linked(
                read,
                version_id,
                event_constituency.c.event_id,
                event_constituency.c.constituency_id,
                constituencies,
            ),
            restricted=restricted,
        )
        positions = {room_id: n for n, room_id in enumerate(rooms)}
        ordered = sorted(rows, key=lambda row: _programme_order(row, positions))
        events = tuple(_event(row, of_events) for row in ordered)
    return Snapshot(
        revision=revision,
        conference=conference,
        release=release,
        venues=tuple(venues.values()),
        rooms=tuple(rooms.values()),
        types=tuple(types.values()),
        themes=tuple(themes.values()),
        constituencies=tuple(constituencies.values()),
        pages=tuple(pages.values()),
        news=tuple(news.values()),
        events=events,
        old_slugs=_old_slugs(
            read,
            conference_id,
            {
                "venue": {key: venue.slug for key, venue in venues.items()},
                "room": {key: room.slug for key, room in rooms.items()},
                "event_type": {key: kind.slug for key, kind in types.items()},
                "theme": {key: theme.slug for key, theme in themes.items()},
                "constituency": {key: one.slug for key, one in constituencies.items()},
                "organization": {key: one.slug for key, one in organizations.items()},
                "speaker": {key: one.slug for key, one in speakers.items()},
                "event": codes,
                "page": {key: page.slug for key, page in pages.items()},
                "news_item": {key: item.slug for key, item in news.items()},
                **{table: {one.id: one.slug for one in found} for table, found in added.items()},
            },
        ),
        parts=added,
    )


def _file(values: Sequence[Any]) -> FileInfo | None:
    return None if values[0] is None else FileInfo(*values)


def _conference(read: _Reader, conference_id: int) -> tuple[int, ConferenceInfo]:
    c = Conference
    found = read.rows(
        select(
            c.revision,
            c.id,
            c.slug,
            c.state,
            c.short_name,
            c.symbol,
            c.names,
            c.descriptions,
            c.start_date,
            c.end_date,
            c.zone,
            c.cities,
            c.country,
            c.languages,
            c.default_language,
            c.accent,
            c.contact_email,
            c.registration_opens_at,
            c.registration_closes_at,
            c.updated_at,
            *_FILE,
        )
        .outerjoin(StoredFile, c.picture_id == StoredFile.id)
        .where(c.id == conference_id)
    )
    if not found:
        raise NotFound
    row = found[0]
    return row.revision, ConferenceInfo(
        id=row.id,
        slug=row.slug,
        state=row.state,
        short_name=row.short_name,
        symbol=row.symbol,
        names=row.names,
        descriptions=row.descriptions,
        start_date=row.start_date,
        end_date=row.end_date,
        zone=row.zone,
        cities=row.cities,
        country=row.country,
        languages=tuple(row.languages),
        default_language=row.default_language,
        accent=row.accent,
        picture=_file(row[-5:]),
        contact_email=row.contact_email,
        registration_opens_at=row.registration_opens_at,
        registration_closes_at=row.registration_closes_at,
        updated_at=row.updated_at,
    )


def _venues(read: _Reader, conference_id: int) -> dict[int, VenueInfo]:
    v = Venue
    rows = read.rows(
        select(v.id, v.slug, v.names, v.address, v.directions, v.latitude, v.longitude, v.updated_at)
        .where(v.conference_id == conference_id)
        .order_by(v.position, v.id)
    )
    return {row[0]: VenueInfo(*row) for row in rows}


def _rooms(read: _Reader, conference_id: int, venues: dict[int, VenueInfo]) -> dict[int, RoomInfo]:
    """Rooms in the order of their venues, then their own."""
    r = Room
    rows = read.rows(
        select(
            r.id, r.slug, r.names, r.aliases, r.capacity, r.equipment, r.booths, r.step_free, r.directions,
            r.venue_id, r.updated_at,
        )
        .join(Venue, r.venue_id == Venue.id)
        .where(r.conference_id == conference_id)
        .order_by(Venue.position, Venue.id, r.position, r.id)
    )  # fmt: skip
    return {
        row.id: RoomInfo(
            id=row.id,
            slug=row.slug,
            names=row.names,
            aliases=tuple(row.aliases),
            capacity=row.capacity,
            equipment=tuple(row.equipment),
            booths=row.booths,
            step_free=row.step_free,
            directions=row.directions,
            venue=venues[row.venue_id],
            updated_at=row.updated_at,
        )
        for row in rows
    }


def _types(read: _Reader, conference_id: int) -> dict[int, TypeInfo]:
    t = EventType
    rows = read.rows(
        select(t.id, t.slug, t.names, t.default_minutes, t.rank, t.colour, t.updated_at)
        .where(t.conference_id == conference_id)
        .order_by(t.position, t.id)
    )
    return {row[0]: TypeInfo(*row) for row in rows}


def _themes(read: _Reader, conference_id: int) -> dict[int, ThemeInfo]:
    t = Theme
    rows = read.rows(
        select(t.id, t.slug, t.names, t.areas, t.number, t.updated_at)
        .where(t.conference_id == conference_id)
        .order_by(t.position, t.id)
    )
    return {row[0]: ThemeInfo(*row) for row in rows}


def _constituencies(read: _Reader, conference_id: int) -> dict[int, ConstituencyInfo]:
    c = Constituency
    rows = read.rows(
        select(c.id, c.slug, c.names, c.updated_at)
        .where(c.conference_id == conference_id)
        .order_by(c.position, c.id)
    )
    return {row[0]: ConstituencyInfo(*row) for row in rows}


def _pages(read: _Reader, conference_id: int) -> dict[int, PageInfo]:
    p = Page
    rows = read.rows(
        select(p.id, p.slug, p.titles, p.bodies, p.updated_at)
        .where(p.conference_id == conference_id, p.published.is_(True))
        .order_by(p.position, p.id)
    )
    return {row[0]: PageInfo(*row[1:]) for row in rows}


def _news(read: _Reader, conference_id: int) -> dict[int, NewsInfo]:
    n = NewsItem
    rows = read.rows(
        select(n.id, n.slug, n.titles, n.summaries, n.bodies, n.published_at, n.updated_at)
        .where(n.conference_id == conference_id, n.published_at.is_not(None))
        .order_by(n.published_at.desc(), n.id.desc())
    )
    return {row[0]: NewsInfo(*row[1:]) for row in rows}


def _release(read: _Reader, conference_id: int) -> tuple[int | None, ReleaseInfo | None]:
    v = ProgrammeVersion
    rows = read.rows(
        select(v.id, v.number, v.released_at, v.notes)
        .where(v.conference_id == conference_id, v.number.is_not(None))
        .order_by(v.number.desc())
        .limit(1)
    )
    if not rows:
        return None, None
    row = rows[0]
    return row.id, ReleaseInfo(number=row.number, released_at=row.released_at, notes=row.notes)


def _event_rows(read: _Reader, version_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    e, p = Event, Placement
    return read.rows(
        select(
            e.id,
            e.code,
            e.uid,
            e.sequence,
            e.state,
            e.type_id,
            e.titles,
            e.subtitles,
            e.summaries,
            e.descriptions,
            e.languages,
            e.interpretation,
            e.access,
            e.stand,
            e.contact_name,
            e.contact_email,
            e.online_url,
            e.cancellation_reasons,
            e.seats,
            e.seats_taken,
            e.seats_waiting,
            e.created_at,
            e.updated_at,
            p.room_id,
            p.day,
            p.end_day,
            p.starts_at,
            p.ends_at,
            p.changed_at,
            p.previous_room_id,
            p.previous_starts_at,
            p.previous_ends_at,
        )
        .join(p, p.event_id == e.id)
        .where(p.version_id == version_id, e.state != EventState.DRAFT)
    )


def _organizations(read: _Reader, version_id: int) -> dict[int, OrganizationInfo]:
    """The organizations behind the events of a version, by id."""
    o, link = Organization, EventOrganization
    behind = (
        select(link.organization_id)
        .join(Placement, Placement.event_id == link.event_id)
        .where(Placement.version_id == version_id)
    )
    rows = read.rows(
        select(
            o.id, o.slug, o.type, o.names, o.acronyms, o.aliases, o.country, o.website, o.updated_at,
            *_FILE,
        )
        .outerjoin(StoredFile, o.logo_id == StoredFile.id)
        .where(o.id.in_(behind))
        .order_by(o.id)
    )  # fmt: skip
    return {
        row.id: OrganizationInfo(
            id=row.id,
            slug=row.slug,
            type=row.type,
            names=row.names,
            acronyms=row.acronyms,
            aliases=tuple(row.aliases),
            country=row.country,
            website=row.website,
            logo=_file(row[-5:]),
            updated_at=row.updated_at,
        )
        for row in rows
    }


def _organizing(
    read: _Reader, version_id: int, organizations: dict[int, OrganizationInfo]
) -> dict[int, list[Organizing]]:
    link = EventOrganization
    rows = read.rows(
        select(link.event_id, link.organization_id, link.role)
        .join(Placement, Placement.event_id == link.event_id)
        .where(Placement.version_id == version_id)
        .order_by(link.position, link.id)
    )
    found: dict[int, list[Organizing]] = defaultdict(list)
    for event_id, organization_id, role in rows:
        found[event_id].append(Organizing(organizations[organization_id], role))
    for behind in found.values():
        behind.sort(key=lambda one: _ROLE_ORDER[one.role])
    return found


def _speakers(read: _Reader, version_id: int) -> dict[int, SpeakerInfo]:
    s, link = Speaker, EventSpeaker
    at_events = (
        select(link.speaker_id)
        .join(Placement, Placement.event_id == link.event_id)
        .where(Placement.version_id == version_id)
    )
    rows = read.rows(
        select(s.id, s.slug, s.name, s.biographies, s.website, s.updated_at).where(s.id.in_(at_events))
    )
    return {row[0]: SpeakerInfo(*row) for row in rows}


def _appearances(
    read: _Reader, version_id: int, speakers: dict[int, SpeakerInfo]
) -> dict[int, list[Appearance]]:
    link = EventSpeaker
    rows = read.rows(
        select(link.event_id, link.speaker_id, link.role, link.affiliation)
        .join(Placement, Placement.event_id == link.event_id)
        .where(Placement.version_id == version_id)
        .order_by(link.position, link.id)
    )
    found: dict[int, list[Appearance]] = defaultdict(list)
    for event_id, speaker_id, role, affiliation in rows:
        found[event_id].append(Appearance(speakers[speaker_id], role, affiliation))
    return found


def _materials(read: _Reader, version_id: int) -> dict[int, list[MaterialInfo]]:
    m = Material
    rows = read.rows(
        select(m.event_id, m.kind, m.titles, m.url, m.language, *_FILE)
        .join(Placement, Placement.event_id == m.event_id)
        .outerjoin(StoredFile, m.file_id == StoredFile.id)
        .where(Placement.version_id == version_id)
        .order_by(m.position, m.id)
    )
    found: dict[int, list[MaterialInfo]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(
            MaterialInfo(kind=row[1], titles=row[2], url=row[3], file=_file(row[5:]), language=row[4])
        )
    return found


def _linked(
    read: _Reader, version_id: int, event_id: Any, other_id: Any, others: dict[int, Info]
) -> dict[int, list[Info]]:
    """Themes or constituencies by event, in their own order."""
    rows = read.rows(
        select(event_id, other_id)
        .join(Placement, Placement.event_id == event_id)
        .where(Placement.version_id == version_id)
    )
    order = {key: n for n, key in enumerate(others)}
    found: dict[int, list[int]] = defaultdict(list)
    for event, other in rows:
        found[event].append(other)
    return {
        event: [others[key] for key in sorted(keys, key=order.__getitem__)] for event, keys in found.items()
    }


def _old_slugs(
    read: _Reader, conference_id: int, today: dict[str, dict[int, str]]
) -> dict[tuple[str, str], str]:
    """Old slugs of what this snapshot shows. Organizations are shared by all conferences, and so are theirs."""
    o = OldSlug
    rows = read.rows(
        select(o.kind, o.slug, o.object_id)
        .where(
            or_(
                o.conference_id == conference_id,
                and_(o.conference_id.is_(None), o.kind == Organization.__tablename__),
            )
        )
        .order_by(o.id)
    )
    return {
        (kind, slug): today[kind][object_id]
        for kind, slug, object_id in rows
        if object_id in today.get(kind, ())
    }


class _Parts(NamedTuple):
    """What events are put together from, by the ids that the rows have."""

    conference: ConferenceInfo
    rooms: dict[int, RoomInfo]
    types: dict[int, TypeInfo]
    organizations: dict[int, list[Organizing]]
    speakers: dict[int, list[Appearance]]
    materials: dict[int, list[MaterialInfo]]
    themes: dict[int, list[ThemeInfo]]
    constituencies: dict[int, list[ConstituencyInfo]]
    restricted: dict[int, tuple[Texts, ...]]


def _programme_order(row: Row[*tuple[Any, ...]], positions: dict[int, int]) -> tuple[Any, ...]:
    """By day, start, room, code. Without a start: after the others of the day; without a day: at the end."""
    never = datetime.max.replace(tzinfo=UTC)
    return (
        row.day or date.max,
        row.starts_at or never,
        positions.get(row.room_id, len(positions)),
        row.code,
    )


def _event(row: Row[*tuple[Any, ...]], parts: _Parts) -> EventInfo:
    kind = parts.types[row.type_id]
    room = parts.rooms.get(row.room_id)
    organizations = tuple(parts.organizations.get(row.id, ()))
    speakers = tuple(parts.speakers.get(row.id, ()))
    themes = tuple(parts.themes.get(row.id, ()))
    constituencies = tuple(parts.constituencies.get(row.id, ()))
    moved = None
    if row.previous_starts_at is not None or row.previous_room_id is not None:
        previous = parts.rooms.get(row.previous_room_id)
        moved = Moved(room=previous, starts_at=row.previous_starts_at, ends_at=row.previous_ends_at)
    changes = [row.updated_at, parts.conference.updated_at, kind.updated_at]
    if row.changed_at is not None:
        changes.append(row.changed_at)
    for place in (room, moved.room if moved is not None else None):
        if place is not None:
            changes += (place.updated_at, place.venue.updated_at)
    changes += [one.organization.updated_at for one in organizations]
    changes += [one.speaker.updated_at for one in speakers]
    changes += [one.updated_at for one in themes]
    changes += [one.updated_at for one in constituencies]
    return EventInfo(
        id=row.id,
        code=row.code,
        uid=row.uid,
        sequence=row.sequence,
        cancelled=row.state is EventState.CANCELLED,
        type=kind,
        titles=row.titles,
        subtitles=row.subtitles,
        summaries=row.summaries,
        descriptions=row.descriptions,
        languages=tuple(row.languages),
        interpretation=tuple(row.interpretation),
        access=row.access,
        only_for=parts.restricted.get(row.id),
        stand=row.stand,
        contact_name=row.contact_name,
        contact_email=row.contact_email,
        online_url=row.online_url,
        cancellation_reasons=row.cancellation_reasons,
        seats=seats_shown(row.seats, row.seats_taken, row.seats_waiting),
        day=row.day,
        end_day=row.end_day,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        room=room,
        moved=moved,
        organizations=organizations,
        speakers=speakers,
        materials=tuple(parts.materials.get(row.id, ())),
        themes=themes,
        constituencies=constituencies,
        created_at=row.created_at,
        updated_at=max(changes),
    )
