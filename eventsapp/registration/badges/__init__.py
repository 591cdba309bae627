"""Badges: templates, signed codes, printing and revoking."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.conferences import hooks as conference_hooks
    from eventsapp.conferences import tasks as conference_tasks
    from eventsapp.registration import hooks, panels
    from eventsapp.registration.badges import service, tasks, templates, views
    from eventsapp.registration.panels import Panel

    app.register_blueprint(views.blueprint)
    conference_tasks.add_tasks(tasks.tasks, costly=True)
    panels.add(
        panels.officers,
        Panel("badge", "registration/manage/badges/_panel.html", views.panel, order=20),
    )
    # Applications in one process share the hooks.
    if service.registration_moved not in hooks.moved:
        hooks.moved.append(service.registration_moved)
        hooks.changed.append(service.registration_changed)
    if templates.copy not in conference_hooks.structure_copied:
        conference_hooks.structure_copied.append(templates.copy)
