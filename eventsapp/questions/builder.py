"""The form in which organizers put a question together, and its field for options."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field

from eventsapp.core import templating
from eventsapp.core.errors import Invalid
from eventsapp.core.forms import (
    BooleanField,
    CheckboxesField,
    ChoiceField,
    DateField,
    DecimalField,
    Form,
    TranslatedField,
    WholeField,
    fail,
)
from eventsapp.core.forms.base import Base, plain_line, too_long
from eventsapp.core.translations import LANGUAGES, direction
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question
from eventsapp.questions.rules import CHOOSES, LONG_TEXT_MOST, NUMBER_MOST, WRITES, Asked, Condition, as_date
from eventsapp.questions.service import QuestionData
from eventsapp.questions.shown import label_of, value_label

MOST_OPTIONS = 60
EMPTY_ROWS = 3
"""Rows for new options that a form without scripts offers."""


@dataclass(frozen=True)
class OptionInput:
    """The input for one language of an option, as a template sees it."""

    language: str
    label: str
    name: str
    id: str
    value: str
    direction: str


@dataclass(frozen=True)
class OptionRow:
    """One option as a template sees it. ``value`` is "" for one that is new."""

    number: int
    value: str
    inputs: list[OptionInput]


class OptionsField(Base):
    """Options with labels in the conference's languages; ``data`` is a list of (value, labels), in their order.

    Sent as ``options`` (the numbers of the rows, in order), ``options-<n>-value`` and ``options-<n>-<language>``. A row
    without any label is left out: so an option is removed.
    """

    layout = "options"

    @property
    def languages(self) -> list[str]:
        """The languages asked for, the default one first."""
        return list(getattr(self.meta, "languages", LANGUAGES))

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        self.process_errors: list[str] = []
        self.object_data = list(data) if isinstance(data, list) else []
        self.data: list[tuple[str, dict[str, str]]] = [
            (str(one["value"]), dict(one["labels"])) for one in self.object_data
        ]
        if formdata is None:
            return
        known = dict(self.data)
        numbers = [one for one in formdata.getlist(self.name) if isinstance(one, str) and one.isdigit()]
        self.data = []
        for number in list(dict.fromkeys(numbers))[: MOST_OPTIONS + 1]:
            value = plain_line(formdata.get(f"{self.name}-{number}-value", ""))
            # Only values that the question has: others are new.
            kept = known.get(value, {})
            labels = {code: text for code, text in kept.items() if code not in self.languages}
            for language in self.languages:
                text = plain_line(formdata.get(f"{self.name}-{number}-{language}", ""))
                if text:
                    labels[language] = text
            if any(labels.get(language) for language in self.languages):
                self.data.append((value if value in known else "", labels))

    def pre_validate(self, form: Any) -> None:
        default = self.languages[0]
        if len(self.data) > MOST_OPTIONS:
            self.errors = [*self.errors, _("These are more than %(most)d options.", most=MOST_OPTIONS)]
        for _value, labels in self.data:
            problems = [said for text in labels.values() if (said := too_long(text, 200))]
            if not labels.get(default):
                problems.append(
                    _(
                        "Each option needs a label in %(language)s.",
                        language=templating.language_name(default),
                    )
                )
            if problems:
                self.errors = [*self.errors, problems[0]]
                return

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        self.errors = []
        self.pre_validate(form)
        if len(self.data) < 2 and not self.errors:
            self.errors = [_("Give at least two options.")]
        return not self.errors

    @property
    def rows(self) -> list[OptionRow]:
        """The options, and empty rows for more."""
        given = [*self.data, *[("", {})] * EMPTY_ROWS]
        return [self._row(number, value, labels) for number, (value, labels) in enumerate(given)]

    def _row(self, number: int, value: str, labels: dict[str, str]) -> OptionRow:
        return OptionRow(
            number,
            value,
            [
                OptionInput(
                    language=language,
                    label=templating.language_name(language),
                    name=f"{self.name}-{number}-{language}",
                    id=f"{self.id}-{number}-{language}",
                    value=labels.get(language, ""),
                    direction=direction(language),
                )
                for language in self.languages
            ],
        )

    def problems(self) -> Iterator[tuple[str, str, list[str]]]:
        """(id, label, errors) for the summary on top of the form."""
        if self.errors:
            yield f"{self.id}-0-{self.languages[0]}", str(self.label.text), [str(one) for one in self.errors]


class QuestionForm(Form):
    """What all kinds of questions have. :func:`form_of` adds what a kind has beside it."""

    kind: QuestionKind
    before: tuple[Asked, ...] = ()
    """The questions that stand before this one: on which it may hang."""

    labels = TranslatedField(_l("Question"), required_in="default", max_length=300)
    helps = TranslatedField(_l("Help"), multiline=True, max_length=1000, rows=2)
    required = BooleanField(_l("Has to be answered before the proposal is submitted"))
    public = BooleanField(_l("The answer is shown to the public with the event"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what several fields say together."""
        super().validate(extra_validators)
        if "least" in self and "most" in self:
            least, most = self["least"].data, self["most"].data
            if least is not None and most is not None and most < least:
                fail(self["most"], _("The most cannot be less than the least."))
        if "when_key" in self:
            key, values = self["when_key"].data, self["when_values"].data or []
            if any(not value.startswith(f"{key}:") for value in values):
                fail(self["when_values"], _("Choose only answers to the question that is named above."))
        return not self.errors

    def question_data(self) -> QuestionData:
        """Return what was typed, for the service."""
        given = self.data
        limits = {name: given.get(name) for name in ("least", "most")}
        if self.kind is QuestionKind.DATE:
            limits = {name: value.isoformat() if value else None for name, value in limits.items()}
        elif self.kind is QuestionKind.NUMBER:
            limits = {name: _plain(value) for name, value in limits.items()}
        key = given.get("when_key")
        return QuestionData(
            labels=given["labels"],
            helps=given["helps"],
            options=given.get("options", ()),
            required=given["required"],
            public=bool(given.get("public")),
            translated=bool(given.get("translated")),
            limits=limits,
            condition=Condition(
                key, frozenset(value.split(":", 1)[1] for value in given["when_values"] or [])
            )
            if key
            else None,
        )


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value


class _AnswersField(CheckboxesField):
    """Answers that can be chosen, under the question that they answer."""

    def group_of(self, value: Any) -> str:
        key = str(value).split(":", 1)[0]
        return next((label for of_key, label in self._form["when_key"].pairs if of_key == key), "")


def _limits(kind: QuestionKind) -> dict[str, Field]:
    if kind is QuestionKind.TEXT:
        return {
            "least": WholeField(_l("Characters at least"), least=1, most=1000),
            "most": WholeField(_l("Characters at most"), least=1, most=1000, description=_l("Empty: 300.")),
        }
    if kind is QuestionKind.LONG_TEXT:
        return {
            "least": WholeField(_l("Words at least"), least=1, most=5000),
            "most": WholeField(
                _l("Words at most"),
                least=1,
                most=5000,
                description=_l("Empty: no limit of words, at most %(most)s characters.", most=LONG_TEXT_MOST),
            ),
        }
    if kind is QuestionKind.MANY:
        return {
            "least": WholeField(_l("Options at least"), least=1, most=MOST_OPTIONS),
            "most": WholeField(_l("Options at most"), least=1, most=MOST_OPTIONS),
        }
    if kind is QuestionKind.NUMBER:
        return {
            "least": DecimalField(_l("Least"), least=-NUMBER_MOST, most=NUMBER_MOST),
            "most": DecimalField(_l("Most"), least=-NUMBER_MOST, most=NUMBER_MOST),
        }
    if kind is QuestionKind.DATE:
        return {"least": DateField(_l("First day")), "most": DateField(_l("Last day"))}
    return {}


def form_of(kind: QuestionKind, before: Sequence[Asked], default: str) -> type[QuestionForm]:
    """Return the form for a question of a kind that stands after ``before``. ``default``: the conference's language."""
    made: dict[str, Any] = {"kind": kind, "before": tuple(before)}
    if kind in CHOOSES:
        made["options"] = OptionsField(
            _l("Options"),
            description=_l("One that is left empty is taken off. Answers keep what was chosen."),
        )
    if kind in WRITES:
        made["translated"] = BooleanField(_l("Answered in each language of the conference"))
    made |= _limits(kind)
    if before:
        made["when_key"] = ChoiceField(
            _l("Asked only if this question is answered"),
            choices=[(one.key, label_of(one, default)) for one in before],
            blank=_l("Always asked"),
        )
        made["when_values"] = _AnswersField(
            _l("and the answer is one of these"),
            choices=[
                (f"{one.key}:{value}", value_label(one, value, default))
                for one in before
                for value in one.values
            ],
            description=_l("Nothing chosen: any answer."),
        )
    return type("QuestionForm", (QuestionForm,), made)


def values_of(row: Question) -> dict[str, Any]:
    """Return what the form begins with for a question that there is."""
    values: dict[str, Any] = {
        "labels": row.labels,
        "helps": row.helps,
        "required": row.required,
        "public": row.public,
        "translated": row.translated,
        "options": list(row.options),
        **row.limits,
    }
    if row.kind is QuestionKind.DATE:
        values |= {name: as_date(value) for name, value in row.limits.items()}
    if row.condition:
        key = row.condition["key"]
        values["when_key"] = key
        values["when_values"] = [f"{key}:{value}" for value in row.condition.get("values", [])]
    return values


def of_people(form: QuestionForm) -> QuestionForm:
    """Return the form for a question that people are asked of themselves: nothing of it is ever public."""
    del form["public"]
    form["required"].label.text = _("Has to be answered before the registration is handed in")
    return form


def keep_options_in_use(
    form: QuestionForm, row: Question, counts: dict[str, int], said: Callable[[str, int], str] | None = None
) -> None:
    """Raise :class:`Invalid` (``options``) for an option that is taken off although it has been chosen, unless that is
    confirmed (``anyway``). ``counts``: how often each was chosen; ``said``: the sentence for (answer, count)."""
    if row.kind not in CHOOSES or request.form.get("anyway"):
        return
    kept = {value for value, _labels in form["options"].data}
    for option in row.options:
        if option["value"] not in kept and counts.get(option["value"]):
            answer = next(iter(option["labels"].values()), option["value"])
            raise Invalid({"options": (said or _of_proposals)(answer, counts[option["value"]])})


def _of_proposals(answer: str, count: int) -> str:
    return str(
        _(
            "“%(answer)s” has been chosen in %(count)d proposals, which would have to choose anew.",
            answer=answer,
            count=count,
        )
    )
