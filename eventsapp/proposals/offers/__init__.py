"""From an accepted proposal to an event, and on to its report: offers, waiting list, changes, reports."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.core.jobs import jobs
    from eventsapp.core.sweeps import sweeps
    from eventsapp.proposals import hooks
    from eventsapp.proposals.offers import following, worker

    if following.moved not in hooks.moved:
        hooks.moved.append(following.moved)
    if worker.lapse_due not in jobs:
        jobs.append(worker.lapse_due)
    if worker.remind not in sweeps:
        sweeps.append(worker.remind)
