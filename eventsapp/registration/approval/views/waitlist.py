"""The waiting list of the conference in the workspace."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import manages
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import ActionForm
from eventsapp.registration import life, places
from eventsapp.registration.approval import waiting
from eventsapp.registration.enums import WaitlistMode

blueprint = Blueprint(
    "registration_waitlist", __name__, url_prefix="/manage/<conference>/registration/waiting-list"
)

Answer = str | Response | BaseResponse


@blueprint.get("/")
@manages(Permission.VIEW_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """Show the places, and who waits for one, in the order of the queue."""
    category = request.args.get("category", "")
    chosen = int(category) if category.isascii() and category.isdigit() and len(category) < 10 else None
    page = request.args.get("page", 1, int)
    return render_template(
        "registration/approval/waitlist.html",
        conference=conference,
        settings=places.settings_of(conference.id),
        modes=WaitlistMode,
        rooms=waiting.rooms(conference.id),
        category=chosen,
        found=waiting.queue(conference.id, category_id=chosen, page=page),
        action=ActionForm(formdata=None),
    )


@blueprint.post("/hand-on")
@manages(Permission.EDIT_REGISTRATIONS)
def hand_on(conference: Conference) -> Answer:
    """Give the places that are free to the first in the queue: after more were made."""
    if ActionForm().validate_on_submit():
        number = life.hand_on(conference.id)
        if number:
            flash(ngettext("%(num)s place went to who was next.", "%(num)s places went to those who were next.", number), "good")  # fmt: skip
        else:
            flash(_("No place is free for anybody who waits."))
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return redirect(url_for(".index", conference=conference.slug), 303)
