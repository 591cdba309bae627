"""The conference: days, zone, venues, rooms, event types, themes, constituencies, categories' places, pages and news."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.conferences import kinds, own_tasks, tasks, workspace
    from eventsapp.conferences.views import catalogue, manage

    app.register_blueprint(manage.blueprint)
    for kind in kinds.OWN:
        catalogue.register(app, kind)
    tasks.add_tasks(own_tasks.missing_parts)
    tasks.add_tasks(own_tasks.dead_messages)
    tasks.add_tasks(own_tasks.dates)
    tasks.add_tasks(own_tasks.missing_translations, costly=True)
    tasks.add_pictures(own_tasks.translations)
    app.jinja_env.globals.update(
        workspace_conference=workspace.current_conference, workspace_rail=workspace.rail
    )
