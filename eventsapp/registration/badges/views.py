"""Badges in the organizers' workspace: how they look, printing, revoking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, make_response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.printing import press
from eventsapp.core.printing.press import Order
from eventsapp.core.translations import pick
from eventsapp.core.web import error_answer, private
from eventsapp.extensions import db
from eventsapp.registration.badges import codes, content, forms, printing, samples, service, templates
from eventsapp.registration.badges.codes import Code
from eventsapp.registration.badges.forms import PAPERS, PrintForm, RevokeForm, TemplateForm
from eventsapp.registration.badges.models import BadgeTemplate
from eventsapp.registration.enums import BadgePaper, RegistrationState
from eventsapp.registration.models import Registration

blueprint = Blueprint("registration_badges", __name__, url_prefix="/manage/<conference>/badges")

Answer = str | Response | BaseResponse | tuple[str, int]


def _to(conference: Conference, endpoint: str, **values: Any) -> BaseResponse:
    return redirect(url_for(f".{endpoint}", conference=conference.slug, **values), 303)


def _pdf(order: Order, name: str) -> Response:
    """Set an order, and hand it over; 503 while others are being printed for."""
    try:
        body = press.made(order)
    except press.Busy:
        wait = str(press.RETRY_AFTER)
        text = _(
            "Others are being printed for at this moment. This page asks again by itself in a few seconds."
        )
        return error_answer(503, _("One moment, please"), text, **{"Retry-After": wait, "Refresh": wait})
    response = make_response(body)
    if order.format == "svg":
        response.headers["Content-Type"] = "image/svg+xml"
    else:
        response.headers["Content-Type"] = press.CONTENT_TYPE
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return private(response)


# --- printing


@blueprint.get("/")
@manages(Permission.VIEW_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """How many badges there are of each category, what was printed last, and the templates."""
    return _index(conference, PrintForm(data={"who": printing.Who.NEW}, **content_of(conference)))


def _index(conference: Conference, form: PrintForm) -> tuple[str, int]:
    counts = printing.counts(conference.id)
    form.offer(conference, [(one.id, one.names) for one in counts])
    return answer(
        form,
        "registration/manage/badges/index.html",
        conference=conference,
        counts=counts,
        runs=printing.runs(conference.id),
        templates=templates.all_of(conference.id),
        papers=PAPERS,
        most=printing.MOST,
    )


@blueprint.post("/")
@manages(Permission.EDIT_REGISTRATIONS)
def prepare(conference: Conference) -> Answer:
    """Make the badges that were asked for; their PDF is a page of its own, which can be had again."""
    form = PrintForm(**content_of(conference))
    form.offer(conference, [(one.id, one.names) for one in templates.categories_of(conference.id)])
    if not form.validate_on_submit():
        return _index(conference, form)
    people, left = printing.chosen(
        conference.id, form.who.data, category_id=form.category.data, since=form.since.data
    )
    if not people:
        flash(_("There is nobody whose badge is to be printed."))
        return _to(conference, "index")
    run = service.prepare(people, actor=actor())
    text = ngettext(
        "%(num)s badge is ready to be printed.", "%(num)s badges are ready to be printed.", len(people)
    )
    flash(text, "good")
    if left:
        more = ngettext(
            "%(num)s more is left for the next time.", "%(num)s more are left for the next time.", left
        )
        flash(more, "warning")
    paper = form.paper.data.value if form.paper.data else None
    return _to(conference, "index", run=run, paper=paper)


@blueprint.get("/printed/<int:run>.pdf")
@manages(Permission.CHECK_IN)
def printed(conference: Conference, run: int) -> Answer:
    """The badges of one printing that are good still, as PDF; ``paper``: on another paper than the template's."""
    wished = request.args.get("paper", "")
    paper = BadgePaper(wished) if wished in list(BadgePaper) else None
    found = printing.run(conference, run, paper)
    if found is None:
        raise NotFound
    return _pdf(found[0], f"{conference.slug}-badges-{run}.pdf")


# --- one person


def _person(conference: Conference, id_: int) -> Registration:
    found = db.session.get(Registration, id_) if id_ < 2**31 else None
    if found is None or found.conference_id != conference.id:
        raise NotFound
    return found


@blueprint.post("/people/<int:registration_id>/print")
@manages(Permission.CHECK_IN)
def print_one(conference: Conference, registration_id: int) -> Answer:
    """Print one person's badge: the one there is, or a new one where it was printed before."""
    person = _person(conference, registration_id)
    if not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return redirect(_page_of(person, conference), 303)
    run = service.prepare([person], actor=actor())
    return _to(conference, "printed", run=run, paper=request.form.get("paper") or None)


@blueprint.route("/people/<int:registration_id>/revoke", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def revoke(conference: Conference, registration_id: int) -> Answer:
    """Make somebody's badge worthless, after a question for the reason."""
    person = _person(conference, registration_id)
    badge = service.valid(person.id)
    if badge is None:
        raise NotFound
    form = RevokeForm()
    if form.validate_on_submit():
        service.revoke(badge, why=form.why.data, actor=actor())
        flash(_("The badge of %(name)s is worthless from now on.", name=person.name), "good")
        return redirect(_page_of(person, conference), 303)
    return answer(
        form,
        "registration/manage/badges/revoke.html",
        conference=conference,
        person=person,
        back=_page_of(person, conference),
    )


def panel(conference: Conference, registration: Registration) -> Mapping[str, object] | None:
    """Return what the page about a registered person says of the badge. One statement."""
    if registration.state is not RegistrationState.CONFIRMED:
        return None
    rows = service.all_of(registration.id)
    revoked = [row for row in rows if row.revoked_at is not None]
    why = revoked[-1].revoked_why if revoked else None
    return {
        "badge": next((row for row in rows if row.revoked_at is None), None),
        "revoked": len(revoked),
        "why": why if why not in (service.REPLACED, service.GONE) else None,
    }


def _page_of(person: Registration, conference: Conference) -> str:
    return url_for("registration_manage.registration", conference=conference.slug, registration_id=person.id)


# --- templates


def _template(conference: Conference, slug: str) -> BadgeTemplate:
    found = templates.find(conference.id, slug)
    if found is None:
        raise NotFound
    return found


@blueprint.route("/templates/new", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def new(conference: Conference) -> Answer:
    """Design a new template."""
    return _design(conference, None)


@blueprint.route("/templates/<slug>", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def edit(conference: Conference, slug: str) -> Answer:
    """Change a template."""
    return _design(conference, _template(conference, slug))


def _design(conference: Conference, template: BadgeTemplate | None) -> Answer:
    categories = templates.categories_of(conference.id)
    form = TemplateForm(data=forms.values_of(template, conference, categories), **content_of(conference))
    form.offer(conference, categories)
    if "preview" not in request.form and form.validate_on_submit():
        with saving(form):
            templates.save(conference, template, form.template_data(), actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=_name(form.names.data, conference)), "good")
            return _to(conference, "index")
    design = form.design()
    asked = [
        *(("parts", part.value) for part in design.parts),
        ("name_size", design.name_size.value), ("align", design.align.value), ("band", design.band.value),
        ("language", design.language), ("paper", form.paper.data or BadgePaper.A6), ("example", form.example.data or ""),
        *(("categories", str(id_)) for id_ in (form.categories.data or [])[:1]),
    ]  # fmt: skip
    preview = url_for(".preview", conference=conference.slug)
    return answer(
        form,
        "registration/manage/badges/template.html",
        conference=conference,
        shown_template=template,
        name=_name(template.names, conference) if template else "",
        preview=preview,
        shown=f"{preview}?{urlencode(asked)}",
    )


def _name(names: dict[str, str], conference: Conference) -> str:
    return pick(names, locale.current(), conference.default_language)


@blueprint.get("/preview.svg")
@manages(Permission.EDIT_REGISTRATIONS)
def preview(conference: Conference) -> Answer:
    """A badge of an invented person by the design in the address, as a picture."""
    design, paper, example = forms.asked(request.args)
    if paper is BadgePaper.A4_FOUR:
        paper = BadgePaper.A6
    wished = request.args.get("categories", 0, int)
    categories = templates.categories_of(conference.id)
    category = next((one for one in categories if one.id == wished), categories[0] if categories else None)
    card = samples.card(
        example,
        # Of no badge: it opens no door.
        code=codes.signed(Code(conference.id, 0, conference.start_date)),
        category_names=category.names if category else {},
        colour=category.colour if category else 1,
        levels=list(category.levels) if category and category.levels else ["PL", "R1"],
    )
    return _pdf(content.order(printing.event(conference), [design], [card], paper, picture=True), "")


@blueprint.route("/templates/<slug>/delete", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def delete(conference: Conference, slug: str) -> Answer:
    """Delete a template, after a question that names it and its categories."""
    template = _template(conference, slug)
    form = ActionForm()
    if form.validate_on_submit():
        templates.delete(template, actor=actor())
        flash(_("“%(name)s” was deleted.", name=_name(template.names, conference)), "good")
        return _to(conference, "index")
    return answer(
        form,
        "registration/manage/badges/delete.html",
        conference=conference,
        shown_template=template,
        name=_name(template.names, conference),
        categories=[
            one for one in templates.categories_of(conference.id) if one.badge_template_id == template.id
        ],
    )
