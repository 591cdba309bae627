"""What an account's page "My registrations" shows: the answer to accounts' hook."""

from __future__ import annotations

from eventsapp.accounts.hooks import OwnRegistration
from eventsapp.core import locale
from eventsapp.registration import links, queries
from eventsapp.registration.forms import REGISTRATION_STATES


def registrations_of(user_id: int) -> list[OwnRegistration]:
    """Return the registrations of an account, each with the address of its own page. One statement."""
    return [
        OwnRegistration(
            conference_names=found.person.conference_names,
            default_language=found.person.default_language,
            start_date=found.start_date,
            end_date=found.end_date,
            state=str(REGISTRATION_STATES[found.person.state]),
            address=links.page_path(found.person.id, found.person.secret_version, locale.current()),
        )
        for found in queries.registrations_of_user(user_id)
    ]
