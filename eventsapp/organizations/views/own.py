"""In the account: the organizations that somebody acts for, asking to act for one, and an organization's page for its people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.accounts.models import User
from eventsapp.accounts.views.account import own_frame
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.core.limits import Limit, limited
from eventsapp.organizations import forms, hooks, member_forms, members, people, proposed, queries, service
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.models import Organization, OrganizationMember
from eventsapp.organizations.people import MEMBER_ROLES

blueprint = Blueprint("organizations_own", __name__, url_prefix="/account")

Answer = str | Response | BaseResponse | tuple[str, int]


def _by_user() -> str:
    return str(current_user.id) if current_user.is_authenticated else ""


_LIMITS = (Limit("organization-request", "LIMIT_REGISTER", _by_user),)


def _me() -> User:
    found: User = current_user._get_current_object()
    return found


def _name(organization: Organization) -> str:
    return queries.label(organization.names, organization.acronyms)


@blueprint.get("/organizations/")
@signed_in
def index() -> Answer:
    """What the person acts for, what they asked for, and the directory to find another one in."""
    rows = people.of_person(current_user.id)
    query = request.args.get("q", "").strip()[:200]
    known = {row.organization_id: row for row in rows if row.state is not MembershipState.REFUSED}
    return render_template(
        "organizations/own/index.html",
        rows=rows,
        active_state=MembershipState.ACTIVE,
        requested=MembershipState.REQUESTED,
        refused=MembershipState.REFUSED,
        roles=MEMBER_ROLES,
        query=query,
        found=queries.near(query, most=20) if query else [],
        known=known,
        **own_frame(),
    )


@blueprint.route("/organizations/<slug>/ask", methods=["GET", "POST"])
@signed_in
@limited(*_LIMITS)
def ask(slug: str) -> Answer:
    """Ask to act for an organization of the directory."""
    organization = people.by_slug(slug)
    row = members.membership(organization.id, current_user.id)
    if row is not None and row.state in (MembershipState.ACTIVE, MembershipState.REQUESTED):
        flash(_("You act for this organization, or have asked to, already."), "info")
        return redirect(url_for("organizations_own.index"))
    if not organization.confirmed:
        raise NotFound
    focal = members.focal_points(organization.id)
    role = MemberRole.MEMBER if focal else MemberRole.FOCAL_POINT
    form = member_forms.AskForm(data={"role": role})
    if form.validate_on_submit():
        with saving(form):
            members.request(organization, _me(), role=form.role.data, note=form.note.data, actor=actor())
        if not form.errors:
            flash(_("Your request was sent. You are told by e-mail as soon as it is decided."), "good")
            return redirect(url_for("organizations_own.index"))
    return answer(
        form,
        "organizations/own/ask.html",
        organization=organization,
        name=_name(organization),
        has_focal_points=bool(focal),
        **own_frame(),
    )


@blueprint.route("/new-organization", methods=["GET", "POST"])
@signed_in
@limited(*_LIMITS)
def new() -> Answer:
    """Propose an organization that the directory does not have, and ask to act for it."""
    typed = request.args.get("name", "")[:250]
    values: dict[str, Any] = {"role": MemberRole.FOCAL_POINT}
    if typed:
        values["names"] = {"en": typed}
    form = member_forms.ProposeForm(data=values, **forms.IN_ALL_LANGUAGES)
    alike: list[queries.Candidate] = []
    if form.validate_on_submit():
        data = form.organization_data()
        alike = service.alike(data)
        if alike and not form.anyway.data:
            form.form_errors.append(_("The directory may have it already. Look at what is found below."))
        else:
            with saving(form):
                proposed.propose(data, _me(), role=form.role.data, note=form.note.data, actor=actor())
            if not form.errors:
                flash(_("Your request was sent. You are told by e-mail as soon as it is decided."), "good")
                return redirect(url_for("organizations_own.index"))
    return answer(form, "organizations/own/new.html", alike=alike, **own_frame())


def _acting(slug: str) -> tuple[Organization, OrganizationMember]:
    """Return an organization that the person acts for, and as what. For anybody else it has no page: :class:`NotFound`."""
    organization = people.by_slug(slug)
    row = members.membership(organization.id, current_user.id)
    if row is None or row.state is not MembershipState.ACTIVE:
        raise NotFound
    return organization, row


def _speaking(slug: str) -> tuple[Organization, OrganizationMember]:
    """The same for what only a focal point may do. Raises :class:`NotAllowed` for a member."""
    organization, row = _acting(slug)
    if row.role is not MemberRole.FOCAL_POINT:
        raise NotAllowed
    return organization, row


@blueprint.get("/organizations/<slug>")
@signed_in
def page(slug: str) -> Answer:
    """One organization for its people: who acts for it, its proposals and events in all conferences, its data and history."""
    organization, row = _acting(slug)
    if organization.slug != slug:
        return redirect(url_for("organizations_own.page", slug=organization.slug))
    everybody = people.of_organization(organization.id)
    return render_template(
        "organizations/own/page.html",
        organization=organization,
        name=_name(organization),
        me=row,
        speaks=row.role is MemberRole.FOCAL_POINT,
        acting=[one for one in everybody if one.state is MembershipState.ACTIVE],
        asking=[one for one in everybody if one.state is MembershipState.REQUESTED],
        roles=MEMBER_ROLES,
        types=ORGANIZATION_TYPES,
        proposals=[one for told in hooks.proposals_of for one in told(organization.id, current_user.id)],
        events=[one for told in hooks.events_of for one in told(organization.id)],
        history=people.history(organization),
        pages=[
            one for told in hooks.own_pages for one in told(organization, row.role is MemberRole.FOCAL_POINT)
        ],
        **own_frame(),
    )


@blueprint.route("/organizations/<slug>/edit", methods=["GET", "POST"])
@signed_in
def edit(slug: str) -> Answer:
    """Correct the organization's own data, for all conferences."""
    organization, _row = _speaking(slug)
    form = member_forms.CorrectForm(obj=organization, **forms.IN_ALL_LANGUAGES)
    if form.validate_on_submit():
        with saving(form):
            service.correct(organization, form.organization_data(organization), actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=_name(organization)), "good")
            return redirect(url_for("organizations_own.page", slug=organization.slug))
    return answer(
        form,
        "organizations/own/edit.html",
        organization=organization,
        name=_name(organization),
        **own_frame(),
    )


_ACTIONS = "any(agree, refuse, remove, focal_point, member)"


@blueprint.route(f"/organizations/<slug>/people/<int:member_id>/<{_ACTIONS}:action>", methods=["GET", "POST"])
@signed_in
def person(slug: str, member_id: int, action: str) -> Answer:
    """Ask whether, then do it: a focal point agrees to somebody, refuses, ends, or changes what they are."""
    organization, _row = _speaking(slug)
    row = people.member(member_id, organization.id)
    form = ActionForm()
    if form.validate_on_submit():
        if action in ("agree", "refuse"):
            members.decide(row, agree=action == "agree", actor=actor())
        elif action == "remove":
            members.end(row, actor=actor())
        else:
            members.set_role(row, MemberRole(action), actor=actor())
        flash(_("Done. %(person)s is told by e-mail.", person=row.user.name), "good")
        if row.user_id == current_user.id and action == "remove":
            return redirect(url_for("organizations_own.index"))
        return redirect(url_for("organizations_own.page", slug=organization.slug))
    return answer(
        form,
        "organizations/own/person.html",
        organization=organization,
        name=_name(organization),
        member=row,
        action_name=action,
        roles=MEMBER_ROLES,
        **own_frame(),
    )


@blueprint.route("/organizations/<slug>/leave", methods=["GET", "POST"])
@signed_in
def leave(slug: str) -> Answer:
    """Stop acting for an organization, or take a request back."""
    organization = people.by_slug(slug)
    row = members.membership(organization.id, current_user.id)
    if row is None or row.state not in (MembershipState.ACTIVE, MembershipState.REQUESTED):
        raise NotFound
    asked = row.state is MembershipState.REQUESTED
    form = ActionForm()
    if form.validate_on_submit():
        if asked:
            members.withdraw(row, actor=actor())
            flash(_("Your request was taken back."), "good")
        else:
            members.end(row, actor=actor())
            flash(_("You no longer act for %(name)s.", name=_name(organization)), "good")
        return redirect(url_for("organizations_own.index"))
    stuck = not asked and members.is_last(row) and members.needs_answer(organization.id)
    return answer(
        form,
        "organizations/own/leave.html",
        organization=organization,
        name=_name(organization),
        asked=asked,
        stuck=stuck,
        **own_frame(),
    )


@blueprint.route("/organizations/<slug>/hand-over", methods=["GET", "POST"])
@signed_in
def hand_over(slug: str) -> Answer:
    """Make another member the focal point in one's place."""
    organization, row = _speaking(slug)
    others = [
        one
        for one in people.of_organization(organization.id)
        if one.state is MembershipState.ACTIVE and one.id != row.id
    ]
    form = member_forms.HandOverForm(data={"stay": True})
    form.to.choices = [(one.id, one.user.name) for one in others]
    if form.validate_on_submit():
        with saving(form):
            to = people.member(form.to.data, organization.id)
            members.hand_over(row, to, stay=form.stay.data, actor=actor())
        if not form.errors:
            flash(_("Done. %(person)s is told by e-mail.", person=to.user.name), "good")
            if form.stay.data:
                return redirect(url_for("organizations_own.page", slug=organization.slug))
            return redirect(url_for("organizations_own.index"))
    return answer(
        form,
        "organizations/own/hand_over.html",
        organization=organization,
        name=_name(organization),
        others=others,
        **own_frame(),
    )
