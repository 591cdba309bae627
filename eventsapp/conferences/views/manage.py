"""The workspace: the conferences of a person, one conference's first page, its set-up, its life, its team."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts import policy
from eventsapp.accounts import queries as people
from eventsapp.accounts import service as accounts
from eventsapp.accounts.enums import Permission, Role
from eventsapp.accounts.guards import actor, administrators, manages, permissions_in, signed_in
from eventsapp.accounts.names import ABOUT, ROLES
from eventsapp.conferences import accreditation, copying, forms, queries, service, tasks
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.rules import TRANSITIONS, ConferenceAction
from eventsapp.conferences.views import catalogue
from eventsapp.core import clock, locale
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, answer, content_of, saving
from eventsapp.core.translations import pick
from eventsapp.extensions import db

blueprint = Blueprint("conferences_manage", __name__, url_prefix="/manage")

Answer = str | Response | BaseResponse | tuple[str, int]


@blueprint.get("/")
@signed_in
def index() -> Answer:
    """List the conferences that the person works on."""
    return render_template(
        "conferences/index.html",
        conferences=queries.conferences_of(current_user),
        states=forms.STATES,
        roles=ROLES,
        today=clock.today("UTC"),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@administrators
def new() -> Answer:
    """Make a conference."""
    form = forms.NewConferenceForm()
    _offer_sources(form)
    if form.validate_on_submit():
        with saving(form):
            made = service.create(form.conference_data(), slug=form.slug.data, actor=actor())
            if form.source.data:
                source = _source(form.source.data)
                copying.copy_structure(source, made, actor=actor(), pages=form.pages.data)
        if not form.errors:
            flash(_("The conference was made. It is a draft: only its team sees it."), "good")
            return redirect(url_for("conferences_manage.overview", conference=made.slug))
    return answer(form, "conferences/new.html")


def _offer_sources(form: forms.NewConferenceForm | forms.CopyForm, *, but: str = "") -> None:
    """Let a form choose among the conferences whose set-up the person may change, so that nothing is shown by copying."""
    administrator = current_user.is_administrator
    form.source.choices = [
        (one.slug, one.short_name)
        for one in queries.conferences_of(current_user)
        if one.slug != but
        and Permission.EDIT_CONFERENCE in policy.permissions(one.roles, administrator=administrator)
    ]


def _source(slug: str) -> Conference:
    return db.session.scalars(select(Conference).where(Conference.slug == slug)).one()


@blueprint.get("/<conference>/")
@manages(Permission.VIEW_WORKSPACE)
def overview(conference: Conference) -> Answer:
    """Say what waits for somebody, and how the conference stands."""
    permissions = permissions_in(conference.id)
    return render_template(
        "conferences/overview.html",
        conference=conference,
        tasks=tasks.tasks(conference, permissions),
        pictures=tasks.pictures(conference, permissions),
        deeds=queries.latest_deeds(conference.id) if Permission.EDIT_CONFERENCE in permissions else [],
        state=forms.STATES[conference.state],
        Level=tasks.Level,
    )


@blueprint.get("/<conference>/setup/")
@manages(Permission.VIEW_WORKSPACE)
def setup(conference: Conference) -> Answer:
    """Show what the conference is made of."""
    kinds = catalogue.kinds()
    return render_template(
        "conferences/setup.html",
        conference=conference,
        kinds=kinds,
        counts=queries.counts({name: kind.model for name, kind in kinds.items()}, conference.id),
        accredited=accreditation.count(conference.id),
        states=forms.STATES,
    )


@blueprint.route("/<conference>/setup/conference", methods=["GET", "POST"])
@manages(Permission.EDIT_CONFERENCE)
def setup_conference(conference: Conference) -> Answer:
    """Change the conference itself."""
    form = forms.ConferenceForm(obj=conference, **content_of(conference))
    if form.validate_on_submit():
        with saving(form):
            service.update(conference, form.conference_data(), slug=form.slug.data, actor=actor())
        if not form.errors:
            flash(_("The conference was saved."), "good")
            return redirect(url_for("conferences_manage.setup", conference=conference.slug))
    return answer(form, "conferences/edit.html", conference=conference)


@blueprint.route("/<conference>/setup/state", methods=["GET", "POST"])
@manages(Permission.EDIT_CONFERENCE)
def setup_state(conference: Conference) -> Answer:
    """Publish, withdraw, archive, reopen."""
    form = ActionForm()
    if form.validate_on_submit():
        try:
            action = ConferenceAction(request.form.get("action", ""))
        except ValueError:
            raise NotFound from None
        service.change_state(conference, action, actor=actor())
        flash(str(forms.DONE[action]), "good")
        return redirect(url_for("conferences_manage.overview", conference=conference.slug))
    return answer(
        form,
        "conferences/state.html",
        conference=conference,
        state=forms.STATES[conference.state],
        actions=[(action, forms.ACTIONS[action]) for action in TRANSITIONS[conference.state]],
        obstacles=service.obstacles(conference),
        ConferenceState=ConferenceState,
    )


@blueprint.route("/<conference>/setup/copy", methods=["GET", "POST"])
@manages(Permission.EDIT_CONFERENCE)
def setup_copy(conference: Conference) -> Answer:
    """Give a draft the structure of another conference of the person."""
    form = forms.CopyForm()
    _offer_sources(form, but=conference.slug)
    if form.validate_on_submit():
        with saving(form):
            source = _source(form.source.data)
            copied = copying.copy_structure(source, conference, actor=actor(), pages=form.pages.data)
        if not form.errors:
            if copied.total:
                said = ngettext("%(num)s entry was copied.", "%(num)s entries were copied.", copied.total)
                flash(said, "good")
            else:
                flash(_("There was nothing to copy that is not here already."), "info")
            if copied.left_out:
                said = ngettext(
                    "%(num)s slot was left out: this conference has no such day.",
                    "%(num)s slots were left out: this conference has no such days.",
                    copied.left_out,
                )
                flash(said, "warning")
            return redirect(url_for("conferences_manage.setup", conference=conference.slug))
    return answer(
        form,
        "conferences/copy.html",
        conference=conference,
        draft=conference.state is ConferenceState.DRAFT,
    )


@blueprint.route("/<conference>/setup/delete", methods=["GET", "POST"])
@manages(Permission.EDIT_CONFERENCE)
def setup_delete(conference: Conference) -> Answer:
    """Ask, then delete a draft."""
    form = ActionForm()
    obstacles = service.obstacles(conference)
    if conference.state is not ConferenceState.DRAFT:
        raise Conflict(_("Only a draft can be deleted."))
    if form.validate_on_submit():
        service.delete(conference, actor=actor())
        flash(_("“%(name)s” was deleted.", name=conference.short_name), "good")
        return redirect(url_for("conferences_manage.index"))
    kinds = catalogue.kinds()
    return answer(
        form,
        "conferences/delete.html",
        conference=conference,
        obstacles=obstacles,
        kinds=kinds,
        counts=queries.counts({name: kind.model for name, kind in kinds.items()}, conference.id),
    )


# --- the team


@blueprint.route("/<conference>/team", methods=["GET", "POST"])
@manages(Permission.MANAGE_TEAM)
def team(conference: Conference) -> Answer:
    """List who works on the conference, and add somebody."""
    form = forms.GrantForm()
    if form.validate_on_submit():
        with saving(form):
            user = accounts.grant(
                conference_id=conference.id,
                conference_name=pick(conference.names, locale.current(), conference.default_language),
                email=form.email.data,
                name=form.name.data,
                role=form.role.data,
                actor=actor(),
            )
        if not form.errors:
            flash(_("%(name)s has the role now and gets a message about it.", name=user.name), "good")
            return redirect(url_for("conferences_manage.team", conference=conference.slug))
    return answer(
        form,
        "conferences/team.html",
        conference=conference,
        members=people.team(conference.id),
        roles=ROLES,
        about=ABOUT,
        action=ActionForm(),
    )


@blueprint.route("/<conference>/team/<int:user_id>/<role>/remove", methods=["GET", "POST"])
@manages(Permission.MANAGE_TEAM)
def team_remove(conference: Conference, user_id: int, role: str) -> Answer:
    """Ask, then take a role from a person."""
    member = next((one for one in people.team(conference.id) if one.user_id == user_id), None)
    try:
        chosen = Role(role)
    except ValueError:
        raise NotFound from None
    if member is None or chosen not in member.roles:
        raise NotFound
    form = ActionForm()
    if form.validate_on_submit():
        accounts.revoke(conference_id=conference.id, user_id=user_id, role=chosen, actor=actor())
        flash(_("%(name)s does not have this role any more.", name=member.name), "good")
        own = user_id == current_user.id and not current_user.is_administrator
        return redirect(
            url_for("conferences_manage.index")
            if own
            else url_for("conferences_manage.team", conference=conference.slug)
        )
    return answer(
        form, "conferences/team_remove.html", conference=conference, member=member, role=chosen, roles=ROLES
    )
