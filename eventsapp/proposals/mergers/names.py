"""What the states of mergers and answers are called. Pure but for the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from eventsapp.core import locale
from eventsapp.core.translations import pick
from eventsapp.programme.enums import Access
from eventsapp.programme.forms import ACCESS
from eventsapp.proposals.enums import Answer, EventFormat, MergerState
from eventsapp.proposals.models import Call
from eventsapp.proposals.state_names import FORMATS

STATES: Final[Mapping[MergerState, object]] = {
    MergerState.OPEN: lazy_pgettext("merger", "open"),
    MergerState.AGREED: lazy_pgettext("merger", "agreed"),
    MergerState.REFUSED: lazy_pgettext("merger", "refused"),
    MergerState.UNDONE: lazy_pgettext("merger", "undone"),
    MergerState.ABANDONED: lazy_pgettext("merger", "called off"),
}
TONES: Final[Mapping[MergerState, str]] = {
    MergerState.OPEN: "warning",
    MergerState.AGREED: "good",
    MergerState.REFUSED: "bad",
    MergerState.UNDONE: "quiet",
    MergerState.ABANDONED: "quiet",
}
ANSWERS: Final[Mapping[Answer, object]] = {
    Answer.WAITING: lazy_pgettext("merger", "has not answered"),
    Answer.ACCEPTED: lazy_pgettext("merger", "has accepted"),
    Answer.REFUSED: lazy_pgettext("merger", "has refused"),
}
FIELDS: Final[Mapping[str, object]] = {
    "length_minutes": _l("Length"),
    "expected_attendance": _l("Expected attendance"),
    "format": _l("Format"),
    "access": _l("Access"),
}


def field_namer(call: Call) -> Callable[..., str]:
    """Return a function that says what a field is called, or, with a value, what that is called. In the reader's language."""
    language, default = locale.current(), call.conference.default_language
    questions = {f"answers.{one.key}": one for one in call.questionnaire.questions}

    def name(field: str, value: Any = None) -> str:
        question = questions.get(field)
        if value is None:
            return pick(question.labels, language, default) if question else str(FIELDS.get(field, field))
        if question is not None:
            options = {one["value"]: one.get("labels") for one in question.options}
            return pick(options.get(value), language, default) if options.get(value) else str(value)
        if field == "format" and value in set(EventFormat):
            return str(FORMATS[EventFormat(value)])
        if field == "access" and value in set(Access):
            return str(ACCESS[Access(value)])
        return str(value)

    return name
