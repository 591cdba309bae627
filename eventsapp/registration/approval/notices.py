"""What focal points are told: somebody has registered for their organization and waits for their word."""

from __future__ import annotations

from flask import current_app
from flask_babel import gettext as _

from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.core.audit import Actor
from eventsapp.core.translations import pick
from eventsapp.core.web import absolute
from eventsapp.extensions import db
from eventsapp.mail import service as mail
from eventsapp.organizations import members
from eventsapp.organizations.member_notices import TEMPLATE
from eventsapp.organizations.models import Organization
from eventsapp.organizations.queries import label
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.transitions import RegistrationAction


def ask_focal_points(
    registration: Registration, action: RegistrationAction, _before: RegistrationState, _actor: Actor
) -> None:
    """Write to the focal points of the organization when a registration is put before them. For the hook."""
    if action is not RegistrationAction.ENDORSE_FIRST or registration.organization_id is None:
        return
    organization = db.session.get_one(Organization, registration.organization_id)
    conference = db.session.get_one(Conference, registration.conference_id)
    path = current_app.url_map.bind("localhost").build(
        "registration_endorsing.one", {"slug": organization.slug, "registration_id": registration.id}
    )
    for user in members.focal_points(organization.id):
        with locale.speaking(user.language):
            context = {
                "organization": label(organization.names, organization.acronyms),
                "said": _(
                    "%(name)s wants to come to %(conference)s for your organization. Do you agree?",
                    name=registration.name,
                    conference=pick(conference.names, user.language, conference.default_language),
                ),
                "next": "",
                "note": "",
                "link": absolute(path),
            }
        mail.queue(TEMPLATE, to_name=user.name, to_email=user.email, language=user.language, context=context)
