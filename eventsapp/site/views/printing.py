"""The programme and the signs at doors as PDF, for everybody: from what is released."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, current_app, make_response, request
from flask_babel import gettext as _

from eventsapp.accounts.guards import open_to_all
from eventsapp.core import locale
from eventsapp.core.printing import press
from eventsapp.core.templating import day as say_day
from eventsapp.core.templating import language_name
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import error_answer, public
from eventsapp.programme import filters
from eventsapp.programme.forms import ACCESS
from eventsapp.programme.snapshot import Snapshot
from eventsapp.site import facets
from eventsapp.site.printing import content, signs
from eventsapp.site.views.visit import Visit, find, visit_of

bp = Blueprint("printing", __name__)

_CONFERENCE: Final = f"/<any({','.join(LANGUAGES)}):lang>/<conference>"

_TEMPLATES: Final = Path(content.__file__).resolve().parent
_REMEMBERED: Final = 500
# What was asked for → the key of its bytes: so that asking again costs no more than looking.
_known: OrderedDict[tuple[object, ...], str] = OrderedDict()


@bp.get(f"{_CONFERENCE}/programme.pdf")
@open_to_all
def programme(lang: str, conference: str) -> Response:
    """The printed programme, with the filters of its page; ``by`` is day (usually), room or organization."""
    visit = visit_of(lang, conference)
    asked = filters.current(filters.parse(request.args), visit.snapshot)
    wished = request.args.get("by", "")
    by = content.By(wished) if wished in list(content.By) else content.By.DAY

    def make() -> dict[str, Any]:
        return content.programme(
            filters.apply(asked, visit.snapshot),
            visit.snapshot,
            lang,
            current_app.config["PUBLIC_URL"],
            by=by,
            query=asked.query(),
            chosen=_chosen(visit, asked),
        )

    suffix = "" if by is content.By.DAY else f"-{by.value}"
    response = printed(
        "programme",
        make,
        visit.snapshot,
        lang,
        (asked, by),
        f"{visit.conference.slug}-programme{suffix}-{lang}.pdf",
    )
    return _to_all(response)


@bp.get(f"{_CONFERENCE}/rooms/<slug>/sign.pdf")
@open_to_all
def sign(lang: str, conference: str, slug: str) -> Response:
    """The signs for a room's door: a sheet for each day, or for the one that is asked for (``day``)."""
    visit = visit_of(lang, conference)
    room = find(visit, "room", slug, visit.snapshot.rooms)
    return _to_all(door_signs(visit.snapshot, lang, days=request.args.getlist("day"), rooms=[room.slug]))


def _to_all(response: Response) -> Response:
    """Mark a document as everybody's; that there is a queue is one reader's."""
    return public(response) if response.status_code < 400 else response


def door_signs(snapshot: Snapshot, lang: str, *, days: list[str], rooms: list[str]) -> Response:
    """Return the signs for the doors of some rooms on some days (ISO dates); empty lists stand for all."""

    def make() -> dict[str, Any]:
        return signs.signs(snapshot, lang, current_app.config["PUBLIC_URL"], days=days, rooms=rooms)

    name = "-".join([snapshot.conference.slug, "signs", *rooms[:1], *days[:1], lang])
    return printed("signs", make, snapshot, lang, (tuple(sorted(days)), tuple(sorted(rooms))), f"{name}.pdf")


def printed(
    template: str,
    make: Callable[[], Mapping[str, Any]],
    snapshot: Snapshot,
    lang: str,
    asked: tuple[object, ...],
    name: str,
) -> Response:
    """Return a document as PDF, or that the reader has it already (304), or that there is a queue (503).

    ``make`` gives the data for ``template``, in ``lang``; ``asked`` is what beside the snapshot and the language tells it from
    others. Not kept by the layer in front: it is large. It has its own folder (``press``), and its ETag is known before the
    bytes are.
    """
    here = (
        current_app.config["PUBLIC_URL"],
        template,
        snapshot.conference.id,
        snapshot.revision,
        lang,
        *asked,
    )
    folder = Path(current_app.instance_path) / "printed"
    known = _known.get(here)
    if known is not None and request.if_none_match.contains(press.etag(known)):
        return _tagged(Response(status=304), known)
    body = press.kept(known, folder) if known is not None else None
    if known is None or body is None:
        with locale.speaking(lang):
            release = snapshot.release
            order = press.Order(
                _TEMPLATES / f"{template}.typ", make(), int(release.released_at.timestamp()) if release else 0
            )
        known = _known[here] = order.key
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)
        if request.if_none_match.contains(press.etag(known)):
            return _tagged(Response(status=304), known)
        try:
            body = press.printed(order, folder, most=current_app.config["PRINT_CACHE_BYTES"])
        except press.Busy:
            wait = str(press.RETRY_AFTER)
            text = _(
                "Others are being printed for at this moment. This page asks again by itself in a few seconds."
            )
            return error_answer(503, _("One moment, please"), text, **{"Retry-After": wait, "Refresh": wait})
    response = make_response(body)
    response.headers["Content-Type"] = press.CONTENT_TYPE
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return _tagged(response, known)


def _tagged(response: Response, key: str) -> Response:
    response.set_etag(press.etag(key))
    return response


def _chosen(visit: Visit, asked: filters.Filters) -> list[str]:
    """Return what was chosen, in words: "Type: Side event"."""
    names = {
        "type": _("Type"), "theme": _("Theme"), "organization": _("Organization"), "room": _("Room"),
        "language": _("Language"), "access": _("Access"), "day": _("Day"), "q": _("Words"),
    }  # fmt: skip
    words = facets.Words(
        text=visit.text,
        day=lambda day: say_day(day, "weekday"),
        language=language_name,
        access={access.value: str(word) for access, word in ACCESS.items()},
        undated=_("Day to be announced"),
    )
    return [f"{names[chip.name]}: {chip.label}" for chip in facets.chips(visit.snapshot, asked, words)]
