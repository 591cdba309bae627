"""What the pages of organizations show of the programme, and how it follows when two of them become one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Row, func, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.extensions import db
from eventsapp.organizations import hooks, merging
from eventsapp.organizations.hooks import OwnItem
from eventsapp.programme.enums import EventState, OrganizationRole
from eventsapp.programme.models import Event, EventOrganization, Placement, ProgrammeVersion
from eventsapp.programme.names import ORGANIZATION_ROLES

STRONGER = tuple(OrganizationRole)
"""In the order in which they are named."""


def stronger(first: OrganizationRole, second: OrganizationRole) -> OrganizationRole:
    """Return the role of the two that says more."""
    return min(first, second, key=STRONGER.index)


def events_of(organization_id: int) -> list[OwnItem]:
    """Return an organization's events in the newest release of each public conference, the newest first. One statement."""
    newest = (
        select(func.max(ProgrammeVersion.number))
        .where(ProgrammeVersion.conference_id == Event.conference_id)
        .correlate(Event)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Event, EventOrganization.role, Placement.starts_at, Conference)
        .join(EventOrganization, EventOrganization.event_id == Event.id)
        .join(Conference, Conference.id == Event.conference_id)
        .join(Placement, Placement.event_id == Event.id)
        .join(ProgrammeVersion, ProgrammeVersion.id == Placement.version_id)
        .where(
            EventOrganization.organization_id == organization_id,
            ProgrammeVersion.number == newest,
            Conference.state != ConferenceState.DRAFT,
        )
        .order_by(Conference.start_date.desc(), Conference.id, Placement.starts_at, Event.code)
    )
    return [
        OwnItem(
            conference_names=conference.names,
            default_language=conference.default_language,
            titles=event.titles,
            code=event.code,
            role=str(ORGANIZATION_ROLES[role]),
            state=_("cancelled") if event.state is EventState.CANCELLED else "",
            tone="bad" if event.state is EventState.CANCELLED else "",
            url=f"/{locale.current()}/{conference.slug}/events/{event.code}",
            starts_at=starts_at,
            zone=conference.zone,
        )
        for event, role, starts_at, conference in rows
    ]


def _unite(stays: Row[Any], goes: Row[Any]) -> Mapping[str, Any]:
    return {"role": stronger(stays.role, goes.role), "position": min(stays.position, goes.position)}


def register() -> None:
    """Answer the hooks of organizations."""
    merging.unite["event_organization"] = _unite
    if events_of not in hooks.events_of:
        hooks.events_of.append(events_of)
