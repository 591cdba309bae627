"""Taking in what devices recorded at the doors, and the devices themselves. Named actor, no commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.core.translations import clean_text
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.door import queries
from eventsapp.registration.door import scans as rules
from eventsapp.registration.door.models import Attendance, DoorDevice, Gate, Presence, Scan
from eventsapp.registration.door.scans import Outcome, Passage, ScanData
from eventsapp.registration.enums import ScanKind, ScanReason
from eventsapp.registration.models import Registration


def _insert(table: Any) -> Any:
    """Return an INSERT of the database's own dialect, which can meet what is there already."""
    dialects: Any = sqlite if db.session.connection().dialect.name == "sqlite" else postgresql
    assert isinstance(table, Table)
    return dialects.insert(table)


# --- devices


def greet(
    conference: Conference,
    *,
    key: str,
    name: str,
    user: User,
    gate_id: int | None,
    list_at: datetime | None,
    waiting: int,
) -> DoorDevice:
    """Return the device with this key, as it says it is; it is made when it comes for the first time.

    Raises :class:`NotAllowed` for one that was blocked. Writes; does not commit.
    """
    gate = None if gate_id is None else _gates(conference, [gate_id]).get(gate_id)
    said = {
        "user_id": user.id,
        "gate_id": None if gate is None else gate.id,
        "seen_at": clock.now(),
        "list_at": list_at,
        "waiting": max(0, min(waiting, 2**31 - 1)),
    }
    first = " ".join(clean_text(name).split())[:100] or key[:8]
    known = queries.device(conference.id, key)
    if known is None or known.user_id != user.id:
        # Whoever is greeted gets the list of badges.
        audit.record(
            Actor(user.name, user.id),
            "door.take_list",
            f"conference:{conference.slug}",
            conference_id=conference.id,
            detail={"device": first},
        )
    db.session.connection().execute(
        _insert(DoorDevice.__table__)
        .values(conference_id=conference.id, key=key, name=first, **said)
        .on_conflict_do_nothing(index_elements=["conference_id", "key"])
    )
    device = db.session.scalars(
        select(DoorDevice)
        .where(DoorDevice.conference_id == conference.id, DoorDevice.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if device.revoked_at is not None:
        raise NotAllowed
    device.name = first
    for column, value in said.items():
        setattr(device, column, value)
    db.session.flush()
    return device


def block(conference: Conference, device_id: int, *, actor: Actor) -> DoorDevice:
    """Shut a device out: it gets no list any more, throws its own away, and hands nothing over. Raises :class:`NotFound`."""
    return _set_blocked(conference, device_id, clock.now(), actor)


def unblock(conference: Conference, device_id: int, *, actor: Actor) -> DoorDevice:
    """Let a device in again; what it still keeps is handed over then. Raises :class:`NotFound`."""
    return _set_blocked(conference, device_id, None, actor)


def _set_blocked(conference: Conference, device_id: int, when: datetime | None, actor: Actor) -> DoorDevice:
    device = db.session.scalar(
        select(DoorDevice).where(DoorDevice.id == device_id, DoorDevice.conference_id == conference.id)
    )
    if device is None:
        raise NotFound
    if (device.revoked_at is None) != (when is None):
        device.revoked_at = when
        audit.record(
            actor,
            "door.block_device" if when else "door.unblock_device",
            f"device:{device.id}",
            conference_id=conference.id,
            detail={"name": device.name},
        )
        db.session.flush()
    return device


# --- scans


def record(
    conference: Conference,
    device: DoorDevice | None,
    scans: Sequence[ScanData],
    *,
    user: User | None,
    actor: Actor,
) -> list[Outcome]:
    """Take scans, in any order and however often they are sent; return what became of each, in their order.

    A scan with a key that is known changes nothing. Presence, attendance and the first arrival follow from the scans' own
    times, so that devices which were offline for hours, at the same door, add up to the same as if they had not been.
    A fixed number of statements for each ``rules.MOST`` scans. Writes; does not commit.
    """
    found: dict[str, Outcome] = {}
    for start in range(0, len(scans), rules.MOST):
        for outcome in _record(conference, device, scans[start : start + rules.MOST], user, actor):
            # Sent twice in one go: the first says what became of it.
            found.setdefault(outcome.key, outcome)
    return [found[scan.key] for scan in scans]


def _gates(conference: Conference, ids: Iterable[int]) -> dict[int, Gate]:
    rows = db.session.scalars(select(Gate).where(Gate.conference_id == conference.id, Gate.id.in_(set(ids))))
    return {gate.id: gate for gate in rows}


def _record(
    conference: Conference,
    device: DoorDevice | None,
    given: Sequence[ScanData],
    user: User | None,
    actor: Actor,
) -> list[Outcome]:
    now = clock.now()
    gates = _gates(conference, (scan.gate_id for scan in given))
    badges: dict[int, int] = {
        row[0]: row[1]
        for row in db.session.execute(
            select(Badge.id, Badge.registration_id).where(
                Badge.conference_id == conference.id, Badge.id.in_({s.badge_id for s in given if s.badge_id})
            )
        )
    }
    people = set(
        db.session.scalars(
            select(Registration.id).where(
                Registration.conference_id == conference.id,
                Registration.id.in_({s.registration_id for s in given if s.registration_id}),
            )
        )
    ) | set(badges.values())
    events = set(
        db.session.scalars(
            select(Event.id).where(
                Event.conference_id == conference.id, Event.id.in_({s.event_id for s in given if s.event_id})
            )
        )
    )

    rows: dict[str, dict[str, Any]] = {}
    for scan in given:
        person = badges.get(scan.badge_id or 0) or (
            scan.registration_id if scan.registration_id in people else None
        )
        if scan.gate_id not in gates or (person is None and scan.kind is not ScanKind.REFUSED):
            continue
        rows.setdefault(
            scan.key,
            {
                "key": scan.key,
                "conference_id": conference.id,
                "gate_id": scan.gate_id,
                "device_id": device.id if device else None,
                "user_id": user.id if user else None,
                "badge_id": scan.badge_id if scan.badge_id in badges else None,
                "registration_id": person,
                "event_id": scan.event_id if scan.event_id in events else None,
                "kind": scan.kind,
                "reason": scan.reason,
                "note": scan.note,
                "at": rules.instant(scan.at, now),
                "received_at": now,
                "offline": scan.offline,
            },
        )
    new: list[dict[str, Any]] = []
    if rows:
        # In the order of keys: two that hand over the same scans wait for each other instead of both giving up.
        made = db.session.connection().execute(
            _insert(Scan.__table__)
            .values([rows[key] for key in sorted(rows)])
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(Scan.__table__.c.key)
        )
        new = [rows[key] for key in made.scalars()]
    _follow(conference, new, gates, actor)
    fresh = {row["key"] for row in new}
    first: set[str] = set()
    outcomes = []
    for scan in given:
        if scan.key not in rows:
            outcomes.append(Outcome(scan.key, "refused"))
        elif scan.key in fresh and scan.key not in first:
            first.add(scan.key)
            outcomes.append(Outcome(scan.key, "recorded"))
        else:
            outcomes.append(Outcome(scan.key, "known"))
    return outcomes


def _follow(conference: Conference, new: list[dict[str, Any]], gates: dict[int, Gate], actor: Actor) -> None:
    """Write what follows from new scans. Rows in a fixed order, so that nobody waits in a circle."""
    presences: dict[tuple[int, str], tuple[datetime, bool]] = {}
    came: dict[tuple[int, int], datetime] = {}
    arrived: dict[int, datetime] = {}
    for row in new:
        person, at = row["registration_id"], row["at"]
        if person is not None and row["reason"] is ScanReason.OFFICER:
            _noted("door.refuse", person, row, conference, actor)
        if row["kind"] is ScanKind.REFUSED or person is None:
            continue
        gate = gates[row["gate_id"]]
        key = (person, rules.place_of(gate.kind, gate.room_id))
        inside = row["kind"] is ScanKind.IN
        # At the very same instant, having left counts: whatever the order, all agree.
        if key not in presences or (presences[key][0], not presences[key][1]) < (at, not inside):
            presences[key] = (at, inside)
        if inside:
            arrived[person] = min(at, arrived.get(person, at))
            if row["event_id"] is not None:
                came[row["event_id"], person] = min(at, came.get((row["event_id"], person), at))
        if row["note"] and inside:
            _noted("door.let_in", person, row, conference, actor)
    _note_arrivals(arrived)
    _note_presences(conference, presences)
    _note_attendance(came)
    _note_second_uses(conference, {person for person, _place in presences})


def _noted(action: str, person: int, row: dict[str, Any], conference: Conference, actor: Actor) -> None:
    """Write to the audit what an officer decided. The note is the scan's alone, where it is deleted when its time is over."""
    audit.record(
        actor,
        action,
        f"registration:{person}",
        conference_id=conference.id,
        detail={"reason": row["reason"]},
    )


def _note_arrivals(arrived: dict[int, datetime]) -> None:
    for person in sorted(arrived):
        db.session.execute(
            update(Registration)
            .where(
                Registration.id == person,
                or_(Registration.checked_in_at.is_(None), Registration.checked_in_at > arrived[person]),
            )
            .values(checked_in_at=arrived[person])
            .execution_options(synchronize_session=False)
        )


def _note_presences(conference: Conference, presences: dict[tuple[int, str], tuple[datetime, bool]]) -> None:
    if not presences:
        return
    statement = _insert(Presence.__table__).values(
        [
            {
                "conference_id": conference.id,
                "registration_id": person,
                "place": place,
                "inside": presences[person, place][1],
                "at": presences[person, place][0],
            }
            for person, place in sorted(presences)
        ]
    )
    new = statement.excluded
    db.session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["registration_id", "place"],
            set_={"inside": new.inside, "at": new.at},
            where=or_(Presence.at < new.at, and_(Presence.at == new.at, new.inside.is_(False))),
        )
    )


def _note_attendance(came: dict[tuple[int, int], datetime]) -> None:
    if not came:
        return
    statement = _insert(Attendance.__table__).values(
        [
            {"event_id": event, "registration_id": person, "at": came[event, person]}
            for event, person in sorted(came)
        ]
    )
    db.session.connection().execute(
        statement.on_conflict_do_update(
            index_elements=["event_id", "registration_id"],
            set_={"at": statement.excluded.at},
            where=Attendance.at > statement.excluded.at,
        )
    )


def _note_second_uses(conference: Conference, people: set[int]) -> None:
    """Mark the entries of these people that followed one without having left, whichever device recorded them."""
    if not people:
        return
    ways: dict[tuple[int, str], list[Passage]] = {}
    found = db.session.execute(
        select(
            Scan.id, Scan.registration_id, Scan.kind, Scan.at, Scan.reason, Scan.note, Gate.kind, Gate.room_id
        )
        .join(Gate, Gate.id == Scan.gate_id)
        .where(Scan.registration_id.in_(people), Scan.kind != ScanKind.REFUSED)
    )
    for id_, person, kind, at, reason, note, gate, room in found:
        assert person is not None
        way = ways.setdefault((person, rules.place_of(gate, room)), [])
        way.append(Passage(id_, kind, at, reason, note))
    wrong: dict[int, ScanReason | None] = {}
    for way in ways.values():
        wrong |= rules.second_uses(way, conference.zone)
    for id_ in sorted(wrong):
        db.session.execute(
            update(Scan)
            .where(Scan.id == id_)
            .values(reason=wrong[id_])
            .execution_options(synchronize_session=False)
        )
