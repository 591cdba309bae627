"""Reports on participation, as a page and as files."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import actor, holder, manages
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, locale, templating
from eventsapp.core.forms import ActionForm
from eventsapp.core.printing import press
from eventsapp.core.translations import direction
from eventsapp.core.web import before_writing
from eventsapp.registration import lists
from eventsapp.registration.figures import report
from eventsapp.registration.figures.files import as_file, table

bp = Blueprint("registration_reports", __name__, url_prefix="/manage/<conference>/registration/reports")

_PAPER: Final = Path(report.__file__).resolve().parent / "paper" / "report.typ"

Answer = str | Response | BaseResponse


def _category(conference: Conference) -> int | None:
    """Return the category that is asked for, if it is one of the conference's."""
    asked = request.args.get("category", "")
    return next((id_ for id_, _n, _d in lists.categories(conference.id) if str(id_) == asked), None)


@bp.get("")
@manages(Permission.VIEW_REGISTRATIONS)
def index(conference: Conference) -> Answer:
    """Show who takes part, divided in the ways that governing bodies ask for."""
    chosen = _category(conference)
    return render_template(
        "registration/figures/report.html",
        conference=conference,
        report=report.report(conference, category_id=chosen),
        categories=lists.categories(conference.id),
        chosen=chosen,
        action=ActionForm(),
    )


def _print_before() -> None:
    """Set the PDF before the transaction begins: a second of work, during which nobody else could write."""
    g.report_paper = None
    conference = holder(Permission.VIEW_REGISTRATIONS)
    if (
        conference is None
        or (request.view_args or {}).get("kind") != "pdf"
        or not ActionForm().validate_on_submit()
    ):
        return
    chosen = _category(conference)
    with suppress(press.Busy):
        g.report_paper = _printed(conference, report.report(conference, category_id=chosen), chosen)


@bp.post("/export.<any(csv,xlsx,pdf):kind>")
@before_writing(_print_before)
@manages(Permission.VIEW_REGISTRATIONS)
def export(conference: Conference, kind: str) -> Answer:
    """Hand the report over as a file; recorded."""
    chosen = _category(conference)
    if not ActionForm().validate_on_submit():
        flash(_("The page had been open for too long. Please try again."), "warning")
        return redirect(url_for(".index", conference=conference.slug, category=chosen), 303)
    name = f"{conference.slug}-participation"
    if kind == "pdf":
        if g.report_paper is None:
            flash(
                _("Others are being printed for at this moment. Please try again in a few seconds."),
                "warning",
            )
            return redirect(url_for(".index", conference=conference.slug, category=chosen), 303)
        response = as_file(Response(g.report_paper, content_type=press.CONTENT_TYPE), name, "pdf")
    else:
        made = report.report(conference, category_id=chosen)
        response = table(kind, name, _("Participation"), report.header(), report.rows(made))
    audit.record(
        actor(),
        "report.export",
        f"conference:{conference.slug}",
        conference_id=conference.id,
        detail={"kind": kind},
    )
    return response


def _printed(conference: Conference, made: report.Report, chosen: int | None) -> bytes:
    now = clock.now()
    language = locale.current()
    category = next(
        (templating.t(names) for id_, names, _d in lists.categories(conference.id) if id_ == chosen), None
    )

    def cells(counts: report.Counts) -> list[str]:
        share = counts.women_per_cent
        return [
            str(counts.handed_in),
            str(counts.registered),
            str(counts.came),
            "–" if share is None else f"{share} %",
        ]

    data: dict[str, Any] = {
        "language": language,
        "direction": direction(language),
        "title": _("Participation"),
        "conference": templating.t(conference.names),
        "category": category,
        "made": f"{templating.day(now.date(), 'd MMMM y')}",
        "header": report.header()[1:],
        "all": [_("All"), *cells(made.total)],
        "tables": [
            {"title": one.title, "lines": [[line.label, *cells(line.counts)] for line in one.lines]}
            for one in made.tables
            if one.lines
        ],
        "days_title": _("By day"),
        "days_header": [_("Day"), _("Let in"), _("For the first time")],
        "days": [
            [templating.day(day, "EEEE d MMMM"), str(let_in), str(new)]
            for day, let_in, new in made.days
            if let_in or new
        ],
    }
    return press.made(press.Order(_PAPER, data, report.timestamp(now)))
