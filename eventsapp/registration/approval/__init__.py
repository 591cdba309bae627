"""The approval desk: queue, duplicates, answers, letters; and the waitlists of the conference."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.conferences import add_kind
    from eventsapp.conferences import hooks as conference_hooks
    from eventsapp.core import jobs
    from eventsapp.organizations import hooks as organization_hooks
    from eventsapp.registration import hooks, panels
    from eventsapp.registration.approval import kinds, letters, notices, offers, service
    from eventsapp.registration.approval.views import desk, endorsing, own, verify, waitlist
    from eventsapp.registration.panels import Panel

    for blueprint in (desk.blueprint, waitlist.blueprint, own.bp, verify.bp, endorsing.blueprint):
        app.register_blueprint(blueprint)
    add_kind(app, kinds.REPLIES)
    panels.add(
        panels.first, Panel("standing", "registration/approval/_standing.html", own.standing_panel, 10)
    )
    panels.add(panels.own, Panel("letter", "registration/approval/_letter.html", own.letter_panel, 80))
    panels.add(
        panels.officers, Panel("decision", "registration/approval/_decision.html", desk.decision_panel, 20)
    )
    panels.add(
        panels.officers, Panel("letters", "registration/approval/_letters.html", desk.letters_panel, 80)
    )
    # Applications in one process share the hooks and the jobs.
    if offers.work not in jobs.jobs:
        jobs.jobs.append(offers.work)
        hooks.moved += [letters.moved, notices.ask_focal_points]
        hooks.changed += [letters.changed, service.changed]
        hooks.erased += [letters.forget, service.forget]
        conference_hooks.structure_copied.append(kinds.copy_replies)
        organization_hooks.own_pages.append(endorsing.own_pages)
