"""The conference: days, zone, venues, rooms, event types, themes, constituencies, categories' places, pages and news."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from eventsapp.conferences.catalogue import Kind


def add_kind(app: Flask, kind: Kind) -> None:
    """Add a list to the set-up of every conference, with its pages. For the features after this one, when they are bound."""
    from eventsapp.conferences.views import catalogue

    catalogue.register(app, kind)


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.conferences import kinds, own_tasks, tasks, workspace
    from eventsapp.conferences.views import accreditation, manage
    from eventsapp.organizations import hooks

    app.register_blueprint(manage.blueprint)
    app.register_blueprint(accreditation.blueprint)
    for kind in kinds.OWN:
        add_kind(app, kind)
    own_tasks.name_references()
    tasks.add_tasks(own_tasks.missing_parts)
    tasks.add_tasks(own_tasks.dead_messages)
    tasks.add_tasks(own_tasks.dates)
    tasks.add_tasks(own_tasks.organizations_to_see_to)
    if own_tasks.secretariats not in hooks.secretariats:
        hooks.secretariats.append(own_tasks.secretariats)
    tasks.add_tasks(own_tasks.missing_translations, costly=True)
    tasks.add_pictures(own_tasks.translations)
    app.jinja_env.globals.update(
        workspace_conference=workspace.current_conference, workspace_rail=workspace.rail
    )
