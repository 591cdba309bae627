"""Read-only public pages."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.site import templating
    from eventsapp.site.views import (  # noqa: F401 - some add to one blueprint
        calls,
        exports,
        print_workspace,
        printing,
        public,
        releases,
    )

    templating.register(app)
    app.register_blueprint(public.bp)
    app.register_blueprint(exports.bp)
    app.register_blueprint(printing.bp)
    app.register_blueprint(print_workspace.blueprint)
