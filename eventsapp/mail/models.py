"""The outbox table."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core import clock
from eventsapp.core.db import choice
from eventsapp.extensions import Model


class MessageState(StrEnum):
    """Queued, being sent by a worker, accepted by the server, or given up after the last try."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


class Message(Model):
    """One mail to one person. ``message_id`` is fixed when it is written, so that a repeat can be recognized."""

    __table_args__ = (
        Index("ix_message_due", "state", "due_at"),
        Index("ix_message_list", "conference_id", "created_at", "id"),
        Index("ix_message_recipient", "conference_id", "to_email"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    """None: about an account, not about a conference."""
    template: Mapped[str] = mapped_column(String(60))
    to_name: Mapped[str] = mapped_column(String(200))
    to_email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    reply_to: Mapped[str | None] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    text_body: Mapped[str] = mapped_column(Text)
    html_body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)
    """An iCalendar object that goes with it, as a file."""
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    state: Mapped[MessageState] = mapped_column(choice(MessageState), default=MessageState.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    due_at: Mapped[datetime] = mapped_column(default=clock.now)
    """Queued: not before this instant. Sending: the worker's claim ends then."""
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
