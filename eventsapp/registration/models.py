"""Tables of registrations and bookings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference, OfConference
from eventsapp.core.db import Stamped, choice
from eventsapp.core.files import StoredFile
from eventsapp.extensions import Model
from eventsapp.organizations.models import Organization
from eventsapp.programme.models import Event
from eventsapp.questions.models import Questionnaire
from eventsapp.registration.enums import (
    Approval,
    BookingState,
    Gender,
    OverlapRule,
    RegistrationState,
    TransferState,
    WaitlistMode,
)
from eventsapp.registration.names import name_key


class RegistrationSettings(Model):
    """How registration works in one conference. A conference without a row has the defaults of the columns.

    ``taken`` and ``waiting`` are moved by single conditional UPDATEs (``places.py``), never through an object. ``queue_tail``
    is the last position given out in the conference's queue.
    """

    __table_args__ = (
        CheckConstraint("taken >= 0 AND waiting >= 0 AND queue_tail >= 0", name="counters"),
        CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),
        CheckConstraint("offer_hours > 0", name="offer_hours"),
    )

    conference_id: Mapped[int] = mapped_column(
        ForeignKey("conference.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    capacity: Mapped[int | None]
    """Persons; None: as many as come. The last places may be exceeded only by lowering it."""
    taken: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    queue_tail: Mapped[int] = mapped_column(default=0)
    waitlist: Mapped[WaitlistMode] = mapped_column(choice(WaitlistMode), default=WaitlistMode.AUTOMATIC)
    offer_hours: Mapped[int] = mapped_column(default=48)
    """How long a place from the waitlist is kept for the person who is asked."""
    four_eyes: Mapped[bool] = mapped_column(default=False)
    """Whether two registrars have to approve."""
    replace_until: Mapped[datetime | None]
    """Until when a focal point may replace one nominee by another; None: until registration closes."""
    remind_every: Mapped[int | None] = mapped_column(default=7)
    """Days after which nominees who have not completed their registration are reminded, each time; None: never."""
    remind_before: Mapped[int | None] = mapped_column(default=3)
    """Days before they can be replaced no more when they are reminded once again; None: not."""
    overlaps: Mapped[OverlapRule] = mapped_column(choice(OverlapRule), default=OverlapRule.WARNED)
    release_minutes: Mapped[int | None]
    """Minutes after an event's start at which seats of those who have not come are given on; None: never."""
    passports_deleted_on: Mapped[date | None]
    """The day in the conference's zone at whose end pages of passports are deleted; None: the day the conference ends."""
    retention: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``{kind of data (``privacy.kinds``): days after the end of the conference, or null: kept}``; the defaults where absent."""
    letter_texts: Mapped[dict[str, str]]
    """What the confirmation letter says beside the facts, plain text by language; empty: our words."""
    letter_signatory: Mapped[str | None] = mapped_column(String(300))
    """Name and office of who signs the confirmation letter."""

    conference: Mapped[Conference] = relationship()


class RegistrationForm(OfConference, Stamped, Model):
    """What people of some categories are asked, such as delegates, media or exhibitors.

    Each category belongs to one form, or to none: then it is asked name, address, organization and country alone.
    """

    names: Mapped[dict[str, str]]
    introductions: Mapped[dict[str, str]]
    """Markdown, above the form."""
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``{value of Detail: whether it is required}``; what is missing is not asked."""
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    """Within the conference's own times; None: as those."""

    conference: Mapped[Conference] = relationship()
    questionnaire: Mapped[Questionnaire] = relationship()


class Category(OfConference, Stamped, Model):
    """A registration category, such as delegate, observer or media. ``open`` ones can be chosen by anybody.

    ``taken`` is moved by single conditional UPDATEs (``places.py``) while there is a ``capacity``.
    """

    __unseen__ = (
        "taken", "capacity", "approval", "form_id", "colour", "levels", "in_quota", "listed", "badge_template_id",
    )  # fmt: skip

    names: Mapped[dict[str, str]]
    descriptions: Mapped[dict[str, str]]
    open: Mapped[bool] = mapped_column(default=True)
    form_id: Mapped[int | None] = mapped_column(ForeignKey("registration_form.id", ondelete="SET NULL"))
    approval: Mapped[Approval] = mapped_column(
        choice(Approval), default=Approval.AUTOMATIC, server_default=Approval.AUTOMATIC.value
    )
    capacity: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    colour: Mapped[int] = mapped_column(default=1, server_default="1")
    """1–12 of the fixed palette: the band of the badge, and the mark in lists."""
    levels: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """Access marks that stand on the badge, such as "PL" for the plenary: short words of the conference's own."""
    in_quota: Mapped[bool] = mapped_column(default=True, server_default=true())
    """Whether nominations take from the quota; personal assistants may be left out."""
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether those who agree stand in the list of participants that other participants see."""
    badge_template_id: Mapped[int | None] = mapped_column(
        ForeignKey("badge_template.id", ondelete="SET NULL")
    )

    form: Mapped[RegistrationForm | None] = relationship()


STILL_THERE = "state NOT IN ('cancelled', 'withdrawn')"
"""The condition of the index that keeps addresses apart (``transitions.GONE``)."""


class Registration(Stamped, Model):
    """A person's enrolment in a conference. One for each e-mail address, unless cancelled or withdrawn."""

    __table_args__ = (
        Index(
            "uq_registration_email",
            "conference_id",
            "email",
            unique=True,
            sqlite_where=text(STILL_THERE),
            postgresql_where=text(STILL_THERE),
        ),
        Index("ix_registration_list", "conference_id", "created_at", "id"),
        CheckConstraint("email = lower(email)", name="email_lower"),
        CheckConstraint("state <> 'confirmed' OR confirmed_at IS NOT NULL", name="confirmed"),
        CheckConstraint("(state = 'waitlisted') = (position IS NOT NULL)", name="position"),
        CheckConstraint("(state = 'offered') = (offer_until IS NOT NULL)", name="offer"),
        Index("uq_registration_position", "conference_id", "position", unique=True),
        Index("ix_registration_state", "conference_id", "state", "submitted_at"),
        Index("ix_registration_name_key", "conference_id", "name_key"),
        Index(
            "ix_registration_offer",
            "offer_until",
            sqlite_where=text("offer_until IS NOT NULL"),
            postgresql_where=text("offer_until IS NOT NULL"),
        ),
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
    name_key: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The name written in one way (``names.name_key``), to find who registered twice."""

    form_id: Mapped[int | None] = mapped_column(
        ForeignKey("registration_form.id", ondelete="SET NULL"), index=True
    )
    """The form it was filled in by; answers belong to its questions."""
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Of the form's questions (``questions.models.Question``)."""
    original_name: Mapped[str | None] = mapped_column(String(200))
    """The name in the person's own script."""
    job_title: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))
    gender: Mapped[Gender | None] = mapped_column(choice(Gender))
    birth_date: Mapped[date | None]
    nationality: Mapped[str | None] = mapped_column(String(2))
    first_time: Mapped[bool | None]
    """Whether it is the person's first conference of this kind, where given."""
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    door_note: Mapped[str | None] = mapped_column(String(300))
    """What officers at the door see, such as "brings a wheelchair: lift B". Never shown to others."""
    listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the person agreed to stand in the list of participants."""
    submitted_at: Mapped[datetime | None]
    """When the registration was complete and began to wait for whoever approves."""
    address_confirmed_at: Mapped[datetime | None]
    position: Mapped[int | None]
    """In the conference's queue: given out once, in order, never reused. CHECK: exactly the waitlisted have one."""
    offer_until: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    """When the person first came through a door of the conference."""
    group_key: Mapped[str | None] = mapped_column(String(36), index=True)
    """The same for people who were registered in one go."""
    nominated_for_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"), index=True)
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    quota_id: Mapped[int | None] = mapped_column(ForeignKey("quota.id", ondelete="SET NULL"), index=True)
    """The quota of which it holds a place; None: of none, or no longer."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"))
    reminded_at: Mapped[datetime | None]
    """When somebody who was nominated was reminded last to complete the registration."""
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id", ondelete="SET NULL"), index=True)
    """The speaker of the programme who this is."""
    erased_at: Mapped[datetime | None]
    """When what says who this is was taken out; the row keeps what is counted."""

    conference: Mapped[Conference] = relationship()
    category: Mapped[Category] = relationship()
    form: Mapped[RegistrationForm | None] = relationship()
    organization: Mapped[Organization | None] = relationship(foreign_keys=[organization_id])
    nominated_for: Mapped[Organization | None] = relationship(foreign_keys=[nominated_for_id])
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    photo: Mapped[StoredFile | None] = relationship()

    @validates("name")
    def _named(self, _column: str, name: str) -> str:
        self.name_key = name_key(name)
        return name


class RegistrationStep(Model):
    """Something that happened to a registration, for its history and for the rule of four eyes."""

    __table_args__ = (Index("ix_registration_step_list", "registration_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(40))
    """Value of ``RegistrationAction``, or ``"first_approval"``, ``"note"``."""
    state: Mapped[RegistrationState] = mapped_column(choice(RegistrationState))
    """The state afterwards."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    """The reason or the question, as it was told to the person; of a ``note``: among officers only."""


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
    block_id: Mapped[int | None] = mapped_column(ForeignKey("seat_block.id", ondelete="SET NULL"), index=True)
    """The seats kept for a delegation of which this is one."""

    event: Mapped[Event] = relationship()
    registration: Mapped[Registration] = relationship()


class EventAdmission(Model):
    """How people get into one event beyond its ``Event.access``. An event without a row has the conference's rules."""

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    by_category: Mapped[bool] = mapped_column(default=False)
    """Whether only the categories in ``EventCategory`` (and people with a ticket) may book or come in."""
    overlaps: Mapped[OverlapRule | None] = mapped_column(choice(OverlapRule))
    """None: as the conference has it."""
    release_minutes: Mapped[int | None]
    """None: as the conference has it; 0 or less: never."""
    transfers: Mapped[bool] = mapped_column(default=True)
    """Whether a seat may be handed on to another registered person."""
    released_at: Mapped[datetime | None]
    """When seats of those who had not come were given on."""

    event: Mapped[Event] = relationship()


class EventCategory(Model):
    """A category whose people may come to an event that is restricted to categories."""

    __table_args__ = (UniqueConstraint("event_id", "category_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), index=True)


class Ticket(Model):
    """The right of one person to come to one restricted event: an invitation or a ticket. One for each at most."""

    __table_args__ = (UniqueConstraint("event_id", "registration_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    given_at: Mapped[datetime]
    given_by: Mapped[str] = mapped_column(String(200))
    revoked_at: Mapped[datetime | None]


class SeatBlock(Model):
    """Seats of an event kept for one organization's delegation. They count as taken until ``ends_at``, then go to everybody.

    ``seats`` were taken off the event (``Event.seats_taken``); ``used`` of them are held by bookings with this block.
    """

    __table_args__ = (
        UniqueConstraint("event_id", "organization_id"),
        CheckConstraint("used >= 0 AND used <= seats", name="used"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    seats: Mapped[int]
    used: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime | None]
    """When seats nobody of the delegation has booked are given to everybody; None: when the event begins."""
    given_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]

    event: Mapped[Event] = relationship()
    organization: Mapped[Organization] = relationship()


class SeatTransfer(Model):
    """A seat that its holder wants to hand on to somebody else who is registered. One is open for a booking at most.

    It is kept by the address that the holder wrote, whether anybody is registered with it or not: they must not learn that.
    """

    __table_args__ = (
        Index(
            "uq_seat_transfer_open",
            "booking_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    """Who took it."""
    state: Mapped[TransferState] = mapped_column(choice(TransferState), default=TransferState.OPEN)
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship()
    to: Mapped[Registration | None] = relationship()


class Star(Model):
    """An event that a registered person keeps in their own programme without a seat."""

    __table_args__ = (UniqueConstraint("registration_id", "event_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
