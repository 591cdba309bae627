"""Seats: taking, giving back, and handing on. Exact under any concurrency, because the database decides.

The counters of an event move by single UPDATEs whose conditions stand in the statement itself. Whoever moves them has
the event's row until the commit, and only they touch its bookings and its queue, so bookings and counters always agree.

Order of locks, so that nobody waits in a circle: event rows by id, then registrations, then the conference (its
revision). On SQLite there is one writer anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Connection, Insert, Integer, and_, bindparam, case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.core import audit, clock, revision
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.statements import Statement
from eventsapp.extensions import db
from eventsapp.mail.merge import Written
from eventsapp.programme.capacity import seats_shown
from eventsapp.programme.enums import Access, EventState
from eventsapp.registration import notices, rights, rules
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.queries import (
    EVENT,
    PERSON,
    ROOM,
    B,
    C,
    E,
    EventFacts,
    P,
    Person,
    R,
    ToBook,
    as_event,
    as_person,
    newest_release,
    place_in_queue,
    refused_beside,
    to_book,
)
from eventsapp.registration.rules import Refusal
from eventsapp.registration.transitions import BOOKING_TRANSITIONS, BookingAction, target

BLOCK = rights.BLOCK
SYSTEM = Actor("eventsapp")
"""Who hands a seat on to the first in the queue."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of a wish to book: the booking's state, the place in the queue (1 is next) when waiting.

    ``new`` is False when the person had the booking already: a double click, or a form sent again.
    """

    state: BookingState
    place: int | None
    new: bool


def said(refusal: Refusal) -> str:
    """Return a refusal as a sentence for the person."""
    sentences: dict[Refusal, Callable[[], str]] = {
        Refusal.NOT_OPEN: lambda: _("Registration is not open."),
        Refusal.CATEGORY: lambda: _("This category cannot be chosen."),
        Refusal.ARCHIVED: lambda: _("This conference takes no bookings any more."),
        Refusal.UNCONFIRMED: lambda: _(
            "Confirm your e-mail address first: the link is in our message to you."
        ),
        Refusal.NOT_APPROVED: lambda: _("Seats can be booked once your registration is approved."),
        Refusal.CANCELLED: lambda: _("This registration is cancelled."),
        Refusal.NOTHING_TO_BOOK: lambda: _("There are no seats to book at this event."),
        Refusal.EVENT_CANCELLED: lambda: _("This event is cancelled."),
        Refusal.EVENT_OVER: lambda: _("This event is over."),
        Refusal.NO_RIGHT: lambda: _(
            "This event is not open to your category, and you have no ticket for it."
        ),
        Refusal.OVERLAPS: lambda: _(
            "You have booked something that takes place at the same time. Give that seat back first."
        ),
    }
    return str(sentences[refusal]())


# --- the statements

_can = and_(E.c.seats_taken < E.c.seats, E.c.seats_waiting == 0)
_TAKE = Statement(
    lambda _dialect: (
        update(E)
        .where(
            E.c.id == bindparam("event"),
            E.c.state == EventState.SCHEDULED,
            E.c.access == Access.BOOKING,
            E.c.seats.is_not(None),
        )
        .values(
            seats_taken=case((_can, E.c.seats_taken + 1), else_=E.c.seats_taken),
            seats_waiting=case((_can, E.c.seats_waiting), else_=E.c.seats_waiting + 1),
            queue_tail=case((_can, E.c.queue_tail), else_=E.c.queue_tail + 1),
        )
        .returning(E.c.seats, E.c.seats_taken, E.c.seats_waiting, E.c.queue_tail)
    )
)
_MOVE = Statement(
    lambda _dialect: (
        update(E)
        .where(E.c.id == bindparam("event"))
        .values(
            seats_taken=E.c.seats_taken + bindparam("taken"),
            seats_waiting=E.c.seats_waiting + bindparam("waiting"),
            queue_tail=E.c.queue_tail + bindparam("tail"),
        )
    )
)


def _booking(dialect: str) -> Insert:
    """Return the statement that makes a booking, or a cancelled one anew; it gives no row when there is an active one.

    It takes the registration only while that is confirmed and has the right to the event (or one of the seats kept for its
    delegation), and holds on to it until the commit.
    """
    dialects: Any = sqlite if dialect == "sqlite" else postgresql
    columns = ("event_id", "registration_id", "state", "position", "created_at", "changed_at", "block_id")
    source = (
        select(
            bindparam("event", type_=B.c.event_id.type),
            R.c.id,
            bindparam("state", type_=B.c.state.type),
            bindparam("position", type_=B.c.position.type),
            bindparam("now", type_=B.c.created_at.type),
            bindparam("now", type_=B.c.changed_at.type),
            bindparam("block", type_=B.c.block_id.type),
        )
        .where(
            R.c.id == bindparam("registration"),
            R.c.state == RegistrationState.CONFIRMED,
            or_(bindparam("kept", type_=Integer) == 1, rights.still_right(bindparam("event"))),
        )
        .with_for_update(read=True)
    )
    new = dialects.insert(B).from_select(columns, source)
    statement: Insert = new.on_conflict_do_update(
        index_elements=[B.c.event_id, B.c.registration_id],
        set_={
            "state": new.excluded.state,
            "position": new.excluded.position,
            "changed_at": new.excluded.changed_at,
            "block_id": new.excluded.block_id,
        },
        where=B.c.state == BookingState.CANCELLED,
    ).returning(B.c.id)
    return statement


_BOOK = Statement(_booking)


def _audit(
    connection: Connection,
    person: Person,
    event: EventFacts,
    action: BookingAction,
    actor: Actor,
    **detail: object,
) -> None:
    audit.send(
        connection,
        actor,
        f"booking.{action.value}",
        f"event:{event.code}",
        conference_id=person.conference_id,
        detail={"registration": person.id, **detail},
    )


# --- booking


def book(registration_id: int, event_id: int, *, actor: Actor = PARTICIPANT) -> Booked:
    """Book a seat for a registered person, or a place at the end of the queue when there is none; tell them.

    Asked again it gives the booking that there is. Raises :class:`NotFound` (also for another conference's event) and
    :class:`Conflict` with the reason. Writes; does not commit.
    """
    connection = db.session.connection()
    code = connection.execute(select(E.c.code).where(E.c.id == event_id)).scalar_one_or_none()
    found = None if code is None else to_book(registration_id, code)
    if found is None or found.event is None or found.event.id != event_id:
        raise NotFound
    return book_found(found, actor=actor)


def book_found(found: ToBook, *, actor: Actor = PARTICIPANT) -> Booked:
    """Do what :func:`book` does for what ``queries.to_book`` has just read."""
    return carry_out(plan(found, actor=actor))


@dataclass(frozen=True, slots=True)
class Plan:
    """A booking that is wanted, with all that can be made ready before a seat is taken.

    While a seat is being taken everybody else waits for the event, and on SQLite for the whole database: so the messages
    for both outcomes are written before; that for those who wait is left out where seats seem to be free. ``there`` is the
    booking that the person has already.
    """

    person: Person
    event: EventFacts
    actor: Actor
    there: BookingState | None
    seated: Written | None = None
    waiting: Written | None = None
    strict: bool = False
    block_id: int | None = None


def plan(found: ToBook, *, actor: Actor = PARTICIPANT) -> Plan:
    """Make ready what :func:`carry_out` does. Only reads. Raises :class:`NotFound` and :class:`Conflict` with the reason."""
    person, event = found.person, found.event
    if event is None:
        raise NotFound
    if found.booking_state in (BookingState.CONFIRMED, BookingState.WAITLISTED):
        return Plan(person, event, actor, found.booking_state)
    refusal = rules.may_book(
        conference=person.conference_state,
        registration=person.state,
        access=event.access,
        seats=event.seats,
        event=event.state,
        over=event.is_over(person.zone, clock.now()),
        right=found.right or found.block_id is not None,
    )
    if refusal is None and found.strict and refused_beside(person, event):
        refusal = Refusal.OVERLAPS
    if refusal is not None:
        raise Conflict(said(refusal))
    return Plan(
        person,
        event,
        actor,
        None,
        seated=notices.booked(person, event),
        waiting=None if event.has_seats else notices.waitlisted(person, event),
        strict=found.strict,
        block_id=found.block_id,
    )


def carry_out(wanted: Plan) -> Booked:
    """Take a seat, or a place in the queue, as planned. What may have changed since is asked again by the statements."""
    person, event, actor = wanted.person, wanted.event, wanted.actor
    if wanted.seated is None:
        return _as_it_is(person.id, event.id)
    now = clock.now()
    connection = db.session.connection()
    if wanted.block_id is not None and (kept := _take_kept(wanted, wanted.block_id, now)) is not None:
        return kept
    row: Any = _TAKE.send(connection, {"event": event.id}).one_or_none()
    if row is None:  # cancelled, or closed for booking, since it was read
        raise Conflict(said(Refusal.NOTHING_TO_BOOK))
    seats, taken, waiting, tail = row
    back = {"taken": 0, "waiting": -1, "tail": -1} if waiting else {"taken": -1, "waiting": 0, "tail": 0}
    if wanted.strict and _overlaps(wanted):
        _MOVE.send(connection, {"event": event.id, **back})
        raise Conflict(said(Refusal.OVERLAPS))
    action = BookingAction.WAIT if waiting else BookingAction.SEAT
    state = BOOKING_TRANSITIONS[BookingState.CANCELLED][action]
    made = _BOOK.send(
        connection,
        {
            "event": event.id,
            "registration": person.id,
            "state": state,
            "position": tail if waiting else None,
            "now": now,
            "block": None,
            "kept": 0,
        },
    ).scalar_one_or_none()
    if made is None:
        # Somebody was faster: another click of the same person, or the cancellation of the registration.
        _MOVE.send(connection, {"event": event.id, **back})
        return _as_it_is(person.id, event.id)
    before = seats_shown(seats, taken + back["taken"], waiting + back["waiting"])
    if before != seats_shown(seats, taken, waiting):
        revision.touch(db.session(), person.conference_id)
    if not waiting:
        _audit(connection, person, event, action, actor)
        wanted.seated.send(connection)
        return Booked(state, None, new=True)
    _audit(connection, person, event, action, actor, position=tail)
    letter = wanted.waiting or notices.waitlisted(person, event)
    letter.send(connection, **{notices.PLACE: str(waiting)})
    if taken < seats:
        # Seats were free behind a queue, as after an event was called off and on again.
        settle(lock_events(person.conference_id, [event.id])[0])
        return replace(_as_it_is(person.id, event.id), new=True)
    return Booked(state, waiting, new=True)


def _overlaps(wanted: Plan) -> bool:
    """Return whether the person has booked something meanwhile that refuses this. Only one booking of theirs at a time asks."""
    db.session.connection().execute(
        select(R.c.id).where(R.c.id == wanted.person.id).with_for_update(key_share=True)
    )
    return bool(refused_beside(wanted.person, wanted.event))


_KEPT = Statement(
    lambda _dialect: (
        update(BLOCK)
        .where(
            BLOCK.c.id == bindparam("block"),
            BLOCK.c.used < BLOCK.c.seats,
            or_(BLOCK.c.ends_at.is_(None), BLOCK.c.ends_at > bindparam("now", type_=BLOCK.c.ends_at.type)),
        )
        .values(used=BLOCK.c.used + 1)
        .returning(BLOCK.c.id)
    )
)


def _take_kept(wanted: Plan, block_id: int, now: datetime) -> Booked | None:
    """Give one of the seats kept for a delegation, which are taken off the event already; None when none is left."""
    person, event = wanted.person, wanted.event
    connection = db.session.connection()
    lock_events(person.conference_id, [event.id])
    if wanted.strict and _overlaps(wanted):
        raise Conflict(said(Refusal.OVERLAPS))
    if _KEPT.send(connection, {"block": block_id, "now": now}).one_or_none() is None:
        return None
    values = {"event": event.id, "registration": person.id, "state": BookingState.CONFIRMED, "position": None}
    made = _BOOK.send(connection, {**values, "now": now, "block": block_id, "kept": 1}).scalar_one_or_none()
    if made is None:
        connection.execute(update(BLOCK).where(BLOCK.c.id == block_id).values(used=BLOCK.c.used - 1))
        return _as_it_is(person.id, event.id)
    _audit(connection, person, event, BookingAction.SEAT, wanted.actor, block=block_id)
    assert wanted.seated is not None
    wanted.seated.send(connection)
    return Booked(BookingState.CONFIRMED, None, new=True)


def _as_it_is(registration_id: int, event_id: int) -> Booked:
    """Return the active booking of a person; raises :class:`Conflict` when a cancelled registration has none."""
    place = place_in_queue()
    row = (
        db.session.connection()
        .execute(
            select(B.c.state, place).where(
                B.c.registration_id == registration_id,
                B.c.event_id == event_id,
                B.c.state != BookingState.CANCELLED,
            )
        )
        .one_or_none()
    )
    if row is None:
        raise Conflict(said(Refusal.CANCELLED))
    return Booked(row[0], row[1] if row[0] is BookingState.WAITLISTED else None, new=False)


# --- giving back and handing on


@dataclass(frozen=True, slots=True)
class LockedEvent:
    """An event whose row this transaction holds: nobody else moves its seats or its queue now."""

    conference_id: int
    zone: str
    facts: EventFacts


def lock_events(conference_id: int | None, event_ids: Sequence[int]) -> list[LockedEvent]:
    """Take hold of events until the commit and return them as they are now, in the order of their ids.

    With ``conference_id`` only those of that conference are found.
    """
    statement = (
        select(E.c.conference_id, C.c.zone, *EVENT)
        .select_from(
            E.join(C, E.c.conference_id == C.c.id)
            .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        )
        .where(E.c.id.in_(event_ids))
        .order_by(E.c.id)
        .with_for_update(of=E, key_share=True)
    )
    if conference_id is not None:
        statement = statement.where(E.c.conference_id == conference_id)
    rows = db.session.connection().execute(statement)
    return [LockedEvent(row[0], row[1], as_event(row[2:])) for row in rows]


def settle(event: LockedEvent, *, freed: int = 0, left: int = 0, on: bool = False) -> int:
    """Bring the counters of a held event up to date and hand its free seats to the first in the queue, who are told.

    ``freed`` confirmed and ``left`` waiting bookings have just been cancelled. ``on``: the event is known to be on, also one
    without an end, which counts as over otherwise. Returns how many were promoted.
    """
    facts = event.facts
    now = clock.now()
    taken, waiting = facts.taken - freed, facts.waiting - left
    lucky = rules.promotes(
        event=facts.state,
        over=not on and facts.is_over(event.zone, now),
        seats=facts.seats,
        taken=taken,
        waiting=waiting,
    )
    connection = db.session.connection()
    promoted = _first_in_queue(facts.id, lucky) if lucky else []
    if promoted:
        new_state = target(BOOKING_TRANSITIONS, BookingState.WAITLISTED, BookingAction.PROMOTE)
        connection.execute(
            update(B)
            .where(B.c.id.in_([booking_id for booking_id, _person in promoted]))
            .values(state=new_state, position=None, changed_at=now)
        )
    number = len(promoted)
    if freed or left or number:
        _MOVE.send(
            connection, {"event": facts.id, "taken": number - freed, "waiting": -number - left, "tail": 0}
        )
    for _booking_id, person in promoted:
        _audit(connection, person, facts, BookingAction.PROMOTE, SYSTEM)
        notices.promoted(person, facts)
    shown = seats_shown(facts.seats, facts.taken, facts.waiting)
    if shown != seats_shown(facts.seats, taken + number, waiting - number):
        revision.touch(db.session(), event.conference_id)
    return number


def _first_in_queue(event_id: int, number: int) -> list[tuple[int, Person]]:
    rows = db.session.connection().execute(
        select(B.c.id.label("booking_id"), *PERSON)
        .select_from(B.join(R, B.c.registration_id == R.c.id).join(C, R.c.conference_id == C.c.id))
        .where(B.c.event_id == event_id, B.c.state == BookingState.WAITLISTED)
        .order_by(B.c.position)
        .limit(number)
    )
    return [(row[0], as_person(row[1:])) for row in rows]


def capacity_changed(event_id: int) -> None:
    """Hand the free seats of an event to the first in its queue. For the programme's hook ``seats_raised``."""
    # What the programme has changed through objects must be in the database before it is read here.
    db.session.flush()
    for event in lock_events(None, [event_id]):
        settle(event)


def cancel_booking(
    person: Person, event_id: int, *, actor: Actor = PARTICIPANT, by_organizer: bool = False
) -> bool:
    """Give a person's seat, or place in the queue, back, and tell them; the first in the queue gets a freed seat.

    Returns False, and changes nothing, when it is cancelled already (a form sent again). Raises :class:`NotFound` when
    they never booked there. Writes; does not commit.
    """
    events = lock_events(person.conference_id, [event_id])
    if not events:
        raise NotFound
    given = _cancel_row(person.id, events[0].facts.id)
    if given is None:
        return False
    event, was = events[0].facts, given.was.value
    _audit(db.session.connection(), person, event, BookingAction.CANCEL, actor, was=was)
    notices.booking_cancelled(person, event, by_organizer=by_organizer)
    settle(events[0], freed=given.freed, left=given.left)
    return True


def cancel_all(person: Person, *, actor: Actor) -> list[EventFacts]:
    """Give back all that a person has booked; return the events. Part of cancelling a registration, which tells them."""
    lost: list[EventFacts] = []
    while event_ids := _booked_ids(person.id):
        for event in lock_events(person.conference_id, event_ids):
            given = _cancel_row(person.id, event.facts.id)
            if given is None:
                continue
            lost.append(event.facts)
            _audit(
                db.session.connection(),
                person,
                event.facts,
                BookingAction.CANCEL,
                actor,
                was=given.was.value,
            )
            settle(event, freed=given.freed, left=given.left)
    return lost


def _booked_ids(registration_id: int) -> list[int]:
    rows = db.session.connection().execute(
        select(B.c.event_id)
        .where(B.c.registration_id == registration_id, B.c.state != BookingState.CANCELLED)
        .order_by(B.c.event_id)
    )
    return list(rows.scalars())


@dataclass(frozen=True, slots=True)
class GivenBack:
    """A booking that was cancelled: the state it had, and how many seats or places in the queue became free by it."""

    was: BookingState
    freed: int
    left: int


def _cancel_row(registration_id: int, event_id: int) -> GivenBack | None:
    """Cancel the booking of an event that is held; return what became free, None if it was cancelled already."""
    connection = db.session.connection()
    row = connection.execute(
        select(B.c.id, B.c.state, B.c.block_id).where(
            B.c.registration_id == registration_id, B.c.event_id == event_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    new_state = target(BOOKING_TRANSITIONS, row.state, BookingAction.CANCEL)
    if new_state is None:
        return None
    now = clock.now()
    connection.execute(
        update(B)
        .where(B.c.id == row.id)
        .values(state=new_state, position=None, block_id=None, changed_at=now)
    )
    if row.state is BookingState.WAITLISTED:
        return GivenBack(row.state, 0, 1)
    return GivenBack(row.state, 1 if row.block_id is None else give_back_kept(row.block_id, now), 0)


def give_back_kept(block_id: int, now: datetime) -> int:
    """Give one of the seats kept for a delegation back; return how many seats of the event that frees: none while they are kept.

    The event is held.
    """
    kept = or_(BLOCK.c.ends_at.is_(None), BLOCK.c.ends_at > now)
    connection = db.session.connection()
    ends_at = connection.execute(
        update(BLOCK)
        .where(BLOCK.c.id == block_id)
        .values(used=BLOCK.c.used - 1, seats=case((kept, BLOCK.c.seats), else_=BLOCK.c.seats - 1))
        .returning(BLOCK.c.ends_at)
    ).scalar_one()
    return 0 if ends_at is None or ends_at > now else 1
