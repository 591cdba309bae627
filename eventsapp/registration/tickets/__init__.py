"""Who may come to which event: categories, tickets, seats of delegations, release and transfer of seats."""

from __future__ import annotations

from typing import Any

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.core import jobs
    from eventsapp.organizations import hooks as organization_hooks
    from eventsapp.organizations import merging
    from eventsapp.programme import parts
    from eventsapp.registration import hooks, panels
    from eventsapp.registration.panels import Panel
    from eventsapp.registration.tickets import blocks, own, public, release, transfers
    from eventsapp.registration.tickets.views import focal, manage
    from eventsapp.registration.tickets.views import own as own_views

    for blueprint in (manage.blueprint, own_views.blueprint, focal.blueprint):
        app.register_blueprint(blueprint)
    panels.add(panels.own, Panel("tickets", "registration/tickets/_own.html", own.panel, 20))

    merging.unite["seat_block"] = _unite
    # Applications in one process share the lists.
    if release.work not in jobs.jobs:
        jobs.jobs.append(release.work)
        hooks.erased.append(transfers.forget)
        hooks.replaced.append(blocks.inherit)
        parts.restrictions.append(public.restrictions)
        organization_hooks.own_pages.append(focal.own_pages)


def _unite(stays: Any, goes: Any) -> dict[str, Any]:
    """Of two organizations that become one: all the seats of both, for as long as those of either were kept."""
    return {
        "seats": stays.seats + goes.seats,
        "used": stays.used + goes.used,
        "ends_at": None if None in (stays.ends_at, goes.ends_at) else max(stays.ends_at, goes.ends_at),
    }
