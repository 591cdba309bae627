"""The programme in the organizers' workspace: events, their places, releases, speakers."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference, Constituency, EventType, Room, Theme
from eventsapp.conferences.queries import equipment_words
from eventsapp.core import search, templating
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.extensions import db
from eventsapp.programme import forms, pairs, place_form, releases, service, wish_forms, working
from eventsapp.programme import materials as material_service
from eventsapp.programme import speakers as speaker_service
from eventsapp.programme.conflicts import load_conflicts
from eventsapp.programme.models import Event, EventSpeaker, Speaker
from eventsapp.programme.transitions import EVENT_TRANSITIONS, EventAction

blueprint = Blueprint("programme_manage", __name__, url_prefix="/manage/<conference>/programme")

PAGE_SIZE = 50
Answer = str | Response | BaseResponse | tuple[str, int]


# --- the list


@blueprint.get("/events")
@manages(Permission.VIEW_PROGRAMME)
def events(conference: Conference) -> Answer:
    """List the events with their working places, filtered and sorted by the address."""
    programme = _working(conference)
    filters = working.ListFilters(
        **{
            name: request.args.get(name, "")[:200]
            for name in working.ListFilters.__slots__
            if name in request.args
        }
    )
    conflicting = load_conflicts(conference).conflicting()
    found = working.select_events(programme, filters, conflicting)
    page = min(max(request.args.get("page", 1, int), 1), max(1, -(-len(found) // PAGE_SIZE)))
    return render_template(
        "programme/events.html",
        conference=conference,
        filters=asdict(filters),
        found=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        count=len(found),
        total=len(programme.events),
        page=page,
        pages=max(1, -(-len(found) // PAGE_SIZE)),
        conflicting=conflicting,
        changed=sum(event.changed for event in programme.events),
        days=working.days(programme.events),
        types=_rows(EventType, conference),
        rooms=_rows(Room, conference),
    )


def _working(conference: Conference) -> working.Working:
    return working.load_working(conference.id)


def _rows(model: type[Any], conference: Conference) -> list[Any]:
    return list(
        db.session.scalars(
            select(model).where(model.conference_id == conference.id).order_by(model.position, model.id)
        )
    )


def _event_of(conference: Conference, code: str) -> Event:
    event = db.session.scalar(select(Event).where(Event.conference_id == conference.id, Event.code == code))
    if event is None:
        raise NotFound
    return event


def _to(conference: Conference, endpoint: str, **values: Any) -> BaseResponse:
    return redirect(url_for(f"programme_manage.{endpoint}", conference=conference.slug, **values))


# --- one event


@blueprint.route("/events/new", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def new_event(conference: Conference) -> Answer:
    """Create an event."""
    form = _event_form(conference)
    if "more" in request.form:
        form.add_blank_lines()
    elif form.validate_on_submit():
        with saving(form):
            event = service.create_event(
                conference, form.event_data(), actor=actor(), draft="draft" in request.form
            )
        if not form.errors:
            flash(_("%(code)s was created.", code=event.code), "good")
            return _to(conference, "event", code=event.code)
    if not form.is_submitted():
        form.add_blank_lines()
    return answer(form, "programme/event_form.html", conference=conference, event=None)


@blueprint.get("/events/<code>")
@manages(Permission.VIEW_PROGRAMME)
def event(conference: Conference, code: str) -> Answer:
    """Show one event: content, place, conflicts, materials, what can be done."""
    found = _event_of(conference, code)
    programme = _working(conference)
    by_id = programme.by_id()
    conflicts = load_conflicts(conference)
    return render_template(
        "programme/event.html",
        conference=conference,
        event=found,
        row=by_id[found.id],
        conflicts=conflicts.of(found.id),
        planning=conflicts.planning,
        actions=EVENT_TRANSITIONS[found.state],
        action=ActionForm(),
        labels=forms,
        wishes=pairs.wishes(found),
        wish_labels=wish_forms.WISHES,
        wished_days=[date.fromisoformat(day) for day in found.wished_days],
    )


@blueprint.route("/events/<code>/edit", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def edit_event(conference: Conference, code: str) -> Answer:
    """Change an event's content."""
    event = _event_of(conference, code)
    form = _event_form(conference, event)
    if "more" in request.form:
        form.add_blank_lines()
    elif form.validate_on_submit():
        with saving(form):
            service.update_event(conference, event, form.event_data(), actor=actor())
        if not form.errors:
            flash(_("%(code)s was saved.", code=event.code), "good")
            return _to(conference, "event", code=event.code)
    if not form.is_submitted():
        form.add_blank_lines()
    return answer(form, "programme/event_form.html", conference=conference, event=event)


def _event_form(conference: Conference, event: Event | None = None) -> forms.EventForm:
    given = forms.initial(service.data_of(event)) if event is not None else {}
    form = forms.EventForm(data=given, **content_of(conference))
    form.type_id.choices = [(row.id, templating.t(row.names)) for row in _rows(EventType, conference)]
    form.theme_ids.choices = [(row.id, templating.t(row.names)) for row in _rows(Theme, conference)]
    form.constituency_ids.choices = [
        (row.id, templating.t(row.names)) for row in _rows(Constituency, conference)
    ]
    wished = [date.fromisoformat(day) for day in given.get("wished_days", ())]
    form.wished_days.choices = place_form.day_choices(conference, wished)
    form.equipment.known = equipment_words(conference.id)
    return form


@blueprint.post("/events/<code>/state")
@manages(Permission.EDIT_PROGRAMME)
def change_state(conference: Conference, code: str) -> Answer:
    """Schedule an event, return it to draft, or reinstate it."""
    event = _event_of(conference, code)
    form = ActionForm()
    wished = request.form.get("action", "")
    if not form.validate_on_submit() or wished not in [action.value for action in EventAction]:
        return _refused_button(form)
    service.change_state(conference, event, EventAction(wished), actor=actor())
    flash(_("%(code)s was saved.", code=event.code), "good")
    return _to(conference, "event", code=event.code)


def _refused_button(form: ActionForm) -> Answer:
    return render_template("programme/refused.html", form=form), 422


@blueprint.route("/events/<code>/cancel", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def cancel(conference: Conference, code: str) -> Answer:
    """Ask why, and cancel an event; it stays visible as cancelled."""
    event = _event_of(conference, code)
    form = forms.CancelForm(**content_of(conference))
    if form.validate_on_submit():
        service.change_state(conference, event, EventAction.CANCEL, actor=actor(), reasons=form.reasons.data)
        flash(_("%(code)s is cancelled.", code=event.code), "good")
        return _to(conference, "event", code=event.code)
    return answer(
        form,
        "programme/cancel.html",
        conference=conference,
        event=event,
        released=releases.is_released(event.id),
    )


@blueprint.route("/events/<code>/delete", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def delete_event(conference: Conference, code: str) -> Answer:
    """Ask, and delete an event that the public never knew."""
    event = _event_of(conference, code)
    form = ActionForm()
    if form.validate_on_submit():
        service.delete_event(conference, event, actor=actor())
        flash(_("%(code)s was deleted.", code=code), "good")
        return _to(conference, "events")
    return answer(form, "programme/delete.html", conference=conference, event=event)


# --- materials


@blueprint.route("/events/<code>/materials", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def materials(conference: Conference, code: str) -> Answer:
    """Show an event's materials, and add a link."""
    event = _event_of(conference, code)
    form = forms.LinkForm(**content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            material_service.add_link(
                conference, event, actor=actor(), titles=form.titles.data, url=form.url.data
            )
        if not form.errors:
            flash(_("The link was added."), "good")
            return _to(conference, "materials", code=event.code)
    return answer(
        form,
        "programme/materials.html",
        conference=conference,
        event=event,
        link_form=form,
        file_form=forms.FileForm(formdata=None, **content_of(conference)),
        action=ActionForm(formdata=None),
    )


@blueprint.post("/events/<code>/materials/file")
@manages(Permission.EDIT_PROGRAMME)
def add_file(conference: Conference, code: str) -> Answer:
    """Add an uploaded file."""
    event = _event_of(conference, code)
    form = forms.FileForm(**content_of(conference))
    upload = form.file.data
    if form.validate_on_submit() and upload is not None:
        with saving(form):
            material_service.add_file(
                conference,
                event,
                actor=actor(),
                titles=form.titles.data,
                stream=upload.stream,
                filename=upload.filename or "",
            )
        if not form.errors:
            flash(_("The file was added."), "good")
            return _to(conference, "materials", code=event.code)
    return answer(
        form,
        "programme/materials.html",
        conference=conference,
        event=event,
        link_form=forms.LinkForm(formdata=None, **content_of(conference)),
        file_form=form,
        action=ActionForm(formdata=None),
    )


@blueprint.post("/events/<code>/materials/<int:material_id>/remove")
@manages(Permission.EDIT_PROGRAMME)
def remove_material(conference: Conference, code: str, material_id: int) -> Answer:
    """Take a link or file off."""
    event = _event_of(conference, code)
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused_button(form)
    material_service.remove_material(conference, event, material_id, actor=actor())
    flash(_("It was removed."), "good")
    return _to(conference, "materials", code=event.code)


# --- speakers


@blueprint.get("/speakers")
@manages(Permission.VIEW_PROGRAMME)
def speakers(conference: Conference) -> Answer:
    """List the conference's speakers with the number of their events."""
    terms = search.terms(request.args.get("q", ""))
    rows = db.session.execute(
        select(Speaker.id, Speaker.slug, Speaker.name, func.count(func.distinct(EventSpeaker.event_id)))
        .outerjoin(EventSpeaker, EventSpeaker.speaker_id == Speaker.id)
        .where(Speaker.conference_id == conference.id)
        .group_by(Speaker.id, Speaker.slug, Speaker.name)
        .order_by(Speaker.name)
    ).all()
    found = [row for row in rows if all(term in search.normalize(row.name) for term in terms)]
    page = min(max(request.args.get("page", 1, int), 1), max(1, -(-len(found) // PAGE_SIZE)))
    return render_template(
        "programme/speakers.html",
        conference=conference,
        rows=found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE],
        count=len(found),
        page=page,
        pages=max(1, -(-len(found) // PAGE_SIZE)),
        q=request.args.get("q", ""),
    )


@blueprint.route("/speakers/<int:speaker_id>", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def speaker(conference: Conference, speaker_id: int) -> Answer:
    """Change what is known about a speaker."""
    found = _speaker_of(conference, speaker_id)
    form = forms.SpeakerForm(obj=found, **content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            speaker_service.update(conference, found, form.speaker_data(), actor=actor())
        if not form.errors:
            flash(_("%(name)s was saved.", name=found.name), "good")
            return _to(conference, "speakers")
    absence_form = forms.AbsenceForm(formdata=None, **content_of(conference))
    return _speaker_page(conference, found, form, speaker_form=form, absence_form=absence_form)


@blueprint.post("/speakers/<int:speaker_id>/absences")
@manages(Permission.EDIT_PROGRAMME)
def add_absence(conference: Conference, speaker_id: int) -> Answer:
    """Note a time at which a speaker cannot come."""
    found = _speaker_of(conference, speaker_id)
    form = forms.AbsenceForm(**content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            speaker_service.add_absence(
                conference, found, actor=actor(), starts_at=form.starts_at.data, ends_at=form.ends_at.data
            )
        if not form.errors:
            flash(_("%(name)s was saved.", name=found.name), "good")
            return _to(conference, "speaker", speaker_id=found.id)
    speaker_form = forms.SpeakerForm(formdata=None, obj=found, **content_of(conference))
    return _speaker_page(conference, found, form, speaker_form=speaker_form, absence_form=form)


@blueprint.post("/speakers/<int:speaker_id>/absences/<int:absence_id>/remove")
@manages(Permission.EDIT_PROGRAMME)
def remove_absence(conference: Conference, speaker_id: int, absence_id: int) -> Answer:
    """Take such a time off."""
    found = _speaker_of(conference, speaker_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return _refused_button(form)
    speaker_service.remove_absence(conference, found, absence_id, actor=actor())
    flash(_("It was removed."), "good")
    return _to(conference, "speaker", speaker_id=found.id)


def _speaker_of(conference: Conference, speaker_id: int) -> Speaker:
    found = db.session.get(Speaker, speaker_id)
    if found is None or found.conference_id != conference.id:
        raise NotFound
    return found


def _speaker_page(
    conference: Conference,
    found: Speaker,
    form: forms.SpeakerForm | forms.AbsenceForm,
    *,
    speaker_form: forms.SpeakerForm,
    absence_form: forms.AbsenceForm,
) -> Answer:
    appearing = db.session.scalars(
        select(Event)
        .where(Event.id.in_(select(EventSpeaker.event_id).where(EventSpeaker.speaker_id == found.id)))
        .order_by(Event.code)
    ).all()
    return answer(
        form,
        "programme/speaker.html",
        conference=conference,
        speaker=found,
        events=appearing,
        speaker_form=speaker_form,
        absence_form=absence_form,
        action=ActionForm(formdata=None),
    )
