"""The review of a call, for the secretariat: progress, criteria, reviewers, giving out, results, comparison."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.models import Call
from eventsapp.proposals.review import (
    assignment,
    comparing,
    labels,
    listing,
    overview,
    queries,
    reminding,
    reviewers,
    settings,
)
from eventsapp.proposals.review.forms import CodesForm, CriterionForm, PlanForm, ProfileForm
from eventsapp.proposals.review.reviewing import criteria as criteria_of

blueprint = Blueprint("calls_review", __name__, url_prefix="/manage/<conference>/calls/<call>/review")

Answer = str | Response | BaseResponse | tuple[str, int]
P = Permission


def _to(conference: Conference, call: Call, endpoint: str, **values: Any) -> BaseResponse:
    return redirect(url_for(f".{endpoint}", conference=conference.slug, call=call.slug, **values), 303)


def _pressed() -> bool:
    if ActionForm().validate_on_submit():
        return True
    flash(_("The page had been open for too long. Please try again."), "warning")
    return False


@blueprint.get("/")
@manages(P.VIEW_PROPOSALS)
def index(conference: Conference, call: str) -> Answer:
    """Show how far the review is, and who is behind."""
    found = calls.one(conference.id, call)
    return render_template(
        "proposals/manage/review.html",
        conference=conference,
        call=found,
        state=overview.overview(found),
        people=reviewers.of_conference(conference.id),
        progress=reviewers.progress(found),
        criteria=criteria_of(found.id),
        now=clock.now(),
        action=ActionForm(),
    )


@blueprint.post("/remind")
@manages(P.EDIT_PROPOSALS)
def remind(conference: Conference, call: str) -> Answer:
    """Remind one reviewer, or all who have open reviews."""
    found = calls.one(conference.id, call)
    if _pressed():
        who = request.form.get("reviewer", "")
        only = [int(who)] if who.isdigit() and len(who) < 10 else None
        number = reminding.remind(found, only)
        flash(ngettext("%(num)s reviewer was reminded.", "%(num)s reviewers were reminded.", number), "good")
    return _to(conference, found, "index")


# --- criteria


@blueprint.get("/criteria/")
@manages(P.VIEW_PROPOSALS)
def criteria(conference: Conference, call: str) -> Answer:
    """List the criteria."""
    found = calls.one(conference.id, call)
    return render_template(
        "proposals/manage/criteria.html",
        conference=conference,
        call=found,
        criteria=criteria_of(found.id),
        done=settings.scored(found.id),
        action=ActionForm(),
    )


@blueprint.route("/criteria/new", methods=["GET", "POST"])
@manages(P.EDIT_CALLS)
def new_criterion(conference: Conference, call: str) -> Answer:
    """Add a criterion."""
    return _criterion(conference, calls.one(conference.id, call), None)


@blueprint.route("/criteria/<int:criterion_id>", methods=["GET", "POST"])
@manages(P.EDIT_CALLS)
def edit_criterion(conference: Conference, call: str, criterion_id: int) -> Answer:
    """Change a criterion."""
    return _criterion(conference, calls.one(conference.id, call), criterion_id)


def _criterion(conference: Conference, call: Call, criterion_id: int | None) -> Answer:
    row = None if criterion_id is None else settings.one(call, criterion_id)
    form = CriterionForm(
        obj=row, **content_of(conference), **({} if row else {"data": {"weight": 1, "scale": 5}})
    )
    if form.validate_on_submit():
        with saving(form):
            settings.save(
                call,
                row,
                names=form.names.data,
                guidances=form.guidances.data,
                weight=form.weight.data,
                scale=form.scale.data,
                actor=actor(),
            )
        if not form.errors:
            flash(_("Saved."), "good")
            return _to(conference, call, "criteria")
    return answer(
        form,
        "proposals/manage/criterion.html",
        conference=conference,
        call=call,
        criterion=row,
        done=settings.scored(call.id),
        action=ActionForm(),
    )


@blueprint.post("/criteria/<int:criterion_id>/delete")
@manages(P.EDIT_CALLS)
def delete_criterion(conference: Conference, call: str, criterion_id: int) -> Answer:
    """Delete a criterion."""
    found = calls.one(conference.id, call)
    row = settings.one(found, criterion_id)
    if _pressed():
        settings.remove(found, row, actor=actor())
        flash(_("The criterion was deleted."), "good")
    return _to(conference, found, "criteria")


@blueprint.post("/criteria/<int:criterion_id>/move")
@manages(P.EDIT_CALLS)
def move_criterion(conference: Conference, call: str, criterion_id: int) -> Answer:
    """Move a criterion up or down."""
    found = calls.one(conference.id, call)
    row = settings.one(found, criterion_id)
    if _pressed():
        settings.move(found, row, up=request.form.get("way") == "up", actor=actor())
    return _to(conference, found, "criteria")


# --- reviewers


@blueprint.get("/reviewers/")
@manages(P.VIEW_PROPOSALS)
def people(conference: Conference, call: str) -> Answer:
    """List the reviewers with what they know and how much they have."""
    found = calls.one(conference.id, call)
    return render_template(
        "proposals/manage/reviewers.html",
        conference=conference,
        call=found,
        people=reviewers.of_conference(conference.id),
        progress=reviewers.progress(found),
        themes=dict(overview.themes(conference.id)),
    )


@blueprint.route("/reviewers/<int:user_id>", methods=["GET", "POST"])
@manages(P.EDIT_PROPOSALS)
def person(conference: Conference, call: str, user_id: int) -> Answer:
    """Show a reviewer, and change what they know."""
    found = calls.one(conference.id, call)
    who = reviewers.one(conference.id, user_id)
    form = ProfileForm(
        data={"theme_ids": sorted(who.theme_ids), "languages": sorted(who.languages), "most": who.most}
    )
    form.theme_ids.choices = overview.theme_choices(conference)
    if form.validate_on_submit():
        with saving(form):
            reviewers.save_profile(
                conference,
                who.id,
                theme_ids=form.theme_ids.data,
                languages=form.languages.data,
                most=form.most.data,
                actor=actor(),
            )
        if not form.errors:
            flash(_("Saved."), "good")
            return _to(conference, found, "person", user_id=who.id)
    return _person(conference, found, who, form, CodesForm())


def _person(
    conference: Conference,
    call: Call,
    who: reviewers.Reviewer,
    form: ProfileForm,
    codes: CodesForm,
) -> tuple[str, int]:
    page, status = answer(
        form,
        "proposals/manage/reviewer.html",
        conference=conference,
        call=call,
        who=who,
        codes=codes,
        reviews=overview.reviews_of(call.id, who.id),
        action=ActionForm(),
    )
    return page, 422 if codes.errors else status


@blueprint.post("/reviewers/<int:user_id>/give")
@manages(P.EDIT_PROPOSALS)
def give_to(conference: Conference, call: str, user_id: int) -> Answer:
    """Give a reviewer some proposals by their codes."""
    found = calls.one(conference.id, call)
    who = reviewers.one(conference.id, user_id)
    codes = CodesForm()
    if codes.validate_on_submit():
        with saving(codes):
            number = overview.give_codes(found, who.id, codes.codes.data, actor=actor())
        if not codes.errors:
            flash(ngettext("%(num)s proposal was given.", "%(num)s proposals were given.", number), "good")
            return _to(conference, found, "person", user_id=who.id)
    form = ProfileForm(
        formdata=None,
        data={"theme_ids": sorted(who.theme_ids), "languages": sorted(who.languages), "most": who.most},
    )
    form.theme_ids.choices = overview.theme_choices(conference)
    return _person(conference, found, who, form, codes)


# --- giving out


@blueprint.route("/assign", methods=["GET", "POST"])
@manages(P.EDIT_PROPOSALS)
def assign(conference: Conference, call: str) -> Answer:
    """Show a plan of who gets what; keep it when it is sent."""
    found = calls.one(conference.id, call)
    form = PlanForm(data={"strict": "only" if request.args.get("strict") == "only" else "prefer"})
    if form.validate_on_submit():
        with saving(form):
            number = assignment.keep(
                found, strict=form.strict.data == "only", mark=form.mark.data or "", actor=actor()
            )
        if not form.errors:
            flash(
                ngettext("%(num)s review was given out.", "%(num)s reviews were given out.", number), "good"
            )
            return _to(conference, found, "index")
    planned = assignment.plan(found, strict=form.strict.data == "only")
    return answer(
        form,
        "proposals/manage/assign.html",
        conference=conference,
        call=found,
        planned=planned,
        waiting=assignment.eligible(found.id),
    )


# --- results


@blueprint.get("/results")
@manages(P.VIEW_PROPOSALS)
def results(conference: Conference, call: str) -> Answer:
    """Show what the reviews come to, beside each other and sorted by the address."""
    found = calls.one(conference.id, call)
    scored = queries.scored(found.id)
    sort, backwards = request.args.get("sort", ""), bool(request.args.get("backwards"))
    return render_template(
        "proposals/manage/results.html",
        conference=conference,
        call=found,
        sort=sort or "normalized",
        backwards=backwards,
        page=overview.results(
            found, scored, sort, backwards, request.args.get("page", 1, int), hidden_from=current_user.id
        ),
        habits=overview.habits(scored),
    )


@blueprint.get("/compare")
@manages(P.VIEW_PROPOSALS)
def compare(conference: Conference, call: str) -> Answer:
    """Show two or three proposals side by side, with their results."""
    found = calls.one(conference.id, call)
    proposals = []
    for code in comparing.codes(request.args.getlist("code")):
        one = listing.one(conference.id, code)
        if one is None or one.call_id != found.id:
            raise NotFound
        proposals.append(one)
    return render_template(
        "proposals/manage/compare.html",
        conference=conference,
        call=found,
        columns=comparing.for_officers(found, proposals, current_user.id),
        labels=labels,
    )
