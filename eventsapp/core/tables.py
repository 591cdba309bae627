"""Tables for spreadsheets: CSV and XLSX whose cells cannot start a formula.

A cell that a spreadsheet would read as a formula runs as code on the computer of whoever opens the file (OWASP, "CSV
injection"). What people typed is therefore written with an apostrophe before it when it begins with one of the
characters that start a formula, white space and control characters before it not counted.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from eventsapp.core.translations import clean_text

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_EPOCH: Final = datetime(2000, 1, 1)  # noqa: DTZ001 - a spreadsheet knows no zones
_FORMATS: Final[dict[type, str]] = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm"}

# Also their full-width forms, which some spreadsheets fold to the plain ones.
_STARTS: Final = frozenset("=+-@|%＝＋－＠")


def safe(value: object) -> str:
    """Return ``value`` as the text of a cell that starts no formula: in one line, without control characters."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool | int | float):
        return str(value)
    text = " ".join(clean_text(str(value)).split())
    # Quotes and characters that nobody sees do not hide it either.
    first = next((c for c in text if c not in " '\"" and unicodedata.category(c) != "Cf"), "")
    return f"'{text}" if first in _STARTS else text


def csv_lines(header: Sequence[object], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """Give a CSV file (RFC 4180, UTF-8 with a byte order mark, which spreadsheets ask for) in pieces."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow([safe(cell) for cell in header])
    for number, row in enumerate(rows):
        writer.writerow([safe(cell) for cell in row])
        if number % 500 == 499:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def xlsx(
    sheet_name: str,
    header: Sequence[object],
    rows: Iterable[Sequence[object]],
    *,
    created: datetime | None = None,
    widths: Sequence[int] = (),
) -> bytes:
    """Return an XLSX workbook with one sheet, its headings frozen and with filters. The same bytes for the same table.

    Numbers are numbers; dates, naive datetimes and times of day are cells of that kind (wall times: a spreadsheet knows no
    zones); all else is text. ``created`` is the date that the file carries, never the clock's; ``widths`` of columns are in
    characters.
    """
    # Not above: it takes 14 MB, and most processes never make one.
    import xlsxwriter

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "tmpdir": folder,
            },
        )
        book.set_properties({"created": (created or _EPOCH).replace(tzinfo=None)})
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet_name)[:31].strip() or "Table")
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        sheet.freeze_panes(1, 0)
        for column, cell in enumerate(header):
            sheet.write_string(0, column, safe(cell), bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _write(sheet, last, column, cell, formats)
        if header:
            sheet.autofilter(0, 0, last, len(header) - 1)
        for column in range(len(header)):
            sheet.set_column(column, column, widths[column] if column < len(widths) else 22)
        book.close()
        return path.read_bytes()


def _write(sheet: Any, row: int, column: int, cell: object, formats: dict[type, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    elif isinstance(cell, datetime | date | time) and getattr(cell, "tzinfo", None) is None:
        sheet.write_datetime(row, column, cell, formats[type(cell)])
    else:
        sheet.write_string(row, column, safe(cell))
