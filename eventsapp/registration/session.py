"""Whom this browser belongs to in a conference: somebody who has opened their own page here, or whose account it is."""

from __future__ import annotations

from flask import session
from flask_login import current_user

from eventsapp.registration import queries
from eventsapp.registration.queries import Person
from eventsapp.registration.transitions import GONE

_KEY = "registrations"
_MOST = 10


def remember(person: Person) -> None:
    """Keep in the browser's session who has opened their own page, until its address is revoked."""
    kept: dict[str, str] = dict(session.get(_KEY) or {})
    said = f"{person.id}.{person.secret_version}"
    if kept.get(str(person.conference_id)) == said:
        return
    kept.pop(str(person.conference_id), None)
    kept[str(person.conference_id)] = said
    session[_KEY] = dict(list(kept.items())[-_MOST:])


def forget(conference_id: int) -> None:
    """Keep nobody any more."""
    kept: dict[str, str] = dict(session.get(_KEY) or {})
    if kept.pop(str(conference_id), None) is not None:
        session[_KEY] = kept


def known(conference_id: int) -> Person | None:
    """Return who this is in a conference: the account's registration, else who opened their own page here last."""
    if current_user.is_authenticated:
        own = queries.person_of_user(current_user.id, conference_id)
        if own is not None:
            return own
    id_, _, version = str((session.get(_KEY) or {}).get(str(conference_id), "")).partition(".")
    if not id_.isdigit():
        return None
    person = queries.person(int(id_))
    if person is None or person.conference_id != conference_id or str(person.secret_version) != version:
        return None
    return None if person.state in GONE else person
