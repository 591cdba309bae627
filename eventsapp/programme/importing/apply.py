"""Bringing a document into the database: what is new is added, what differs is changed, nothing is deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import selectinload

from eventsapp.conferences import service as conferences
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import (
    Conference,
    Constituency,
    EventType,
    Room,
    Theme,
    Venue,
)
from eventsapp.conferences.rules import ConferenceAction
from eventsapp.core import audit
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.renames import OldSlug
from eventsapp.core.search import normalize, searchable
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import placing, releases, service
from eventsapp.programme.constraints import find
from eventsapp.programme.enums import Access, MaterialKind, OrganizationRole
from eventsapp.programme.facts import Kind
from eventsapp.programme.importing import document as given
from eventsapp.programme.importing import kinds
from eventsapp.programme.importing.document import BadFile
from eventsapp.programme.models import Event, EventOrganization, EventSpeaker, Material, Placement, Speaker
from eventsapp.programme.planning import load_planning
from eventsapp.programme.releases import NOWHERE, Place

KINDS = (
    "conference", "venues", "rooms", "types", "themes", "constituencies", "organizations", "speakers", "events",
)  # fmt: skip
"""The lines of a report, in order."""


@dataclass(slots=True)
class Line:
    """What happened to the things of one kind, each by its slug, code or name.

    ``missing`` are in the database and not in the file: events and speakers that came from a file, parts of the
    conference, and organizations behind its events, of the kinds that the file speaks of. They stay as they are.
    """

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What an import did, by kind (:data:`KINDS`), and what somebody should look at, in sentences."""

    conference_id: int
    slug: str
    lines: dict[str, Line] = field(default_factory=lambda: {kind: Line() for kind in KINDS})
    warnings: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        """Whether anything was written."""
        return any(line.created or line.updated for line in self.lines.values())


def apply(document: given.Document, *, actor: audit.Actor, publish: bool = False) -> Report:
    """Bring the conference of a document, and all that is in it, to what the document says; return what that changed.

    A new conference is a draft; ``publish`` makes a draft public. Places and times go into the working programme: a
    release is the caller's business. What the document does not say stays as it is, in each field and in each language.
    A place or time that was made more precise here stays while the document's day is the same. Links are added and
    never taken away. Raises :class:`BadFile` with the place in the file, :class:`Conflict` for an archived conference.
    Writes; does not commit.
    """
    return _Import(document, actor).run(publish)


T = TypeVar("T", Venue, Room, EventType, Theme, Constituency, Speaker)


class _Import:
    def __init__(self, document: given.Document, actor: audit.Actor) -> None:
        self.document = document
        self.actor = actor
        self.conference = self._find_conference()
        self.report = Report(0, "")

    def run(self, publish: bool) -> Report:
        if self.conference is not None and self.conference.state is ConferenceState.ARCHIVED:
            raise Conflict(_("An archived conference does not change any more."))
        conference = self._conference(publish)
        venues = self._parts("venues", Venue, self.document.venues, self._venue)
        rooms = self._parts("rooms", Room, self.document.rooms, lambda room: self._room(room, venues))
        used = [kind.colour for kind in self._rows(EventType)]
        types = self._parts(
            "types", EventType, self.document.types, self._type, lambda kind: _looks(kind, used)
        )
        themes = self._parts("themes", Theme, self.document.themes, self._theme)
        groups = self._parts(
            "constituencies", Constituency, self.document.constituencies, lambda group: {"names": group.names}
        )
        organizations = self._organizations()
        speakers = self._speakers()
        db.session.flush()
        self._events(
            _Known(
                rooms={slug: row.id for slug, row in rooms.items()},
                types={slug: row.id for slug, row in types.items()},
                themes={slug: row.id for slug, row in themes.items()},
                constituencies={slug: row.id for slug, row in groups.items()},
                organizations={slug: row.id for slug, row in organizations.items()},
                speakers=speakers,
            )
        )
        self._missing_organizations()
        db.session.flush()
        self.report.warnings += [*self.document.warnings, *self._doubles()]
        if self.report.changed:
            audit.record(
                self.actor,
                "programme.import",
                f"conference:{conference.slug}",
                conference_id=conference.id,
                detail={
                    "file": self.document.name,
                    **{
                        kind: {"created": len(line.created), "updated": len(line.updated)}
                        for kind, line in self.report.lines.items()
                        if line.created or line.updated
                    },
                },
            )
            db.session.flush()
        return self.report

    # --- the conference

    @property
    def of(self) -> Conference:
        """The conference, once it is there."""
        if self.conference is None:
            raise RuntimeError("the conference is not made yet")
        return self.conference

    def _find_conference(self) -> Conference | None:
        slug = self.document.conference.slug
        found = db.session.scalar(select(Conference).where(Conference.slug == slug))
        if found is None:
            id_ = _renamed("conference", None, slug)
            found = db.session.get(Conference, id_) if id_ is not None else None
        return found

    def _conference(self, publish: bool) -> Conference:
        said = self.document.conference
        values: dict[str, Any] = {
            "names": said.names,
            "start_date": said.start_date,
            "end_date": said.end_date,
            "zone": said.zone,
            "short_name": said.short_name,
            "symbol": said.symbol,
            "cities": said.cities,
            "country": said.country,
            "languages": said.languages,
            "descriptions": said.descriptions,
            "contact_email": said.contact_email,
        }
        line = self.report.lines["conference"]
        conference = self.conference
        if conference is None:
            if said.slug in conferences.reserved_slugs():
                raise BadFile(
                    self.document.name, "", f"the site itself has the address {said.slug!r}: choose another"
                )
            conference = Conference(
                slug=said.slug,
                short_name=pick(said.names, said.default_language)[:80],
                names={},
                cities={},
                descriptions={},
                languages=[said.default_language],
                default_language=said.default_language,
            )
            if said.code_prefix:
                conference.code_prefix = said.code_prefix
            _bring(conference, values)
            db.session.add(conference)
            db.session.flush()
            self.conference = conference
            audit.record(
                self.actor, "conference.create", f"conference:{said.slug}", conference_id=conference.id
            )
            line.created.append(conference.slug)
        else:
            changed = _bring(conference, values)
            (line.updated if changed else line.unchanged).append(conference.slug)
        if publish and conference.state is ConferenceState.DRAFT:
            conferences.change_state(conference, ConferenceAction.PUBLISH, actor=self.actor)
            if line.unchanged:
                line.updated, line.unchanged = line.unchanged, []
        self.report.conference_id, self.report.slug = conference.id, conference.slug
        return conference

    # --- its parts

    def _rows(self, model: type[T]) -> Sequence[T]:
        return db.session.scalars(select(model).where(model.conference_id == self.of.id)).all()

    def _parts(
        self,
        kind: str,
        model: type[T],
        items: Iterable[Any],
        values: Callable[[Any], Mapping[str, Any]],
        at_first: Callable[[Any], Mapping[str, Any]] = lambda _item: {},
    ) -> dict[str, T]:
        """Bring the parts of one kind; return them by the slug that the document uses."""
        line = self.report.lines[kind]
        rows = list(self._rows(model))
        by_slug, by_id = {row.slug: row for row in rows}, {row.id: row for row in rows}
        position = max((row.position for row in rows), default=-1)
        found: dict[str, T] = {}
        for item in items:
            row = by_slug.get(item.slug)
            if row is None and rows:
                id_ = _renamed(model.__tablename__, self.of.id, item.slug)
                row = by_id.get(id_) if id_ is not None else None
            if row is None:
                position += 1
                row = model(conference_id=self.of.id, slug=item.slug, position=position, names={})
                _bring(row, at_first(item))
                _bring(row, values(item))
                db.session.add(row)
                line.created.append(item.slug)
            else:
                changed = _bring(row, values(item))
                (line.updated if changed else line.unchanged).append(row.slug)
            found[item.slug] = row
        db.session.flush()
        seen = {row.id for row in found.values()}
        if found:
            line.missing = [row.slug for row in rows if row.id not in seen]
        return found

    def _venue(self, venue: given.Venue) -> dict[str, Any]:
        return {
            "names": venue.names,
            "address": venue.address,
            "directions": venue.directions,
            "latitude": venue.latitude,
            "longitude": venue.longitude,
        }

    def _room(self, room: given.Room, venues: Mapping[str, Venue]) -> dict[str, Any]:
        return {
            "names": room.names,
            "venue_id": venues[room.venue].id,
            "aliases": room.aliases,
            "capacity": room.capacity,
            "step_free": room.step_free,
        }

    def _type(self, kind: given.EventType) -> dict[str, Any]:
        return {
            "names": kind.names,
            "default_minutes": kind.default_minutes,
            "rank": kind.rank,
            "colour": kind.colour,
        }

    def _theme(self, theme: given.Theme) -> dict[str, Any]:
        return {"names": theme.names, "areas": theme.areas, "number": theme.number}

    def _organizations(self) -> dict[str, Organization]:
        line = self.report.lines["organizations"]
        slugs = [organization.slug for organization in self.document.organizations]
        rows: dict[str, Organization] = {}
        for some in (slugs[at : at + 500] for at in range(0, len(slugs), 500)):
            found_here = db.session.scalars(select(Organization).where(Organization.slug.in_(some)))
            rows.update((row.slug, row) for row in found_here)
        found: dict[str, Organization] = {}
        for said in self.document.organizations:
            row = rows.get(said.slug)
            if row is None:
                id_ = _renamed("organization", None, said.slug)
                row = db.session.get(Organization, id_) if id_ is not None else None
            values = {
                "names": said.names,
                "type": said.type,
                "acronyms": said.acronyms,
                "aliases": said.aliases,
                "country": said.country,
                "website": said.website,
                "confirmed": True,
            }
            if row is None:
                row = Organization(slug=said.slug, names={}, acronyms={}, aliases=[])
                _bring(row, values)
                db.session.add(row)
                changed, to = True, line.created
            else:
                changed = _bring(row, values)
                to = line.updated if changed else line.unchanged
            if changed:
                row.search_text = searchable(row.names, row.acronyms, row.aliases)
            to.append(row.slug)
            found[said.slug] = row
        return found

    def _missing_organizations(self) -> None:
        """Organizations behind the conference's events that the document does not have."""
        if not self.document.organizations:
            return
        known = set(
            db.session.scalars(
                select(Organization.slug)
                .join(EventOrganization)
                .join(Event)
                .where(Event.conference_id == self.of.id)
            )
        )
        line = self.report.lines["organizations"]
        line.missing = sorted(known - {*line.created, *line.updated, *line.unchanged})

    def _speakers(self) -> dict[str, Speaker]:
        """Bring the speakers; return them by the document's ids."""
        line = self.report.lines["speakers"]
        rows = list(self._rows(Speaker))
        by_source = {row.source_id: row for row in rows if row.source_id is not None}
        ids = {speaker.id for speaker in self.document.speakers}
        # By name: people entered here, and those whose id changed in the file.
        by_name = {normalize(row.name): row for row in rows if row.source_id not in ids}
        found: dict[str, Speaker] = {}
        for said in self.document.speakers:
            row = by_source.get(said.id) or by_name.pop(normalize(said.name), None)
            values = {
                "name": said.name,
                "source_id": said.id,
                "biographies": said.biographies,
                "website": said.website,
            }
            if row is None:
                row = service.create_speaker(
                    self.of,
                    name=said.name,
                    biographies=said.biographies,
                    website=said.website,
                    source_id=said.id,
                )
                line.created.append(row.name)
            else:
                (line.updated if _bring(row, values) else line.unchanged).append(row.name)
            found[said.id] = row
        seen = {row.id for row in found.values()}
        line.missing = sorted(row.name for row in rows if row.source_id is not None and row.id not in seen)
        return found

    # --- events

    def _events(self, known: _Known) -> None:
        line = self.report.lines["events"]
        rows = db.session.scalars(
            select(Event)
            .where(Event.conference_id == self.of.id)
            .options(
                selectinload(Event.organizations),
                selectinload(Event.speakers).selectinload(EventSpeaker.speaker),
                selectinload(Event.materials),
                selectinload(Event.themes),
                selectinload(Event.constituencies),
            )
        ).all()
        by_source = {row.source_id: row for row in rows if row.source_id is not None}
        codes = {row.code for row in rows}
        self._reserve_codes()
        places = self._places()
        for said in self.document.events:
            event = by_source.get(said.id)
            try:
                if event is None:
                    code = said.code if said.code not in codes else None
                    event = service.create_event(
                        self.of, known.data(said, None), actor=self.actor, code=code, source_id=said.id
                    )
                    codes.add(event.code)
                    self._bring_materials(event, said)
                    self._put(event, said, NOWHERE, known)
                    line.created.append(event.code)
                else:
                    changed = self._update(event, said, known, places.get(event.id, NOWHERE))
                    (line.updated if changed else line.unchanged).append(event.code)
            except Invalid as error:
                if isinstance(error, BadFile):
                    raise
                reason = "; ".join(str(sentence) for said_ in error.errors.values() for sentence in said_)
                raise BadFile(self.document.name, said.where, reason) from error
        ids = {said.id for said in self.document.events}
        line.missing = sorted(
            row.code for row in rows if row.source_id is not None and row.source_id not in ids
        )

    def _update(self, event: Event, said: given.Event, known: _Known, place: Place) -> bool:
        data = known.data(said, service.data_of(event))
        changed = bool(service.update_event(self.of, event, data, actor=self.actor))
        if self._bring_materials(event, said):
            db.session.flush()
            audit.record(
                self.actor,
                "event.update",
                f"event:{event.code}",
                conference_id=self.of.id,
                detail={"changed": ["materials"]},
            )
            changed = True
        return self._put(event, said, place, known) or changed

    def _put(self, event: Event, said: given.Event, now: Place, known: _Known) -> bool:
        wanted = _merged(now, said, known.rooms.get(said.room) if said.room is not None else None)
        if wanted == now:
            return False
        return placing.place(
            self.of,
            event,
            actor=self.actor,
            room_id=wanted.room_id,
            day=wanted.day,
            end_day=wanted.end_day,
            starts_at=wanted.starts_at,
            ends_at=wanted.ends_at,
        )

    def _places(self) -> dict[int, Place]:
        version = releases.working_version_if_any(self.of.id)
        if version is None:
            return {}
        rows = db.session.scalars(select(Placement).where(Placement.version_id == version.id))
        return {
            row.event_id: Place(row.room_id, row.day, row.end_day, row.starts_at, row.ends_at) for row in rows
        }

    def _bring_materials(self, event: Event, said: given.Event) -> bool:
        """Add and correct links. Pages of sources are the file's alone and go when it no longer names them."""
        if said.materials is None:
            return False
        changed = False
        existing = {(row.kind, row.url): row for row in event.materials}
        position = max((row.position for row in event.materials), default=-1)
        named = {material.url for material in said.materials if material.kind is MaterialKind.SOURCE}
        for row in [
            row for row in event.materials if row.kind is MaterialKind.SOURCE and row.url not in named
        ]:
            event.materials.remove(row)
            changed = True
        for material in said.materials:
            known = existing.get((material.kind, material.url))
            if known is None:
                position += 1
                event.materials.append(
                    Material(
                        kind=material.kind,
                        titles=dict(material.titles),
                        url=material.url,
                        language=material.language,
                        position=position,
                    )
                )
                changed = True
            elif _bring(known, {"titles": material.titles, "language": material.language}):
                changed = True
        return changed

    def _reserve_codes(self) -> None:
        """Let the next code given here come after all those of the file."""
        prefix = self.of.code_prefix
        numbers = [
            int(said.code.rpartition("-")[2])
            for said in self.document.events
            if said.code is not None and said.code.rpartition("-")[0] == prefix
        ]
        next_code = max(numbers, default=0) + 1
        db.session.execute(
            update(Conference)
            .where(Conference.id == self.of.id, Conference.next_code < next_code)
            .values(next_code=next_code)
            .execution_options(synchronize_session=False)
        )

    # --- what is wanted twice

    def _doubles(self) -> list[str]:
        """Return a sentence for each room, speaker or lead that the working programme wants in two places at once."""
        conference = self.of
        planning = load_planning(conference)
        # No turnover times here: only what the file itself says twice.
        plain = replace(planning, rules=replace(planning.rules, turnover=timedelta(0)))
        names: Mapping[Kind, Callable[[int], str]] = {
            Kind.ROOM: lambda id_: pick(dict(planning.rooms[id_].names), conference.default_language),
            Kind.SPEAKER: lambda id_: planning.speakers[id_].name,
            Kind.LEAD: lambda id_: pick(dict(planning.organizations[id_]), conference.default_language),
        }
        sentences = []
        for one in find(plain, kinds=names):
            assert one.during is not None
            name = names[one.kind](one.subject_id)
            start, end = (at.astimezone(planning.zone) for at in (one.during.start, one.during.end))
            pair = " and ".join(sorted(planning.events[id_].code for id_ in one.event_ids))
            when = f"on {start:%Y-%m-%d} from {start:%H:%M} to {end:%H:%M}"
            sentences.append(
                {
                    Kind.ROOM: f"Room {name} has two events {when}: {pair}.",
                    Kind.SPEAKER: f"{name} speaks at two events {when}: {pair}.",
                    Kind.LEAD: f"{name} leads two events {when}: {pair}.",
                }[one.kind]
            )
        return sentences


@dataclass(frozen=True, slots=True)
class _Known:
    """What the document calls things, and the ids they have here."""

    rooms: Mapping[str, int]
    types: Mapping[str, int]
    themes: Mapping[str, int]
    constituencies: Mapping[str, int]
    organizations: Mapping[str, int]
    speakers: Mapping[str, Speaker]

    def data(self, said: given.Event, now: service.EventData | None) -> service.EventData:
        """Return the content of an event: what the document says over what is there ``now``."""
        data = now or service.EventData(type_id=self.types[said.type], titles={})
        values: dict[str, Any] = {"type_id": self.types[said.type]}
        for name in ("titles", "subtitles", "summaries", "descriptions"):
            texts: Texts | None = getattr(said, name)
            if texts is not None:
                values[name] = {**getattr(data, name), **texts}
        for name in (
            "languages", "interpretation", "access", "stand", "contact_name", "online_url", "organizer_notes",
        ):  # fmt: skip
            value = getattr(said, name)
            if value is not None:
                values[name] = value
        if said.seats is not None:
            values["seats"] = said.seats
        elif said.access not in (None, Access.BOOKING):
            values["seats"] = None
        if said.themes is not None:
            values["theme_ids"] = tuple(self.themes[slug] for slug in said.themes)
        if said.constituencies is not None:
            values["constituency_ids"] = tuple(self.constituencies[slug] for slug in said.constituencies)
        values["organizations"] = self._behind(said, data.organizations)
        if said.appearances is not None:
            values["speakers"] = self._lines(said.appearances, data.speakers)
        return replace(data, **values)

    def _behind(
        self, said: given.Event, now: Sequence[tuple[int, OrganizationRole]]
    ) -> tuple[tuple[int, OrganizationRole], ...]:
        """Roles that the document does not speak of stay; nobody is named twice, the first role counts."""
        found: dict[int, OrganizationRole] = {}
        for role, slugs in (
            (OrganizationRole.LEAD, said.leads),
            (OrganizationRole.CO_ORGANIZER, said.co_organizers),
            (OrganizationRole.CO_SPONSOR, said.co_sponsors),
        ):
            ids = (
                [id_ for id_, its_role in now if its_role is role]
                if slugs is None
                else [self.organizations[slug] for slug in slugs]
            )
            for id_ in ids:
                found.setdefault(id_, role)
        return tuple(found.items())

    def _lines(
        self, appearances: Sequence[given.Appearance], now: Sequence[service.SpeakerLine]
    ) -> tuple[service.SpeakerLine, ...]:
        """Two people of one name in one role at one event cannot be told apart by readers: they are named once.

        Whether somebody speaks online is known here, not to the document.
        """
        online = {(line.speaker_id, line.role) for line in now if line.online}
        found: dict[tuple[str, str], service.SpeakerLine] = {}
        for appearance in appearances:
            speaker = self.speakers[appearance.speaker]
            line = service.SpeakerLine(
                speaker.name,
                appearance.role,
                appearance.affiliation,
                speaker.id,
                (speaker.id, appearance.role) in online,
            )
            found.setdefault((normalize(speaker.name), appearance.role.value), line)
        return tuple(found.values())


def _merged(now: Place, said: given.Event, room_id: int | None) -> Place:
    """Return where and when an event is: what the document says, and what is known here as long as it fits. Pure.

    A time that is known here only stays while the day is the same; an end while the start is the same.
    """
    room_id = room_id if room_id is not None else now.room_id
    if said.day is None:
        return replace(now, room_id=room_id)
    same_day = said.day == now.day
    starts_at = said.starts_at or (now.starts_at if same_day else None)
    ends_at: datetime | None = said.ends_at
    if ends_at is None and starts_at is not None and starts_at == now.starts_at:
        ends_at = now.ends_at
    end_day = said.end_day or (now.end_day if same_day else None)
    return Place(room_id, said.day, end_day, starts_at, ends_at)


def _looks(kind: given.EventType, used: list[int]) -> dict[str, Any]:
    """Return rank and colour for a new type that names none, and remember the colour as used."""
    colour = kind.colour or kinds.colour(kind.slug, used)
    used.append(colour)
    return {"rank": kinds.rank(kind.slug), "colour": colour}


def _bring(row: Any, values: Mapping[str, Any]) -> bool:
    """Set what is given and differs; return whether anything did. Texts are added language by language."""
    changed = False
    for name, value in values.items():
        if value is None:
            continue
        now = getattr(row, name)
        if isinstance(value, Mapping):
            value = {**(now or {}), **value}
        elif isinstance(value, tuple):
            value = list(value)
        if now != value:
            setattr(row, name, value)
            changed = True
    return changed


def _renamed(kind: str, conference_id: int | None, slug: str) -> int | None:
    """Return the id of what had ``slug`` before it was renamed here."""
    scope: ColumnElement[bool] = (
        OldSlug.conference_id.is_(None) if conference_id is None else OldSlug.conference_id == conference_id
    )
    return db.session.scalar(
        select(OldSlug.object_id).where(OldSlug.kind == kind, OldSlug.slug == slug, scope)
    )
