"""Setting a call up, and showing it: text, dates, questions, eligibility."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.conferences import hooks as conference_hooks
    from eventsapp.conferences import tasks as conference_tasks
    from eventsapp.programme import parts
    from eventsapp.proposals.calls import answers, service, snapshot, tasks
    from eventsapp.proposals.calls.views import builder, manage

    app.register_blueprint(manage.blueprint)
    app.register_blueprint(builder.blueprint)
    conference_tasks.add_tasks(tasks.tasks)
    tasks.name_references()
    parts.parts |= {snapshot.PART: snapshot.load, answers.PART: answers.load}
    # Applications in one process share the hooks.
    if service.copy_to_conference not in conference_hooks.structure_copied:
        conference_hooks.structure_copied.append(service.copy_to_conference)
        conference_hooks.obstacles.append(tasks.obstacles)
