"""What people agreed to: recorded with the words as they were, their version, the day and the language.

The words are those of the form's questions of kind consent. A new version begins when somebody agrees after they changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question
from eventsapp.registration.enrolment.models import ConsentGiven, ConsentText
from eventsapp.registration.models import Registration, RegistrationForm


@dataclass(frozen=True, slots=True)
class Given:
    """That a person agreed. ``withdrawn_at``: when they took it back."""

    key: str
    version: int
    labels: Texts
    helps: Texts
    language: str
    given_at: datetime
    withdrawn_at: datetime | None


def record(
    registration: Registration, form: RegistrationForm | None, *, before: Mapping[str, Any], language: str
) -> None:
    """Write down what a person agrees to now and did not ``before``, and what they take back. Writes; does not commit."""
    if form is None:
        return
    for question in form.questionnaire.questions:
        if question.kind is not QuestionKind.CONSENT:
            continue
        now, then = bool(registration.answers.get(question.key)), bool(before.get(question.key))
        if now and not then:
            _agree(registration, question, language)
        elif then and not now:
            _take_back(registration, question)


def _agree(registration: Registration, question: Question, language: str) -> None:
    db.session.add(
        ConsentGiven(
            registration_id=registration.id,
            text_id=_text_of(question).id,
            language=language,
            given_at=clock.now(),
        )
    )
    db.session.flush()


def _text_of(question: Question) -> ConsentText:
    """The version with the present words; the next one is made where there is none."""
    newest = db.session.scalar(
        select(ConsentText)
        .where(ConsentText.questionnaire_id == question.questionnaire_id, ConsentText.key == question.key)
        .order_by(ConsentText.version.desc())
        .limit(1)
    )
    if newest is not None and newest.labels == question.labels and newest.helps == question.helps:
        return newest
    made = ConsentText(
        questionnaire_id=question.questionnaire_id,
        key=question.key,
        version=newest.version + 1 if newest is not None else 1,
        labels=dict(question.labels),
        helps=dict(question.helps),
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _take_back(registration: Registration, question: Question) -> None:
    texts = select(ConsentText.id).where(
        ConsentText.questionnaire_id == question.questionnaire_id, ConsentText.key == question.key
    )
    db.session.execute(
        update(ConsentGiven)
        .where(
            ConsentGiven.registration_id == registration.id,
            ConsentGiven.text_id.in_(texts),
            ConsentGiven.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )


def withdraw(registration: Registration, key: str, *, actor: Actor) -> bool:
    """Take back what a person agreed to, at their wish; return whether they had. The answer on their form goes with it.

    Writes; does not commit.
    """
    live = db.session.scalars(
        select(ConsentGiven)
        .join(ConsentText, ConsentText.id == ConsentGiven.text_id)
        .where(
            ConsentGiven.registration_id == registration.id,
            ConsentText.key == key,
            ConsentGiven.withdrawn_at.is_(None),
        )
    ).all()
    if not live:
        return False
    for given in live:
        given.withdrawn_at = clock.now()
    registration.answers = {name: said for name, said in registration.answers.items() if name != key}
    db.session.flush()
    audit.record(
        actor,
        "privacy.consent_withdrawn",
        f"registration:{registration.id}",
        conference_id=registration.conference_id,
        detail={"consent": key},
    )
    return True


def of(registration_id: int) -> Sequence[Given]:
    """Return what a person agreed to, the newest first. One statement."""
    found = db.session.execute(
        select(ConsentGiven, ConsentText)
        .join(ConsentText, ConsentText.id == ConsentGiven.text_id)
        .where(ConsentGiven.registration_id == registration_id)
        .order_by(ConsentGiven.given_at.desc(), ConsentGiven.id.desc())
    )
    return [
        Given(
            text.key,
            text.version,
            text.labels,
            text.helps,
            given.language,
            given.given_at,
            given.withdrawn_at,
        )
        for given, text in found
    ]
