"""The secret links of accounts: what each is for, how long it works, and what ends it.

Each carries the person's ``secret_version``, which a new password raises; the one that confirms a changed address also
carries that address. So a link that was used, or overtaken, is dead.
"""

from __future__ import annotations

from typing import Any

from flask import current_app

from eventsapp.accounts.models import User
from eventsapp.core import secrets
from eventsapp.core.web import absolute
from eventsapp.extensions import db

CONFIRM_HOURS = 48
RESET_HOURS = 2
INVITATION_HOURS = 14 * 24
EMAIL_HOURS = 24


def address(endpoint: str, **values: Any) -> str:
    """Return the absolute address of a page. Not ``url_for``: messages are also written on the command line."""
    return absolute(current_app.url_map.bind("localhost").build(endpoint, values))


def confirm_link(user: User) -> str:
    """Return the absolute address where a new person chooses their password, and so confirms their address."""
    return _link("accounts.confirm", user, "confirm", CONFIRM_HOURS)


def invitation_link(user: User) -> str:
    """Like :func:`confirm_link`, for somebody who was invited and may be on mission: works for two weeks."""
    return _link("accounts.confirm", user, "confirm", INVITATION_HOURS)


def reset_link(user: User) -> str:
    """Return the absolute address where a person chooses a new password."""
    return _link("accounts.reset", user, "reset", RESET_HOURS)


def email_link(user: User) -> str:
    """Return the absolute address where a person confirms the address they want instead."""
    return _link("accounts.confirm_email", user, _email_purpose(user), EMAIL_HOURS)


def _link(endpoint: str, user: User, purpose: str, hours: int) -> str:
    token = secrets.sign_until(f"account-{purpose}", user.id, user.secret_version, seconds=hours * 3600)
    return address(endpoint, token=token)


def _email_purpose(user: User) -> str:
    return f"email:{user.pending_email}"


def to_confirm(token: str) -> User | None:
    """Return the person of a :func:`confirm_link` that works: somebody who has no password yet."""
    user = _holder(token, "confirm")
    return user if user is not None and user.password_hash is None else None


def to_reset(token: str) -> User | None:
    """Return the person of a :func:`reset_link` that works."""
    return _holder(token, "reset")


def to_change_email(token: str) -> User | None:
    """Return the person of an :func:`email_link` that works."""
    id_ = secrets.read_id_until(token)
    user = None if id_ is None else db.session.get(User, id_)
    if user is None or not user.is_active or user.pending_email is None:
        return None
    return _holder(token, _email_purpose(user))


def _holder(token: str, purpose: str) -> User | None:
    id_ = secrets.read_id_until(token)
    user = None if id_ is None else db.session.get(User, id_)
    if user is None or not user.is_active:
        return None
    return user if secrets.matches_until(token, f"account-{purpose}", user.id, user.secret_version) else None
