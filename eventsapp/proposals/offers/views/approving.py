"""Officers see what organizers changed of their events, and approve it where the call wants that."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import answer, content_of, saving
from eventsapp.extensions import db
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.drafts.differences import Change
from eventsapp.proposals.drafts.differences import words as compared
from eventsapp.proposals.enums import ChangeState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import changes as service
from eventsapp.proposals.offers import event_content, event_forms, words
from eventsapp.proposals.offers.models import EventChange
from eventsapp.proposals.offers.views.files import hand_over
from eventsapp.proposals.offers.views.manage import Answer, blueprint

_SHOWN = 200


@blueprint.get("/calls/<call>/offers/changes/")
@manages(Permission.VIEW_PROPOSALS)
def changes(conference: Conference, call: str) -> Answer:
    """List the changes by organizers: those that wait first, then the newest."""
    found = calls.one(conference.id, call)
    rows = db.session.execute(
        select(EventChange, Proposal)
        .join(Proposal, Proposal.event_id == EventChange.event_id)
        .where(Proposal.call_id == found.id)
        .options(joinedload(EventChange.event))
        .order_by((EventChange.state == ChangeState.PENDING).desc(), EventChange.id.desc())
        .limit(_SHOWN)
    ).all()
    return render_template(
        "proposals/manage/changes.html",
        conference=conference,
        call=found,
        rows=rows,
        label=event_content.label,
        words=words,
    )


def _one(conference: Conference, change_id: int) -> tuple[EventChange, Proposal]:
    found = db.session.get(EventChange, change_id)
    if found is None or found.event.conference_id != conference.id:
        raise NotFound
    return found, service.proposal_of(found)


@blueprint.get("/changes/<int:change_id>")
@manages(Permission.VIEW_PROPOSALS)
def change(conference: Conference, change_id: int) -> Answer:
    """Show a change word by word, with what the event says today where it is something else."""
    found, proposal = _one(conference, change_id)
    form = event_forms.DecisionForm(formdata=None, **content_of(conference))
    return _page(conference, found, proposal, form, refusal=None)


@blueprint.post("/changes/<int:change_id>/approve")
@manages(Permission.EDIT_PROPOSALS)
def approve(conference: Conference, change_id: int) -> Answer:
    """Publish the parts that are ticked."""
    found, proposal = _one(conference, change_id)
    form = event_forms.DecisionForm(**content_of(conference))
    if form.validate_on_submit():
        try:
            with saving(form):
                service.approve(
                    found,
                    request.form.getlist("part"),
                    actor=actor(),
                    seen=request.form.get("seen", ""),
                    note=form.note.data or "",
                )
        except Conflict as conflict:
            form.form_errors.append(str(conflict.message))
        if not form.errors:
            flash(_("The change is public now."), "good")
            return _back(conference, proposal)
    return _page(conference, found, proposal, form, refusal=None)


@blueprint.post("/changes/<int:change_id>/refuse")
@manages(Permission.EDIT_PROPOSALS)
def refuse(conference: Conference, change_id: int) -> Answer:
    """Refuse a change with a reason."""
    found, proposal = _one(conference, change_id)
    form = event_forms.RefusalForm(**content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            service.refuse(found, reason=form.reason.data or "", actor=actor())
        if not form.errors:
            flash(_("The change was refused, and the team is told why."), "good")
            return _back(conference, proposal)
    return _page(conference, found, proposal, form, refusal=form)


@blueprint.get("/changes/<int:change_id>/files/<int:file_id>")
@manages(Permission.VIEW_PROPOSALS)
def change_file(conference: Conference, change_id: int, file_id: int) -> Answer:
    """Hand over a file that organizers want to add."""
    found, _proposal = _one(conference, change_id)
    _before, after = found.changes.get(event_content.MATERIALS, (None, None))
    if file_id not in {one.get("file") for one in after or ()}:
        raise NotFound
    return hand_over(file_id)


def _back(conference: Conference, proposal: Proposal) -> BaseResponse:
    return redirect(url_for("calls_offers.changes", conference=conference.slug, call=proposal.call.slug))


def _page(
    conference: Conference,
    found: EventChange,
    proposal: Proposal,
    form: event_forms.DecisionForm | event_forms.RefusalForm,
    *,
    refusal: event_forms.RefusalForm | None,
) -> Answer:
    parts = service.parts_of(found)
    pending = found.state is ChangeState.PENDING
    shown = [
        {
            "part": one,
            "change": Change(
                one.name,
                event_content.label(one.name),
                compared(event_content.text(one.name, one.before), event_content.text(one.name, one.after)),
                event_content.language_of(one.name),
            ),
            "now": event_content.text(one.name, one.now),
            "files": [
                new for new in one.after or () if one.name == event_content.MATERIALS and new.get("file") and not new.get("id")
            ],
            "outdated": pending and one.outdated,
        }
        for one in parts
    ]  # fmt: skip
    return answer(
        form,
        "proposals/manage/change.html",
        conference=conference,
        call=proposal.call,
        proposal=proposal,
        change=found,
        shown=shown,
        pending=pending,
        chosen=set(request.form.getlist("part")) if request.method == "POST" else None,
        seen=service.seen_of(parts),
        decision=form if refusal is None else event_forms.DecisionForm(formdata=None),
        refusal=refusal or event_forms.RefusalForm(formdata=None, **content_of(conference)),
        words=words,
    )
