"""What the public may see of calls, as plain frozen data: a part of the conference's snapshot (``programme/parts.py``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from eventsapp.conferences.models import EventType, Theme
from eventsapp.core.translations import Texts
from eventsapp.proposals.calls.rules import Window, window
from eventsapp.proposals.eligibility import Rules
from eventsapp.proposals.enums import EventFormat, LatePolicy
from eventsapp.proposals.models import Call, call_theme
from eventsapp.questions.models import Question
from eventsapp.questions.rules import Asked, asked_rows

PART = Call.__tablename__


@dataclass(frozen=True, slots=True)
class CallInfo:
    """A published call. ``lengths`` in minutes, never empty unless the type has no usual length; no themes: all."""

    id: int
    slug: str
    names: Texts
    descriptions: Texts
    type_names: Texts
    colour: int
    themes: tuple[Texts, ...]
    opens_at: datetime
    closes_at: datetime
    late: LatePolicy
    decision_on: date | None
    lengths: tuple[int, ...]
    formats: tuple[EventFormat, ...]
    summary_words: int
    description_words: int
    rules: Rules
    questions: tuple[Asked, ...]
    updated_at: datetime


def load(on: Connection | Session, conference_id: int) -> list[CallInfo]:
    """Return the published calls of a conference, by their closing time. Three statements; one where there are none."""
    c, t = Call, EventType
    rows = on.execute(
        select(
            c.id, c.slug, c.names, c.descriptions, c.opens_at, c.closes_at, c.late, c.decision_on, c.lengths, c.formats,
            c.summary_words, c.description_words, c.rules, c.questionnaire_id, c.updated_at,
            t.names.label("type_names"), t.colour, t.default_minutes,
        )
        .join(t, t.id == c.type_id)
        .where(c.conference_id == conference_id, c.published.is_(True))
        .order_by(c.closes_at, c.id)
    ).all()  # fmt: skip
    if not rows:
        return []
    themes: dict[int, list[Texts]] = defaultdict(list)
    for call_id, names in on.execute(
        select(call_theme.c.call_id, Theme.names)
        .join(Theme, Theme.id == call_theme.c.theme_id)
        .where(call_theme.c.call_id.in_([row.id for row in rows]))
        .order_by(Theme.position, Theme.id)
    ):
        themes[call_id].append(names)
    q = Question
    questions: dict[int, list[object]] = defaultdict(list)
    for row in on.execute(
        select(
            q.questionnaire_id, q.key, q.kind, q.labels, q.helps, q.options, q.required, q.public, q.translated, q.limits,
            q.condition,
        )
        .where(q.questionnaire_id.in_([row.questionnaire_id for row in rows]))
        .order_by(q.position, q.id)
    ):  # fmt: skip
        questions[row.questionnaire_id].append(row)
    return [
        CallInfo(
            id=row.id,
            slug=row.slug,
            names=row.names,
            descriptions=row.descriptions,
            type_names=row.type_names,
            colour=row.colour,
            themes=tuple(themes[row.id]),
            opens_at=row.opens_at,
            closes_at=row.closes_at,
            late=row.late,
            decision_on=row.decision_on,
            lengths=tuple(row.lengths) or ((row.default_minutes,) if row.default_minutes else ()),
            formats=tuple(EventFormat(one) for one in row.formats) or tuple(EventFormat),
            summary_words=row.summary_words,
            description_words=row.description_words,
            rules=Rules.from_json(row.rules),
            questions=asked_rows(questions[row.questionnaire_id]),
            updated_at=row.updated_at,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Standing:
    """A call and how it stands now."""

    call: CallInfo
    window: Window

    @property
    def takes(self) -> bool:
        """Whether proposals are taken from everybody."""
        return self.window in (Window.OPEN, Window.LATE)


_ORDER = (Window.OPEN, Window.COMING, Window.LATE, Window.CLOSED)


def standing(calls: Iterable[CallInfo], now: datetime) -> list[Standing]:
    """Return calls with how they stand: the open ones first, then those to come. Pure."""
    found = [Standing(call, window(call, None, now)) for call in calls]
    return sorted(found, key=lambda one: _ORDER.index(one.window))
