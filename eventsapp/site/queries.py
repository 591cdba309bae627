"""What public pages ask the database for beside the snapshot: the list of conferences, and who may fetch a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.files import StoredFile
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.models import Event, Material, Placement, ProgrammeVersion
from eventsapp.programme.snapshot import FileInfo, Texts


@dataclass(frozen=True, slots=True)
class ConferenceRow:
    """A conference in the list of all."""

    slug: str
    state: ConferenceState
    short_name: str
    names: Texts
    start_date: date
    end_date: date
    zone: str
    cities: Texts
    country: str | None
    languages: Sequence[str]
    default_language: str
    accent: str
    picture: FileInfo | None
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    updated_at: datetime


def conferences() -> list[ConferenceRow]:
    """Return the conferences that are not drafts, by their first day, in one statement."""
    c, f = Conference, StoredFile
    rows = db.session.execute(
        select(
            c.slug, c.state, c.short_name, c.names, c.start_date, c.end_date, c.zone, c.cities, c.country, c.languages,
            c.default_language, c.accent, c.registration_opens_at, c.registration_closes_at, c.updated_at,
            f.id, f.name, f.content_type, f.size, f.sha256,
        )
        .outerjoin(f, c.picture_id == f.id)
        .where(c.state != ConferenceState.DRAFT)
        .order_by(c.start_date, c.slug)
    )  # fmt: skip
    return [
        ConferenceRow(
            slug=row.slug,
            state=row.state,
            short_name=row.short_name,
            names=row.names,
            start_date=row.start_date,
            end_date=row.end_date,
            zone=row.zone,
            cities=row.cities,
            country=row.country,
            languages=row.languages,
            default_language=row.default_language,
            accent=row.accent,
            picture=FileInfo(row.id, row.name, row.content_type, row.size, row.sha256) if row.id else None,
            registration_opens_at=row.registration_opens_at,
            registration_closes_at=row.registration_closes_at,
            updated_at=row.updated_at,
        )
        for row in rows
    ]


def file_with_id(file_id: int) -> StoredFile | None:
    """Return a stored file."""
    return db.session.get(StoredFile, file_id)


def is_public(file_id: int) -> bool:
    """Return whether anything public refers to a file: a conference, an organization, or a released event."""
    public = Conference.state != ConferenceState.DRAFT
    released = exists().where(
        Placement.event_id == Event.id,
        Placement.version_id == ProgrammeVersion.id,
        ProgrammeVersion.number.is_not(None),
    )
    material = exists().where(
        Material.file_id == file_id,
        Material.event_id == Event.id,
        Event.conference_id == Conference.id,
        public,
        released,
    )
    picture = exists().where(Conference.picture_id == file_id, public)
    logo = exists().where(Organization.logo_id == file_id)
    return bool(db.session.scalar(select(picture | logo | material)))


def conferences_with_file(file_id: int) -> list[int]:
    """Return the ids of the conferences, drafts too, that refer to a file."""
    pictures = select(Conference.id).where(Conference.picture_id == file_id)
    materials = (
        select(Event.conference_id)
        .join(Material, Material.event_id == Event.id)
        .where(Material.file_id == file_id)
    )
    return list(db.session.scalars(pictures.union(materials)))


@dataclass(frozen=True, slots=True)
class ReleaseRow:
    """A release with its difference as it is kept (``programme/releases.py``)."""

    number: int
    released_at: datetime
    notes: Texts
    difference: Mapping[str, Any]


def releases(conference_id: int, newest: int, most: int) -> list[ReleaseRow]:
    """Return releases up to number ``newest``, that one first, at most ``most``. One statement."""
    v = ProgrammeVersion
    rows = db.session.execute(
        select(v.number, v.released_at, v.notes, v.difference)
        .where(v.conference_id == conference_id, v.number <= newest)
        .order_by(v.number.desc())
        .limit(most)
    )
    return [ReleaseRow(*row) for row in rows]
