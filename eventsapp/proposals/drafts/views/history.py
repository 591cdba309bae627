"""Who changed what in a proposal: the versions, what each says, and going back to one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.proposals.drafts import content, differences, queries, threeway
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.drafts.views import OWN, Answer, blueprint, frame, standing
from eventsapp.questions import rules as questions

SHOWN = 30
"""So many versions are shown with what they changed; the others by name only."""


@blueprint.get(f"{OWN}/history")
@signed_in
def history(lang: str, token: int) -> str:
    """Show all versions, the newest first, each with what it changed, word by word."""
    found = standing(token)
    proposal = found.proposal
    names = differences.names(proposal, questions.asked(proposal.call.questionnaire))
    versions = queries.versions(proposal.id)
    return render_template(
        "proposals/history.html",
        standing=found,
        versions=versions,
        changes={
            one.number: [names.change(part, *change) for part, change in one.changes.items()]
            for one in versions[:SHOWN]
        },
        **frame(proposal),
    )


@blueprint.get(f"{OWN}/history/<int:number>")
@signed_in
def version(lang: str, token: int, number: int) -> str:
    """Show what a proposal said in a version, and what has changed since."""
    found = standing(token)
    proposal = found.proposal
    if number > proposal.version:
        raise NotFound
    now = content.parts(content.snapshot(proposal))
    then = drafts.parts_at(proposal, number)
    asked = questions.asked(proposal.call.questionnaire)
    names = differences.names(proposal, asked)
    since = threeway.merge(then, now, content.marks(then)).changes
    return render_template(
        "proposals/version.html",
        standing=found,
        number=number,
        said=content.whole(then),
        asked=asked,
        row=next((one for one in queries.versions(proposal.id) if one.number == number), None),
        changes=[names.change(part, *change) for part, change in since.items()],
        action=ActionForm(formdata=None),
        themes=queries.theme_names_of(proposal.conference_id),
        **frame(proposal),
    )


@blueprint.post(f"{OWN}/history/<int:number>/restore")
@signed_in
def restore(lang: str, token: int, number: int) -> Answer:
    """Make a draft say again what it said in a version."""
    found = standing(token)
    if not ActionForm().validate_on_submit():
        return redirect(url_for(".version", lang=lang, token=token, number=number), 303)
    drafts.go_back(found.proposal, number, actor=actor())
    flash(_("The proposal says again what it said in version %(number)s.", number=number), "good")
    return redirect(url_for(".own", lang=lang, token=token), 303)
