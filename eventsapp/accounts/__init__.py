"""People who sign in, their roles, and what each role may do."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.accounts import login

    login.register(app)
