"""The timetable editor: its page, which shows a day as a table where no script runs, and the data that its scripts use.

Every change is sent with the number of the newest edit that the browser has seen; what was changed meanwhile by somebody
else is answered with 409 and what they did, and nothing is overwritten.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import MultiDict

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, permissions_in
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import locale, templating
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.forms import ActionForm, answer
from eventsapp.core.translations import direction, pick_language
from eventsapp.core.web import before_writing
from eventsapp.programme import (
    conflicts,
    constraints,
    editor_texts,
    edits,
    options,
    placing,
    timetable,
    words,
)
from eventsapp.programme.edits import Edit, Move
from eventsapp.programme.facts import EventFacts, Planning, Texts
from eventsapp.programme.planning import load_planning
from eventsapp.programme.releases import Place
from eventsapp.programme.service import writable

blueprint = Blueprint("programme_editor", __name__, url_prefix="/manage/<conference>/programme")

MOST_MOVES = 1000
"""Events that one request may move."""
SAID_FOR = 20
"""Of so many moved events the answer says what speaks against each; the marks tell of the others."""
PAGE_SIZE = 40
_GZIP_FROM = 2000


# --- how things are said


def tongue(conference: Conference) -> timetable.Tongue:
    """Return how names are said to the reader of this request."""

    def language(texts: Texts | None) -> tuple[str, str] | None:
        chosen = pick_language(texts, locale.current(), conference.default_language)
        return None if not chosen or chosen == locale.current() else (chosen, direction(chosen))

    def day(value: date, form: str) -> str:
        return templating.day(value, "EEE d MMM" if form == "short" else "weekday")

    return timetable.Tongue(templating.t, language, day)


def _json(content: Any, status: int = 200) -> Response:
    """Return JSON, compressed for whoever takes that: a thousand events are half a megabyte."""
    data = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    response = Response(data, status, mimetype="application/json")
    if len(data) >= _GZIP_FROM and request.accept_encodings["gzip"]:
        response.set_data(gzip.compress(data, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _error(status: int, title: str, detail: str, **more: Any) -> Response:
    return _json({"error": {"status": status, "title": title, "detail": detail}, **more}, status)


def _editable(conference: Conference) -> bool:
    held = permissions_in(conference.id)
    return Permission.EDIT_PROGRAMME in held and conference.state is not ConferenceState.ARCHIVED


def _said(made: Iterable[Edit], planning: Planning) -> list[dict[str, Any]]:
    return [timetable.edit_json(edit, editor_texts.what_happened(edit, planning)) for edit in made]


def _marks(conference: Conference, planning: Planning) -> dict[int, int]:
    return timetable.marks(conflicts.open_hard(conference, planning))


def _against(planning: Planning, event: EventFacts, place: Place) -> list[dict[str, Any]]:
    found = constraints.of_event(planning, event.id, place)
    return timetable.violations_json(found, planning, words.sentence)


# --- the page


@blueprint.get("/")
@manages(Permission.VIEW_PROGRAMME)
def timetable_page(conference: Conference) -> str:
    """Show the timetable: of one day a plain table, and what the scripts need to make the editor of it."""
    planning = load_planning(conference)
    days = timetable.days_of(planning)
    wished = request.args.get("day", "")
    events = planning.events.values()
    named = next((event for event in events if event.code == request.args.get("event")), None)
    day = next((day for day in days if day.isoformat() == wished), None)
    if day is None:
        day = (named.place.day if named else None) or _first_busy(planning, days)
    return render_template(
        "programme/timetable.html",
        conference=conference,
        planning=planning,
        days=days,
        day=day,
        counts={one: sum(_on(event.place, one) for event in events) for one in days},
        rows=sorted((event for event in events if day is not None and _on(event.place, day)), key=_by_time),
        unplaced=sum(event.takes_place and event.place.starts_at is None for event in events),
        marks=_marks(conference, planning),
        editable=_editable(conference),
        config={
            "texts": editor_texts.texts(),
            "keys": editor_texts.keys(),
            "addresses": _addresses(conference),
            "token": generate_csrf() if current_app.config.get("WTF_CSRF_ENABLED", True) else "",
            "conference": conference.slug,
            "zoneName": templating.zone_name(conference.zone),
            "day": day.isoformat() if day else None,
            "proposal": _proposal(conference),
        },
    )


def _proposal(conference: Conference) -> str | None:
    """Return where the data of the proposal in the address is, or None without one."""
    run_id = request.args.get("proposal", type=int)
    if run_id is None or not 0 < run_id < 1 << 31:
        return None
    return url_for("programme_scheduling.proposal", conference=conference.slug, run_id=run_id)


def _on(place: Place, day: date) -> bool:
    return place.day is not None and place.day <= day <= (place.end_day or place.day)


def _by_time(event: EventFacts) -> tuple[bool, float, str]:
    start = event.place.starts_at
    return start is None, start.timestamp() if start else 0.0, event.code


def _first_busy(planning: Planning, days: Sequence[date]) -> date | None:
    """Return the first day of the conference with something on it, else its first day."""
    of_conference = [day for day in days if day in planning.days] or list(days)
    busy = (day for day in of_conference if any(_on(e.place, day) for e in planning.events.values()))
    return next(busy, of_conference[0] if of_conference else None)


def _addresses(conference: Conference) -> dict[str, str]:
    """Where the scripts ask; ``CODE`` stands for an event's code."""

    def to(endpoint: str, **values: Any) -> str:
        return url_for(endpoint, conference=conference.slug, **values)

    return {
        "timetable": to("programme_editor.whole"),
        "moves": to("programme_editor.moves"),
        "options": to("programme_editor.places"),
        "check": to("programme_editor.check"),
        "changes": to("programme_editor.changes"),
        "event": to("programme_manage.event", code="CODE"),
        "place": to("programme_manage.place", code="CODE"),
        "where": to("programme_editor.where", code="CODE"),
    }


# --- data


@blueprint.get("/timetable.json")
@manages(Permission.VIEW_PROGRAMME)
def whole(conference: Conference) -> Response:
    """Give the whole state of the timetable, with the number of its newest edit."""
    planning = load_planning(conference)
    found = timetable.whole(planning, conflicts.open_hard(conference, planning), tongue(conference))
    return _json({**found, "revision": conference.revision, "editable": _editable(conference)})


@blueprint.get("/changes.json")
@manages(Permission.VIEW_PROGRAMME)
def changes(conference: Conference) -> Response:
    """Give what was changed after edit ``since``. One statement, and 304, when nothing was."""
    seen = request.args.get("since", 0, int)
    newest = edits.newest(conference.id)
    tag = f"{newest}-{conference.revision}"
    if newest == seen and request.if_none_match.contains(tag):
        return _tagged(Response(status=304), tag)
    content: dict[str, Any] = {"edit": newest, "revision": conference.revision, "edits": []}
    if newest != seen:
        planning = load_planning(conference)
        content["edits"] = _said(edits.since(conference.id, seen), planning)
        content["marks"] = _marks(conference, planning)
        content["edit"] = planning.edit
    return _tagged(_json(content), tag)


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag)
    return response


@blueprint.get("/options.json")
@manages(Permission.VIEW_PROGRAMME)
def places(conference: Conference) -> Response:
    """Give every place that is offered to an event, the best first, with what speaks against each.

    ``words`` are the sentences, which the places name by their index: many share them.
    """
    planning, event = _planning_and_event(conference)
    said: dict[str, int] = {}
    known: dict[constraints.Violation, int] = {}

    def index(violation: constraints.Violation) -> int:
        if violation not in known:
            known[violation] = said.setdefault(words.sentence(violation, planning), len(said))
        return known[violation]

    found = [
        {
            "place": timetable.place_json(option.place),
            "allowed": option.allowed,
            "penalty": option.penalty,
            # What forbids it is enough to say why not.
            "words": list(dict.fromkeys(map(index, option.against or option.violations))),
        }
        for option in options.where(planning, event.id)
    ]
    return _json({"edit": planning.edit, "event": event.id, "words": list(said), "places": found})


@blueprint.get("/check.json")
@manages(Permission.VIEW_PROGRAMME)
def check(conference: Conference) -> Response:
    """Give what would speak against an event at a place; without a place, at its own, and what it asks for."""
    planning, event = _planning_and_event(conference)
    names = ("room", "day", "end_day", "starts_at", "ends_at")
    given: dict[str, Any] = {name: request.args[name] for name in names if request.args.get(name)}
    if "room" in given:
        given["room"] = request.args.get("room", 0, int)
    try:
        place = timetable.place_from(given) if given else event.place
    except ValueError:
        return _error(422, _("This cannot be taken"), _("This is no place."))
    placing.check_place(conference, place)
    return _json(
        {
            "edit": planning.edit,
            "event": event.id,
            "violations": _against(planning, event, place),
            "facts": editor_texts.wants(event, planning),
        }
    )


def _planning_and_event(conference: Conference) -> tuple[Planning, EventFacts]:
    planning = load_planning(conference)
    event = planning.events.get(request.args.get("event", 0, int))
    if event is None:
        raise NotFound
    return planning, event


# --- changes


def _read_the_body() -> None:
    """Take the body in before the transaction begins: a slow sender must not hold the writer's lock."""
    request.get_data()


@blueprint.post("/moves.json")
@manages(Permission.EDIT_PROGRAMME)
@before_writing(_read_the_body)
def moves(conference: Conference) -> Response:
    """Move events: ``{"base": n, "moves": [{"event", "place" or null, "pinned"?}]}``, all or none.

    The token of forms comes in the header ``X-CSRFToken``. Answers the edits that were made, how many conflicts each
    event has now, and in words those of the moved ones.
    """
    form = ActionForm(formdata=MultiDict({"csrf_token": request.headers.get("X-CSRFToken", "")}))
    if not form.validate():
        return _error(422, _("This cannot be taken"), " ".join(said for said in _form_errors(form)))
    try:
        base, wanted = _moves_from(request.get_json(silent=True))
    except (ValueError, TypeError, AttributeError, KeyError):
        return _error(422, _("This cannot be taken"), _("The request could not be understood."))
    try:
        writable(conference)
        for place in {move.place for move in wanted}:
            placing.check_place(conference, place)
        made = edits.apply(conference, wanted, actor=actor(), base=base)
    except edits.Outdated as outdated:
        return _outdated(conference, outdated, base)
    except Invalid as invalid:
        said = " ".join(str(sentence) for found in invalid.errors.values() for sentence in found)
        return _error(422, _("This cannot be taken"), said)
    except Conflict as conflict:
        return _error(409, _("This cannot be done now"), str(conflict))
    planning = load_planning(conference)
    moved = [move.event_id for move in wanted][:SAID_FOR]
    return _json(
        {
            "edit": planning.edit,
            "edits": _said(made, planning),
            "marks": _marks(conference, planning),
            "violations": {
                id_: _against(planning, planning.events[id_], planning.events[id_].place) for id_ in moved
            },
        }
    )


def _form_errors(form: ActionForm) -> list[str]:
    return [str(error) for found in form.errors.values() for error in found]


def _moves_from(given: Any) -> tuple[int, list[Move]]:
    """Return the base and the moves of a request. Raises one of several errors for what is none."""
    base, listed = given["base"], given["moves"]
    if isinstance(base, bool) or not isinstance(base, int) or not 0 <= base < 2**31:
        raise ValueError("base")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_MOVES:
        raise ValueError("moves")
    found = []
    for one in listed:
        event, pinned = one["event"], one.get("pinned")
        if isinstance(event, bool) or not isinstance(event, int) or not 0 < event < 2**31:
            raise ValueError("event")
        if pinned is not None and not isinstance(pinned, bool):
            raise ValueError("pinned")
        found.append(Move(event, timetable.place_from(one["place"]), pinned))
    return base, found


def _outdated(conference: Conference, outdated: edits.Outdated, base: int) -> Response:
    """Say what happened meanwhile, and give it, so that the editor can take it in."""
    planning = load_planning(conference)
    said = _said(outdated.meanwhile, planning)
    return _error(
        409,
        _("Somebody changed this meanwhile"),
        " ".join(one["said"] for one in said),
        edit=planning.edit,
        edits=_said(edits.since(conference.id, base), planning),
        marks=_marks(conference, planning),
    )


# --- where can this go?


@blueprint.route("/events/<code>/options", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def where(conference: Conference, code: str) -> Any:
    """List every place for an event, the best first, and place it in one of them."""
    planning = load_planning(conference)
    event = next((event for event in planning.events.values() if event.code == code), None)
    if event is None:
        raise NotFound
    form = ActionForm()
    if form.validate_on_submit():
        try:
            place = timetable.place_from(_of_button(request.form.get("place", "")))
            base = int(request.form.get("base", planning.edit))
        except ValueError:
            form.form_errors = [_("This is no place.")]
        else:
            try:
                writable(conference)
                placing.check_place(conference, place)
                edits.apply(conference, [Move(event.id, place)], actor=actor(), base=base)
            except edits.Outdated as outdated:
                said = (editor_texts.what_happened(edit, planning) for edit in outdated.meanwhile)
                form.form_errors = [" ".join(said)]
            except Invalid as invalid:
                form.form_errors = [str(said) for found in invalid.errors.values() for said in found]
            else:
                flash(_("%(code)s was placed. The public sees it with the next release.", code=code), "good")
                target = url_for(
                    "programme_editor.timetable_page", conference=conference.slug, event=code, day=place.day
                )
                return redirect(target)
    found = options.where(planning, event.id)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    return answer(
        form,
        "programme/options.html",
        conference=conference,
        planning=planning,
        event=event,
        found=list(enumerate(found, start=1))[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        allowed=sum(option.allowed for option in found),
        total=len(found),
        page=page,
        pages=pages,
        sentence=words.sentence,
        to_button=_to_button,
    )


def _to_button(place: Place) -> str:
    return json.dumps(timetable.place_json(place))


def _of_button(given: str) -> Mapping[str, Any]:
    try:
        found = json.loads(given)
    except json.JSONDecodeError as error:
        raise ValueError("place") from error
    if not isinstance(found, dict):
        raise ValueError("place")
    return found
