"""Who is inside, who came, and the gates and devices: read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlalchemy.orm import aliased, joinedload

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.registration.door import scans
from eventsapp.registration.door.models import Attendance, DoorDevice, Gate, Presence, Scan
from eventsapp.registration.enums import ScanKind, ScanReason
from eventsapp.registration.models import Registration


def _there(since: datetime) -> ColumnElement[bool]:
    """The condition of presences that count: inside since the door's day began, and in no other room since."""
    later = aliased(Presence)
    elsewhere = (
        select(later.id)
        .where(
            later.registration_id == Presence.registration_id,
            later.place != Presence.place,
            later.place != scans.CONFERENCE,
            later.inside,
            later.at > Presence.at,
        )
        .exists()
    )
    return and_(
        Presence.inside,
        Presence.at >= since,
        # Nobody is in two rooms: whoever entered one has left the other, also without being scanned there.
        not_(and_(Presence.place != scans.CONFERENCE, elsewhere)),
    )


def _day(conference_id: int) -> datetime:
    conference = db.session.get_one(Conference, conference_id)
    return scans.day_start(clock.now(), conference.zone)


def inside(conference_id: int) -> dict[str, int]:
    """Return how many are inside each place (``conference``, ``room-<id>``); places without anybody are missing.

    As the scans of today say; the day of a door begins at four in the morning. At most two statements.
    """
    rows = db.session.execute(
        select(Presence.place, func.count())
        .where(Presence.conference_id == conference_id, _there(_day(conference_id)))
        .group_by(Presence.place)
    )
    return {row[0]: row[1] for row in rows}


def attendance(event_ids: Collection[int]) -> dict[int, int]:
    """Return how many came to each of the events, where anybody was scanned. One statement."""
    rows = db.session.execute(
        select(Attendance.event_id, func.count())
        .where(Attendance.event_id.in_(event_ids))
        .group_by(Attendance.event_id)
    )
    return {row[0]: row[1] for row in rows}


def presences(conference_id: int, *, since: datetime | None = None) -> list[tuple[int, str, bool, datetime]]:
    """Return (registration, place, inside, at) of today; with ``since`` of those whose scans came in after it, whatever day.

    At most two statements.
    """
    statement = select(Presence.registration_id, Presence.place, Presence.inside, Presence.at).where(
        Presence.conference_id == conference_id
    )
    if since is None:
        statement = statement.where(Presence.at >= _day(conference_id))
    else:
        statement = statement.where(
            Presence.registration_id.in_(
                select(Scan.registration_id).where(
                    Scan.conference_id == conference_id,
                    Scan.received_at >= since,
                    Scan.kind != ScanKind.REFUSED,
                )
            )
        )
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Door:
    """A gate with where it leads to."""

    id: int
    names: Mapping[str, str]
    open: bool
    lanes: int
    place: str
    room_id: int | None
    room_names: Mapping[str, str] | None
    limit: int | None
    """Persons who may be in the room at once; None: not known, or the conference."""


def gates(conference_id: int) -> list[Door]:
    """Return the gates of a conference in their order. One statement."""
    rows = db.session.scalars(
        select(Gate)
        .options(joinedload(Gate.room))
        .where(Gate.conference_id == conference_id)
        .order_by(Gate.position, Gate.id)
    )
    return [
        Door(
            gate.id,
            gate.names,
            gate.open,
            gate.lanes,
            scans.place_of(gate.kind, gate.room_id),
            gate.room_id,
            gate.room.names if gate.room is not None else None,
            gate.room.safety_limit if gate.room is not None else None,
        )
        for gate in rows
    ]


def devices(conference_id: int) -> list[tuple[DoorDevice, str | None, Mapping[str, str] | None]]:
    """Return the devices with who works with them and the gate's names, the one seen last first. One statement."""
    rows = db.session.execute(
        select(DoorDevice, User.name, Gate.names)
        .outerjoin(User, User.id == DoorDevice.user_id)
        .outerjoin(Gate, Gate.id == DoorDevice.gate_id)
        .where(DoorDevice.conference_id == conference_id)
        .order_by(DoorDevice.seen_at.desc(), DoorDevice.id.desc())
        .limit(500)
    )
    return [(device, name, names) for device, name, names in rows]


def device(conference_id: int, key: str) -> DoorDevice | None:
    """Return a device by its key. One statement."""
    return db.session.scalar(
        select(DoorDevice).where(DoorDevice.conference_id == conference_id, DoorDevice.key == key)
    )


def scans_of(registration_id: int, *, limit: int = 50) -> list[Scan]:
    """Return what was recorded of a person, the newest first, with the gates. One statement."""
    return list(
        db.session.scalars(
            select(Scan)
            .where(Scan.registration_id == registration_id)
            .options(joinedload(Scan.gate))
            .order_by(Scan.at.desc(), Scan.id.desc())
            .limit(limit)
        )
    )


def refusals(conference_id: int, *, limit: int = 50) -> list[tuple[Scan, int, str]]:
    """Return whom officers refused for reasons of their own, the newest first: scan with its gate, person, name. One statement."""
    rows = db.session.execute(
        select(Scan, Registration.id, Registration.name)
        .join(Registration, Registration.id == Scan.registration_id)
        .where(Scan.conference_id == conference_id, Scan.reason == ScanReason.OFFICER)
        .options(joinedload(Scan.gate))
        .order_by(Scan.at.desc(), Scan.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in rows]
