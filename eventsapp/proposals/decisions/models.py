"""Tables of the decision board."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.proposals.enums import LetterKind


class Scenario(Stamped, Model):
    """One way to choose: drafted decisions of a call, kept to be compared. Nothing of it is known to applicants."""

    __table_args__ = (UniqueConstraint("call_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(String(500))
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Id of a proposal (as text) → ``accept``, ``waitlist`` or ``decline``; who is missing is not decided."""
    version: Mapped[int] = mapped_column(default=0)
    """Raised with each change: one made on an older version is refused."""
    made_by: Mapped[str] = mapped_column(String(200))


class Letter(Stamped, Model):
    """The template of the letters of one kind, in the conference's languages (``decisions.letters`` names placeholders)."""

    __table_args__ = (UniqueConstraint("call_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    kind: Mapped[LetterKind] = mapped_column(choice(LetterKind))
    subjects: Mapped[dict[str, str]]
    bodies: Mapped[dict[str, str]]
    """Plain text with placeholders."""
