"""The figures of the doors, live: read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select

from eventsapp.conferences.models import Conference, Room
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.registration.door import queries, scans
from eventsapp.registration.door.models import DoorDevice, Gate, Scan
from eventsapp.registration.enums import GateKind, RegistrationState, ScanKind, ScanReason
from eventsapp.registration.figures import flow
from eventsapp.registration.models import Category, Registration

_SILENT: Final = timedelta(minutes=2)
"""A device that was not seen for so long is probably without a network."""
_AWAY: Final = timedelta(hours=12)
"""One not seen for longer is not at work, unless it has scans to hand over."""


@dataclass(frozen=True, slots=True)
class GateFlow:
    """A door of the conference."""

    id: int
    names: Texts
    lanes: int
    pace: flow.Pace
    refused: int
    """In the last hour."""


@dataclass(frozen=True, slots=True)
class CategoryFlow:
    """The people of a category: registered, of these ever here, and first here today and in the last hour."""

    names: Texts
    registered: int
    came: int
    today: int
    hour: int


@dataclass(frozen=True, slots=True)
class RoomCount:
    """A room with people in it. ``limit``: how many may be in it."""

    names: Texts
    inside: int
    limit: int | None

    @property
    def full(self) -> bool:
        """Whether the safety limit is reached."""
        return self.limit is not None and self.inside >= self.limit


@dataclass(frozen=True, slots=True)
class Figures:
    """All of the page. ``minutes``: (instant, persons through all doors of the conference)."""

    at: datetime
    minutes: list[tuple[datetime, int]]
    pace: flow.Pace
    gates: list[GateFlow]
    categories: list[CategoryFlow]
    rooms: list[RoomCount]
    refused: list[tuple[ScanReason, int]]
    inside: int
    devices: int
    silent: int
    waiting_scans: int

    @property
    def registered(self) -> int:
        """How many people are expected at the conference."""
        return sum(one.registered for one in self.categories)

    @property
    def came(self) -> int:
        """How many of them were here, ever."""
        return sum(one.came for one in self.categories)

    @property
    def minutes_left(self) -> int | None:
        """In how many minutes all who have not come would be in, at the present pace."""
        return flow.minutes_left(self.registered - self.came, self.pace.now)


def figures(conference: Conference, now: datetime) -> Figures:
    """Return the figures at ``now``. Eight statements."""
    day = scans.day_start(now, conference.zone)
    by_gate = _by_minute(conference.id, day)
    together: dict[datetime, int] = {}
    for counts in by_gate.values():
        for minute, count in counts.items():
            together[minute] = together.get(minute, 0) + count
    reasons = _refused(conference.id, now - timedelta(hours=1))
    gates = db.session.execute(
        select(Gate.id, Gate.names, Gate.lanes)
        .where(Gate.conference_id == conference.id, Gate.kind == GateKind.CONFERENCE)
        .order_by(Gate.position, Gate.id)
    )
    inside = queries.inside(conference.id)
    devices, silent, waiting = _devices(conference.id, now)
    said: dict[ScanReason, int] = {}
    for (_gate, reason), count in reasons.items():
        said[reason] = said.get(reason, 0) + count
    return Figures(
        at=now,
        minutes=flow.series(together, now),
        pace=flow.pace(together, now),
        gates=[
            GateFlow(
                gate.id,
                gate.names,
                gate.lanes,
                flow.pace(by_gate.get(gate.id, {}), now),
                sum(count for (id_, _reason), count in reasons.items() if id_ == gate.id),
            )
            for gate in gates
        ],
        categories=_categories(conference.id, day, now - timedelta(hours=1)),
        rooms=_rooms(conference.id, inside),
        refused=sorted(said.items(), key=lambda pair: -pair[1]),
        inside=inside.get(scans.CONFERENCE, 0),
        devices=devices,
        silent=silent,
        waiting_scans=waiting,
    )


def _by_minute(conference_id: int, since: datetime) -> dict[int, dict[datetime, int]]:
    """Return the people let in by gate of the conference and minute."""
    if db.engine.dialect.name == "postgresql":
        # An instant is text by the zone of the connection there.
        minute: Any = func.to_char(func.timezone("UTC", Scan.at), 'YYYY-MM-DD"T"HH24:MI')
    else:
        minute = func.strftime("%Y-%m-%dT%H:%M", Scan.at)
    rows = db.session.execute(
        select(Scan.gate_id, minute.label("minute"), func.count())
        .join(Gate, Gate.id == Scan.gate_id)
        .where(
            Scan.conference_id == conference_id,
            Scan.at >= since,
            Scan.kind == ScanKind.IN,
            Gate.kind == GateKind.CONFERENCE,
        )
        .group_by(Scan.gate_id, "minute")
    )
    found: dict[int, dict[datetime, int]] = {}
    for gate_id, text, count in rows:
        found.setdefault(gate_id, {})[datetime.fromisoformat(text).replace(tzinfo=UTC)] = count
    return found


def _refused(conference_id: int, since: datetime) -> dict[tuple[int, ScanReason], int]:
    rows = db.session.execute(
        select(Scan.gate_id, Scan.reason, func.count())
        .where(Scan.conference_id == conference_id, Scan.at >= since, Scan.kind == ScanKind.REFUSED)
        .group_by(Scan.gate_id, Scan.reason)
    )
    return {(gate_id, reason): count for gate_id, reason, count in rows if reason is not None}


def _categories(conference_id: int, day: datetime, hour: datetime) -> list[CategoryFlow]:
    came = Registration.checked_in_at
    rows = db.session.execute(
        select(
            Category.names,
            func.count(Registration.id),
            func.count(came),
            func.count(came).filter(came >= day),
            func.count(came).filter(came >= hour),
        )
        .join(Registration, Registration.category_id == Category.id)
        .where(
            Category.conference_id == conference_id, Registration.state == RegistrationState.CONFIRMED
        )
        .group_by(Category.id)
        .order_by(Category.position, Category.id)
    )  # fmt: skip
    return [CategoryFlow(*row) for row in rows]


def _rooms(conference_id: int, inside: Mapping[str, int]) -> list[RoomCount]:
    rows = db.session.scalars(
        select(Room)
        .join(Gate, Gate.room_id == Room.id)
        .where(Gate.conference_id == conference_id)
        .order_by(Room.position, Room.id)
    ).unique()
    return [
        RoomCount(
            room.names, inside.get(scans.place_of(GateKind.ROOM, room.id), 0), room.safety_limit
        )
        for room in rows
    ]  # fmt: skip


def _devices(conference_id: int, now: datetime) -> tuple[int, int, int]:
    """Return (devices at work, of these silent, scans they have not handed over)."""
    rows = db.session.execute(
        select(DoorDevice.seen_at, DoorDevice.waiting).where(
            DoorDevice.conference_id == conference_id, DoorDevice.revoked_at.is_(None)
        )
    ).all()
    working = [row for row in rows if row.waiting or row.seen_at > now - _AWAY]
    silent = sum(1 for row in working if row.seen_at < now - _SILENT)
    return len(working), silent, sum(row.waiting for row in working)
