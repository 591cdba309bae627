"""Checking badges at the doors, also without a network."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.conferences import add_kind, hooks
    from eventsapp.conferences import tasks as workspace
    from eventsapp.registration import panels
    from eventsapp.registration.door import kinds, panel, tasks
    from eventsapp.registration.door.views import desk, gates

    app.register_blueprint(desk.blueprint)
    app.register_blueprint(gates.blueprint)
    add_kind(app, kinds.GATES)
    kinds.name_references()
    if kinds.copy_gates not in hooks.structure_copied:
        hooks.structure_copied.append(kinds.copy_gates)
    panels.add(panels.officers, panel.SCANS)
    workspace.add_tasks(tasks.tasks)
