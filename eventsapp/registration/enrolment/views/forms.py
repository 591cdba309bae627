"""The workspace: registration forms, what they ask of a person, and when."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.core.errors import Conflict
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.forms import answers_of, name_of
from eventsapp.registration.enrolment import building, content, service
from eventsapp.registration.enrolment.forms import PersonForm, person_form
from eventsapp.registration.enrolment.setup_forms import SetupForm, values_of
from eventsapp.registration.models import Category, RegistrationForm

blueprint = Blueprint("registration_forms", __name__, url_prefix="/manage/<conference>/registration/forms")

Answer = str | Response | BaseResponse | tuple[str, int]


def _url(endpoint: str, form: RegistrationForm) -> str:
    return url_for(f"registration_forms.{endpoint}", conference=form.conference.slug, slug=form.slug)


def name_of_form(form: RegistrationForm) -> str:
    """Return what a form is called, in the reader's language."""
    return pick(form.names, locale.current(), form.conference.default_language) or form.slug


@blueprint.get("/")
@manages(Permission.EDIT_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """List the forms, and the categories that have none."""
    return render_template(
        "registration/manage/forms/index.html", conference=conference, listed=building.listing(conference.id)
    )


@blueprint.route("/new", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def new(conference: Conference) -> Answer:
    """Add a form."""
    form = SetupForm(**content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            made = building.create(conference, form.form_data(), actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was added.", name=name_of_form(made)), "good")
            return redirect(_url("questions", made))
    return answer(form, "registration/manage/forms/edit.html", conference=conference, row=None)


@blueprint.route("/<slug>", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def edit(conference: Conference, slug: str) -> Answer:
    """Change a form."""
    row = building.one(conference.id, slug)
    form = SetupForm(data=values_of(row), **content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            building.change(row, form.form_data(), actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=name_of_form(row)), "good")
            return redirect(_url("questions", row))
    return answer(
        form, "registration/manage/forms/edit.html", conference=conference, row=row, name=name_of_form(row)
    )


@blueprint.route("/<slug>/delete", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def delete(conference: Conference, slug: str) -> Answer:
    """Ask, then delete a form that nobody has filled."""
    row = building.one(conference.id, slug)
    name = name_of_form(row)
    form = ActionForm()
    if form.validate_on_submit():
        try:
            building.delete(row, actor=actor())
        except Conflict as refused:
            flash(str(refused), "bad")
            return redirect(_url("edit", row))
        flash(_("“%(name)s” was deleted.", name=name), "good")
        return redirect(url_for(".index", conference=conference.slug))
    return answer(form, "registration/manage/forms/delete.html", conference=conference, row=row, name=name)


@blueprint.route("/<slug>/preview", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def preview(conference: Conference, slug: str) -> Answer:
    """Show the form as people get it; check what is sent, and keep nothing."""
    row = building.one(conference.id, slug)
    asks = service.asks_of(conference, row)
    with db.session.no_autoflush:
        form = person_form(conference, Category(listed=False), asks)
        tried = form.validate_on_submit()
        if tried:
            form.tell(_check(form, conference, asks))
    return answer(
        form,
        "registration/manage/forms/preview.html",
        conference=conference,
        row=row,
        name=name_of_form(row),
        questions=asks.questions,
        tried=tried,
    )


def _check(form: PersonForm, conference: Conference, asks: content.Asks) -> content.Found:
    """What is wrong or missing, without a file being stored."""
    plain = [one for one in asks.questions if one.kind is not QuestionKind.FILE]
    files = {
        one.key: 1
        for one in asks.questions
        if one.kind is QuestionKind.FILE and request.files.get(name_of(one))
    }
    typed: dict[str, Any] = {
        name: form[name].data
        for name in content.FIELDS
        if name in form and name not in ("answers", "first_time")
    }
    data = content.PersonData(
        **{"category_id": 0, **typed},
        first_time=None if "first_time" not in form or not form["first_time"].data else True,
        photo_id=1 if "photo" in form and form["photo"].data else None,
        answers={**answers_of(form, plain), **files},
    )
    return content.problems(
        content.tidy(data),
        asks,
        complete=True,
        passport=form.passport_given,
        today=service.today(conference),
    )
