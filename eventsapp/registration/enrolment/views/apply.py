"""Registering by a category's form, and going on with it by one's own address. Never kept by anybody."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, send_file, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import by_token, open_to_all
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, files, kept
from eventsapp.core.audit import PARTICIPANT
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.forms import answer, keep_uploads, saving
from eventsapp.core.limits import limited
from eventsapp.core.web import private
from eventsapp.extensions import db
from eventsapp.registration import links
from eventsapp.registration import session as browser
from eventsapp.registration.enrolment import applying, content, photos, service, shown, states
from eventsapp.registration.enrolment.content import PersonData
from eventsapp.registration.enrolment.forms import PersonForm, person_form
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.forms import BY_LINK
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.queries import Person
from eventsapp.registration.rules import Window
from eventsapp.registration.views.shared import (
    CONFERENCE,
    OWN,
    REGISTER_LIMITS,
    LinkGone,
    conference_of,
    gone,
    person_of,
    user,
    who,
)

bp = Blueprint("registration_enrolment", __name__)
bp.register_error_handler(LinkGone, gone)

_PREVIEW = 1600
"""Pixels of the longer side."""

Answer = str | tuple[str, int] | Response | BaseResponse


def _category(conference: Conference, slug: str) -> Category:
    found = db.session.scalar(
        select(Category).where(Category.conference_id == conference.id, Category.slug == slug, Category.open)
    )
    if found is None:
        raise NotFound
    return found


@bp.route(f"{CONFERENCE}/register/as/<category>", methods=["GET", "POST"])
@open_to_all
@limited(*REGISTER_LIMITS)
def apply(lang: str, conference: str, category: str) -> Answer:
    """Register in a category, by its form. The answer does not tell whether an address is registered already."""
    found = conference_of(conference)
    if not isinstance(found, Conference):
        return found
    chosen = _category(found, category)
    standing = applying.opening_of(found, chosen)
    full = service.is_full(chosen)
    # What was typed is not thrown away: who sends the form is told on the form.
    if request.method == "GET" and (standing.window is not Window.OPEN or full):
        return render_template(
            "registration/enrol_closed.html",
            conference=found,
            category=chosen,
            opening=standing,
            Window=Window,
        )
    account = user()
    known = {"name": account.name, "email": account.email} if account is not None else {}
    asks = service.asks_of(found, chosen.form)
    form = person_form(found, chosen, asks, user_data=known, keep_uploads=True)
    sent = form.validate_on_submit()
    if request.method == "POST" and "draft" not in request.form:
        # Before any file is stored: of what is refused nothing stays.
        form.tell_the_rest(_begun(form, chosen), service.today(found))
    if sent and not form.errors:
        made: Registration | None = None
        with saving(form):
            made = _apply(found, chosen, form, lang)
        if not form.errors:
            if made is not None:
                endpoint = "fill" if made.state is RegistrationState.DRAFT else ""
                return redirect(_own_address(made, lang, endpoint), 303)
            session["registration_email"] = form["email"].data
            return redirect(url_for("registration.sent", lang=lang, conference=found.slug), 303)
    return answer(
        form,
        "registration/enrol.html",
        conference=found,
        category=chosen,
        categories=len(applying.offered(found)),
        queue=bool(applying.crowded(found.id, [chosen.id]).queue),
        questions=form.asks.questions,
    )


def _begun(form: PersonForm, category: Category) -> PersonData:
    return PersonData(form.name.data or "", form["email"].data or "", category.id)


def _apply(conference: Conference, category: Category, form: PersonForm, lang: str) -> Registration | None:
    try:
        return applying.apply(
            conference,
            category,
            form.person_data(_begun(form, category)),
            language=lang,
            user=user(),
            actor=who(),
            complete="draft" not in request.form,
            passport=form.passport_given,
            keep_passport=lambda made: _keep_passport(form, made),
        )
    except Conflict as refused:
        raise Invalid({"": str(refused)}) from None


def _keep_passport(form: PersonForm, registration: Registration) -> None:
    if "passport" in form:
        form["passport"].seal(registration)


def _own_address(registration: Registration, lang: str, endpoint: str = "") -> str:
    if not endpoint:
        return links.page_path(registration.id, registration.secret_version, lang)
    token = links.page_token(registration.id, registration.secret_version)
    return url_for(f".{endpoint}", lang=lang, token=token)


@bp.get(f"{CONFERENCE}/register/kept/<token>")
@by_token
def kept_photo(lang: str, conference: str, token: str) -> Answer:
    """Return a photo that came with a form that was refused, to whoever sent it: the page cuts it again."""
    found = kept.read(token)
    if found is None:
        raise NotFound
    try:
        content = files.as_webp(found.content, width=_PREVIEW, height=_PREVIEW)
    except files.FileRefused:
        raise NotFound from None
    return private(send_file(io.BytesIO(content), mimetype=files.PICTURE_TYPE))


# --- one's own


def _registration(person: Person) -> Registration:
    return db.session.get_one(Registration, person.id)


@bp.route(f"{OWN}/form", methods=["GET", "POST"])
@by_token
def fill(lang: str, token: str) -> Answer:
    """Go on with one's registration: save it, hand it in, or change what was said while that is possible."""
    person = person_of(token)
    browser.remember(person)
    row = _registration(person)
    if not states.may_write(row):
        return redirect(_own_address(row, lang), 303)
    conference = row.conference
    stays = content.stays(row.state, row.category.approval)
    form = person_form(
        conference,
        row.category,
        service.asks_of(conference, row.form),
        registration=row,
        stays=stays,
        keep_uploads=True,
        **BY_LINK,
    )
    if form.validate_on_submit():
        with saving(form):
            _save(row, form)
        if not form.errors:
            if row.state in states.TO_HAND_IN and "hand_in" not in request.form:
                return redirect(url_for(".fill", lang=lang, token=token, saved="1"), 303)
            if row.state in states.TO_HAND_IN:
                return _hand_in(row, lang, token)
            return redirect(_own_address(row, lang), 303)
    elif request.method == "GET" and "missing" in request.args:
        form.tell(service.missing(row))
    return _form_page(form, person, row, stays)


def _save(row: Registration, form: PersonForm) -> None:
    """Keep what was typed; a registration that was handed in already has to stay complete."""
    data = form.person_data(content.data_of(row))
    if row.state not in states.TO_HAND_IN:
        conference = row.conference
        passport = form.passport_given if "passport" in form else True
        found = content.problems(
            content.tidy(data),
            service.asks_of(conference, row.form),
            complete=True,
            passport=passport,
            today=service.today(conference),
        )
        if found:
            raise Invalid(found)
    elif row.address_confirmed_at is None:
        # The address of this page went to nobody but the person.
        row.address_confirmed_at = clock.now()
        db.session.flush()
    try:
        service.save(row, data, actor=PARTICIPANT)
    except Conflict as refused:
        raise Invalid({"": str(refused)}) from None
    _keep_passport(form, row)


def _hand_in(row: Registration, lang: str, token: str) -> BaseResponse:
    """Hand in what was just saved; say what is missing on the form, which keeps the files."""
    try:
        with db.session.begin_nested():
            service.hand_in(row, actor=PARTICIPANT, proven=True)
    except Invalid:
        return redirect(url_for(".fill", lang=lang, token=token, missing="1"), 303)
    except Conflict:
        # The form says why, and what was typed is kept.
        return redirect(url_for(".fill", lang=lang, token=token, saved="1"), 303)
    return redirect(_own_address(row, lang), 303)


def _form_page(form: PersonForm, person: Person, row: Registration, stays: Any) -> Answer:
    if form.errors and request.method == "POST":
        keep_uploads(form)
    page = render_template(
        "registration/enrol_own.html",
        form=form,
        person=person,
        token=links.page_token(person.id, person.secret_version),
        conference=row.conference,
        registration=row,
        category=row.category,
        questions=form.asks.questions,
        to_hand_in=row.state in states.TO_HAND_IN,
        asked=states.reason(row) if row.state is RegistrationState.RETURNED else None,
        stays=[one for one in shown.rows(row) if stays and one.label in shown.vetted_labels()],
        full=row.state is RegistrationState.DRAFT and service.is_full(row.category),
        missing="missing" in request.args and request.method == "GET",
        saved="saved" in request.args and request.method == "GET",
    )
    return page, 422 if request.method == "POST" else 200


@bp.get(f"{OWN}/photo")
@by_token
def photo(lang: str, token: str) -> Answer:
    """Return one's own photo."""
    path = photos.file_of(_registration(person_of(token)))
    if path is None:
        raise NotFound
    return private(send_file(path, mimetype=files.PICTURE_TYPE))
