"""Wall times of a file as instants, with a word about those that a change of clocks makes odd."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from eventsapp.core import zones


def instant(day: date, at: time, zone: str) -> tuple[datetime, str | None]:
    """Return the instant (UTC) at which it is ``at`` on ``day`` in ``zone``, and a sentence if that is not plain."""
    found = zones.instant(day, at, zone)
    oddity = zones.oddity(day, at, zone)
    if oddity is None:
        return found, None
    if oddity is zones.Oddity.TWICE:
        return found, f"{at:%H:%M} comes twice on {day} in {zone}, as clocks go back; the first is taken."
    moved = found.astimezone(ZoneInfo(zone))
    return found, f"There is no {at:%H:%M} on {day} in {zone}, as clocks go forward; {moved:%H:%M} is taken."
