"""Organizations: shared by all conferences, found by any of their names or acronyms."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.organizations.views import manage, public

    app.register_blueprint(manage.blueprint)
    app.register_blueprint(public.blueprint)
