"""The programme for other programs, beside its page and with the same filters. The same for everybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, Response, current_app, make_response, request

from eventsapp.accounts.guards import open_to_all
from eventsapp.core import locale
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import public
from eventsapp.programme import filters
from eventsapp.site.exports import document, schedule, table
from eventsapp.site.views.visit import visit_of

bp = Blueprint("exports", __name__)

KINDS: Final[Mapping[str, tuple[str, Callable[..., bytes]]]] = {
    "json": (document.CONTENT_TYPE, document.write),
    "xml": (schedule.CONTENT_TYPE, schedule.write),
    "csv": (table.CSV_TYPE, table.write_csv),
    "xlsx": (table.XLSX_TYPE, table.write_xlsx),
}
"""Content types and writers, by how the address ends."""


@bp.get(f"/<any({','.join(LANGUAGES)}):lang>/<conference>/programme.<any({','.join(KINDS)}):kind>")
@open_to_all
def programme(lang: str, conference: str, kind: str) -> Response:
    """What the programme page shows with the same filters."""
    visit = visit_of(lang, conference)
    chosen = filters.apply(filters.current(filters.parse(request.args), visit.snapshot), visit.snapshot)
    content_type, write = KINDS[kind]
    with locale.speaking(lang):
        response = make_response(write(chosen, visit.snapshot, lang, current_app.config["PUBLIC_URL"]))
    response.headers["Content-Type"] = content_type
    # Only tables are for people to keep; programs and browsers read the others where they are.
    how = "attachment" if kind in ("csv", "xlsx") else "inline"
    response.headers["Content-Disposition"] = f'{how}; filename="{visit.conference.slug}-programme.{kind}"'
    return public(response)
