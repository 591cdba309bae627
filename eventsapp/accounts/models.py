"""Tables of people and their roles."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.accounts.enums import Role
from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model


class User(Stamped, Model):
    """Somebody who signs in. The e-mail address is kept in lower case and is unique."""

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    email_confirmed_at: Mapped[datetime | None]
    is_administrator: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    secret_version: Mapped[int] = mapped_column(default=0)
    """Part of every session and link of this person: raised by a new password, which ends all of them."""
    pending_email: Mapped[str | None] = mapped_column(String(254))
    """The address they want instead, until they confirm it."""

    roles: Mapped[list[ConferenceRole]] = relationship(back_populates="user", cascade="all, delete-orphan")

    # Flask-Login's interface.
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the id and the secret's version, so that raising the version signs the person out everywhere."""
        return f"{self.id}.{self.secret_version}"


class ConferenceRole(Model):
    """One role of one person in one conference."""

    __table_args__ = (UniqueConstraint("user_id", "conference_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role))

    user: Mapped[User] = relationship(back_populates="roles")
