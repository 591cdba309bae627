"""``programme.csv`` and ``programme.xlsx``: one line for each event, for spreadsheets, and to be imported again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from flask_babel import gettext as _

from eventsapp.core import tables
from eventsapp.core.templating import language_name
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.forms import ACCESS
from eventsapp.programme.importing.columns import Column, label
from eventsapp.programme.restrictions import restriction
from eventsapp.programme.snapshot import EventInfo, Snapshot, Texts

CSV_TYPE: Final = tables.CSV_TYPE
XLSX_TYPE: Final = tables.XLSX_TYPE

C = Column
_WIDTHS: Final = {C.CODE: 10, C.TITLE: 60, C.SUBTITLE: 30, C.SUMMARY: 60, C.PAGE: 40, C.LEAD: 40}


def write_csv(events: Sequence[EventInfo], snapshot: Snapshot, language: str, site: str) -> bytes:
    """Return the chosen events as CSV, with the headings in ``language``, which must be the current one.

    Start and end are wall times of the conference's zone, which has a column too. Cells start no formula. ``site`` is the
    address of the site, without a slash at the end.
    """
    columns = _columns(snapshot, language, site)
    rows = [[value(event) for value in columns.values()] for event in events]
    return b"".join(tables.csv_lines([label(column) for column in columns], rows))


def write_xlsx(events: Sequence[EventInfo], snapshot: Snapshot, language: str, site: str) -> bytes:
    """Return the same as a workbook whose days and times are real ones; like :func:`write_csv`, the same bytes each time."""
    columns = _columns(snapshot, language, site)
    release = snapshot.release
    return tables.xlsx(
        _("Programme"),
        [label(column) for column in columns],
        [[value(event) for value in columns.values()] for event in events],
        created=release.released_at if release is not None else None,
        widths=[_WIDTHS.get(column, 18) for column in columns],
    )


def _columns(snapshot: Snapshot, language: str, site: str) -> dict[Column, Callable[[EventInfo], object]]:
    zone = snapshot.conference.tzinfo
    base = f"{site}/{language}/{snapshot.conference.slug}"

    def text(texts: Texts) -> str:
        return snapshot.text(texts, language)

    def wall(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone).replace(tzinfo=None) if moment is not None else None

    def names(role: OrganizationRole) -> Callable[[EventInfo], str]:
        return lambda event: "; ".join(
            text(one.organization.names) for one in event.organizations if one.role is role
        )

    return {
        C.CODE: lambda event: event.code,
        C.TITLE: lambda event: text(event.titles),
        C.SUBTITLE: lambda event: text(event.subtitles),
        C.TYPE: lambda event: text(event.type.names),
        C.STATE: lambda event: _("Cancelled") if event.cancelled else "",
        C.DAY: lambda event: event.day,
        C.LAST_DAY: lambda event: event.end_day,
        C.START: lambda event: wall(event.starts_at),
        C.END: lambda event: wall(event.ends_at),
        C.ZONE: lambda event: zone.key,
        C.ROOM: lambda event: text(event.room.names) if event.room else "",
        C.VENUE: lambda event: text(event.room.venue.names) if event.room else "",
        C.THEMES: lambda event: "; ".join(text(one.names) for one in event.themes),
        C.LEAD: names(OrganizationRole.LEAD),
        C.CO_ORGANIZERS: names(OrganizationRole.CO_ORGANIZER),
        C.CO_SPONSORS: names(OrganizationRole.CO_SPONSOR),
        C.SPEAKERS: lambda event: "; ".join(dict.fromkeys(one.speaker.name for one in event.speakers)),
        C.LANGUAGES: lambda event: "; ".join(language_name(code) for code in event.languages),
        C.INTERPRETATION: lambda event: "; ".join(language_name(code) for code in event.interpretation),
        C.ACCESS: lambda event: ACCESS[event.access] if event.access else "",
        C.ONLY_FOR: lambda event: restriction(event.only_for, text),
        C.SUMMARY: lambda event: text(event.summaries),
        C.PAGE: lambda event: f"{base}/events/{event.code}",
    }
