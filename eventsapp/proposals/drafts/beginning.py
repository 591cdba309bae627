"""Beginning a proposal for an organization. Named actor, no request, no commit."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import service
from eventsapp.proposals.calls.rules import Window
from eventsapp.proposals.drafts import queries, submission
from eventsapp.proposals.drafts.times import moment
from eventsapp.proposals.enums import Consent
from eventsapp.proposals.models import Call, Proposal, ProposalOrganization

_DOUBLE_CLICK = timedelta(minutes=5)


def begin(
    call: Call, organization: Organization, user: User, *, actor: Actor, now: datetime | None = None
) -> Proposal:
    """Begin a proposal of a call that ``organization`` leads, for which ``user`` acts; return it, flushed.

    One that the same person has just begun and not yet written in is returned again: nobody wants two by a double click.
    Raises :class:`Conflict` while the call is not open for the organization or the person.
    """
    now = now or clock.now()
    service.writable(call.conference)
    timing = submission.timing(call, [organization.id], [user.email], now)
    if timing.window is Window.COMING:
        raise Conflict(_("The call is not open yet."))
    if not timing.takes:
        raise Conflict(_("The call closed on %(time)s.", time=moment(timing.closes_at, call.conference.zone)))
    # One after the other, so that of two clicks the second sees what the first has begun.
    db.session.execute(select(User.id).where(User.id == user.id).with_for_update())
    found = queries.begun_just_now(call.id, organization.id, user.id, now - _DOUBLE_CLICK)
    if found is not None:
        return found
    proposal = service.begin(call, actor=actor)
    proposal.organizations.append(
        ProposalOrganization(
            organization=organization,
            role=OrganizationRole.LEAD,
            consent=Consent.ACCEPTED,
            position=0,
            answered_at=now,
            answered_by=actor.name,
        )
    )
    proposal.contact_name, proposal.contact_email = user.name, user.email
    db.session.flush()
    service.index(proposal)
    return proposal
