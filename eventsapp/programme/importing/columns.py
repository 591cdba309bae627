"""The columns of the programme as a spreadsheet: what is written as headings, and what is understood as one."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from typing import Final

from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from eventsapp.core.search import normalize
from eventsapp.core.translations import LANGUAGES


class Column(StrEnum):
    """A column. Its value is the heading that is understood whatever the language of the sheet."""

    CODE = "code"
    TITLE = "title"
    SUBTITLE = "subtitle"
    SUMMARY = "summary"
    DESCRIPTION = "description"
    TYPE = "type"
    STATE = "state"
    DAY = "day"
    LAST_DAY = "last_day"
    START = "start"
    END = "end"
    ZONE = "time_zone"
    ROOM = "room"
    VENUE = "venue"
    THEMES = "themes"
    LEAD = "lead"
    CO_ORGANIZERS = "co_organizers"
    CO_SPONSORS = "co_sponsors"
    SPEAKERS = "speakers"
    LANGUAGES = "languages"
    INTERPRETATION = "interpretation"
    ACCESS = "access"
    ONLY_FOR = "only_for"
    SEATS = "seats"
    ATTENDANCE = "expected_attendance"
    LENGTH = "length"
    PAGE = "page"


TEXTS: Final = frozenset({Column.TITLE, Column.SUBTITLE, Column.SUMMARY, Column.DESCRIPTION})
"""Columns with a text for people, which may stand there for each language: ``title:fr``."""

UNREAD: Final = frozenset({Column.STATE, Column.ONLY_FOR, Column.PAGE})
"""Columns that are written and not read: an event is cancelled on its page, where the reason is asked, and restricted on
that of its seats, where it is said what follows for those who have booked."""

LABELS: Final[dict[Column, object]] = {
    Column.CODE: _l("Code"),
    Column.TITLE: _l("Title"),
    Column.SUBTITLE: _l("Subtitle"),
    Column.SUMMARY: _l("Summary"),
    Column.DESCRIPTION: _l("Description"),
    Column.TYPE: _l("Type"),
    Column.STATE: _l("State"),
    Column.DAY: _l("Day"),
    Column.LAST_DAY: _l("Last day"),
    Column.START: _l("Start"),
    Column.END: _l("End"),
    Column.ZONE: _l("Time zone"),
    Column.ROOM: _l("Room"),
    Column.VENUE: _l("Venue"),
    Column.THEMES: _l("Themes"),
    Column.LEAD: _l("Lead organizations"),
    Column.CO_ORGANIZERS: _l("Co-organizers"),
    Column.CO_SPONSORS: _l("Co-sponsors"),
    Column.SPEAKERS: _l("Speakers"),
    Column.LANGUAGES: _l("Languages"),
    Column.INTERPRETATION: _l("Interpreted into"),
    Column.ACCESS: _l("Access"),
    Column.ONLY_FOR: _l("Restricted"),
    Column.SEATS: _l("Seats to book"),
    Column.ATTENDANCE: _l("Persons expected"),
    Column.LENGTH: _l("Length in minutes"),
    Column.PAGE: _l("Page"),
}

_ALSO: Final = {
    "leads": Column.LEAD,
    "lead organization": Column.LEAD,
    "co organizers": Column.CO_ORGANIZERS,
    "co sponsors": Column.CO_SPONSORS,
    "end day": Column.LAST_DAY,
    "attendance": Column.ATTENDANCE,
    "zone": Column.ZONE,
    "date": Column.DAY,
    "language": Column.LANGUAGES,
    "theme": Column.THEMES,
    "speaker": Column.SPEAKERS,
}


def label(column: Column) -> str:
    """Return a column's heading in the current language."""
    return str(LABELS[column])


def fold(heading: str) -> str:
    """Return a heading as it is compared: without case, marks, and signs between words."""
    return " ".join(normalize(heading.replace("_", " ").replace("-", " ")).split())


@lru_cache(maxsize=1)
def known() -> dict[str, dict[str, Column]]:
    """Return what each heading (folded) stands for, by language; ``""`` for those of no language. Needs an application."""
    found: dict[str, dict[str, Column]] = {"": {fold(column.value): column for column in Column}}
    found[""].update({fold(word): column for word, column in _ALSO.items()})
    for language in LANGUAGES:
        with force_locale(language):
            found[language] = {fold(label(column)): column for column in Column}
    return found
