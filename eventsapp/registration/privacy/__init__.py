"""What is kept of people, why and how long; seeing, taking away and erasing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from eventsapp.conferences.models import Conference
    from eventsapp.registration.models import Registration


def register(app: Flask) -> None:
    """Bind the part to an application."""
    from eventsapp.core import sweeps
    from eventsapp.registration import panels
    from eventsapp.registration.panels import Panel
    from eventsapp.registration.privacy import retention
    from eventsapp.registration.privacy.views import manage, own

    app.register_blueprint(own.bp)
    app.register_blueprint(manage.bp)
    panels.add(panels.own, Panel("data", "registration/privacy/_own.html", _own, 900))
    panels.add(panels.officers, Panel("data", "registration/privacy/_officers.html", _officers, 900))
    if retention.sweep not in sweeps.sweeps:
        sweeps.sweeps.append(retention.sweep)


def _own(_conference: Conference, registration: Registration) -> Mapping[str, Any]:
    from eventsapp.registration.privacy import service

    return {"listing": service.may_be_listed(registration)}


def _officers(_conference: Conference, registration: Registration) -> Mapping[str, Any]:
    return {"erased": registration.erased_at is not None}
