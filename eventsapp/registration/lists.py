"""The lists of the organizers' workspace: typed rows, filtered and sorted by the database, some at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true

from eventsapp.core import search
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.programme.enums import Access, EventState
from eventsapp.registration import rights
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.queries import (
    CAT,
    EVENT,
    ORG,
    ROOM,
    B,
    C,
    E,
    EventFacts,
    P,
    R,
    as_event,
    newest_release,
    place_in_queue,
)

PER_PAGE: Final = 50
SORTS: Final = ("new", "name", "country", "state")
"""What the list can be sorted by; the first is the usual one: the newest on top."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the list, as it stands in the address. Empty asks nothing; what nothing has finds nothing.

    ``category`` is an id, ``country`` a code, ``organization`` words of its name.
    """

    q: str = ""
    state: str = ""
    category: str = ""
    country: str = ""
    organization: str = ""
    sort: str = ""
    backwards: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Return the filters in a query string."""
        names = [field.name for field in fields(cls)]
        return cls(**{name: arguments.get(name, "")[:200] for name in names})

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return any((self.q, self.state, self.category, self.country, self.organization))


@dataclass(frozen=True, slots=True)
class Row:
    """One registration in the list."""

    id: int
    name: str
    email: str
    state: RegistrationState
    country: str | None
    language: str
    category_names: Texts
    organization_names: Texts | None
    organization_acronyms: Texts | None
    organization_name: str | None
    created_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None


_ROW = (
    R.c.id,
    R.c.name,
    R.c.email,
    R.c.state,
    R.c.country,
    R.c.language,
    CAT.c.names.label("category_names"),
    ORG.c.names.label("organization_names"),
    ORG.c.acronyms.label("organization_acronyms"),
    R.c.organization_name,
    R.c.created_at,
    R.c.confirmed_at,
    R.c.cancelled_at,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``total`` counts all that fit, ``pages`` is at least 1."""

    rows: list[Row]
    total: int
    page: int
    pages: int


def _contains(column: ColumnElement[Any], term: str) -> ColumnElement[bool]:
    return column.like(search.like_pattern(term), escape="\\")


def _organization_called(term: str) -> ColumnElement[bool]:
    # One look at the directory, not one for each registration.
    return R.c.organization_id.in_(select(ORG.c.id).where(_contains(ORG.c.search_text, term)))


def _conditions(conference_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [R.c.conference_id == conference_id]
    where += [
        or_(_contains(R.c.search_text, term), _organization_called(term)) for term in search.terms(filters.q)
    ]
    for term in search.terms(filters.organization):
        own = R.c.organization_name.is_not(None) & _contains(R.c.search_text, term)
        where.append(or_(own, _organization_called(term)))
    if filters.state:
        known = [state for state in RegistrationState if state.value == filters.state]
        where.append(R.c.state.in_(known))
    if filters.category:
        plain = filters.category.isascii() and filters.category.isdigit() and len(filters.category) < 10
        where.append(R.c.category_id == (int(filters.category) if plain else -1))
    if filters.country:
        where.append(R.c.country == filters.country.upper())
    return where


def _order(filters: Filters) -> list[ColumnElement[Any]]:
    backwards = bool(filters.backwards)
    keys: dict[str, list[ColumnElement[Any]]] = {
        "name": [R.c.search_text, R.c.id],
        "country": [func.coalesce(R.c.country, "~"), R.c.search_text, R.c.id],
        "state": [R.c.state, R.c.created_at, R.c.id],
    }
    chosen = keys.get(filters.sort)
    if chosen is None:
        chosen, backwards = [R.c.created_at, R.c.id], not backwards
    return [key.desc() if backwards else key.asc() for key in chosen]


def _rows() -> Select[*tuple[Any, ...]]:
    return select(*_ROW).select_from(
        R.join(CAT, R.c.category_id == CAT.c.id).outerjoin(ORG, R.c.organization_id == ORG.c.id)
    )


def listing(conference_id: int, filters: Filters, *, page: int = 1) -> Listing:
    """Return a page of a conference's registrations. Two statements."""
    connection = db.session.connection()
    where = _conditions(conference_id, filters)
    total: int = connection.execute(select(func.count()).select_from(R).where(*where)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    # The ids first: sorting needs no names of categories and organizations.
    chosen = (
        select(R.c.id).where(*where).order_by(*_order(filters)).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    )
    rows = connection.execute(_rows().where(R.c.id.in_(chosen)).order_by(*_order(filters)))
    return Listing([Row(*row) for row in rows], total, page, pages)


def everything(conference_id: int, filters: Filters) -> Iterator[Row]:
    """Give all registrations that fit, for an export. One statement, read bit by bit."""
    connection = db.session.connection()
    statement = _rows().where(*_conditions(conference_id, filters)).order_by(*_order(filters))
    for row in connection.execute(statement.execution_options(yield_per=1000)):
        yield Row(*row)


def countries_used(conference_id: int) -> list[str]:
    """Return the codes of the countries that people come from. One statement."""
    found = db.session.connection().execute(
        select(R.c.country).where(R.c.conference_id == conference_id, R.c.country.is_not(None)).distinct()
    )
    return sorted(str(code) for code in found.scalars())


def categories(conference_id: int) -> list[tuple[int, Texts, Texts]]:
    """Return (id, names, descriptions) of all categories, open or not. One statement."""
    found = db.session.connection().execute(
        select(CAT.c.id, CAT.c.names, CAT.c.descriptions)
        .where(CAT.c.conference_id == conference_id)
        .order_by(CAT.c.position, CAT.c.id)
    )
    return [(row.id, row.names, row.descriptions) for row in found]


def counts(conference_id: int) -> dict[RegistrationState, int]:
    """Return how many registrations are in each state. One statement."""
    found = db.session.connection().execute(
        select(R.c.state, func.count()).where(R.c.conference_id == conference_id).group_by(R.c.state)
    )
    counted = {row[0]: row[1] for row in found}
    return {state: counted.get(state, 0) for state in RegistrationState}


# --- one registration


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking of one person, or one of the bookings of an event. ``place``: in the queue, 1 is next."""

    registration_id: int
    name: str
    email: str
    state: BookingState
    place: int | None
    created_at: datetime
    changed_at: datetime
    event: EventFacts


def _bookings(place: ColumnElement[int] | None = None) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads bookings; ``place`` counts the queue in another way than one booking at a time."""
    return select(
        R.c.id,
        R.c.name,
        R.c.email,
        B.c.state.label("booking_state"),
        (place_in_queue() if place is None else place).label("place"),
        B.c.created_at,
        B.c.changed_at,
        *EVENT,
    ).select_from(
        B.join(R, B.c.registration_id == R.c.id)
        .join(E, B.c.event_id == E.c.id)
        .join(C, E.c.conference_id == C.c.id)
        .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
        .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
    )


def _booking(row: Any) -> BookingRow:
    waiting = row.booking_state is BookingState.WAITLISTED
    return BookingRow(
        registration_id=row[0],
        name=row[1],
        email=row[2],
        state=row.booking_state,
        place=row.place if waiting else None,
        created_at=row[5],
        changed_at=row[6],
        event=as_event(row[7:]),
    )


def bookings_of_person(registration_id: int) -> list[BookingRow]:
    """Return all bookings of a person, also the cancelled ones, in the order of the programme. One statement."""
    rows = db.session.connection().execute(
        _bookings()
        .where(B.c.registration_id == registration_id)
        .order_by(P.c.starts_at.is_(None), P.c.starts_at, E.c.code)
    )
    return [_booking(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Sent:
    """A message to a person."""

    id: int
    subject: str
    template: str
    state: MessageState
    created_at: datetime
    sent_at: datetime | None


def messages_to(conference_id: int, email: str) -> list[Sent]:
    """Return the newest hundred messages about a conference to an address. One statement."""
    rows = db.session.execute(
        select(
            Message.id, Message.subject, Message.template, Message.state, Message.created_at, Message.sent_at
        )
        .where(Message.conference_id == conference_id, Message.to_email == email)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(100)
    )
    return [Sent(*row) for row in rows]


# --- bookings by event


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event with seats to book."""

    event: EventFacts
    released: bool


def events(conference_id: int, *, query: str = "") -> list[EventRow]:
    """Return the events of a conference with seats to book, or restricted ones, in the order of the programme. One statement."""
    rows = db.session.connection().execute(
        select(*EVENT, P.c.id.label("placement_id"))
        .select_from(
            E.join(C, E.c.conference_id == C.c.id)
            .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        )
        .where(
            C.c.id == conference_id,
            _not_for_everybody(),
            *(_contains(E.c.search_text, term) for term in search.terms(query)),
        )
        .order_by(P.c.starts_at.is_(None), P.c.starts_at, E.c.code)
    )
    return [EventRow(as_event(row[:-1]), row.placement_id is not None) for row in rows]


def _not_for_everybody() -> ColumnElement[bool]:
    """Whether an event has seats to book, or is restricted."""
    by_category = exists().where(rights.A.c.event_id == E.c.id, rights.A.c.by_category.is_(True))
    return or_(E.c.seats.is_not(None), E.c.access == Access.INVITATION, by_category)


def event(conference_id: int, code: str) -> EventFacts | None:
    """Return an event of a conference with seats to book, or a restricted one. One statement."""
    return _one_event(conference_id, code, _not_for_everybody())


def any_event(conference_id: int, code: str) -> EventFacts | None:
    """Return an event of a conference. One statement."""
    return _one_event(conference_id, code, true())


def _one_event(conference_id: int, code: str, which: ColumnElement[bool]) -> EventFacts | None:
    row = (
        db.session.connection()
        .execute(
            select(*EVENT)
            .select_from(
                E.join(C, E.c.conference_id == C.c.id)
                .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
                .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
            )
            .where(C.c.id == conference_id, E.c.code == code, which)
        )
        .one_or_none()
    )
    return None if row is None else as_event(row)


@dataclass(frozen=True, slots=True)
class Bookings:
    """A page of an event's bookings that are not cancelled: the seated as they came, then the queue in its order."""

    rows: list[BookingRow]
    total: int
    page: int
    pages: int


def _of_event(event_id: int) -> Select[*tuple[Any, ...]]:
    # The whole queue is counted through once, not from its head for each who waits in it.
    place = func.row_number().over(partition_by=B.c.state, order_by=B.c.position)
    return (
        _bookings(place)
        .where(B.c.event_id == event_id, B.c.state != BookingState.CANCELLED)
        .order_by(B.c.state, B.c.position, B.c.changed_at, B.c.id)
    )


def bookings_of_event(event_id: int, *, page: int = 1) -> Bookings:
    """Return a page of them. Two statements."""
    where = (B.c.event_id == event_id, B.c.state != BookingState.CANCELLED)
    connection = db.session.connection()
    total: int = connection.execute(select(func.count()).select_from(B).where(*where)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = connection.execute(_of_event(event_id).limit(PER_PAGE).offset((page - 1) * PER_PAGE))
    return Bookings([_booking(row) for row in rows], total, page, pages)


def all_bookings_of_event(event_id: int) -> Iterator[BookingRow]:
    """Give all of them, for an export. One statement."""
    statement = _of_event(event_id).execution_options(yield_per=1000)
    for row in db.session.connection().execute(statement):
        yield _booking(row)


def bookable_codes(conference_id: int) -> list[tuple[str, Texts]]:
    """Return (code, titles) of the released events that take bookings, for a list of suggestions. One statement."""
    return [
        (row.event.code, row.event.titles)
        for row in events(conference_id)
        if row.released and row.event.state is EventState.SCHEDULED
    ]
