"""Forms of mergers."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import ChoiceField, Form, HiddenText, TextAreaField, TextField, WholeField


class ProposeForm(Form):
    """Which proposals, by their codes, and why."""

    proposals = TextField(
        _l("Codes of the proposals"),
        required=True,
        description=_l("Such as P-0012, P-0047."),
        render_kw={"dir": "ltr", "autocapitalize": "characters", "spellcheck": "false"},
    )
    note = TextAreaField(
        _l("Why they should become one"),
        max_length=2000,
        rows=3,
        description=_l("Those who lead the proposals read this."),
    )


class AnswerForm(Form):
    """What the lead of one of the proposals says."""

    part = WholeField(required=True, most=2**31 - 1)
    said = ChoiceField(choices=[(one, one) for one in ("join", "accept", "refuse")], required=True)
    content = HiddenText(max_length=64)
    reason = TextField(_l("Reason"), max_length=500)


class EndForm(Form):
    """Calling a merger off, or undoing it."""

    reason = TextField(_l("Reason"), max_length=500)
