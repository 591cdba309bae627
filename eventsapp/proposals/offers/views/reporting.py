"""The reports about a call's events, for officers."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, tables, templating
from eventsapp.core.errors import NotFound
from eventsapp.core.forms import ActionForm
from eventsapp.extensions import db
from eventsapp.proposals.calls import queries as calls
from eventsapp.proposals.enums import ReportState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import reports, words
from eventsapp.proposals.offers.models import EventReport
from eventsapp.proposals.offers.views.files import hand_over

blueprint = Blueprint("calls_reports", __name__, url_prefix="/manage/<conference>")

Answer = str | Response | BaseResponse | tuple[str, int]
OVERDUE = "overdue"


def _kinds(report: EventReport) -> set[str]:
    late = report.state is ReportState.OWED and report.due_at <= clock.now()
    return {report.state.value, OVERDUE} if late else {report.state.value}


@blueprint.get("/calls/<call>/reports/")
@manages(Permission.VIEW_PROPOSALS)
def index(conference: Conference, call: str) -> Answer:
    """List the reports, filtered by what became of them."""
    found = calls.one(conference.id, call)
    rows = reports.of_call(found)
    state = request.args.get("state", "")
    return render_template(
        "proposals/manage/reports.html",
        conference=conference,
        call=found,
        state=state,
        rows=[(one, proposal, _kinds(one)) for one, proposal in rows if not state or state in _kinds(one)],
        counts=Counter(kind for one, _proposal in rows for kind in _kinds(one)),
        total=len(rows),
        words=words,
    )


@blueprint.get("/calls/<call>/reports/export.<any(csv,xlsx):kind>")
@manages(Permission.VIEW_PROPOSALS)
def export(conference: Conference, call: str, kind: str) -> Answer:
    """Hand over the reports as a table."""
    found = calls.one(conference.id, call)
    header = [
        _("Event"), _("Proposal"), _("Title"), _("State"), _("Due (UTC)"), _("Sent (UTC)"), _("Persons who came"),
        _("Of them women"), _("Outcome"), _("What follows"), _("Speakers who came"), _("Files"),
    ]  # fmt: skip
    rows = [_row(report, proposal) for report, proposal in reports.of_call(found)]
    name = f"reports-{found.slug}.{kind}"
    if kind == "csv":
        body, content_type = b"".join(tables.csv_lines(header, rows)), tables.CSV_TYPE
    else:
        body, content_type = tables.xlsx(_("Reports"), header, rows), tables.XLSX_TYPE
    disposition = f'attachment; filename="{name}"'
    return Response(body, headers={"Content-Type": content_type, "Content-Disposition": disposition})


def _row(report: EventReport, proposal: Proposal) -> list[object]:
    came = set(report.speaker_ids)
    return [
        report.event.code,
        proposal.code,
        templating.t(report.event.titles),
        str(words.REPORT_STATES[report.state]),
        report.due_at.replace(tzinfo=None),
        report.sent_at.replace(tzinfo=None) if report.sent_at else None,
        report.attendance,
        report.women,
        report.outcome,
        report.follow_up,
        "; ".join(link.speaker.name for link in report.event.speakers if link.speaker_id in came),
        len(report.file_ids),
    ]


def _one(conference: Conference, report_id: int) -> tuple[EventReport, Proposal]:
    found = db.session.get(EventReport, report_id)
    if found is None or found.event.conference_id != conference.id:
        raise NotFound
    proposal = reports.proposal_of(found)
    if proposal is None:
        raise NotFound
    return found, proposal


@blueprint.get("/reports/<int:report_id>")
@manages(Permission.VIEW_PROPOSALS)
def report(conference: Conference, report_id: int) -> Answer:
    """Show one report."""
    found, proposal = _one(conference, report_id)
    came = set(found.speaker_ids)
    return render_template(
        "proposals/manage/report.html",
        conference=conference,
        call=proposal.call,
        proposal=proposal,
        report=found,
        overdue=OVERDUE in _kinds(found),
        files=reports.files_of(found),
        speakers=[link.speaker.name for link in found.event.speakers if link.speaker_id in came],
        booked=reports.booked([found.event_id]).get(found.event_id),
        words=words,
        action=ActionForm(formdata=None),
    )


@blueprint.get("/reports/<int:report_id>/files/<int:file_id>")
@manages(Permission.VIEW_PROPOSALS)
def file(conference: Conference, report_id: int, file_id: int) -> Answer:
    """Hand over a picture or document of a report."""
    found, _proposal = _one(conference, report_id)
    if file_id not in found.file_ids:
        raise NotFound
    return hand_over(file_id)


@blueprint.post("/reports/<int:report_id>/<any(waive,reopen):action>")
@manages(Permission.EDIT_PROPOSALS)
def move(conference: Conference, report_id: int, action: str) -> Answer:
    """Do without a report, or ask for it again."""
    found, proposal = _one(conference, report_id)
    form = ActionForm()
    if not form.validate_on_submit():
        return render_template("programme/refused.html", form=form), 422
    if action == "waive":
        reports.waive(found, actor=actor())
        flash(_("The report about %(code)s is not asked for any more.", code=found.event.code), "good")
    else:
        reports.reopen(found, actor=actor())
        flash(_("The report about %(code)s is asked for again.", code=found.event.code), "good")
    return redirect(url_for("calls_reports.index", conference=conference.slug, call=proposal.call.slug))
