"""The pages of every kind of the catalogue: list, new, change, delete, order, and the kind's own actions."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences import catalogue
from eventsapp.conferences.catalogue import Kind
from eventsapp.conferences.models import Conference
from eventsapp.core import locale, markdown
from eventsapp.core.forms import ActionForm, Form, answer, content_of, saving

Answer = str | Response | BaseResponse | tuple[str, int]

_REGISTRY = "eventsapp.catalogue"


def kinds() -> dict[str, Kind]:
    """Return all kinds of this application by name, in the order they were registered."""
    found: dict[str, Kind] = current_app.extensions.setdefault(_REGISTRY, {})
    return found


def register(app: Flask, kind: Kind) -> None:
    """Add a kind and its pages, under ``/manage/<conference>/setup/<name>``."""
    app.extensions.setdefault(_REGISTRY, {})[kind.name] = kind
    app.register_blueprint(_blueprint(kind))


def _blueprint(kind: Kind) -> Blueprint:
    blueprint = Blueprint(kind.blueprint, __name__, url_prefix=f"/manage/<conference>/setup/{kind.name}")
    pages = _Pages(kind)
    guard = manages(kind.permission)
    for rule, name, view, methods in (
        ("/", "index", pages.index, ["GET"]),
        ("/new", "new", pages.new, ["GET", "POST"]),
        ("/<int:id_>", "edit", pages.edit, ["GET", "POST"]),
        ("/<int:id_>/delete", "delete", pages.delete, ["GET", "POST"]),
        ("/<int:id_>/move", "move", pages.move, ["POST"]),
        ("/<int:id_>/<action>", "act", pages.act, ["POST"]),
    ):
        blueprint.add_url_rule(rule, name, guard(view), methods=methods)
    return blueprint


class _Pages:
    """The views of one kind."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def _url(self, name: str, conference: Conference, **values: Any) -> str:
        return url_for(f"{self.kind.blueprint}.{name}", conference=conference.slug, **values)

    def _back(self, conference: Conference) -> BaseResponse:
        return redirect(self._url("index", conference))

    def _name(self, row: Any, conference: Conference) -> str:
        return self.kind.name_of(row, locale.current(), conference.default_language)

    def _form(self, conference: Conference, row: Any = None) -> Form:
        form = self.kind.form(obj=row, **content_of(conference))
        if self.kind.prepare is not None:
            self.kind.prepare(form, conference)
        return form

    def _values(self, form: Form) -> dict[str, Any]:
        return {name: value for name, value in form.data.items() if name not in ("csrf_token", "slug")}

    def _previews(self, form: Form, conference: Conference) -> list[tuple[str, str, Any]]:
        """(field's label, language, safe HTML) of the Markdown that was typed."""
        shown = []
        for name in self.kind.preview:
            for language in getattr(form[name], "languages", ()):
                text = (form[name].data or {}).get(language)
                if text:
                    shown.append((str(form[name].label.text), language, markdown.to_html(text)))
        return shown

    def index(self, conference: Conference) -> Answer:
        """List them."""
        needed = self.kind.needs
        return render_template(
            "conferences/entries.html",
            conference=conference,
            kind=self.kind,
            rows=catalogue.rows(self.kind, conference),
            possible=catalogue.possible_actions,
            action=ActionForm(),
            first=kinds()[needed[0]] if needed else None,
        )

    def new(self, conference: Conference) -> Answer:
        """Add one."""
        form = self._form(conference)
        if "preview" not in request.form and form.validate_on_submit():
            with saving(form):
                row = catalogue.create(
                    self.kind, conference, self._values(form), slug=form.slug.data, actor=actor()
                )
            if not form.errors:
                flash(_("“%(name)s” was added.", name=self._name(row, conference)), "good")
                if "another" in request.form:
                    return redirect(self._url("new", conference))
                return self._back(conference)
        return self._page(form, conference, None)

    def edit(self, conference: Conference, id_: int) -> Answer:
        """Change one."""
        row = catalogue.row(self.kind, conference, id_)
        form = self._form(conference, row)
        if "preview" not in request.form and form.validate_on_submit():
            with saving(form):
                catalogue.update(
                    self.kind, conference, row, self._values(form), slug=form.slug.data, actor=actor()
                )
            if not form.errors:
                flash(_("“%(name)s” was saved.", name=self._name(row, conference)), "good")
                return self._back(conference)
        return self._page(form, conference, row)

    def _page(self, form: Form, conference: Conference, row: Any) -> Answer:
        previews = self._previews(form, conference) if "preview" in request.form else []
        return answer(
            form,
            "conferences/entry.html",
            conference=conference,
            kind=self.kind,
            row=row,
            name=self._name(row, conference) if row is not None else "",
            previews=previews,
            previewed="preview" in request.form,
        )

    def delete(self, conference: Conference, id_: int) -> Answer:
        """Ask, then delete."""
        row = catalogue.row(self.kind, conference, id_)
        form = ActionForm()
        name = self._name(row, conference)
        if form.validate_on_submit():
            catalogue.delete(self.kind, conference, row, actor=actor())
            flash(_("“%(name)s” was deleted.", name=name), "good")
            return self._back(conference)
        return answer(
            form,
            "conferences/entry_delete.html",
            conference=conference,
            kind=self.kind,
            row=row,
            name=name,
            used=catalogue.dependents(row),
        )

    def move(self, conference: Conference, id_: int) -> Answer:
        """Move one up or down."""
        row = catalogue.row(self.kind, conference, id_)
        if _checked(ActionForm()):
            by = {"up": -1, "down": 1}.get(request.form.get("to", ""), 0)
            catalogue.move(self.kind, conference, row, by=by, actor=actor())
        return redirect(self._url("index", conference, _anchor=f"row-{id_}"))

    def act(self, conference: Conference, id_: int, action: str) -> Answer:
        """Do what a button of the list says."""
        row = catalogue.row(self.kind, conference, id_)
        if _checked(ActionForm()):
            done = catalogue.act(self.kind, conference, row, action, actor=actor())
            flash(f"“{self._name(row, conference)}”: {done.done}", "good")
        return self._back(conference)


def _checked(form: ActionForm) -> bool:
    """Return whether a button may do what it says; say so when the session had expired."""
    if form.validate_on_submit():
        return True
    flash(" ".join(str(said) for _id, _label, errors in form.summary for said in errors), "bad")
    return False
