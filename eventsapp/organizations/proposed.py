"""Organizations that the directory does not have yet: proposed by somebody who wants to act for them, confirmed or refused by
the secretariat. Until then only its request refers to one, and nobody acts for it. Named actor, keyword arguments, no commit.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core import audit, references, renames
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict
from eventsapp.extensions import db
from eventsapp.organizations import member_notices, members, service
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import Organization, OrganizationMember
from eventsapp.organizations.service import OrganizationData


def propose(
    data: OrganizationData, user: User, *, role: MemberRole, note: str | None, actor: Actor
) -> OrganizationMember:
    """Add an organization that waits for the secretariat, and ask to act for it. Raises as :func:`members.request` does."""
    made = service.create(data, actor=actor, confirmed=False)
    return members.request(made, user, role=role, note=note, actor=actor)


def confirm(organization: Organization, *, actor: Actor) -> None:
    """Take a proposed organization into the directory, and agree to the requests to act for it.

    Raises :class:`Conflict` when it was decided meanwhile.
    """
    db.session.refresh(organization, with_for_update=True)
    if organization.confirmed:
        raise Conflict(_("This organization has been confirmed already."))
    organization.confirmed = True
    db.session.flush()
    audit.record(actor, "organization.confirm", members.subject(organization))
    for member in _asking(organization):
        members.decide(member, agree=True, actor=actor)


def refuse(organization: Organization, *, actor: Actor) -> None:
    """Drop a proposed organization, and tell those who asked to act for it.

    Raises :class:`Conflict` when it was confirmed meanwhile, or anything but such requests refers to it.
    """
    db.session.refresh(organization, with_for_update=True)
    asking = _asking(organization)
    if organization.confirmed or references.of(organization).blocking:
        raise Conflict(_("This organization has been confirmed already."))
    member_notices.organization_refused(organization, [member.user for member in asking])
    detail = {"names": dict(organization.names), "people": [member.user.name for member in asking]}
    audit.record(actor, "organization.refuse", members.subject(organization), detail=detail)
    renames.forget(organization)
    for member in asking:
        db.session.delete(member)
    db.session.flush()
    db.session.delete(organization)
    db.session.flush()


def _asking(organization: Organization) -> list[OrganizationMember]:
    rows = select(OrganizationMember).where(
        OrganizationMember.organization_id == organization.id,
        OrganizationMember.state == MembershipState.REQUESTED,
    )
    return list(db.session.scalars(rows.order_by(OrganizationMember.id)))
