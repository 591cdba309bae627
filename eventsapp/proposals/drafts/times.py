"""Instants as the pages and messages of proposals say them: in the conference's zone, named."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from eventsapp.core.templating import clock_time, day, zone_name


def moment(at: datetime, zone: str) -> str:
    """Return an instant in the reader's language, such as "Monday, 17 October 2016, 18:00 (Ecuador Time)"."""
    return (
        f"{day(at.astimezone(ZoneInfo(zone)).date(), 'full')}, {clock_time(at, zone)} ({zone_name(zone, at)})"
    )
