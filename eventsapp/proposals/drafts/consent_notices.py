"""Messages about consent: to organizations that are asked, and to the team that hears the answer."""

from __future__ import annotations

from flask_babel import gettext as _

from eventsapp.core.audit import Actor
from eventsapp.core.translations import pick
from eventsapp.organizations import members
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import notices
from eventsapp.proposals.drafts import links
from eventsapp.proposals.drafts.times import moment
from eventsapp.proposals.enums import Consent
from eventsapp.proposals.models import Proposal, ProposalOrganization
from eventsapp.proposals.notices import Recipient


def name_of(row: ProposalOrganization, language: str = "en") -> str:
    """Return what an organization of a proposal is called: as the directory has it, else as the team wrote it."""
    if row.organization is not None:
        return pick(row.organization.names, language)
    return row.name or row.email or ""


def lead_name(proposal: Proposal, language: str) -> str:
    """Return the name of the organization that leads; empty while none does."""
    lead = next((one for one in proposal.organizations if one.role is OrganizationRole.LEAD), None)
    return name_of(lead, language) if lead else ""


def recipients(row: ProposalOrganization) -> list[Recipient]:
    """Return who can answer for an organization: its focal points, else its contact address, else whom the team named."""
    default = row.language or row.proposal.conference.default_language
    body = row.organization
    if body is not None:
        people = members.focal_points(body.id)
        if people:
            return [Recipient(one.name, one.email, one.language, one.id) for one in people]
        if body.contact_email:
            return [Recipient("", body.contact_email, body.contact_language or default)]
    return [Recipient("", row.email, default)] if row.email else []


def can_be_asked(organization: Organization) -> bool:
    """Return whether the directory knows somebody who can answer for an organization."""
    return bool(organization.contact_email or members.focal_points(organization.id))


def asked(row: ProposalOrganization, *, asker: str | None, note: str | None, reminder: bool) -> None:
    """Ask for consent, or ask again. ``asker`` None: nobody in particular, the time has come."""
    proposal = row.proposal
    for to in recipients(row):
        notices.send(
            proposal,
            [to],
            "consent",
            {
                "asker": asker or "",
                "lead": lambda language: lead_name(proposal, language),
                "organization": lambda language: name_of(row, language),
                "sponsor": row.role is OrganizationRole.CO_SPONSOR,
                "reminder": reminder,
                "note": note or "",
                "closes": lambda _language: moment(proposal.call.closes_at, proposal.conference.zone),
                "link": lambda language: links.address(row, language),
            },
        )


def answered(row: ProposalOrganization, *, before: Consent, actor: Actor) -> None:
    """Tell the team what an organization says; and its focal points when somebody else has said it for them."""
    proposal = row.proposal
    consented = row.consent is Consent.ACCEPTED
    people = members.focal_points(row.organization_id) if row.organization_id else []
    own = {one.id for one in people}

    def said(language: str) -> str:
        told = {"organization": name_of(row, language), "by": row.answered_by}
        if consented:
            return str(_("%(organization)s has consented (%(by)s).", **told))
        if before is Consent.ACCEPTED:
            return str(_("%(organization)s has withdrawn its consent (%(by)s).", **told))
        return str(_("%(organization)s has refused (%(by)s).", **told))

    def then(_language: str) -> str:
        if consented:
            return str(_("It is named with the proposal from now on, and its people can write it with you."))
        return str(
            _("It is not named any more. You can invite another organization while the proposal is a draft.")
        )

    to = [one for one in notices.team(proposal) if one.user_id not in own and one.user_id != actor.user_id]
    notices.send(proposal, to, "proposal_moved", {"said": said, "next": then, "note": row.reason or ""})
    if actor.user_id in own:
        return
    theirs = [Recipient(one.name, one.email, one.language, one.id) for one in people]
    notices.send(
        proposal,
        theirs,
        "proposal_moved",
        {
            "said": said,
            "next": lambda _language: _(
                "You are told as a focal point of the organization. If this is not right, change the answer on the page below."
            ),
            "note": row.reason or "",
            "link": lambda language: links.address(row, language),
        },
    )


def taken_off(row: ProposalOrganization, *, by: str) -> None:
    """Tell an organization that had consented that it is not named any more."""
    notices.send(
        row.proposal,
        recipients(row),
        "proposal_moved",
        {
            "said": lambda language: _(
                "%(organization)s is not named with the proposal any more.",
                organization=name_of(row, language),
            ),
            "next": lambda _language: _("%(name)s has taken it off.", name=by),
            "note": "",
        },
    )


def lead_asked(row: ProposalOrganization, *, by: str) -> None:
    """Ask an organization to take over the lead."""
    notices.send(
        row.proposal,
        recipients(row),
        "proposal_moved",
        {
            "said": lambda language: _(
                "%(name)s asks %(organization)s to take over the lead.",
                name=by,
                organization=name_of(row, language),
            ),
            "next": lambda _language: _("Answer on the proposal's page. Nothing changes before you agree."),
            "note": "",
        },
    )


def lead_answered(row: ProposalOrganization, *, agree: bool, by: str) -> None:
    """Tell the team whether the lead has moved."""

    def said(language: str) -> str:
        told = {"organization": name_of(row, language), "name": by}
        if agree:
            return str(_("%(organization)s leads the proposal from now on (%(name)s).", **told))
        return str(_("%(organization)s does not take over the lead (%(name)s).", **told))

    notices.send(
        row.proposal,
        notices.team(row.proposal),
        "proposal_moved",
        {"said": said, "next": lambda _language: _("You need do nothing now."), "note": ""},
    )
