"""When a call is open, and for whom. Pure: times and ``now`` in, a decision out.

The closing time is the first instant that is too late, and exact: what is sent at it, is late.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from eventsapp.proposals.enums import LatePolicy


class Window(StrEnum):
    """Whether proposals are taken."""

    COMING = "coming"
    OPEN = "open"
    LATE = "late"
    """After the closing time, and they go straight to the waiting list."""
    CLOSED = "closed"


class CallTimes(Protocol):
    """What :func:`window` needs of a call: instants, aware."""

    @property
    def opens_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def late(self) -> LatePolicy: ...


class ExtensionLike(Protocol):
    """What :func:`closing_for` needs of an extension."""

    @property
    def organization_id(self) -> int | None: ...
    @property
    def email(self) -> str | None: ...
    @property
    def until(self) -> datetime: ...


def window(call: CallTimes, until: datetime | None, now: datetime) -> Window:
    """Return how the call stands at ``now`` for somebody. ``until``: their own closing time (:func:`closing_for`).

    An extension never closes a call earlier. Whether the call is published at all is not asked here.
    """
    if now < call.opens_at:
        return Window.COMING
    if now < max(call.closes_at, until or call.closes_at):
        return Window.OPEN
    return Window.LATE if call.late is LatePolicy.WAITLIST else Window.CLOSED


def closing_for(
    call: CallTimes,
    extensions: Iterable[ExtensionLike],
    organization_ids: Collection[int] = (),
    email: str | None = None,
) -> datetime:
    """Return the first instant that is too late for somebody who acts for these organizations and has this address."""
    address = (email or "").casefold()
    own = [
        one.until
        for one in extensions
        if one.organization_id in organization_ids
        or (one.email is not None and address and one.email.casefold() == address)
    ]
    return max([call.closes_at, *own])


def next_change(call: CallTimes, now: datetime) -> datetime | None:
    """Return the next instant at which the call stands otherwise for the public; None when it never does again."""
    return min((at for at in (call.opens_at, call.closes_at) if at > now), default=None)
