"""Tables of the decision board."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.proposals.enums import LetterKind


class Scenario(Stamped, Model):
    """One way to choose: drafted decisions of a call, kept to be compared. Nothing of it is known to applicants."""

    __table_args__ = (
        UniqueConstraint("call_id", "name"),
        Index(
            "uq_scenario_chosen",
            "call_id",
            unique=True,
            sqlite_where=text("chosen"),
            postgresql_where=text("chosen"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str | None] = mapped_column(String(500))
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Id of a proposal (as text) → ``accept``, ``waitlist`` or ``decline``; who is missing is not decided."""
    version: Mapped[int] = mapped_column(default=0)
    """Raised with each change: one made on an older version is refused."""
    chosen: Mapped[bool] = mapped_column(default=False)
    """Whether its decisions are the ones to be sent."""
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


class Sending(Model):
    """Decisions of a call that somebody asked to be sent together. The worker sends them in parts; one is open at most."""

    __tablename__ = "decision_sending"
    __table_args__ = (
        Index(
            "uq_decision_sending_open",
            "call_id",
            unique=True,
            sqlite_where=text("finished_at IS NULL"),
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"))
    choices: Mapped[list[Any]] = mapped_column(JSON)
    """``[id of a proposal, decision]``, as they were when it was asked for, in the order in which they are sent: that is
    the order of the waiting list."""
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    position: Mapped[int] = mapped_column(default=0)
    """How many of them have been seen to."""
    sent: Mapped[int] = mapped_column(default=0)
    """Proposals that were decided."""
    letters: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """``[code, state]`` of each proposal whose state had changed meanwhile, so that nothing was sent."""
    finished_at: Mapped[datetime | None]
