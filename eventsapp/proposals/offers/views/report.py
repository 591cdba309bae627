"""A team reports about its event."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.guards import actor, signed_in
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import answer, content_of, saving
from eventsapp.core.translations import LANGUAGES
from eventsapp.proposals import access
from eventsapp.proposals.enums import ReportState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import reports, words
from eventsapp.proposals.offers.models import EventReport
from eventsapp.proposals.offers.report_forms import ReportForm
from eventsapp.proposals.offers.views.files import hand_over

blueprint = Blueprint(
    "proposal_report",
    __name__,
    url_prefix=f"/<any({','.join(LANGUAGES)}):lang>/proposals/<int:proposal_id>/report",
)

Answer = str | Response | BaseResponse | tuple[str, int]


def _report(proposal_id: int) -> tuple[Proposal, EventReport]:
    proposal = access.standing(proposal_id, current_user).proposal
    g.default_language = proposal.conference.default_language
    found = reports.report_of(proposal.event_id) if proposal.event_id is not None else None
    if found is None:
        raise NotFound
    return proposal, found


@blueprint.route("", methods=["GET", "POST"])
@signed_in
def report(lang: str, proposal_id: int) -> Answer:
    """Write the report; read it once it was sent."""
    proposal, found = _report(proposal_id)
    form = _form(proposal, found)
    sends = "send" in request.form
    if form.validate_on_submit():
        with saving(form):
            stored = form.file.store()
            reports.save(
                found,
                form.report_data(),
                actor=actor(),
                added=[stored] if stored is not None else [],
                removed=form.remove.data,
                send=sends,
            )
        if not form.errors:
            flash(
                _("Thank you: the report was sent.") if sends else _("The draft of the report was saved."),
                "good",
            )
            if sends:
                return redirect(url_for("proposals.own", lang=lang, token=str(proposal.id)))
            return redirect(url_for("proposal_report.report", lang=lang, proposal_id=proposal.id))
    event = found.event
    return answer(
        form,
        "proposals/offers/report.html",
        proposal=proposal,
        event=event,
        report=found,
        files=reports.files_of(found),
        speakers=_names(found),
        booked=reports.booked([event.id]).get(event.id),
        due=words.instant(found.due_at, proposal.conference.zone),
        writable=found.state is ReportState.OWED,
        words=words,
    )


def _form(proposal: Proposal, found: EventReport) -> ReportForm:
    attendance = found.attendance
    if attendance is None:
        attendance = reports.checked_in([found.event_id]).get(found.event_id)
    given: dict[str, Any] = {
        "attendance": attendance,
        "women": found.women,
        "outcome": found.outcome,
        "follow_up": found.follow_up,
        "speaker_ids": found.speaker_ids,
    }
    form = ReportForm(data=given, **content_of(proposal.conference))
    form.speaker_ids.choices = list(_names(found).items())
    form.remove.choices = [(one.id, one.name) for one in reports.files_of(found)]
    return form


def _names(found: EventReport) -> dict[int, str]:
    return {link.speaker_id: link.speaker.name for link in found.event.speakers}


@blueprint.get("/files/<int:file_id>")
@signed_in
def file(lang: str, proposal_id: int, file_id: int) -> Answer:
    """Hand over a picture or document of the report."""
    _proposal, found = _report(proposal_id)
    if file_id not in found.file_ids:
        raise NotFound
    return hand_over(file_id)
