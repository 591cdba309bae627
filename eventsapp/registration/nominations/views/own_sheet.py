"""In the account: nominating from a spreadsheet, of which every row is shown before anything is done."""

from __future__ import annotations

from flask import Response, flash, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.conferences.models import Conference
from eventsapp.core import tables
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.forms import ActionForm, answer
from eventsapp.core.limits import limited
from eventsapp.core.sheets import LARGEST
from eventsapp.core.templating import t
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.importing import spreadsheet
from eventsapp.registration.nominations import forms, imports, queries, sheets
from eventsapp.registration.nominations.sheets import Doing, Plan
from eventsapp.registration.nominations.views.own import LIMITS, blueprint, frame, me, speaking, to_delegation

Answer = str | Response | BaseResponse | tuple[str, int]


@blueprint.get("/<conference>/sheet")
@signed_in
def sheet(slug: str, conference: str) -> Answer:
    """Ask for the file, and say what it may hold."""
    organization, found = speaking(slug, conference)
    return _ask(organization, found, forms.SheetForm(formdata=None))


@blueprint.post("/<conference>/sheet")
@signed_in
@limited(*LIMITS)
def preview(slug: str, conference: str) -> Answer:
    """Show whom the file would nominate; nothing is changed."""
    organization, found = speaking(slug, conference)
    form = forms.SheetForm()
    upload = form.file.data
    if not form.validate_on_submit() or upload is None:
        return _ask(organization, found, form)
    upload.stream.seek(0)
    content, name = upload.stream.read(LARGEST + 1), upload.filename or ""
    try:
        plan = imports.plan_people(found, organization, content, name, only=_only(organization, found))
    except Invalid as invalid:
        return _ask(organization, found, _refused(form, invalid))
    token = spreadsheet.keep(found, content, plan.name, user_id=current_user.id)
    return _show(organization, found, plan, token)


@blueprint.post("/<conference>/sheet/confirm")
@signed_in
@limited(*LIMITS)
def confirm(slug: str, conference: str) -> Answer:
    """Do what was shown, unless it would be something else by now."""
    organization, found = speaking(slug, conference)
    token, action, only = request.form.get("file", ""), ActionForm(), _only(organization, found)
    try:
        content, name = spreadsheet.kept(found, token, user_id=current_user.id)
        if not action.validate_on_submit():
            plan = imports.plan_people(found, organization, content, name, only=only)
            return _show(organization, found, plan, token, action), 422
        count = imports.apply_people(
            found,
            organization,
            content,
            name,
            only=only,
            fingerprint=request.form.get("fingerprint", ""),
            user=me(),
            actor=actor(),
        )
    except imports.Changed as changed:
        return _show(organization, found, changed.plan, token, outdated=True), 409
    except (Invalid, Conflict) as error:
        # Somebody else took a place, or an address, between the look and the change.
        db.session.rollback()
        if isinstance(error, Invalid) and "file" in error.errors:
            return _ask(organization, found, _refused(forms.SheetForm(formdata=None), error))
        plan = imports.plan_people(found, organization, content, name, only=only)
        return _show(organization, found, plan, token, outdated=True), 409
    flash(ngettext("%(num)s person was nominated.", "%(num)s people were nominated.", count), "good")
    return to_delegation(organization, found)


def _only(organization: Organization, found: Conference) -> int | None:
    """Return the category of rows that say none: the only one there is."""
    rooms = queries.rooms_of(found.id, organization.id)
    return rooms[0].category.id if len(rooms) == 1 else None


def _refused(form: forms.SheetForm, invalid: Invalid) -> forms.SheetForm:
    form.file.errors = [str(one) for said in invalid.errors.values() for one in said]
    return form


@blueprint.get("/<conference>/nominations.xlsx")
@signed_in
def template(slug: str, conference: str) -> Answer:
    """Give a workbook with the headings and an example."""
    organization, found = speaking(slug, conference)
    rooms = queries.rooms_of(found.id, organization.id)
    category = t(rooms[0].category.names) if rooms else ""
    example = [
        _("Example: replace this row"),
        "name@example.org",
        category,
        None,
        None,
        found.default_language,
    ]
    response = make_response(
        tables.xlsx(_("Delegation"), [str(one) for one in sheets.PEOPLE.values()], [example])
    )
    response.headers["Content-Type"] = tables.XLSX_TYPE
    response.headers["Content-Disposition"] = f'attachment; filename="{found.slug}-nominations.xlsx"'
    return response


def _ask(organization: Organization, found: Conference, form: forms.SheetForm) -> Answer:
    return answer(
        form,
        "registration/delegations/sheet.html",
        conference=found,
        rooms=queries.rooms_of(found.id, organization.id),
        columns=list(sheets.PEOPLE.items()),
        **frame(organization),
    )


def _show(
    organization: Organization,
    found: Conference,
    plan: Plan,
    token: str,
    action: ActionForm | None = None,
    *,
    outdated: bool = False,
) -> str:
    return render_template(
        "registration/delegations/preview.html",
        conference=found,
        plan=plan,
        token=token,
        sending=action or ActionForm(formdata=None),
        outdated=outdated,
        Doing=Doing,
        **frame(organization),
    )
