"""Tables of the review."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.accounts.models import User
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.proposals.enums import ReviewState, Verdict
from eventsapp.proposals.models import Proposal


class Criterion(Stamped, Model):
    """Something that proposals are scored by, from 0 to ``scale``."""

    __table_args__ = (
        CheckConstraint("weight BETWEEN 1 AND 100", name="weight"),
        CheckConstraint("scale BETWEEN 1 AND 100", name="scale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("call.id", ondelete="CASCADE"), index=True)
    names: Mapped[dict[str, str]]
    guidances: Mapped[dict[str, str]]
    weight: Mapped[int] = mapped_column(default=1)
    scale: Mapped[int] = mapped_column(default=5)
    position: Mapped[int] = mapped_column(default=0)


class Review(Stamped, Model):
    """What one reviewer says of one proposal."""

    __table_args__ = (
        UniqueConstraint("proposal_id", "reviewer_id"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    state: Mapped[ReviewState] = mapped_column(choice(ReviewState), default=ReviewState.ASSIGNED)
    scores: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Id of a criterion (as text) → points."""
    note: Mapped[str | None] = mapped_column(Text)
    """For the secretariat and the other reviewers."""
    to_team: Mapped[str | None] = mapped_column(Text)
    """What may be passed on to the team."""
    assigned_at: Mapped[datetime]
    assigned_by: Mapped[str] = mapped_column(String(200))
    done_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]

    proposal: Mapped[Proposal] = relationship()
    reviewer: Mapped[User] = relationship()


class DeclaredInterest(Model):
    """A reviewer says that they have an interest in a proposal. Derived ones are not kept (``review.interests``)."""

    __table_args__ = (UniqueConstraint("proposal_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime]


class ReviewerProfile(Stamped, Model):
    """What a reviewer knows, and how much they take on, in one conference."""

    __table_args__ = (UniqueConstraint("conference_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    theme_ids: Mapped[list[Any]] = mapped_column(JSON, default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    most: Mapped[int | None]
    """Proposals at most; None: as many as there are."""


class SimilarVerdict(Model):
    """What an officer said of two proposals that look alike. ``first_id`` is the smaller id."""

    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        CheckConstraint("first_id < second_id", name="order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("proposal.id", ondelete="CASCADE"), index=True)
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(200))
