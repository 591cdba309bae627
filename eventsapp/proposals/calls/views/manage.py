"""The workspace: a conference's calls, one call's overview, its text and dates, its rules, its extensions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, locale, markdown, references
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.translations import pick
from eventsapp.proposals import eligibility
from eventsapp.proposals.calls import forms, queries, rules, service
from eventsapp.proposals.calls.names import WINDOWS
from eventsapp.proposals.eligibility import Rules
from eventsapp.proposals.enums import ProposalState
from eventsapp.proposals.models import Call
from eventsapp.questions import service as questions

blueprint = Blueprint("calls_manage", __name__, url_prefix="/manage/<conference>/calls")

Answer = str | Response | BaseResponse | tuple[str, int]


def _url(endpoint: str, call: Call, **values: Any) -> str:
    return url_for(f"calls_manage.{endpoint}", conference=call.conference.slug, call=call.slug, **values)


def _name(call: Call) -> str:
    return pick(call.names, locale.current(), call.conference.default_language)


@blueprint.get("/")
@manages(Permission.VIEW_PROPOSALS)
def index(conference: Conference) -> Answer:
    """List the calls of a conference."""
    now = clock.now()
    rows = queries.listing(conference.id)
    return render_template(
        "proposals/manage/calls.html",
        conference=conference,
        rows=rows,
        windows={row.call.id: rules.window(row.call, None, now) for row in rows},
        WINDOWS=WINDOWS,
    )


@blueprint.route("/new", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def new(conference: Conference) -> Answer:
    """Make a call."""
    form = forms.CallForm(data=forms.new_values(), **content_of(conference))
    forms.prepare(form, conference)
    if "preview" not in request.form and form.validate_on_submit():
        with saving(form):
            made = service.create(conference, form.call_data(), slug=form.slug.data, actor=actor())
        if not form.errors:
            flash(_("The call was made. It is a draft: only the team sees it."), "good")
            return redirect(_url("call", made))
    return answer(
        form,
        "proposals/manage/call_form.html",
        conference=conference,
        sections=forms.SECTIONS,
        previews=_previews(form),
    )


@blueprint.get("/<call>/")
@manages(Permission.VIEW_PROPOSALS)
def call(conference: Conference, call: str) -> Answer:
    """One call at a glance: what it is, when, how many proposals there are, and what to do next."""
    found = queries.one(conference.id, call)
    now = clock.now()
    return render_template(
        "proposals/manage/call.html",
        conference=conference,
        call=found,
        window=rules.window(found, None, now),
        WINDOWS=WINDOWS,
        closed=now >= found.closes_at,
        counts=queries.counts_of([found.id]).get(found.id, {}),
        states=list(ProposalState),
        words=eligibility.in_words(Rules.from_json(found.rules)),
        questions=questions.count([found.questionnaire_id]).get(found.questionnaire_id, 0),
        extensions=len(queries.extensions(found.id)),
        formats=forms.FORMAT_NAMES,
        action=ActionForm(),
    )


@blueprint.route("/<call>/edit", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def edit(conference: Conference, call: str) -> Answer:
    """Change the text, the dates and the settings."""
    found = queries.one(conference.id, call)
    form = forms.CallForm(obj=found, data=forms.values_of(found), **content_of(conference))
    forms.prepare(form, conference)
    if "preview" not in request.form and form.validate_on_submit():
        with saving(form):
            service.update(found, form.call_data(), slug=form.slug.data, actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=_name(found)), "good")
            return redirect(_url("call", found))
    return answer(
        form,
        "proposals/manage/call_edit.html",
        conference=conference,
        call=found,
        sections=forms.SECTIONS,
        previews=_previews(form),
    )


def _previews(form: forms.CallForm) -> list[tuple[str, object]] | None:
    """(language, safe HTML) of the text that was typed; None when it was not asked for."""
    if "preview" not in request.form:
        return None
    texts = form.descriptions.data
    return [(one, markdown.to_html(texts[one])) for one in form.descriptions.languages if texts.get(one)]


@blueprint.route("/<call>/rules", methods=["GET", "POST"], endpoint="rules")
@manages(Permission.EDIT_CALLS)
def set_rules(conference: Conference, call: str) -> Answer:
    """Change who may propose."""
    found = queries.one(conference.id, call)
    kept = Rules.from_json(found.rules)
    form = forms.RulesForm(data=forms.rules_values(kept))
    if form.validate_on_submit():
        with saving(form):
            service.set_rules(found, form.rules(), actor=actor())
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=_name(found)), "good")
            return redirect(_url("rules", found))
    return answer(
        form,
        "proposals/manage/rules.html",
        conference=conference,
        call=found,
        words=eligibility.in_words(kept),
    )


@blueprint.route("/<call>/extensions", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def extensions(conference: Conference, call: str) -> Answer:
    """Let somebody propose until later; list those who may."""
    found = queries.one(conference.id, call)
    form = forms.ExtensionForm(**content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            service.extend(
                found,
                organization_id=form.organization_id.data,
                email=form.email.data,
                until=form.until.data,
                reason=form.reason.data,
                actor=actor(),
            )
        if not form.errors:
            flash(_("The extension was granted."), "good")
            return redirect(_url("extensions", found))
    return answer(
        form,
        "proposals/manage/extensions.html",
        conference=conference,
        call=found,
        extensions=queries.extensions(found.id),
        action=ActionForm(),
        now=clock.now(),
    )


@blueprint.post("/<call>/extensions/<int:extension_id>/end")
@manages(Permission.EDIT_CALLS)
def end_extension(conference: Conference, call: str, extension_id: int) -> Answer:
    """Take an extension back."""
    found = queries.one(conference.id, call)
    extension = queries.extension(found.id, extension_id)
    if _checked():
        service.end_extension(found, extension, actor=actor())
        flash(_("The extension was taken back."), "good")
    return redirect(_url("extensions", found))


@blueprint.post("/<call>/publish")
@manages(Permission.EDIT_CALLS)
def publish(conference: Conference, call: str) -> Answer:
    """Show the call to the public."""
    found = queries.one(conference.id, call)
    if _checked():
        service.publish(found, actor=actor())
        flash(_("“%(name)s” is public now.", name=_name(found)), "good")
    return redirect(_url("call", found))


@blueprint.post("/<call>/withdraw")
@manages(Permission.EDIT_CALLS)
def withdraw(conference: Conference, call: str) -> Answer:
    """Hide the call again."""
    found = queries.one(conference.id, call)
    if _checked():
        service.withdraw(found, actor=actor())
        flash(_("“%(name)s” is a draft again: only the team sees it.", name=_name(found)), "good")
    return redirect(_url("call", found))


@blueprint.route("/<call>/copy", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def copy(conference: Conference, call: str) -> Answer:
    """Make another call like this one."""
    found = queries.one(conference.id, call)
    form = forms.CopyForm(obj=found, **content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            made = service.copy(found, names=form.names.data, actor=actor())
        if not form.errors:
            flash(_("The call was copied. Check its dates before you publish it."), "good")
            return redirect(_url("edit", made))
    return answer(form, "proposals/manage/copy.html", conference=conference, call=found)


@blueprint.route("/<call>/delete", methods=["GET", "POST"])
@manages(Permission.EDIT_CALLS)
def delete(conference: Conference, call: str) -> Answer:
    """Ask, then delete a call that has no proposals."""
    found = queries.one(conference.id, call)
    form = ActionForm()
    name = _name(found)
    if form.validate_on_submit():
        service.delete(found, actor=actor())
        flash(_("“%(name)s” was deleted.", name=name), "good")
        return redirect(url_for("calls_manage.index", conference=conference.slug))
    return answer(
        form,
        "proposals/manage/delete.html",
        conference=conference,
        call=found,
        name=name,
        used=references.of(found),
    )


def _checked() -> bool:
    """Return whether a button may do what it says; say so when the session had expired."""
    form = ActionForm()
    if form.validate_on_submit():
        return True
    flash(" ".join(str(said) for _id, _label, errors in form.summary for said in errors), "bad")
    return False
