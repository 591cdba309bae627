"""Events, the working programme, clashes, releases, and the snapshot that everything public is made from."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.programme.views import manage

    app.register_blueprint(manage.blueprint)
