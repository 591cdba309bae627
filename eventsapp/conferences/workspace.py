"""The rail of the workspace: its sections, in the order of a conference's life."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext as _l

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import permissions_in
from eventsapp.conferences import tasks
from eventsapp.conferences.models import Conference


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the rail: shown when its page exists and the person may see it."""

    name: str
    label: object
    endpoint: str
    permission: Permission
    icon: str
    prefixes: tuple[str, ...] = ()
    """Pages whose endpoints begin so belong to it."""


P = Permission
SECTIONS = (
    Section("overview", _l("Overview"), "conferences_manage.overview", P.VIEW_WORKSPACE, "list"),
    Section(
        "setup", _l("Set-up"), "conferences_manage.setup", P.VIEW_WORKSPACE, "place",
        ("conferences_manage.setup", "setup_"),
    ),
    # What a team proposes for those who choose; a reviewer, who may see no other, has the list of their own.
    Section("calls", _l("Calls"), "calls_manage.index", P.VIEW_PROPOSALS, "speech", ("calls_manage.", "calls_")),
    Section("review", _l("My reviews"), "reviews.index", P.REVIEW_PROPOSALS, "star", ("reviews.",)),
    Section(
        "programme", _l("Programme"), "programme_editor.timetable_page", P.VIEW_PROGRAMME, "calendar",
        ("programme_",),
    ),
    Section(
        "registration", _l("Registration"), "registration_manage.index", P.VIEW_REGISTRATIONS, "ticket",
        ("registration_",),
    ),
    Section("door", _l("Door"), "door_figures.index", P.CHECK_IN, "door", ("door_",)),
    Section("messages", _l("Messages"), "messages_manage.index", P.VIEW_MESSAGES, "speech", ("messages_manage.",)),
    Section("team", _l("Team"), "conferences_manage.team", P.MANAGE_TEAM, "people", ("conferences_manage.team",)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RailEntry:
    """A section as the template shows it."""

    label: str
    url: str
    icon: str
    current: bool
    count: int


def rail(conference: Conference) -> list[RailEntry]:
    """Return the rail of a conference for the signed-in person."""
    permissions = permissions_in(conference.id)
    counts = tasks.counts(conference, permissions)
    return [
        RailEntry(
            label=str(section.label),
            url=url_for(section.endpoint, conference=conference.slug),
            icon=section.icon,
            current=section.endpoint == request.endpoint
            or (request.endpoint or "").startswith(section.prefixes),
            count=counts.get(section.name, 0),
        )
        for section in SECTIONS
        if section.endpoint in current_app.view_functions and section.permission in permissions
    ]


def current_conference() -> Conference | None:
    """Return the conference whose workspace this page belongs to, or None."""
    found: Conference | None = getattr(g, "conference", None)
    return found
