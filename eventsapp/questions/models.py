"""Tables of questions that organizers put into a form: of a call, and of whatever else asks people something."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Stamped, choice
from eventsapp.extensions import Model
from eventsapp.questions.enums import QuestionKind


class Questionnaire(Model):
    """The questions of one form, in their order. Whatever asks them has its id."""

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)

    questions: Mapped[list[Question]] = relationship(
        back_populates="questionnaire",
        cascade="all, delete-orphan",
        order_by="Question.position, Question.id",
    )

    def __shown_in__(self) -> Collection[int]:
        return [self.conference_id]


class Question(Stamped, Model):
    """One question. ``key`` names it in answers and conditions, and never changes.

    Answers are kept by whoever asks, as a JSON object ``{key: answer}``: text and long text are a string, or
    ``{language: text}`` where the question is ``translated``; a choice is the value of an option, many a list of values; a
    number is a number, a date an ISO date, a file the id of a ``StoredFile``, a consent is true. No answer: no key.
    """

    __table_args__ = (UniqueConstraint("questionnaire_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    labels: Mapped[dict[str, str]]
    helps: Mapped[dict[str, str]]
    options: Mapped[list[Any]] = mapped_column(JSON, default=list)
    """Of a choice and of many: ``{"value": str, "labels": {language: text}}``, in their order."""
    required: Mapped[bool] = mapped_column(default=False)
    public: Mapped[bool] = mapped_column(default=False)
    """Whether the answer is shown in public once there is an event."""
    translated: Mapped[bool] = mapped_column(default=False)
    """Whether it is answered in each language of the conference."""
    limits: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """``least`` and ``most``: of characters (text), words (long text), options (many), the number itself, or ISO dates."""
    condition: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Empty: always asked. Else ``{"key": another question's key before this one, "values": [values, any of which]}``."""
    position: Mapped[int] = mapped_column(default=0)

    questionnaire: Mapped[Questionnaire] = relationship(back_populates="questions")

    def __shown_in__(self) -> Collection[int]:
        # One that was just taken off has no form any more; that form has changed, which says it.
        return [self.questionnaire.conference_id] if self.questionnaire else []
