"""Roles and permissions, by name. Which role holds which permission stands in ``policy.py``."""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in one conference."""

    OWNER = "owner"
    PROGRAMME_OFFICER = "programme_officer"
    REVIEWER = "reviewer"
    REGISTRAR = "registrar"
    DESK_OFFICER = "desk_officer"
    VIEWER = "viewer"


class Permission(StrEnum):
    """What a role may do in its conference."""

    VIEW_WORKSPACE = "view_workspace"
    EDIT_CONFERENCE = "edit_conference"
    MANAGE_TEAM = "manage_team"
    EDIT_CONTENT = "edit_content"
    VIEW_PROGRAMME = "view_programme"
    EDIT_PROGRAMME = "edit_programme"
    RELEASE_PROGRAMME = "release_programme"
    EDIT_ORGANIZATIONS = "edit_organizations"
    EDIT_CALLS = "edit_calls"
    VIEW_PROPOSALS = "view_proposals"
    EDIT_PROPOSALS = "edit_proposals"
    """Screen, assign reviewers, propose mergers, answer teams, see to offers and reports."""
    REVIEW_PROPOSALS = "review_proposals"
    """Score what one is assigned. Alone it opens no proposal but these."""
    DECIDE_PROPOSALS = "decide_proposals"
    VIEW_REGISTRATIONS = "view_registrations"
    EDIT_REGISTRATIONS = "edit_registrations"
    VIEW_SEALED = "view_sealed"
    """Look at pages of passports; each look is audited."""
    CHECK_IN = "check_in"
    """Scan badges at doors, register walk-ins and print their badges."""
    VIEW_MESSAGES = "view_messages"
    SEND_MESSAGES = "send_messages"
