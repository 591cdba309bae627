"""Tables of registrations and bookings."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference, OfConference
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.organizations.models import Organization
from eventsapp.programme.models import Event
from eventsapp.registration.enums import BookingState, RegistrationState


class Category(OfConference, Stamped, Model):
    """A registration category, such as delegate, observer or media. ``open`` ones can be chosen by anybody."""

    names: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    open: Mapped[bool] = mapped_column(default=True)


class Registration(Stamped, Model):
    """A person's enrolment in a conference. One for each e-mail address, unless cancelled."""

    __table_args__ = (
        Index(
            "uq_registration_email",
            "conference_id",
            "email",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        Index("ix_registration_list", "conference_id", "created_at", "id"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    organization_name: Mapped[str | None]
    """An organization that the directory does not have, as the person wrote it."""
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254))
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[RegistrationState] = mapped_column(
        choice(RegistrationState), default=RegistrationState.SUBMITTED
    )
    confirmed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    secret_version: Mapped[int] = mapped_column(default=0)
    """Raised to revoke the address of the participant's own page."""
    calendar_version: Mapped[int] = mapped_column(default=0)
    """Raised to revoke the address of the personal calendar feed."""
    search_text: Mapped[str] = mapped_column(String(800), default="")

    conference: Mapped[Conference] = relationship()
    category: Mapped[Category] = relationship()
    organization: Mapped[Organization | None] = relationship()
    user: Mapped[User | None] = relationship()


class Booking(Model):
    """A seat of one registered person at one event, or a place in its waitlist.

    ``position`` is the place in the event's queue: given out once, in order, never reused. CHECK: exactly the
    waitlisted have one.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "registration_id"),
        Index("ix_booking_queue", "event_id", "state", "position"),
        UniqueConstraint("event_id", "position"),
        CheckConstraint("(state = 'waitlisted') = (position IS NOT NULL)", name="position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[BookingState] = mapped_column(choice(BookingState))
    position: Mapped[int | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    event: Mapped[Event] = relationship()
    registration: Mapped[Registration] = relationship()


class Star(Model):
    """An event that a registered person keeps in their own programme without a seat."""

    __table_args__ = (UniqueConstraint("registration_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
