"""Questions and answers as people read them, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from eventsapp.core import locale
from eventsapp.core.templating import day, join_list
from eventsapp.core.translations import pick, pick_language
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import CHOOSES, Answers, Asked, as_date, relevant, shown_number


@dataclass(frozen=True, slots=True)
class Shown:
    """One question with its answer."""

    key: str
    label: str
    text: str
    file: int | None = None
    """The id of the ``StoredFile`` that is the answer; then ``text`` is empty."""
    language: str = ""
    """Of the text where it was given in several; else empty."""


def shown(
    questions: Sequence[Asked], answers: Answers, *, public_only: bool = False, default: str = "en"
) -> list[Shown]:
    """Return the answers that there are, in the order of the questions. Those that are not asked (any more) are left out.

    ``default``: the conference's language, that texts fall back to.
    """
    there = relevant(questions, answers)
    return [
        _shown(question, there[question.key], default)
        for question in questions
        if question.key in there and (question.public or not public_only)
    ]


def _shown(question: Asked, answer: Any, default: str) -> Shown:
    label = label_of(question, default)
    if question.kind is QuestionKind.FILE:
        return Shown(question.key, label, "", file=answer if isinstance(answer, int) else None)
    if isinstance(answer, dict):
        language = pick_language(answer, locale.current(), default)
        return Shown(question.key, label, str(answer.get(language, "")), language=language)
    return Shown(question.key, label, _text(question, answer, default))


def _text(question: Asked, answer: Any, default: str) -> str:
    kind = question.kind
    if kind is QuestionKind.CONSENT:
        return str(_("Yes"))
    if kind in CHOOSES:
        values = answer if isinstance(answer, list) else [answer]
        return join_list(value_label(question, str(value), default) for value in values)
    if kind is QuestionKind.DATE:
        found = as_date(answer)
        return day(found, "long") if found else str(answer)
    if kind is QuestionKind.NUMBER and isinstance(answer, int | float):
        return shown_number(answer)
    return str(answer)


def label_of(question: Asked, default: str = "en") -> str:
    """Return what a question asks."""
    return pick(question.labels, locale.current(), default) or question.key


def value_label(question: Asked, value: str, default: str = "en") -> str:
    """Return what an answer that can be chosen is called; the value itself where the option is gone."""
    if question.kind is QuestionKind.CONSENT:
        return str(_("Yes"))
    option = question.option(value)
    return (pick(option.labels, locale.current(), default) if option else "") or value


def when(question: Asked, questions: Sequence[Asked], default: str = "en") -> str:
    """Return the sentence of when a question is asked; empty for one that always is."""
    condition = question.condition
    on = next((one for one in questions if condition and one.key == condition.key), None)
    if condition is None or on is None:
        return ""
    label = label_of(on, default)
    if not condition.values:
        return str(_("Only if “%(question)s” is answered.", question=label))
    values = [value_label(on, value, default) for value in on.values if value in condition.values]
    return str(
        _(
            "Only if the answer to “%(question)s” is: %(values)s.",
            question=label,
            values=" / ".join(f"“{value}”" for value in values),
        )
    )
