"""What the applicants' templates call things."""

from __future__ import annotations

from flask import Flask

from eventsapp.programme.forms import ORGANIZATION_ROLES
from eventsapp.proposals.drafts import differences
from eventsapp.proposals.drafts.consent_notices import name_of
from eventsapp.proposals.drafts.times import moment
from eventsapp.proposals.state_names import CONSENTS
from eventsapp.questions.shown import shown


def register(app: Flask) -> None:
    """Install them."""
    app.add_template_global(moment, "proposal_moment")
    app.jinja_env.globals.update(CONSENTS=CONSENTS, ORGANIZATION_ROLES=ORGANIZATION_ROLES)
    app.add_template_global(differences.names, "proposal_names")
    app.add_template_global(name_of, "proposal_organization_name")
    app.add_template_global(shown, "answers_shown")
