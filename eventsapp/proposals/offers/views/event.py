"""Organizers keep their event up to date."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.core import clock
from eventsapp.core.errors import Conflict
from eventsapp.core.forms import ActionForm, Form, answer, content_of, saving
from eventsapp.core.translations import LANGUAGES
from eventsapp.programme.forms import FileForm, LinkForm
from eventsapp.programme.models import Event
from eventsapp.proposals import access
from eventsapp.proposals.drafts.content import mark
from eventsapp.proposals.enums import ChangeState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import changes, event_content, event_forms

blueprint = Blueprint(
    "proposal_event",
    __name__,
    url_prefix=f"/<any({','.join(LANGUAGES)}):lang>/proposals/<int:proposal_id>/event",
)

Answer = str | Response | BaseResponse | tuple[str, int]


def _event(proposal_id: int) -> tuple[Proposal, Event]:
    """Return the proposal and its event for somebody of its team. Raises ``NotFound``."""
    proposal = access.standing(proposal_id, current_user).proposal
    g.default_language = proposal.conference.default_language
    return proposal, changes.event_of(proposal)


def _closed(proposal: Proposal, event: Event) -> Answer | None:
    """Return the page that says why nothing can be changed; None where it can."""
    reason = changes.obstacle(proposal, event, clock.now())
    if not reason:
        return None
    page = render_template(
        "proposals/offers/event_closed.html", proposal=proposal, event=event, reason=reason, **_shown(event)
    )
    return page, 200 if request.method == "GET" else 409


def _shown(event: Event) -> dict[str, Any]:
    today = changes.now_of(event)
    return {
        "parts": [(event_content.label(part), part, event_content.text(part, today[part])) for part in today],
        "language_of": event_content.language_of,
    }


def _say(saved: changes.Saved) -> None:
    if saved.state is ChangeState.APPLIED:
        flash(_("The change is public now."), "good")
    elif saved.state is ChangeState.PENDING:
        flash(_("The change waits for approval. You are told of the answer."), "good")
    else:
        flash(_("Nothing was different."), "info")


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def edit(lang: str, proposal_id: int) -> Answer:
    """Change the public texts and the speakers."""
    proposal, event = _event(proposal_id)
    closed = _closed(proposal, event)
    if closed is not None:
        return closed
    texts = changes.texts_of(event)
    form = event_forms.OrganizersForm(
        data=event_forms.initial(texts.parts, texts.marks), **content_of(proposal.conference)
    )
    clashes: tuple[Any, ...] = ()
    if "more" in request.form:
        form.add_blank_lines()
    elif form.validate_on_submit():
        saved = changes.Saved()
        with saving(form):
            saved = changes.save(proposal, form.parts(), actor=actor(), seen=form.marks)
        if not form.errors and not saved.clashes:
            _say(saved)
            return redirect(url_for("proposals.own", lang=lang, token=str(proposal.id)))
        if saved.clashes:
            clashes = saved.clashes
            # Whoever sends it once more knows what the others wrote.
            form.seen.data = event_forms.initial({}, texts.marks)["seen"]
            form.seen.raw_data = None
            form.form_errors.append(_("Somebody changed the same parts meanwhile: compare, and save again."))
    if not form.is_submitted():
        form.add_blank_lines()
    return answer(
        form,
        "proposals/offers/event.html",
        proposal=proposal,
        event=event,
        pending=texts.pending,
        lock_at=changes.lock_at(proposal),
        clashes=[
            (event_content.label(one.part), event_content.text(one.part, one.theirs)) for one in clashes
        ],
    )


@blueprint.post("/take-back")
@signed_in
def take_back(lang: str, proposal_id: int) -> Answer:
    """Take a change back that waits for approval."""
    proposal, event = _event(proposal_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    pending = changes.pending_of(event.id)
    if pending is None:
        raise Conflict(_("This change has been decided about already."))
    changes.take_back(pending, actor=actor())
    flash(_("The change was taken back."), "good")
    return redirect(url_for("proposals.own", lang=lang, token=str(proposal.id)))


@blueprint.route("/materials", methods=["GET", "POST"])
@signed_in
def materials(lang: str, proposal_id: int) -> Answer:
    """Show the links and files, and add a link."""
    proposal, event = _event(proposal_id)
    closed = _closed(proposal, event)
    if closed is not None:
        return closed
    form = LinkForm(**content_of(proposal.conference))
    if form.validate_on_submit():
        saved = changes.Saved()
        with saving(form):
            saved = changes.add_material(proposal, actor=actor(), titles=form.titles.data, url=form.url.data)
        if not form.errors:
            _say(saved)
            return redirect(url_for("proposal_event.materials", lang=lang, proposal_id=proposal_id))
    file_form = FileForm(formdata=None, **content_of(proposal.conference))
    return _materials(form, proposal, event, link_form=form, file_form=file_form)


@blueprint.post("/materials/file")
@signed_in
def add_file(lang: str, proposal_id: int) -> Answer:
    """Add an uploaded file."""
    proposal, event = _event(proposal_id)
    closed = _closed(proposal, event)
    if closed is not None:
        return closed
    form = FileForm(**content_of(proposal.conference))
    if form.validate_on_submit():
        saved = changes.Saved()
        with saving(form):
            stored = form.file.store()
            saved = changes.add_material(proposal, actor=actor(), titles=form.titles.data, file=stored)
        if not form.errors:
            _say(saved)
            return redirect(url_for("proposal_event.materials", lang=lang, proposal_id=proposal_id))
    link_form = LinkForm(formdata=None, **content_of(proposal.conference))
    return _materials(form, proposal, event, link_form=link_form, file_form=form)


@blueprint.post("/materials/<int:position>/remove")
@signed_in
def remove_material(lang: str, proposal_id: int, position: int) -> Answer:
    """Take a link or file off, at its place in the list."""
    proposal, _event_row = _event(proposal_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    _say(changes.remove_material(proposal, position, actor=actor(), seen=request.form.get("seen", "")))
    return redirect(url_for("proposal_event.materials", lang=lang, proposal_id=proposal_id))


def _materials(form: Form, proposal: Proposal, event: Event, **forms: Any) -> Answer:
    texts = changes.texts_of(event)
    listed = texts.parts.get(event_content.MATERIALS, [])
    return answer(
        form,
        "proposals/offers/materials.html",
        proposal=proposal,
        event=event,
        pending=texts.pending,
        listed=[(one, mark(one)) for one in listed],
        action=ActionForm(formdata=None),
        **forms,
    )
