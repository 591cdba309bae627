"""What the pages of registration show: typed rows, each read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, case, select
from sqlalchemy.sql.selectable import ScalarSelect

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import secrets
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import Access, EventState
from eventsapp.programme.models import Event, Placement, ProgrammeVersion
from eventsapp.registration import links, rules
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Booking, Category, Registration, Star


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
            R.c.state != RegistrationState.CANCELLED,
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


_TO_BOOK = (
    select(
        *PERSON, *EVENT, B.c.id, B.c.state.label("booking_state"), B.c.position, P.c.id.label("placement_id")
    )
    .select_from(
        R.join(C, R.c.conference_id == C.c.id)
        .outerjoin(E, (E.c.conference_id == C.c.id) & (E.c.code == bindparam("code")))
        .outerjoin(P, (P.c.event_id == E.c.id) & (P.c.version_id == newest_release()))
        .outerjoin(ROOM, ROOM.c.id == P.c.room_id)
        .outerjoin(B, (B.c.event_id == E.c.id) & (B.c.registration_id == R.c.id))
    )
    .where(R.c.id == bindparam("registration_id"))
)


def to_book(registration_id: int, code: str) -> ToBook | None:
    """Return a person with one event of their conference by its code. One statement.

    ``event`` is None for one that the newest release does not have, which people may not know of.
    """
    found = db.session.connection().execute(_TO_BOOK, {"registration_id": registration_id, "code": code})
    row = found.one_or_none()
    if row is None:
        return None
    cut = len(PERSON)
    event = as_event(row[cut : cut + len(EVENT)]) if row.placement_id is not None else None
    return ToBook(as_person(row[:cut]), event, row[-4], row[-3], row[-2])


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
