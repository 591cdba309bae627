"""Letters: their templates, a preview for each recipient, and sending the decisions of the chosen scenario together."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import Conflict
from eventsapp.core.forms import answer, content_of, saving
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.proposals import notices
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.decisions import board, forms, letters, names, queries, sending, service, writing
from eventsapp.proposals.decisions.models import Scenario
from eventsapp.proposals.decisions.views.board import Page, blueprint
from eventsapp.proposals.enums import Decision, LetterKind
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.state_names import STATES

_KINDS = ",".join(LetterKind)


@blueprint.get("/letters", endpoint="letters")
@manages(Permission.VIEW_PROPOSALS)
def index(conference: Conference, call: str) -> Page:
    """List the letters, in the words they have now."""
    found = calls.one(conference.id, call)
    made = writing.Letters(found, [])
    language = conference.default_language
    return render_template(
        "proposals/decisions/letters.html",
        conference=conference,
        call=found,
        kinds=letters.NAMES,
        templates={kind: made.template(kind, language) for kind in LetterKind},
        written=made.templates,
        language=language,
    )


@blueprint.route(f"/letters/<any({_KINDS}):kind>", methods=["GET", "POST"])
@manages(Permission.DECIDE_PROPOSALS)
def letter(conference: Conference, call: str, kind: str) -> Page:
    """Write the template of one kind of letter. Languages that are left empty get the text of another."""
    found = calls.one(conference.id, call)
    of = LetterKind(kind)
    made = writing.Letters(found, [])
    languages = [language for language in conference.languages if language in LANGUAGES]
    written = made.templates.get(of)
    texts = {language: made.template(of, language) for language in languages}
    form = forms.LetterForm(
        of,
        data={
            "subjects": written.subjects
            if written
            else {language: one for language, (one, _body) in texts.items()},
            "bodies": written.bodies if written else {language: one for language, (_s, one) in texts.items()},
        },
        **content_of(conference),
    )
    if form.validate_on_submit():
        service.write_letter(found, of, form.subjects.data, form.bodies.data, actor=actor())
        flash(_("The letter has been saved."), "good")
        return redirect(url_for("calls_decisions.letters", conference=conference.slug, call=call))
    return answer(
        form,
        "proposals/decisions/letter.html",
        conference=conference,
        call=found,
        kind=of,
        kinds=letters.NAMES,
        placeholders=letters.placeholders(of),
    )


@blueprint.get("/letters/preview")
@manages(Permission.DECIDE_PROPOSALS)
def preview(conference: Conference, call: str) -> Page:
    """Show the letters to the team of one proposal exactly as they would be sent. ``?code=…&kind=…``."""
    found = calls.one(conference.id, call)
    scenario = _chosen(found)
    asked = request.args.get("code", "").strip().upper()[:20]
    proposal = db.session.scalar(
        select(Proposal)
        .where(Proposal.call_id == found.id, Proposal.code == asked)
        if asked
        else select(Proposal).where(Proposal.call_id == found.id, Proposal.state.in_(queries.ON_BOARD)).order_by(Proposal.id).limit(1)
    )  # fmt: skip
    context: dict[str, Any] = {"proposal": proposal, "asked": asked, "messages": []}
    if proposal is not None:
        kind = _kind(proposal, scenario)
        made = writing.Letters(found, [proposal.id])
        if kind is LetterKind.WAITLISTED and scenario is not None:
            made.positions = _positions(found, scenario)
        context |= {
            "kind": kind,
            "messages": [(to, made.message(proposal, kind, to).row) for to in notices.team(proposal)],
        }
    return render_template(
        "proposals/decisions/preview.html",
        conference=conference,
        call=found,
        kinds=letters.NAMES,
        **context,
    )


def _kind(proposal: Proposal, scenario: Scenario | None) -> LetterKind:
    asked = request.args.get("kind", "")
    if asked in set(LetterKind):
        return LetterKind(asked)
    said = scenario.choices.get(str(proposal.id)) if scenario else None
    return writing.KINDS[service.ACTIONS[Decision(said)]] if said in set(Decision) else LetterKind.ACCEPTED


def _positions(call: Call, scenario: Scenario) -> dict[int, int]:
    """Return the places on the waiting list that those who are drafted for it would get."""
    whole = board.order(queries.rows(call), scenario.choices, board.MEASURES[0], call.places)
    waiting = [line.row.id for line in whole.lines if line.row.open and line.decision is Decision.WAITLIST]
    return {id_: call.next_waiting + n for n, id_ in enumerate(waiting)}


# --- sending


@blueprint.route("/send", methods=["GET", "POST"])
@manages(Permission.DECIDE_PROPOSALS)
def send(conference: Conference, call: str) -> Page:
    """Check what is drafted in the chosen scenario, and send it; show how far a sending is."""
    found = calls.one(conference.id, call)
    scenario = _chosen(found)
    form = forms.SendForm(data={"measure": board.MEASURES[0]})
    if form.validate_on_submit():
        if scenario is None or scenario.id != form.scenario.data:
            raise Conflict(_("Another scenario is the chosen one now. Check it first."))
        if scenario.version != form.version.data:
            raise Conflict(_("The scenario was changed since you checked it. Check it again."))
        with saving(form):
            made = service.ask(found, _to_send(_whole(found, scenario, form.measure.data)), actor=actor())
            if len(made.choices) <= sending.PART:
                sending.part(made.id)
        if not form.errors:
            flash(_("The decisions are being sent."), "good")
            return _back(conference, call)
        found = calls.one(conference.id, call)
        scenario = _chosen(found)
    whole = _whole(found, scenario, board.MEASURES[0]) if scenario else None
    drafted = _to_send(whole) if whole else []
    return answer(
        form,
        "proposals/decisions/send.html",
        conference=conference,
        call=found,
        scenario=scenario,
        count=len(drafted),
        counts={one: sum(said is one for _id, said in drafted) for one in Decision},
        obstacles=board.obstacles(whole, queries.merging(found.id)) if whole else None,
        last=queries.last_sending(found.id),
        decisions=names.DECISIONS,
        states=STATES,
    )


def _chosen(call: Call) -> Scenario | None:
    return next((one for one in queries.scenarios(call.id) if one.chosen), None)


def _whole(call: Call, scenario: Scenario, measure: str | None) -> board.Board:
    return board.order(queries.rows(call), scenario.choices, measure or board.MEASURES[0], call.places)


def _to_send(whole: board.Board) -> list[tuple[int, Decision]]:
    """Return what is drafted for proposals that can be decided about, in the order of the board."""
    return [
        (line.row.id, line.decision)
        for line in whole.lines
        if line.decision is not None and board.can_be_sent(line)
    ]


def _back(conference: Conference, call: str) -> BaseResponse:
    return redirect(url_for("calls_decisions.send", conference=conference.slug, call=call))
