"""Tables of what people agree to, and of what they hand over that is kept apart."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.extensions import Model
from eventsapp.registration.models import Registration


class ConsentText(Model):
    """A version of what people are asked to agree to: the words of a question of kind consent, as they were then."""

    __table_args__ = (UniqueConstraint("questionnaire_id", "key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    """``Question.key``."""
    version: Mapped[int]
    """1, 2, 3 …: a new one when the words change in any language."""
    labels: Mapped[dict[str, str]]
    helps: Mapped[dict[str, str]]
    created_at: Mapped[datetime]


class ConsentGiven(Model):
    """That a person agreed to a text, when, and in which language they read it."""

    __table_args__ = (Index("ix_consent_given_list", "registration_id", "text_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"), index=True)
    language: Mapped[str] = mapped_column(String(8))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    text: Mapped[ConsentText] = relationship()


class SealedFile(Model):
    """A page of a passport: kept apart from other files, looked at only by registrars, each look audited.

    The bytes are in the folder ``SEALED`` under ``name``, which is random; they go with the row.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), unique=True
    )
    name: Mapped[str] = mapped_column(String(64), unique=True)
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """Bytes."""
    created_at: Mapped[datetime]

    registration: Mapped[Registration] = relationship()
