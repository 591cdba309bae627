"""The auto-scheduler in the workspace: ask for a run, follow it, and keep its proposal whole, in part or not at all."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.errors import Conflict
from eventsapp.core.forms import ActionForm, Form, RadiosField, WholeField, WordsField, answer, fail, saving
from eventsapp.programme import edits, planning
from eventsapp.programme.enums import RunState
from eventsapp.programme.facts import Kind, Planning
from eventsapp.programme.models import SchedulerRun
from eventsapp.programme.scheduling import chart, service
from eventsapp.programme.scheduling.problem import Options, may_move
from eventsapp.programme.scheduling.reason_words import sentences
from eventsapp.programme.scheduling.results import unplaced_of

blueprint = Blueprint("programme_scheduling", __name__, url_prefix="/manage/<conference>/programme/schedule")

UNPLACED, ALL, CHOSEN = "unplaced", "all", "chosen"
SCOPES = (
    (UNPLACED, _l("Events that have no place yet")),
    (ALL, _l("Those, and placed events that are not pinned")),
    (CHOSEN, _l("Only these events")),
)
STATES = {
    RunState.QUEUED: _l("Waiting to start"),
    RunState.RUNNING: _l("Under way"),
    RunState.DONE: _l("Done"),
    RunState.CANCELLED: _l("Cancelled"),
    RunState.FAILED: _l("Failed"),
}
Answer = str | Response | BaseResponse | tuple[str, int]


class AskForm(Form):
    """What the auto-scheduler shall do."""

    scope = RadiosField(_l("Which events?"), required=True, choices=SCOPES, default=UNPLACED)
    codes = WordsField(
        _l("Event codes"), description=_l("Only for chosen events, with commas or spaces between them.")
    )
    time_limit_s = WholeField(
        _l("Time limit in seconds"), required=True, least=1, most=service.LONGEST, default=60
    )
    moving = WholeField(
        _l("Weight of moving a placed event"),
        required=True,
        most=100,
        default=10,
        description=_l("From 0 (it does not matter) to 100, beside the weights of the settings."),
    )


@blueprint.route("/", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def runs(conference: Conference) -> Answer:
    """List the runs, and ask for a new one."""
    form = AskForm()
    if form.validate_on_submit():
        ids = _chosen(conference, form)
        if not form.errors:
            with saving(form):
                run = service.ask(
                    conference,
                    actor=actor(),
                    time_limit_s=form.time_limit_s.data,
                    event_ids=ids,
                    keep_placed=form.scope.data == UNPLACED,
                    moving=0 if form.scope.data == UNPLACED else form.moving.data,
                )
            if not form.errors:
                return _to(conference, run)
    found = planning.load_planning(conference)
    return answer(
        form,
        "programme/schedule.html",
        conference=conference,
        runs=service.runs(conference.id),
        current=service.current(conference.id),
        states=STATES,
        waiting=len(may_move(found, Options())),
        pinned=sum(event.pinned for event in found.events.values()),
        slots=sum(map(len, found.slots_of.values())),
        rooms=len(found.rooms),
    )


def _chosen(conference: Conference, form: AskForm) -> list[int] | None:
    """Return the ids of the events that were typed; None for another choice. Puts an error beside the field."""
    if form.scope.data != CHOSEN:
        return None
    by_code = {
        event.code.casefold(): event.id for event in planning.load_planning(conference).events.values()
    }
    typed = [code for part in form.codes.data or () for code in part.split()]
    unknown = [code for code in typed if code.casefold() not in by_code]
    if unknown:
        fail(form.codes, _("There is no event %(codes)s.", codes=", ".join(unknown[:10])))
    elif not typed:
        fail(form.codes, _("Choose at least one event."))
    return [by_code[code.casefold()] for code in typed if code.casefold() in by_code]


@blueprint.get("/<int:run_id>")
@manages(Permission.VIEW_PROGRAMME)
def run(conference: Conference, run_id: int) -> Answer:
    """Show a run: how far it is, and what it proposes."""
    return render_template("programme/schedule_run.html", **_shown(conference, run_id))


@blueprint.get("/<int:run_id>/state")
@manages(Permission.VIEW_PROGRAMME)
def state(conference: Conference, run_id: int) -> Answer:
    """Give the part of the page that changes while a run is under way."""
    return render_template("programme/_schedule_state.html", **_progress(conference, run_id))


@blueprint.get("/<int:run_id>/proposal.json")
@manages(Permission.VIEW_PROGRAMME)
def proposal(conference: Conference, run_id: int) -> Response:
    """Give a proposal to the timetable editor: what would move, and what stays without a place."""
    found = service.run_of(conference.id, run_id)
    facts = planning.load_planning(conference)
    return jsonify(
        {
            "edit": found.base_edit,
            "moves": [
                {"event": row.event_id, "code": row.code, "place": _json(edits.as_json(row.then, False))}
                for row in _difference(found, facts)
            ],
            "unplaced": [
                {"event": id_, "code": facts.events[id_].code, "reasons": sentences(why, facts)}
                for id_, why in unplaced_of(found.result).items()
                if id_ in facts.events
            ],
        }
    )


def _json(kept: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in kept.items() if name != "pinned"}


@blueprint.post("/<int:run_id>/cancel")
@manages(Permission.EDIT_PROGRAMME)
def cancel(conference: Conference, run_id: int) -> Answer:
    """Stop a run."""
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    found = service.run_of(conference.id, run_id)
    service.cancel(found, actor=actor())
    flash(_("The run is being stopped. What it has found is kept."), "good")
    return _to(conference, found)


@blueprint.post("/<int:run_id>/dismiss")
@manages(Permission.EDIT_PROGRAMME)
def dismiss(conference: Conference, run_id: int) -> Answer:
    """Put a proposal aside."""
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    service.dismiss(service.run_of(conference.id, run_id), actor=actor())
    flash(_("The proposal was put aside. Nothing has changed."), "good")
    return redirect(url_for("programme_scheduling.runs", conference=conference.slug))


@blueprint.post("/<int:run_id>/accept")
@manages(Permission.EDIT_PROGRAMME)
def accept(conference: Conference, run_id: int) -> Answer:
    """Take a proposal over, all of it or the events that are chosen."""
    form = ActionForm()
    found = service.run_of(conference.id, run_id)
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    chosen = None
    if "all" not in request.form:
        chosen = [
            int(id_)
            for id_ in request.form.getlist("event")
            if id_.isascii() and id_.isdigit() and len(id_) < 10
        ]
    try:
        made = service.accept(conference, found, actor=actor(), event_ids=chosen)
    except Conflict as error:
        context = _shown(conference, run_id)
        return render_template(
            "programme/schedule_run.html", **context, problem=str(error), chosen=chosen
        ), 409
    flash(ngettext("%(num)s event was placed.", "%(num)s events were placed.", len(made)), "good")
    return redirect(url_for("programme_editor.timetable_page", conference=conference.slug))


def _progress(conference: Conference, run_id: int) -> dict[str, Any]:
    found = service.run_of(conference.id, run_id)
    taken = found.progress[-1][0] if found.progress else 0.0
    return {
        "conference": conference,
        "run": found,
        "open": found.state in service.OPEN,
        "states": STATES,
        "chart": chart.draw(found.progress, found.result.get("seconds", taken)),
        "points": found.progress,
        "action": ActionForm(formdata=None),
        "waiting_long": found.state is RunState.QUEUED
        and (clock.now() - found.asked_at).total_seconds() > 20,
    }


def _shown(conference: Conference, run_id: int) -> dict[str, Any]:
    context = _progress(conference, run_id)
    found: SchedulerRun = context["run"]
    facts = planning.load_planning(conference)
    before, after = found.result.get("before", {}), found.result.get("after", {})
    return {
        **context,
        "planning": facts,
        "rooms": {room.id: room.names for room in facts.rooms.values()},
        "by_id": facts.events,
        "rows": _difference(found, facts),
        "unplaced": [
            (facts.events[id_], sentences(why, facts))
            for id_, why in unplaced_of(found.result).items()
            if id_ in facts.events
        ],
        "kinds": [
            (kind, before.get(kind.value, 0), after.get(kind.value, 0))
            for kind in Kind
            if before.get(kind.value) or after.get(kind.value)
        ],
        "meanwhile": facts.edit > found.base_edit,
    }


def _difference(run: SchedulerRun, facts: Planning) -> list[service.Row]:
    if run.state in service.OPEN or run.result.get("dismissed"):
        return []
    return service.difference(run, facts)


def _to(conference: Conference, run: SchedulerRun) -> BaseResponse:
    return redirect(url_for("programme_scheduling.run", conference=conference.slug, run_id=run.id))
