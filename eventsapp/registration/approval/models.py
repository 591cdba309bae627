"""Tables of the approval desk."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.conferences.models import OfConference
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.registration.enums import ReplyKind


class ReplyTemplate(OfConference, Stamped, Model):
    """A prepared answer of the approval desk: a reason or a question, in the languages of the conference."""

    kind: Mapped[ReplyKind] = mapped_column(choice(ReplyKind))
    names: Mapped[dict[str, str]]
    bodies: Mapped[dict[str, str]]
    """Plain text."""


class NotSame(Model):
    """Two registrations that look alike and were compared: two people, or one who stays registered once.

    The first is the usual case, hence the name; of the second one is rejected. ``first_id`` is the smaller.
    """

    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    said_by: Mapped[str] = mapped_column(String(200))
    said_at: Mapped[datetime]


class ConfirmationLetter(Model):
    """A letter that confirms a registration, for a visa. Whoever has its code can ask whether it is genuine."""

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(String(20), unique=True)
    language: Mapped[str] = mapped_column(String(8))
    issued_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(200))
    """As the letter has it."""
    revoked_at: Mapped[datetime | None]
