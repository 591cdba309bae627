"""Screening and review: criteria, assignment, interests, scores, similar proposals."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.conferences import tasks as waiting
    from eventsapp.core import jobs, sweeps
    from eventsapp.proposals import hooks, panels
    from eventsapp.proposals.review import panel, reminding, reviewing, similar, tasks
    from eventsapp.proposals.review.views import by_hand, officers, reviews, setup
    from eventsapp.proposals.review.views import similar as similar_views

    assert by_hand.blueprint is officers.blueprint
    for blueprint in (officers.blueprint, setup.blueprint, reviews.blueprint, similar_views.blueprint):
        app.register_blueprint(blueprint)
    _once(panels.officer_panels, panel.panel)
    _once(panels.officer_panels, similar.panel)
    _once(hooks.moved, similar.keep_apart)
    _once(jobs.jobs, reminding.remind_due)
    _once(sweeps.sweeps, reviewing.give_back_of_interest)
    waiting.add_tasks(tasks.tasks)


def _once(registered: list, function: object) -> None:  # type: ignore[type-arg]
    """Add a function to a list of those that are called; a second application in the process adds it no second time."""
    if function not in registered:
        registered.append(function)
