"""Roles in people's words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventsapp.accounts.enums import Role

ROLES = {
    Role.OWNER: _l("owner"),
    Role.PROGRAMME_OFFICER: _l("programme officer"),
    Role.REVIEWER: _l("reviewer"),
    Role.REGISTRAR: _l("registrar"),
    Role.DESK_OFFICER: _l("desk officer"),
    Role.VIEWER: _l("viewer"),
}

ABOUT = {
    Role.OWNER: _l("May do everything in this conference, and decides who may."),
    Role.PROGRAMME_OFFICER: _l("Edits contents, events and the timetable, and releases it."),
    Role.REVIEWER: _l("Sees the programme; scores proposals."),
    Role.REGISTRAR: _l("Handles registrations and answers participants."),
    Role.DESK_OFFICER: _l("Sees registrations, at the door."),
    Role.VIEWER: _l("Sees the programme, changes nothing."),
}


def role_name(role: Role) -> str:
    """Return a role's name in the current language."""
    return str(ROLES[role])
