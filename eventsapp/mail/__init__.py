"""The outbox: messages are rows written with the change they tell of, and leave afterwards."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.mail.views.demo import demo
    from eventsapp.mail.views.manage import manage

    app.register_blueprint(manage)
    app.register_blueprint(demo)
