"""In the account: focal points give the seats that are kept for their organization's delegation to its people."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.accounts.views.account import own_frame
from eventsapp.core.errors import Conflict, NotAllowed, NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.organizations import members, people
from eventsapp.organizations import queries as organization_queries
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.hooks import OwnPage
from eventsapp.organizations.models import Organization
from eventsapp.registration.tickets import blocks, queries
from eventsapp.registration.tickets.queries import Delegation

blueprint = Blueprint("delegation_seats", __name__, url_prefix="/account/organizations/<slug>/seats")

Answer = str | Response | BaseResponse | tuple[str, int]


def own_pages(organization: Organization, speaks: bool) -> Sequence[OwnPage]:
    """Return the page of the delegation's seats, for its focal points while there are any. One statement."""
    free = queries.has_delegations(organization.id) if speaks else 0
    if not speaks or not (free or queries.delegations(organization.id)):
        return []
    return [
        OwnPage(str(_("Seats at events")), url_for("delegation_seats.index", slug=organization.slug), free)
    ]


def _speaking(slug: str) -> Organization:
    """Return an organization whose focal point the person is. Raises :class:`NotFound`, :class:`NotAllowed` for a member."""
    organization = people.by_slug(slug)
    row = members.membership(organization.id, current_user.id)
    if row is None or row.state is not MembershipState.ACTIVE:
        raise NotFound
    if row.role is not MemberRole.FOCAL_POINT:
        raise NotAllowed
    return organization


def _delegation(organization: Organization, block_id: int) -> Delegation:
    found = next((one for one in queries.delegations(organization.id) if one.block.id == block_id), None)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/")
@signed_in
def index(slug: str) -> Answer:
    """List the events at which seats are kept for the delegation."""
    organization = _speaking(slug)
    return render_template(
        "registration/tickets/delegation_index.html",
        organization=organization,
        name=organization_queries.label(organization.names, organization.acronyms),
        rows=queries.delegations(organization.id),
        **own_frame(),
    )


@blueprint.get("/<int:block_id>")
@signed_in
def event(slug: str, block_id: int) -> Answer:
    """Show who of the delegation has a seat at an event, and give seats."""
    organization = _speaking(slug)
    found = _delegation(organization, block_id)
    return render_template(
        "registration/tickets/delegation.html",
        organization=organization,
        name=organization_queries.label(organization.names, organization.acronyms),
        one=found,
        people=blocks.members(found.block),
        **own_frame(),
    )


@blueprint.post("/<int:block_id>/people/<int:registration_id>/<any(give,take):what>")
@signed_in
def change(slug: str, block_id: int, registration_id: int, what: str) -> Answer:
    """Give somebody one of the delegation's seats, or take it back."""
    organization = _speaking(slug)
    found = _delegation(organization, block_id)
    if ActionForm().validate_on_submit():
        try:
            if what == "give":
                blocks.seat(found.conference_id, block_id, registration_id, actor=actor())
            else:
                blocks.unseat(found.conference_id, block_id, registration_id, actor=actor())
            flash(_("Saved."), "good")
        except Conflict as refused:
            flash(str(refused), "warning")
    return redirect(url_for(".event", slug=organization.slug, block_id=block_id), 303)
