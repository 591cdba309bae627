"""The one place that asks what time it is.

Pure rules are handed ``now``; views and services call :func:`now`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """Return the present instant, aware, in UTC, with whole seconds.

    Whole seconds because that is what HTTP dates and iCalendar carry; a finer clock would make two
    forms of the same instant unequal.
    """
    return datetime.now(UTC).replace(microsecond=0)


def today(zone: str) -> date:
    """Return the present date in ``zone`` (IANA name)."""
    return now().astimezone(ZoneInfo(zone)).date()
