"""The page of somebody who was nominated, or invited as a speaker. Its address is secret and came by mail."""

from __future__ import annotations

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import Conflict
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, EventSpeaker
from eventsapp.registration import links as registration_links
from eventsapp.registration import session as browser
from eventsapp.registration.models import Registration
from eventsapp.registration.nominations import links, service
from eventsapp.registration.transitions import GONE
from eventsapp.registration.views.shared import LinkGone, gone

bp = Blueprint("nomination", __name__)
bp.register_error_handler(LinkGone, gone)

Answer = str | tuple[str, int] | Response | BaseResponse


@bp.route(f"/<any({','.join(LANGUAGES)}):lang>/nominations/<token>", methods=["GET", "POST"])
@by_token
def answer(lang: str, token: str) -> Answer:
    """Ask whether the person comes. Only the buttons answer: mail programs open links to look at them."""
    person = links.person_of(token)
    if person is None or person.conference_state is ConferenceState.DRAFT:
        raise LinkGone
    g.default_language = person.default_language
    registration = db.session.get_one(Registration, person.id)
    own = registration_links.page_path(person.id, person.secret_version, lang)
    refused = ""
    if request.method == "POST" and service.waits(registration):
        if request.form.get("answer") == "no":
            service.decline(person)
            return redirect(request.path, 303)
        try:
            with db.session.begin_nested():
                service.accept(person)
        except Conflict as conflict:
            # Such as that all places are taken: said on the page, which is still there to say no.
            refused = str(conflict)
        if not refused:
            browser.remember(person)
            if registration.form_id is not None:
                own_token = registration_links.page_token(person.id, person.secret_version)
                return redirect(url_for("registration_enrolment.fill", lang=lang, token=own_token), 303)
            return redirect(own, 303)
    if not service.waits(registration) and registration.state not in GONE:
        return redirect(own, 303)
    page = render_template(
        "registration/nomination.html",
        conference=db.session.get_one(Conference, person.conference_id),
        registration=registration,
        ended=registration.state in GONE,
        refused=refused,
        events=_events(registration.speaker_id) if registration.speaker_id is not None else [],
    )
    return page, 409 if refused else 200


def _events(speaker_id: int) -> list[Event]:
    spoken = select(EventSpeaker.event_id).where(EventSpeaker.speaker_id == speaker_id)
    return list(
        db.session.scalars(
            select(Event)
            .where(Event.id.in_(spoken), Event.state == EventState.SCHEDULED)
            .order_by(Event.code)
        )
    )
