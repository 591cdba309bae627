"""Tables and papers that are handed over as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Response

from eventsapp.core import clock, tables
from eventsapp.core.web import private


def table(
    kind: str, name: str, title: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> Response:
    """Return a table as a file: ``kind`` is csv or xlsx, ``name`` the file's name without the day."""
    if kind == "xlsx":
        response = Response(tables.xlsx(title, header, rows), content_type=tables.XLSX_TYPE)
    else:
        response = Response(b"".join(tables.csv_lines(header, rows)), content_type=tables.CSV_TYPE)
    return as_file(response, name, kind)


def as_file(response: Response, name: str, suffix: str) -> Response:
    """Mark an answer as a file to keep, named with the day, and as nobody else's."""
    day = clock.now().date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.{suffix}"'
    return private(response)
