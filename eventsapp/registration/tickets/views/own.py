"""On a person's own pages: handing a seat on, and taking one that is offered. Whoever has the address is the person."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import answer, saving
from eventsapp.core.limits import Limit, limited
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.registration import links, queries, seats
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.forms import BY_LINK
from eventsapp.registration.queries import OwnEvent, Person
from eventsapp.registration.rules import Refusal
from eventsapp.registration.tickets import transfers
from eventsapp.registration.tickets.forms import TransferForm

blueprint = Blueprint(
    "registration_own_seats", __name__,
    url_prefix=f"/<any({','.join(LANGUAGES)}):lang>/registrations/<token>",
)  # fmt: skip

Answer = str | tuple[str, int] | Response | BaseResponse


def _by_person() -> str:
    return str((request.view_args or {}).get("token", ""))[:80]


_LIMITS = (Limit("seat-offer", "LIMIT_REGISTER", _by_person),)


def _own(token: str, code: str) -> tuple[Person, OwnEvent]:
    person = _person(token)
    found = queries.own_event(person, code)
    if found is None:
        raise NotFound
    return person, found


def _person(token: str) -> Person:
    person = queries.person_by_token(token)
    if person is None or person.conference_state is ConferenceState.DRAFT:
        raise NotFound
    if person.conference_state is ConferenceState.ARCHIVED:
        raise Conflict(seats.said(Refusal.ARCHIVED))
    g.default_language = person.default_language
    return person


def _to_event(lang: str, token: str, code: str) -> BaseResponse:
    return redirect(url_for("registration.booking", lang=lang, token=token, code=code), 303)


@blueprint.post("/bookings/<code>/offer")
@by_token
@limited(*_LIMITS)
def offer(lang: str, token: str, code: str) -> Answer:
    """Offer one's seat to whoever is registered with an address."""
    from eventsapp.registration.views.public import booking_context

    person, found = _own(token, code)
    form = TransferForm(meta=BY_LINK)
    if form.validate_on_submit():
        with saving(form):
            transfers.offer(person, found.event.id, form.email.data)
        if not form.errors:
            return _to_event(lang, token, code)
    return answer(
        form, "registration/booking.html", person=person, token=token,
        conference=db.session.get_one(Conference, person.conference_id),
        BookingState=BookingState, RegistrationState=RegistrationState,
        **{name: value for name, value in booking_context(person, found).items() if name != "form"},
    )  # fmt: skip


@blueprint.post("/bookings/<code>/keep")
@by_token
def take_back(lang: str, token: str, code: str) -> Answer:
    """Keep one's seat after all."""
    person, found = _own(token, code)
    transfers.take_back(person, found.event.id)
    return _to_event(lang, token, code)


@blueprint.post("/offers/<int:transfer_id>/<any(take,decline):what>")
@by_token
def answer_offer(lang: str, token: str, transfer_id: int, what: str) -> Answer:
    """Take a seat that somebody else wants to hand on, or decline it. Sent again it changes nothing."""
    person = _person(token)
    event = transfers.answer(person, transfer_id, take=what == "take")
    if event is not None and what == "take":
        return _to_event(lang, token, event.code)
    return redirect(links.page_path(person.id, person.secret_version, lang), 303)
