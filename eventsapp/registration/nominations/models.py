"""Tables of quotas, and of invitations to speakers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.conferences.models import Conference
from eventsapp.core.db import Stamped
from eventsapp.extensions import Model
from eventsapp.organizations.models import Organization
from eventsapp.programme.models import Speaker
from eventsapp.registration.models import Category, Registration


class Quota(Stamped, Model):
    """How many people an organization may nominate in a category. ``taken`` is moved by single conditional UPDATEs."""

    __table_args__ = (
        UniqueConstraint("conference_id", "organization_id", "category_id"),
        CheckConstraint("places >= 0 AND taken >= 0", name="numbers"),
    )
    __unseen__ = ("places", "taken", "note")

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id", ondelete="CASCADE"), index=True)
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    """May exceed ``places`` only after those were lowered."""
    note: Mapped[str | None] = mapped_column(String(300))

    conference: Mapped[Conference] = relationship()
    organization: Mapped[Organization] = relationship()
    category: Mapped[Category] = relationship()


class SpeakerInvitation(Model):
    """A speaker of the conference was asked to register. One for each speaker."""

    id: Mapped[int] = mapped_column(primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    """In lower case: where the invitation went."""
    registration_id: Mapped[int | None] = mapped_column(
        ForeignKey("registration.id", ondelete="SET NULL"), index=True
    )
    sent_at: Mapped[datetime]
    reminded_at: Mapped[datetime | None]

    speaker: Mapped[Speaker] = relationship()
    registration: Mapped[Registration | None] = relationship()
