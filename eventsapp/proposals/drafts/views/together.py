"""The organizations of a proposal: inviting, answering by a signed link or in one's account, handing the lead over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from eventsapp.accounts.guards import actor, by_token, signed_in
from eventsapp.core import locale
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import Conflict, NotAllowed, NotFound
from eventsapp.core.forms import (
    ActionForm,
    CountryField,
    EnumField,
    Form,
    RadiosField,
    TextAreaField,
    TextField,
    answer,
    fail,
    refused,
    saving,
)
from eventsapp.core.limits import Limit, by_address, limited
from eventsapp.core.web import private
from eventsapp.extensions import db
from eventsapp.organizations import service as organizations
from eventsapp.organizations.forms import ORGANIZATION_TYPES, OrganizationField
from eventsapp.organizations.models import Organization
from eventsapp.organizations.service import OrganizationData
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.access import Standing
from eventsapp.proposals.drafts import consents, content, links, queries
from eventsapp.proposals.drafts.forms import InviteForm
from eventsapp.proposals.drafts.views import LANGUAGE, OWN, Answer, blueprint, frame, leading, standing
from eventsapp.proposals.drafts.views.own import writer
from eventsapp.proposals.enums import Consent, ProposalState
from eventsapp.proposals.models import ProposalOrganization

INVITE_LIMITS = (Limit("proposal-invite", "LIMIT_PROPOSAL", writer),)
ANSWER_LIMITS = (Limit("proposal-consent", "LIMIT_ADDRESS", by_address),)


class LinkGone(Exception):
    """The signed address was never given out, or a newer one has taken its place, or the invitation was taken back."""


@blueprint.errorhandler(LinkGone)
def _gone(_error: LinkGone) -> Answer:
    response = private(current_app.make_response((render_template("proposals/gone.html"), 404)))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# --- inviting


@blueprint.route(f"{OWN}/organizations", methods=["GET", "POST"])
@signed_in
@limited(*INVITE_LIMITS)
def together(lang: str, token: int) -> Answer:
    """Show the organizations of a proposal, and invite another one."""
    found = standing(token) if request.method == "GET" else leading(token)
    form = InviteForm()
    if form.validate_on_submit():
        chosen = db.session.get(Organization, form.organization.data) if form.organization.data else None
        with saving(form):
            consents.invite(
                found.proposal,
                role=OrganizationRole(form.role.data),
                organization=chosen,
                name=form.organization.new_name,
                email=form.email.data,
                note=form.note.data,
                actor=actor(),
            )
        if not refused(form):
            flash(_("The invitation is on its way."), "good")
            return redirect(url_for(".together", lang=lang, token=token), 303)
    return _together(found, form)


def _together(found: Standing, form: Any) -> Answer:
    return answer(
        form,
        "proposals/together.html",
        standing=found,
        organizations=queries.organizations(found.proposal.id),
        action=ActionForm(formdata=None),
        **frame(found.proposal),
    )


def _remind(row: ProposalOrganization) -> str:
    consents.remind(row, actor=actor())
    return str(_("The reminder is on its way."))


def _take_back(row: ProposalOrganization) -> str:
    consents.take_back(row, actor=actor())
    return str(_("The organization is not named any more."))


def _ask_lead(row: ProposalOrganization) -> str:
    consents.transfer_lead(row, actor=actor())
    return str(_("The organization has been asked. Nothing changes before it agrees."))


def _keep_lead(row: ProposalOrganization) -> str:
    consents.take_back_lead(row, actor=actor())
    return str(_("The question has been taken back."))


def _take_lead(row: ProposalOrganization) -> str:
    consents.answer_lead(row, agree=True, actor=actor())
    return str(_("Your organization leads the proposal from now on."))


def _refuse_lead(row: ProposalOrganization) -> str:
    consents.answer_lead(row, agree=False, actor=actor())
    return str(_("The lead stays where it is."))


_OF_LEAD: dict[str, Callable[[ProposalOrganization], str]] = {
    "remind": _remind,
    "take_back": _take_back,
    "ask_lead": _ask_lead,
    "keep_lead": _keep_lead,
}
_OF_ITSELF: dict[str, Callable[[ProposalOrganization], str]] = {
    "take_lead": _take_lead,
    "refuse_lead": _refuse_lead,
}


@blueprint.post(f"{OWN}/organizations/<int:named_id>")
@signed_in
@limited(*INVITE_LIMITS)
def act(lang: str, token: int, named_id: int) -> Answer:
    """Do something with one organization: what the lead decides, or what the organization itself answers."""
    found = standing(token)
    row = consents.of_proposal(found.proposal, named_id)
    wished = request.form.get("do", "")
    back = redirect(url_for(".together", lang=lang, token=token), 303)
    if not ActionForm().validate_on_submit():
        return back
    if wished in _OF_LEAD and not found.leads:
        raise NotAllowed
    if wished in _OF_ITSELF and row.organization_id not in found.focal_for:
        raise NotAllowed
    do = (_OF_LEAD | _OF_ITSELF).get(wished)
    if do is None:
        raise NotFound
    try:
        flash(do(row), "good")
    except Conflict as error:
        flash(str(error), "bad")
    return back


# --- answering


class ConsentForm(Form):
    """What an organization says to being named."""

    consent = RadiosField(
        _l("Your answer"),
        required=True,
        choices=[
            ("accepted", _l("We consent: the organization may be named")),
            ("refused", _l("We do not consent")),
        ],
    )
    by = TextField(
        _l("Your name and function"),
        required=True,
        max_length=200,
        description=_l("The others are told who has answered."),
    )
    reason = TextAreaField(_l("Reason"), max_length=500, rows=3, description=_l("If you do not consent."))


class NewcomerForm(ConsentForm):
    """The same for an organization that was invited by e-mail: which one it is."""

    organization = OrganizationField(_l("Organization"), required=True, allow_new=True)
    type = EnumField(
        _l("Type"),
        labels=ORGANIZATION_TYPES,
        description=_l("Needed where the directory does not have the organization yet."),
    )
    country = CountryField(_l("Country"), blank=_l("International, or not known"))


@blueprint.route(f"{LANGUAGE}/proposals/<token>", methods=["GET", "POST"])
@by_token
@limited(*ANSWER_LIMITS)
def consent(lang: str, token: str) -> Answer:
    """Show a proposal to an organization that is asked to be named in it, and take its answer. No account is needed."""
    row = links.holder(token)
    if row is None:
        raise LinkGone
    who = actor() if current_user.is_authenticated else PARTICIPANT
    return _respond(row, url_for(".consent", lang=lang, token=token), who, meta={"csrf": False})


@blueprint.route("/account/invitations/<int:named_id>", methods=["GET", "POST"])
@signed_in
def respond(named_id: int) -> Answer:
    """The same for a focal point of the organization, who is signed in."""
    row = queries.invitation(named_id, current_user.id, current_user.email)
    if row is None:
        raise NotFound
    return _respond(row, url_for(".respond", named_id=named_id), actor(), meta={})


def _respond(row: ProposalOrganization, address: str, who: Actor, meta: dict[str, Any]) -> Answer:
    proposal = row.proposal
    g.default_language = proposal.conference.default_language
    kind = NewcomerForm if row.organization_id is None else ConsentForm
    known = {"by": current_user.name} if current_user.is_authenticated else {}
    form: Any = kind(data=known, meta=meta)
    if row.organization_id is None and request.method == "GET":
        form.organization.new_name = row.name
    if form.validate_on_submit():
        agrees = form.consent.data == "accepted"
        try:
            with saving(form):
                organization = _organization_of(form, row, who) if agrees else None
                if not form.errors:
                    said_by = (
                        Actor(f"{form.by.data} ({row.email or '—'})"[:200]) if who is PARTICIPANT else who
                    )
                    consents.answer(
                        row,
                        consent=agrees,
                        by=form.by.data,
                        reason=form.reason.data,
                        organization=organization,
                        actor=said_by,
                    )
        except Conflict as error:
            form.form_errors.append(str(error))
        if not refused(form):
            flash(_("Thank you: your answer has been kept, and the team is told."), "good")
            return redirect(address, 303)
    return answer(
        form,
        "proposals/consent.html",
        row=row,
        said=content.snapshot(proposal),
        organizations=queries.organizations(proposal.id),
        address=address,
        editable=proposal.state is ProposalState.DRAFT or row.consent is not Consent.REFUSED,
        **frame(proposal),
    )


def _organization_of(form: Any, row: ProposalOrganization, who: Actor) -> Organization | None:
    """The organization that answers, where it was invited by e-mail: of the directory, or new and still to be confirmed."""
    if row.organization_id is not None:
        return None
    if form.organization.data:
        return db.session.get(Organization, form.organization.data)
    if form.type.data is None:
        fail(form.type, _("This field is required."))
        return None
    made = organizations.create(
        OrganizationData(
            type=form.type.data,
            names={locale.current(): form.organization.new_name},
            country=form.country.data,
            contact_email=row.email,
            contact_language=locale.current(),
        ),
        actor=who,
    )
    made.confirmed = False
    return made
