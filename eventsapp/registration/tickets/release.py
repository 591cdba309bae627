"""Seats kept for delegations go to everybody when their time is over; seats of those who have not come are given on.

Both are a worker's job. What a door has not handed over yet is waited for, so that nobody loses the seat they sit on.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, exists, func, or_, select, update

from eventsapp.core import audit, clock, jobs
from eventsapp.core.audit import Actor
from eventsapp.extensions import db
from eventsapp.programme.enums import Access, EventState
from eventsapp.registration import queries, seats
from eventsapp.registration.door.models import Attendance, DoorDevice, Gate, Scan
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import EventAdmission
from eventsapp.registration.queries import C, EventFacts, P, newest_release
from eventsapp.registration.rights import BLOCK, SETTINGS, A, B, E, R
from eventsapp.registration.tickets import blocks, notices
from eventsapp.registration.tickets.notices import News
from eventsapp.registration.tickets.service import held
from eventsapp.registration.tickets.sittings import Sitting, sitting, was_released
from eventsapp.registration.transitions import BOOKING_TRANSITIONS, BookingAction, target

SYSTEM: Final = Actor("eventsapp")
EVERY: Final = 20.0
"""Seconds between two looks of one worker."""
LATEST: Final = timedelta(hours=24)
"""Events that began longer ago are left alone."""
_DOORS_OPEN: Final = timedelta(hours=3)
"""How long before an event people are let in at its door."""
_looked = -EVERY


def work() -> bool:
    """Do what is due; return whether there was any. A worker's job."""
    global _looked
    if time.monotonic() - _looked < EVERY:
        return False
    _looked = time.monotonic()
    return do_due() > 0


def do_due() -> int:
    """End what is kept for delegations and release what is due, each in a transaction of its own; return how many."""
    now = clock.now()
    ended, released = due_blocks(now), due_events(now)
    db.session.rollback()

    def end(due: tuple[int, int]) -> bool:
        blocks.end(*due, actor=SYSTEM)
        return True

    def give_on(due: tuple[int, int]) -> bool:
        release(*due, actor=SYSTEM)
        return True

    return jobs.each(ended, end) + jobs.each(released, give_on)


def due_blocks(now: datetime) -> list[tuple[int, int]]:
    """Return (conference, seats kept) of those whose time is over with seats that nobody took. One statement."""
    rows = db.session.execute(
        select(E.c.conference_id, BLOCK.c.id)
        .select_from(
            BLOCK.join(E, BLOCK.c.event_id == E.c.id)
            .join(C, E.c.conference_id == C.c.id)
            .outerjoin(P, and_(P.c.event_id == E.c.id, P.c.version_id == newest_release()))
        )
        .where(
            BLOCK.c.used < BLOCK.c.seats,
            or_(BLOCK.c.ends_at <= now, and_(BLOCK.c.ends_at.is_(None), P.c.starts_at <= now)),
        )
        .order_by(BLOCK.c.id)
        .limit(50)
    )
    return [(row[0], row[1]) for row in rows]


def due_events(now: datetime) -> list[tuple[int, int]]:
    """Return (conference, event) where seats of those who have not come are due. One statement.

    Each day of an event over several days counts for itself; an event without an end is on for ``sittings.WITHOUT_END``, one
    without a time never. Only where somebody was let in at the event, so that there is a door; and not while a device at
    the room's door says that it has scans to hand over.
    """
    last_scan = select(func.max(Scan.at)).where(Scan.event_id == E.c.id).correlate(E).scalar_subquery()
    minutes = func.coalesce(A.c.release_minutes, SETTINGS.c.release_minutes)
    somebody_came = exists().where(Attendance.event_id == E.c.id)
    still_to_come = exists().where(
        Gate.room_id == P.c.room_id, DoorDevice.gate_id == Gate.id, DoorDevice.waiting > 0,
        DoorDevice.revoked_at.is_(None), DoorDevice.seen_at > now - LATEST,
    )  # fmt: skip
    rows = db.session.execute(
        select(
            E.c.conference_id,
            E.c.id,
            P.c.day,
            P.c.end_day,
            P.c.starts_at,
            P.c.ends_at,
            C.c.zone,
            A.c.released_at,
            minutes.label("minutes"),
            last_scan.label("last_scan"),
        )
        .select_from(
            E.join(C, E.c.conference_id == C.c.id)
            .join(P, and_(P.c.event_id == E.c.id, P.c.version_id == newest_release()))
            .outerjoin(A, A.c.event_id == E.c.id)
            .outerjoin(SETTINGS, SETTINGS.c.conference_id == E.c.conference_id)
        )
        .where(
            E.c.state == EventState.SCHEDULED,
            E.c.access == Access.BOOKING,
            P.c.starts_at <= now,
            # Over several days the last may begin a day later than the conference's zone has it.
            or_(
                and_(P.c.end_day.is_(None), P.c.starts_at > now - LATEST, A.c.released_at.is_(None)),
                P.c.end_day >= (now - LATEST).date(),
            ),
            minutes > 0,
            somebody_came,
            ~still_to_come,
        )
        .order_by(E.c.id)
    )
    return [(row[0], row[1]) for row in rows if _is_due(row, now)][:50]


def _is_due(row: Row[Any], now: datetime) -> bool:
    on = sitting(
        day=row.day, end_day=row.end_day, starts_at=row.starts_at, ends_at=row.ends_at, zone=row.zone, now=now
    )  # fmt: skip
    if on is None or was_released(row.released_at, on) or on.starts_at + timedelta(minutes=row.minutes) > now:
        return False
    # Who was let in yesterday does not say that there is a door today.
    first = on.starts_at == row.starts_at
    return first or (row.last_scan is not None and row.last_scan >= on.starts_at - _DOORS_OPEN)


def sitting_of(event: EventFacts, zone: str, now: datetime) -> Sitting | None:
    """Return the sitting of an event that is on at ``now`` (``sittings.sitting``)."""
    return sitting(
        day=event.day, end_day=event.end_day, starts_at=event.starts_at, ends_at=event.ends_at, zone=zone, now=now
    )  # fmt: skip


def release(conference_id: int, event_id: int, *, actor: Actor) -> int:
    """Give on the seats of those who have not come to an event, and tell them; return how many. Once for each of its days.

    The first in the queue get them; what is free after that is for whoever stands at the door (``admission.py``). Writes;
    does not commit.
    """
    event = held(conference_id, event_id)
    row = db.session.get(EventAdmission, event_id, populate_existing=True)
    on = sitting_of(event.facts, event.zone, clock.now())
    if was_released(row.released_at if row is not None else None, on):
        return 0
    if row is None:
        row = EventAdmission(event_id=event_id)
        db.session.add(row)
    row.released_at = clock.now()
    db.session.flush()
    here = exists().where(Attendance.event_id == event_id, Attendance.registration_id == B.c.registration_id)
    absent = db.session.execute(
        select(B.c.id, B.c.block_id, *queries.PERSON)
        .select_from(B.join(R, B.c.registration_id == R.c.id).join(C, R.c.conference_id == C.c.id))
        .where(B.c.event_id == event_id, B.c.state == BookingState.CONFIRMED, ~here)
        .order_by(B.c.id)
    ).all()
    # After they are known: whoever gets one of these seats from the queue has had no time to come.
    for block in blocks.of_event(event_id):
        blocks.end(conference_id, block.id, actor=actor)
    if not absent:
        return 0
    new_state = target(BOOKING_TRANSITIONS, BookingState.CONFIRMED, BookingAction.CANCEL)
    ids = [one[0] for one in absent]
    db.session.execute(
        update(B)
        .where(B.c.id.in_(ids))
        .values(state=new_state, position=None, block_id=None, changed_at=clock.now())
    )
    for block_id in [one.block_id for one in absent if one.block_id is not None]:
        seats.give_back_kept(block_id, clock.now())
    for one in absent:
        notices.tell(queries.as_person(one[2:]), News.RELEASED, event.facts)
    audit.record(
        actor, "event.release", f"event:{event.facts.code}", conference_id=conference_id,
        detail={"registrations": [one[2] for one in absent]},
    )  # fmt: skip
    # What ending the delegations' seats changed must be known before the counters move again.
    seats.settle(held(conference_id, event_id), freed=len(ids), on=on is not None)
    return len(ids)
