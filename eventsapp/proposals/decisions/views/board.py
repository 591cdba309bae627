"""The decision board: proposals in score order, what is drafted for each, and the balance of it beside them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, may
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import NotAllowed
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.geography import REGIONS
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.decisions import balance, board, forms, names, queries, service
from eventsapp.proposals.decisions.balance import Dimension
from eventsapp.proposals.decisions.models import Scenario
from eventsapp.proposals.enums import Decision
from eventsapp.proposals.models import Call

blueprint = Blueprint("calls_decisions", __name__, url_prefix="/manage/<conference>/calls/<call>/decisions")

Page = str | tuple[str, int] | BaseResponse
FRAGMENT = "X-Board"
"""The header by which the script asks for the board alone."""


@blueprint.get("/", endpoint="board")
@manages(Permission.VIEW_PROPOSALS)
def show(conference: Conference, call: str) -> Page:
    """Show the board. ``?scenario=…&measure=…&page=…`` and the filters."""
    found = calls.one(conference.id, call)
    return _render(conference, found, _asked_for(found))


@blueprint.post("/scenarios/<int:scenario_id>/move")
@manages(Permission.DECIDE_PROPOSALS)
def move(conference: Conference, call: str, scenario_id: int) -> Page:
    """Draft the decision for one proposal."""
    found = calls.one(conference.id, call)
    scenario = queries.scenario(found.id, scenario_id)
    form = forms.MoveForm()
    moved = form.moved() if form.validate_on_submit() else None
    if moved is None:
        return render_template("programme/refused.html", form=form), 422
    service.decide(found, scenario, {moved[0]: moved[1]}, version=form.version.data, actor=actor())
    if request.headers.get(FRAGMENT):
        return _render(conference, found, scenario)
    return redirect(
        url_for(
            "calls_decisions.board",
            conference=conference.slug,
            call=call,
            _anchor=f"p-{moved[0]}",
            scenario=scenario_id,
            **_kept(),
        )
    )


@blueprint.post("/scenarios/<int:scenario_id>/fill")
@manages(Permission.DECIDE_PROPOSALS)
def fill(conference: Conference, call: str, scenario_id: int) -> Page:
    """Draft decisions for all by score, or by score and balance; say what was exchanged and why."""
    found = calls.one(conference.id, call)
    scenario = queries.scenario(found.id, scenario_id)
    form = forms.FillForm()
    filled = None
    if form.validate_on_submit():
        with saving(form):
            filled = service.fill(
                found,
                scenario,
                version=form.version.data,
                actor=actor(),
                by_balance=form.how.data == "balance",
                measure=form.measure.data,
                waiting=form.waiting.data or 0,
                decline_rest=bool(form.decline_rest.data),
            )
    if filled is None or form.errors:
        return render_template("programme/refused.html", form=form), 422
    flash(_("The decisions have been drafted."), "good")
    if not filled.exchanges and not filled.missed:
        return _to_board(conference, call, scenario_id)
    rows = {row.id: row for row in queries.rows(found)}
    return render_template(
        "proposals/decisions/filled.html",
        conference=conference,
        call=found,
        scenario=scenario,
        filled=filled,
        rows=rows,
        dimensions=names.DIMENSIONS,
        name_of=_names(conference, found).of,
    )


# --- scenarios


@blueprint.route("/scenarios", methods=["GET", "POST"])
@manages(Permission.VIEW_PROPOSALS)
def scenarios(conference: Conference, call: str) -> Page:
    """List the scenarios of a call, and add one."""
    found = calls.one(conference.id, call)
    known = queries.scenarios(found.id)
    form = forms.ScenarioForm()
    form.copy_of.choices = [(one.id, one.name) for one in known]
    if _deciding(form):
        with saving(form):
            copy = queries.scenario(found.id, form.copy_of.data) if form.copy_of.data else None
            made = service.create(
                found, name=form.name.data or "", note=form.note.data, actor=actor(), copy_of=copy
            )
        if not form.errors:
            flash(_("The scenario has been added."), "good")
            return _to_board(conference, call, made.id)
        found = calls.one(conference.id, call)
        known = queries.scenarios(found.id)
    return answer(
        form,
        "proposals/decisions/scenarios.html",
        conference=conference,
        call=found,
        scenarios=known,
        counts={one.id: _counts(one) for one in known},
        decisions=names.DECISIONS,
        action=ActionForm(formdata=None),
    )


def _deciding(form: Any) -> bool:
    if request.method == "POST" and not may(Permission.DECIDE_PROPOSALS):
        raise NotAllowed
    return bool(form.validate_on_submit())


@blueprint.post("/scenarios/<int:scenario_id>/choose")
@manages(Permission.DECIDE_PROPOSALS)
def choose(conference: Conference, call: str, scenario_id: int) -> Page:
    """Make a scenario the one whose decisions are sent."""
    found = calls.one(conference.id, call)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    service.choose(found, queries.scenario(found.id, scenario_id), actor=actor())
    flash(_("This scenario is the chosen one now."), "good")
    return _to_scenarios(conference, call)


@blueprint.post("/scenarios/<int:scenario_id>/delete")
@manages(Permission.DECIDE_PROPOSALS)
def delete(conference: Conference, call: str, scenario_id: int) -> Page:
    """Delete a scenario."""
    found = calls.one(conference.id, call)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    service.delete(found, queries.scenario(found.id, scenario_id), actor=actor())
    flash(_("The scenario has been deleted."), "good")
    return _to_scenarios(conference, call)


@blueprint.get("/compare")
@manages(Permission.VIEW_PROPOSALS)
def compare(conference: Conference, call: str) -> Page:
    """Show two scenarios beside each other. ``?a=…&b=…``; without them the first two."""
    found = calls.one(conference.id, call)
    known = {one.id: one for one in queries.scenarios(found.id)}
    asked = [request.args.get(name, type=int) for name in ("a", "b")]
    two = [known[id_] for id_ in asked if id_ in known]
    if len(two) < 2:
        two = [*two, *(one for one in known.values() if one not in two)][:2]
    context: dict[str, Any] = {"scenarios": list(known.values()), "two": two}
    if len(two) == 2:
        rows = queries.rows(found)
        boards = [board.order(rows, one.choices, _measure(), found.places) for one in two]
        there = {line.row.id: line.decision for line in boards[1].lines}
        naming = _names(conference, found)
        targets = balance.targets_from(found.targets)
        context |= {
            "different": [
                (line, there[line.row.id]) for line in boards[0].lines if line.decision != there[line.row.id]
            ],
            "boards": boards,
            "balances": list(
                zip(*(board.balances(one, targets, naming.values())[0] for one in boards), strict=True)
            ),
            "name_of": naming.of,
        }
    return render_template(
        "proposals/decisions/compare.html",
        conference=conference,
        call=found,
        decisions=names.DECISIONS,
        dimensions=names.DIMENSIONS,
        **context,
    )


@blueprint.route("/targets", methods=["GET", "POST"])
@manages(Permission.DECIDE_PROPOSALS)
def targets(conference: Conference, call: str) -> Page:
    """Set the targets of balance."""
    found = calls.one(conference.id, call)
    naming = _names(conference, found)
    values = {
        dimension: list(ORGANIZATION_TYPES) if dimension is Dimension.TYPE else named
        for dimension, named in naming.values().items()
    }
    now = balance.targets_from(found.targets)
    form = forms.targets_form(
        values,
        naming.of,
        data={
            forms.field_name(dimension, value): target
            for dimension, goals in now.items()
            for value, target in goals.items()
        },
    )
    if form.validate_on_submit():
        typed = {
            dimension.value: {
                str(value): target
                for value in named
                if (target := form[forms.field_name(dimension, value)].data)
            }
            for dimension, named in values.items()
        }
        service.set_targets(found, typed, actor=actor())
        flash(_("The targets have been saved."), "good")
        return redirect(url_for("calls_decisions.board", conference=conference.slug, call=call))
    return answer(
        form,
        "proposals/decisions/targets.html",
        conference=conference,
        call=found,
        groups=[
            (names.DIMENSIONS[dimension], [form[forms.field_name(dimension, value)] for value in named])
            for dimension, named in values.items()
        ],
    )


# --- inside


def _asked_for(call: Call) -> Scenario | None:
    asked = request.args.get("scenario", type=int)
    known = queries.scenarios(call.id)
    return next((one for one in known if one.id == asked), known[0] if known else None)


def _measure() -> str:
    asked = request.args.get("measure", "")
    return asked if asked in board.MEASURES else board.MEASURES[0]


def _filters() -> board.Filters:
    return board.Filters(
        **{name: request.args.get(name, "")[:100].strip() for name in board.Filters.__dataclass_fields__}
    )


def _kept() -> dict[str, Any]:
    """Return what of the address says how the board is shown."""
    known = ("measure", "page", *board.Filters.__dataclass_fields__)
    return {name: request.args[name] for name in known if request.args.get(name)}


def _names(conference: Conference, call: Call) -> names.Names:
    question = next(
        (one for one in call.questionnaire.questions if one.key == queries.CONSTITUENCY_KEY), None
    )
    return names.Names(
        themes=queries.themes(call),
        constituencies=[(one["value"], one.get("labels") or {}) for one in question.options]
        if question
        else [],
        languages=conference.languages,
        default_language=conference.default_language,
    )


def _render(conference: Conference, call: Call, scenario: Scenario | None) -> str:
    rows = queries.rows(call)
    filters, measure = _filters(), _measure()
    whole = board.order(rows, scenario.choices if scenario else {}, measure, call.places)
    filtered = [line for line in whole.lines if filters.take(line)]
    pages = max(1, -(-len(filtered) // board.PAGE))
    asked = request.args.get("page", type=int) or board.page_of_cut(whole, filtered)
    page = min(max(asked, 1), pages)
    naming = _names(conference, call)
    goals = balance.targets_from(call.targets)
    accepted, everything = board.balances(whole, goals, naming.values())
    return render_template(
        "proposals/decisions/_board.html"
        if request.headers.get(FRAGMENT)
        else "proposals/decisions/board.html",
        conference=conference,
        call=call,
        scenario=scenario,
        scenarios=queries.scenarios(call.id),
        board=whole,
        lines=filtered[(page - 1) * board.PAGE : page * board.PAGE],
        shown=len(filtered),
        page=page,
        pages=pages,
        filters=filters,
        measure=measure,
        kept=_kept(),
        balances=list(zip(accepted, everything, strict=True)),
        obstacles=board.obstacles(whole),
        decisions=names.DECISIONS,
        dimensions=names.DIMENSIONS,
        measures=names.MEASURES,
        flags=names.FLAGS,
        flagged=board.flagged,
        types=ORGANIZATION_TYPES,
        regions=REGIONS,
        name_of=naming.of,
        themes=naming.values()[Dimension.THEME],
        action=ActionForm(formdata=None),
        fill_form=forms.FillForm(formdata=None, data={"measure": measure}),
        Decision=Decision,
    )


def _counts(scenario: Scenario) -> dict[str, int]:
    found: dict[str, int] = {}
    for said in scenario.choices.values():
        found[said] = found.get(said, 0) + 1
    return found


def _to_board(conference: Conference, call: str, scenario_id: int) -> BaseResponse:
    return redirect(
        url_for("calls_decisions.board", conference=conference.slug, call=call, scenario=scenario_id)
    )


def _to_scenarios(conference: Conference, call: str) -> BaseResponse:
    return redirect(url_for("calls_decisions.scenarios", conference=conference.slug, call=call))
