"""Officers' pages of mergers: the list, proposing one, one with its proposals beside each other."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import answer, saving
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.enums import MergerState
from eventsapp.proposals.mergers import forms, queries, service
from eventsapp.proposals.mergers.names import ANSWERS, STATES, TONES, field_namer
from eventsapp.proposals.mergers.views.own import codes_in
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.panels import Panel

blueprint = Blueprint("calls_mergers", __name__, url_prefix="/manage/<conference>/calls/<call>/mergers")

Page = str | tuple[str, int] | BaseResponse
_NAMES = {"states": STATES, "tones": TONES, "answers": ANSWERS}


@blueprint.get("/")
@manages(Permission.VIEW_PROPOSALS)
def index(conference: Conference, call: str) -> Page:
    """List the mergers of a call."""
    found = calls.one(conference.id, call)
    return render_template(
        "proposals/mergers/index.html",
        conference=conference,
        call=found,
        mergers=queries.of_call(found.id),
        **_NAMES,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@manages(Permission.EDIT_PROPOSALS)
def new(conference: Conference, call: str) -> Page:
    """Propose a merger. ``?proposals=P-0012,P-0047`` fills the form."""
    found = calls.one(conference.id, call)
    asked = ", ".join(codes_in(request.args.get("proposals", "")[:300]))
    form = forms.ProposeForm(data={"proposals": asked})
    if form.validate_on_submit():
        made = None
        with saving(form):
            proposals, unknown = queries.by_codes(found.id, codes_in(form.proposals.data))
            if unknown:
                form.proposals.errors = [
                    _("There is no proposal %(code)s in this call.", code=code) for code in unknown
                ]
            else:
                made = service.propose(
                    found, proposals, note=form.note.data, actor=actor(), by_secretariat=True
                )
        if made is not None and not form.errors:
            flash(_("The joint draft has been composed, and the leads have been told."), "good")
            return _to(conference, call, made.id)
        found = calls.one(conference.id, call)
    return answer(form, "proposals/mergers/new.html", conference=conference, call=found)


@blueprint.get("/<int:merger_id>")
@manages(Permission.VIEW_PROPOSALS)
def merger(conference: Conference, call: str, merger_id: int) -> Page:
    """Show a merger: who has answered what, and the proposals beside each other."""
    found = calls.one(conference.id, call)
    one = queries.one(found.id, merger_id)
    return render_template(
        "proposals/mergers/merger.html",
        conference=conference,
        call=found,
        merger=one,
        composed=service.composed(one),
        differences=service.composition(one).differences,
        field_names=field_namer(found),
        undoable=service.undoable(one),
        opened=one.state is MergerState.OPEN,
        ending=forms.EndForm(formdata=None),
        officer_link=lambda one: (
            url_for("calls_proposals.proposal", conference=conference.slug, code=one.code)
            if "calls_proposals.proposal" in current_app.view_functions
            else None
        ),
        **_NAMES,
    )


@blueprint.post("/<int:merger_id>/abandon")
@manages(Permission.EDIT_PROPOSALS)
def abandon(conference: Conference, call: str, merger_id: int) -> Page:
    """Call an open merger off."""
    one = queries.one(calls.one(conference.id, call).id, merger_id)
    form = forms.EndForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    service.abandon(one, actor=actor(), reason=form.reason.data)
    flash(_("The merger has been called off."), "good")
    return _to(conference, call, merger_id)


@blueprint.post("/<int:merger_id>/undo")
@manages(Permission.EDIT_PROPOSALS)
def undo(conference: Conference, call: str, merger_id: int) -> Page:
    """Take an agreed merger apart."""
    one = queries.one(calls.one(conference.id, call).id, merger_id)
    form = forms.EndForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    service.undo(one, actor=actor(), reason=form.reason.data)
    flash(_("The merger has been undone."), "good")
    return _to(conference, call, merger_id)


def panel(conference: Conference, proposal: Proposal) -> Panel | None:
    """For ``panels.officer_panels``: the merger of a proposal."""
    found = queries.of_proposal(proposal.id)
    if found is None:
        return None
    return Panel(
        "proposals/mergers/_officer_panel.html",
        {"merger": found, "proposal": proposal, "conference": conference, **_NAMES},
        order=45,
    )


def _to(conference: Conference, call: str, merger_id: int) -> BaseResponse:
    return redirect(
        url_for("calls_mergers.merger", conference=conference.slug, call=call, merger_id=merger_id)
    )
