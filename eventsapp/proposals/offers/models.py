"""Tables of offers, of changes that organizers ask for, and of reports."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.conferences.models import Room
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.programme.models import Event
from eventsapp.proposals.enums import ChangeState, EventFormat, OfferState, ReportState
from eventsapp.proposals.models import Proposal


class Offer(Stamped, Model):
    """A place offered to an accepted proposal, to be answered before ``due_at``. One is open at most.

    The slot may still be unknown: then a place in the programme is offered, and the slot follows with the timetable.
    """

    __table_args__ = (
        Index(
            "uq_offer_open",
            "proposal_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_offer_due", "state", "due_at"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    state: Mapped[OfferState] = mapped_column(choice(OfferState), default=OfferState.OPEN)
    format: Mapped[EventFormat] = mapped_column(choice(EventFormat), default=EventFormat.IN_PERSON)
    """A place in a room may turn into a virtual one."""
    day: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    made_by: Mapped[str] = mapped_column(String(200))
    answered_at: Mapped[datetime | None]
    """Also when it lapsed or was revoked."""
    answered_by: Mapped[str | None] = mapped_column(String(200))
    wish: Mapped[str | None] = mapped_column(Text)
    """Which other slot, in the team's words; or why it is given back."""
    passed_on: Mapped[bool] = mapped_column(default=False)
    """The place it left was offered to the next, or an officer decided that it is not."""

    proposal: Mapped[Proposal] = relationship()
    room: Mapped[Room | None] = relationship()


class EventChange(Stamped, Model):
    """A change of what the public sees of an event, asked for by its organizers. One is pending at most."""

    __table_args__ = (
        Index(
            "uq_event_change_pending",
            "event_id",
            unique=True,
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[ChangeState] = mapped_column(choice(ChangeState), default=ChangeState.PENDING)
    changes: Mapped[dict[str, Any]]
    """Name of a field → [before, after], in JSON."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    asked_by: Mapped[str] = mapped_column(String(200))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))

    event: Mapped[Event] = relationship()


class EventReport(Stamped, Model):
    """What the organizers report after their event. It is owed from the event's end on."""

    __table_args__ = (CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), unique=True)
    state: Mapped[ReportState] = mapped_column(choice(ReportState), default=ReportState.OWED)
    due_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    attendance: Mapped[int | None]
    women: Mapped[int | None]
    outcome: Mapped[str | None] = mapped_column(Text)
    follow_up: Mapped[str | None] = mapped_column(Text)
    speaker_ids: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Speakers of the event who came."""
    file_ids: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Pictures and documents (``StoredFile``)."""
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str | None] = mapped_column(String(200))

    event: Mapped[Event] = relationship()
