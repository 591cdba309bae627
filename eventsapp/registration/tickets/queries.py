"""What the pages of tickets and of delegations' seats show: typed rows, each read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import exists, func, select

from eventsapp.core import clock
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.programme.enums import Access, EventState
from eventsapp.registration.door.models import Attendance
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import EventAdmission
from eventsapp.registration.queries import (
    CAT,
    EVENT,
    ORG,
    ROOM,
    C,
    EventFacts,
    P,
    Person,
    as_event,
    newest_release,
)
from eventsapp.registration.rights import BLOCK, A, B, E, R, T
from eventsapp.registration.tickets import service
from eventsapp.registration.tickets.blocks import Block, as_block

PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class TicketRow:
    """Who has a ticket. ``booking``: the state of their booking of the event, None without one."""

    registration_id: int
    name: str
    email: str
    state: RegistrationState
    category_names: Texts
    given_at: datetime
    given_by: str
    booking: BookingState | None


@dataclass(frozen=True, slots=True)
class Tickets:
    """A page of them, by name; ``total`` counts all."""

    rows: list[TicketRow]
    total: int
    page: int
    pages: int


def tickets(event_id: int, *, page: int = 1) -> Tickets:
    """Return a page of the valid tickets of an event. Two statements."""
    where = (T.c.event_id == event_id, T.c.revoked_at.is_(None))
    total: int = db.session.scalar(select(func.count()).select_from(T).where(*where)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = db.session.execute(
        select(R.c.id, R.c.name, R.c.email, R.c.state, CAT.c.names, T.c.given_at, T.c.given_by, B.c.state)
        .select_from(
            T.join(R, T.c.registration_id == R.c.id)
            .join(CAT, R.c.category_id == CAT.c.id)
            .outerjoin(B, (B.c.event_id == T.c.event_id) & (B.c.registration_id == R.c.id))
        )
        .where(*where)
        .order_by(R.c.name, R.c.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return Tickets([TicketRow(*row) for row in rows], total, page, pages)


def holder(conference_id: int, event_id: int, registration_id: int) -> str | None:
    """Return the name of who has a valid ticket, None when it is not valid. One statement."""
    return db.session.scalar(
        select(R.c.name)
        .join_from(R, T, T.c.registration_id == R.c.id)
        .where(
            R.c.conference_id == conference_id,
            R.c.id == registration_id,
            T.c.event_id == event_id,
            T.c.revoked_at.is_(None),
        )
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody for whom a ticket is wanted: as it was written, and who that is, if anybody."""

    word: str
    name: str | None
    category_names: Texts | None
    has_one: bool

    @property
    def able(self) -> bool:
        """Whether they get a ticket."""
        return self.name is not None and not self.has_one


def preview(conference_id: int, event_id: int, words: Sequence[str]) -> list[Wanted]:
    """Return what comes of each word. Two statements."""
    ids = service.matching(conference_id, words)
    known = {
        row.id: row
        for row in db.session.execute(
            select(R.c.id, R.c.name, CAT.c.names, T.c.id.label("ticket_id"))
            .select_from(
                R.join(CAT, R.c.category_id == CAT.c.id).outerjoin(
                    T,
                    (T.c.registration_id == R.c.id) & (T.c.event_id == event_id) & T.c.revoked_at.is_(None),
                )
            )
            .where(R.c.id.in_([id_ for id_ in ids.values() if id_ is not None]))
        )
    }
    found = []
    for word in words:
        row = known.get(ids[word] or 0)
        if row is None:
            found.append(Wanted(word, None, None, False))
        else:
            found.append(Wanted(word, row.name, row.names, row.ticket_id is not None))
    return found


def is_restricted(event: EventFacts) -> bool:
    """Return whether tickets say anything: not everybody who is registered may come to the event. Two statements."""
    return event.access is Access.INVITATION or service.rules_of(event.id).by_category


def released_at(event_id: int) -> datetime | None:
    """Return when seats of those who had not come were given on."""
    row = db.session.get(EventAdmission, event_id)
    return row.released_at if row is not None else None


def absent(event_id: int) -> int:
    """Return how many have a seat at an event and have not been let in. One statement."""
    here = exists().where(Attendance.event_id == event_id, Attendance.registration_id == B.c.registration_id)
    return (
        db.session.scalar(
            select(func.count())
            .select_from(B)
            .where(B.c.event_id == event_id, B.c.state == BookingState.CONFIRMED, ~here)
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class BlockRow:
    """Seats kept for an organization, with its names."""

    block: Block
    names: Texts
    acronyms: Texts


def blocks_of_event(event_id: int) -> list[BlockRow]:
    """Return the seats kept for organizations at an event that are still kept or used. One statement."""
    rows = db.session.execute(
        select(*BLOCK.c, ORG.c.names, ORG.c.acronyms)
        .join_from(BLOCK, ORG, BLOCK.c.organization_id == ORG.c.id)
        .where(BLOCK.c.event_id == event_id)
        .order_by(BLOCK.c.id)
    )
    found = [BlockRow(as_block(row), row.names, row.acronyms) for row in rows]
    return [one for one in found if one.block.open or one.block.used]


@dataclass(frozen=True, slots=True)
class Delegation:
    """Seats kept for an organization, with the event: for its focal points."""

    block: Block
    conference_id: int
    slug: str
    conference_names: Texts
    default_language: str
    zone: str
    event: EventFacts


def delegations(organization_id: int) -> list[Delegation]:
    """Return the seats kept for an organization at events that are not over, by time. One statement."""
    rows = db.session.execute(
        select(*BLOCK.c, C.c.id.label("of"), C.c.slug, C.c.names, C.c.default_language, C.c.zone, *EVENT)
        .select_from(
            BLOCK.join(E, BLOCK.c.event_id == E.c.id)
            .join(C, E.c.conference_id == C.c.id)
            .join(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        )
        .where(BLOCK.c.organization_id == organization_id, E.c.state == EventState.SCHEDULED)
        .order_by(P.c.starts_at.is_(None), P.c.starts_at, E.c.code)
    )
    now = clock.now()
    found = [
        Delegation(
            as_block(row), row.of, row.slug, row[-len(EVENT) - 3], row.default_language, row.zone,
            as_event(row[-len(EVENT):]),
        )
        for row in rows
    ]  # fmt: skip
    return [
        one for one in found if (one.block.open or one.block.used) and not one.event.is_over(one.zone, now)
    ]


def has_delegations(organization_id: int) -> int:
    """Return how many seats kept for an organization nobody of it has yet. One statement."""
    free = select(func.sum(BLOCK.c.seats - BLOCK.c.used)).where(BLOCK.c.organization_id == organization_id)
    return db.session.scalar(free) or 0


def invited_to(person: Person) -> list[EventFacts]:
    """Return the coming events that a person has a ticket for, by time. One statement."""
    rows = db.session.execute(
        select(*EVENT)
        .select_from(
            T.join(E, T.c.event_id == E.c.id)
            .join(C, E.c.conference_id == C.c.id)
            .join(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(A, A.c.event_id == E.c.id)
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        )
        .where(T.c.registration_id == person.id, T.c.revoked_at.is_(None), E.c.state == EventState.SCHEDULED)
        .order_by(P.c.starts_at.is_(None), P.c.starts_at, E.c.code)
    )
    events = [as_event(row) for row in rows]
    return [one for one in events if not one.is_over(person.zone, clock.now())]
