"""Who did what to which thing, and when. Written in the same transaction as the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, ForeignKey, Index, String, Table, insert
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core import clock
from eventsapp.core.statements import Statement
from eventsapp.extensions import Model, db


class AuditEntry(Model):
    """One thing that somebody did. The name is kept beside the id, for when the account is gone."""

    __table_args__ = (Index("ix_audit_entry_list", "conference_id", "at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    actor: Mapped[str] = mapped_column(String(200))
    """A name, or ``command line``, or ``participant``."""
    action: Mapped[str] = mapped_column(String(60))
    """Such as ``event.cancel``."""
    subject: Mapped[str] = mapped_column(String(120))
    """The thing, such as ``event:SE-042``."""
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Actor:
    """Who acts: a signed-in person, a participant by their secret address, or the command line."""

    def __init__(self, name: str, user_id: int | None = None) -> None:
        self.name = name
        self.user_id = user_id


COMMAND_LINE = Actor("command line")
PARTICIPANT = Actor("participant")


def record(
    actor: Actor,
    action: str,
    subject: str,
    *,
    conference_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add an entry to the current transaction. ``detail`` must be JSON and hold no secrets."""
    db.session.add(
        AuditEntry(
            conference_id=conference_id,
            actor_id=actor.user_id,
            actor=actor.name,
            action=action,
            subject=subject,
            detail=detail or {},
        )
    )


_INSERT = Statement(
    lambda _dialect: insert(cast(Table, AuditEntry.__table__)),
    ["at", "conference_id", "actor_id", "actor", "action", "subject", "detail"],
)


def send(
    connection: Connection,
    actor: Actor,
    action: str,
    subject: str,
    *,
    conference_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Do what :func:`record` does at once, by one statement without objects: for what happens hundreds of times a second."""
    _INSERT.send(
        connection,
        {
            "at": clock.now(),
            "conference_id": conference_id,
            "actor_id": actor.user_id,
            "actor": actor.name,
            "action": action,
            "subject": subject,
            "detail": detail or {},
        },
    )
