"""The secret addresses of a registered person: their own page, and the link that confirms them.

Both are derived (``core/secrets.py``) and revoked by raising the version on the registration. The address of the
personal calendar feed is made by ``calendars/links.py`` in the same way, with a version of its own.
"""

from __future__ import annotations

from typing import Final

from flask import current_app
from werkzeug.routing import MapAdapter

from eventsapp.core import secrets
from eventsapp.core.web import absolute

PAGE: Final = "registration"
CONFIRM: Final = "registration-confirm"

CONFIRM_SECONDS: Final = 7 * 24 * 3600
"""How long the link in the first message works."""


def _path(endpoint: str, **values: str) -> str:
    # Not url_for: messages are also written where there is no request (command line, bench, demo).
    adapter: MapAdapter | None = current_app.extensions.get("eventsapp-registration-links")
    if adapter is None:
        adapter = current_app.url_map.bind("localhost")
        current_app.extensions["eventsapp-registration-links"] = adapter
    return adapter.build(endpoint, values)


def page_token(registration_id: int, version: int) -> str:
    """Return the token of a person's own page; ``version`` is ``Registration.secret_version``."""
    return secrets.sign(PAGE, registration_id, version)


def page_path(registration_id: int, version: int, language: str) -> str:
    """Return the path of a person's own page."""
    return _path("registration.own", lang=language, token=page_token(registration_id, version))


def page_address(registration_id: int, version: int, language: str) -> str:
    """Return the absolute address of a person's own page."""
    return absolute(page_path(registration_id, version, language))


def confirm_address(registration_id: int, version: int, language: str) -> str:
    """Return the absolute address that confirms a registration; it expires after :data:`CONFIRM_SECONDS`."""
    token = secrets.sign_until(CONFIRM, registration_id, version, seconds=CONFIRM_SECONDS)
    return absolute(_path("registration.confirm", lang=language, token=token))
