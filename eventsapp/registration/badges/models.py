"""Tables of badges."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.conferences.models import OfConference
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.registration.enums import BadgePaper
from eventsapp.registration.models import Registration


class BadgeTemplate(OfConference, Stamped, Model):
    """How the badges of some categories look."""

    names: Mapped[dict[str, str]]
    paper: Mapped[BadgePaper] = mapped_column(choice(BadgePaper), default=BadgePaper.A6)
    design: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What stands on it and how (``badges.design.Design``)."""


class Badge(Model):
    """A badge that was made for a person. One is valid at most: a new one revokes the one before.

    ``id`` is what its code says, beside the conference; the code is signed, and holds nothing about the person.
    """

    __table_args__ = (
        Index(
            "uq_badge_valid",
            "registration_id",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_badge_run", "conference_id", "run"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_why IS NULL)", name="revoked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(
        ForeignKey("registration.id", ondelete="CASCADE"), index=True
    )
    made_at: Mapped[datetime]
    made_by: Mapped[str] = mapped_column(String(200))
    printed_at: Mapped[datetime | None]
    """When it was last part of a printed PDF."""
    run: Mapped[int | None]
    """The same for badges that were printed together: the number of the first of them. A badge is printed once."""
    changed_at: Mapped[datetime | None]
    """When something that may stand on it was changed after it was printed; None: it says what is true."""
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None] = mapped_column(String(300))

    registration: Mapped[Registration] = relationship()
