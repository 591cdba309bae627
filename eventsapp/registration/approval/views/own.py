"""On a person's own page: taking an offered place, answering the desk, the letter that confirms the registration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import PARTICIPANT
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import answer, saving
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.registration import life, links, queries
from eventsapp.registration.approval import letters, service, waiting
from eventsapp.registration.approval.forms import AnswerForm, LetterForm, by_link
from eventsapp.registration.approval.views.paper import paper
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration, RegistrationStep
from eventsapp.registration.queries import Person

bp = Blueprint("registration_standing", __name__)

_OWN = f"/<any({','.join(LANGUAGES)}):lang>/registrations/<token>"

Answer = str | tuple[str, int] | Response | BaseResponse
S = RegistrationState


def _person(token: str) -> Person:
    """Return whose page this is. Raises :class:`NotFound`."""
    person = queries.person_by_token(token)
    if person is None or person.conference_state is ConferenceState.DRAFT:
        raise NotFound
    g.default_language = person.default_language
    return person


def _to_own(person: Person, lang: str) -> BaseResponse:
    return redirect(links.page_path(person.id, person.secret_version, lang), 303)


@bp.post(f"{_OWN}/offer")
@by_token
def take(lang: str, token: str) -> Answer:
    """Take the place that is kept for the person."""
    person = _person(token)
    life.accept_offer(person.id)
    return _to_own(person, lang)


@bp.route(f"{_OWN}/answer", methods=["GET", "POST"])
@by_token
def reply(lang: str, token: str) -> Answer:
    """Answer what the approval desk asked."""
    person = _person(token)
    if person.state is not S.RETURNED:
        return _to_own(person, lang)
    form = by_link(AnswerForm)
    if form.validate_on_submit():
        with saving(form):
            service.answer(person.id, note=form.note.data)
        if not form.errors:
            return _to_own(person, lang)
    return answer(
        form,
        "registration/approval/answer.html",
        person=person,
        token=token,
        conference=db.session.get_one(Conference, person.conference_id),
        question=_last_note(person.id, "ask"),
    )


@bp.post(f"{_OWN}/letters")
@by_token
def issue(lang: str, token: str) -> Answer:
    """Issue the letter in the language that is asked for."""
    person = _person(token)
    form = by_link(LetterForm)
    language = form.language.data if form.validate_on_submit() else lang
    registration = db.session.get_one(Registration, person.id)
    made = letters.issue(registration, language=language, actor=PARTICIPANT)
    return redirect(url_for(".letter", lang=lang, token=token, code=made.code), 303)


@bp.get(f"{_OWN}/letters/<code>.pdf")
@by_token
def letter(lang: str, token: str, code: str) -> Answer:
    """Hand over a letter as PDF."""
    person = _person(token)
    kept = next((one for one in letters.of_registration(person.id) if one.code == code), None)
    if kept is None or kept.revoked_at is not None:
        raise NotFound
    conference = db.session.get_one(Conference, person.conference_id)
    return paper(conference, db.session.get_one(Registration, person.id), kept)


# --- panels


def _last_note(registration_id: int, action: str) -> str | None:
    return db.session.scalar(
        select(RegistrationStep.note)
        .where(RegistrationStep.registration_id == registration_id, RegistrationStep.action == action)
        .order_by(RegistrationStep.id.desc())
        .limit(1)
    )


def standing_panel(_conference: Conference, registration: Registration) -> dict[str, Any] | None:
    """Return what a person who has no place yet can do, and why they have none."""
    state = registration.state
    if state not in (S.OFFERED, S.WAITLISTED, S.RETURNED, S.REJECTED):
        return None
    asked = {S.RETURNED: "ask", S.REJECTED: "reject"}.get(state)
    return {
        "place": waiting.place_of(registration),
        "note": _last_note(registration.id, asked) if asked else None,
        "States": S,
    }


def letter_panel(_conference: Conference, registration: Registration) -> dict[str, Any] | None:
    """Return the form that asks for the letter, once the registration is confirmed."""
    if registration.state is not S.CONFIRMED:
        return None
    return {"letter_form": by_link(LetterForm, formdata=None, data={"language": registration.language})}
