"""What the states of mergers and answers are called. Pure but for the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext

from eventsapp.proposals.enums import Answer, MergerState

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
