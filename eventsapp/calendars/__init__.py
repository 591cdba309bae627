"""iCalendar: events to bytes, feeds, subscriptions."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.calendars import announcing, links
    from eventsapp.calendars.views import public
    from eventsapp.programme import hooks

    app.register_blueprint(public.bp)
    if announcing.calendar_object not in hooks.calendar_object:
        hooks.calendar_object.append(announcing.calendar_object)
    app.jinja_env.globals["personal_links"] = links.personal_links
