"""In the workspace: speakers of events that take place, invited to register and reminded."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, may
from eventsapp.conferences.models import Conference
from eventsapp.core.forms import ActionForm, Form, RowField, answer, saving
from eventsapp.core.search import normalize
from eventsapp.core.templating import t
from eventsapp.extensions import db
from eventsapp.registration.forms import REGISTRATION_STATES
from eventsapp.registration.models import Category
from eventsapp.registration.nominations import speakers

blueprint = Blueprint(
    "registration_speakers", __name__, url_prefix="/manage/<conference>/registration/speakers"
)

Answer = str | Response | BaseResponse | tuple[str, int]

SHOWN = 300
"""Speakers on a page; the others are found by name."""


class InviteForm(Form):
    """In which category the speakers are registered."""

    category_id = RowField(_l("Category"), required=True)


def _ids() -> list[int]:
    return [
        int(one)
        for one in request.form.getlist("speaker")
        if one.isascii() and one.isdigit() and len(one) < 10
    ]


def _categories(conference: Conference) -> dict[int, Category]:
    rows = db.session.scalars(
        select(Category)
        .where(Category.conference_id == conference.id)
        .order_by(Category.position, Category.id)
    )
    return {one.id: one for one in rows}


def _group(row: speakers.SpeakerRow) -> str:
    """Return under what a speaker is counted."""
    if row.waits:
        return "invited"
    if row.registration is not None:
        return "registered"
    if row.sent_at is not None:
        return "declined"
    return "open" if row.speaker.email else "unknown"


def _page(conference: Conference, form: InviteForm) -> Answer:
    rows = speakers.rows_of(conference.id)
    counts = dict.fromkeys(("open", "invited", "registered", "declined", "unknown"), 0)
    for row in rows:
        counts[_group(row)] += 1
    wanted, query = request.args.get("state", ""), request.args.get("q", "").strip()[:200]
    plain = normalize(query)
    shown = [
        (row, _group(row))
        for row in rows
        if (not wanted or _group(row) == wanted) and (not plain or plain in normalize(row.speaker.name))
    ]
    return answer(
        form,
        "registration/speakers.html",
        conference=conference,
        rows=shown[:SHOWN],
        total=len(shown),
        everybody=len(rows),
        counts=counts,
        wanted=wanted,
        query=query,
        states=REGISTRATION_STATES,
        may_edit=may(Permission.EDIT_REGISTRATIONS),
    )


def _form(conference: Conference, categories: dict[int, Category]) -> InviteForm:
    # The category for speakers, if one is called so.
    likely = next((id_ for id_, one in categories.items() if one.slug.startswith("speaker")), None)
    form = InviteForm(data={"category_id": likely})
    form.category_id.choices = [(id_, t(one.names)) for id_, one in categories.items()]
    return form


@blueprint.get("/")
@manages(Permission.VIEW_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """List the speakers, and how far they are."""
    return _page(conference, _form(conference, _categories(conference)))


@blueprint.post("/invite")
@manages(Permission.EDIT_REGISTRATIONS)
def invite(conference: Conference) -> Answer:
    """Invite those who were chosen, or everybody who can be."""
    categories = _categories(conference)
    form = _form(conference, categories)
    if not form.validate_on_submit():
        return _page(conference, form)
    ids = _ids()
    if "all" in request.form:
        ids = [row.speaker.id for row in speakers.rows_of(conference.id) if row.sent_at is None]
    with saving(form):
        sent, linked = speakers.invite(conference, ids, categories[form.category_id.data], actor=actor())
        said = ngettext("%(num)s speaker was invited.", "%(num)s speakers were invited.", sent)
        if linked:
            said += " " + ngettext(
                "%(num)s was registered already.", "%(num)s were registered already.", linked
            )
        flash(said, "good")
    if form.errors:
        return _page(conference, form)
    return redirect(url_for("registration_speakers.index", conference=conference.slug), 303)


@blueprint.post("/remind")
@manages(Permission.EDIT_REGISTRATIONS)
def remind(conference: Conference) -> Answer:
    """Write again to those who have not answered: to all of them, or to one."""
    if ActionForm().validate_on_submit():
        ids = _ids() or [row.speaker.id for row in speakers.rows_of(conference.id) if row.waits]
        count = speakers.remind(conference, ids, actor=actor())
        flash(ngettext("%(num)s reminder was sent.", "%(num)s reminders were sent.", count), "good")
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return redirect(url_for("registration_speakers.index", conference=conference.slug), 303)
