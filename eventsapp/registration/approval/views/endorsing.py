"""In the account: a focal point agrees that people come for the organization, or refuses."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.accounts.views.account import own_frame
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.core.forms import answer, saving
from eventsapp.extensions import db
from eventsapp.organizations import members, people, queries
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.hooks import OwnPage
from eventsapp.organizations.models import Organization
from eventsapp.registration.approval import service
from eventsapp.registration.approval.forms import EndorseForm
from eventsapp.registration.enrolment import shown
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration

blueprint = Blueprint(
    "registration_endorsing", __name__, url_prefix="/account/organizations/<slug>/registrations"
)

Answer = str | Response | BaseResponse | tuple[str, int]
_MOST = 500


def _speaking(slug: str) -> Organization:
    """Return an organization whose focal point the person is. :class:`NotFound` for strangers, :class:`NotAllowed` for members."""
    organization = people.by_slug(slug)
    row = members.membership(organization.id, current_user.id)
    if row is None or row.state is not MembershipState.ACTIVE:
        raise NotFound
    if row.role is not MemberRole.FOCAL_POINT:
        raise NotAllowed
    return organization


def _name(organization: Organization) -> str:
    return queries.label(organization.names, organization.acronyms)


def _waits(organization_id: int) -> Any:
    return (Registration.organization_id == organization_id) & (
        Registration.state == RegistrationState.ENDORSING
    )


@blueprint.get("/")
@signed_in
def index(slug: str) -> Answer:
    """List who registered for the organization and waits for its word."""
    organization = _speaking(slug)
    waiting = db.session.scalars(
        select(Registration)
        .where(_waits(organization.id))
        .options(joinedload(Registration.conference), joinedload(Registration.category))
        .order_by(Registration.conference_id, Registration.submitted_at, Registration.id)
        .limit(_MOST)
    ).all()
    return render_template(
        "registration/approval/endorsing.html",
        organization=organization,
        name=_name(organization),
        waiting=waiting,
        **own_frame(),
    )


@blueprint.route("/<int:registration_id>", methods=["GET", "POST"])
@signed_in
def one(slug: str, registration_id: int) -> Answer:
    """Show what one person said, and agree or refuse."""
    organization = _speaking(slug)
    found = db.session.get(Registration, registration_id) if 0 < registration_id < 2**31 else None
    if found is None or found.organization_id != organization.id:
        raise NotFound
    if found.state is not RegistrationState.ENDORSING:
        if request.method == "GET":
            flash(_("This was decided already."), "info")
        return redirect(url_for(".index", slug=organization.slug), 303)
    form = EndorseForm()
    if form.validate_on_submit():
        agree = request.form.get("step") == "agree"
        person = found.name
        with saving(form):
            service.endorse(found.id, agree=agree, note=form.note.data, actor=actor())
        if not form.errors:
            if agree:
                flash(_("You agree that %(name)s comes. The secretariat decides now.", name=person), "good")
            else:
                flash(_("%(name)s was told that you do not agree.", name=person), "good")
            return redirect(url_for(".index", slug=organization.slug), 303)
        found = db.session.get_one(Registration, registration_id)
    return answer(
        form,
        "registration/approval/endorse.html",
        organization=organization,
        name=_name(organization),
        registration=found,
        conference=db.session.get_one(Conference, found.conference_id),
        rows=shown.rows(found),
        **own_frame(),
    )


def own_pages(organization: Organization, speaks: bool) -> list[OwnPage]:
    """Return the way there from the organization's own page, while somebody waits. For organizations' hook."""
    if not speaks:
        return []
    count = (
        db.session.scalar(select(func.count()).select_from(Registration).where(_waits(organization.id))) or 0
    )
    url = url_for("registration_endorsing.index", slug=organization.slug)
    return [OwnPage(_("People who want to come for you"), url, count)] if count else []
