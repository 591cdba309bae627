"""The workspace: the questions of a call, put together. ``drafts.views.preview`` shows the form as an applicant gets it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import locale
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.translations import pick
from eventsapp.proposals.calls import queries
from eventsapp.proposals.calls.names import KINDS
from eventsapp.proposals.models import Call
from eventsapp.proposals.service import writable
from eventsapp.questions import builder, rules, service
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question

blueprint = Blueprint("calls_questions", __name__, url_prefix="/manage/<conference>/calls/<call>/questions")

Answer = str | Response | BaseResponse | tuple[str, int]


def _url(endpoint: str, call: Call, **values: Any) -> str:
    return url_for(f"calls_questions.{endpoint}", conference=call.conference.slug, call=call.slug, **values)


def _label(row: Question, conference: Conference) -> str:
    return pick(row.labels, locale.current(), conference.default_language)


@blueprint.get("/")
@manages(Permission.EDIT_CALLS)
def index(conference: Conference, call: str) -> Answer:
    """List the questions of a call, in their order."""
    found = queries.one(conference.id, call)
    return render_template(
        "proposals/manage/questions.html",
        conference=conference,
        call=found,
        questions=rules.asked(found.questionnaire),
        kinds=KINDS,
        answered={key: numbers[""] for key, numbers in queries.answered(found.id).items()},
        action=ActionForm(),
    )


@blueprint.route("/new/<kind>", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def new(conference: Conference, call: str, kind: str) -> Answer:
    """Add a question of a kind at the end."""
    found = queries.one(conference.id, call)
    if kind not in set(QuestionKind):
        raise NotFound
    chosen = QuestionKind(kind)
    before = rules.asked(found.questionnaire)
    form = builder.form_of(chosen, before, conference.default_language)(**content_of(conference))
    if form.validate_on_submit():
        writable(conference)
        with saving(form):
            made = service.add(
                found.questionnaire,
                chosen,
                form.question_data(),
                default=conference.default_language,
                actor=actor(),
            )
        if not form.errors:
            flash(_("“%(name)s” was added.", name=_label(made, conference)), "good")
            return redirect(_url("index", found, _anchor=f"question-{made.key}"))
    return answer(
        form, "proposals/manage/question.html", conference=conference, call=found, row=None, kind=chosen, kinds=KINDS
    )  # fmt: skip


@blueprint.route("/<key>", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def edit(conference: Conference, call: str, key: str) -> Answer:
    """Change a question."""
    found = queries.one(conference.id, call)
    row = service.one(found.questionnaire, key)
    questions = rules.asked(found.questionnaire)
    before = questions[: [one.key for one in questions].index(key)]
    made = builder.form_of(row.kind, before, conference.default_language)
    form = made(data=builder.values_of(row), **content_of(conference))
    numbers = queries.answered(found.id).get(key, {})
    if form.validate_on_submit():
        writable(conference)
        with saving(form):
            builder.keep_options_in_use(form, row, numbers)
            service.change(row, form.question_data(), default=conference.default_language, actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=_label(row, conference)), "good")
            return redirect(_url("index", found, _anchor=f"question-{key}"))
    return answer(
        form,
        "proposals/manage/question.html",
        conference=conference,
        call=found,
        row=row,
        kind=row.kind,
        kinds=KINDS,
        answers=numbers.get("", 0),
    )


@blueprint.post("/order")
@manages(Permission.EDIT_CALLS)
def order(conference: Conference, call: str) -> Answer:
    """Put the questions into another order: ``key`` and ``to`` (up or down), or all keys in ``order``."""
    found = queries.one(conference.id, call)
    form = ActionForm()
    if not form.validate_on_submit():
        flash(" ".join(str(said) for _id, _label, errors in form.summary for said in errors), "bad")
        return redirect(_url("index", found))
    writable(conference)
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
    return redirect(_url("index", found, _anchor=anchor))


@blueprint.route("/<key>/delete", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def delete(conference: Conference, call: str, key: str) -> Answer:
    """Ask, then take a question off."""
    found = queries.one(conference.id, call)
    row = service.one(found.questionnaire, key)
    name = _label(row, conference)
    form = ActionForm()
    if form.validate_on_submit():
        writable(conference)
        service.remove(row, actor=actor())
        flash(_("“%(name)s” was deleted.", name=name), "good")
        return redirect(_url("index", found))
    return answer(
        form,
        "proposals/manage/question_delete.html",
        conference=conference,
        call=found,
        row=row,
        name=name,
        answers=queries.answered(found.id).get(key, {}).get("", 0),
        dependents=rules.depend_on(key, rules.asked(found.questionnaire)),
    )
