"""Organizations nominate people within quotas; speakers are invited by their events."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from flask_babel import ngettext

    from eventsapp.conferences import tasks as conference_tasks
    from eventsapp.core import references, sweeps
    from eventsapp.organizations import hooks as organization_hooks
    from eventsapp.organizations import merging
    from eventsapp.registration import hooks
    from eventsapp.registration.nominations import quotas, reminders, speakers, tasks, views

    for blueprint in views.blueprints():
        app.register_blueprint(blueprint)
    conference_tasks.add_tasks(tasks.tasks, costly=True)
    merging.unite["quota"] = quotas.united
    references.words["quota"] = lambda n: str(ngettext("%(num)s quota", "%(num)s quotas", n))
    # Applications in one process share the hooks.
    if quotas.moved not in hooks.moved:
        hooks.moved.append(quotas.moved)
        hooks.moved.append(reminders.moved)
        hooks.changed.append(quotas.changed)
        sweeps.sweeps.append(speakers.remind_due)
        sweeps.sweeps.append(reminders.remind_due)
        organization_hooks.own_pages.append(views.own_pages)
