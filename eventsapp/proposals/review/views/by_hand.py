"""What officers do with the reviews of one proposal: give it, take it back, discuss; its files."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core.errors import Invalid, NotAllowed, NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.proposals import service
from eventsapp.proposals.enums import CommentAudience
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.review import assignment, interests, listing, reviewing
from eventsapp.proposals.review.forms import MessageForm
from eventsapp.proposals.review.sheet import files_of
from eventsapp.proposals.review.views import files
from eventsapp.proposals.review.views.officers import blueprint
from eventsapp.questions.rules import asked

__all__ = ["blueprint"]


def _proposal(conference: Conference, code: str) -> Proposal:
    found = listing.one(conference.id, code)
    if found is None:
        raise NotFound
    return found


def _back(conference: Conference, proposal: Proposal, anchor: str = "reviews") -> BaseResponse:
    target: dict[str, Any] = {"conference": conference.slug, "code": proposal.code, "_anchor": anchor}
    return redirect(url_for("calls_proposals.proposal", **target), 303)


def _pressed() -> bool:
    if ActionForm().validate_on_submit():
        return True
    flash(_("The page had been open for too long. Please try again."), "warning")
    return False


@blueprint.post("/proposals/<code>/reviewers")
@manages(Permission.EDIT_PROPOSALS)
def give(conference: Conference, code: str) -> BaseResponse:
    """Give a proposal to a reviewer."""
    found = _proposal(conference, code)
    if _pressed():
        who = request.form.get("reviewer", "")
        if not (who.isdigit() and len(who) < 10):
            flash(_("Choose a reviewer."), "warning")
            return _back(conference, found)
        review = assignment.give(found, int(who), actor=actor())
        flash(_("Given to %(name)s.", name=review.reviewer.name), "good")
    return _back(conference, found)


@blueprint.post("/proposals/<code>/reviews/<int:review_id>/take-back")
@manages(Permission.EDIT_PROPOSALS)
def take_back(conference: Conference, code: str, review_id: int) -> BaseResponse:
    """Take a proposal back from a reviewer."""
    found = _proposal(conference, code)
    if _pressed():
        assignment.take_back(found, review_id, actor=actor())
        flash(_("Taken back."), "good")
    return _back(conference, found)


@blueprint.post("/proposals/<code>/interests/<int:user_id>/remove")
@manages(Permission.EDIT_PROPOSALS)
def remove_interest(conference: Conference, code: str, user_id: int) -> BaseResponse:
    """Take a declared interest back that was a mistake."""
    found = _proposal(conference, code)
    if _pressed():
        if user_id == current_user.id:
            # Nobody lets themselves in.
            raise NotAllowed
        reviewing.forget(found, user_id, actor=actor())
        flash(_("Saved."), "good")
    return _back(conference, found)


@blueprint.post("/proposals/<code>/discussion")
@manages(Permission.EDIT_PROPOSALS)
def discuss(conference: Conference, code: str) -> BaseResponse:
    """Say something to the reviewers of a proposal."""
    found = _proposal(conference, code)
    form = MessageForm()
    if form.validate_on_submit():
        if interests.has_interest(found.id, current_user.id):
            raise NotAllowed
        try:
            service.comment(
                found,
                form.body.data,
                audience=CommentAudience.REVIEWERS,
                actor=actor(),
                from_secretariat=True,
            )
        except Invalid as error:
            flash(str(error), "warning")
    elif form.body.errors:
        flash(str(form.body.errors[0]), "warning")
    else:
        flash(_("The page had been open for too long. Please try again."), "warning")
    return _back(conference, found, "discussion")


@blueprint.get("/proposals/<code>/files/<int:file_id>")
@manages(Permission.VIEW_PROPOSALS)
def file(conference: Conference, code: str, file_id: int) -> Response:
    """Hand over a file of a proposal."""
    found = _proposal(conference, code)
    return files.send(files_of(asked(found.call.questionnaire), found).get(file_id))
