"""Organizations that propose together: inviting, consenting, refusing, reminding, taking back, and handing the lead over.

Only those who have consented count and are shown in public. Named actor, keyword arguments, no commit.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.translations import clean_text
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import hooks, life, service
from eventsapp.proposals.drafts import consent_notices as notices
from eventsapp.proposals.drafts.service import lock
from eventsapp.proposals.enums import Consent, ProposalState
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization
from eventsapp.proposals.state_names import state_name

MOST = 40
"""Organizations of one proposal."""
BETWEEN_REMINDERS = timedelta(hours=24)
_SYSTEM = Actor("eventsapp")


def invite(
    proposal: Proposal,
    *,
    role: OrganizationRole = OrganizationRole.CO_ORGANIZER,
    organization: Organization | None = None,
    name: str | None = None,
    email: str | None = None,
    language: str | None = None,
    note: str | None = None,
    actor: Actor,
) -> ProposalOrganization:
    """Ask an organization to be named in a proposal, by a message with a signed address; return its row, flushed.

    One of the directory is asked at its focal points, else at its contact address, else at ``email``; one that it does not
    have by ``name`` and ``email``. One that refused before can be asked again. Raises :class:`Invalid` (``organization``,
    ``name``, ``email``), :class:`Conflict` when the proposal is no draft any more. Writes; does not commit.
    """
    assert role is not OrganizationRole.LEAD
    lock(proposal)
    _inviting(proposal)
    row = _row_for(proposal, organization, name, email)
    row.role, row.consent = role, Consent.INVITED
    # An organization's own people are asked, whatever address somebody knows.
    row.email = (
        None if organization is not None and notices.can_be_asked(organization) else email or row.email
    )
    row.language = language or (organization.contact_language if organization else None) or row.language
    row.invited_at, row.reminded_at, row.answered_at, row.answered_by, row.reason = (
        clock.now(), None, None, None, None,
    )  # fmt: skip
    row.secret_version += 1
    db.session.flush()
    if not notices.recipients(row):
        raise Invalid(
            {"email": _("Nobody is known there yet: give the e-mail address of somebody who can answer.")}
        )
    service.index(proposal)
    _record(row, "invite", actor, {"role": role.value})
    notices.asked(row, asker=actor.name, note=note, reminder=False)
    return row


def _inviting(proposal: Proposal) -> None:
    service.writable(proposal.conference)
    if proposal.state is not ProposalState.DRAFT:
        raise Conflict(
            _(
                "Proposal %(code)s is %(state)s: nobody can be invited to it now.",
                code=proposal.code,
                state=state_name(proposal.state),
            )
        )


def _row_for(
    proposal: Proposal, organization: Organization | None, name: str | None, email: str | None
) -> ProposalOrganization:
    """Return the row of an organization, new or of a refusal."""
    if organization is None and not name:
        raise Invalid({"name": _("Give the name of the organization.")})
    if organization is None and not email:
        raise Invalid({"email": _("Give the e-mail address of somebody who can answer.")})
    for row in proposal.organizations:
        same = (
            row.organization_id == organization.id
            if organization is not None
            else row.organization_id is None and row.email == email
        )
        if same:
            if row.consent is Consent.REFUSED:
                row.name = name or row.name
                return row
            field = "organization" if organization is not None else "email"
            raise Invalid({field: _("This organization is named in the proposal already.")})
    if len(proposal.organizations) >= MOST:
        raise Conflict(_("A proposal can name %(most)d organizations at most.", most=MOST))
    row = ProposalOrganization(
        organization=organization,
        name=name if organization is None else None,
        position=max((one.position for one in proposal.organizations), default=0) + 1,
        secret_version=0,
    )
    proposal.organizations.append(row)
    return row


def remind(row: ProposalOrganization, *, actor: Actor) -> None:
    """Ask an organization again that has not answered. Raises :class:`Conflict`: answered, or asked within a day."""
    _fresh(row)
    _inviting(row.proposal)
    if row.consent is not Consent.INVITED:
        raise Conflict(_("This organization has answered already."))
    last = max((at for at in (row.invited_at, row.reminded_at) if at), default=None)
    if last is not None and clock.now() < last + BETWEEN_REMINDERS:
        raise Conflict(_("It was written to within the last 24 hours. Try again tomorrow."))
    row.reminded_at = clock.now()
    db.session.flush()
    _record(row, "remind", actor)
    notices.asked(row, asker=actor.name, note=None, reminder=True)


def remind_those_due(now: datetime) -> None:
    """Remind, once, organizations that have not answered for so many days as their call says. For the worker's sweep.

    Only while the call is open: later an answer helps nobody. At most two hundred at a time.
    """
    found = db.session.execute(
        select(ProposalOrganization, Call.consent_reminder_days)
        .join(Proposal, Proposal.id == ProposalOrganization.proposal_id)
        .join(Call, Call.id == Proposal.call_id)
        .where(
            ProposalOrganization.consent == Consent.INVITED,
            ProposalOrganization.reminded_at.is_(None),
            ProposalOrganization.invited_at < now - timedelta(days=1),
            Proposal.state == ProposalState.DRAFT,
            Call.closes_at > now,
            Call.consent_reminder_days > 0,
        )
        .order_by(ProposalOrganization.invited_at, ProposalOrganization.id)
        .limit(200)
    ).all()
    for row, days in found:
        if row.invited_at is None or row.invited_at > now - timedelta(days=days):
            continue
        row.reminded_at = now
        notices.asked(row, asker=None, note=None, reminder=True)


def take_back(row: ProposalOrganization, *, actor: Actor) -> None:
    """Take an organization off a draft: its address is dead at once. One that had consented is told.

    Raises :class:`Conflict` for the lead, and when the proposal is no draft any more.
    """
    _fresh(row)
    _inviting(row.proposal)
    if row.role is OrganizationRole.LEAD:
        raise Conflict(_("The lead organization cannot be taken off. Hand the lead over first."))
    _record(row, "take_back", actor, {"consent": row.consent.value})
    if row.consent is Consent.ACCEPTED:
        notices.taken_off(row, by=actor.name)
    proposal = row.proposal
    proposal.organizations.remove(row)
    db.session.flush()
    service.index(proposal)


def answer(
    row: ProposalOrganization,
    *,
    consent: bool,
    by: str,
    reason: str | None = None,
    organization: Organization | None = None,
    actor: Actor,
) -> None:
    """Say for an organization whether it consents to being named; it can change its mind, also after it has consented.

    ``by``: who says so, with their function, as the others are told. ``organization``: which one of the directory it is, for
    one that was invited by e-mail. The team is told; so are the focal points of an organization when somebody else answers
    for it. Raises :class:`Invalid` (``by``, ``organization``), :class:`Conflict` for the lead, for a proposal that is over, and
    for consenting anew to one that is not a draft any more and had been refused. Writes; does not commit.
    """
    _fresh(row)
    proposal = row.proposal
    service.writable(proposal.conference)
    if row.role is OrganizationRole.LEAD:
        raise Conflict(_("The lead organization has consented by proposing. Hand the lead over first."))
    if proposal.state in life.OVER:
        raise Conflict(
            _(
                "Proposal %(code)s is %(state)s: this cannot be done with it any more.",
                code=proposal.code,
                state=state_name(proposal.state),
            )
        )
    by = " ".join(clean_text(by).split())[:200]
    if not by:
        raise Invalid({"by": _("Say who you are.")})
    wanted = Consent.ACCEPTED if consent else Consent.REFUSED
    if wanted is row.consent:
        return
    if consent and row.consent is Consent.REFUSED and proposal.state is not ProposalState.DRAFT:
        raise Conflict(_("The proposal has been submitted without this organization."))
    if consent and row.organization_id is None:
        _identify(row, organization)
    before = row.consent
    row.consent, row.answered_at, row.answered_by = wanted, clock.now(), by
    row.reason = None if consent else (clean_text(reason or "")[:500] or None)
    row.lead_asked_at = None
    db.session.flush()
    service.index(proposal)
    _record(row, "consent" if consent else "refuse", actor, {"by": by, "before": before.value})
    for told in hooks.consented:
        told(row, before, actor)
    notices.answered(row, before=before, actor=actor)


def _identify(row: ProposalOrganization, organization: Organization | None) -> None:
    if organization is None:
        raise Invalid({"organization": _("Say which organization this is.")})
    if any(one.organization_id == organization.id for one in row.proposal.organizations):
        raise Invalid({"organization": _("This organization is named in the proposal already.")})
    row.organization = organization
    db.session.flush()


def transfer_lead(row: ProposalOrganization, *, actor: Actor) -> None:
    """Ask a co-organizer that has consented to take over the lead. Nothing changes before it agrees.

    Only one is asked at a time: asking another takes the first question back. Raises :class:`Conflict`.
    """
    _fresh(row)
    _leads_on(row)
    for one in row.proposal.organizations:
        one.lead_asked_at = None
    row.lead_asked_at = clock.now()
    db.session.flush()
    _record(row, "ask_lead", actor)
    notices.lead_asked(row, by=actor.name)


def answer_lead(row: ProposalOrganization, *, agree: bool, actor: Actor) -> None:
    """Take over the lead that was offered, or leave it where it is; both teams are told. Raises :class:`Conflict`."""
    _fresh(row)
    _leads_on(row)
    if row.lead_asked_at is None:
        raise Conflict(_("The question has been taken back, or answered already."))
    row.lead_asked_at = None
    if agree:
        for one in row.proposal.organizations:
            if one.role is OrganizationRole.LEAD:
                one.role = OrganizationRole.CO_ORGANIZER
                one.answered_at = one.answered_at or clock.now()
        # First nobody leads: there is never more than one.
        db.session.flush()
        row.role = OrganizationRole.LEAD
        _reorder(row.proposal)
    db.session.flush()
    _record(row, "take_lead" if agree else "refuse_lead", actor)
    notices.lead_answered(row, agree=agree, by=actor.name)


def take_back_lead(row: ProposalOrganization, *, actor: Actor) -> None:
    """Take back the question whether an organization takes over the lead."""
    _fresh(row)
    row.lead_asked_at = None
    _record(row, "keep_lead", actor)


def _leads_on(row: ProposalOrganization) -> None:
    service.writable(row.proposal.conference)
    good = row.role is OrganizationRole.CO_ORGANIZER and row.consent is Consent.ACCEPTED
    if not good or row.proposal.state in life.OVER:
        raise Conflict(_("Only a co-organizer that has consented can take over the lead."))


def _reorder(proposal: Proposal) -> None:
    order: Callable[[ProposalOrganization], tuple[int, int]] = lambda one: (  # noqa: E731
        list(OrganizationRole).index(one.role),
        one.position,
    )
    for position, one in enumerate(sorted(proposal.organizations, key=order)):
        one.position = position


def of_proposal(proposal: Proposal, id_: int) -> ProposalOrganization:
    """Return an organization of a proposal by the id of its row. Raises :class:`NotFound`."""
    found = next((one for one in proposal.organizations if one.id == id_), None)
    if found is None:
        raise NotFound
    return found


def _fresh(row: ProposalOrganization) -> None:
    """Take the proposal's row, so that two answers come one after the other, and read what it says now."""
    lock(row.proposal)
    db.session.refresh(row)


def _record(
    row: ProposalOrganization, what: str, actor: Actor, detail: dict[str, object] | None = None
) -> None:
    audit.record(
        actor,
        f"proposal.{what}",
        service.subject(row.proposal),
        conference_id=row.proposal.conference_id,
        detail={"organization": notices.name_of(row), **(detail or {})},
    )
