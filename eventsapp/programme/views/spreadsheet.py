"""Import from a spreadsheet: send it, see row by row what it would do, confirm."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import tables
from eventsapp.core.errors import Invalid
from eventsapp.core.forms import ActionForm, DocumentField, Form, answer
from eventsapp.programme.importing import columns, spreadsheet
from eventsapp.programme.importing.rows import Action, Plan
from eventsapp.programme.importing.sheet import LARGEST, MOST_ROWS

blueprint = Blueprint("programme_import", __name__, url_prefix="/manage/<conference>/programme/import")

Answer = str | Response | BaseResponse | tuple[str, int]

SHOWN = 500
"""Rows of one kind that a preview shows."""


class SheetField(DocumentField):
    """A spreadsheet."""

    accept = ".xlsx,.csv"


class SheetForm(Form):
    """A spreadsheet to be looked at."""

    file = SheetField(
        _l("Spreadsheet"),
        required=True,
        removable=False,
        description=_l(
            "XLSX, or CSV in UTF-8; at most %(rows)s rows and %(size)s MB.",
            rows=MOST_ROWS,
            size=LARGEST // 1024 // 1024,
        ),
    )


@blueprint.get("/")
@manages(Permission.EDIT_PROGRAMME)
def start(conference: Conference) -> Answer:
    """Ask for the file, and say what it may hold."""
    return _ask(conference, SheetForm(formdata=None))


@blueprint.post("/")
@manages(Permission.EDIT_PROGRAMME)
def preview(conference: Conference) -> Answer:
    """Show what the file would do; nothing is changed."""
    form = SheetForm()
    upload = form.file.data
    if not form.validate_on_submit() or upload is None:
        return _ask(conference, form)
    upload.stream.seek(0)
    content, name = upload.stream.read(LARGEST + 1), upload.filename or ""
    try:
        plan = spreadsheet.preview(conference, content, name, actor=actor())
    except Invalid as invalid:
        form.file.errors = [str(sentence) for said in invalid.errors.values() for sentence in said]
        return _ask(conference, form)
    token = spreadsheet.keep(conference, content, plan.sheet.name, user_id=current_user.id)
    return _show(conference, plan, token)


@blueprint.post("/confirm")
@manages(Permission.EDIT_PROGRAMME)
def confirm(conference: Conference) -> Answer:
    """Do what was shown, unless it would be something else by now."""
    token = request.form.get("file", "")
    action = ActionForm()
    try:
        content, name = spreadsheet.kept(conference, token, user_id=current_user.id)
        if not action.validate_on_submit():
            plan = spreadsheet.preview(conference, content, name, actor=actor())
            return _show(conference, plan, token, action), 422
        counts = spreadsheet.apply(
            conference, content, name, fingerprint=request.form.get("fingerprint", ""), actor=actor()
        )
    except spreadsheet.Changed as changed:
        return _show(conference, changed.plan, token, outdated=True), 409
    except Invalid as invalid:
        form = SheetForm(formdata=None)
        form.file.errors = [str(sentence) for said in invalid.errors.values() for sentence in said]
        return _ask(conference, form)
    said = [
        ngettext("%(num)s event was created.", "%(num)s events were created.", counts[Action.CREATE]),
        ngettext("%(num)s event was changed.", "%(num)s events were changed.", counts[Action.CHANGE]),
    ]
    flash(" ".join(said), "good")
    return redirect(url_for("programme_manage.events", conference=conference.slug))


@blueprint.get("/template.xlsx")
@manages(Permission.EDIT_PROGRAMME)
def template(conference: Conference) -> Answer:
    """Give a workbook with the headings and an example."""
    response = make_response(spreadsheet.template(conference))
    response.headers["Content-Type"] = tables.XLSX_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="{conference.slug}-import.xlsx"'
    return response


def _ask(conference: Conference, form: SheetForm) -> Answer:
    return answer(
        form,
        "programme/import.html",
        conference=conference,
        columns=[
            (columns.label(column), column.value, column in columns.TEXTS)
            for column in columns.Column
            if column not in columns.UNREAD
        ],
    )


def _show(
    conference: Conference,
    plan: Plan,
    token: str,
    action: ActionForm | None = None,
    *,
    outdated: bool = False,
) -> str:
    return render_template(
        "programme/import_preview.html",
        conference=conference,
        plan=plan,
        token=token,
        action=action or ActionForm(formdata=None),
        outdated=outdated,
        Action=Action,
        shown=SHOWN,
        doing=plan.count(Action.CREATE) + plan.count(Action.CHANGE),
    )
