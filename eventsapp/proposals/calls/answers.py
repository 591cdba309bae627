"""Answers that the public sees with an event, as plain frozen data: a part of the snapshot (``programme/parts.py``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from eventsapp.core.files import StoredFile
from eventsapp.programme.models import Event
from eventsapp.programme.snapshot import FileInfo
from eventsapp.proposals.models import Call, Proposal
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question
from eventsapp.questions.rules import Asked, asked_rows, relevant
from eventsapp.questions.shown import Shown, shown

PART = Proposal.__tablename__


@dataclass(frozen=True, slots=True)
class EventAnswers:
    """What a proposal answered to the public questions of its call. ``slug`` is the code of the event it became."""

    id: int
    slug: str
    questions: tuple[Asked, ...]
    """All that were asked, as conditions hang on them; ``shown`` tells which are public."""
    answers: Mapping[str, Any]
    """To public questions, and to those that they hang on."""
    files: Mapping[int, FileInfo] = field(default_factory=dict)

    def shown(self, default: str) -> list[Shown]:
        """Return the public ones in the reader's language."""
        return shown(self.questions, self.answers, public_only=True, default=default)

    def file(self, key: str) -> FileInfo | None:
        """Return the file that answers a public question."""
        public = {one.key for one in self.questions if one.public and one.kind is QuestionKind.FILE}
        there = relevant(self.questions, self.answers)
        return self.files.get(there[key]) if key in public and key in there else None


def load(on: Connection | Session, conference_id: int) -> list[EventAnswers]:
    """Return the public answers about events of a conference. One statement where no public question is asked, else
    three."""
    q = Question
    asked: dict[int, list[Any]] = defaultdict(list)
    for row in on.execute(
        select(
            Call.id, q.key, q.kind, q.labels, q.helps, q.options, q.required, q.public, q.translated, q.limits,
            q.condition,
        )
        .join(Call, Call.questionnaire_id == q.questionnaire_id)
        .where(
            Call.conference_id == conference_id,
            Call.questionnaire_id.in_(select(Question.questionnaire_id).where(Question.public.is_(True))),
        )
        .order_by(q.position, q.id)
    ):  # fmt: skip
        asked[row.id].append(row)
    if not asked:
        return []
    questions = {call_id: asked_rows(rows) for call_id, rows in asked.items()}
    needed = {call_id: _needed(of_call) for call_id, of_call in questions.items()}
    rows = on.execute(
        select(Proposal.id, Proposal.call_id, Proposal.answers, Event.code)
        .join(Event, Event.id == Proposal.event_id)
        .where(Proposal.call_id.in_(questions))
        .order_by(Proposal.id)
    ).all()
    answers = {
        row.id: {key: answer for key, answer in (row.answers or {}).items() if key in needed[row.call_id]}
        for row in rows
    }
    ids = {
        answer
        for row in rows
        for one in questions[row.call_id]
        if one.public
        and one.kind is QuestionKind.FILE
        and isinstance(answer := answers[row.id].get(one.key), int)
    }
    f = StoredFile
    columns = select(f.id, f.name, f.content_type, f.size, f.sha256)
    files = {found.id: FileInfo(*found) for found in on.execute(columns.where(f.id.in_(ids)))}
    return [
        EventAnswers(
            id=row.id,
            slug=row.code,
            questions=questions[row.call_id],
            answers=answers[row.id],
            files={
                id_: files[id_] for id_ in answers[row.id].values() if isinstance(id_, int) and id_ in files
            },
        )
        for row in rows
    ]


def _needed(questions: tuple[Asked, ...]) -> set[str]:
    """The keys of public questions, and of all that their being asked hangs on."""
    by_key = {one.key: one for one in questions}
    found: set[str] = set()
    for one in questions:
        at = one if one.public else None
        while at is not None and at.key not in found:
            found.add(at.key)
            at = by_key.get(at.condition.key) if at.condition else None
    return found
