"""Releases in the workspace: what one would change and who would be told, its messages, and going back to an earlier one."""

from __future__ import annotations

from flask import flash, render_template, request
from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference, Room
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm, answer, content_of
from eventsapp.extensions import db
from eventsapp.programme import digests, edits, names, releases, returning, working
from eventsapp.programme.conflicts import load_conflicts
from eventsapp.programme.enums import Audience
from eventsapp.programme.models import ProgrammeVersion
from eventsapp.programme.release_forms import ReleaseForm
from eventsapp.programme.views.manage import Answer, _refused_button, _rows, _to, blueprint


def _room_names(conference: Conference) -> dict[int, dict[str, str]]:
    return {room.id: room.names for room in _rows(Room, conference)}


@blueprint.route("/release", methods=["GET", "POST"])
@manages(Permission.RELEASE_PROGRAMME)
def release(conference: Conference) -> Answer:
    """Show what releasing would change and who would be told what, and release."""
    form = ReleaseForm(data={"audiences": [one.value for one in Audience]}, **content_of(conference))
    if form.validate_on_submit():
        chosen = [Audience(value) for value in form.audiences.data]
        version = digests.release(conference, actor=actor(), notes=form.notes.data, audiences=chosen)
        flash(_("Release %(number)s is public.", number=version.number), "good")
        return _to(conference, "release_list")
    programme = working.load_working(conference.id)
    newest = releases.newest_release(conference.id)
    after = releases.next_version(conference.id)
    return answer(
        form,
        "programme/release.html",
        conference=conference,
        difference=releases.frozen(newest).until(after),
        outlook=digests.outlook(conference, after),
        quiet=digests.quiet_minutes(conference.id),
        by_id=programme.by_id(),
        conflicts=len(load_conflicts(conference).hard),
        newest=newest,
        rooms=_room_names(conference),
        labels=names,
    )


@blueprint.get("/releases")
@manages(Permission.VIEW_PROGRAMME)
def release_list(conference: Conference) -> Answer:
    """List the releases, what each changed, and what became of its messages."""
    rows = db.session.execute(
        select(ProgrammeVersion, User.name)
        .outerjoin(User, User.id == ProgrammeVersion.released_by_id)
        .where(ProgrammeVersion.conference_id == conference.id, ProgrammeVersion.number.is_not(None))
        .order_by(ProgrammeVersion.number.desc())
    ).all()
    return render_template(
        "programme/releases.html",
        conference=conference,
        rows=rows,
        digests=digests.digests_of(conference.id),
        action=ActionForm(),
        labels=names,
    )


@blueprint.post("/releases/messages")
@manages(Permission.RELEASE_PROGRAMME)
def digest(conference: Conference) -> Answer:
    """Send the messages that wait now, or call them off."""
    form = ActionForm()
    wished = request.form.get("action", "")
    if not form.validate_on_submit() or wished not in ("send", "drop"):
        return _refused_button(form)
    if wished == "send":
        digests.send_now(conference, actor=actor())
        flash(_("The messages leave now."), "good")
    else:
        digests.drop(conference, actor=actor())
        flash(_("Nobody is told of these changes."), "good")
    return _to(conference, "release_list")


@blueprint.route("/releases/<int:number>/return", methods=["GET", "POST"])
@manages(Permission.EDIT_PROGRAMME)
def return_to(conference: Conference, number: int) -> Answer:
    """Show what making the working programme equal to an earlier release would change, and do it."""
    found = db.session.scalar(
        select(ProgrammeVersion).where(
            ProgrammeVersion.conference_id == conference.id, ProgrammeVersion.number == number
        )
    )
    if found is None:
        raise NotFound
    form = ActionForm()
    back = returning.look(conference, found)
    if form.validate_on_submit():
        made = edits.apply(conference, back.moves, actor=actor())
        flash(
            _("The working programme is as in release %(number)s.", number=number)
            if made
            else _("Nothing has changed."),
            "good",
        )
        return _to(conference, "release" if made else "release_list")
    programme = working.load_working(conference.id)
    return answer(
        form,
        "programme/return.html",
        conference=conference,
        version=found,
        back=back,
        by_id=programme.by_id(),
        rooms=_room_names(conference),
    )
