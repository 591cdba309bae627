"""What pages about messages show, in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select

from eventsapp.core.errors import NotFound
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState

PAGE = 50


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message in a list. Instants are aware, in UTC."""

    id: int
    template: str
    to_name: str
    to_email: str
    subject: str
    state: MessageState
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """A page of a list: the lines, how many fit the filters, and which page this is (from 1)."""

    lines: list[MessageLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def messages(
    conference_id: int | None = None,
    *,
    state: str = "",
    template: str = "",
    search: str = "",
    page: int = 1,
) -> MessagePage:
    """Return one page of messages, the newest first: of one conference, or all. Two statements."""
    filters: list[Any] = []
    if conference_id is not None:
        filters.append(Message.conference_id == conference_id)
    if state in set(MessageState):
        filters.append(Message.state == MessageState(state))
    if template:
        filters.append(Message.template == template)
    for word in search.lower().split()[:6]:
        pattern = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        filters.append(
            or_(
                Message.to_email.like(pattern, escape="\\"),
                func.lower(Message.to_name).like(pattern, escape="\\"),
                func.lower(Message.subject).like(pattern, escape="\\"),
            )
        )
    total = db.session.scalar(select(func.count()).select_from(Message).where(*filters)) or 0
    page = max(1, min(page, -(-total // PAGE) or 1))
    columns = [getattr(Message, name) for name in MessageLine.__slots__]
    found: Select[Any] = (
        select(*columns)
        .where(*filters)
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return MessagePage([MessageLine(*row) for row in db.session.execute(found)], total, page)


def templates(conference_id: int) -> list[str]:
    """Return the templates of the messages that a conference has sent, in order. One statement."""
    found = select(Message.template).where(Message.conference_id == conference_id).distinct()
    return sorted(db.session.scalars(found))


def counts(conference_id: int) -> dict[MessageState, int]:
    """Return how many messages of a conference are in each state. One statement."""
    found = (
        select(Message.state, func.count())
        .where(Message.conference_id == conference_id)
        .group_by(Message.state)
    )
    return {row.state: int(row[1]) for row in db.session.execute(found)}


def message_of(conference_id: int, message_id: int) -> Message:
    """Return a message of a conference. Raises :class:`NotFound`, also for one of another conference."""
    found = db.session.scalar(
        select(Message).where(Message.id == message_id, Message.conference_id == conference_id)
    )
    if found is None:
        raise NotFound
    return found
