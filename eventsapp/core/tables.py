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
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from eventsapp.core.translations import clean_text

CSV_TYPE: Final = "text/csv; charset=utf-8"
XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

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


def xlsx(sheet_name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """Return an XLSX workbook with one sheet. Numbers are numbers, all else is text."""
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
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet_name)[:31].strip() or "Table")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        for column, cell in enumerate(header):
            sheet.write_string(0, column, safe(cell), bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell)
        sheet.set_column(0, max(0, len(header) - 1), 22)
        book.close()
        return path.read_bytes()


def _write(sheet: Any, row: int, column: int, cell: object) -> None:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, safe(cell))
