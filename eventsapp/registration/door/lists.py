"""What a device takes along to check badges without a network. Reads; a fixed number of statements.

No more of a person than the officer at the door has to see: name, category, organization, country, note, whether there is a
photo, and rights. No address, no birth date, nothing of the form. A number instead of a name says which badge is whose.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from eventsapp.conferences.models import Conference
from eventsapp.core import clock, locale
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, Placement, ProgrammeVersion
from eventsapp.registration.badges import codes
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.door import queries
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import (
    Booking,
    Category,
    EventAdmission,
    EventCategory,
    Registration,
    Ticket,
)
from eventsapp.registration.tickets import admission
from eventsapp.registration.transitions import GONE

UNLISTED = (RegistrationState.DRAFT, RegistrationState.SUBMITTED, *GONE)
"""States of registrations that no door hears of. Those that wait or were refused are told apart, so that an officer can say so."""


def stamp(conference: Conference) -> str:
    """Return what is another text when the list is another. Five statements, over indexes.

    Instants are kept to the second: a list made in the very second of a change is asked for once more.
    """
    now = clock.now()

    def of(*columns: ColumnElement[Any], where: ColumnElement[bool]) -> list[str]:
        return [str(value) for value in db.session.execute(select(*columns).where(where)).one()]

    mine = Event.conference_id == conference.id
    people = select(
        func.count(),
        func.max(Registration.updated_at),
        func.sum(case((Registration.state == RegistrationState.CONFIRMED, 1), else_=0)),
    ).where(Registration.conference_id == conference.id)
    count, newest, confirmed = db.session.execute(people).one()
    said = [
        conference.id,
        conference.revision,
        count,
        confirmed,
        newest,
        newest is not None and newest >= now - timedelta(seconds=1),
        *of(func.count(), func.max(Badge.id), func.count(Badge.revoked_at), where=Badge.conference_id == conference.id),
        *_changes(Booking.changed_at, select(Booking.event_id).join(Event, Booking.event_id == Event.id).where(mine), now),
        *[
            str(value)
            for value in db.session.execute(
                select(
                    select(func.count(Ticket.id) + func.count(Ticket.revoked_at))
                    .join(Event, Ticket.event_id == Event.id).where(mine).scalar_subquery(),
                    select(func.max(Ticket.id)).join(Event, Ticket.event_id == Event.id).where(mine).scalar_subquery(),
                    select(func.count(EventCategory.id)).join(Event, EventCategory.event_id == Event.id).where(mine).scalar_subquery(),
                    select(func.max(EventCategory.id)).join(Event, EventCategory.event_id == Event.id).where(mine).scalar_subquery(),
                    select(func.sum(case((EventAdmission.by_category, 1), else_=0)) * 1000 + func.count(EventAdmission.released_at))
                    .join(Event, EventAdmission.event_id == Event.id).where(mine).scalar_subquery(),
                    select(func.max(Category.updated_at)).where(Category.conference_id == conference.id).scalar_subquery(),
                )
            ).one()
        ],
        [(door.id, door.names, door.open, door.limit) for door in queries.gates(conference.id)],
    ]  # fmt: skip
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def _changes(changed: Any, rows: Any, now: datetime) -> list[object]:
    newest = db.session.scalar(rows.with_only_columns(func.max(changed)))
    return [newest, newest is not None and newest >= now - timedelta(seconds=1)]


def whole(conference: Conference) -> dict[str, Any]:
    """Return the list, for JSON; names in the reader's language. Instants are milliseconds since 1970."""

    def said(texts: Texts | None) -> str:
        return pick(texts, locale.current(), conference.default_language)

    organizations = {
        row[0]: said(row[1])
        for row in db.session.execute(
            select(Organization.id, Organization.names).where(
                Organization.id.in_(
                    select(Registration.organization_id).where(
                        Registration.conference_id == conference.id, Registration.organization_id.is_not(None)
                    )
                )
            )
        )
    }
    badges: dict[int, int] = {}
    revoked: list[int] = []
    for id_, person, gone in db.session.execute(
        select(Badge.id, Badge.registration_id, Badge.revoked_at)
        .where(Badge.conference_id == conference.id)
        .order_by(Badge.id)
    ):
        if gone is not None:
            revoked.append(id_)
        else:
            badges[person] = id_
    return {
        "conference": conference.id,
        "zone": conference.zone,
        "at": int(clock.now().timestamp() * 1000),
        "key": codes.public_key(conference.id),
        "gates": [
            {
                "id": door.id,
                "name": said(door.names),
                "place": door.place,
                "room": door.room_id,
                "roomName": said(door.room_names) if door.room_names else None,
                "limit": door.limit,
                "open": door.open,
            }
            for door in queries.gates(conference.id)
        ],
        "categories": {
            category.id: {"name": said(category.names), "colour": category.colour, "levels": category.levels}
            for category in db.session.scalars(
                select(Category).where(Category.conference_id == conference.id)
            )
        },
        "organizations": organizations,
        "events": _events(conference, said),
        "rights": {
            id_: {
                "restricted": rights.restricted,
                "seat": rights.needs_seat,
                "categories": sorted(rights.categories),
                "invited": sorted(rights.invited),
                "seated": sorted(rights.seated),
                "speakers": sorted(rights.speakers),
            }
            for id_, rights in admission.rights_of(conference.id).items()
        },
        "people": [person_row(row, badges.get(row[0], 0)) for row in _people(conference)],
        "revoked": revoked,
    }


def _people(conference: Conference, *where: ColumnElement[bool]) -> Any:
    return db.session.execute(
        select(
            Registration.id,
            Registration.name,
            Registration.original_name,
            Registration.category_id,
            Registration.organization_id,
            Registration.organization_name,
            Registration.country,
            Registration.state,
            Registration.photo_id,
            Registration.door_note,
        )
        .where(
            Registration.conference_id == conference.id,
            Registration.state.not_in(UNLISTED),
            Registration.erased_at.is_(None),
            *where,
        )
        .order_by(Registration.id)
    )


def person_row(row: Any, badge_id: int) -> list[Any]:
    """Return a person as the list has them: id, name, name in their script, category, organization (number in the
    directory, or as written), country, badge (0: none), whether there is a photo, note, and the state unless confirmed."""
    id_, name, original, category, organization, written, country, state, photo, note = row
    return [
        id_,
        name,
        original or "",
        category,
        organization or written or "",
        country or "",
        badge_id,
        int(photo is not None),
        note or "",
        "" if state is RegistrationState.CONFIRMED else state.value,
    ]


def one(conference: Conference, *, badge_id: int) -> dict[str, Any] | None:
    """Return whose badge this is, as it is now, for a device whose list is older than the badge. At most three statements."""
    badge = db.session.scalar(select(Badge).where(Badge.id == badge_id, Badge.conference_id == conference.id))
    if badge is None:
        return None
    row = _people(conference, Registration.id == badge.registration_id).one_or_none()
    if row is None:
        return None
    valid = badge.id if badge.revoked_at is None else 0
    return {"person": person_row(row, valid), "revoked": badge.revoked_at is not None}


def revoked_since(conference_id: int, since: datetime) -> list[int]:
    """Return the badges that were revoked since an instant. One statement."""
    return list(
        db.session.scalars(
            select(Badge.id).where(Badge.conference_id == conference_id, Badge.revoked_at >= since)
        )
    )


def _events(conference: Conference, said: Any) -> list[dict[str, Any]]:
    """Return what takes place in rooms, as released last; as it stands in the working programme where nothing was released."""
    version = db.session.scalar(
        select(ProgrammeVersion.id)
        .where(ProgrammeVersion.conference_id == conference.id)
        .order_by(ProgrammeVersion.number.is_(None), ProgrammeVersion.number.desc())
        .limit(1)
    )
    rows = db.session.execute(
        select(Event.id, Event.code, Event.titles, Placement.room_id, Placement.starts_at, Placement.ends_at)
        .join(Placement, Placement.event_id == Event.id)
        .where(
            Placement.version_id == version,
            Event.state == EventState.SCHEDULED,
            Placement.room_id.is_not(None),
            Placement.starts_at.is_not(None),
        )
        .order_by(Placement.starts_at, Event.code)
    )
    return [
        {
            "id": id_,
            "code": code,
            "title": said(titles),
            "room": room,
            "starts": int(starts.timestamp() * 1000),
            "ends": int((ends or starts + timedelta(hours=1)).timestamp() * 1000),
        }
        for id_, code, titles, room, starts, ends in rows
        if starts is not None
    ]
