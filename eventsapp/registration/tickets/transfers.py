"""Handing a seat on to somebody else who is registered. It is offered to an address, and theirs once they take it.

Whether anybody is registered with an address is told to nobody: an offer to a stranger stays open until it is taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.orm import aliased

from eventsapp.core import audit, clock
from eventsapp.core.audit import PARTICIPANT
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.registration import notices as messages
from eventsapp.registration import queries, seats
from eventsapp.registration.enums import BookingState, RegistrationState, TransferState
from eventsapp.registration.models import Booking, Registration, SeatTransfer
from eventsapp.registration.queries import EventFacts, Person
from eventsapp.registration.rights import B, E
from eventsapp.registration.rules import Refusal
from eventsapp.registration.tickets import notices, service
from eventsapp.registration.tickets.notices import News
from eventsapp.registration.transitions import GONE


@dataclass(frozen=True, slots=True)
class Offer:
    """A seat that is offered to somebody."""

    id: int
    event_id: int
    code: str
    titles: Texts
    email: str
    holder_id: int
    holder: str
    created_at: datetime


def _offers() -> tuple[object, ...]:
    holder = aliased(Registration)
    statement = (
        select(
            SeatTransfer.id, E.c.id, E.c.code, E.c.titles, SeatTransfer.email, holder.id, holder.name,
            SeatTransfer.created_at,
        )
        .select_from(SeatTransfer)
        .join(Booking, Booking.id == SeatTransfer.booking_id)
        .join(holder, holder.id == Booking.registration_id)
        .join(E, E.c.id == Booking.event_id)
        .where(
            SeatTransfer.state == TransferState.OPEN,
            Booking.state == BookingState.CONFIRMED,
            # Of the seat they have now, not of one that they gave back before.
            SeatTransfer.created_at >= Booking.changed_at,
            E.c.state == EventState.SCHEDULED,
        )
        .order_by(SeatTransfer.id)
    )  # fmt: skip
    return statement, holder


def offered_to(person: Person) -> list[Offer]:
    """Return the seats that others want to hand on to a person. One statement."""
    statement, holder = _offers()
    rows = db.session.execute(
        statement.where(SeatTransfer.email == person.email, holder.conference_id == person.conference_id)  # type: ignore[attr-defined]
    )
    return [Offer(*row) for row in rows]


def offered_by(person: Person, event_id: int) -> Offer | None:
    """Return the open offer of a person's seat at an event. One statement."""
    statement, holder = _offers()
    rows = db.session.execute(statement.where(holder.id == person.id, Booking.event_id == event_id))  # type: ignore[attr-defined]
    return next((Offer(*row) for row in rows), None)


def may_transfer(person: Person, event: EventFacts) -> bool:
    """Return whether the person has a seat at the event that they may hand on. Two statements.

    A seat of a delegation is its focal point's to give.
    """
    row = db.session.execute(
        select(B.c.state, B.c.block_id).where(B.c.registration_id == person.id, B.c.event_id == event.id)
    ).one_or_none()
    return (
        row is not None
        and row.state is BookingState.CONFIRMED
        and row.block_id is None
        and event.state is EventState.SCHEDULED
        and not event.is_over(person.zone, clock.now())
        and service.rules_of(event.id).transfers
    )


def offer(person: Person, event_id: int, email: str) -> None:
    """Offer one's seat to whoever is registered with an address, and ask them; what was offered before is taken back.

    Raises :class:`Invalid` (``email``), :class:`Conflict`, :class:`NotFound`. Writes; does not commit.
    """
    event = service.held(person.conference_id, event_id).facts
    address = email.strip().lower()
    if "@" not in address or len(address) > 254:
        raise Invalid({"email": _("This is not an e-mail address.")})
    if address == person.email:
        raise Invalid({"email": _("This is your own address.")})
    if not may_transfer(person, event):
        raise Conflict(_("This seat cannot be handed on."))
    booking = db.session.scalars(
        select(Booking.id).where(Booking.registration_id == person.id, Booking.event_id == event_id)
    ).one()
    _end(booking)
    db.session.execute(
        insert(SeatTransfer).values(
            booking_id=booking, email=address, state=TransferState.OPEN, created_at=clock.now()
        )
    )
    to = db.session.scalar(
        select(Registration.id).where(
            Registration.conference_id == person.conference_id,
            Registration.email == address,
            Registration.state.not_in(GONE),
        )
    )
    found = queries.person(to) if to is not None else None
    if found is not None:
        notices.tell(found, News.ASKED, event, other=person.name)
    _record("transfer.offer", person, event)


def _end(booking_id: int, state: TransferState = TransferState.ENDED) -> bool:
    ended = db.session.execute(
        update(SeatTransfer)
        .where(SeatTransfer.booking_id == booking_id, SeatTransfer.state == TransferState.OPEN)
        .values(state=state, answered_at=clock.now())
        .returning(SeatTransfer.id)
    )
    return ended.first() is not None


def forget(registration: Registration) -> None:
    """Take out the offers by and to a person who is being erased. For the hook ``erased``."""
    theirs = select(Booking.id).where(Booking.registration_id == registration.id)
    here = (
        select(Booking.id)
        .join(Registration, Registration.id == Booking.registration_id)
        .where(Registration.conference_id == registration.conference_id)
    )
    to_them = or_(SeatTransfer.email == registration.email, SeatTransfer.to_id == registration.id)
    db.session.execute(
        delete(SeatTransfer)
        .where(or_(SeatTransfer.booking_id.in_(theirs), and_(to_them, SeatTransfer.booking_id.in_(here))))
        .execution_options(synchronize_session=False)
    )


def _record(action: str, person: Person, event: EventFacts, **detail: object) -> None:
    audit.record(
        PARTICIPANT, action, f"event:{event.code}", conference_id=person.conference_id,
        detail={"registration": person.id, **detail},
    )  # fmt: skip


def take_back(person: Person, event_id: int) -> bool:
    """Keep the seat after all; False when it is not offered any more."""
    event = service.held(person.conference_id, event_id).facts
    booking = db.session.scalar(
        select(Booking.id).where(Booking.registration_id == person.id, Booking.event_id == event_id)
    )
    if booking is None or not _end(booking):
        return False
    _record("transfer.end", person, event)
    return True


def answer(person: Person, transfer_id: int, *, take: bool) -> EventFacts | None:
    """Take a seat that is offered to a person, or decline it; tell the one who offers it. None when it is not offered any more.

    Whoever waits for a seat at the event leaves the queue. Raises :class:`Conflict` with the reason why they cannot have it.
    Writes; does not commit.
    """
    offered = next((one for one in offered_to(person) if one.id == transfer_id), None)
    if offered is None:
        return None
    locked = service.held(person.conference_id, offered.event_id)
    # Held now: asked again, as somebody may have been faster.
    if all(one.id != transfer_id for one in offered_to(person)):
        return None
    event, holder = locked.facts, queries.person(offered.holder_id)
    booking = db.session.execute(
        select(B.c.id).where(B.c.registration_id == offered.holder_id, B.c.event_id == event.id)
    ).scalar_one()
    assert holder is not None
    if not take:
        _end(booking, TransferState.REFUSED)
        notices.tell(holder, News.DECLINED, event)
        _record("transfer.decline", person, event)
        return event
    if not service.rules_of(event.id).transfers:
        # Forbidden since it was offered.
        raise Conflict(_("This seat cannot be handed on."))
    left = _give(person, event)
    now = clock.now()
    db.session.execute(
        update(SeatTransfer)
        .where(SeatTransfer.id == transfer_id)
        .values(state=TransferState.ACCEPTED, to_id=person.id, answered_at=now)
    )
    db.session.execute(
        update(B).where(B.c.id == booking).values(state=BookingState.CANCELLED, position=None, changed_at=now)
    )
    if left:
        seats.settle(locked, left=left)
    notices.tell(holder, News.TAKEN, event, other=person.name)
    messages.booked(person, event).send(db.session.connection())
    _record("transfer.take", person, event, holder=holder.id)
    return event


def _give(person: Person, event: EventFacts) -> int:
    """Make the seat the person's; return how many places in the queue became free by it. The counters stay as they are."""
    db.session.execute(
        select(Registration.id).where(Registration.id == person.id).with_for_update(key_share=True)
    )
    now = clock.now()
    found = queries.to_book(person.id, event.code)
    if found is None or found.event is None:
        raise NotFound
    if found.person.state is not RegistrationState.CONFIRMED:
        raise Conflict(seats.said(Refusal.NOT_APPROVED))
    if event.is_over(person.zone, now):
        raise Conflict(seats.said(Refusal.EVENT_OVER))
    if not found.right:
        raise Conflict(seats.said(Refusal.NO_RIGHT))
    if found.booking_state is BookingState.CONFIRMED:
        raise Conflict(_("You have a seat there already."))
    if found.strict and queries.refused_beside(person, event):
        raise Conflict(seats.said(Refusal.OVERLAPS))
    values = {"state": BookingState.CONFIRMED, "position": None, "block_id": None, "changed_at": now}
    if found.booking_id is None:
        db.session.execute(
            insert(B).values(event_id=event.id, registration_id=person.id, created_at=now, **values)
        )
    else:
        db.session.execute(update(B).where(B.c.id == found.booking_id).values(**values))
    return 1 if found.booking_state is BookingState.WAITLISTED else 0
