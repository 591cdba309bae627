"""Registrations and bookings in the organizers' workspace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, may
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, locale, tables, templating
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.registration import category_seats, lists, panels, queries, service
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.forms import BOOKING_STATES, REGISTRATION_STATES, BookForm, EditForm
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import Person

blueprint = Blueprint("registration_manage", __name__, url_prefix="/manage/<conference>/registration")

Answer = str | Response | BaseResponse | tuple[str, int]


def _to(conference: Conference, endpoint: str, **values: Any) -> BaseResponse:
    return redirect(url_for(f".{endpoint}", conference=conference.slug, **values), 303)


def _person(conference: Conference, id_: int) -> Person:
    """Return a registered person of this conference; of another one there is none."""
    person = queries.person(id_) if id_ < 2**31 else None
    if person is None or person.conference_id != conference.id:
        raise NotFound
    return person


# --- the list


@blueprint.get("/")
@manages(Permission.VIEW_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """List the registrations, filtered and sorted by the address."""
    filters = lists.Filters.of(request.args)
    return render_template(
        "registration/manage/index.html",
        conference=conference,
        filters=asdict(filters),
        asked=bool(filters),
        found=lists.listing(conference.id, filters, page=request.args.get("page", 1, int)),
        counts=lists.counts(conference.id),
        categories=lists.categories(conference.id),
        countries=sorted(
            ((code, templating.country_name(code)) for code in lists.countries_used(conference.id)),
            key=lambda pair: pair[1],
        ),
        states=REGISTRATION_STATES,
        action=ActionForm(),
    )


@blueprint.post("/export.<any(csv,xlsx):kind>")
@manages(Permission.VIEW_REGISTRATIONS)
def export(conference: Conference, kind: str) -> Answer:
    """Hand over the registrations that fit the filters, as a table; recorded, as everything that takes people's data out."""
    filters = lists.Filters.of(request.args)
    asked = {name: value for name, value in asdict(filters).items() if value}
    if not _pressed():
        return _to(conference, "index", **asked)
    # What was looked for may be a name, which would stay when the person's data is erased.
    said = {name: value for name, value in asked.items() if name != "q"} | (
        {"searched": True} if "q" in asked else {}
    )
    _record_export(conference, "registration.export", {"kind": kind, **said})
    header = [
        _("Number"),
        _("Name"),
        _("E-mail address"),
        _("Organization"),
        _("Country"),
        _("Category"),
        _("State"),
        _("Language"),
        _("Registered (UTC)"),
        _("Confirmed (UTC)"),
        _("Cancelled (UTC)"),
    ]

    def text(texts: Texts | None) -> str:
        return pick(texts, locale.current(), conference.default_language)

    rows = (
        (
            row.id,
            row.name,
            row.email,
            text(row.organization_names) or row.organization_name,
            templating.country_name(row.country),
            text(row.category_names),
            REGISTRATION_STATES[row.state],
            row.language,
            row.created_at,
            row.confirmed_at,
            row.cancelled_at,
        )
        for row in lists.everything(conference.id, filters)
    )
    return _table(kind, f"{conference.slug}-registrations", _("Registrations"), header, rows)


def _record_export(conference: Conference, action: str, detail: dict[str, Any]) -> None:
    audit.record(actor(), action, f"conference:{conference.slug}", conference_id=conference.id, detail=detail)


def _table(
    kind: str, name: str, title: str, header: Sequence[object], rows: Iterable[Sequence[object]]
) -> Response:
    if kind == "xlsx":
        response = Response(tables.xlsx(title, header, rows), content_type=tables.XLSX_TYPE)
    else:
        response = Response(b"".join(tables.csv_lines(header, rows)), content_type=tables.CSV_TYPE)
    day = clock.now().date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{day}.{kind}"'
    return response


# --- one registration


@blueprint.get("/<int:registration_id>")
@manages(Permission.VIEW_REGISTRATIONS)
def registration(conference: Conference, registration_id: int) -> Answer:
    """Show a registration with its bookings and the messages to the person."""
    return _detail(conference, _person(conference, registration_id), BookForm())


def _detail(conference: Conference, person: Person, form: BookForm) -> tuple[str, int]:
    may_edit = may(Permission.EDIT_REGISTRATIONS)
    found = db.session.get_one(Registration, person.id)
    return answer(
        form,
        "registration/manage/registration.html",
        conference=conference,
        person=person,
        registration=found,
        panels=panels.shown(panels.officers, conference, found),
        bookings=lists.bookings_of_person(person.id),
        messages=lists.messages_to(conference.id, person.email) if may(Permission.VIEW_MESSAGES) else None,
        codes=lists.bookable_codes(conference.id) if may_edit else [],
        action=ActionForm(),
        states=REGISTRATION_STATES,
        booking_states=BOOKING_STATES,
        RegistrationState=RegistrationState,
        BookingState=BookingState,
    )


def _pressed() -> bool:
    """Return whether a form that is only a button was sent from our own page."""
    if ActionForm().validate_on_submit():
        return True
    flash(_("The page had been open for too long. Please try again."), "warning")
    return False


@blueprint.post("/<int:registration_id>/confirm")
@manages(Permission.EDIT_REGISTRATIONS)
def confirm(conference: Conference, registration_id: int) -> Answer:
    """Vouch for a person whose address is not confirmed."""
    person = _person(conference, registration_id)
    if _pressed():
        if service.confirm(person, actor=actor()):
            flash(_("%(name)s is registered and was told.", name=person.name), "good")
        else:
            flash(_("%(name)s was registered already.", name=person.name))
    return _to(conference, "registration", registration_id=person.id)


@blueprint.post("/<int:registration_id>/resend")
@manages(Permission.EDIT_REGISTRATIONS)
def resend(conference: Conference, registration_id: int) -> Answer:
    """Send a person their link again."""
    person = _person(conference, registration_id)
    if _pressed():
        service.resend(person, actor=actor())
        flash(_("The link is on its way to %(email)s.", email=person.email), "good")
    return _to(conference, "registration", registration_id=person.id)


@blueprint.post("/<int:registration_id>/revoke")
@manages(Permission.EDIT_REGISTRATIONS)
def revoke(conference: Conference, registration_id: int) -> Answer:
    """Make the addresses of a person's page and calendar worthless; the new one of the page is sent to them."""
    person = _person(conference, registration_id)
    if _pressed():
        service.new_calendar_address(person, actor=actor())
        service.new_page_address(person, actor=actor())
        flash(_("The old links do not work any more. The new one is on its way to %(email)s.", email=person.email), "good")  # fmt: skip
    return _to(conference, "registration", registration_id=person.id)


@blueprint.route("/<int:registration_id>/edit", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def edit(conference: Conference, registration_id: int) -> Answer:
    """Change a registration."""
    person = _person(conference, registration_id)
    row = db.session.get_one(Registration, person.id)
    form = EditForm(
        data={
            "name": row.name,
            "email": row.email,
            "organization": row.organization_id,
            "country": row.country,
            "category_id": row.category_id,
            "language": row.language,
        }
    )
    form.offer(lists.categories(conference.id))
    form.fill(row)
    if form.validate_on_submit():
        with saving(form):
            changed = service.edit(person, form.registration_data(email=form.email.data), actor=actor())
        if not form.errors:
            flash(_("Saved.") if changed else _("Nothing had changed."), "good")
            return _to(conference, "registration", registration_id=person.id)
    return answer(
        form,
        "registration/manage/edit.html",
        conference=conference,
        person=person,
        at_stake=category_seats.at_stake(person.id),
    )


@blueprint.route("/<int:registration_id>/cancel", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def cancel(conference: Conference, registration_id: int) -> Answer:
    """Cancel a registration, after a question that names what is lost."""
    person = _person(conference, registration_id)
    form = ActionForm()
    if form.validate_on_submit():
        if service.cancel(person, actor=actor(), by_organizer=True):
            flash(_("The registration is cancelled, and %(name)s was told.", name=person.name), "good")
        return _to(conference, "registration", registration_id=person.id)
    bookings = [one for one in lists.bookings_of_person(person.id) if one.state is not BookingState.CANCELLED]
    return answer(
        form,
        "registration/manage/cancel.html",
        conference=conference,
        person=person,
        bookings=bookings,
        booking_states=BOOKING_STATES,
    )


@blueprint.post("/<int:registration_id>/bookings")
@manages(Permission.EDIT_REGISTRATIONS)
def book(conference: Conference, registration_id: int) -> Answer:
    """Book a seat for somebody, at the end of the queue when there is none."""
    person = _person(conference, registration_id)
    form = BookForm()
    if not form.validate_on_submit():
        return _detail(conference, person, form)
    found = queries.to_book(person.id, form.code.data.upper())
    if found is None or found.event is None:
        form.code.errors = [_("There is no released event with this code.")]
        return _detail(conference, person, form)
    booked = service.book_found(found, actor=actor())
    if not booked.new:
        flash(_("There was a booking already."))
    elif booked.state is BookingState.CONFIRMED:
        flash(_("%(name)s has a seat at %(code)s.", name=person.name, code=found.event.code), "good")
    else:
        flash(
            _("All seats are taken: %(name)s is number %(place)s in the queue.", name=person.name, place=booked.place),
            "warning",
        )  # fmt: skip
    return _to(conference, "registration", registration_id=person.id)


@blueprint.route("/<int:registration_id>/bookings/<code>/cancel", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def cancel_booking(conference: Conference, registration_id: int, code: str) -> Answer:
    """Cancel somebody's booking, after a question."""
    person = _person(conference, registration_id)
    own = queries.own_event(person, code)
    if own is None:
        raise NotFound
    back_to_event = request.args.get("back") == "event"
    form = ActionForm()
    if form.validate_on_submit():
        if service.cancel_booking(person, own.event.id, actor=actor(), by_organizer=True):
            flash(_("The booking is cancelled, and %(name)s was told.", name=person.name), "good")
        if back_to_event:
            return _to(conference, "event", code=code)
        return _to(conference, "registration", registration_id=person.id)
    return answer(
        form,
        "registration/manage/cancel_booking.html",
        conference=conference,
        person=person,
        own=own,
        back_to_event=back_to_event,
    )


# --- bookings by event


@blueprint.get("/events")
@manages(Permission.VIEW_REGISTRATIONS)
def events(conference: Conference) -> Answer:
    """List the events with seats to book."""
    query = request.args.get("q", "")[:200]
    return render_template(
        "registration/manage/events.html",
        conference=conference,
        found=lists.events(conference.id, query=query),
        query=query,
    )


@blueprint.get("/events/<code>")
@manages(Permission.VIEW_REGISTRATIONS)
def event(conference: Conference, code: str) -> Answer:
    """Show who has a seat at an event, and who waits, in the order of the queue."""
    found = lists.event(conference.id, code)
    if found is None:
        raise NotFound
    return render_template(
        "registration/manage/event.html",
        conference=conference,
        event=found,
        bookings=lists.bookings_of_event(found.id, page=request.args.get("page", 1, int)),
        action=ActionForm(),
        BookingState=BookingState,
    )


@blueprint.post("/events/<code>/export.<any(csv,xlsx):kind>")
@manages(Permission.VIEW_REGISTRATIONS)
def export_event(conference: Conference, code: str, kind: str) -> Answer:
    """Hand over the bookings of an event, as a table; recorded."""
    found = lists.event(conference.id, code)
    if found is None:
        raise NotFound
    if not _pressed():
        return _to(conference, "event", code=code)
    _record_export(conference, "booking.export", {"kind": kind, "event": found.code})
    header = [
        _("Number"),
        _("Name"),
        _("E-mail address"),
        _("State"),
        _("Place in the queue"),
        _("Since (UTC)"),
    ]
    rows = (
        (row.registration_id, row.name, row.email, BOOKING_STATES[row.state], row.place or "", row.changed_at)
        for row in lists.all_bookings_of_event(found.id)
    )
    return _table(kind, f"{conference.slug}-{found.code}", _("Bookings"), header, rows)
