"""What an event wants of other events."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.extensions import db
from eventsapp.programme import pairs as service
from eventsapp.programme import wish_forms as forms
from eventsapp.programme.models import Event

blueprint = Blueprint(
    "programme_wishes", __name__, url_prefix="/manage/<conference>/programme/events/<code>/pairs"
)

Answer = str | Response | BaseResponse | tuple[str, int]


def _event_of(conference: Conference, code: str) -> Event:
    event = db.session.scalar(select(Event).where(Event.conference_id == conference.id, Event.code == code))
    if event is None:
        raise NotFound
    return event


@blueprint.route("", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def pairs(conference: Conference, code: str) -> Answer:
    """List an event's wishes about other events, and add one."""
    event = _event_of(conference, code)
    form = forms.WishForm(**content_of(conference))
    form.other.conference_id = conference.id
    if form.validate_on_submit():
        with saving(form):
            service.add(conference, event, form.other.data, form.wish.data, actor=actor())
        if not form.errors:
            flash(_("The wish was added."), "good")
            return redirect(url_for("programme_wishes.pairs", conference=conference.slug, code=event.code))
    return answer(
        form,
        "programme/pairs.html",
        conference=conference,
        event=event,
        wishes=service.wishes(event),
        labels=forms.WISHES,
        action=ActionForm(formdata=None),
    )


@blueprint.post("/<int:pair_id>/remove")
@manages(Permission.EDIT_PROGRAMME)
def remove(conference: Conference, code: str, pair_id: int) -> Answer:
    """Take a wish off."""
    event = _event_of(conference, code)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    service.remove(conference, event, pair_id, actor=actor())
    flash(_("It was removed."), "good")
    return redirect(url_for("programme_wishes.pairs", conference=conference.slug, code=event.code))
