"""What the pages of organizations show of proposals, and how they follow when two organizations become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import ngettext
from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import locale, references
from eventsapp.core.audit import Actor
from eventsapp.extensions import db
from eventsapp.organizations import hooks, merging
from eventsapp.organizations.hooks import OwnItem
from eventsapp.organizations.models import Organization
from eventsapp.programme.names import ORGANIZATION_ROLES
from eventsapp.programme.organizations import stronger
from eventsapp.proposals import service
from eventsapp.proposals.enums import Consent, ProposalState
from eventsapp.proposals.models import Proposal, ProposalOrganization
from eventsapp.proposals.notices import path
from eventsapp.proposals.state_names import CONSENTS, state_name, state_tone

_OVER = (ProposalState.WITHDRAWN, ProposalState.DECLINED, ProposalState.INELIGIBLE)


def proposals_of(organization_id: int, user_id: int) -> list[OwnItem]:
    """Return the proposals that name an organization and that it has not refused, the newest conference first. One statement.

    One that it is invited to join is told with what is asked of it; its content is for its team.
    """
    rows = db.session.execute(
        select(Proposal, ProposalOrganization.role, ProposalOrganization.consent, Conference)
        .join(ProposalOrganization, ProposalOrganization.proposal_id == Proposal.id)
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(
            ProposalOrganization.organization_id == organization_id,
            ProposalOrganization.consent != Consent.REFUSED,
        )
        .order_by(Conference.start_date.desc(), Conference.id, Proposal.code)
    )
    found = []
    for proposal, role, consent, conference in rows:
        joined = consent is Consent.ACCEPTED or proposal.created_by_id == user_id
        found.append(
            OwnItem(
                conference_names=conference.names,
                default_language=conference.default_language,
                titles=proposal.titles,
                code=proposal.code,
                role=str(ORGANIZATION_ROLES[role]),
                state=state_name(proposal.state) if joined else str(CONSENTS[consent]),
                tone=state_tone(proposal.state) if joined else "warning",
                url=path("proposals.own", lang=locale.current(), token=str(proposal.id)) if joined else None,
            )
        )
    return found


def answering(organization_id: int) -> bool:
    """Return whether an organization has proposals that go on: somebody has to answer for them. One statement."""
    found = (
        select(Proposal.id)
        .join(ProposalOrganization, ProposalOrganization.proposal_id == Proposal.id)
        .join(Conference, Conference.id == Proposal.conference_id)
        .where(
            ProposalOrganization.organization_id == organization_id,
            ProposalOrganization.consent == Consent.ACCEPTED,
            Proposal.state.not_in(_OVER),
            Conference.state != ConferenceState.ARCHIVED,
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None


def _merged(gone: Organization, kept: Organization, actor: Actor) -> None:
    """The proposals of the organization that stays are found by its names."""
    rows = db.session.scalars(
        select(Proposal)
        .join(ProposalOrganization, ProposalOrganization.proposal_id == Proposal.id)
        .where(ProposalOrganization.organization_id == kept.id)
        .options(joinedload(Proposal.organizations).joinedload(ProposalOrganization.organization))
    ).unique()
    for proposal in rows:
        service.index(proposal)
    db.session.flush()


_CONSENTS = (Consent.ACCEPTED, Consent.INVITED, Consent.REFUSED)


def _unite(stays: Row[Any], goes: Row[Any]) -> Mapping[str, Any]:
    """The stronger role, and the stronger consent with all that belongs to it."""
    better = min(stays, goes, key=lambda one: _CONSENTS.index(one.consent))
    followed = (
        "consent", "name", "email", "language", "invited_at", "reminded_at", "answered_at", "answered_by", "reason",
        "secret_version",
    )  # fmt: skip
    values = {name: better._mapping[name] for name in followed}
    position = min(stays.position, goes.position)
    return {**values, "role": stronger(stays.role, goes.role), "position": position}


def register() -> None:
    """Answer the hooks of organizations."""
    merging.unite["proposal_organization"] = _unite
    references.words["proposal_organization"] = lambda n: str(
        ngettext("%(num)s proposal", "%(num)s proposals", n)
    )
    if proposals_of not in hooks.proposals_of:
        hooks.proposals_of.append(proposals_of)
        hooks.answering.append(answering)
        hooks.merged.append(_merged)
