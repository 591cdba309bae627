"""The proposal's own page: what its team sees of it at every stage, and what it does with the whole of it."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.core import clock
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import ActionForm, Form, TextAreaField, answer, refused, saving
from eventsapp.core.limits import Limit, limited
from eventsapp.core.web import before_writing
from eventsapp.proposals import panels, service
from eventsapp.proposals.drafts import completeness, progress, queries, submission
from eventsapp.proposals.drafts.views import OWN, Answer, blueprint, frame, leading, standing
from eventsapp.proposals.enums import CommentAudience, ProposalState


class WithdrawForm(Form):
    """Why a proposal is withdrawn."""

    note = TextAreaField(_l("Reason"), max_length=1000, rows=3)


class SayForm(Form):
    """A comment inside the team, or a message to the secretariat."""

    body = TextAreaField(_l("Message"), max_length=service.COMMENT_MOST, rows=3, required=True)


def writer() -> str:
    """Whose messages are counted."""
    return str(current_user.get_id() or "")


SAY_LIMITS = (Limit("proposal-say", "LIMIT_PROPOSAL", writer),)


@blueprint.get(OWN)
@signed_in
def own(lang: str, token: int) -> str:
    """Show a proposal to its team: where it stands, what is expected of whom, and everything that was said."""
    return _own(token, {})


def _own(token: int, typed: dict[CommentAudience, SayForm]) -> str:
    found = standing(token)
    proposal = found.proposal
    parts = panels.of_team(found)
    timing = submission.timing_of(proposal, actor=actor(), now=clock.now())
    forms = {
        audience: typed.get(audience) or SayForm(formdata=None, prefix=f"{audience.value}-")
        for audience in (CommentAudience.SECRETARIAT, CommentAudience.TEAM)
    }
    return render_template(
        "proposals/own.html",
        standing=found,
        steps=progress.steps(proposal.state, late=proposal.late),
        expected=[
            *progress.expected(found, timing, len(completeness.missing(proposal)) if found.may_write else 0),
            *(panel.expected for panel in parts if panel.expected),
        ],
        panels=parts,
        timing=timing,
        action=ActionForm(formdata=None),
        says=forms,
        **frame(proposal),
    )


@blueprint.post(f"{OWN}/comments")
@signed_in
@limited(*SAY_LIMITS)
def say(lang: str, token: int) -> Answer:
    """Write to the team, or to the secretariat."""
    found = standing(token)
    wished = request.form.get("audience", "")
    audience = CommentAudience.SECRETARIAT if wished == "secretariat" else CommentAudience.TEAM
    form = SayForm(prefix=f"{audience.value}-")
    if form.validate_on_submit():
        with saving(form):
            service.comment(found.proposal, form.body.data, audience=audience, actor=actor())
        if not form.errors:
            flash(_("Sent."), "good")
            return redirect(url_for(".own", lang=lang, token=token, _anchor=f"{audience.value}-said"), 303)
    return _own(token, {audience: form}), 422


def arrived() -> None:
    """Keep the instant at which a request came: whatever queue it then stands in, it was in time."""
    g.arrived = clock.now()


@blueprint.route(f"{OWN}/submit", methods=["GET", "POST"])
@signed_in
@before_writing(arrived)
def submit(lang: str, token: int) -> Answer:
    """Look at what is submitted, and what is missing; then submit it."""
    found = leading(token)
    proposal = found.proposal
    if proposal.state is not ProposalState.DRAFT:
        if request.method == "POST":
            # A second click: it has been submitted by the first.
            flash(_("The proposal has been submitted."), "good")
        return redirect(url_for(".own", lang=lang, token=token), 303)
    if proposal.composed:
        # A joint draft is submitted by its merger, when all leads have accepted it.
        raise NotFound
    form = ActionForm()
    timing = submission.timing_of(proposal, actor=actor(), now=clock.now())
    if form.validate_on_submit():
        try:
            with saving(form):
                submission.submit(proposal, actor=actor(), now=g.arrived)
        except Conflict as error:
            form.form_errors.append(str(error))
        if not refused(form):
            flash(_("The proposal has been submitted."), "good")
            return redirect(url_for(".own", lang=lang, token=token), 303)
    return answer(
        form,
        "proposals/submit.html",
        standing=found,
        timing=timing,
        lacking=completeness.missing(proposal),
        failures=submission.failures(proposal),
        organizations=queries.organizations(proposal.id),
        **frame(proposal),
    )


@blueprint.post(f"{OWN}/recall")
@signed_in
@before_writing(arrived)
def recall(lang: str, token: int) -> Answer:
    """Make a submitted proposal a draft again."""
    found = leading(token)
    if ActionForm().validate_on_submit():
        submission.recall(found.proposal, actor=actor(), now=g.arrived)
        flash(_("The proposal is a draft again."), "warning")
        return redirect(url_for(".edit", lang=lang, token=token), 303)
    return redirect(url_for(".own", lang=lang, token=token), 303)


@blueprint.route(f"{OWN}/withdraw", methods=["GET", "POST"])
@signed_in
def withdraw(lang: str, token: int) -> Answer:
    """Take a proposal out of the call, after a question."""
    found = leading(token)
    form = WithdrawForm()
    if form.validate_on_submit():
        submission.withdraw(found.proposal, note=form.note.data, actor=actor())
        flash(_("The proposal has been withdrawn."), "warning")
        return redirect(url_for(".own", lang=lang, token=token), 303)
    return answer(form, "proposals/withdraw.html", standing=found, **frame(found.proposal))
