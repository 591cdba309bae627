"""Several proposals become one: composed, accepted by each lead, undone while nothing is decided."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind this part to an application."""
    from eventsapp.core import sweeps
    from eventsapp.proposals import hooks, panels
    from eventsapp.proposals.mergers import service
    from eventsapp.proposals.mergers.views import manage, own

    app.register_blueprint(own.blueprint)
    app.register_blueprint(manage.blueprint)
    # Applications in one process share the hooks.
    if service.after_move not in hooks.moved:
        hooks.moved.append(service.after_move)
        sweeps.sweeps.append(service.ask_again)
        panels.team_panels.append(own.panel)
        panels.officer_panels.append(manage.panel)
