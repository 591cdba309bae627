"""Messages' kinds and states in people's words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventsapp.mail.models import MessageState

STATES = {
    MessageState.QUEUED: _l("waiting"),
    MessageState.SENDING: _l("being sent"),
    MessageState.SENT: _l("sent"),
    MessageState.DEAD: _l("given up"),
}

KINDS = {
    "account_exists": _l("There is an account already"),
    "booking_cancelled": _l("Booking cancelled"),
    "booking_confirmed": _l("Seat confirmed"),
    "booking_promoted": _l("Seat from the waitlist"),
    "booking_waitlisted": _l("Place in the waitlist"),
    "confirm_account": _l("Confirm an account"),
    "confirm_registration": _l("Confirm a registration"),
    "decision_letter": _l("Decision about a proposal"),
    "email_change": _l("Confirm a new address"),
    "email_changed": _l("Address changed"),
    "event_cancelled": _l("Event cancelled"),
    "invitation": _l("Invitation to the team"),
    "password_changed": _l("Password changed"),
    "programme_changed": _l("Programme changed"),
    "proposal_merger": _l("Merger of proposals"),
    "registration_cancelled": _l("Registration cancelled"),
    "registration_confirmed": _l("Registration confirmed"),
    "registration_moved": _l("Registration: what happened to it"),
    "registration_link": _l("Link to a registration"),
    "reset_password": _l("New password"),
    "review_given": _l("Proposals to review"),
    "review_reminder": _l("Reminder of reviews"),
    "role_granted": _l("New role"),
}


def kind_name(template: str) -> str:
    """Return what kind of message a template makes, in the current language."""
    return str(KINDS.get(template, template.replace("_", " ")))
