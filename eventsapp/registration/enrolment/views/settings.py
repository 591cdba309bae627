"""The workspace: how registration works in a conference."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.forms import answer, content_of, saving
from eventsapp.registration import places
from eventsapp.registration.enrolment import building
from eventsapp.registration.enrolment.setup_forms import SettingsForm

blueprint = Blueprint(
    "registration_settings", __name__, url_prefix="/manage/<conference>/registration/settings"
)

Answer = str | Response | BaseResponse | tuple[str, int]


@blueprint.route("/", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def edit(conference: Conference) -> Answer:
    """Change how registration works."""
    now = places.settings_of(conference.id)
    form = SettingsForm(obj=now, **content_of(conference))
    if form.validate_on_submit():
        changed = False
        with saving(form):
            try:
                changed = building.save_settings(conference, form.settings_data(), actor=actor())
            except Conflict as refused:
                raise Invalid({"": str(refused)}) from None
        if not form.errors:
            flash(_("Saved.") if changed else _("Nothing had changed."), "good")
            return redirect(url_for(".edit", conference=conference.slug))
    return answer(form, "registration/manage/settings.html", conference=conference, settings=now)
