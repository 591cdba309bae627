"""Who booked an event and did not come, by name: for those who may see registrations. Reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import and_, func, select

from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.registration.door.models import Attendance
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking, Category, Registration

PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Absent:
    """Somebody who had a seat. ``came_otherwise``: whether they were let in at a door of the conference at all."""

    registration_id: int
    name: str
    email: str
    category_names: Texts
    organization_names: Texts | None
    organization_name: str | None
    came_otherwise: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of them by name; ``pages`` is at least 1."""

    rows: list[Absent]
    total: int
    page: int
    pages: int


def page(event_id: int, *, number: int = 1) -> Page:
    """Return a page of those who booked an event and were not scanned there. Two statements."""
    total: int = db.session.execute(
        select(func.count()).select_from(_missing(event_id).subquery())
    ).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, number), pages)
    rows = db.session.execute(_missing(event_id).limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page([Absent(*row) for row in rows], total, number, pages)


def everybody(event_id: int) -> Iterator[Absent]:
    """Give all of them, for an export. One statement."""
    for row in db.session.execute(_missing(event_id).execution_options(yield_per=1000)):
        yield Absent(*row)


def _missing(event_id: int) -> Any:
    same = and_(
        Attendance.event_id == Booking.event_id, Attendance.registration_id == Booking.registration_id
    )
    return (
        select(
            Registration.id,
            Registration.name,
            Registration.email,
            Category.names,
            Organization.names.label("organization_names"),
            Registration.organization_name,
            Registration.checked_in_at.is_not(None),
        )
        .join(Booking, Booking.registration_id == Registration.id)
        .join(Category, Category.id == Registration.category_id)
        .outerjoin(Organization, Organization.id == Registration.organization_id)
        .outerjoin(Attendance, same)
        .where(
            Booking.event_id == event_id,
            Booking.state == BookingState.CONFIRMED,
            Attendance.id.is_(None),
        )
        .order_by(Registration.search_text, Registration.id)
    )
