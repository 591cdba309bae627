"""What a registered person does with their own data: see it, take it away, erase it; and the list of participants."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import PARTICIPANT
from eventsapp.core.errors import NotFound
from eventsapp.core.limits import Limit, by_address, limited
from eventsapp.core.translations import LANGUAGES
from eventsapp.core.web import before_writing, private
from eventsapp.extensions import db
from eventsapp.registration import links, queries
from eventsapp.registration import session as browser
from eventsapp.registration.enrolment import consents
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.privacy import copying, erasing, participants, service
from eventsapp.registration.queries import Person
from eventsapp.registration.views.shared import LinkGone, gone

bp = Blueprint(
    "registration_data",
    __name__,
    url_prefix=f"/<any({','.join(LANGUAGES)}):lang>/registrations/<token>",
)
bp.register_error_handler(LinkGone, gone)

Answer = str | Response | BaseResponse


def _own(token: str) -> tuple[Person, Registration, Conference]:
    """Return whose page this is. Raises :class:`LinkGone`."""
    person = queries.person_by_token(token)
    if person is None or person.conference_state is ConferenceState.DRAFT:
        raise LinkGone
    g.default_language = person.default_language
    registration = db.session.get_one(Registration, person.id)
    return person, registration, db.session.get_one(Conference, person.conference_id)


def _page(template: str, person: Person, **context: Any) -> str:
    token = links.page_token(person.id, person.secret_version)
    return render_template(f"registration/privacy/{template}", person=person, token=token, **context)


@bp.get("/data")
@by_token
def data(lang: str, token: str) -> Answer:
    """Show what is kept of a person, why, and until when."""
    person, registration, conference = _own(token)
    return _page(
        "own.html",
        person,
        registration=registration,
        conference=conference,
        kinds=service.kept_of(registration),
        consents=consents.of(registration.id),
        listing=service.may_be_listed(registration),
    )


def _pack() -> None:
    """Put together what is kept of a person: photo and files take a while, in which nobody else should wait."""
    asked = request.view_args or {}
    _person, registration, _conference = _own(asked["token"])
    g.copy = copying.archive(registration) if asked["kind"] == "zip" else copying.as_json(registration)


@bp.post("/data/copy.<any(json,zip):kind>")
@by_token
@limited(Limit("copy", "LIMIT_REGISTER", by_address))
@before_writing(_pack)
def copy(lang: str, token: str, kind: str) -> Answer:
    """Hand over everything that is kept of a person; recorded."""
    person, _registration, _conference = _own(token)
    kind_of = "application/zip" if kind == "zip" else "application/json; charset=utf-8"
    response = Response(g.copy, content_type=kind_of)
    audit.record(
        PARTICIPANT,
        "privacy.copy",
        f"registration:{person.id}",
        conference_id=person.conference_id,
        detail={"kind": kind},
    )
    name = f"{person.slug}-{person.id}-{clock.now().date().isoformat()}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)


@bp.post("/data/listed")
@by_token
def listed(lang: str, token: str) -> Answer:
    """Agree to stand in the list of participants (``on``), or take that back."""
    _person, registration, _conference = _own(token)
    service.agree_to_be_listed(registration, on=request.form.get("on") == "1", actor=PARTICIPANT)
    return redirect(url_for(".data", lang=lang, token=token), 303)


@bp.post("/data/withdraw")
@by_token
def withdraw(lang: str, token: str) -> Answer:
    """Take back what the person agreed to (``key``)."""
    _person, registration, _conference = _own(token)
    consents.withdraw(registration, request.form.get("key", "")[:40], actor=PARTICIPANT)
    return redirect(url_for(".data", lang=lang, token=token, _anchor="agreed"), 303)


@bp.route("/data/erase", methods=["GET", "POST"])
@by_token
def erase(lang: str, token: str) -> Answer:
    """Erase a person's data, after a question that says what is lost and what stays."""
    person, registration, conference = _own(token)
    if request.method == "POST":
        erasing.erase(person.id, actor=PARTICIPANT)
        browser.forget(person.conference_id)
        return _page("erased.html", person, conference=conference)
    return _page(
        "erase.html",
        person,
        conference=conference,
        registration=registration,
        cancels=erasing.cancels(registration),
    )


@bp.get("/participants")
@by_token
def people(lang: str, token: str) -> Answer:
    """Show registered people who else comes, of those who agreed to be seen."""
    person, _registration, conference = _own(token)
    if person.state is not RegistrationState.CONFIRMED:
        raise NotFound
    query = request.args.get("q", "")[:200]
    category = request.args.get("category", "")[:10]
    found = participants.listing(
        conference.id, query=query, category=category, page=request.args.get("page", 1, int)
    )
    if not found.categories:
        raise NotFound
    return _page(
        "participants.html", person, conference=conference, found=found, query=query, category=category
    )
