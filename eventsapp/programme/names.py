"""Changes and audiences in people's words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventsapp.programme.enums import Audience, ChangeKind, OrganizationRole

CHANGES: dict[ChangeKind, object] = {
    ChangeKind.NEW: _l("New"),
    ChangeKind.MOVED: _l("Moved"),
    ChangeKind.ROOM: _l("Other room"),
    ChangeKind.ANNOUNCED: _l("Time or place announced"),
    ChangeKind.TAKEN_BACK: _l("Time or place taken back"),
    ChangeKind.CANCELLED: _l("Cancelled"),
    ChangeKind.REINSTATED: _l("Takes place after all"),
    ChangeKind.WITHDRAWN: _l("Not in the programme any more"),
}

AUDIENCES: dict[Audience, object] = {
    Audience.SPEAKERS: _l("Speakers"),
    Audience.LEADS: _l("Lead organizations"),
    Audience.CO_ORGANIZERS: _l("Co-organizers"),
    Audience.BOOKED: _l("People with bookings"),
    Audience.SUBSCRIBERS: _l("People who keep the event in their programme"),
}

ORGANIZATION_ROLES: dict[OrganizationRole, object] = {
    OrganizationRole.LEAD: _l("Lead organization"),
    OrganizationRole.CO_ORGANIZER: _l("Co-organizer"),
    OrganizationRole.CO_SPONSOR: _l("Co-sponsor"),
}
