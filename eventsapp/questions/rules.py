"""Which questions are asked, and what is wrong with answers. Pure but for the reader's language.

Answers are a mapping ``{key: answer}`` as ``models.Question`` says. Whatever is in them is looked at with suspicion: they may
have been given before a question changed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _

from eventsapp.core.translations import Texts
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Questionnaire

TEXT_MOST: Final = 300
"""Characters of a line where the question sets no limit of its own."""
LONG_TEXT_MOST: Final = 20_000
"""Characters of a long text, whatever the limit of words."""
NUMBER_MOST: Final = 10**12
GIVEN: Final = "yes"
"""The value of a consent in conditions."""
CHOOSES: Final = frozenset({QuestionKind.CHOICE, QuestionKind.MANY})
WRITES: Final = frozenset({QuestionKind.TEXT, QuestionKind.LONG_TEXT})

Answers = Mapping[str, Any]
Found = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen. ``value`` is what is kept, and never changes."""

    value: str
    labels: Texts


@dataclass(frozen=True, slots=True)
class Condition:
    """Asked only when the question ``key`` has one of ``values`` for an answer; without values: when it has any."""

    key: str
    values: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """One question. ``limits`` as in ``models.Question``."""

    key: str
    kind: QuestionKind
    labels: Texts = field(default_factory=dict)
    helps: Texts = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    required: bool = False
    public: bool = False
    translated: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)
    condition: Condition | None = None

    @property
    def values(self) -> tuple[str, ...]:
        """What can stand in a condition on this question besides "any answer"."""
        if self.kind is QuestionKind.CONSENT:
            return (GIVEN,)
        return tuple(option.value for option in self.options) if self.kind in CHOOSES else ()

    def option(self, value: object) -> Option | None:
        """Return the option with a value."""
        return next((one for one in self.options if one.value == value), None)


def asked(questionnaire: Questionnaire) -> tuple[Asked, ...]:
    """Return the questions of a questionnaire, in their order."""
    return asked_rows(questionnaire.questions)


def asked_rows(rows: Iterable[Any]) -> tuple[Asked, ...]:
    """The same for rows that have the columns of a question."""
    return tuple(
        Asked(
            key=row.key,
            kind=row.kind,
            labels=dict(row.labels),
            helps=dict(row.helps),
            options=tuple(Option(str(one["value"]), dict(one["labels"])) for one in row.options),
            required=row.required,
            public=row.public,
            translated=row.translated,
            limits=dict(row.limits),
            condition=Condition(
                str(row.condition["key"]), frozenset(map(str, row.condition.get("values", [])))
            )
            if row.condition
            else None,
        )
        for row in rows
    )


# --- conditions


def applies(question: Asked, answers: Answers, questions: Sequence[Asked]) -> bool:
    """Return whether a question is asked, given the answers so far.

    One that hangs on a question which is not asked itself is not asked either. A condition on a question that does not
    come before (it was removed, say) does not hold anything back.
    """
    by_key = {one.key: number for number, one in enumerate(questions)}
    at: Asked | None = question
    while at is not None and at.condition is not None:
        source = by_key.get(at.condition.key)
        here = by_key.get(at.key, len(questions))
        if source is None or source >= here:
            return True
        on = questions[source]
        said = _said(on, answers.get(on.key))
        if not said or (at.condition.values and not said & at.condition.values):
            return False
        at = on
    return True


def relevant(questions: Sequence[Asked], answers: Answers) -> dict[str, Any]:
    """Return the answers to questions that are asked: what a submission, an export or a page shows."""
    return {
        one.key: answers[one.key]
        for one in questions
        if not is_empty(answers.get(one.key)) and applies(one, answers, questions)
    }


def depend_on(key: str, questions: Iterable[Asked]) -> list[Asked]:
    """Return the questions whose condition names another one."""
    return [one for one in questions if one.condition is not None and one.condition.key == key]


def can_stand(order: Sequence[Asked]) -> bool:
    """Return whether each question comes after the one that its condition names."""
    seen: set[str] = set()
    keys = {one.key for one in order}
    for one in order:
        if one.condition is not None and one.condition.key in keys - seen:
            return False
        seen.add(one.key)
    return True


def is_empty(answer: object) -> bool:
    """Return whether there is no answer. ``False`` is none: a consent that is not given; 0 is a number."""
    if answer is None or answer is False or answer in ("", [], {}):
        return True
    return isinstance(answer, Mapping) and not any(answer.values())


def _said(question: Asked, answer: object) -> frozenset[str]:
    """What an answer is in conditions; empty for none."""
    if is_empty(answer):
        return frozenset()
    if question.kind is QuestionKind.MANY and isinstance(answer, Sequence):
        return frozenset(map(str, answer))
    return frozenset({GIVEN if question.kind is QuestionKind.CONSENT else str(answer)})


# --- answers


def check(questions: Sequence[Asked], answers: Answers, languages: Sequence[str], *, complete: bool) -> Found:
    """Return what is wrong, by key: sentences in the reader's language. Questions that are not asked are left out.

    ``complete``: also what is missing; a draft is only told what is wrong with what there is. ``languages``: those of
    the conference, in any of which a text in several languages may be given. Answers to unknown keys do not matter.
    """
    found: Found = {}
    for question in questions:
        if not applies(question, answers, questions):
            continue
        answer = answers.get(question.key)
        if is_empty(answer):
            said = _missing(question, languages) if complete and question.required else []
        else:
            said = _CHECKS[question.kind](question, answer, languages, complete)
        if said:
            found[question.key] = said
    return found


def _missing(question: Asked, languages: Sequence[str]) -> list[str]:
    if question.kind is QuestionKind.CONSENT:
        return [_("This has to be agreed to.")]
    if question.translated and len(languages) > 1:
        return [_("This field is required in at least one language.")]
    return [_("This field is required.")]


def count_words(text: str) -> int:
    """Return how many words a text has. Where words are not set apart (Chinese), each character counts as one.

    ``static/js/proposals/words.js`` counts the same.
    """
    return len(_WORD.findall(text))


_HAN: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD: Final = re.compile(rf"[{_HAN}]|(?:(?![{_HAN}])\S)+")


def _each(question: Asked, answer: object, languages: Sequence[str]) -> list[str] | None:
    """The texts of an answer; None where it is no text at all."""
    if question.translated:
        if not isinstance(answer, Mapping):
            # Given before the question asked for several languages.
            return [answer] if isinstance(answer, str) else None
        return [text for language, text in answer.items() if language in languages and isinstance(text, str)]
    if isinstance(answer, Mapping):
        return [text for text in answer.values() if isinstance(text, str)]
    return [answer] if isinstance(answer, str) else None


def _text(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    texts = _each(question, answer, languages)
    if texts is None:
        return [_("This is not a text.")]
    least, most = question.limits.get("least"), question.limits.get("most") or TEXT_MOST
    said = [text_too_long(len(text), most) for text in texts if len(text) > most]
    if complete and least:
        said += [
            _("Use at least %(least)d characters; these are %(count)d.", least=least, count=len(text))
            for text in texts
            if text and len(text) < least
        ]
    return said[:1]


def text_too_long(count: int, most: int) -> str:
    """Return the sentence about a text with too many characters."""
    return str(_("Use at most %(most)d characters; these are %(count)d.", most=most, count=count))


def words_too_many(count: int, most: int) -> str:
    """Return the sentence about a text with too many words."""
    return str(_("Use at most %(most)d words; these are %(count)d.", most=most, count=count))


def _long_text(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    texts = _each(question, answer, languages)
    if texts is None:
        return [_("This is not a text.")]
    least, most = question.limits.get("least"), question.limits.get("most")
    said: list[str] = []
    for text in texts:
        count = count_words(text)
        if len(text) > LONG_TEXT_MOST:
            said.append(text_too_long(len(text), LONG_TEXT_MOST))
        elif most and count > most:
            said.append(words_too_many(count, most))
        elif complete and least and text and count < least:
            said.append(_("Use at least %(least)d words; these are %(count)d.", least=least, count=count))
    return said[:1]


def _choice(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    return [] if question.option(answer) else [_("This is not one of the choices.")]


def _many(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    if not isinstance(answer, list | tuple) or any(question.option(one) is None for one in answer):
        return [_("This is not one of the choices.")]
    least, most = question.limits.get("least"), question.limits.get("most")
    if most and len(answer) > most:
        return [_("Choose at most %(most)d; these are %(count)d.", most=most, count=len(answer))]
    if complete and least and len(answer) < least:
        return [_("Choose at least %(least)d; these are %(count)d.", least=least, count=len(answer))]
    return []


def _number(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        return [_("This is not a number.")]
    least, most = question.limits.get("least"), question.limits.get("most")
    return _within(answer, least, most, shown_number)


def shown_number(value: float) -> str:
    """Return a number as people type it: without a point where it is whole."""
    return str(int(value)) if float(value).is_integer() else str(value)


def _date(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    try:
        value = date.fromisoformat(answer if isinstance(answer, str) else "")
    except ValueError:
        return [_("This is not a date. It is written as year-month-day, such as 2027-06-14.")]
    return _within(value, as_date(question.limits.get("least")), as_date(question.limits.get("most")), str)


def as_date(value: object) -> date | None:
    """Return the date of a limit, or None."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _within(value: Any, least: Any, most: Any, shown: Callable[[Any], str]) -> list[str]:
    if least is not None and value < least:
        return [_("This has to be %(least)s or more.", least=shown(least))]
    if most is not None and value > most:
        return [_("This has to be %(most)s or less.", most=shown(most))]
    return []


def _file(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    return [] if isinstance(answer, int) and answer > 0 else [_("Choose a file.")]


def _consent(question: Asked, answer: object, languages: Sequence[str], complete: bool) -> list[str]:
    return []


_CHECKS: Final[Mapping[QuestionKind, Callable[[Asked, Any, Sequence[str], bool], list[str]]]] = {
    QuestionKind.TEXT: _text,
    QuestionKind.LONG_TEXT: _long_text,
    QuestionKind.CHOICE: _choice,
    QuestionKind.MANY: _many,
    QuestionKind.NUMBER: _number,
    QuestionKind.DATE: _date,
    QuestionKind.FILE: _file,
    QuestionKind.CONSENT: _consent,
}
