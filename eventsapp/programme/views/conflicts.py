"""The page of conflicts: all that the working programme does not respect, in words, and who accepted what."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import ActionForm, Form, TextAreaField, answer, saving
from eventsapp.programme import conflicts as service
from eventsapp.programme.facts import HARD, Kind

blueprint = Blueprint("programme_conflicts", __name__, url_prefix="/manage/<conference>/programme/conflicts")

PAGE_SIZE = 50
Answer = str | Response | BaseResponse | tuple[str, int]


class AcceptForm(Form):
    """Why a conflict is accepted."""

    reason = TextAreaField(_l("Why is this accepted?"), required=True, max_length=500, rows=3)


@blueprint.get("/")
@manages(Permission.VIEW_PROGRAMME)
def conflicts(conference: Conference) -> Answer:
    """List the conflicts of the working programme, filtered by the address."""
    all_ = service.load_conflicts(conference)
    names = service.ConflictFilters.__slots__
    filters = service.ConflictFilters(
        **{name: request.args[name][:80] for name in names if request.args.get(name)}
    )
    found = service.select_conflicts(all_, filters)
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(request.args.get("page", 1, int), 1), pages)
    days = {
        one.violation.during.start.astimezone(all_.planning.zone).date()
        for one in all_.found
        if one.violation.during is not None
    }
    return render_template(
        "programme/conflicts.html",
        conference=conference,
        planning=all_.planning,
        filters=asdict(filters),
        found=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        count=len(found),
        total=len(all_.found),
        hard=len(all_.hard),
        accepted=len(all_.found) - len(all_.open),
        counts=all_.counts(),
        kinds=[(kind, kind in HARD) for kind in Kind],
        days=sorted(days),
        page=page,
        pages=pages,
    )


@blueprint.route("/<facts>", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def conflict(conference: Conference, facts: str) -> Answer:
    """Show one conflict, and accept it with a reason."""
    all_ = service.load_conflicts(conference)
    found = service.conflict_of(all_, facts)
    form = AcceptForm()
    if form.validate_on_submit():
        with saving(form):
            service.accept(conference, facts, reason=form.reason.data, actor=actor())
        if not form.errors:
            flash(_("The conflict is accepted until its facts change."), "good")
            return _to(conference)
    return answer(
        form,
        "programme/conflict.html",
        conference=conference,
        planning=all_.planning,
        conflict=found,
        action=ActionForm(formdata=None),
    )


@blueprint.post("/<facts>/take-back")
@manages(Permission.EDIT_PROGRAMME)
def take_back(conference: Conference, facts: str) -> Answer:
    """Count an accepted conflict again."""
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    service.take_back(conference, facts, actor=actor())
    flash(_("The conflict is counted again."), "good")
    return _to(conference, state="accepted")


def _to(conference: Conference, **values: Any) -> BaseResponse:
    return redirect(url_for("programme_conflicts.conflicts", conference=conference.slug, **values))
