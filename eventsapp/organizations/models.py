"""The organization and its logo."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Stamped, choice
from eventsapp.core.files import StoredFile
from eventsapp.core.revision import EVERYWHERE
from eventsapp.extensions import Model
from eventsapp.organizations.enums import OrganizationType


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
    logo_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    search_text: Mapped[str] = mapped_column(Text, default="")
    """All names, acronyms and aliases as ``core.search.normalize`` writes them; kept by the service."""

    logo: Mapped[StoredFile | None] = relationship()

    def __shown_in__(self) -> str:
        return EVERYWHERE
