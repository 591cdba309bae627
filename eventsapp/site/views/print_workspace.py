"""What of the programme can be printed and taken elsewhere, in one place for those who organize."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import manages
from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.core.errors import NotFound
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import private
from eventsapp.site import presentation
from eventsapp.site.current import snapshot_of
from eventsapp.site.views.printing import door_signs

blueprint = Blueprint("programme_print", __name__, url_prefix="/manage/<conference>/programme")


@blueprint.get("/print")
@manages(Permission.VIEW_PROGRAMME)
def overview(conference: Conference) -> str:
    """List all files: programmes by language, door signs by day and room, exports."""
    released = snapshot_of(conference.slug)
    return render_template(
        "programme/print.html",
        conference=conference,
        snapshot=released,
        days=presentation.all_days(released) if released is not None else [],
    )


@blueprint.get("/door-signs.pdf")
@manages(Permission.VIEW_PROGRAMME)
def signs(conference: Conference) -> Response:
    """The signs for the doors of the chosen rooms (``room``) on the chosen days (``day``), in one language (``lang``)."""
    released = snapshot_of(conference.slug)
    if released is None:
        raise NotFound
    lang = request.args.get("lang", "")
    lang = lang if lang in LANGUAGES else locale.current()
    return private(
        door_signs(
            released,
            lang,
            days=[day for day in request.args.getlist("day") if day],
            rooms=[room for room in request.args.getlist("room") if room],
        )
    )
