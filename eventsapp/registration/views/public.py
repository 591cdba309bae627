"""Registering, and a registered person's own pages. Never kept by anybody.

A person's own pages have their secret in the address (``<token>``); their forms need no other proof, and no cookies.
"""

from __future__ import annotations

from typing import Any, cast

import segno
from flask import Blueprint, Response, g, redirect, render_template, request, session, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token, open_to_all
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import answer, checking, saving
from eventsapp.core.limits import Limit, by_address, by_field, limited
from eventsapp.core.web import before_writing
from eventsapp.extensions import db
from eventsapp.registration import category_seats, links, panels, queries, service
from eventsapp.registration import session as browser
from eventsapp.registration.badges import codes
from eventsapp.registration.badges import service as badges
from eventsapp.registration.enrolment import applying, states
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.forms import (
    BOOKING_STATES,
    BY_LINK,
    REGISTRATION_STATES,
    ChangeForm,
    FindForm,
    RegisterForm,
)
from eventsapp.registration.models import Registration
from eventsapp.registration.queries import Person
from eventsapp.registration.rules import Window
from eventsapp.registration.tickets import own as own_seats
from eventsapp.registration.tickets.forms import TransferForm
from eventsapp.registration.transitions import GONE
from eventsapp.registration.views.shared import (
    CONFERENCE,
    OWN,
    REGISTER_LIMITS,
    LinkGone,
    conference_of,
    gone,
    person_of,
    who,
)
from eventsapp.registration.views.shared import user as signed_in_user

bp = Blueprint("registration", __name__)

_CONFERENCE, _OWN, _REGISTER_LIMITS = CONFERENCE, OWN, REGISTER_LIMITS
_FIND_LIMITS = (
    Limit("registration-mail", "LIMIT_MAIL", by_field("email")),
    Limit("registration-find", "LIMIT_ADDRESS", by_address),
)

Answer = str | tuple[str, int] | Response | BaseResponse


bp.register_error_handler(LinkGone, gone)


# --- registering


def _check() -> Answer | None:
    asked = _asked(**(request.view_args or {}))
    if isinstance(asked, service.Checked):
        g.checked = asked
        return None
    return asked


@bp.route(f"{_CONFERENCE}/register", methods=["GET", "POST"])
@open_to_all
@limited(*_REGISTER_LIMITS)
@before_writing(_check)
def register(lang: str, conference: str) -> Answer:
    """Register. The answer does not tell whether an address is registered already."""
    if request.method != "POST":
        return cast(Answer, _asked(lang, conference))
    checked: service.Checked = g.checked
    person = service.take(checked, actor=who())
    if person is not None:
        return redirect(links.page_path(person.id, person.secret_version, lang), 303)
    session["registration_email"] = checked.typed_email
    return redirect(url_for(".sent", lang=lang, conference=conference), 303)


def _asked(lang: str, conference: str) -> Answer | service.Checked:
    """Return what somebody wants who has sent the form, checked; else the page with the form, or why there is none."""
    found = conference_of(conference)
    if not isinstance(found, Conference):
        return found
    window = service.window_of(found, clock.now())
    if window is Window.OPEN and request.method == "GET" and queries.has_forms(found.id):
        return _choose(found, lang)
    categories = queries.open_categories(found.id)
    if window is not Window.OPEN or not categories:
        return render_template("registration/closed.html", conference=found, window=window, Window=Window)
    user = signed_in_user()
    known = {"name": user.name, "email": user.email} if user is not None else {}
    form = RegisterForm(data={"category_id": categories[0][0] if len(categories) == 1 else None, **known})
    form.offer(categories)
    if form.validate_on_submit():
        with checking(form):
            data = form.registration_data(email=form.email.data)
            return service.check(found, data, language=lang, user=user)
    crowded = applying.crowded(found.id, [id_ for id_, *_names in categories])
    if request.method == "GET" and len(crowded.full) == len(categories):
        return render_template(
            "registration/closed.html", conference=found, window=window, Window=Window, full=True
        )
    return answer(
        form, "registration/register.html", conference=found, categories=categories, crowded=crowded
    )


def _choose(conference: Conference, lang: str) -> Answer:
    """Offer the categories where they have forms of their own; where there is but one, lead to it."""
    offered = applying.offered(conference)
    if len(offered) == 1:
        address = url_for(
            "registration_enrolment.apply", lang=lang, conference=conference.slug, category=offered[0].slug
        )
        return redirect(address)
    return render_template("registration/choose.html", conference=conference, offered=offered)


@bp.get(f"{_CONFERENCE}/register/sent")
@open_to_all
def sent(lang: str, conference: str) -> Answer:
    """Say that a message is on its way, and what it is for."""
    found = conference_of(conference)
    if not isinstance(found, Conference):
        return found
    return render_template(
        "registration/sent.html", conference=found, email=session.get("registration_email", "")
    )


@bp.route(f"{_CONFERENCE}/register/find", methods=["GET", "POST"])
@open_to_all
@limited(*_FIND_LIMITS)
def find(lang: str, conference: str) -> Answer:
    """Send somebody the address of their own page again. The answer does not tell whether there is one."""
    found = conference_of(conference)
    if not isinstance(found, Conference):
        return found
    user = signed_in_user()
    form = FindForm(data={"email": user.email} if user is not None else None)
    if form.validate_on_submit():
        service.send_link(found, form.email.data)
        session["registration_email"] = form.email.data
        return redirect(url_for(".sent", lang=lang, conference=found.slug), 303)
    return answer(form, "registration/find.html", conference=found)


@bp.get(f"{_CONFERENCE}/events/<code>/book")
@open_to_all
def book(lang: str, conference: str, code: str) -> Answer:
    """Lead from an event's page to booking it: on one's own page, or to registering, or to finding one's link."""
    return _from_event(lang, conference, code, "book")


@bp.get(f"{_CONFERENCE}/events/<code>/star")
@open_to_all
def star(lang: str, conference: str, code: str) -> Answer:
    """Lead from an event's page to keeping it in one's own programme, in the same way."""
    return _from_event(lang, conference, code, "star")


def _from_event(lang: str, conference: str, code: str, wish: str) -> Answer:
    found = conference_of(conference)
    if not isinstance(found, Conference):
        return found
    event = queries.released_event(found.id, code)
    if event is None:
        raise NotFound
    person = browser.known(found.id)
    if person is not None:
        return redirect(url_for(".booking", lang=lang, token=_token(person), code=event.code))
    return render_template(
        "registration/who.html",
        conference=found,
        event=event,
        wish=wish,
        restricted=own_seats.restricted([event.id]).get(event.id, ""),
        form=FindForm(),
        open=service.window_of(found, clock.now()) is Window.OPEN,
    )


# --- a person's own pages


def _token(person: Person) -> str:
    return links.page_token(person.id, person.secret_version)


def _conference_of(person: Person) -> Conference:
    return db.session.get_one(Conference, person.conference_id)


def _to_own(person: Person, lang: str) -> BaseResponse:
    return redirect(links.page_path(person.id, person.secret_version, lang), 303)


def _page(template: str, person: Person, **context: Any) -> str:
    return render_template(
        f"registration/{template}",
        person=person,
        token=_token(person),
        conference=_conference_of(person),
        BookingState=BookingState,
        RegistrationState=RegistrationState,
        **context,
    )


@bp.route(f"{_OWN}/confirm", methods=["GET", "POST"])
@by_token
def confirm(lang: str, token: str) -> Answer:
    """Confirm the address. Only the button does it: mail programs open links to look at them."""
    person = queries.person_by_confirmation(token)
    if person is None or person.conference_state is ConferenceState.DRAFT:
        raise LinkGone
    g.default_language = person.default_language
    if request.method == "POST":
        service.confirm(person)
        browser.remember(person)
        return _to_own(person, lang)
    if person.state is not RegistrationState.SUBMITTED:
        return _to_own(person, lang)
    registration = db.session.get_one(Registration, person.id)
    full = bool(applying.crowded(person.conference_id, [registration.category_id]).full)
    return _page("confirm.html", person, registration=registration, full=full)


@bp.get(_OWN)
@by_token
def own(lang: str, token: str) -> Answer:
    """Show a person their registration: ticket, own programme, calendar."""
    person = person_of(token)
    browser.remember(person)
    registration = db.session.get_one(Registration, person.id)
    return _page(
        "own.html",
        person,
        registration=registration,
        first=panels.shown(panels.first, _conference_of(person), registration),
        panels=panels.shown(panels.own, _conference_of(person), registration),
        programme=queries.own_programme(person),
        qr=_qr(person),
        states=REGISTRATION_STATES,
        words=states.words(registration),
        may_write=states.may_write(registration),
    )


def _qr(person: Person) -> Markup | None:
    """Return the code of the person's badge as an SVG element without styles of its own, or None without a badge.

    A fixed mask: five times as quick to make.
    """
    badge = badges.valid(person.id) if person.state is RegistrationState.CONFIRMED else None
    if badge is None:
        return None
    code = segno.make(codes.code_of(badge), error="m", mask=2, micro=False)
    return Markup(code.svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None, light=None))


@bp.route(f"{_OWN}/change", methods=["GET", "POST"])
@by_token
def change(lang: str, token: str) -> Answer:
    """Change what one said of oneself."""
    person = person_of(token)
    registration = db.session.get_one(Registration, person.id)
    if states.own_form(registration):
        return redirect(url_for("registration_enrolment.fill", lang=lang, token=token), 303)
    form = ChangeForm(
        data={
            "name": registration.name,
            "organization": registration.organization_id,
            "country": registration.country,
            "category_id": registration.category_id,
            "language": registration.language,
        },
        meta=BY_LINK,
    )
    form.offer(queries.open_categories(person.conference_id, also=registration.category_id))
    form.fill(registration)
    if form.validate_on_submit():
        with saving(form):
            service.change(person, form.registration_data(email=person.email))
        if not form.errors:
            return _to_own(person, lang)
    return answer(
        form,
        "registration/change.html",
        person=person,
        token=token,
        conference=_conference_of(person),
        at_stake=category_seats.at_stake(person.id),
    )


@bp.route(f"{_OWN}/cancel", methods=["GET", "POST"])
@by_token
def cancel(lang: str, token: str) -> Answer:
    """Cancel one's registration, after a question that names what is lost."""
    person = person_of(token)
    if request.method == "POST":
        service.cancel(person)
        browser.forget(person.conference_id)
        return _to_own(person, lang)
    if person.state in GONE:
        return _to_own(person, lang)
    return _page("cancel.html", person, programme=queries.own_programme(person))


@bp.route(f"{_OWN}/address", methods=["GET", "POST"])
@by_token
def address(lang: str, token: str) -> Answer:
    """Give the page another address, after a question. The new one goes by mail, to its owner only."""
    person = person_of(token)
    if request.method == "POST":
        service.new_page_address(person)
        browser.forget(person.conference_id)
        return _page("address_sent.html", person)
    return _page("address.html", person)


@bp.route(f"{_OWN}/calendar", methods=["GET", "POST"])
@by_token
def calendar(lang: str, token: str) -> Answer:
    """Give the calendar feed another address, after a question."""
    person = person_of(token)
    if request.method == "POST":
        service.new_calendar_address(person)
        return redirect(f"{links.page_path(person.id, person.secret_version, lang)}#calendar", 303)
    return _page("calendar.html", person)


@bp.get(f"{_OWN}/events")
@by_token
def events(lang: str, token: str) -> Answer:
    """List the events that take bookings."""
    person = person_of(token)
    query = request.args.get("q", "")[:200]
    found = queries.bookable(person, clock.now(), query=query, page=request.args.get("page", 1, int))
    restricted = own_seats.restricted([own.event.id for own in found.events])
    return _page(
        "events.html", person, found=found, query=query, states=BOOKING_STATES, restricted=restricted
    )


@bp.get(f"{_OWN}/bookings/<code>")
@by_token
def booking(lang: str, token: str, code: str) -> Answer:
    """Show one event and what the person can do: book it, give the seat back, keep it in their programme."""
    person = person_of(token)
    browser.remember(person)
    found = queries.own_event(person, code)
    if found is None:
        raise NotFound
    return _page("booking.html", person, **booking_context(person, found))


def booking_context(person: Person, found: queries.OwnEvent) -> dict[str, Any]:
    """Return what the page of one event shows beside the person."""
    return {
        "own": found,
        "over": found.event.is_over(person.zone, clock.now()),
        "overlapping": queries.own_programme(person).overlapping(found.event, person.zone),
        "access": own_seats.access(person, found.event),
        "form": TransferForm(meta=BY_LINK),
    }


def _plan() -> None:
    values = request.view_args or {}
    found = queries.to_book_by_token(values["token"], values["code"])
    if found is None:
        raise LinkGone
    g.plan = service.plan(found)


@bp.post(f"{_OWN}/bookings/<code>")
@by_token
@before_writing(_plan)
def book_seat(lang: str, token: str, code: str) -> Answer:
    """Book a seat, or a place in the queue. Sent again it changes nothing."""
    service.carry_out(g.plan)
    return redirect(url_for(".booking", lang=lang, token=token, code=code), 303)


@bp.route(f"{_OWN}/bookings/<code>/cancel", methods=["GET", "POST"])
@by_token
def cancel_seat(lang: str, token: str, code: str) -> Answer:
    """Give a seat or a place in the queue back, after a question that names it."""
    person = person_of(token)
    found = queries.own_event(person, code)
    if found is None:
        raise NotFound
    here = url_for(".booking", lang=lang, token=token, code=code)
    if request.method == "POST":
        service.cancel_booking(person, found.event.id)
        return redirect(here, 303)
    if found.booking is None:
        return redirect(here)
    return _page("cancel_seat.html", person, own=found)


@bp.post(f"{_OWN}/bookings/<code>/star")
@by_token
def star_event(lang: str, token: str, code: str) -> Answer:
    """Keep an event in one's own programme (``on``), or take it off."""
    person = person_of(token)
    found = queries.own_event(person, code)
    if found is None:
        raise NotFound
    service.star(person, found.event.id, on=request.form.get("on") == "1")
    return redirect(url_for(".booking", lang=lang, token=token, code=code), 303)
