"""What a reviewer sees: their list, a proposal beside its form, comparison, discussion, interests.

Every look-up goes through ``mine``, which knows no proposal in which the reader has an interest.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, locale
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import answer, refused, saving
from eventsapp.core.translations import pick
from eventsapp.proposals.enums import CommentAudience, ReviewState
from eventsapp.proposals.review import comparing, labels, mine, page, queries, reviewing
from eventsapp.proposals.review.forms import GiveBackForm, InterestForm, MessageForm, ReviewForm, review_form
from eventsapp.proposals.review.models import Criterion, Review
from eventsapp.proposals.review.scores import total
from eventsapp.proposals.review.sheet import files_of, sheet
from eventsapp.proposals.review.views import files
from eventsapp.questions.rules import asked

blueprint = Blueprint("reviews", __name__, url_prefix="/manage/<conference>/reviews")

Answer = str | Response | BaseResponse | tuple[str, int] | tuple[Response, int]
REVIEW = Permission.REVIEW_PROPOSALS


def _held(conference: Conference, code: str) -> Review:
    return mine.held(conference.id, current_user.id, code)


def _to(conference: Conference, endpoint: str, **values: Any) -> BaseResponse:
    return redirect(url_for(f".{endpoint}", conference=conference.slug, **values), 303)


@blueprint.get("/")
@manages(REVIEW)
def index(conference: Conference) -> Answer:
    """List what the signed-in reviewer was given, with how far they are."""
    rows = mine.listing(conference.id, current_user.id)
    return render_template(
        "proposals/reviews/index.html",
        conference=conference,
        rows=rows,
        done=sum(row.state is ReviewState.DONE for row in rows),
        open=sum(row.open for row in rows),
        now=clock.now(),
    )


@blueprint.get("/compare")
@manages(REVIEW)
def compare(conference: Conference) -> Answer:
    """Show two or three of one's own proposals side by side, with one's scores."""
    found = [_held(conference, code) for code in comparing.codes(request.args.getlist("code"))]
    return render_template(
        "proposals/reviews/compare.html",
        conference=conference,
        columns=comparing.for_reviewer(found),
        labels=labels,
    )


# --- one review


def _form(
    review: Review, criteria: list[Criterion], conference: Conference, *, sent: bool = True
) -> ReviewForm:
    """Return the form of a review, with what was sent unless another form of the page was (``sent``)."""
    values: dict[str, Any] = {"note": review.note, "to_team": review.to_team}
    values |= {f"c{one.id}": review.scores.get(str(one.id)) for one in criteria}
    made = review_form(criteria)
    form = made(data=values) if sent else made(formdata=None, data=values)
    for one in criteria:
        field = form[f"c{one.id}"]
        field.label.text = pick(one.names, locale.current(), conference.default_language)
        field.description = pick(one.guidances, locale.current(), conference.default_language)
    return form


def _page(
    conference: Conference, review: Review, form: ReviewForm | None = None, message: MessageForm | None = None
) -> tuple[str, int]:
    criteria = reviewing.criteria(review.proposal.call_id)
    form = form or _form(review, criteria, conference)
    message = message or MessageForm(formdata=None, label=_("To the other reviewers"))
    done = review.state is ReviewState.DONE
    return render_template(
        "proposals/reviews/review.html",
        conference=conference,
        review=review,
        done=done,
        call=review.proposal.call,
        sheet=sheet(review.proposal),
        criteria=criteria,
        form=form,
        message=message,
        changeable=reviewing.changeable(review),
        others=mine.others(review),
        measures=queries.measures(review.proposal.call_id),
        total=total,
        comments=page.comments(review.proposal_id, CommentAudience.REVIEWERS) if done else [],
        next=mine.next_open(conference.id, current_user.id, review.proposal_id),
        labels=labels,
    ), 422 if refused(form) or refused(message) else 200


def _points(form: ReviewForm, criteria: list[Criterion]) -> dict[int, int | None]:
    return {one.id: form[f"c{one.id}"].data for one in criteria}


@blueprint.route("/<code>", methods=["GET", "POST"])
@manages(REVIEW)
def review(conference: Conference, code: str) -> Answer:
    """Show a proposal beside the form of one's review; keep what was written, or hand it in."""
    found = _held(conference, code)
    criteria = reviewing.criteria(found.proposal.call_id)
    form = _form(found, criteria, conference)
    if form.validate_on_submit():
        was_done, done = found.state is ReviewState.DONE, "done" in request.form
        with saving(form):
            reviewing.save(
                found,
                points=_points(form, criteria),
                note=form.note.data or "",
                to_team=form.to_team.data or "",
                done=done,
                actor=actor(),
            )
        if not form.errors:
            following = mine.next_open(conference.id, current_user.id, found.proposal_id)
            if not done or was_done:
                flash(_("Saved."), "good")
                return _to(conference, "review", code=found.proposal.code)
            if following is None:
                flash(_("The review is done. It was the last one: thank you."), "good")
                return _to(conference, "index")
            flash(
                _("The review of %(code)s is done. Here is the next one.", code=found.proposal.code), "good"
            )
            return _to(conference, "review", code=following)
    return _page(conference, found, form)


@blueprint.post("/<code>/draft")
@manages(REVIEW)
def draft(conference: Conference, code: str) -> Answer:
    """Keep what is being typed, for the page's script. Answers with JSON: whether it was kept."""
    found = _held(conference, code)
    criteria = reviewing.criteria(found.proposal.call_id)
    form = _form(found, criteria, conference)
    if found.state is ReviewState.DONE or not form.validate_on_submit():
        return jsonify(kept=False), 422
    reviewing.save(
        found,
        points=_points(form, criteria),
        note=form.note.data or "",
        to_team=form.to_team.data or "",
        done=False,
        actor=actor(),
    )
    return jsonify(kept=True)


@blueprint.route("/<code>/give-back", methods=["GET", "POST"])
@manages(REVIEW)
def give_back(conference: Conference, code: str) -> Answer:
    """Give a proposal back, with an interest in it or for another reason."""
    found = _held(conference, code)
    form = GiveBackForm()
    if form.validate_on_submit():
        with saving(form):
            reviewing.give_back(
                found, reason=form.reason.data, interest=form.interest.data == "1", actor=actor()
            )
        if not form.errors:
            flash(_("The proposal was given back."), "good")
            return _to(conference, "index")
    return answer(
        form,
        "proposals/reviews/give_back.html",
        conference=conference,
        review=found,
        sheet=sheet(found.proposal),
    )


@blueprint.post("/<code>/discussion")
@manages(REVIEW)
def discuss(conference: Conference, code: str) -> Answer:
    """Say something to the other reviewers of a proposal."""
    found = _held(conference, code)
    message = MessageForm(label=_("To the other reviewers"))
    if message.validate_on_submit():
        with saving(message):
            reviewing.discuss(found, message.body.data, actor=actor())
        if not message.errors:
            return _to(conference, "review", code=found.proposal.code, _anchor="discussion")
    form = _form(found, reviewing.criteria(found.proposal.call_id), conference, sent=False)
    return _page(conference, found, form, message)


@blueprint.get("/<code>/files/<int:file_id>")
@manages(REVIEW)
def file(conference: Conference, code: str, file_id: int) -> Answer:
    """Hand over a file of a proposal; in a blind review there are none."""
    found = _held(conference, code)
    if found.proposal.call.blind:
        raise NotFound
    return files.send(files_of(asked(found.proposal.call.questionnaire), found.proposal).get(file_id))


# --- interests


@blueprint.route("/interests", methods=["GET", "POST"])
@manages(REVIEW)
def interests(conference: Conference) -> Answer:
    """Say in which proposals one has an interest, before they are given out."""
    form = InterestForm()
    if form.validate_on_submit():
        ids = [int(id_) for id_ in request.form.getlist("id") if id_.isdigit() and len(id_) < 10]
        if not ids:
            form.form_errors.append(_("Tick at least one proposal."))
        else:
            with saving(form):
                number = reviewing.declare(conference.id, ids, reason=form.reason.data, actor=actor())
            if not form.errors:
                flash(
                    ngettext("%(num)s interest was declared.", "%(num)s interests were declared.", number),
                    "good",
                )
                return _to(conference, "interests")
    query = request.args.get("q", "")[:200]
    return answer(
        form,
        "proposals/reviews/interests.html",
        conference=conference,
        query=query,
        ticked=set(request.form.getlist("id")),
        found=mine.to_declare(
            conference.id, current_user.id, query=query, page=request.args.get("page", 1, int)
        ),
        declared=mine.declared(conference.id, current_user.id),
    )
