"""The pages of registration and of the door in the workspace, in the order in which they are used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _l

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import may
from eventsapp.conferences.models import Conference

P = Permission


@dataclass(frozen=True, slots=True)
class Tab:
    """A page: shown where it exists and the person may see it. ``prefixes``: endpoints that belong to it."""

    label: object
    endpoint: str
    permission: Permission = P.VIEW_REGISTRATIONS
    prefixes: tuple[str, ...] = ()


REGISTRATION: Final = (
    Tab(_l("People"), "registration_manage.index"),
    Tab(_l("Approval"), "registration_approval.index", P.EDIT_REGISTRATIONS, ("registration_approval.",)),
    Tab(_l("Waiting list"), "registration_waitlist.index", prefixes=("registration_waitlist.",)),
    Tab(_l("Delegations"), "registration_quotas.index", prefixes=("registration_quotas.",)),
    Tab(_l("Speakers"), "registration_speakers.index", prefixes=("registration_speakers.",)),
    Tab(_l("Bookings"), "registration_manage.events", prefixes=("registration_tickets.",)),
    Tab(_l("Badges"), "registration_badges.index", prefixes=("registration_badges.",)),
    Tab(_l("Reports"), "registration_reports.index", prefixes=("registration_reports.",)),
    Tab(_l("Forms"), "registration_forms.index", P.EDIT_REGISTRATIONS, ("registration_forms.",)),
    Tab(_l("Privacy"), "registration_privacy.index", P.EDIT_REGISTRATIONS, ("registration_privacy.",)),
    Tab(_l("Settings"), "registration_settings.edit", P.EDIT_REGISTRATIONS, ("registration_settings.",)),
)
DOOR: Final = (
    Tab(_l("Figures"), "door_figures.index", P.CHECK_IN, ("door_figures.",)),
    Tab(_l("Check-in"), "door_desk.desk", P.CHECK_IN, ("door_desk.",)),
    Tab(_l("Doors"), "door_gates.index", P.CHECK_IN, ("door_gates.",)),
    Tab(_l("Attendance"), "door_attendance.index", P.CHECK_IN, ("door_attendance.",)),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A tab as the template shows it."""

    label: str
    url: str
    current: bool


def registration_tabs(conference: Conference) -> list[Shown]:
    """Return the pages of registration that the signed-in person may see."""
    return _shown(conference, REGISTRATION)


def door_tabs(conference: Conference) -> list[Shown]:
    """Return the pages of the door that the signed-in person may see."""
    return _shown(conference, DOOR)


def _shown(conference: Conference, tabs: tuple[Tab, ...]) -> list[Shown]:
    here = request.endpoint or ""
    return [
        Shown(
            str(tab.label),
            url_for(tab.endpoint, conference=conference.slug),
            here == tab.endpoint or (bool(tab.prefixes) and here.startswith(tab.prefixes)),
        )
        for tab in tabs
        if tab.endpoint in current_app.view_functions and may(tab.permission)
    ]
