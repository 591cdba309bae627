"""In the account: the delegations of an organization. Its focal points nominate, replace and withdraw; its members look on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.accounts.models import User
from eventsapp.accounts.views.account import own_frame
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, tables
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.core.forms import ActionForm, Form, answer, content_of, saving
from eventsapp.core.limits import Limit, limited
from eventsapp.core.templating import t
from eventsapp.organizations import members, people
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.hooks import OwnPage
from eventsapp.organizations.models import Organization
from eventsapp.organizations.queries import label
from eventsapp.registration import places
from eventsapp.registration.forms import REGISTRATION_STATES
from eventsapp.registration.models import Registration
from eventsapp.registration.nominations import forms, queries, rules, service

blueprint = Blueprint("delegations", __name__, url_prefix="/account/organizations/<slug>/delegations")

Answer = str | Response | BaseResponse | tuple[str, int]


PAGE = 100
"""Persons on one page of a delegation."""


def _by_user() -> str:
    return str(current_user.id) if current_user.is_authenticated else ""


LIMITS = (Limit("nominate", "LIMIT_ADDRESS", _by_user),)


def me() -> User:
    """Return the account that is signed in."""
    found: User = current_user._get_current_object()
    return found


def _acting(slug: str) -> tuple[Organization, bool]:
    """Return an organization that the person acts for, and whether as its focal point. Raises :class:`NotFound`."""
    organization = people.by_slug(slug)
    row = members.membership(organization.id, current_user.id)
    if row is None or row.state is not MembershipState.ACTIVE:
        raise NotFound
    return organization, row.role is MemberRole.FOCAL_POINT


def _conference(slug: str) -> Conference:
    found = queries.conference_of(slug)
    if found is None:
        raise NotFound
    return found


def speaking(slug: str, conference: str) -> tuple[Organization, Conference]:
    """Return an organization that the person speaks for, and a conference.

    Raises :class:`NotFound` for a stranger, :class:`NotAllowed` for a member.
    """
    organization, speaks = _acting(slug)
    if not speaks:
        raise NotAllowed
    return organization, _conference(conference)


def frame(organization: Organization, **more: Any) -> dict[str, Any]:
    """Return what every page of a delegation needs."""
    name = label(organization.names, organization.acronyms)
    return {"organization": organization, "name": name, **own_frame(), **more}


def to_delegation(organization: Organization, conference: Conference) -> BaseResponse:
    """Lead back to the delegation."""
    return redirect(
        url_for("delegations.conference", slug=organization.slug, conference=conference.slug), 303
    )


def own_pages(organization: Organization, speaks: bool) -> list[OwnPage]:
    """Lead from an organization's page to its delegations, where it has any. For organizations' hook."""
    found = queries.delegations_of(organization.id)
    if not found:
        return []
    return [OwnPage(_("Delegations"), url_for("delegations.index", slug=organization.slug))]


@blueprint.get("/")
@signed_in
def index(slug: str) -> Answer:
    """The conferences at which the organization may nominate."""
    organization, speaks = _acting(slug)
    return render_template(
        "registration/delegations/index.html",
        delegations=queries.delegations_of(organization.id),
        **frame(organization, speaks=speaks),
    )


@blueprint.get("/<conference>")
@signed_in
def conference(slug: str, conference: str) -> Answer:
    """One delegation: its quotas, and everybody who was nominated, with how far they are."""
    organization, speaks = _acting(slug)
    found = _conference(conference)
    settings = places.settings_of(found.id)
    until = service.replace_until(found, settings)
    now = clock.now()
    everybody = queries.people_of(found.id, organization.id)
    rooms = queries.rooms_of(found.id, organization.id)
    if not rooms and not everybody:
        raise NotFound
    wanted = request.args.get("state", "")
    fitting = [one for one in everybody if not wanted or _group(one) == wanted]
    pages = max(1, -(-len(fitting) // PAGE))
    page = min(max(1, request.args.get("page", 1, int)), pages)
    shown = fitting[(page - 1) * PAGE : page * PAGE]
    counts: dict[str, int] = {}
    for one in everybody:
        counts[_group(one)] = counts.get(_group(one), 0) + 1
    return render_template(
        "registration/delegations/conference.html",
        conference=found,
        rooms=rooms,
        people=shown,
        page=page,
        pages=pages,
        everybody=len(everybody),
        counts=counts,
        wanted=wanted,
        until=until,
        states=REGISTRATION_STATES,
        waits=service.waits,
        open=[
            room for room in rooms if service.closed_to(found, organization.id, room.category, now) is None
        ],
        can_replace={
            one.id
            for one in shown
            if rules.may_replace(one.state, came=one.checked_in_at is not None, until=until, now=now) is None
        },
        can_withdraw={
            one.id
            for one in shown
            if rules.may_withdraw(one.state, came=one.checked_in_at is not None) is None
        },
        **frame(organization, speaks=speaks),
    )


def _group(one: Registration) -> str:
    """Return under what somebody is counted: waits, form, review, coming, gone."""
    if service.waits(one):
        return "waits"
    groups = {
        "draft": "form", "submitted": "form", "returned": "form",
        "endorsing": "review", "in_review": "review", "waitlisted": "review", "offered": "review",
        "confirmed": "coming",
    }  # fmt: skip
    return groups.get(one.state.value, "gone")


@blueprint.post("/<conference>/people.<any(csv,xlsx):kind>")
@signed_in
def export(slug: str, conference: str, kind: str) -> Answer:
    """Hand over the list of the delegation as a table. What leaves the system is written down, so it is no GET."""
    organization, _speaks = _acting(slug)
    found = _conference(conference)
    if not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return to_delegation(organization, found)
    people_found = queries.people_of(found.id, organization.id)
    audit.record(
        actor(),
        "delegation.export",
        f"organization:{organization.slug}",
        conference_id=found.id,
        detail={"kind": kind, "people": len(people_found)},
    )
    header = [_("Name"), _("E-mail address"), _("Category"), _("Country"), _("Position"), _("State")]
    rows = [
        (
            one.name,
            one.email,
            t(one.category.names),
            one.country,
            one.job_title,
            REGISTRATION_STATES[one.state],
        )
        for one in people_found
    ]
    response = (
        Response(tables.xlsx(_("Delegation"), header, rows), content_type=tables.XLSX_TYPE)
        if kind == "xlsx"
        else Response(b"".join(tables.csv_lines(header, rows)), content_type=tables.CSV_TYPE)
    )
    name = f"{found.slug}-{organization.slug}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- nominating one by one


@blueprint.route("/<conference>/nominate", methods=["GET", "POST"])
@signed_in
@limited(*LIMITS)
def nominate(slug: str, conference: str) -> Answer:
    """Nominate one person. After it the form is there for the next one, if that was asked for."""
    organization, found = speaking(slug, conference)
    now = clock.now()
    rooms = [
        room
        for room in queries.rooms_of(found.id, organization.id)
        if room.left != 0 and service.closed_to(found, organization.id, room.category, now) is None
    ]
    chosen = request.args.get("category", 0, int)
    ids = [room.category.id for room in rooms]
    first = chosen if chosen in ids else ids[0] if len(ids) == 1 else None
    form = forms.NominateForm(
        data={"category_id": first, "language": found.default_language}, **content_of(found)
    )
    form.offer([(room.category.id, _offered(room)) for room in rooms])
    if form.validate_on_submit():
        by_id = {room.category.id: room.category for room in rooms}
        with saving(form):
            service.nominate(
                organization, by_id[form.category_id.data], [form.nominee()], user=me(), actor=actor()
            )
        if not form.errors:
            flash(_("%(person)s was nominated and gets a message.", person=form.name.data), "good")
            if "another" in request.form:
                return redirect(
                    url_for(
                        "delegations.nominate",
                        slug=organization.slug,
                        conference=found.slug,
                        category=form.category_id.data,
                    ),
                    303,
                )
            return to_delegation(organization, found)
    return answer(
        form, "registration/delegations/nominate.html", conference=found, rooms=rooms, **frame(organization)
    )


def _offered(room: queries.Room) -> str:
    name = str(t(room.category.names))
    if room.left is None:
        return str(_("%(category)s (not counted)", category=name))
    return str(ngettext("%(category)s (%(num)s place left)", "%(category)s (%(num)s places left)", room.left, category=name))  # fmt: skip


# --- one nominee


def _nominee(organization: Organization, conference: Conference, id_: int) -> Registration:
    found = queries.nominee(id_, conference.id, organization.id) if id_ < 2**31 else None
    if found is None:
        raise NotFound
    return found


@blueprint.route("/<conference>/people/<int:registration_id>/replace", methods=["GET", "POST"])
@signed_in
@limited(*LIMITS)
def replace(slug: str, conference: str, registration_id: int) -> Answer:
    """Let somebody else come in a person's place."""
    organization, found = speaking(slug, conference)
    row = _nominee(organization, found, registration_id)
    form = forms.ReplaceForm(data={"language": row.language, "country": row.country}, **content_of(found))
    if form.validate_on_submit():
        with saving(form):
            service.replace(row, form.nominee(), user=me(), actor=actor(), note=form.note.data)
        if not form.errors:
            flash(_("%(person)s was nominated and gets a message.", person=form.name.data), "good")
            return to_delegation(organization, found)
    return _one(form, "replace", organization, found, row)


@blueprint.route("/<conference>/people/<int:registration_id>/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(slug: str, conference: str, registration_id: int) -> Answer:
    """Take a nomination back, after a question."""
    organization, found = speaking(slug, conference)
    row = _nominee(organization, found, registration_id)
    form = forms.WithdrawForm()
    if form.validate_on_submit():
        with saving(form):
            service.withdraw(row, user=me(), actor=actor(), note=form.note.data)
        if not form.errors:
            flash(_("Done. %(person)s is told by e-mail.", person=row.name), "good")
            return to_delegation(organization, found)
    return _one(form, "withdraw", organization, found, row)


@blueprint.route("/<conference>/people/<int:registration_id>/correct", methods=["GET", "POST"])
@signed_in
@limited(*LIMITS)
def correct(slug: str, conference: str, registration_id: int) -> Answer:
    """Correct the name or the address of somebody who has not confirmed yet."""
    organization, found = speaking(slug, conference)
    row = _nominee(organization, found, registration_id)
    form = forms.PersonForm(obj=row, **content_of(found))
    if form.validate_on_submit():
        with saving(form):
            service.correct(row, form.nominee(), actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=form.name.data), "good")
            return to_delegation(organization, found)
    return _one(form, "correct", organization, found, row)


@blueprint.post("/<conference>/people/<int:registration_id>/remind")
@signed_in
@limited(*LIMITS)
def remind(slug: str, conference: str, registration_id: int) -> Answer:
    """Send somebody who has not confirmed their link again."""
    organization, found = speaking(slug, conference)
    row = _nominee(organization, found, registration_id)
    if ActionForm().validate_on_submit():
        service.remind(row, actor=actor())
        flash(_("The link is on its way to %(email)s.", email=row.email), "good")
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return to_delegation(organization, found)


def _one(form: Form, what: str, organization: Organization, found: Conference, row: Registration) -> Answer:
    until = service.replace_until(found, places.settings_of(found.id))
    came = row.checked_in_at is not None
    closed = (
        rules.may_replace(row.state, came=came, until=until, now=clock.now())
        if what == "replace"
        else rules.may_withdraw(row.state, came=came)
        if what == "withdraw"
        else None
        if service.waits(row)
        else rules.Closed.ENDED
    )
    return answer(
        form,
        f"registration/delegations/{what}.html",
        conference=found,
        person=row,
        closed=service.said(closed) if closed is not None else None,
        until=until,
        states=REGISTRATION_STATES,
        **frame(organization),
    )
