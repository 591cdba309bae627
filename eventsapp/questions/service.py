"""Building a form: adding, changing, ordering and removing questions. Named actor, keyword arguments, no commit.

Whoever asks the questions has checked that the person may change them. A key is made once, of the first wording, and never
changes; so are the values of options.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.core import audit, locale
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.questions import rules
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question, Questionnaire
from eventsapp.questions.shown import label_of, value_label

MOST = 60
"""Questions of one form."""
KEY_LENGTH = 40


@dataclass(frozen=True, slots=True)
class QuestionData:
    """What is said of a question. ``options`` are (value, labels); a new one has the value ""."""

    labels: Texts
    helps: Texts = field(default_factory=dict)
    options: Sequence[tuple[str, Texts]] = ()
    required: bool = False
    public: bool = False
    translated: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)
    condition: rules.Condition | None = None


def one(questionnaire: Questionnaire, key: str) -> Question:
    """Return a question of a form. Raises :class:`NotFound`."""
    found = next((row for row in questionnaire.questions if row.key == key), None)
    if found is None:
        raise NotFound
    return found


def add(
    questionnaire: Questionnaire, kind: QuestionKind, data: QuestionData, *, default: str, actor: Actor
) -> Question:
    """Add a question at the end and return it, flushed. ``default``: the language of which the key is made.

    Raises :class:`Invalid`; :class:`Conflict` for too many.
    """
    if len(questionnaire.questions) >= MOST:
        raise Conflict(_("A form has at most %(most)d questions.", most=MOST))
    taken = {row.key for row in questionnaire.questions}
    row = Question(
        kind=kind,
        key=_short(pick(data.labels, default), taken, KEY_LENGTH),
        position=max((one.position for one in questionnaire.questions), default=-1) + 1,
        labels={},
        helps={},
        options=[],
    )
    questionnaire.questions.append(row)
    _fill(row, data, default)
    db.session.flush()
    _record(actor, "add", row)
    return row


def change(row: Question, data: QuestionData, *, default: str, actor: Actor) -> None:
    """Change a question. Its kind and its key stay. Raises :class:`Invalid`.

    An option on which another question hangs cannot go.
    """
    kept = {value for value, _labels in data.options}
    questions = rules.asked(row.questionnaire)
    this = next(one for one in questions if one.key == row.key)
    for other in rules.depend_on(row.key, questions):
        gone = (other.condition.values if other.condition else frozenset()) & set(this.values) - kept
        if row.kind in rules.CHOOSES and gone:
            raise Invalid(
                {
                    "options": _(
                        "“%(question)s” is asked only if the answer is “%(answer)s”: change that question first.",
                        question=label_of(other, default),
                        answer=value_label(this, sorted(gone)[0], default),
                    )
                }
            )
    _fill(row, data, default)
    db.session.flush()
    _record(actor, "change", row)


def _fill(row: Question, data: QuestionData, default: str) -> None:
    row.labels, row.helps = dict(data.labels), dict(data.helps)
    row.required, row.public = data.required, data.public
    row.translated = data.translated and row.kind in rules.WRITES
    row.limits = {name: value for name, value in data.limits.items() if value is not None}
    if row.kind in rules.CHOOSES:
        row.options = _options(data.options, default)
    row.condition = (
        {"key": data.condition.key, "values": sorted(data.condition.values)} if data.condition else {}
    )


def _options(given: Sequence[tuple[str, Texts]], default: str) -> list[dict[str, Any]]:
    if len(given) < 2:
        raise Invalid({"options": _("Give at least two options.")})
    taken = {value for value, _labels in given if value}
    made = []
    for value, labels in given:
        if not value:
            value = _short(pick(labels, default), taken, KEY_LENGTH)
            taken.add(value)
        made.append({"value": value, "labels": dict(labels)})
    return made


def _short(text: str, taken: set[str], length: int) -> str:
    slug = slugify(text)[: length - 4].strip("-")
    return slugify(slug, taken)


def reorder(questionnaire: Questionnaire, keys: Sequence[str], *, actor: Actor) -> None:
    """Put the questions into the order of ``keys``; those that are not named keep their places at the end.

    Raises :class:`Conflict` where one would come before the question that its condition names.
    """
    rank = {key: number for number, key in enumerate(keys)}
    rows = sorted(questionnaire.questions, key=lambda row: rank.get(row.key, len(rank)))
    if [row.key for row in rows] == [row.key for row in questionnaire.questions]:
        return
    by_key = {one.key: one for one in rules.asked(questionnaire)}
    order = [by_key[row.key] for row in rows]
    if not rules.can_stand(order):
        raise Conflict(_("A question has to come after the one that its condition names."))
    for number, row in enumerate(rows):
        row.position = number
    db.session.flush()
    db.session.expire(questionnaire, ["questions"])
    _record(actor, "reorder", rows[0])


def move(row: Question, *, by: int, actor: Actor) -> None:
    """Move a question up (-1) or down (1); at the end of the form nothing happens. Raises :class:`Conflict`."""
    keys = [one.key for one in row.questionnaire.questions]
    old = keys.index(row.key)
    keys.insert(min(max(0, old + by), len(keys) - 1), keys.pop(old))
    reorder(row.questionnaire, keys, actor=actor)


def remove(row: Question, *, actor: Actor) -> None:
    """Take a question off. Those that hang on it are asked always from then on; answers to it are not shown any more."""
    for other in row.questionnaire.questions:
        if other.condition and other.condition.get("key") == row.key:
            other.condition = {}
    _record(actor, "remove", row)
    row.questionnaire.questions.remove(row)
    db.session.flush()


def copy(source: Questionnaire, target: Questionnaire) -> int:
    """Give a form without questions those of another one; return how many. Writes; does not commit."""
    for row in source.questions:
        target.questions.append(
            Question(
                key=row.key,
                kind=row.kind,
                labels=dict(row.labels),
                helps=dict(row.helps),
                options=[{"value": one["value"], "labels": dict(one["labels"])} for one in row.options],
                required=row.required,
                public=row.public,
                translated=row.translated,
                limits=dict(row.limits),
                condition=dict(row.condition),
                position=row.position,
            )
        )
    db.session.flush()
    return len(source.questions)


def count(questionnaire_ids: Sequence[int]) -> dict[int, int]:
    """Return how many questions forms have, by id. One statement."""
    found = db.session.execute(
        select(Question.questionnaire_id, func.count())
        .where(Question.questionnaire_id.in_(questionnaire_ids))
        .group_by(Question.questionnaire_id)
    )
    return {id_: number for id_, number in found}  # noqa: C416 - a Row is no pair for mypy


def _record(actor: Actor, action: str, row: Question) -> None:
    audit.record(
        actor,
        f"question.{action}",
        f"question:{row.key}",
        conference_id=row.questionnaire.conference_id,
        detail={"label": pick(row.labels, locale.current())},
    )
