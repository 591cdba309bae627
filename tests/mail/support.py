"""What the tests of messages share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.mail import service
from eventsapp.mail.models import Message, MessageState


def queue_many(count: int) -> None:
    """Write ``count`` messages, to person-0, person-1 …"""
    for number in range(count):
        service.queue(
            "password_changed",
            to_name=f"Person {number}",
            to_email=f"person-{number}@example.org",
            language="en",
            context={"link": "http://localhost/account/forgot"},
        )


def mark(message: Message, state: MessageState, **values: Any) -> None:
    """Put a message into a state, as if a worker had."""
    message.state = state
    message.attempts = 1
    message.sent_at = clock.now() if state is MessageState.SENT else None
    for name, value in values.items():
        setattr(message, name, value)
    db.session.flush()


def written() -> list[Message]:
    """Return all messages, read anew, in the order they were written."""
    db.session.expire_all()
    return list(db.session.scalars(select(Message).order_by(Message.id)))
