"""What the pages of registration show: typed rows, each read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Row, Select, Table, bindparam, case, func, or_, select
from sqlalchemy.sql.selectable import ScalarSelect

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock, search, secrets
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.capacity import seats_shown
from eventsapp.programme.enums import Access, EventState
from eventsapp.programme.models import Event, Placement, ProgrammeVersion
from eventsapp.programme.snapshot import SeatsInfo
from eventsapp.registration import links, rights, rules
from eventsapp.registration.enums import BookingState, OverlapRule, RegistrationState
from eventsapp.registration.models import Booking, Category, Registration, Star
from eventsapp.registration.transitions import GONE


def _table(model: type[Any]) -> Table:
    return cast(Table, model.__table__)


# Plain tables: some of the statements below are sent thousands of times a second, and need no objects.
R, C, E, P, B, S = map(_table, (Registration, Conference, Event, Placement, Booking, Star))
V, ROOM, CAT, ORG = map(_table, (ProgrammeVersion, Room, Category, Organization))


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person with what is needed of their conference: who books, and who is written to."""

    id: int
    conference_id: int
    user_id: int | None
    name: str
    email: str
    language: str
    state: RegistrationState
    secret_version: int
    calendar_version: int
    slug: str
    conference_names: Texts
    conference_state: ConferenceState
    zone: str
    default_language: str

    def text(self, texts: Texts | None) -> str:
        """Return a text in the language that the person is written to in."""
        return pick(texts, self.language, self.default_language)

    @property
    def page(self) -> str:
        """The absolute address of their own page."""
        return links.page_address(self.id, self.secret_version, self.language)


PERSON: Final = (
    R.c.id,
    R.c.conference_id,
    R.c.user_id,
    R.c.name,
    R.c.email,
    R.c.language,
    R.c.state,
    R.c.secret_version,
    R.c.calendar_version,
    C.c.slug,
    C.c.names.label("conference_names"),
    C.c.state.label("conference_state"),
    C.c.zone,
    C.c.default_language,
)
"""The columns of :class:`Person`, in its order, from the tables of registrations and conferences."""


def newest_release() -> ScalarSelect[Any]:
    """Return the id of the newest release of the conference of the enclosing statement, as a subquery."""
    return (
        select(V.c.id)
        .where(V.c.conference_id == C.c.id, V.c.number.is_not(None))
        .order_by(V.c.number.desc())
        .limit(1)
        .correlate(C)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event as the newest release has it, with its seats: what booking needs to know, and say."""

    id: int
    code: str
    titles: Texts
    state: EventState
    access: Access | None
    seats: int | None
    taken: int
    waiting: int
    day: date | None
    end_day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    rooms: Texts | None

    @property
    def has_seats(self) -> bool:
        """Whether a seat is free that nobody waits for."""
        return self.seats is not None and self.taken < self.seats and not self.waiting

    def is_over(self, zone: str, now: datetime) -> bool:
        """Return whether it is over at ``now`` (``rules.is_over``)."""
        return rules.is_over(
            day=self.day,
            end_day=self.end_day,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            zone=zone,
            now=now,
        )


EVENT: Final = (
    E.c.id.label("event_id"),
    E.c.code,
    E.c.titles,
    E.c.state.label("event_state"),
    E.c.access,
    E.c.seats,
    E.c.seats_taken,
    E.c.seats_waiting,
    P.c.day,
    P.c.end_day,
    P.c.starts_at,
    P.c.ends_at,
    ROOM.c.names.label("rooms"),
)
"""The columns of :class:`EventFacts`, in its order."""


def as_person(values: Sequence[Any]) -> Person:
    """Return the person in a row's values of :data:`PERSON`."""
    return Person(*values)


def as_event(values: Sequence[Any]) -> EventFacts:
    """Return the event in a row's values of :data:`EVENT`."""
    return EventFacts(*values)


_PERSON = select(*PERSON).join_from(R, C, R.c.conference_id == C.c.id)
_BY_ID = _PERSON.where(R.c.id == bindparam("registration_id"))


def person(registration_id: int) -> Person | None:
    """Return a registered person by id."""
    row = db.session.connection().execute(_BY_ID, {"registration_id": registration_id}).one_or_none()
    return None if row is None else as_person(row)


def person_by_token(token: str) -> Person | None:
    """Return the person whose own page has this token; None for a forged or revoked one."""
    id_ = secrets.read_id(token)
    found = None if id_ is None else person(id_)
    if found is None or not secrets.matches(token, links.PAGE, found.id, found.secret_version):
        return None
    return found


def person_by_confirmation(token: str) -> Person | None:
    """Return the person whom this token confirms; None for a forged, revoked or expired one."""
    id_ = secrets.read_id_until(token)
    found = None if id_ is None else person(id_)
    if found is None or not secrets.matches_until(token, links.CONFIRM, found.id, found.secret_version):
        return None
    return found


def person_of_user(user_id: int, conference_id: int) -> Person | None:
    """Return the registration of an account in a conference that is not cancelled; the confirmed one first."""
    rows = db.session.connection().execute(
        _PERSON.where(
            R.c.user_id == user_id,
            R.c.conference_id == conference_id,
            R.c.state.not_in(GONE),
        )
        .order_by(case((R.c.state == RegistrationState.CONFIRMED, 0), else_=1), R.c.id)
        .limit(1)
    )
    row = rows.one_or_none()
    return None if row is None else as_person(row)


@dataclass(frozen=True, slots=True)
class ToBook:
    """A person, the event they mean and the booking they have of it, if any, read at once."""

    person: Person
    event: EventFacts | None
    booking_id: int | None
    booking_state: BookingState | None
    position: int | None
    right: bool = True
    """Whether the event is open to the person, by category or ticket where it is restricted."""
    strict: bool = False
    """Whether overlaps have to be looked for."""
    block_id: int | None = None
    """The seats kept for the delegation of which the person may take one."""


_TO_BOOK = (
    select(
        *PERSON,
        *EVENT,
        B.c.id,
        B.c.state.label("booking_state"),
        B.c.position,
        P.c.id.label("placement_id"),
        rights.right().label("may_come"),
        rights.strict().label("strict"),
        rights.kept_seats(bindparam("now", type_=B.c.created_at.type)).label("block_id"),
    )
    .select_from(
        R.join(C, R.c.conference_id == C.c.id)
        .outerjoin(E, (E.c.conference_id == C.c.id) & (E.c.code == bindparam("code")))
        .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
        .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        .outerjoin(B, (B.c.event_id == E.c.id) & (B.c.registration_id == R.c.id))
        .outerjoin(rights.A, rights.A.c.event_id == E.c.id)
        .outerjoin(rights.SETTINGS, rights.SETTINGS.c.conference_id == C.c.id)
    )
    .where(R.c.id == bindparam("registration_id"))
)


def to_book(registration_id: int, code: str) -> ToBook | None:
    """Return a person with one event of their conference by its code. One statement.

    ``event`` is None for one that the newest release does not have, which people may not know of.
    """
    found = db.session.connection().execute(
        _TO_BOOK, {"registration_id": registration_id, "code": code, "now": clock.now()}
    )
    row = found.one_or_none()
    if row is None:
        return None
    cut = len(PERSON)
    event = as_event(row[cut : cut + len(EVENT)]) if row.placement_id is not None else None
    id_, state, position, _placement, right, strict, block_id = row[cut + len(EVENT) :]
    return ToBook(as_person(row[:cut]), event, id_, state, position, bool(right), bool(strict), block_id)


def to_book_by_token(token: str, code: str) -> ToBook | None:
    """Return :func:`to_book` for the person whose own page has this token; None for a forged or revoked one."""
    id_ = secrets.read_id(token)
    found = None if id_ is None else to_book(id_, code)
    if found is None or not secrets.matches(token, links.PAGE, found.person.id, found.person.secret_version):
        return None
    return found


def is_released(conference_id: int, event_id: int) -> bool:
    """Return whether an event belongs to the conference and is in its newest release."""
    found = db.session.connection().execute(
        select(P.c.id)
        .select_from(P.join(E, P.c.event_id == E.c.id).join(C, E.c.conference_id == C.c.id))
        .where(E.c.id == event_id, C.c.id == conference_id, P.c.version_id == newest_release())
    )
    return found.first() is not None


def booked_people(event_ids: Sequence[int]) -> list[tuple[Person, EventFacts, Texts]]:
    """Return everybody who has a seat at one of the events or waits for one, with the event and why it is cancelled.

    In the order of the events' codes, the seated before the waiting. One statement.
    """
    rows = db.session.connection().execute(
        select(*PERSON, *EVENT, E.c.cancellation_reasons)
        .select_from(
            B.join(R, B.c.registration_id == R.c.id)
            .join(C, R.c.conference_id == C.c.id)
            .join(E, B.c.event_id == E.c.id)
            .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        )
        .where(B.c.event_id.in_(event_ids), B.c.state != BookingState.CANCELLED)
        .order_by(E.c.code, B.c.state, B.c.position, B.c.id)
    )
    cut = len(PERSON)
    return [(as_person(row[:cut]), as_event(row[cut:-1]), row[-1]) for row in rows]


def holders(event_ids: Sequence[int]) -> list[tuple[Person, int]]:
    """Return everybody who has a seat at one of the events or waits for one, with the event's id. One statement."""
    return _with_events(B, event_ids, B.c.state != BookingState.CANCELLED)


def keepers(event_ids: Sequence[int]) -> list[tuple[Person, int]]:
    """Return everybody who keeps one of the events in their own programme, with the event's id. One statement."""
    return _with_events(S, event_ids, R.c.state == RegistrationState.CONFIRMED)


def _with_events(table: Table, event_ids: Sequence[int], condition: Any) -> list[tuple[Person, int]]:
    rows = db.session.connection().execute(
        select(*PERSON, table.c.event_id)
        .select_from(table.join(R, table.c.registration_id == R.c.id).join(C, R.c.conference_id == C.c.id))
        .where(table.c.event_id.in_(event_ids), condition)
        .order_by(table.c.event_id, table.c.id)
    )
    return [(as_person(row[:-1]), row[-1]) for row in rows]


# --- a person's own page


def place_in_queue() -> ScalarSelect[Any]:
    """Return a waiting booking's place in its queue (1 is next) as a subquery of a statement that has the booking."""
    ahead = B.alias()
    return (
        select(func.count())
        .where(
            ahead.c.event_id == B.c.event_id,
            ahead.c.state == BookingState.WAITLISTED,
            ahead.c.position <= B.c.position,
        )
        .correlate(B)
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class OwnEvent:
    """A released event and what a person has to do with it. ``place``: in the queue, 1 is next; None unless waiting."""

    event: EventFacts
    booking: BookingState | None
    place: int | None
    starred: bool
    shown: SeatsInfo | None
    """What anybody is told of its seats."""

    @property
    def cancelled(self) -> bool:
        """Whether the event is cancelled."""
        return self.event.state is EventState.CANCELLED


def _own_event(row: Row[*tuple[Any, ...]]) -> OwnEvent:
    event = as_event(row[: len(EVENT)])
    booking: BookingState | None = None if row.booking_state is BookingState.CANCELLED else row.booking_state
    return OwnEvent(
        event=event,
        booking=booking,
        place=row.place if booking is BookingState.WAITLISTED else None,
        starred=row.star_id is not None,
        shown=seats_shown(event.seats, event.taken, event.waiting),
    )


def _events_of(person_: Person) -> Select[*tuple[Any, ...]]:
    """Return the statement that reads the released events of a person's conference as :class:`OwnEvent`."""
    return (
        select(
            *EVENT, B.c.state.label("booking_state"), place_in_queue().label("place"), S.c.id.label("star_id")
        )
        .select_from(
            E.join(C, E.c.conference_id == C.c.id)
            .join(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
            .outerjoin(B, (B.c.event_id == E.c.id) & (B.c.registration_id == person_.id))
            .outerjoin(S, (S.c.event_id == E.c.id) & (S.c.registration_id == person_.id))
        )
        .where(C.c.id == person_.conference_id, E.c.state != EventState.DRAFT)
    )


def own_event(person_: Person, code: str) -> OwnEvent | None:
    """Return one released event of a person's conference by its code. One statement."""
    row = db.session.connection().execute(_events_of(person_).where(E.c.code == code)).one_or_none()
    return None if row is None else _own_event(row)


def released_event(conference_id: int, code: str) -> EventFacts | None:
    """Return an event of the newest release by its code. One statement."""
    row = (
        db.session.connection()
        .execute(
            select(*EVENT)
            .select_from(
                E.join(C, E.c.conference_id == C.c.id)
                .join(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
                .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
            )
            .where(C.c.id == conference_id, E.c.code == code, E.c.state != EventState.DRAFT)
        )
        .one_or_none()
    )
    return None if row is None else as_event(row)


@dataclass(frozen=True, slots=True)
class OwnProgramme:
    """What a person booked, waits for or keeps, by day in the conference's zone; then what has no day yet.

    ``overlaps``: event id → what takes place at the same time.
    """

    days: list[tuple[date, list[OwnEvent]]]
    undated: list[OwnEvent]
    overlaps: dict[int, list[OwnEvent]]

    @property
    def events(self) -> list[OwnEvent]:
        """All of it, in order."""
        return [own for _day, events in self.days for own in events] + self.undated

    @property
    def booked(self) -> list[OwnEvent]:
        """What has a seat or a place in a queue."""
        return [own for own in self.events if own.booking is not None]

    def overlapping(self, event: EventFacts, zone: str) -> list[OwnEvent]:
        """Return what takes place at the same time as ``event``, which may be one of them or not."""
        others = {own.event.id: own for own in self.events if own.event.id != event.id and not own.cancelled}
        timed = [one for one in map(_timed, [event, *(own.event for own in others.values())]) if one]
        return [others[id_] for id_ in rules.own_overlaps(timed, zone).get(event.id, ())]


def _timed(event: EventFacts) -> rules.Timed | None:
    if event.day is None or event.starts_at is None:
        return None
    return rules.Timed(event.id, event.day, event.end_day, event.starts_at, event.ends_at)


def own_programme(person_: Person) -> OwnProgramme:
    """Return a person's own programme. One statement."""
    mine = select(B.c.event_id).where(
        B.c.registration_id == person_.id, B.c.state != BookingState.CANCELLED
    ).union(select(S.c.event_id).where(S.c.registration_id == person_.id))  # fmt: skip
    rows = db.session.connection().execute(
        _events_of(person_)
        .where(E.c.id.in_(mine))
        .order_by(P.c.day, P.c.starts_at.is_(None), P.c.starts_at, E.c.code)
    )
    found = [_own_event(row) for row in rows]
    timed = [one for own in found if not own.cancelled and (one := _timed(own.event)) is not None]
    by_id = {own.event.id: own for own in found}
    days: dict[date, list[OwnEvent]] = {}
    for own in found:
        if own.event.day is not None:
            days.setdefault(own.event.day, []).append(own)
    return OwnProgramme(
        days=sorted(days.items()),
        undated=[own for own in found if own.event.day is None],
        overlaps={
            event_id: [by_id[other] for other in others]
            for event_id, others in rules.own_overlaps(timed, person_.zone).items()
        },
    )


def refused_beside(person_: Person, event: EventFacts) -> list[EventFacts]:
    """Return what the person has booked that takes place at the same time as ``event``, where that is refused. Two statements."""
    connection = db.session.connection()
    rule = select(rights.OVERLAPS).select_from(
        E.outerjoin(rights.A, rights.A.c.event_id == E.c.id).outerjoin(
            rights.SETTINGS, rights.SETTINGS.c.conference_id == E.c.conference_id
        )
    )
    here = OverlapRule(connection.execute(rule.where(E.c.id == event.id)).scalar_one())
    rows = connection.execute(
        select(*EVENT, rights.OVERLAPS)
        .select_from(
            B.join(E, B.c.event_id == E.c.id)
            .join(C, E.c.conference_id == C.c.id)
            .join(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
            .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
            .outerjoin(rights.A, rights.A.c.event_id == E.c.id)
            .outerjoin(rights.SETTINGS, rights.SETTINGS.c.conference_id == C.c.id)
        )
        .where(
            B.c.registration_id == person_.id,
            B.c.state != BookingState.CANCELLED,
            E.c.id != event.id,
            E.c.state == EventState.SCHEDULED,
        )
        .order_by(E.c.id)
    )
    others = {
        row.event_id: as_event(row[: len(EVENT)])
        for row in rows
        if rules.between(here, OverlapRule(row[-1])) is OverlapRule.REFUSED
    }
    timed = [one for one in map(_timed, [event, *others.values()]) if one]
    return [others[id_] for id_ in rules.own_overlaps(timed, person_.zone).get(event.id, ()) if id_ in others]


@dataclass(frozen=True, slots=True)
class Bookable:
    """A page of the events that can be booked; ``total`` counts all that fit."""

    events: list[OwnEvent]
    total: int
    page: int
    pages: int


EVENTS_PER_PAGE: Final = 40


def bookable(person_: Person, now: datetime, *, query: str = "", page: int = 1) -> Bookable:
    """Return the events with seats to book that are not over, by time, those with all words of ``query``.

    Two statements.
    """
    base = _events_of(person_).where(
        E.c.state == EventState.SCHEDULED,
        E.c.access == Access.BOOKING,
        E.c.seats.is_not(None),
        or_(
            P.c.starts_at.is_(None), P.c.end_day.is_not(None), func.coalesce(P.c.ends_at, P.c.starts_at) > now
        ),
        *(E.c.search_text.like(search.like_pattern(term), escape="\\") for term in search.terms(query)),
    )
    connection = db.session.connection()
    counted = base.with_only_columns(func.count(), maintain_column_froms=True)
    total: int = connection.execute(counted).scalar_one()
    pages = max(1, -(-total // EVENTS_PER_PAGE))
    page = min(max(1, page), pages)
    rows = connection.execute(
        base.order_by(P.c.starts_at.is_(None), P.c.starts_at, E.c.code)
        .limit(EVENTS_PER_PAGE)
        .offset((page - 1) * EVENTS_PER_PAGE)
    )
    return Bookable([_own_event(row) for row in rows], total, page, pages)


_OPEN_CATEGORIES = (
    select(CAT.c.id, CAT.c.names, CAT.c.descriptions)
    .where(
        CAT.c.conference_id == bindparam("conference_id"),
        or_(CAT.c.open.is_(True) & CAT.c.form_id.is_(None), CAT.c.id == bindparam("also")),
    )
    .order_by(CAT.c.position, CAT.c.id)
)


def open_categories(conference_id: int, *, also: int | None = None) -> list[tuple[int, Texts, Texts]]:
    """Return (id, names, descriptions) of the categories that people choose themselves on the plain form, and of ``also``.

    Those with a form of their own have pages of their own (``enrolment``).
    """
    asked = {"conference_id": conference_id, "also": -1 if also is None else also}
    rows = db.session.connection().execute(_OPEN_CATEGORIES, asked)
    return [(row.id, row.names, row.descriptions) for row in rows]


def has_forms(conference_id: int) -> bool:
    """Return whether a category that people choose themselves has a form of its own."""
    found = db.session.connection().execute(
        select(CAT.c.id)
        .where(CAT.c.conference_id == conference_id, CAT.c.open.is_(True), CAT.c.form_id.is_not(None))
        .limit(1)
    )
    return found.first() is not None


def public_conferences() -> list[tuple[str, Texts, str]]:
    """Return (slug, names, default language) of the published conferences, the coming ones first."""
    rows = db.session.connection().execute(
        select(C.c.slug, C.c.names, C.c.default_language)
        .where(C.c.state == ConferenceState.PUBLISHED)
        .order_by(C.c.start_date.desc(), C.c.id)
        .limit(20)
    )
    return [(row.slug, row.names, row.default_language) for row in rows]


@dataclass(frozen=True, slots=True)
class OfUser:
    """A registration as it appears under an account."""

    person: Person
    start_date: date
    end_date: date


def registrations_of_user(user_id: int) -> list[OfUser]:
    """Return the registrations of an account, the coming conferences first, the cancelled last. One statement."""
    rows = db.session.connection().execute(
        select(*PERSON, C.c.start_date, C.c.end_date)
        .select_from(R.join(C, R.c.conference_id == C.c.id))
        .where(R.c.user_id == user_id, C.c.state != ConferenceState.DRAFT)
        .order_by(case((R.c.state.in_(GONE), 1), else_=0), C.c.start_date.desc(), R.c.id.desc())
    )
    return [OfUser(as_person(row[:-2]), row[-2], row[-1]) for row in rows]
