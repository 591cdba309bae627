"""The waiting list of a conference as officers, and those who wait, see it. Typed rows in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select

from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import CAT, ORG, R

PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits, or has been offered a place. ``place``: in the queue, 1 is next; None for an offer."""

    id: int
    name: str
    email: str
    country: str | None
    category_names: Texts
    organization_names: Texts | None
    organization_acronyms: Texts | None
    organization_name: str | None
    position: int | None
    offer_until: datetime | None
    submitted_at: datetime | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Room:
    """A category with its places."""

    id: int
    names: Texts
    capacity: int | None
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue; ``total`` counts all, offers included, which come first."""

    rows: list[Waiting]
    total: int
    page: int
    pages: int


def queue(conference_id: int, *, category_id: int | None = None, page: int = 1) -> Queue:
    """Return a page of the offers that are open and of those who wait, in the order of the queue. Two statements.

    A place in the queue is that among all who wait, also where only one category is listed.
    """
    connection = db.session.connection()
    states = (RegistrationState.OFFERED, RegistrationState.WAITLISTED)
    where = [R.c.conference_id == conference_id, R.c.state.in_(states)]
    if category_id is not None:
        where.append(R.c.category_id == category_id)
    total: int = connection.execute(select(func.count()).select_from(R).where(*where)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    ahead = R.alias()
    place = (
        select(func.count())
        .where(
            ahead.c.conference_id == conference_id,
            ahead.c.state == RegistrationState.WAITLISTED,
            ahead.c.position <= R.c.position,
        )
        .correlate(R)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(
            R.c.id,
            R.c.name,
            R.c.email,
            R.c.country,
            CAT.c.names,
            ORG.c.names,
            ORG.c.acronyms,
            R.c.organization_name,
            R.c.position,
            R.c.offer_until,
            R.c.submitted_at,
            place,
        )
        .select_from(R.join(CAT, R.c.category_id == CAT.c.id).outerjoin(ORG, R.c.organization_id == ORG.c.id))
        .where(*where)
        .order_by(func.coalesce(R.c.position, 0), R.c.offer_until, R.c.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    values: list[list[Any]] = [[*row[:-1], row[-1] if row.position is not None else None] for row in rows]
    return Queue([Waiting(*one) for one in values], total, page, pages)


def rooms(conference_id: int) -> list[Room]:
    """Return the categories that have a limit, or people who wait. One statement."""
    waits = (
        select(R.c.category_id, func.count().label("waiting"))
        .where(R.c.conference_id == conference_id, R.c.state == RegistrationState.WAITLISTED)
        .group_by(R.c.category_id)
        .subquery()
    )
    rows = db.session.connection().execute(
        select(CAT.c.id, CAT.c.names, CAT.c.capacity, CAT.c.taken, func.coalesce(waits.c.waiting, 0))
        .select_from(CAT.outerjoin(waits, waits.c.category_id == CAT.c.id))
        .where(
            CAT.c.conference_id == conference_id,
            or_(CAT.c.capacity.is_not(None), waits.c.waiting.is_not(None)),
        )
        .order_by(CAT.c.position, CAT.c.id)
    )
    return [Room(*row) for row in rows]


def place_of(registration: Registration) -> int | None:
    """Return a waiting person's place in the queue: 1 is next; None for who does not wait. One statement."""
    if registration.position is None:
        return None
    return db.session.scalar(
        select(func.count()).where(
            Registration.conference_id == registration.conference_id,
            Registration.state == RegistrationState.WAITLISTED,
            Registration.position <= registration.position,
        )
    )
