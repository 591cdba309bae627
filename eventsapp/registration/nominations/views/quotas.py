"""In the workspace: how many people each organization may nominate, set one by one and from a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages, may
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, tables
from eventsapp.core.errors import Invalid, NotFound
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.core.sheets import LARGEST
from eventsapp.core.templating import t
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.organizations.queries import label
from eventsapp.programme.importing import spreadsheet
from eventsapp.registration.forms import REGISTRATION_STATES
from eventsapp.registration.models import Category
from eventsapp.registration.nominations import forms, imports, queries, sheets
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.sheets import Doing, Plan

blueprint = Blueprint("registration_quotas", __name__, url_prefix="/manage/<conference>/registration/quotas")

Answer = str | Response | BaseResponse | tuple[str, int]


def _quota(conference: Conference, id_: int) -> Quota:
    found = queries.quota(id_, conference.id) if id_ < 2**31 else None
    if found is None:
        raise NotFound
    return found


def _back(conference: Conference) -> BaseResponse:
    return redirect(url_for("registration_quotas.index", conference=conference.slug), 303)


@blueprint.get("/")
@manages(Permission.VIEW_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """List the quotas, by organization, and how much of them is used."""
    query, category = request.args.get("q", "").strip()[:200], request.args.get("category", 0, int)
    return render_template(
        "registration/quotas/index.html",
        conference=conference,
        found=queries.quotas_of(
            conference.id, query=query, category_id=category or None, page=request.args.get("page", 1, int)
        ),
        query=query,
        category=category,
        categories=queries.quota_categories(conference.id),
        label=label,
        may_edit=may(Permission.EDIT_REGISTRATIONS),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def new(conference: Conference) -> Answer:
    """Give an organization places in a category; what it had is replaced."""
    form = forms.NewQuotaForm()
    categories = {one.id: one for one in queries.quota_categories(conference.id)}
    form.category_id.choices = [(id_, t(one.names)) for id_, one in categories.items()]
    if form.validate_on_submit():
        with saving(form):
            imports.set_quota(
                conference,
                form.organization.data,
                categories[form.category_id.data],
                places=form.places.data,
                note=form.note.data,
                actor=actor(),
            )
        if not form.errors:
            name = db.session.get_one(Organization, form.organization.data)
            flash(_("“%(name)s” was saved.", name=label(name.names, name.acronyms)), "good")
            return _back(conference)
    return answer(form, "registration/quotas/new.html", conference=conference, categories=categories)


@blueprint.route("/<int:quota_id>", methods=["GET", "POST"])
@manages(Permission.EDIT_REGISTRATIONS)
def edit(conference: Conference, quota_id: int) -> Answer:
    """Change a quota, and see whom it was used for."""
    quota = _quota(conference, quota_id)
    form = forms.QuotaForm(obj=quota)
    if form.validate_on_submit():
        with saving(form):
            imports.set_quota(
                conference,
                quota.organization_id,
                db.session.get_one(Category, quota.category_id),
                places=form.places.data,
                note=form.note.data,
                actor=actor(),
            )
        if not form.errors:
            flash(_("“%(name)s” was saved.", name=label(quota.organization.names, quota.organization.acronyms)), "good")  # fmt: skip
            return _back(conference)
    everybody = queries.people_of(conference.id, quota.organization_id)
    return answer(
        form,
        "registration/quotas/edit.html",
        conference=conference,
        quota=quota,
        name=label(quota.organization.names, quota.organization.acronyms),
        people=[one for one in everybody if one.category_id == quota.category_id],
        action=ActionForm(formdata=None),
        states=REGISTRATION_STATES,
    )


@blueprint.post("/<int:quota_id>/remove")
@manages(Permission.EDIT_REGISTRATIONS)
def remove(conference: Conference, quota_id: int) -> Answer:
    """Take a quota away that nobody uses."""
    quota = _quota(conference, quota_id)
    if ActionForm().validate_on_submit():
        imports.remove_quota(quota, actor=actor())
        flash(_("The quota was taken away."), "good")
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return _back(conference)


# --- from a spreadsheet


@blueprint.get("/sheet")
@manages(Permission.EDIT_REGISTRATIONS)
def sheet(conference: Conference) -> Answer:
    """Ask for the file, and say what it may hold."""
    return _ask(conference, forms.SheetForm(formdata=None))


@blueprint.post("/sheet")
@manages(Permission.EDIT_REGISTRATIONS)
def preview(conference: Conference) -> Answer:
    """Show which quotas the file would set; nothing is changed."""
    form = forms.SheetForm()
    upload = form.file.data
    if not form.validate_on_submit() or upload is None:
        return _ask(conference, form)
    upload.stream.seek(0)
    content, name = upload.stream.read(LARGEST + 1), upload.filename or ""
    try:
        plan = imports.plan_quotas(conference, content, name)
    except Invalid as invalid:
        return _ask(conference, _refused(form, invalid))
    return _show(conference, plan, spreadsheet.keep(conference, content, plan.name, user_id=current_user.id))


@blueprint.post("/sheet/confirm")
@manages(Permission.EDIT_REGISTRATIONS)
def confirm(conference: Conference) -> Answer:
    """Do what was shown, unless it would be something else by now."""
    token, action = request.form.get("file", ""), ActionForm()
    try:
        content, name = spreadsheet.kept(conference, token, user_id=current_user.id)
        if not action.validate_on_submit():
            return _show(conference, imports.plan_quotas(conference, content, name), token, action), 422
        fingerprint = request.form.get("fingerprint", "")
        count = imports.apply_quotas(conference, content, name, fingerprint=fingerprint, actor=actor())
    except imports.Changed as changed:
        return _show(conference, changed.plan, token, outdated=True), 409
    except Invalid as invalid:
        return _ask(conference, _refused(forms.SheetForm(formdata=None), invalid))
    flash(ngettext("%(num)s quota was set.", "%(num)s quotas were set.", count), "good")
    return _back(conference)


def _refused(form: forms.SheetForm, invalid: Invalid) -> forms.SheetForm:
    form.file.errors = [str(one) for said in invalid.errors.values() for one in said]
    return form


@blueprint.get("/quotas.<any(csv,xlsx):kind>")
@manages(Permission.VIEW_REGISTRATIONS)
def export(conference: Conference, kind: str) -> Answer:
    """Hand over all quotas as a table that can be changed and sent back."""
    header = [*(str(one) for one in sheets.QUOTAS.values()), _("Nominated")]
    rows: list[tuple[object, ...]] = []
    page, pages = 1, 1
    while page <= pages:
        found = queries.quotas_of(conference.id, page=page)
        rows += [
            (t(one.organization.names), t(one.category), one.places, one.note, one.taken)
            for one in found.rows
        ]
        page, pages = page + 1, found.pages
    body = (
        tables.xlsx(_("Quotas"), header, rows) if kind == "xlsx" else b"".join(tables.csv_lines(header, rows))
    )
    response = make_response(body)
    response.headers["Content-Type"] = tables.XLSX_TYPE if kind == "xlsx" else tables.CSV_TYPE
    day = clock.now().date().isoformat()
    response.headers["Content-Disposition"] = f'attachment; filename="{conference.slug}-quotas-{day}.{kind}"'
    return response


def _ask(conference: Conference, form: forms.SheetForm) -> Answer:
    return answer(
        form,
        "registration/quotas/sheet.html",
        conference=conference,
        columns=list(sheets.QUOTAS.items()),
        categories=queries.quota_categories(conference.id),
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
        "registration/quotas/preview.html",
        conference=conference,
        plan=plan,
        token=token,
        sending=action or ActionForm(formdata=None),
        outdated=outdated,
        Doing=Doing,
    )
