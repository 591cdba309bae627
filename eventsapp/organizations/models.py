"""Organizations, the people who act for them, and which of them a conference has accredited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.accounts.models import User
from eventsapp.core.db import Stamped, choice
from eventsapp.core.files import StoredFile
from eventsapp.core.revision import EVERYWHERE
from eventsapp.extensions import Model
from eventsapp.organizations.enums import MemberRole, MembershipState, OrganizationType


class Organization(Stamped, Model):
    """A body with a name, an acronym and a type. It is the same one in every conference."""

    __table_args__ = (CheckConstraint("slug <> ''", name="slug"),)
    __unseen__ = ("search_text", "contact_email", "contact_language")

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    type: Mapped[OrganizationType] = mapped_column(choice(OrganizationType))
    names: Mapped[dict[str, str]]
    acronyms: Mapped[dict[str, str]]
    aliases: Mapped[list[str]] = mapped_column(default=list)
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166-1 alpha-2, in capitals."""
    website: Mapped[str | None] = mapped_column(String(500))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    """Where the organization is told of changes to its events; never public."""
    contact_language: Mapped[str | None] = mapped_column(String(8))
    confirmed: Mapped[bool] = mapped_column(default=True, server_default=true())
    """False: proposed by somebody who asks to act for it, and not yet looked at by the secretariat. Nothing but such requests
    refers to it, no form offers it, and the public does not see it."""
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    search_text: Mapped[str] = mapped_column(Text, default="")
    """All names, acronyms and aliases as ``core.search.normalize`` writes them; kept by the service."""

    logo: Mapped[StoredFile | None] = relationship()

    def __shown_in__(self) -> str | tuple[int, ...]:
        return EVERYWHERE if self.confirmed else ()


class OrganizationMember(Stamped, Model):
    """A person who acts for an organization, or asks to. A focal point speaks for it and agrees to others."""

    __table_args__ = (
        UniqueConstraint("user_id", "organization_id"),
        Index("ix_organization_member_list", "organization_id", "state"),
        CheckConstraint("(state = 'requested') = (decided_at IS NULL)", name="decided"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id", ondelete="CASCADE"))
    role: Mapped[MemberRole] = mapped_column(choice(MemberRole))
    state: Mapped[MembershipState] = mapped_column(choice(MembershipState))
    note: Mapped[str | None] = mapped_column(String(500))
    """Who they are there, in their own words."""
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))

    user: Mapped[User] = relationship()
    organization: Mapped[Organization] = relationship()


class Accreditation(Model):
    """An organization is admitted to a conference as such."""

    __table_args__ = (UniqueConstraint("conference_id", "organization_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    organization_id: Mapped[int] = mapped_column(
        ForeignKey("organization.id", ondelete="CASCADE"), index=True
    )
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(String(200))

    organization: Mapped[Organization] = relationship()
