"""What nominees, invited speakers and focal points are told by mail. Rows in the outbox, in their language, in the current transaction."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from werkzeug.routing import MapAdapter

from eventsapp.accounts.models import User
from eventsapp.core.translations import Texts, pick
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.mail import merge
from eventsapp.organizations.models import Organization
from eventsapp.registration.nominations import links
from eventsapp.registration.queries import Person


def nominated(person: Person, organization: Texts, category: Texts, *, reminder: bool = False) -> None:
    """Say that an organization nominated the person, with the secret address at which they confirm it."""
    merge.write(
        "nomination",
        to_name=person.name,
        to_email=person.email,
        language=person.language,
        context={
            "conference_name": person.text(person.conference_names),
            "organization": person.text(organization),
            "category": person.text(category),
            "reminder": reminder,
        },
        blanks={"link": links.address(person.id, person.secret_version, person.language)},
        conference_id=person.conference_id,
    ).send(db.session.connection())


def answered(to: User, person: Person, organization: Organization, category: Texts, *, comes: bool) -> None:
    """Tell a focal point that somebody whom the organization nominated does not come, or has completed the registration."""
    language = to.language

    def text(texts: Texts) -> str:
        return pick(texts, language, person.default_language)

    adapter: MapAdapter = current_app.url_map.bind("localhost")
    path = adapter.build("delegations.conference", {"slug": organization.slug, "conference": person.slug})
    merge.write(
        "nominee_answered",
        to_name=to.name,
        to_email=to.email,
        language=language,
        context={
            "conference_name": text(person.conference_names),
            "organization": text(organization.names),
            "category": text(category),
            "comes": comes,
        },
        blanks={"link": absolute(path), "person": person.name},
        conference_id=person.conference_id,
    ).send(db.session.connection())


def invited(person: Person, events: Sequence[tuple[str, Texts]], *, reminder: bool = False) -> None:
    """Ask a speaker to register, with the secret address at which they do. ``events``: their codes and titles."""
    merge.write(
        "speaker_invitation",
        to_name=person.name,
        to_email=person.email,
        language=person.language,
        context={
            "conference_name": person.text(person.conference_names),
            "events": [(code, person.text(titles)) for code, titles in events],
            "reminder": reminder,
        },
        blanks={"link": links.address(person.id, person.secret_version, person.language)},
        conference_id=person.conference_id,
    ).send(db.session.connection())
