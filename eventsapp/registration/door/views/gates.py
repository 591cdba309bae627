"""The doors as they are now: who is inside, and the devices that scan there."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import ActionForm
from eventsapp.registration.door import queries, scans, service

Answer = str | Response | BaseResponse | tuple[str, int]

blueprint = Blueprint("door_gates", __name__, url_prefix="/manage/<conference>/doors")


@blueprint.get("/")
@manages(Permission.CHECK_IN)
def index(conference: Conference) -> Answer:
    """Show the doors with how many are inside, and the devices."""
    return render_template(
        "registration/door/gates.html",
        conference=conference,
        gates=queries.gates(conference.id),
        inside=queries.inside(conference.id),
        devices=queries.devices(conference.id),
        refusals=queries.refusals(conference.id),
        conference_place=scans.CONFERENCE,
        action=ActionForm(),
    )


@blueprint.post("/devices/<int:device_id>/<any(block,unblock):what>")
@manages(Permission.EDIT_REGISTRATIONS)
def device(conference: Conference, device_id: int, what: str) -> Answer:
    """Shut a device out, or let it in again."""
    form = ActionForm()
    if form.validate_on_submit():
        change = service.block if what == "block" else service.unblock
        found = change(conference, device_id, actor=actor())
        said = _("%(name)s is blocked.") if what == "block" else _("%(name)s may be used again.")
        flash(said % {"name": found.name}, "good")
    elif request.form:
        flash(_("Your session had expired; nothing you typed is lost, please send it again."), "warning")
    return redirect(url_for("door_gates.index", conference=conference.slug))
