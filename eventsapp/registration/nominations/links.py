"""The secret address at which a nominee or an invited speaker confirms. Derived (``core/secrets.py``), as that of the own page.

It is revoked with it, by raising ``Registration.secret_version``; having it proves that one reads the mail.
"""

from __future__ import annotations

from typing import Final

from flask import current_app
from werkzeug.routing import MapAdapter

from eventsapp.core import secrets
from eventsapp.core.web import absolute
from eventsapp.registration import queries
from eventsapp.registration.queries import Person

NOMINATION: Final = "registration-nomination"


def token(registration_id: int, version: int) -> str:
    """Return the token; ``version`` is ``Registration.secret_version``."""
    return secrets.sign(NOMINATION, registration_id, version)


def address(registration_id: int, version: int, language: str) -> str:
    """Return the absolute address."""
    # Not url_for: messages are also written where there is no request.
    adapter: MapAdapter = current_app.url_map.bind("localhost")
    path = adapter.build("nomination.answer", {"lang": language, "token": token(registration_id, version)})
    return absolute(path)


def person_of(said: str) -> Person | None:
    """Return whom an address speaks of, whatever the state; None for one that is not valid. One statement."""
    id_ = secrets.read_id(said)
    person = queries.person(id_) if id_ is not None else None
    if person is None or not secrets.matches(said, NOMINATION, person.id, person.secret_version):
        return None
    return person
