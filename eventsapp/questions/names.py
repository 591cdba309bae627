"""What the kinds of questions are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l

from eventsapp.questions.enums import QuestionKind

KINDS: Final[Mapping[QuestionKind, tuple[object, object]]] = {
    QuestionKind.TEXT: (_l("Text, one line"), _l("A name, a title, a short fact.")),
    QuestionKind.LONG_TEXT: (_l("Long text"), _l("Several lines, with a limit of words.")),
    QuestionKind.CHOICE: (_l("Choice"), _l("One of several options.")),
    QuestionKind.MANY: (_l("Several choices"), _l("Any number of the options.")),
    QuestionKind.NUMBER: (_l("Number"), _l("With a least and a most.")),
    QuestionKind.DATE: (_l("Date"), _l("A day, with a first and a last.")),
    QuestionKind.FILE: (
        _l("File"),
        _l("A document or a picture. Only the team, the secretariat and reviewers get it."),
    ),
    QuestionKind.CONSENT: (_l("Consent"), _l("A statement that is agreed to.")),
}
"""What a kind of question is called, and what it is for."""
