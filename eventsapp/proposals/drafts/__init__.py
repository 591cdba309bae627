"""Writing a proposal together: drafts, versions, comments, consent, submission, and the applicants' page."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.conferences import tasks as conference_tasks
    from eventsapp.core import sweeps
    from eventsapp.proposals.drafts import consents, labels, panels, tasks, views
    from eventsapp.proposals.drafts.views import history, mine, own, preview, together, write
    from eventsapp.proposals.panels import team_panels

    assert all((own, write, together, history, mine))
    app.register_blueprint(views.blueprint)
    app.register_blueprint(preview.blueprint)
    labels.register(app)
    conference_tasks.add_tasks(tasks.tasks)
    # Applications in one process share the hooks.
    if panels.organizations not in team_panels:
        team_panels.extend(panels.ALL)
        sweeps.sweeps.append(consents.remind_those_due)
