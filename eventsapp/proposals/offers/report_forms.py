"""The form of a report about an event."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import DocumentField, Form, RowsField, TextAreaField, WholeField
from eventsapp.proposals.offers.reports import TEXT_MOST, ReportData


class ReportForm(Form):
    """A report. Set the choices of ``speaker_ids`` and ``remove``."""

    attendance = WholeField(_l("Persons who came"), least=0, most=1_000_000)
    women = WholeField(_l("Of them women"), least=0, most=1_000_000)
    speaker_ids = RowsField(_l("Speakers who came"))
    outcome = TextAreaField(
        _l("Outcome"), max_length=TEXT_MOST, rows=6, description=_l("What was said and agreed.")
    )
    follow_up = TextAreaField(_l("What follows"), max_length=TEXT_MOST, rows=4)
    remove = RowsField(_l("Take off"))
    file = DocumentField(
        _l("Add a picture or document"),
        removable=False,
        description=_l("PDF, PNG, JPEG, DOCX, PPTX or XLSX. Seen by the secretariat and your team only."),
    )

    def report_data(self) -> ReportData:
        """Return what was typed, for the service."""
        return ReportData(
            attendance=self.attendance.data,
            women=self.women.data,
            outcome=self.outcome.data or "",
            follow_up=self.follow_up.data or "",
            speaker_ids=tuple(self.speaker_ids.data),
        )
