"""The workspace: the questions of a registration form, put together."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.translations import pick
from eventsapp.questions import builder, rules, service
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question
from eventsapp.questions.names import KINDS
from eventsapp.registration.enrolment import building
from eventsapp.registration.enrolment.views.forms import blueprint, name_of_form
from eventsapp.registration.models import RegistrationForm

Answer = str | Response | BaseResponse | tuple[str, int]


def _url(endpoint: str, form: RegistrationForm, **values: Any) -> str:
    return url_for(
        f"registration_forms.{endpoint}", conference=form.conference.slug, slug=form.slug, **values
    )


def _label(row: Question, conference: Conference) -> str:
    return pick(row.labels, locale.current(), conference.default_language)


@blueprint.get("/<slug>/questions")
@manages(Permission.EDIT_REGISTRATIONS)
def questions(conference: Conference, slug: str) -> Answer:
    """List what a form asks, in its order."""
    found = building.one(conference.id, slug)
    return render_template(
        "registration/manage/forms/questions.html",
        conference=conference,
        row=found,
        name=name_of_form(found),
        questions=rules.asked(found.questionnaire),
        kinds=KINDS,
        answered={key: numbers[""] for key, numbers in building.answered(found.id).items()},
        action=ActionForm(),
    )


@blueprint.route("/<slug>/questions/new/<kind>", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def new_question(conference: Conference, slug: str, kind: str) -> Answer:
    """Add a question of a kind at the end."""
    found = building.one(conference.id, slug)
    if kind not in set(QuestionKind):
        raise NotFound
    chosen = QuestionKind(kind)
    made = builder.form_of(chosen, rules.asked(found.questionnaire), conference.default_language)
    form = builder.of_people(made(**content_of(conference)))
    if form.validate_on_submit():
        building.writable(conference)
        with saving(form):
            added = service.add(
                found.questionnaire,
                chosen,
                form.question_data(),
                default=conference.default_language,
                actor=actor(),
            )
        if not form.errors:
            flash(_("“%(name)s” was added.", name=_label(added, conference)), "good")
            return redirect(_url("questions", found, _anchor=f"question-{added.key}"))
    return _page(form, conference, found, None, chosen, 0)


@blueprint.route("/<slug>/questions/<key>", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def question(conference: Conference, slug: str, key: str) -> Answer:
    """Change a question."""
    found = building.one(conference.id, slug)
    row = service.one(found.questionnaire, key)
    asked = rules.asked(found.questionnaire)
    before = asked[: [one.key for one in asked].index(key)]
    made = builder.form_of(row.kind, before, conference.default_language)
    form = builder.of_people(made(data=builder.values_of(row), **content_of(conference)))
    numbers = building.answered(found.id).get(key, {})
    if form.validate_on_submit():
        building.writable(conference)
        with saving(form):
            builder.keep_options_in_use(form, row, numbers, _in_use)
            service.change(row, form.question_data(), default=conference.default_language, actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=_label(row, conference)), "good")
            return redirect(_url("questions", found, _anchor=f"question-{key}"))
    return _page(form, conference, found, row, row.kind, numbers.get("", 0))


def _in_use(option: str, count: int) -> str:
    return str(
        _(
            "“%(answer)s” has been chosen in %(count)d registrations, which would have to choose anew.",
            answer=option,
            count=count,
        )
    )


def _page(
    form: builder.QuestionForm,
    conference: Conference,
    found: RegistrationForm,
    question_row: Question | None,
    kind: QuestionKind,
    answers: int,
) -> Answer:
    return answer(
        form,
        "registration/manage/forms/question.html",
        conference=conference,
        row=found,
        name=name_of_form(found),
        question=question_row,
        kind=kind,
        kinds=KINDS,
        answers=answers,
    )


@blueprint.post("/<slug>/questions/order")
@manages(Permission.EDIT_REGISTRATIONS)
def order(conference: Conference, slug: str) -> Answer:
    """Put the questions into another order: ``key`` and ``to`` (up or down), or all keys in ``order``."""
    found = building.one(conference.id, slug)
    form = ActionForm()
    if not form.validate_on_submit():
        flash(" ".join(str(said) for _id, _label, errors in form.summary for said in errors), "bad")
        return redirect(_url("questions", found))
    building.writable(conference)
    anchor = None
    try:
        if request.form.get("order"):
            service.reorder(found.questionnaire, request.form["order"].split(), actor=actor())
        else:
            row = service.one(found.questionnaire, request.form.get("key", ""))
            anchor = f"question-{row.key}"
            by = {"up": -1, "down": 1}.get(request.form.get("to", ""), 0)
            service.move(row, by=by, actor=actor())
    except Conflict as refused:
        flash(str(refused), "bad")
    return redirect(_url("questions", found, _anchor=anchor))


@blueprint.route("/<slug>/questions/<key>/delete", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def delete_question(conference: Conference, slug: str, key: str) -> Answer:
    """Ask, then take a question off."""
    found = building.one(conference.id, slug)
    row = service.one(found.questionnaire, key)
    label = _label(row, conference)
    form = ActionForm()
    if form.validate_on_submit():
        building.writable(conference)
        service.remove(row, actor=actor())
        flash(_("“%(name)s” was deleted.", name=label), "good")
        return redirect(_url("questions", found))
    return answer(
        form,
        "registration/manage/forms/delete_question.html",
        conference=conference,
        row=found,
        name=name_of_form(found),
        label=label,
        answers=building.answered(found.id).get(key, {}).get("", 0),
        dependents=rules.depend_on(key, rules.asked(found.questionnaire)),
    )


def register(app: Flask) -> None:
    """Bind the pages, which are part of the forms' own."""
    app.register_blueprint(blueprint)
