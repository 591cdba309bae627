"""Tables of mergers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.proposals.enums import Answer, MergerState
from eventsapp.proposals.models import Proposal


class Merger(Stamped, Model):
    """Several proposals that are to become one: ``target``, composed of them, a draft until every lead has accepted."""

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    state: Mapped[MergerState] = mapped_column(choice(MergerState), default=MergerState.OPEN)
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    proposed_by: Mapped[str] = mapped_column(String(200))
    by_secretariat: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None] = mapped_column(Text)
    """Why, in the words of whoever proposes it."""
    closed_at: Mapped[datetime | None]

    target: Mapped[Proposal] = relationship(foreign_keys=[target_id])
    parts: Mapped[list[MergerPart]] = relationship(
        back_populates="merger", cascade="all, delete-orphan", order_by="MergerPart.position"
    )


class MergerPart(Model):
    """One of the proposals that are to become one. A proposal takes part in one open or agreed merger at most."""

    __table_args__ = (
        UniqueConstraint("merger_id", "proposal_id"),
        Index(
            "uq_merger_part_bound",
            "proposal_id",
            unique=True,
            sqlite_where=text("bound"),
            postgresql_where=text("bound"),
        ),
        CheckConstraint("(answer = 'waiting') = (answered_at IS NULL)", name="answered"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    merger_id: Mapped[int] = mapped_column(ForeignKey("merger.id", ondelete="CASCADE"))
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    """The first is the one whose lead leads."""
    bound: Mapped[bool] = mapped_column(default=True)
    """While the merger is open or agreed."""
    joined_at: Mapped[datetime | None]
    """When its lead (or the secretariat) let the others see it. The draft is composed when all have."""
    answer: Mapped[Answer] = mapped_column(choice(Answer), default=Answer.WAITING)
    answered_version: Mapped[int | None]
    answered_content: Mapped[str | None] = mapped_column(String(64))
    """``fingerprint`` of what the target said when it was accepted: a later change asks again."""
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))

    merger: Mapped[Merger] = relationship(back_populates="parts")
    proposal: Mapped[Proposal] = relationship()
