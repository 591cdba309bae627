"""Events, the working programme, conflicts, releases, and the snapshot that everything public is made from."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.conferences import hooks, tasks
    from eventsapp.core import jobs
    from eventsapp.programme import organizations, sending, settings, words
    from eventsapp.programme import tasks as own_tasks
    from eventsapp.programme.views import (  # noqa: F401 - some add to one blueprint
        conflicts,
        editor,
        last_minute,
        manage,
        place,
        releases,
        scheduling,
        spreadsheet,
        wishes,
    )
    from eventsapp.programme.views import settings as settings_views

    app.register_blueprint(editor.blueprint)
    app.register_blueprint(manage.blueprint)
    app.register_blueprint(conflicts.blueprint)
    app.register_blueprint(settings_views.blueprint)
    app.register_blueprint(spreadsheet.blueprint)
    app.register_blueprint(scheduling.blueprint)
    app.register_blueprint(wishes.blueprint)
    app.add_template_global(words.sentence, "conflict_sentence")
    app.add_template_global(words.kind_name, "kind_name")
    tasks.add_tasks(own_tasks.tasks, costly=True)
    tasks.add_pictures(own_tasks.pictures)
    own_tasks.name_references()
    organizations.register()
    if own_tasks.obstacles not in hooks.obstacles:
        hooks.obstacles.append(own_tasks.obstacles)
        hooks.structure_copied.append(settings.copy)
        jobs.jobs.append(sending.send_due)
