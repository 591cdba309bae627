"""A spreadsheet as it was sent: bytes in, rows of cells out. Pure but for the current language.

What cannot be read is refused whole, in words and with the row where there is one. Nothing is trusted: not the name, not
the type, not how large it says it is.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, TypeVar

from flask_babel import force_locale
from flask_babel import gettext as _

from eventsapp.core.errors import Invalid
from eventsapp.core.search import normalize
from eventsapp.core.translations import LANGUAGES, clean_text

LARGEST: Final = 5 * 1024 * 1024
"""Bytes that a file may have."""
_UNPACKED: Final = 100 * 1024 * 1024
MOST_COLUMNS: Final = 200
HEADING_WITHIN: Final = 10
"""Rows among which the headings are looked for: some people put a title above."""
LONGEST: Final = 20_000
"""Characters of a cell."""
# As core/tables.py writes them: a cell that would start a formula has an apostrophe before it.
_ESCAPED = re.compile(r"^'(?=[\s'\"]*[=+\-@|%＝＋－＠])")

Key = TypeVar("Key", bound=Hashable)
Cell = str | float | bool | date | time | timedelta | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its number as spreadsheets count, and its cells that are not empty, by the key of their column."""

    number: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """Return a cell as text on one line; ``""`` when it is empty or not there."""
        return as_text(self.cells.get(key))


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a simple sheet. ``unknown`` are headings that nobody understood."""

    name: str
    rows: tuple[Line, ...]
    unknown: tuple[str, ...] = ()


def refuse(reason: str) -> Invalid:
    """Return the error for a file that cannot be taken."""
    return Invalid({"file": reason})


def as_text(cell: Cell, *, lines: bool = False) -> str:
    """Return a cell as text; a whole number without a point. On one line unless ``lines``."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = _ESCAPED.sub("", clean_text(str(cell)))
    return text if lines else " ".join(text.split())


def cells_of(content: bytes, *, most: int) -> list[list[Cell]]:
    """Return the cells of the first sheet of an XLSX file, or of a CSV file; None for an empty one.

    ``most``: rows below the headings. Raises :class:`Invalid` (``file``) with the reason.
    """
    if not content.strip():
        raise refuse(_("The file is empty."))
    if len(content) > LARGEST:
        raise refuse(_("The file is larger than %(size)s MB.", size=LARGEST // 1024 // 1024))
    return _workbook(content, most) if content.startswith(b"PK") else _csv(content, most)


def lines(
    content: bytes, name: str, headings: Mapping[str, object], *, needed: Sequence[str], most: int
) -> Lines:
    """Return the rows of a sheet whose columns are ``headings``: by key what it is called, in the reader's language.

    A heading is understood in each language of the interface, and as its key. Raises :class:`Invalid` (``file``), also
    where a column of ``needed`` is missing. Needs an application.
    """
    cells = cells_of(content, most=most)
    known = {fold(key): key for key in headings}
    for language in LANGUAGES:
        with force_locale(language):
            known |= {fold(str(label)): key for key, label in headings.items()}
    at, found, unknown = _headings(cells, known, headings, needed)
    once(found, lambda key: str(headings[key]))
    rows = tuple(Line(number, said) for number, said in below(cells, at, found, most=most))
    return Lines(" ".join(clean_text(name).split())[:120], rows, tuple(unknown))


def once(found: Sequence[Key | None], called: Callable[[Key], str]) -> None:
    """Refuse a sheet two of whose columns are understood as the same. ``called`` says a column's name to people."""
    twice = [key for key, count in Counter(one for one in found if one is not None).items() if count > 1]
    if twice:
        raise refuse(_("Two columns are both understood as “%(name)s”.", name=called(twice[0])))


def below(
    cells: Sequence[Sequence[Cell]], at: int, found: Sequence[Key | None], *, most: int
) -> list[tuple[int, dict[Key, Cell]]]:
    """Return the rows below the headings, which stand in row ``at``: number as spreadsheets count, and what is not empty.

    ``found`` says for each column what it is; None for one that is left alone. Raises :class:`Invalid` (``file``) where
    there is no row, more than ``most``, or a cell with more text than :data:`LONGEST`.
    """
    rows = []
    for number, row in enumerate(cells[at + 1 :], at + 2):
        said: dict[Key, Cell] = {}
        for key, cell in zip(found, row, strict=False):
            if key is None or cell is None:
                continue
            if isinstance(cell, str) and len(cell) > LONGEST:
                raise refuse(
                    _(
                        "Row %(row)s has a cell with more than %(count)s characters.",
                        row=number,
                        count=LONGEST,
                    )
                )
            if as_text(cell):
                said[key] = cell
        if said:
            rows.append((number, said))
    if len(rows) > most:
        raise refuse(_("These are more than %(count)s rows.", count=most))
    if not rows:
        raise refuse(_("There is no row below the headings."))
    return rows


def _headings(
    cells: Sequence[Sequence[Cell]],
    known: Mapping[str, str],
    headings: Mapping[str, object],
    needed: Sequence[str],
) -> tuple[int, list[str | None], list[str]]:
    """Return where the headings stand, what each is, and those that are not understood."""
    for at, row in enumerate(cells[:HEADING_WITHIN]):
        words = [as_text(cell) for cell in row]
        found = [known.get(fold(word)) if word else None for word in words]
        if set(needed) <= {one for one in found if one}:
            unknown = [word[:60] for word, key in zip(words, found, strict=True) if word and key is None]
            return at, found, unknown
    asked = ", ".join(f"“{headings[key]}”" for key in needed)
    raise refuse(_("No row has all of these headings: %(names)s.", names=asked))


def fold(heading: str) -> str:
    """Return a heading as it is compared: without case, marks, and signs between words."""
    return " ".join(normalize(heading.replace("_", " ").replace("-", " ")).split())


def _workbook(content: bytes, most: int) -> list[list[Cell]]:
    # Not above: most processes never read one.
    import python_calamine

    cannot = refuse(_("This file cannot be read as a spreadsheet. Save it as XLSX or as CSV (UTF-8)."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _measure(archive)
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        height, width = sheet.total_height, sheet.total_width
        if height > most + HEADING_WITHIN:
            raise refuse(_("These are more than %(count)s rows.", count=most))
        if width > MOST_COLUMNS:
            raise refuse(_("These are more than %(count)s columns.", count=MOST_COLUMNS))
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    except Invalid:
        raise
    except Exception as error:
        raise cannot from error
    return [[None if cell == "" else cell for cell in row] for row in rows]


def _measure(archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that is too large unpacked, whatever it says of the size of its parts."""
    total = 0
    for part in archive.infolist():
        part.file_size = 1 << 40
        with archive.open(part) as stream:
            while piece := stream.read(1 << 20):
                total += len(piece)
                if total > _UNPACKED:
                    raise refuse(_("The file is too large when it is unpacked."))


def _csv(content: bytes, most: int) -> list[list[Cell]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise refuse(
            _("Row %(row)s is not UTF-8. Save the file as XLSX or as CSV (UTF-8).", row=row)
        ) from None
    if "\0" in text:
        raise refuse(_("This file cannot be read as a spreadsheet. Save it as XLSX or as CSV (UTF-8)."))
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    table: list[list[Cell]] = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            table.append([cell if cell.strip() else None for cell in cells])
            if len(table) > most + HEADING_WITHIN:
                raise refuse(_("These are more than %(count)s rows.", count=most))
            if len(cells) > MOST_COLUMNS:
                raise refuse(_("These are more than %(count)s columns.", count=MOST_COLUMNS))
    except csv.Error as error:
        raise refuse(
            _("Row %(row)s cannot be read: %(reason)s", row=len(table) + 1, reason=str(error))
        ) from None
    return table
