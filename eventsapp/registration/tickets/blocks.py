"""Seats of an event kept for an organization's delegation: taken off the event at once, given to its people one by one.

Everything here holds the event first, then the seats kept (``seats.py``). Never commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, or_, select, update

from eventsapp.core import audit, clock, revision
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.programme.capacity import seats_shown
from eventsapp.programme.enums import Access
from eventsapp.registration import notices, queries, seats
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.queries import CAT, EventFacts, Person
from eventsapp.registration.rights import BLOCK, A, B, E, R, right
from eventsapp.registration.rules import Refusal
from eventsapp.registration.seats import LockedEvent
from eventsapp.registration.tickets.service import held


@dataclass(frozen=True, slots=True)
class Block:
    """Seats kept for one organization at one event. ``open``: whether they still are."""

    id: int
    event_id: int
    organization_id: int
    seats: int
    used: int
    ends_at: datetime | None
    open: bool

    @property
    def free(self) -> int:
        """How many more of the delegation can get one."""
        return self.seats - self.used if self.open else 0


def _block(block_id: int) -> Block:
    row = db.session.execute(select(BLOCK).where(BLOCK.c.id == block_id)).one_or_none()
    if row is None:
        raise NotFound
    return as_block(row)


def as_block(row: Sequence[Any]) -> Block:
    """Return the seats in a row that begins with the columns of the table."""
    values = dict(zip(BLOCK.c.keys(), row, strict=False))
    ends_at: datetime | None = values["ends_at"]
    return Block(
        id=values["id"],
        event_id=values["event_id"],
        organization_id=values["organization_id"],
        seats=values["seats"],
        used=values["used"],
        ends_at=ends_at,
        open=ends_at is None or ends_at > clock.now(),
    )


def of_event(event_id: int) -> list[Block]:
    """Return the seats kept at an event that are still kept or used, in the order in which they were given. One statement."""
    rows = db.session.execute(
        select(BLOCK)
        .where(
            BLOCK.c.event_id == event_id,
            or_(BLOCK.c.used > 0, BLOCK.c.ends_at.is_(None), BLOCK.c.ends_at > clock.now()),
        )
        .order_by(BLOCK.c.id)
    )
    return [as_block(row) for row in rows]


def keep(
    conference_id: int,
    event_id: int,
    organization_id: int,
    number: int,
    *,
    until: datetime | None,
    actor: Actor,
) -> None:
    """Keep ``number`` seats of an event for an organization, or change how many are kept, ``until`` then or the event begins.

    Seats can be kept while they are free and nobody waits; a queue is not passed. Raises :class:`Invalid` (``seats``,
    ``ends_at``), :class:`Conflict`, :class:`NotFound`. Writes; does not commit.
    """
    event = held(conference_id, event_id)
    facts = event.facts
    if facts.access is not Access.BOOKING or facts.seats is None:
        raise Conflict(seats.said(Refusal.NOTHING_TO_BOOK))
    if until is not None and until <= clock.now():
        raise Invalid({"ends_at": _("This is over already.")})
    row = db.session.execute(
        select(BLOCK).where(BLOCK.c.event_id == event_id, BLOCK.c.organization_id == organization_id)
    ).one_or_none()
    was = as_block(row) if row is not None else None
    before, used = (was.seats, was.used) if was is not None else (0, 0)
    if number < max(used, 1):
        raise Invalid({"seats": _("Write at least %(least)s.", least=max(used, 1))})
    more = number - before
    free = 0 if facts.waiting else max(0, facts.seats - facts.taken)
    if more > free:
        raise Invalid({"seats": _("Only %(free)s more seats are free.", free=free)})
    values = {"seats": number, "ends_at": until, "given_by": actor.name[:200]}
    if was is None:
        db.session.execute(
            insert(BLOCK).values(
                event_id=event_id, organization_id=organization_id, used=0, created_at=clock.now(), **values
            )
        )
    else:
        db.session.execute(update(BLOCK).where(BLOCK.c.id == was.id).values(**values))
    if more > 0:
        _taken(event, more)
    elif more < 0:
        seats.settle(event, freed=-more)
    _record(actor, "seats.keep", conference_id, facts, organization=organization_id, seats=number)


def _taken(event: LockedEvent, more: int) -> None:
    """Take seats off a held event."""
    facts = event.facts
    db.session.execute(update(E).where(E.c.id == facts.id).values(seats_taken=E.c.seats_taken + more))
    shown = seats_shown(facts.seats, facts.taken, facts.waiting)
    if shown != seats_shown(facts.seats, facts.taken + more, facts.waiting):
        revision.touch(db.session(), event.conference_id)


def _record(actor: Actor, action: str, conference_id: int, event: EventFacts, **detail: object) -> None:
    audit.record(actor, action, f"event:{event.code}", conference_id=conference_id, detail=dict(detail))


def end(conference_id: int, block_id: int, *, actor: Actor) -> int:
    """Give the seats that nobody of the delegation has to everybody, the first in the queue first; return how many.

    Those who have one keep it. Writes; does not commit.
    """
    found = _block(block_id)
    event = held(conference_id, found.event_id)
    block = _block(block_id)
    free = block.seats - block.used
    values = {"seats": block.used, "ends_at": min(block.ends_at or clock.now(), clock.now())}
    db.session.execute(update(BLOCK).where(BLOCK.c.id == block_id).values(**values))
    if free:
        _record(actor, "seats.end", conference_id, event.facts, organization=block.organization_id, seats=free)  # fmt: skip
        seats.settle(event, freed=free)
    return free


# --- giving them to people of the delegation


def _of_delegation(block: Block, registration_id: int) -> Person:
    """Return a person who belongs to the delegation: nominated by it, or registered under its name. Raises :class:`NotFound`."""
    mine = db.session.scalar(
        select(R.c.id)
        .join_from(R, E, R.c.conference_id == E.c.conference_id)
        .where(
            R.c.id == registration_id,
            E.c.id == block.event_id,
            or_(R.c.nominated_for_id == block.organization_id, R.c.organization_id == block.organization_id),
        )
    )
    person = queries.person(registration_id) if mine is not None else None
    if person is None:
        raise NotFound
    return person


def seat(conference_id: int, block_id: int, registration_id: int, *, actor: Actor) -> bool:
    """Give a person of the delegation one of its seats, also from the queue; tell them. False when they have a seat.

    Raises :class:`Conflict` when none is left or the person cannot book, :class:`NotFound`. Writes; does not commit.
    """
    found = _block(block_id)
    event = held(conference_id, found.event_id)
    block = _block(block_id)
    person = _of_delegation(block, registration_id)
    if person.state is not RegistrationState.CONFIRMED:
        raise Conflict(seats.said(Refusal.NOT_APPROVED))
    facts = event.facts
    if facts.is_over(event.zone, clock.now()):
        raise Conflict(seats.said(Refusal.EVENT_OVER))
    there = db.session.execute(
        select(B.c.id, B.c.state).where(B.c.event_id == facts.id, B.c.registration_id == person.id)
    ).one_or_none()
    if there is not None and there.state is BookingState.CONFIRMED:
        return False
    if block.free < 1:
        raise Conflict(_("All seats of the delegation are taken."))
    db.session.scalar(
        select(Registration.id).where(Registration.id == person.id).with_for_update(key_share=True)
    )
    now = clock.now()
    if queries.refused_beside(person, facts):
        raise Conflict(seats.said(Refusal.OVERLAPS))
    values = {"state": BookingState.CONFIRMED, "position": None, "block_id": block.id, "changed_at": now}
    if there is None:
        db.session.execute(
            insert(B).values(event_id=facts.id, registration_id=person.id, created_at=now, **values)
        )
    else:
        db.session.execute(update(B).where(B.c.id == there.id).values(**values))
    db.session.execute(update(BLOCK).where(BLOCK.c.id == block.id).values(used=BLOCK.c.used + 1))
    if there is not None and there.state is BookingState.WAITLISTED:
        seats.settle(event, left=1)
    _record(actor, "booking.seat", conference_id, facts, registration=person.id, block=block.id)
    notices.booked(person, facts).send(db.session.connection())
    return True


def inherit(old: Registration, new: Registration, block_ids: Sequence[int], actor: Actor) -> None:
    """Give somebody who replaces a nominee the kept seats that the nominee had, where they may come. For ``hooks.replaced``.

    The events are held by whoever took the seats back, and nobody else was given them since. The message about them is that of
    the nomination; a nominee who does not come gives them back to the delegation. Writes; does not commit.
    """
    for block_id in block_ids:
        found = _block(block_id)
        [event] = seats.lock_events(new.conference_id, [found.event_id])
        block = _block(block_id)
        may = db.session.scalar(
            select(right())
            .select_from(
                R.join(E, E.c.conference_id == R.c.conference_id).outerjoin(A, A.c.event_id == E.c.id)
            )
            .where(R.c.id == new.id, E.c.id == block.event_id)
        )
        if block.free < 1 or not may or event.facts.is_over(event.zone, clock.now()):
            continue
        now = clock.now()
        db.session.execute(
            insert(B).values(
                event_id=block.event_id,
                registration_id=new.id,
                state=BookingState.CONFIRMED,
                position=None,
                block_id=block.id,
                created_at=now,
                changed_at=now,
            )
        )
        db.session.execute(update(BLOCK).where(BLOCK.c.id == block.id).values(used=BLOCK.c.used + 1))
        _record(actor, "booking.inherit", new.conference_id, event.facts, registration=new.id, replaces=old.id, block=block.id)  # fmt: skip


def unseat(conference_id: int, block_id: int, registration_id: int, *, actor: Actor) -> bool:
    """Take a seat of the delegation back from a person, and tell them; it is kept for the others. False when they had none."""
    found = _block(block_id)
    held(conference_id, found.event_id)
    has = db.session.scalar(
        select(B.c.id).where(B.c.block_id == block_id, B.c.registration_id == registration_id)
    )
    person = queries.person(registration_id)
    if has is None or person is None:
        return False
    return seats.cancel_booking(person, found.event_id, actor=actor, by_organizer=True)


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a delegation as far as seats go. ``state``: of their booking of the event, None without one."""

    id: int
    name: str
    category_names: Texts
    state: BookingState | None
    kept: bool


def members(block: Block) -> list[Member]:
    """Return the people of a delegation who are confirmed, or have one of its seats, by name, with what they have booked of the event. One statement."""
    rows = db.session.execute(
        select(R.c.id, R.c.name, CAT.c.names, B.c.state, B.c.block_id)
        .select_from(
            R.join(E, R.c.conference_id == E.c.conference_id)
            .join(CAT, Category.id == R.c.category_id)
            .outerjoin(B, (B.c.event_id == E.c.id) & (B.c.registration_id == R.c.id))
        )
        .where(
            E.c.id == block.event_id,
            # And who replaces somebody who had a seat, and has not confirmed yet.
            or_(R.c.state == RegistrationState.CONFIRMED, B.c.block_id == block.id),
            or_(R.c.nominated_for_id == block.organization_id, R.c.organization_id == block.organization_id),
        )
        .order_by(R.c.name, R.c.id)
    )
    return [
        Member(row.id, row.name, row.names, None if row.state is BookingState.CANCELLED else row.state, row.block_id == block.id)
        for row in rows
    ]  # fmt: skip
