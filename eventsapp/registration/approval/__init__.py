"""The approval desk: queue, duplicates, answers, letters; and the waitlists of the conference."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.core import jobs
    from eventsapp.registration.approval import offers

    # Applications in one process share the jobs.
    if offers.work not in jobs.jobs:
        jobs.jobs.append(offers.work)
