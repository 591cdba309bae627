"""What is kept of people, why and how long, in the workspace; who looked; erasing at a person's wish."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.extensions import db
from eventsapp.registration import lists
from eventsapp.registration.models import Registration
from eventsapp.registration.privacy import erasing, queries, service
from eventsapp.registration.privacy.forms import CHOSEN, RetentionForm

bp = Blueprint("registration_privacy", __name__, url_prefix="/manage/<conference>/registration")

Answer = str | Response | BaseResponse | tuple[str, int]


@bp.route("/privacy", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """Show what is kept and how long, and set it; what people agreed to; who took data out or looked at what is sealed."""
    kinds = service.kept(conference)
    form = RetentionForm(data={one.kind.value: one.days for one in kinds if one.kind in CHOSEN})
    if form.validate_on_submit():
        with saving(form):
            changed = service.set_retention(conference, form.chosen(), actor=actor())
        if not form.errors:
            flash(_("Saved.") if changed else _("Nothing had changed."), "good")
            return redirect(url_for(".index", conference=conference.slug), 303)
    return answer(
        form,
        "registration/privacy/manage.html",
        conference=conference,
        kinds=kinds,
        consents=queries.consents(conference.id),
        listed=service.listed_counts(conference.id),
        categories=lists.categories(conference.id),
        listed_categories=queries.listed_categories(conference.id),
        looks=queries.looks(conference.id),
        words=queries.LOOKS,
    )


@bp.route("/<int:registration_id>/erase", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def erase(conference: Conference, registration_id: int) -> Answer:
    """Erase a person's data at their wish, after a question that says what is lost and what stays."""
    registration = db.session.get(Registration, registration_id)
    if registration is None or registration.conference_id != conference.id:
        raise NotFound
    form = ActionForm()
    if form.validate_on_submit():
        erasing.erase(registration.id, actor=actor())
        flash(_("The data is erased. What is counted stays."), "good")
        return redirect(
            url_for(
                "registration_manage.registration",
                conference=conference.slug,
                registration_id=registration.id,
            ),
            303,
        )
    return answer(
        form,
        "registration/privacy/manage_erase.html",
        conference=conference,
        registration=registration,
        cancels=erasing.cancels(registration),
    )
