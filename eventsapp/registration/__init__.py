"""People register for a conference and book seats at its events; nobody is lost, nothing is overbooked."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.accounts import hooks as accounts_hooks
    from eventsapp.conferences import add_kind
    from eventsapp.conferences import hooks as conference_hooks
    from eventsapp.conferences import tasks as conference_tasks
    from eventsapp.programme import hooks as programme_hooks
    from eventsapp.registration import (
        account,
        approval,
        badges,
        door,
        enrolment,
        figures,
        interest,
        kinds,
        nominations,
        privacy,
        service,
        tabs,
        tasks,
        tickets,
    )
    from eventsapp.registration.views import manage, public

    app.add_template_global(tabs.registration_tabs, "registration_tabs")
    app.add_template_global(tabs.door_tabs, "door_tabs")
    app.register_blueprint(public.bp)
    app.register_blueprint(manage.blueprint)
    add_kind(app, kinds.CATEGORIES)
    conference_tasks.add_tasks(tasks.tasks)
    conference_tasks.add_pictures(tasks.pictures)
    tasks.name_references()
    # Applications in one process share the hooks.
    if service.capacity_changed not in programme_hooks.seats_raised:
        programme_hooks.seats_raised.append(service.capacity_changed)
        programme_hooks.event_cancelled.append(service.tell_of_cancellation)
        programme_hooks.audience.append(service.people_of)
        programme_hooks.interest.append(interest.interest)
        conference_hooks.obstacles.append(tasks.obstacles)
        conference_hooks.structure_copied.append(kinds.copy_categories)
        accounts_hooks.address_confirmed.append(service.link_to_account)
        accounts_hooks.registrations_of.append(account.registrations_of)
    for part in (enrolment, nominations, approval, tickets, badges, door, figures, privacy):
        part.register(app)
