"""A spreadsheet as it was sent: bytes in, headings and rows of cells out. Pure but for the current language.

What cannot be read is refused whole, in words and with the row where there is one. Nothing is trusted: not the name, not
the type, not how large it says it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _

from eventsapp.core.sheets import HEADING_WITHIN, LARGEST, Cell, as_text, below, cells_of, once, refuse
from eventsapp.core.translations import LANGUAGES
from eventsapp.programme.importing import columns
from eventsapp.programme.importing.columns import TEXTS, Column

MOST_ROWS: Final = 2_000
"""More than any programme has; a hundred rows take about a second."""
_LANGUAGE = re.compile(r"(.+?)\s*[:\[(]\s*([a-z]{2})\s*[\])]?")

__all__ = ["LARGEST", "MOST_ROWS", "Cell", "Heading", "Row", "Sheet", "as_text", "read", "refuse"]


@dataclass(frozen=True, slots=True)
class Heading:
    """What a column is: ``language`` is given for texts."""

    column: Column
    language: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its number as spreadsheets count, and its cells that are not empty."""

    number: int
    cells: Mapping[Heading, Cell]

    def text(self, column: Column) -> str:
        """Return a cell as text on one line; ``""`` when it is empty or not there."""
        return as_text(self.cells.get(Heading(column)))

    def cell(self, column: Column) -> Cell:
        """Return a cell."""
        return self.cells.get(Heading(column))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A read file. ``unknown`` are headings that nobody understood, ``unread`` those that are known and left alone."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def has(self, column: Column) -> bool:
        """Whether there is such a column."""
        return any(heading.column is column for heading in self.headings)


def read(content: bytes, name: str, *, default_language: str) -> Sheet:
    """Return the first sheet of an XLSX file, or a CSV file. Raises :class:`Invalid` (``file``) with the reason.

    ``default_language`` is the language of texts whose heading names none. Needs an application, for the headings in all
    languages.
    """
    return _understood(cells_of(content, most=MOST_ROWS), name, default_language)


def _understood(table: Sequence[Sequence[Cell]], name: str, default_language: str) -> Sheet:
    at, headings, unknown = _headings(table, default_language)
    once(headings, lambda heading: columns.label(heading.column))
    read_here = [None if one is None or one.column in columns.UNREAD else one for one in headings]
    rows = tuple(Row(number, found) for number, found in below(table, at, read_here, most=MOST_ROWS))
    known = tuple(heading for heading in headings if heading is not None)
    return Sheet(
        name=name,
        headings=tuple(heading for heading in known if heading.column not in columns.UNREAD),
        rows=rows,
        unknown=tuple(unknown),
        unread=tuple(columns.label(one.column) for one in known if one.column in columns.UNREAD),
    )


def _headings(
    table: Sequence[Sequence[Cell]], default_language: str
) -> tuple[int, list[Heading | None], list[str]]:
    """Return where the headings stand, what each is, and those that are not understood."""
    for at, row in enumerate(table[:HEADING_WITHIN]):
        words = [as_text(cell) for cell in row]
        language = _language_of(words)
        found = [_heading(word, language, default_language) for word in words]
        there = {heading.column for heading in found if heading is not None}
        if there & {Column.CODE, Column.TITLE} and len(there) > 1:
            unknown = [
                word[:60] for word, heading in zip(words, found, strict=True) if word and heading is None
            ]
            return at, found, unknown
    raise refuse(
        _(
            "No row has headings that are understood. There has to be one for the code or the title, and another one."
        )
    )


def _language_of(words: Sequence[str]) -> str:
    """Return the language that most of the headings are in; English for a draw."""
    known = columns.known()
    folded = [columns.fold(_LANGUAGE.sub(r"\1", word)) for word in words if word]
    return max(LANGUAGES, key=lambda language: sum(word in known[language] for word in folded))


def _heading(word: str, language: str, default_language: str) -> Heading | None:
    if not word:
        return None
    named = _LANGUAGE.fullmatch(word.strip().lower())
    if named is not None and named[2] in LANGUAGES:
        column = _column(named[1], language)
        return Heading(column, named[2]) if column in TEXTS and column is not None else None
    column = _column(word, language)
    if column is None:
        return None
    if column not in TEXTS:
        return Heading(column)
    # A code is of no language; a word is of the language of the sheet.
    return Heading(column, default_language if word.strip() == column.value else language)


def _column(word: str, language: str) -> Column | None:
    known, folded = columns.known(), columns.fold(word)
    for one in (language, "", *LANGUAGES):
        if folded in known[one]:
            return known[one][folded]
    return None
