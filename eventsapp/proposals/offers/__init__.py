"""From an accepted proposal to an event, and on to its report: offers, waiting list, changes, reports."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.conferences import tasks as workspace
    from eventsapp.core.jobs import jobs
    from eventsapp.core.sweeps import sweeps
    from eventsapp.programme import hooks as programme
    from eventsapp.proposals import hooks, panels
    from eventsapp.proposals.offers import confirming, following, reports, shown, tasks, worker
    from eventsapp.proposals.offers.views import answering, event, manage, report, reporting
    from eventsapp.proposals.offers.views import approving as _routes_of_changes  # noqa: F401 - on the blueprint of offers
    from eventsapp.registration.door import queries as door

    for views in (answering, event, manage, report, reporting):
        app.register_blueprint(views.blueprint)
    for those, one in (
        (hooks.moved, following.moved),
        (programme.keeps, confirming.keeps),
        (jobs, worker.lapse_due),
        (sweeps, worker.remind),
        (sweeps, reports.note_due),
        (sweeps, reports.remind),
        (panels.team_panels, shown.for_team),
        (panels.team_panels, shown.event_for_team),
        (panels.team_panels, shown.report_for_team),
        (panels.officer_panels, shown.for_officers),
        (hooks.attendance, door.attendance),
    ):
        if one not in those:
            those.append(one)  # type: ignore[arg-type]
    workspace.add_tasks(tasks.tasks)
