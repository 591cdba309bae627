"""Times at which a room cannot be had. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from eventsapp.conferences.models import Conference, Room, RoomClosure
from eventsapp.core import audit
from eventsapp.core.errors import Invalid, NotFound
from eventsapp.core.translations import Texts, clean
from eventsapp.extensions import db
from eventsapp.programme.service import writable

LONGEST = timedelta(days=366)


def closures(conference_id: int) -> list[RoomClosure]:
    """Return the closures of a conference's rooms with their rooms, in order of room and time. One statement."""
    statement = (
        select(RoomClosure)
        .join(Room)
        .where(Room.conference_id == conference_id)
        .order_by(Room.position, Room.id, RoomClosure.starts_at, RoomClosure.id)
        .options(joinedload(RoomClosure.room))
    )
    return list(db.session.scalars(statement))


def close(
    conference: Conference,
    *,
    actor: audit.Actor,
    room_id: int,
    starts_at: datetime,
    ends_at: datetime,
    reasons: Texts | None = None,
) -> RoomClosure:
    """Close a room from one instant to another (aware); events in it stay, and are found by ``constraints.find``.

    Return the closure, flushed. Raises :class:`Invalid` (``room_id``, ``starts_at``, ``ends_at``), :class:`Conflict`.
    """
    writable(conference)
    room = db.session.get(Room, room_id)
    if room is None or room.conference_id != conference.id:
        raise Invalid({"room_id": _("Choose a room of this conference.")})
    if ends_at <= starts_at:
        raise Invalid({"ends_at": _("The end comes after the start.")})
    if ends_at - starts_at > LONGEST:
        raise Invalid({"ends_at": _("A room is closed for a year at most: take it off the list instead.")})
    there = select(RoomClosure.id).where(
        RoomClosure.room_id == room.id, RoomClosure.starts_at == starts_at, RoomClosure.ends_at == ends_at
    )
    if db.session.scalar(there.limit(1)) is not None:
        raise Invalid({"starts_at": _("The room is closed at this time already.")})
    made = RoomClosure(room=room, starts_at=starts_at, ends_at=ends_at, reasons=clean(reasons or {}))
    db.session.add(made)
    db.session.flush()
    _record(conference, "room.close", room, made, actor)
    return made


def reopen(conference: Conference, closure_id: int, *, actor: audit.Actor) -> Room:
    """Take a closure off and return its room. Raises :class:`NotFound`, :class:`Conflict`."""
    writable(conference)
    found = db.session.get(RoomClosure, closure_id) if 0 < closure_id < 2**31 else None
    if found is None or found.room.conference_id != conference.id:
        raise NotFound
    room = found.room
    _record(conference, "room.reopen", room, found, actor)
    db.session.delete(found)
    db.session.flush()
    return room


def _record(
    conference: Conference, action: str, room: Room, closure: RoomClosure, actor: audit.Actor
) -> None:
    detail = {"from": closure.starts_at.isoformat(), "until": closure.ends_at.isoformat()}
    audit.record(actor, action, f"room:{room.slug}", conference_id=conference.id, detail=detail)
