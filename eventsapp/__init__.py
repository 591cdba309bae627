"""eventsapp: runs conferences and, above all, their side events."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from eventsapp import config
from eventsapp.core.web import EventsApp

__version__ = "0.1.0"


def create_app(settings: Mapping[str, Any] | None = None, *, instance: str | Path | None = None) -> EventsApp:
    """Return a new application.

    ``settings`` override everything else. ``instance`` is the folder of what belongs to this installation; it defaults
    to ``EVENTSAPP_INSTANCE``, to ``instance/`` of a checkout, or to ``./instance`` for an installed package.
    Raises :class:`config.WrongSetting`. Makes the instance folder; touches no database.
    """
    home = Path(instance or os.environ.get("EVENTSAPP_INSTANCE") or _default_instance()).resolve()
    app = EventsApp(
        "eventsapp",
        instance_path=str(home),
        static_folder=str(config.folder("static")),
        template_folder=str(config.folder("templates")),
    )
    app.config.from_mapping(config.load(settings, home))
    _tables()
    _extensions(app)
    _templates(app)
    _features(app)
    _proxy(app)
    _front(app)
    return app


def _default_instance() -> Path:
    checkout = config.CHECKOUT if (config.CHECKOUT / "pyproject.toml").exists() else Path.cwd()
    return checkout / "instance"


def _tables() -> None:
    """Make every table known, whichever feature is used first."""
    for module in (
        "core.files", "core.audit", "core.limits", "accounts.models", "organizations.models", "conferences.models",
        "programme.models", "registration.models", "mail.models", "questions.models", "proposals.models",
        "proposals.review.models", "proposals.mergers.models", "proposals.decisions.models", "proposals.offers.models",
        "registration.enrolment.models", "registration.nominations.models", "registration.approval.models",
        "registration.badges.models", "registration.door.models",
    ):  # fmt: skip
        import_module(f"eventsapp.{module}")


def _extensions(app: EventsApp) -> None:
    from eventsapp.core import locale, logs, web
    from eventsapp.core.transaction import prepare_sqlite
    from eventsapp.extensions import db, login_manager

    logs.register(app)
    db.init_app(app)
    app.extensions["migrate"] = _Migrate(app)
    login_manager.init_app(app)
    locale.register(app)
    web.register(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine, synchronous=app.config["SQLITE_SYNCHRONOUS"])


class _Migrate:
    """Stands for Flask-Migrate until somebody asks it something: Alembic takes 7 MB, and serving pages does without."""

    def __init__(self, app: EventsApp) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        from flask_migrate import Migrate

        from eventsapp.extensions import db

        # Puts itself into app.extensions, in the place of this.
        Migrate(self._app, db, directory=str(config.PACKAGE / "migrations"), render_as_batch=True)
        return getattr(self._app.extensions["migrate"], name)


def _templates(app: Flask) -> None:
    from eventsapp.core import templating

    templating.register(app)


def _features(app: Flask) -> None:
    """Bind the features, in their import order."""
    from eventsapp import (
        accounts,
        calendars,
        conferences,
        mail,
        organizations,
        programme,
        proposals,
        questions,
        registration,
        site,
    )
    from eventsapp.core import health

    health.register(app)
    for feature in (
        accounts, organizations, conferences, questions, programme, registration, proposals, calendars, mail, site,
    ):  # fmt: skip
        feature.register(app)


def _proxy(app: Flask) -> None:
    hops = app.config["TRUSTED_PROXIES"]
    if hops:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _front(app: Flask) -> None:
    from eventsapp.core.front import Front

    app.wsgi_app = Front(app, app.wsgi_app)  # type: ignore[method-assign]
