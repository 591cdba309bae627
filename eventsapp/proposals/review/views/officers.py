"""The officers' list of proposals, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, may
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, locale, tables, templating
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, countries, refused, saving
from eventsapp.core.translations import LANGUAGES, Texts, pick
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.geography import Region, region_name, region_of
from eventsapp.proposals import panels, service
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.enums import Action, CommentAudience
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review import labels, listing, page, screening
from eventsapp.proposals.review.forms import STEP_NAMES, MessageForm, StepForm
from eventsapp.proposals.state_names import STATES

blueprint = Blueprint("calls_proposals", __name__, url_prefix="/manage/<conference>")

MANY_MOST: Final = 500
"""Proposals that one press acts on: a writer must not keep the others waiting for long."""

Answer = str | Response | BaseResponse | tuple[str, int]


def _countries(region: str) -> list[str]:
    """Return the countries of a region of the filter; none for one that there is not."""
    return [code for code, _name in countries("en") if region_of(code) == region]


def _regions(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Return the regions of these countries, as the filter offers them."""
    there = {region_of(code) for code in codes}
    return [(region.value, region_name(region)) for region in Region if region in there]


def _everything(call: Call) -> Iterator[listing.Row]:
    return listing.everything(
        call,
        listing.Filters.of(request.args),
        region=_countries,
        failing=lambda: page.failing(call),
    )


# --- the list


@blueprint.get("/calls/<call>/proposals/")
@manages(Permission.VIEW_PROPOSALS)
def index(conference: Conference, call: str) -> Answer:
    """List the proposals of a call, filtered and sorted by the address."""
    found = calls.one(conference.id, call)
    filters, facets = listing.Filters.of(request.args), listing.facets(found)
    return render_template(
        "proposals/manage/proposals.html",
        conference=conference,
        call=found,
        filters=asdict(filters),
        asked=bool(filters),
        found=listing.listing(
            found,
            filters,
            page=request.args.get("page", 1, int),
            region=_countries,
            failing=lambda: page.failing(found),
        ),
        counts=listing.counts(found.id),
        facets=facets,
        countries=sorted(
            ((code, templating.country_name(code)) for code in facets.countries), key=lambda pair: pair[1]
        ),
        regions=_regions(facets.countries),
        may_fail=bool(found.rules),
        languages=LANGUAGES,
        types=ORGANIZATION_TYPES,
        steps=[(step, STEP_NAMES[step]) for step in screening.FOR_MANY],
        action=ActionForm(),
    )


@blueprint.get("/calls/<call>/proposals/export.<any(csv,xlsx):kind>")
@manages(Permission.VIEW_PROPOSALS)
def export(conference: Conference, call: str, kind: str) -> Answer:
    """Hand over the proposals that fit the filters, as a table."""
    found = calls.one(conference.id, call)
    header = [
        _("Code"), _("Title"), _("State"), _("Submitted (UTC)"), _("Late"), _("Languages"), _("Lead organization"),
        _("Type"), _("Country"), _("Organizations that have not answered"), _("Reviews done"), _("Reviews given out"),
    ]  # fmt: skip

    def text(texts: Texts | None) -> str:
        return pick(texts, locale.current(), conference.default_language)

    rows = (
        (
            row.code,
            text(row.titles),
            STATES[row.state],
            row.submitted_at,
            _("yes") if row.late else _("no"),
            " ".join(row.languages),
            text(row.lead_names),
            ORGANIZATION_TYPES[row.lead_type] if row.lead_type else "",
            templating.country_name(row.lead_country),
            row.invited,
            row.reviews_done,
            row.reviews,
        )
        for row in _everything(found)
    )
    name, day = f"{conference.slug}-{found.slug}-proposals", clock.now().date().isoformat()
    if kind == "xlsx":
        response = Response(tables.xlsx(_("Proposals"), header, rows), content_type=tables.XLSX_TYPE)
    else:
        response = Response(b"".join(tables.csv_lines(header, rows)), content_type=tables.CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.{kind}"'
    return response


@blueprint.post("/calls/<call>/proposals/many")
@manages(Permission.EDIT_PROPOSALS)
def many(conference: Conference, call: str) -> Answer:
    """Do one step with the proposals that are ticked, or with all that fit the filters of the address."""
    found = calls.one(conference.id, call)
    asked = {name: value for name, value in asdict(listing.Filters.of(request.args)).items() if value}
    back = redirect(
        url_for(
            ".index", conference=conference.slug, call=found.slug, page=request.args.get("page"), **asked
        ),
        303,
    )
    step = next((one for one in screening.FOR_MANY if one.value == request.form.get("step")), None)
    if not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return back
    if step is None:
        flash(_("Choose what happens with them."), "warning")
        return back
    chosen = _chosen(found)
    if not chosen:
        flash(_("Tick at least one proposal."), "warning")
        return back
    done = screening.act_on_many(chosen[:MANY_MOST], step, actor=actor())
    _say(done, len(chosen) - MANY_MOST)
    return back


def _chosen(call: Call) -> list[Proposal]:
    if request.form.get("all"):
        ids = [row.id for row in _everything(call)]
        # Those that something can be done with come first, so that pressing again goes on from there.
        found = listing.in_call(call, ids)
        return [one for one in found if screening.possible(one, screening.FOR_MANY)]
    return listing.in_call(
        call, [int(id_) for id_ in request.form.getlist("id") if id_.isdigit() and len(id_) < 10]
    )


def _say(done: screening.Done, more: int) -> None:
    if done.count:
        flash(
            ngettext("%(num)s proposal was changed.", "%(num)s proposals were changed.", done.count), "good"
        )
    if done.left:
        flash(
            _(
                "Their state does not allow it: %(codes)s.",
                codes=", ".join(done.left[:10]) + (" …" if len(done.left) > 10 else ""),
            ),
            "warning",
        )
    if more > 0:
        flash(ngettext("%(num)s more is left: press again.", "%(num)s more are left: press again.", more))


# --- one proposal


def _proposal(conference: Conference, code: str) -> Proposal:
    """Return a proposal of this conference; of another one there is none."""
    found = listing.one(conference.id, code)
    if found is None:
        raise NotFound
    return found


def _steps(proposal: Proposal) -> list[Action]:
    return [step for step in screening.possible(proposal, screening.STEPS) if may(screening.STEPS[step])]


def _page(
    conference: Conference,
    proposal: Proposal,
    *,
    step: StepForm | None = None,
    message: MessageForm | None = None,
) -> tuple[str, int]:
    steps = _steps(proposal) if may(Permission.EDIT_PROPOSALS) else []
    step = step or StepForm().offer(steps)
    shown = page.load(proposal)
    message = message or MessageForm()
    return render_template(
        "proposals/manage/proposal.html",
        conference=conference,
        call=proposal.call,
        proposal=proposal,
        page=shown,
        changes=page.changes(proposal, shown.versions),
        panels=panels.of_officers(conference, proposal),
        steps=steps,
        step=step,
        message=message,
        labels=labels,
        answers=page.answers(proposal),
        files=page.files(proposal),
        failures=page.failures(proposal),
    ), 422 if refused(step) or refused(message) else 200


@blueprint.get("/proposals/<code>")
@manages(Permission.VIEW_PROPOSALS)
def proposal(conference: Conference, code: str) -> Answer:
    """Show everything of a proposal, and what can be done with it."""
    return _page(conference, _proposal(conference, code))


@blueprint.post("/proposals/<code>/step")
@manages(Permission.EDIT_PROPOSALS)
def step(conference: Conference, code: str) -> Answer:
    """Screen a proposal, return it, start its review, withdraw it; decide, for those who may."""
    found = _proposal(conference, code)
    form = StepForm().offer(_steps(found))
    if form.validate_on_submit():
        with saving(form):
            screening.act(found, form.step.data, note=form.note.data or "", actor=actor())
        if not form.errors:
            flash(_("Done, and the team was told."), "good")
            return redirect(url_for(".proposal", conference=conference.slug, code=found.code), 303)
    return _page(conference, found, step=form)


@blueprint.post("/proposals/<code>/messages")
@manages(Permission.EDIT_PROPOSALS)
def message(conference: Conference, code: str) -> Answer:
    """Write to the team of a proposal."""
    found = _proposal(conference, code)
    form = MessageForm()
    if form.validate_on_submit():
        with saving(form):
            service.comment(
                found,
                form.body.data,
                audience=CommentAudience.SECRETARIAT,
                actor=actor(),
                from_secretariat=True,
            )
        if not form.errors:
            flash(_("Sent to the team."), "good")
            target: dict[str, Any] = {
                "conference": conference.slug,
                "code": found.code,
                "_anchor": "messages",
            }
            return redirect(url_for(".proposal", **target), 303)
    return _page(conference, found, message=form)
