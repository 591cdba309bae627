"""Binding Flask-Login: who is signed in, read from the session."""

from __future__ import annotations

from flask import Flask, session
from flask_login import current_user

from eventsapp.accounts.models import User
from eventsapp.core import clock
from eventsapp.extensions import db, login_manager


def load_user(session_id: str) -> User | None:
    """Return the active person of a session, unless their secret's version has moved since (a new password)."""
    id_, _, version = session_id.partition(".")
    if not id_.isdigit():
        return None
    user = db.session.get(User, int(id_))
    if user is None or not user.is_active or str(user.secret_version) != version:
        return None
    _renew()
    return user


def _renew() -> None:
    """Send the session's cookie again on the first request of a day, so that it lapses only when it is not used.

    Not with every answer: one that is under way while a newer one changes the session (the language) would undo that.
    """
    today = clock.now().date().isoformat()
    if session.get("renewed") != today:
        session["renewed"] = today


def register(app: Flask) -> None:
    """Install the loader and the template helpers."""
    from eventsapp.accounts import guards
    from eventsapp.accounts.enums import Permission

    login_manager.user_loader(load_user)
    app.jinja_env.globals.update(
        current_user=current_user, may=guards.may, may_anywhere=guards.may_anywhere, Permission=Permission
    )
