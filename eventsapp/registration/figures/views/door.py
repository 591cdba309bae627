"""Figures of the doors, live, and attendance by event."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, templating
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.core.web import private
from eventsapp.registration import lists
from eventsapp.registration.door.words import REASONS
from eventsapp.registration.figures import absent, attendance, door
from eventsapp.registration.figures.files import table
from eventsapp.registration.queries import EventFacts

figures_bp = Blueprint("door_figures", __name__, url_prefix="/manage/<conference>/door/figures")
attendance_bp = Blueprint("door_attendance", __name__, url_prefix="/manage/<conference>/door/attendance")

Answer = str | Response | BaseResponse


@figures_bp.get("")
@manages(Permission.CHECK_IN)
def index(conference: Conference) -> Answer:
    """Show how people come in now, by minute, door and category."""
    return _figures(conference, "registration/figures/door.html")


@figures_bp.get("/live")
@manages(Permission.CHECK_IN)
def live(conference: Conference) -> Answer:
    """Give the part of the page that changes, for its script."""
    return private(
        Response(_figures(conference, "registration/figures/_live.html"), content_type="text/html")
    )


def _figures(conference: Conference, template: str) -> str:
    found = door.figures(conference, clock.now())
    most = max((count for _minute, count in found.minutes), default=0)
    return render_template(template, conference=conference, found=found, most=max(most, 1), reasons=REASONS)


@attendance_bp.get("", endpoint="index")
@manages(Permission.CHECK_IN)
def by_event(conference: Conference) -> Answer:
    """Show who booked and who came, by event."""
    day = _day(conference)
    rows = attendance.rows(conference.id, conference.zone, clock.now(), day=day)
    length = (conference.end_date - conference.start_date).days
    return render_template(
        "registration/figures/attendance.html",
        conference=conference,
        rows=rows,
        sums=attendance.sums(rows),
        day=day,
        days=[conference.start_date + timedelta(days=n) for n in range(length + 1)],
        action=ActionForm(),
    )


def _day(conference: Conference) -> date | None:
    """Return the day of the conference that is asked for."""
    try:
        day = date.fromisoformat(request.args.get("day", "")[:10])
    except ValueError:
        return None
    return day if conference.start_date <= day <= conference.end_date else None


@attendance_bp.post("/export.<any(csv,xlsx):kind>")
@manages(Permission.CHECK_IN)
def export(conference: Conference, kind: str) -> Answer:
    """Hand over the attendance as a table; recorded."""
    if not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return redirect(url_for(".index", conference=conference.slug), 303)
    day = _day(conference)
    rows = attendance.rows(conference.id, conference.zone, clock.now(), day=day)
    audit.record(
        actor(),
        "attendance.export",
        f"conference:{conference.slug}",
        conference_id=conference.id,
        detail={"kind": kind, "count": len(rows)},
    )
    header = [
        _("Code"), _("Title"), _("Day"), _("Seats"), _("Booked"), _("Came"), _("Booked and did not come"),
        _("Came without booking"),
    ]  # fmt: skip
    lines = (
        (
            one.event.code,
            templating.t(one.event.titles),
            one.event.day,
            one.event.seats,
            one.booked,
            one.came,
            one.missing,
            one.unbooked,
        )
        for one in rows
    )
    return table(kind, f"{conference.slug}-attendance", _("Attendance"), header, lines)


def _event(conference: Conference, code: str) -> EventFacts:
    found = lists.any_event(conference.id, code)
    if found is None:
        raise NotFound
    return found


@attendance_bp.get("/<code>", endpoint="absent")
@manages(Permission.VIEW_REGISTRATIONS)
def absent_people(conference: Conference, code: str) -> Answer:
    """Show who booked an event and did not come, by name."""
    event = _event(conference, code)
    return render_template(
        "registration/figures/absent.html",
        conference=conference,
        event=event,
        over=event.is_over(conference.zone, clock.now()),
        found=absent.page(event.id, number=request.args.get("page", 1, int)),
        action=ActionForm(),
    )


@attendance_bp.post("/<code>/export.<any(csv,xlsx):kind>")
@manages(Permission.VIEW_REGISTRATIONS)
def export_absent(conference: Conference, code: str, kind: str) -> Answer:
    """Hand over who booked an event and did not come, as a table; recorded."""
    event = _event(conference, code)
    if not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return redirect(url_for(".absent", conference=conference.slug, code=event.code), 303)
    rows = [
        (
            one.registration_id,
            one.name,
            one.email,
            templating.t(one.category_names),
            templating.t(one.organization_names) if one.organization_names else one.organization_name,
            _("yes") if one.came_otherwise else _("no"),
        )
        for one in absent.everybody(event.id)
    ]
    audit.record(
        actor(),
        "attendance.export",
        f"event:{event.code}",
        conference_id=conference.id,
        detail={"kind": kind, "count": len(rows), "event": event.code},
    )
    header = [
        _("Number"), _("Name"), _("E-mail address"), _("Category"), _("Organization"), _("Came to the conference"),
    ]  # fmt: skip
    return table(kind, f"{conference.slug}-{event.code}-absent", _("Booked and did not come"), header, rows)
