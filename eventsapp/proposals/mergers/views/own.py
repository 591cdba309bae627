"""The page of a merger for those whose proposals it is about."""

from __future__ import annotations

import re

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.core.forms import answer, refused, saving
from eventsapp.core.translations import LANGUAGES
from eventsapp.proposals import access, life
from eventsapp.proposals.access import Standing
from eventsapp.proposals.enums import Answer, MergerState
from eventsapp.proposals.mergers import forms, queries, service
from eventsapp.proposals.mergers.models import Merger
from eventsapp.proposals.mergers.names import ANSWERS, STATES, TONES, field_namer
from eventsapp.proposals.panels import Panel

blueprint = Blueprint(
    "mergers",
    __name__,
    url_prefix=f"/<any({','.join(LANGUAGES)}):lang>/proposals/<int:proposal_id>/merger",
)

Page = str | tuple[str, int] | BaseResponse
_OVER = (MergerState.REFUSED, MergerState.UNDONE, MergerState.ABANDONED)


def codes_in(text: str | None) -> list[str]:
    """Return the codes that somebody typed, with whatever between them."""
    return [code for code in re.split(r"[\s,;]+", text or "") if code]


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def merger(lang: str, proposal_id: int) -> Page:
    """Show the merger that a proposal takes part in, or propose one."""
    standing = access.standing(proposal_id, current_user)
    found = queries.of_proposal(proposal_id)
    form = forms.ProposeForm()
    if form.validate_on_submit():
        if not standing.leads:
            raise NotAllowed
        with saving(form):
            proposals, unknown = queries.by_codes(
                standing.proposal.call_id, [standing.proposal.code, *codes_in(form.proposals.data)]
            )
            if unknown:
                form.proposals.errors = [
                    _("There is no proposal %(code)s in this call.", code=code) for code in unknown
                ]
            else:
                service.propose(standing.proposal.call, proposals, note=form.note.data, actor=actor())
        if not form.errors:
            flash(_("The merger has been proposed. The others have been told."), "good")
            return _back(lang, proposal_id)
        standing = access.standing(proposal_id, current_user)
        found = queries.of_proposal(proposal_id)
    return answer(form, "proposals/mergers/own.html", **_context(standing, found))


@blueprint.post("/answer")
@signed_in
def reply(lang: str, proposal_id: int) -> Page:
    """Agree to write together; accept or refuse the joint draft."""
    found = _merger(proposal_id)
    form = forms.AnswerForm()
    if not form.validate_on_submit() or refused(form):
        return render_template("programme/refused.html", form=form), 422
    part = next((one for one in found.parts if one.id == form.part.data), None)
    if part is None:
        raise NotFound
    access.leading(part.proposal_id, current_user)
    if form.said.data == "join":
        service.join(part, actor=actor())
    elif form.said.data == "accept":
        service.answer(part, Answer.ACCEPTED, actor=actor(), content=form.content.data or "")
    else:
        service.answer(part, Answer.REFUSED, actor=actor(), reason=form.reason.data)
    flash(_("Your answer has been taken."), "good")
    return _back(lang, proposal_id)


@blueprint.post("/undo")
@signed_in
def undo(lang: str, proposal_id: int) -> Page:
    """Take an agreed merger apart, as the lead of one of its proposals."""
    found = _merger(proposal_id)
    form = forms.EndForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    if not _led(found):
        raise NotAllowed
    service.undo(found, actor=actor(), reason=form.reason.data)
    flash(_("The merger has been undone."), "good")
    return _back(lang, proposal_id)


@blueprint.post("/abandon")
@signed_in
def abandon(lang: str, proposal_id: int) -> Page:
    """Call a merger off, as the one who proposed it."""
    found = _merger(proposal_id)
    form = forms.EndForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    if found.proposed_by_id != current_user.id:
        raise NotAllowed
    service.abandon(found, actor=actor(), reason=form.reason.data)
    flash(_("The merger has been called off."), "good")
    return _back(lang, proposal_id)


def panel(standing: Standing) -> Panel | None:
    """For ``panels.team_panels``: the merger of a proposal, or the way to propose one. Three statements at most."""
    proposal = standing.proposal
    found = queries.of_proposal(proposal.id)
    may_propose = standing.leads and proposal.state in life.IN_THE_RUNNING
    if found is None and not may_propose:
        return None
    expected = ""
    if found is not None and found.state is MergerState.OPEN:
        mine = _led(found)
        if not service.composed(found):
            if any(part.joined_at is None and part.proposal_id in mine for part in found.parts):
                expected = _("Say whether you want to write one proposal together with the others.")
        elif any(part.answer is Answer.WAITING and part.proposal_id in mine for part in found.parts):
            expected = _("Accept the joint draft, or change it first.")
    return Panel(
        "proposals/mergers/_panel.html",
        {"merger": found, "proposal": proposal, "may_propose": may_propose, **_NAMES},
        order=45,
        expected=expected,
    )


def _merger(proposal_id: int) -> Merger:
    access.standing(proposal_id, current_user)
    found = queries.of_proposal(proposal_id)
    if found is None:
        raise NotFound
    return found


def _led(found: Merger) -> set[int]:
    return queries.led_by(current_user.id, [part.proposal_id for part in found.parts])


def _no_link(_proposal: object) -> None:
    """Pages of other teams cannot be opened."""


_NAMES = {
    "states": STATES,
    "tones": TONES,
    "answers": ANSWERS,
    "over": _OVER,
    "no_link": _no_link,
}


def _context(standing: Standing, found: Merger | None) -> dict[str, object]:
    proposal = standing.proposal
    g.default_language = proposal.conference.default_language
    composed = found is not None and service.composed(found)
    opened = found is not None and found.state is MergerState.OPEN
    return {
        "proposal": proposal,
        "standing": standing,
        "merger": found,
        "led": _led(found) if found else set(),
        "composed": composed,
        "mark": service.mark(found.target) if found and composed and opened else "",
        "differences": service.composition(found).differences if found and composed and opened else (),
        "field_names": field_namer(proposal.call),
        "undoable": found is not None and service.undoable(found),
        "may_propose": standing.leads
        and proposal.state in life.IN_THE_RUNNING
        and (found is None or found.state in _OVER or found.target_id == proposal.id),
        "answering": forms.AnswerForm(formdata=None),
        "ending": forms.EndForm(formdata=None),
        **_NAMES,
    }


def _back(lang: str, proposal_id: int) -> BaseResponse:
    return redirect(url_for("mergers.merger", lang=lang, proposal_id=proposal_id))
