"""Who has the right to an event, and what it may overlap with, as parts of statements. Seats and doors ask the same.

The parts are meant for statements that have the event (``E``), the registration (``R``) and, joined outside, what is said of
the event's admission (``A``) and of registration in the conference (``SETTINGS``).
"""

from __future__ import annotations

from typing import Any, Final, cast

from sqlalchemy import Table, and_, case, exists, func, literal, or_, select
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.selectable import ScalarSelect

from eventsapp.programme.enums import Access
from eventsapp.programme.models import Event
from eventsapp.registration.enums import OverlapRule
from eventsapp.registration.models import (
    Booking,
    EventAdmission,
    EventCategory,
    Registration,
    RegistrationSettings,
    SeatBlock,
    Ticket,
)


def _table(model: type[Any]) -> Table:
    return cast(Table, model.__table__)


E, R, B, A = map(_table, (Event, Registration, Booking, EventAdmission))
EC, T, BLOCK, SETTINGS = map(_table, (EventCategory, Ticket, SeatBlock, RegistrationSettings))

BY_CATEGORY: Final[ColumnElement[bool]] = func.coalesce(A.c.by_category, False).is_(True)
RESTRICTED: Final[ColumnElement[bool]] = or_(E.c.access == Access.INVITATION, BY_CATEGORY)
OVERLAPS: Final = func.coalesce(A.c.overlaps, SETTINGS.c.overlaps, OverlapRule.WARNED)
"""What holds when somebody books what overlaps with this event."""


def flag(condition: ColumnElement[Any]) -> ColumnElement[int]:
    """Return a condition as 1 or 0, also where it is not known."""
    return case((condition, literal(1)), else_=literal(0))


def has_category() -> ColumnElement[bool]:
    """Return whether the event is for the person's category, where it is for categories at all."""
    return exists().where(EC.c.event_id == E.c.id, EC.c.category_id == R.c.category_id).correlate(E, R)


def has_ticket() -> ColumnElement[bool]:
    """Return whether the person has a ticket for the event."""
    found = exists().where(T.c.event_id == E.c.id, T.c.registration_id == R.c.id, T.c.revoked_at.is_(None))
    return found.correlate(E, R)


def right() -> ColumnElement[int]:
    """Return whether the person may come to the event by category or ticket (1 or 0). Asks only where it is restricted."""
    return case(
        (~RESTRICTED, literal(1)),
        (and_(BY_CATEGORY, has_category()), literal(1)),
        (has_ticket(), literal(1)),
        else_=literal(0),
    )


def strict() -> ColumnElement[int]:
    """Return whether overlaps have to be looked for when this event is booked (1 or 0): here, or at any event, they are refused."""
    other_a, other_e = A.alias(), E.alias()
    anywhere = (
        exists()
        .where(
            other_a.c.event_id == other_e.c.id,
            other_a.c.overlaps == OverlapRule.REFUSED,
            other_e.c.conference_id == E.c.conference_id,
        )
        .correlate(E)
    )
    return case((OVERLAPS == OverlapRule.REFUSED, literal(1)), (anywhere, literal(1)), else_=literal(0))


def kept_seats(now: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return the id of the seats kept at the event for the organization that nominated the person, while any is free.

    What people say of their organization themselves gives no claim to its seats.
    """
    return (
        select(BLOCK.c.id)
        .where(
            BLOCK.c.event_id == E.c.id,
            BLOCK.c.organization_id == R.c.nominated_for_id,
            BLOCK.c.used < BLOCK.c.seats,
            or_(BLOCK.c.ends_at.is_(None), BLOCK.c.ends_at > now),
        )
        .correlate(E, R)
        .scalar_subquery()
    )


def still_right(event_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return, for a statement that has only the registration, whether the person may still come to an event by booking."""
    closed = exists().where(A.c.event_id == event_id, A.c.by_category.is_(True))
    category = exists().where(EC.c.event_id == event_id, EC.c.category_id == R.c.category_id).correlate(R)
    ticket = (
        exists()
        .where(T.c.event_id == event_id, T.c.registration_id == R.c.id, T.c.revoked_at.is_(None))
        .correlate(R)
    )
    return or_(~closed, category, ticket)
