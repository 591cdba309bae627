"""What a timetable is made by: the settings, the slots of each event type, the closures of rooms."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference, EventType, Room
from eventsapp.core import templating
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.extensions import db
from eventsapp.programme import closures as closure_service
from eventsapp.programme import settings as settings_service
from eventsapp.programme import settings_forms as forms
from eventsapp.programme import slots as slot_service

blueprint = Blueprint("programme_settings", __name__, url_prefix="/manage/<conference>/programme")

Answer = str | Response | BaseResponse | tuple[str, int]


def _rows(model: type[Any], conference: Conference) -> list[Any]:
    return list(
        db.session.scalars(
            select(model).where(model.conference_id == conference.id).order_by(model.position, model.id)
        )
    )


def _to(conference: Conference, endpoint: str, **values: Any) -> BaseResponse:
    return redirect(url_for(f"programme_settings.{endpoint}", conference=conference.slug, **values))


def _refused_button(form: ActionForm) -> Answer:
    return render_template("programme/refused.html", form=form), 422


# --- which constraints apply, and how heavily


@blueprint.route("/settings", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def settings(conference: Conference) -> Answer:
    """Show and change how the timetable is made."""
    now = settings_service.current(conference.id)
    form = forms.SettingsForm(data=forms.initial(now), **content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            settings_service.save(conference, form.settings_data(), actor=actor())
        if not form.errors:
            flash(_("The settings were saved."), "good")
            return _to(conference, "settings")
    return answer(
        form,
        "programme/settings.html",
        conference=conference,
        hard=forms.HARD_KINDS,
        soft=forms.SOFT_KINDS,
        defaults=settings_service.DEFAULTS,
        own=now != settings_service.DEFAULTS,
        action=ActionForm(formdata=None),
    )


@blueprint.post("/settings/defaults")
@manages(Permission.EDIT_PROGRAMME)
def reset_settings(conference: Conference) -> Answer:
    """Go back to the defaults."""
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused_button(form)
    settings_service.reset(conference, actor=actor())
    flash(_("The settings are the defaults again."), "good")
    return _to(conference, "settings")


# --- slots


@blueprint.route("/slots", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def slots(conference: Conference) -> Answer:
    """List the slots of each event type, and add one."""
    form = forms.SlotForm(**content_of(conference))
    _offer(conference, form)
    if form.validate_on_submit():
        with saving(form):
            slot_service.add(
                conference,
                actor=actor(),
                type_id=form.type_id.data,
                day=form.on,
                clocks=[(form.starts.data, form.ends.data)],
            )
        if not form.errors:
            flash(_("The slot was added."), "good")
            return _to(conference, "slots", type=form.type_id.data)
    return _slots_page(conference, form, slot_form=form, series_form=_series_form(conference))


@blueprint.post("/slots/several")
@manages(Permission.EDIT_PROGRAMME)
def add_slots(conference: Conference) -> Answer:
    """Add several slots, one after the other; with ``preview`` only show them."""
    form = _series_form(conference, sent=True)
    made: list[slot_service.Clocks] = []
    if form.validate_on_submit():
        made = form.clocks()
        if made and "preview" not in request.form:
            count = 0
            with saving(form):
                count = slot_service.add(
                    conference, actor=actor(), type_id=form.type_id.data, day=form.on, clocks=made
                )
            if not form.errors:
                said = ngettext("%(num)s slot was added.", "%(num)s slots were added.", count)
                flash(said, "good")
                return _to(conference, "slots", type=form.type_id.data)
    slot_form = forms.SlotForm(formdata=None, **content_of(conference))
    _offer(conference, slot_form)
    return _slots_page(conference, form, slot_form=slot_form, series_form=form, previewed=made)


@blueprint.post("/slots/remove")
@manages(Permission.EDIT_PROGRAMME)
def remove_slots(conference: Conference) -> Answer:
    """Take the chosen slots off."""
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused_button(form)
    chosen = {int(one) for one in request.form.getlist("slot") if one.isascii() and one.isdigit()}
    count = slot_service.remove(conference, {id_ for id_ in chosen if id_ < 2**31}, actor=actor())
    if count:
        flash(ngettext("%(num)s slot was removed.", "%(num)s slots were removed.", count), "good")
    else:
        flash(_("Choose the slots that are to be removed."), "warning")
    return _to(conference, "slots")


def _series_form(conference: Conference, *, sent: bool = False) -> forms.SeriesForm:
    more = {} if sent else {"formdata": None}
    form = forms.SeriesForm(**more, **content_of(conference))
    _offer(conference, form)
    return form


def _offer(conference: Conference, form: forms.SlotForm | forms.SeriesForm) -> None:
    """Let a form choose among the types and the days of the conference."""
    form.type_id.choices = [(row.id, templating.t(row.names)) for row in _rows(EventType, conference)]
    form.day.choices = [
        (day.isoformat(), templating.day(day, "weekday")) for day in slot_service.days_of(conference)
    ]
    if not form.is_submitted():
        form.type_id.data = request.args.get("type", None, int)


def _slots_page(
    conference: Conference,
    form: forms.SlotForm | forms.SeriesForm,
    *,
    slot_form: forms.SlotForm,
    series_form: forms.SeriesForm,
    previewed: list[slot_service.Clocks] | None = None,
) -> Answer:
    return answer(
        form,
        "programme/slots.html",
        conference=conference,
        types=_rows(EventType, conference),
        slots=slot_service.by_type(slot_service.slots(conference.id)),
        slot_form=slot_form,
        series_form=series_form,
        previewed=previewed or [],
        action=ActionForm(formdata=None),
    )


# --- closures


@blueprint.route("/closures", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def closures(conference: Conference) -> Answer:
    """List when rooms cannot be had, and add such a time."""
    form = forms.ClosureForm(**content_of(conference))
    rooms = _rows(Room, conference)
    form.room_id.choices = [(room.id, templating.t(room.names)) for room in rooms]
    if form.validate_on_submit():
        with saving(form):
            closure_service.close(
                conference,
                actor=actor(),
                room_id=form.room_id.data,
                starts_at=form.starts_at.data,
                ends_at=form.ends_at.data,
                reasons=form.reasons.data,
            )
        if not form.errors:
            flash(_("The room is closed then."), "good")
            return _to(conference, "closures")
    return answer(
        form,
        "programme/closures.html",
        conference=conference,
        rooms=rooms,
        closures=closure_service.closures(conference.id),
        day_hours=settings_service.current(conference.id),
        action=ActionForm(formdata=None),
    )


@blueprint.post("/closures/<int:closure_id>/remove")
@manages(Permission.EDIT_PROGRAMME)
def reopen(conference: Conference, closure_id: int) -> Answer:
    """Take a closure off."""
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused_button(form)
    room = closure_service.reopen(conference, closure_id, actor=actor())
    flash(_("%(name)s can be had again.", name=templating.t(room.names)), "good")
    return _to(conference, "closures")
