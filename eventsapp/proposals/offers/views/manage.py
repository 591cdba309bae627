"""Offers and the waiting list of a call, for officers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.extensions import db
from eventsapp.programme import place_form
from eventsapp.programme.planning import load_planning
from eventsapp.programme.releases import NOWHERE
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.enums import EventFormat, OfferState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import forms, listing, queries, rules, service, shown, words
from eventsapp.proposals.offers.models import Offer

blueprint = Blueprint("calls_offers", __name__, url_prefix="/manage/<conference>")

Answer = str | Response | BaseResponse | tuple[str, int]


def to_list(conference: Conference, proposal: Proposal) -> BaseResponse:
    """Lead back to the offers of a proposal's call."""
    return redirect(url_for("calls_offers.index", conference=conference.slug, call=proposal.call.slug))


def refused(form: ActionForm) -> Answer:
    """Answer to a button whose form had expired."""
    return render_template("programme/refused.html", form=form), 422


@blueprint.get("/calls/<call>/offers/")
@manages(Permission.VIEW_PROPOSALS)
def index(conference: Conference, call: str) -> Answer:
    """Show who has a place, who has to answer until when, which places are free, and who is next."""
    found = calls.one(conference.id, call)
    return _index(conference, listing.of_call(found), forms.BulkForm(formdata=None, **content_of(conference)))


def _index(conference: Conference, offers: listing.Offers, form: forms.BulkForm, chosen: Any = ()) -> Answer:
    return answer(
        form,
        "proposals/manage/offers.html",
        conference=conference,
        call=offers.call,
        offers=offers,
        chosen=set(chosen),
        pass_on=forms.PassOnForm(formdata=None),
        action=ActionForm(formdata=None),
        words=words,
        due=rules.due_after(clock.now(), offers.call.offer_days, conference.zone),
    )


@blueprint.post("/calls/<call>/offers/")
@manages(Permission.DECIDE_PROPOSALS)
def bulk(conference: Conference, call: str) -> Answer:
    """Offer a place to all accepted proposals that are ticked."""
    found = calls.one(conference.id, call)
    form = forms.BulkForm(**content_of(conference))
    chosen = {int(one) for one in request.form.getlist("proposal") if one.isdecimal() and len(one) < 10}
    if form.validate_on_submit():
        if not chosen:
            form.form_errors.append(_("Choose at least one proposal."))
        else:
            count = len(chosen)
            try:
                with saving(form):
                    service.make_offers(
                        found, sorted(chosen), actor=actor(), due_at=form.due_at.data, note=form.note.data or ""
                    )  # fmt: skip
            except Conflict as conflict:
                form.form_errors.append(str(conflict.message))
            if not form.errors:
                said = ngettext("%(num)s offer was sent.", "%(num)s offers were sent.", count)
                flash(said, "good")
                return redirect(url_for("calls_offers.index", conference=conference.slug, call=call))
    return _index(conference, listing.of_call(found), form, chosen)


@blueprint.route("/proposals/<code>/offer", methods=["GET", "POST"])
@manages(Permission.DECIDE_PROPOSALS)
def offer(conference: Conference, code: str) -> Answer:
    """Offer a place to one proposal: in a slot, or to follow with the timetable; also another slot that was asked for."""
    proposal = db.session.scalar(
        select(Proposal).where(Proposal.conference_id == conference.id, Proposal.code == code)
    )
    if proposal is None:
        raise NotFound
    before = queries.newest_offer(proposal.id)
    form = _offer_form(conference, proposal)
    if form.validate_on_submit():
        place = form.place(conference.zone)
        if place is not None:
            try:
                with saving(form):
                    service.make_offer(
                        proposal,
                        actor=actor(),
                        due_at=form.due_at.data,
                        format=form.format.data,
                        place=place,
                        note=form.note.data or "",
                    )
            except Conflict as conflict:
                form.form_errors.append(str(conflict.message))
            if not form.errors:
                flash(_("The offer to %(code)s was sent.", code=code), "good")
                return to_list(conference, proposal)
    elif not form.is_submitted() and proposal.state not in shown.OFFERABLE:
        raise Conflict(_("No place can be offered to this proposal as it stands."))
    return answer(
        form,
        "proposals/manage/offer.html",
        conference=conference,
        call=proposal.call,
        proposal=proposal,
        before=before,
        words=words,
        due=rules.due_after(clock.now(), proposal.call.offer_days, conference.zone),
    )


def _offer_form(conference: Conference, proposal: Proposal) -> forms.OfferForm:
    before = queries.newest_offer(proposal.id)
    place = service.place_of(before) if before is not None else NOWHERE
    format = before.format if before is not None else proposal.format or EventFormat.IN_PERSON
    form = forms.OfferForm(
        data={**place_form.initial_place(place, conference.zone), "format": format}, **content_of(conference)
    )
    planning = load_planning(conference)
    form.day.choices = place_form.day_choices(conference, [place.day] if place.day else [])
    slots = planning.slots_of.get(proposal.call.type_id, ())
    form.slot.choices = place_form.slot_choices(slots, conference.zone)
    rooms = select(Room).where(Room.conference_id == conference.id).order_by(Room.position, Room.id)
    form.room_id.choices = [(room.id, place_form.room_label(room)) for room in db.session.scalars(rooms)]
    return form


def _one(conference: Conference, offer_id: int) -> Offer:
    found = db.session.get(Offer, offer_id)
    if found is None or found.proposal.conference_id != conference.id:
        raise NotFound
    return found


@blueprint.route("/offers/<int:offer_id>/refuse", methods=["GET", "POST"])
@manages(Permission.DECIDE_PROPOSALS)
def refuse_change(conference: Conference, offer_id: int) -> Answer:
    """Say that another slot cannot be given, and offer the same one again."""
    found = _one(conference, offer_id)
    if found.state is not OfferState.CHANGE_REQUESTED:
        raise Conflict(_("This offer has been answered already, or taken back."))
    form = forms.ReasonForm(**content_of(conference))
    if form.validate_on_submit():
        proposal = found.proposal
        with saving(form):
            service.refuse_change(found, reason=form.reason.data or "", actor=actor())
        if not form.errors:
            flash(_("The offer to %(code)s was sent.", code=proposal.code), "good")
            return to_list(conference, proposal)
    return _reason(conference, found, form, revoking=False)


@blueprint.route("/offers/<int:offer_id>/revoke", methods=["GET", "POST"])
@manages(Permission.DECIDE_PROPOSALS)
def revoke(conference: Conference, offer_id: int) -> Answer:
    """Take an offer back; the proposal stays accepted."""
    found = _one(conference, offer_id)
    if found.state not in (OfferState.OPEN, OfferState.CHANGE_REQUESTED):
        raise Conflict(_("This offer has been answered already, or taken back."))
    form = forms.ReasonForm(**content_of(conference))
    if form.validate_on_submit():
        proposal = found.proposal
        with saving(form):
            service.revoke(found, reason=form.reason.data or "", actor=actor())
        if not form.errors:
            flash(_("The offer to %(code)s was taken back.", code=proposal.code), "good")
            return to_list(conference, proposal)
    return _reason(conference, found, form, revoking=True)


def _reason(conference: Conference, found: Offer, form: forms.ReasonForm, *, revoking: bool) -> Answer:
    return answer(
        form,
        "proposals/manage/offer_reason.html",
        conference=conference,
        call=found.proposal.call,
        proposal=found.proposal,
        offer=found,
        revoking=revoking,
        words=words,
    )


@blueprint.post("/offers/<int:offer_id>/online")
@manages(Permission.DECIDE_PROPOSALS)
def online(conference: Conference, offer_id: int) -> Answer:
    """Turn a place in a room into one online."""
    found = _one(conference, offer_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return refused(form)
    service.turn_virtual(found, actor=actor())
    flash(_("The place of %(code)s is one online now.", code=found.proposal.code), "good")
    return to_list(conference, found.proposal)


@blueprint.post("/offers/<int:offer_id>/pass-on")
@manages(Permission.DECIDE_PROPOSALS)
def pass_on(conference: Conference, offer_id: int) -> Answer:
    """Offer the place that was left to the next on the waiting list."""
    found = _one(conference, offer_id)
    form = forms.PassOnForm(**content_of(conference))
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    made = service.pass_on(found, actor=actor(), format=form.chosen_format, same_slot=form.same_slot.data)
    if made is None:
        raise Conflict(_("Nobody is on the waiting list."))
    flash(_("The place was offered to %(code)s.", code=made.proposal.code), "good")
    return to_list(conference, found.proposal)


@blueprint.post("/offers/<int:offer_id>/keep-free")
@manages(Permission.DECIDE_PROPOSALS)
def keep_free(conference: Conference, offer_id: int) -> Answer:
    """Decide that the place that was left goes to nobody."""
    found = _one(conference, offer_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return refused(form)
    service.keep_free(found, actor=actor())
    flash(_("The place is not passed on."), "good")
    return to_list(conference, found.proposal)
