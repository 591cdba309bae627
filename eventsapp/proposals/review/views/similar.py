"""Pairs of similar proposals of a call."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.enums import Verdict
from eventsapp.proposals.review import listing, similar

blueprint = Blueprint("calls_similar", __name__, url_prefix="/manage/<conference>/calls/<call>/similar")


@blueprint.get("/")
@manages(Permission.VIEW_PROPOSALS)
def index(conference: Conference, call: str) -> str:
    """List the pairs, the most alike first."""
    found = calls.one(conference.id, call)
    all_ = bool(request.args.get("all"))
    return render_template(
        "proposals/manage/similar.html",
        conference=conference,
        call=found,
        all=all_,
        found=similar.listing(found, all_=all_, page=request.args.get("page", 1, int)),
        action=ActionForm(),
    )


@blueprint.post("/judge")
@manages(Permission.EDIT_PROPOSALS)
def judge(conference: Conference, call: str) -> Response | BaseResponse:
    """Keep two apart in time, say that they are not alike, or take that back."""
    found = calls.one(conference.id, call)
    back = url_for(".index", conference=conference.slug, call=found.slug, all=request.args.get("all") or None)
    from_page = request.form.get("from", "")
    if from_page and listing.one(conference.id, from_page) is not None:
        back = url_for(
            "calls_proposals.proposal", conference=conference.slug, code=from_page, _anchor="similar"
        )
    if not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return redirect(back, 303)
    sides = [request.form.get(name, "") for name in ("first", "second")]
    if not all(side.isdigit() and len(side) < 10 for side in sides):
        raise NotFound
    verdict = next((one for one in Verdict if one.value == request.form.get("verdict")), None)
    similar.judge(found, int(sides[0]), int(sides[1]), verdict, actor=actor())
    flash(_("Saved."), "good")
    return redirect(back, 303)
