"""iCalendar: events to bytes, feeds, subscriptions."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.calendars import links
    from eventsapp.calendars.views import public

    app.register_blueprint(public.bp)
    app.jinja_env.globals["personal_links"] = links.personal_links
