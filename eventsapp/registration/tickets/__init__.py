"""Who may come to which event: categories, tickets, seats of delegations, release and transfer of seats."""

from __future__ import annotations

from typing import Any

from flask import Flask


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.core import jobs
    from eventsapp.organizations import merging
    from eventsapp.registration import hooks
    from eventsapp.registration.tickets import release, transfers

    merging.unite["seat_block"] = _unite
    # Applications in one process share the lists.
    if release.work not in jobs.jobs:
        jobs.jobs.append(release.work)
        hooks.erased.append(transfers.forget)


def _unite(stays: Any, goes: Any) -> dict[str, Any]:
    """Of two organizations that become one: all the seats of both, for as long as those of either were kept."""
    return {
        "seats": stays.seats + goes.seats,
        "used": stays.used + goes.used,
        "ends_at": None if None in (stays.ends_at, goes.ends_at) else max(stays.ends_at, goes.ends_at),
    }
