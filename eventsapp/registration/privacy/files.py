"""Deleting files for good: the rows with the transaction, the bytes once it is committed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import delete, event, select
from sqlalchemy.orm import Session

from eventsapp.core.files import StoredFile, unlink
from eventsapp.extensions import db
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.models import Question
from eventsapp.registration.models import Registration, RegistrationForm


def file_answers(registration: Registration) -> list[int]:
    """Return the ids of the files that a registration's answers name. One statement at most."""
    if registration.form_id is None or not registration.answers:
        return []
    return _named(_file_keys([registration.form_id]).get(registration.form_id, ()), registration.answers)


def _named(keys: Collection[str], answers: dict[str, Any]) -> list[int]:
    found = (answers.get(key) for key in keys)
    return [one for one in found if isinstance(one, int) and not isinstance(one, bool)]


def _file_keys(form_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the keys of the questions that are answered by files, by form. One statement."""
    rows = db.session.execute(
        select(RegistrationForm.id, Question.key)
        .join(Question, Question.questionnaire_id == RegistrationForm.questionnaire_id)
        .where(RegistrationForm.id.in_(form_ids), Question.kind == QuestionKind.FILE)
    )
    found: dict[int, list[str]] = {}
    for form_id, key in rows:
        found.setdefault(form_id, []).append(key)
    return found


def files_of(rows: Sequence[tuple[int | None, dict[str, Any]]]) -> list[int]:
    """Return the ids of the files in the answers of many registrations, given as (form, answers). One statement at most."""
    forms = {form_id for form_id, answers in rows if form_id is not None and answers}
    keys = _file_keys(forms) if forms else {}
    return [one for form_id, answers in rows for one in _named(keys.get(form_id or 0, ()), answers or {})]


def discard(file_ids: Collection[int]) -> None:
    """Delete stored files that no registration shows as a photo any more, and their bytes after the commit. Two statements."""
    if not file_ids:
        return
    shown = select(Registration.photo_id).where(Registration.photo_id.is_not(None))
    gone = db.session.execute(
        delete(StoredFile)
        .where(StoredFile.id.in_(sorted(file_ids)), StoredFile.id.not_in(shown))
        .returning(StoredFile.sha256)
        .execution_options(synchronize_session=False)
    ).scalars()
    digests = set(gone)
    if digests:
        _after_commit(lambda: _unlink_stored(digests))


def _after_commit(then: Any) -> None:
    def committed(_session: Session) -> None:
        then()

    event.listen(db.session(), "after_commit", committed, once=True)


def _unlink_stored(digests: set[str]) -> None:
    # Asked again, by a connection of its own: others may have handed in the same bytes, and a transaction that was rolled
    # back took nothing away.
    with db.engine.connect() as connection:
        still = set(
            connection.execute(select(StoredFile.sha256).where(StoredFile.sha256.in_(digests))).scalars()
        )
    for digest in digests - still:
        unlink(digest)
