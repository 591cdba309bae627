"""The decision board: scenarios, balance against targets, letters, decisions sent together."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.conferences import tasks as conference_tasks
    from eventsapp.core import jobs
    from eventsapp.proposals import hooks
    from eventsapp.proposals.decisions import sending, tasks, writing
    from eventsapp.proposals.decisions.views import board
    from eventsapp.proposals.decisions.views import letters as _letters  # noqa: F401 - pages of the same blueprint

    app.register_blueprint(board.blueprint)
    # It reads what is drafted: only where it is shown in words.
    conference_tasks.add_tasks(tasks.tasks, costly=True)
    # Applications in one process share the hooks.
    if sending.send_due not in jobs.jobs:
        jobs.jobs.append(sending.send_due)
        hooks.letters.append(writing.instead)
