"""The directory in the organizers' workspace: shared by all conferences."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages_anywhere
from eventsapp.core import references, templating
from eventsapp.core.forms import ActionForm, answer, saving
from eventsapp.organizations import forms, people, queries, service
from eventsapp.organizations.enums import OrganizationType

blueprint = Blueprint("organizations_manage", __name__, url_prefix="/manage/organizations")

Answer = str | Response | BaseResponse | tuple[str, int]


@blueprint.get("/")
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def index() -> Answer:
    """List the organizations: searched, filtered, sorted and paged by the address."""
    query = request.args.get("q", "")[:200]
    chosen = request.args.get("type", "")
    type_ = OrganizationType(chosen) if chosen in set(OrganizationType) else None
    codes = queries.countries_used()
    asked = request.args.get("country", "")
    country = asked if asked in codes else ""
    sort = request.args.get("sort", "name")
    backwards, name = sort.startswith("-"), sort.removeprefix("-")
    listing = queries.listing(
        query=query,
        type=type_,
        country=country or None,
        sort=name,
        backwards=backwards,
        page=min(request.args.get("page", 1, int), 100_000),
    )
    return render_template(
        "organizations/index.html",
        listing=listing,
        query=query,
        type=type_,
        country=country,
        sort=name,
        backwards=backwards,
        types=forms.ORGANIZATION_TYPES,
        countries=sorted(((code, templating.country_name(code)) for code in codes), key=lambda pair: pair[1]),
        filtered=bool(query or type_ or country),
        waiting=people.waiting_for_secretariat(),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def new() -> Answer:
    """Add one; what looks like the same one is shown first."""
    name = request.args.get("name", "")[:250]
    form = forms.NewOrganizationForm(data={"names": {"en": name}} if name else None, **forms.IN_ALL_LANGUAGES)
    alike: list[queries.Candidate] = []
    if form.validate_on_submit():
        with saving(form):
            data = form.organization_data()
            alike = service.alike(data)
            if not alike or form.anyway.data:
                made = service.create(data, slug=form.slug.data, actor=actor())
        if not form.errors and (not alike or form.anyway.data):
            flash(_("“%(name)s” was added.", name=queries.label(made.names, made.acronyms)), "good")
            return redirect(url_for("organizations_manage.edit", id_=made.id))
        if alike and not form.errors:
            form.form_errors.append(_("The directory may have it already. Look at what is found below."))
    return answer(form, "organizations/edit.html", organization=None, alike=alike)


@blueprint.route("/<int:id_>", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def edit(id_: int) -> Answer:
    """Change one, for all conferences."""
    organization = queries.one(id_)
    form = forms.OrganizationForm(obj=organization, **forms.IN_ALL_LANGUAGES)
    if form.validate_on_submit():
        with saving(form):
            service.update(organization, form.organization_data(), slug=form.slug.data, actor=actor())
        if not form.errors:
            flash(
                _("“%(name)s” was saved.", name=queries.label(organization.names, organization.acronyms)),
                "good",
            )
            return redirect(url_for("organizations_manage.edit", id_=organization.id))
    return answer(
        form,
        "organizations/edit.html",
        organization=organization,
        name=queries.label(organization.names, organization.acronyms),
        alike=[],
        similar=[
            one
            for one, _score in queries.similar(
                [*organization.names.values(), *organization.aliases], but=organization.id, most=5
            )
        ],
        used=references.of(organization),
    )


@blueprint.route("/<int:id_>/delete", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def delete(id_: int) -> Answer:
    """Ask, then delete one that nothing refers to."""
    organization = queries.one(id_)
    form = ActionForm()
    name = queries.label(organization.names, organization.acronyms)
    if form.validate_on_submit():
        service.delete(organization, actor=actor())
        flash(_("“%(name)s” was deleted.", name=name), "good")
        return redirect(url_for("organizations_manage.index"))
    return answer(
        form,
        "organizations/delete.html",
        organization=organization,
        name=name,
        used=references.of(organization),
    )
