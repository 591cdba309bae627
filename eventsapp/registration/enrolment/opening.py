"""When a category can be chosen: the conference's own times, narrowed by those of its form and of the category. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsapp.registration.rules import Window

Times = tuple[datetime | None, datetime | None]
"""Opens and closes; None: no limit of its own."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a category stands, and when that changes."""

    window: Window
    opens_at: datetime | None = None
    """When it will open, while it is :attr:`Window.BEFORE`, where that is known."""


def opening(
    conference: Window, opens_at: datetime | None, narrower: Sequence[Times], now: datetime
) -> Opening:
    """Return where a category stands at ``now``. ``opens_at`` and ``conference``: of the conference.

    ``closes`` is the first instant at which it is closed.
    """
    if conference in (Window.CLOSED, Window.UNANNOUNCED):
        return Opening(conference)
    if any(closes is not None and closes <= now for _opens, closes in narrower):
        return Opening(Window.CLOSED)
    begins = [one for one in (opens_at, *(opens for opens, _closes in narrower)) if one is not None]
    latest = max(begins, default=None)
    if latest is not None and latest > now:
        return Opening(Window.BEFORE, latest)
    return Opening(conference)
