"""From an accepted proposal to an event, and on to its report: offers, waiting list, changes, reports."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.core.jobs import jobs
    from eventsapp.core.sweeps import sweeps
    from eventsapp.proposals import hooks, panels
    from eventsapp.proposals.offers import following, shown, worker
    from eventsapp.proposals.offers.views import answering, manage

    for blueprint in (answering.blueprint, manage.blueprint):
        app.register_blueprint(blueprint)
    for those, one in (
        (hooks.moved, following.moved),
        (jobs, worker.lapse_due),
        (sweeps, worker.remind),
        (panels.team_panels, shown.for_team),
        (panels.officer_panels, shown.for_officers),
    ):
        if one not in those:
            those.append(one)  # type: ignore[arg-type]
