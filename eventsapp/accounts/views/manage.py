"""The administrators' page about people: who there is, their roles, closing and opening accounts."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts import queries, service
from eventsapp.accounts.guards import actor, administrators
from eventsapp.accounts.models import User
from eventsapp.accounts.names import role_name
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.extensions import db

users = Blueprint("users_manage", __name__, url_prefix="/manage/users")

Answer = str | BaseResponse


@users.get("/")
@administrators
def index() -> Answer:
    """List people, by ``q`` (name or address) and ``kind``."""
    search = request.args.get("q", "")[:200]
    kind = request.args.get("kind", "")
    found = queries.users(search=search, kind=kind, page=request.args.get("page", 1, int))
    return render_template(
        "account/manage/users.html", found=found, search=search, kind=kind, role_name=role_name
    )


@users.get("/<int:id>")
@administrators
def user(id: int) -> Answer:
    """Show one person: what they are where, and what can be done."""
    found = _user(id)
    return render_template(
        "account/manage/user.html",
        user=found,
        roles=queries.roles_of([found.id]).get(found.id, []),
        role_name=role_name,
        form=ActionForm(),
    )


def _user(id: int) -> User:
    found = db.session.get(User, id)
    if found is None:
        raise NotFound
    return found


def _change(id: int, change: Callable[[User], None]) -> Answer:
    found = _user(id)
    if not ActionForm().validate_on_submit():
        raise Conflict(_("Your session had expired. Please try again."))
    change(found)
    flash(_("Saved."), "good")
    return redirect(url_for("users_manage.user", id=id))


@users.post("/<int:id>/close")
@administrators
def close(id: int) -> Answer:
    """Close an account."""
    return _change(id, lambda found: service.deactivate(found, actor=actor()))


@users.post("/<int:id>/open")
@administrators
def reopen(id: int) -> Answer:
    """Open a closed account again."""
    return _change(id, lambda found: service.reactivate(found, actor=actor()))


@users.post("/<int:id>/administrator")
@administrators
def administrator(id: int) -> Answer:
    """Make somebody an administrator (``on`` is 1) or no longer."""
    wanted = request.form.get("on") == "1"
    return _change(id, lambda found: service.set_administrator(found, administrator=wanted, actor=actor()))
