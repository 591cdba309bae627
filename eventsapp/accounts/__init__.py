"""People who sign in, their roles, and what each role may do."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Bind the feature to an application."""
    from eventsapp.accounts import login, service
    from eventsapp.accounts.views.account import account
    from eventsapp.accounts.views.manage import users
    from eventsapp.core.sweeps import sweeps

    login.register(app)
    app.register_blueprint(account)
    app.register_blueprint(users)
    if service.forget_unconfirmed not in sweeps:
        sweeps.append(service.forget_unconfirmed)
