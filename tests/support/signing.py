"""Signing in without the form, for tests that are about something else."""

from __future__ import annotations

from flask.testing import FlaskClient

from eventsapp.accounts.models import User


def sign_in(client: FlaskClient, user: User | str) -> None:
    """Make somebody the one who is signed in: a user that is loaded, or what ``User.get_id()`` gave."""
    with client.session_transaction() as session:
        session.clear()
        session["_user_id"] = user if isinstance(user, str) else user.get_id()
        session["_fresh"] = True


def sign_out(client: FlaskClient) -> None:
    """Make nobody signed in."""
    with client.session_transaction() as session:
        session.clear()
