"""Questions as fields of a form: ``q-<key>`` for each, in any form that mixes them in.

    class ProposalForm(fields(questions, languages), Form): …
    form = ProposalForm(data=initial(questions, proposal.answers), **content_of(conference))
    answers = answers_of(form, questions)

The fields take whatever is sent and never require anything: ``rules.check`` says what is wrong with the answers and what is
missing, and :func:`tell` puts it beside the fields. So a draft is saved with what there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from wtforms import Field

from eventsapp.core import locale
from eventsapp.core.files import StoredFile
from eventsapp.core.forms import (
    BooleanField,
    CheckboxesField,
    ChoiceField,
    DateField,
    DecimalField,
    DocumentField,
    RadiosField,
    TextAreaField,
    TextField,
    TranslatedField,
)
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import LONG_TEXT_MOST, NUMBER_MOST, Answers, Asked

PREFIX = "q-"
RADIOS_MOST = 7
"""A choice of more is a menu."""
_TYPED_MOST = 100_000
"""Characters that a field takes at all: a text over the limit is kept in the form and refused by ``rules.check``."""


def name_of(question: Asked) -> str:
    """Return the name of a question's field."""
    return PREFIX + question.key


class AnswersMixin:
    """What the forms have in common. ``asked`` are the questions of the form."""

    asked: tuple[Asked, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for question in self.asked:
            # Shown as required; whether it is, is ``rules.check``'s question.
            self[name_of(question)].required = question.required  # type: ignore[index]


def fields(questions: Sequence[Asked], languages: Sequence[str]) -> type[Any]:
    """Return a class to be mixed into a form, before ``Form``. ``languages``: those of the conference, its own first."""
    made: dict[str, Any] = {"asked": tuple(questions)}
    for question in questions:
        made[name_of(question)] = _field(question, languages)
    return type("Answers", (AnswersMixin,), made)


def _field(question: Asked, languages: Sequence[str]) -> Field:
    default = languages[0] if languages else "en"
    label = _text(question.labels, default) or question.key
    more: dict[str, Any] = {"description": _text(question.helps, default)}
    if question.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT):
        long = question.kind is QuestionKind.LONG_TEXT
        if question.translated:
            return TranslatedField(label, multiline=long, max_length=_TYPED_MOST, **more)
        kind = TextAreaField if long else TextField
        return kind(label, max_length=_TYPED_MOST, **more)
    if question.kind in (QuestionKind.CHOICE, QuestionKind.MANY):
        choices = [
            (option.value, _text(option.labels, default) or option.value) for option in question.options
        ]
        if question.kind is QuestionKind.MANY:
            return CheckboxesField(label, choices=choices, **more)
        few = len(choices) <= RADIOS_MOST
        blank = None if question.required else _("No answer")
        if few:
            return RadiosField(label, choices=choices, blank=blank, **more)
        return ChoiceField(label, choices=choices, **more)
    if question.kind is QuestionKind.NUMBER:
        return DecimalField(label, least=-NUMBER_MOST, most=NUMBER_MOST, **more)
    if question.kind is QuestionKind.DATE:
        return DateField(label, **more)
    if question.kind is QuestionKind.FILE:
        more["description"] = " ".join(
            part for part in (more["description"], _("PDF, PNG, JPEG, DOCX, PPTX or XLSX.")) if part
        )
        return DocumentField(label, **more)
    return BooleanField(label, **more)


def _text(texts: Texts, default: str) -> str:
    return pick(texts, locale.current(), default)


def initial(questions: Iterable[Asked], answers: Answers) -> dict[str, Any]:
    """Return what the fields begin with, for ``data=`` of the form. One statement where there are files."""
    files = stored_files(questions, answers)
    made: dict[str, Any] = {}
    for question in questions:
        answer = answers.get(question.key)
        if answer is None:
            continue
        if question.kind is QuestionKind.FILE:
            answer = files.get(answer) if isinstance(answer, int) else None
        elif question.kind is QuestionKind.DATE:
            try:
                answer = date.fromisoformat(answer)
            except (TypeError, ValueError):
                answer = None
        elif question.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT):
            answer = _as_asked(question, answer)
        made[name_of(question)] = answer
    return made


def _as_asked(question: Asked, answer: Any) -> Any:
    """A text as the question asks for it now: it may have been given before that was changed."""
    if question.translated and isinstance(answer, str):
        return {locale.current(): answer}
    if not question.translated and isinstance(answer, Mapping):
        return pick(answer, locale.current())
    return answer


def stored_files(questions: Iterable[Asked], answers: Answers) -> dict[int, StoredFile]:
    """Return the files among answers, by id. One statement; none where there are no files."""
    ids = [
        answer
        for question in questions
        if question.kind is QuestionKind.FILE and isinstance(answer := answers.get(question.key), int)
    ]
    if not ids:
        return {}
    found = db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)))
    return {file.id: file for file in found}


def answers_of(form: Any, questions: Sequence[Asked], *, store: bool = True) -> dict[str, Any]:
    """Return the answers in a form that has been validated, as JSON (``models.Question``). No answer: no key.

    An uploaded file is stored; where none was sent, the one there was is kept. Call it inside ``saving(form)``: raises
    :class:`Invalid` for a file of a kind that is not taken. Writes; does not commit. Without ``store`` nothing is written, and an
    uploaded file is the answer 1: enough to see what is missing in a form that is refused anyway.
    """
    answers: dict[str, Any] = {}
    for question in questions:
        field = form[name_of(question)]
        answer: Any = field.data
        if question.kind is QuestionKind.FILE:
            if store or field.data is None:
                stored = field.store()
                if stored is not None and stored.id is None:
                    db.session.flush()
                answer = stored.id if stored is not None else None
            else:
                answer = 1
        elif question.kind is QuestionKind.DATE:
            answer = answer.isoformat() if answer else None
        elif question.kind is QuestionKind.NUMBER and isinstance(answer, float) and answer.is_integer():
            answer = int(answer)
        elif question.kind is QuestionKind.CONSENT:
            answer = True if answer else None
        elif isinstance(answer, dict):
            answer = {language: text for language, text in answer.items() if text}
        elif isinstance(answer, list):
            answer = list(answer)
        if answer is not None and answer not in ("", [], {}):
            answers[question.key] = answer
    return answers


def tell(form: Any, found: Mapping[str, Sequence[str]]) -> None:
    """Put what ``rules.check`` found beside the fields of a form."""
    for key, said in found.items():
        field = form[PREFIX + key]
        field.errors = [*field.errors, *(one for one in said if one not in field.errors)]


def limit_of(question: Asked) -> tuple[str, int] | None:
    """Return ("words" or "characters", how many) that a text may have, for the counter beside it; None without one."""
    if question.kind is QuestionKind.LONG_TEXT:
        most = question.limits.get("most")
        return ("words", int(most)) if most else ("characters", LONG_TEXT_MOST)
    if question.kind is QuestionKind.TEXT and question.limits.get("most"):
        return "characters", int(question.limits["most"])
    return None
