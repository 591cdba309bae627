"""In the workspace: who may come to an event, its tickets, the seats of delegations, and giving seats on."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, may
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.registration import lists
from eventsapp.registration.queries import EventFacts
from eventsapp.registration.tickets import blocks, queries, release, service
from eventsapp.registration.tickets.forms import KeepForm, RulesForm, TicketsForm
from eventsapp.registration.tickets.sittings import was_released
from eventsapp.registration.tickets.wanted import MOST, read

blueprint = Blueprint("registration_tickets", __name__, url_prefix="/manage/<conference>/registration/events")

Answer = str | Response | BaseResponse | tuple[str, int]


def _event(conference: Conference, code: str) -> EventFacts:
    found = lists.any_event(conference.id, code)
    if found is None:
        raise NotFound
    return found


def _to(conference: Conference, endpoint: str, code: str) -> BaseResponse:
    return redirect(url_for(f".{endpoint}", conference=conference.slug, code=code), 303)


def _page(form: Any, template: str, conference: Conference, event: EventFacts, **context: Any) -> Answer:
    return answer(
        form, f"registration/tickets/{template}.html", conference=conference, event=event,
        may_edit=may(Permission.EDIT_REGISTRATIONS), action=ActionForm(formdata=None), **context,
    )  # fmt: skip


@blueprint.route("/<code>/admission", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def admission(conference: Conference, code: str) -> Answer:
    """Say who may come to an event, and how its seats are booked."""
    event = _event(conference, code)
    now = service.rules_of(event.id)
    form = RulesForm(
        data={
            "by_category": now.by_category,
            "categories": sorted(now.categories),
            "overlaps": now.overlaps.value if now.overlaps else "",
            "release_minutes": now.release_minutes,
            "transfers": now.transfers,
        }
    )
    form.offer(lists.categories(conference.id))
    if form.validate_on_submit():
        with saving(form):
            changed = service.set_rules(conference.id, event.id, form.rules(), actor=actor())
        if not form.errors:
            flash(_("Saved.") if changed else _("Nothing had changed."), "good")
            return _to(conference, "admission", event.code)
    at = queries.released_at(event.id)
    return _page(
        form, "admission", conference, event,
        outside=service.without_right(event.id),
        absent=queries.absent(event.id) if _began(conference, event) else None,
        released_at=at,
        released=was_released(at, release.sitting_of(event, conference.zone, clock.now())),
    )  # fmt: skip


def _began(conference: Conference, event: EventFacts) -> bool:
    """Return whether an event has begun: without a time, with its day in the conference's zone."""
    now = clock.now()
    if event.starts_at is not None:
        return event.starts_at <= now
    return event.day is not None and event.day <= now.astimezone(ZoneInfo(conference.zone)).date()


@blueprint.post("/<code>/release")
@manages(Permission.EDIT_REGISTRATIONS)
def release_seats(conference: Conference, code: str) -> Answer:
    """Give the seats of those who have not come on now."""
    event = _event(conference, code)
    if ActionForm().validate_on_submit():
        if not _began(conference, event):
            raise Conflict(_("The event has not begun yet."))
        count = release.release(conference.id, event.id, actor=actor())
        flash(ngettext("%(num)s seat was given on.", "%(num)s seats were given on.", count), "good")
    return _to(conference, "admission", event.code)


# --- tickets


@blueprint.get("/<code>/tickets")
@manages(Permission.VIEW_REGISTRATIONS)
def tickets(conference: Conference, code: str) -> Answer:
    """List who has a ticket."""
    event = _event(conference, code)
    return _tickets(TicketsForm(), conference, event)


def _tickets(form: TicketsForm, conference: Conference, event: EventFacts, **context: Any) -> Answer:
    return _page(
        form, "tickets", conference, event,
        tickets=queries.tickets(event.id, page=request.args.get("page", 1, int)),
        restricted=queries.is_restricted(event),
        **context,
    )  # fmt: skip


@blueprint.route("/<code>/tickets/give", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def give(conference: Conference, code: str) -> Answer:
    """Give tickets: first a preview of everybody who was written down or is in the sheet, then the tickets."""
    event = _event(conference, code)
    form = TicketsForm()
    if form.validate_on_submit():
        words: list[str] = []
        with saving(form):
            service.check_restricted(event, service.rules_of(event.id))
            words = read(form.people.data or "", form.file.data)
        if not form.errors and "sure" in request.form:
            found = [id_ for id_ in service.matching(conference.id, words).values() if id_ is not None]
            given = service.give(conference.id, event.id, found, actor=actor())
            flash(
                ngettext("%(num)s person got a ticket and was told.", "%(num)s people got a ticket and were told.", len(given.new)),
                "good",
            )  # fmt: skip
            return _to(conference, "tickets", event.code)
        if not form.errors:
            rows = queries.preview(conference.id, event.id, words)
            return _page(
                form, "preview", conference, event, rows=rows, most=MOST,
                words="\n".join(words), able=sum(row.able for row in rows),
            )  # fmt: skip
    return _tickets(form, conference, event)


@blueprint.route("/<code>/tickets/<int:registration_id>/revoke", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def revoke(conference: Conference, code: str, registration_id: int) -> Answer:
    """Take a ticket back, after a question."""
    event = _event(conference, code)
    person = queries.holder(conference.id, event.id, registration_id)
    if person is None:
        raise NotFound
    form = ActionForm()
    if form.validate_on_submit():
        if service.revoke(conference.id, event.id, registration_id, actor=actor()):
            flash(_("The ticket is not valid any more, and %(name)s was told.", name=person), "good")
        return _to(conference, "tickets", event.code)
    return _page(form, "revoke", conference, event, person=person, registration_id=registration_id)


# --- delegations


@blueprint.route("/<code>/delegations", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def delegations(conference: Conference, code: str) -> Answer:
    """Keep seats for organizations' delegations."""
    event = _event(conference, code)
    form = KeepForm(**content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            blocks.keep(
                conference.id, event.id, form.organization.data, form.seats.data, until=form.ends_at.data,
                actor=actor(),
            )  # fmt: skip
        if not form.errors:
            flash(_("Saved."), "good")
            return _to(conference, "delegations", event.code)
    return _page(form, "delegations", conference, event, blocks=queries.blocks_of_event(event.id))


@blueprint.route("/<code>/delegations/<int:block_id>/end", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def end(conference: Conference, code: str, block_id: int) -> Answer:
    """Give the seats nobody of a delegation has to everybody, after a question."""
    event = _event(conference, code)
    block = next((one for one in queries.blocks_of_event(event.id) if one.block.id == block_id), None)
    if block is None:
        raise NotFound
    form = ActionForm()
    if form.validate_on_submit():
        count = blocks.end(conference.id, block_id, actor=actor())
        flash(ngettext("%(num)s seat was given on.", "%(num)s seats were given on.", count), "good")
        return _to(conference, "delegations", event.code)
    return _page(form, "end", conference, event, block=block)
