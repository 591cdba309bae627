"""In the set-up: the organizations that a conference has accredited."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences import accreditation
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import ActionForm, Form, ListField, answer, saving
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.queries import label

blueprint = Blueprint("setup_accreditation", __name__, url_prefix="/manage/<conference>/setup/accreditation")

Answer = str | Response | BaseResponse | tuple[str, int]


class AccreditForm(Form):
    """Several organizations at once, by name or acronym."""

    names = ListField(
        _l("Organizations"),
        required=True,
        max_length=300,
        max_items=accreditation.MOST_AT_ONCE,
        rows=5,
        description=_l("Names or acronyms, as the directory has them; one on each line."),
    )


@blueprint.route("/", methods=["GET", "POST"])
@manages(Permission.EDIT_ORGANIZATIONS)
def index(conference: Conference) -> Answer:
    """List, search and add."""
    form = AccreditForm()
    if form.validate_on_submit():
        with saving(form):
            count = accreditation.add(conference, form.names.data, actor=actor())
        if not form.errors:
            said = ngettext(
                "%(num)s organization is accredited now.", "%(num)s organizations are accredited now.", count
            )
            flash(said, "good")
            return redirect(url_for("setup_accreditation.index", conference=conference.slug))
    query = request.args.get("q", "")[:200]
    return answer(
        form,
        "conferences/accreditation.html",
        conference=conference,
        query=query,
        listing=accreditation.listing(
            conference.id, query=query, page=min(request.args.get("page", 1, int), 100_000)
        ),
        types=ORGANIZATION_TYPES,
        label=label,
        action=ActionForm(formdata=None),
    )


@blueprint.post("/<int:organization_id>/remove")
@manages(Permission.EDIT_ORGANIZATIONS)
def remove(conference: Conference, organization_id: int) -> Answer:
    """End an organization's accreditation. It can be given again."""
    if ActionForm().validate_on_submit():
        accreditation.remove(conference, organization_id, actor=actor())
        flash(_("The accreditation was taken away."), "good")
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return redirect(url_for("setup_accreditation.index", conference=conference.slug))
