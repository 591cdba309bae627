"""The one place that asks what time it is.

Pure rules are handed ``now``; views and services call :func:`now`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """Return the present instant, aware, in UTC, with whole seconds.

    Whole seconds because that is what HTTP dates and iCalendar carry; a finer clock would make two
    forms of the same instant unequal.
    """
    return (_told.get() or datetime.now(UTC)).replace(microsecond=0)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Let it be ``instant`` (aware) inside the block, in this thread: sample data tells what happened weeks ago."""
    token = _told.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _told.reset(token)


def today(zone: str) -> date:
    """Return the present date in ``zone`` (IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()
