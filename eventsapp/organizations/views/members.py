"""In the workspace: requests to act for organizations, the people of one, and organizations that are proposed."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages_anywhere
from eventsapp.accounts.models import User
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer
from eventsapp.extensions import db
from eventsapp.organizations import member_forms, members, people, proposed, queries
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.models import OrganizationMember
from eventsapp.organizations.people import MEMBER_ROLES

blueprint = Blueprint("organizations_members", __name__, url_prefix="/manage/organizations")

Answer = str | Response | BaseResponse | tuple[str, int]


@blueprint.get("/requests")
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def requests() -> Answer:
    """List all open requests, those that wait for the secretariat first."""
    return render_template(
        "organizations/requests.html",
        requests=people.open_requests(),
        roles=MEMBER_ROLES,
        label=queries.label,
        action=ActionForm(formdata=None),
    )


@blueprint.post("/requests/<int:member_id>/<any(agree, refuse):action>")
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def decide(member_id: int, action: str) -> Answer:
    """Agree to a request, or refuse it, in the place of a focal point."""
    row = db.session.get(OrganizationMember, member_id) if 0 < member_id < 2**31 else None
    if row is None:
        raise NotFound
    if ActionForm().validate_on_submit():
        members.decide(row, agree=action == "agree", actor=actor())
        flash(_("Done. %(person)s is told by e-mail.", person=row.user.name), "good")
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return redirect(url_for("organizations_members.requests"))


@blueprint.route("/<int:id_>/confirm", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def confirm(id_: int) -> Answer:
    """Look at a proposed organization: take it into the directory, or merge it with one that is there."""
    organization = queries.one(id_)
    form = ActionForm()
    if form.validate_on_submit():
        proposed.confirm(organization, actor=actor())
        flash(
            _("“%(name)s” was added.", name=queries.label(organization.names, organization.acronyms)), "good"
        )
        return redirect(url_for("organizations_members.requests"))
    names = [*organization.names.values(), *organization.acronyms.values()]
    exact = {one.id: one for found in queries.called(names).values() for one in found}
    like = [one for one, _score in queries.similar(names, but=organization.id) if one.id not in exact]
    return answer(
        form,
        "organizations/confirm.html",
        organization=organization,
        name=queries.label(organization.names, organization.acronyms),
        asking=people.of_organization(organization.id),
        alike=[one for one in exact.values() if one.id != organization.id] + like,
        roles=MEMBER_ROLES,
        types=ORGANIZATION_TYPES,
    )


@blueprint.route("/<int:id_>/refuse", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def refuse(id_: int) -> Answer:
    """Ask, then drop a proposed organization."""
    organization = queries.one(id_)
    form = ActionForm()
    name = queries.label(organization.names, organization.acronyms)
    if form.validate_on_submit():
        proposed.refuse(organization, actor=actor())
        flash(_("“%(name)s” was refused.", name=name), "good")
        return redirect(url_for("organizations_members.requests"))
    return answer(form, "organizations/refuse.html", organization=organization, name=name)


@blueprint.route("/<int:id_>/people", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def of_one(id_: int) -> Answer:
    """Who acts for an organization; let somebody else act for it."""
    organization = queries.one(id_)
    form = member_forms.AppointForm(data={"role": MemberRole.FOCAL_POINT})
    if form.validate_on_submit():
        user = db.session.scalar(select(User).where(User.email == form.email.data))
        if user is None or not user.is_active or user.email_confirmed_at is None:
            form.email.errors = [_("Nobody has an account with this address. Ask them to make one first.")]
        else:
            members.appoint(organization, user, role=form.role.data, actor=actor())
            flash(_("Done. %(person)s is told by e-mail.", person=user.name), "good")
            return redirect(url_for("organizations_members.of_one", id_=id_))
    everybody = people.of_organization(organization.id)
    return answer(
        form,
        "organizations/people.html",
        organization=organization,
        name=queries.label(organization.names, organization.acronyms),
        acting=[one for one in everybody if one.state is MembershipState.ACTIVE],
        asking=[one for one in everybody if one.state is MembershipState.REQUESTED],
        roles=MEMBER_ROLES,
        history=people.history(organization),
        action=ActionForm(formdata=None),
    )


@blueprint.post("/<int:id_>/people/<int:member_id>/<any(remove, focal_point, member):action>")
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def change(id_: int, member_id: int, action: str) -> Answer:
    """End somebody's acting for an organization, or change what they are."""
    row = people.member(member_id, queries.one(id_).id)
    if ActionForm().validate_on_submit():
        if action == "remove":
            members.end(row, actor=actor(), by_secretariat=True)
        else:
            members.set_role(row, MemberRole(action), actor=actor(), by_secretariat=True)
        flash(_("Done. %(person)s is told by e-mail.", person=row.user.name), "good")
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return redirect(url_for("organizations_members.of_one", id_=id_))
