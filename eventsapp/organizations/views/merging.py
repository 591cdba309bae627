"""In the workspace: two entries of the directory that are one organization become one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages_anywhere
from eventsapp.core import references
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import answer
from eventsapp.organizations import member_forms, merging, queries
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.merging import Side
from eventsapp.organizations.models import Organization

blueprint = Blueprint("organizations_merging", __name__, url_prefix="/manage/organizations")

Answer = str | Response | BaseResponse | tuple[str, int]


@blueprint.route("/merge", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def choose() -> Answer:
    """Choose the two. ``kept`` in the address names the one that stays."""
    form = member_forms.ChooseTwoForm(data={"kept": request.args.get("kept", None, int)})
    if form.validate_on_submit():
        if form.kept.data != form.gone.data:
            return redirect(
                url_for("organizations_merging.merge", id_=form.kept.data, other_id=form.gone.data)
            )
        form.gone.errors = [_("Choose two different organizations.")]
    return answer(form, "organizations/merge_choose.html")


@blueprint.route("/<int:id_>/merge/<int:other_id>", methods=["GET", "POST"])
@manages_anywhere(Permission.EDIT_ORGANIZATIONS)
def merge(id_: int, other_id: int) -> Answer:
    """Show both beside each other, ask which facts stay, say what follows, and do it."""
    if id_ == other_id:
        raise NotFound
    kept, gone = queries.one(id_), queries.one(other_id)
    form = member_forms.MergeForm(data={name: _proposed(name, kept, gone) for name in merging.FACTS})
    label = queries.label(gone.names, gone.acronyms)
    if form.validate_on_submit():
        choice = {name: Side(form[name].data) for name in merging.FACTS}
        merging.merge(gone, kept, choice, actor=actor())
        flash(_("“%(name)s” was merged into this one.", name=label), "good")
        return redirect(url_for("organizations_manage.edit", id_=kept.id))
    followed = merging.following(gone, kept)
    return answer(
        form,
        "organizations/merge.html",
        kept=kept,
        gone=gone,
        kept_name=queries.label(kept.names, kept.acronyms),
        gone_name=label,
        facts=merging.FACTS,
        same={name for name in merging.FACTS if _fact(name, kept) == _fact(name, gone)},
        types=ORGANIZATION_TYPES,
        follows=[references.say(one.table, one.rows) for one in followed],
        united=[references.say(one.table, one.united) for one in followed if one.united],
    )


def _fact(name: str, row: Organization) -> Any:
    return getattr(row, {"logo": "logo_id", "contact": "contact_email"}.get(name, name))


def _proposed(name: str, kept: Organization, gone: Organization) -> Side:
    """What the form begins with: the fact of the one that stays, unless it has none."""
    return Side.GONE if not _fact(name, kept) and _fact(name, gone) else Side.KEPT
