"""Instants as the pages and messages of proposals say them: in the conference's zone, named."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from eventsapp.core import locale
from eventsapp.core.templating import clock_time, day, zone_name


def moment(at: datetime, zone: str) -> str:
    """Return an instant in the reader's language, such as "Monday, 17 October 2016, 18:00 (Ecuador Time)"."""
    comma = "، " if locale.current() == "ar" else ", "
    on = day(at.astimezone(ZoneInfo(zone)).date(), "full")
    return f"{on}{comma}{clock_time(at, zone)} ({zone_name(zone, at)})"
