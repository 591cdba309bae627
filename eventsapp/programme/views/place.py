"""The plain form of a place, among the pages of an event."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference, Room
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import content_of, saving
from eventsapp.extensions import db
from eventsapp.programme import editor_texts, edits, options, place_form, placing, timetable
from eventsapp.programme.constraints import Violation, of_event
from eventsapp.programme.facts import EventFacts, Planning, Severity
from eventsapp.programme.models import Event
from eventsapp.programme.planning import load_planning
from eventsapp.programme.releases import Place
from eventsapp.programme.views.manage import Answer, blueprint


@blueprint.route("/events/<code>/place", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def place(conference: Conference, code: str) -> Answer:
    """Place an event in the working programme. A conflict is said first, and does not forbid it.

    When somebody else placed it since the form was opened, that is said, and what was typed can be sent again.
    """
    event = db.session.scalar(select(Event).where(Event.conference_id == conference.id, Event.code == code))
    if event is None:
        raise NotFound
    planning = load_planning(conference)
    row = planning.events[event.id]
    form = _form(conference, planning, row)
    against: list[Violation] = []
    meanwhile: list[str] = []
    wanted = form.place(conference.zone) if form.validate_on_submit() else None
    if wanted is not None:
        with saving(form):
            placing.check_place(conference, wanted)
    if wanted is not None and not form.errors:
        found = of_event(planning, event.id, wanted)
        against = [one for one in found if one.severity is Severity.HARD]
        if not against or "anyway" in request.form:
            meanwhile = _save(conference, event, wanted, form, planning)
            if not meanwhile and not form.errors:
                _say_placed(event, len(against))
                return redirect(url_for("programme_manage.event", conference=conference.slug, code=code))
    # Whoever sends it once more knows what happened.
    base = planning.edit if meanwhile or not form.is_submitted() else form.base.data
    page = render_template(
        "programme/place.html",
        conference=conference,
        event=event,
        row=row,
        form=form,
        base=planning.edit if base is None else base,
        against=[] if meanwhile else against,
        meanwhile=meanwhile,
        planning=planning,
        near=_near(planning, row),
    )
    return page, 422 if form.errors else 409 if against or meanwhile else 200


def _form(conference: Conference, planning: Planning, row: EventFacts) -> place_form.PlaceForm:
    given = place_form.initial_place(row.place, conference.zone)
    form = place_form.PlaceForm(data={**given, "pinned": row.pinned}, **content_of(conference))
    form.day.choices = place_form.day_choices(conference, timetable.days_of(planning))
    slots = options.times(planning, row) if row.type_id in planning.slots_of else []
    form.slot.choices = place_form.slot_choices(slots, conference.zone)
    rooms = select(Room).where(Room.conference_id == conference.id).order_by(Room.position, Room.id)
    form.room_id.choices = [(room.id, place_form.room_label(room)) for room in db.session.scalars(rooms)]
    return form


def _save(
    conference: Conference, event: Event, wanted: Place, form: place_form.PlaceForm, planning: Planning
) -> list[str]:
    """Place the event; return what others did with it meanwhile, in which case nothing was changed."""
    try:
        with saving(form):
            placing.place(
                conference,
                event,
                actor=actor(),
                room_id=wanted.room_id,
                day=wanted.day,
                starts_at=wanted.starts_at,
                ends_at=wanted.ends_at,
                end_day=wanted.end_day,
                pinned=form.pinned.data,
                base=form.base.data,
            )
    except edits.Outdated as outdated:
        return [editor_texts.what_happened(edit, planning) for edit in outdated.meanwhile]
    return []


def _near(planning: Planning, row: EventFacts) -> list[EventFacts]:
    """Return what else is in the same room on the same day, in order of time."""
    others: list[Any] = [
        other
        for other in planning.events.values()
        if other.id != row.id
        and other.place.starts_at is not None
        and (other.place.day, other.place.room_id) == (row.place.day, row.place.room_id)
    ]
    return sorted(others, key=lambda other: other.place.starts_at)


def _say_placed(event: Event, conflicts: int) -> None:
    if conflicts:
        said = ngettext(
            "%(code)s was placed, with %(num)s conflict.", "%(code)s was placed, with %(num)s conflicts.", conflicts,
            code=event.code,
        )  # fmt: skip
        flash(said, "warning")
    else:
        flash(_("%(code)s was placed. The public sees it with the next release.", code=event.code), "good")
