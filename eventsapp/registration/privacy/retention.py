"""Deleting what is no longer needed after a conference, kind by kind, as it has set: a sweep of the worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import CursorResult, delete, null, or_, select, update

from eventsapp.conferences.models import Conference
from eventsapp.core import audit
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.registration.door.models import Scan
from eventsapp.registration.life import SYSTEM
from eventsapp.registration.models import Registration, RegistrationSettings, RegistrationStep
from eventsapp.registration.privacy import files
from eventsapp.registration.privacy.erasing import wipe
from eventsapp.registration.privacy.kinds import DataKind, due

AT_ONCE: Final = 500
"""Registrations of which one sweep takes photos, answers or names; the next one goes on. The writer's lock is not held long."""


def sweep(now: datetime) -> None:
    """Delete what is due at ``now`` in all conferences, each with an audit entry that counts. For ``core.sweeps``."""
    # Earliest anywhere in the world; the exact day is asked below.
    rows = db.session.execute(
        select(Conference, RegistrationSettings)
        .outerjoin(RegistrationSettings, RegistrationSettings.conference_id == Conference.id)
        .where(Conference.end_date <= (now + timedelta(days=1)).date())
        .order_by(Conference.id)
    ).all()
    for row in rows:
        conference: Conference = row[0]
        settings: RegistrationSettings | None = row[1]
        kinds = due(
            settings.retention if settings is not None else {},
            last_day=conference.end_date,
            passports=None,
            zone=conference.zone,
            now=now,
        )
        for kind in kinds:
            count = _DELETE[kind](conference.id) if kind in _DELETE else 0
            if count:
                audit.record(
                    SYSTEM,
                    "privacy.delete",
                    f"conference:{conference.slug}",
                    conference_id=conference.id,
                    detail={"kind": kind.value, "count": count},
                )


def _count(statement: Any) -> int:
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _photos(conference_id: int) -> int:
    rows = db.session.execute(
        select(Registration.id, Registration.photo_id)
        .where(Registration.conference_id == conference_id, Registration.photo_id.is_not(None))
        .order_by(Registration.id)
        .limit(AT_ONCE)
    ).all()
    if not rows:
        return 0
    _count(update(Registration).where(Registration.id.in_([row.id for row in rows])).values(photo_id=None))
    files.discard([row.photo_id for row in rows])
    return len(rows)


def _door(conference_id: int) -> int:
    notes = _count(
        update(Registration)
        .where(Registration.conference_id == conference_id, Registration.door_note.is_not(None))
        .values(door_note=None)
    )
    return notes + _count(
        update(Scan).where(Scan.conference_id == conference_id, Scan.note.is_not(None)).values(note=None)
    )


def _identity(conference_id: int) -> int:
    columns = (Registration.birth_date, Registration.nationality, Registration.phone)
    return _count(
        update(Registration)
        .where(Registration.conference_id == conference_id, or_(*(column.is_not(None) for column in columns)))
        .values({column: null() for column in columns})
    )


def _answers(conference_id: int) -> int:
    steps = _count(
        update(RegistrationStep)
        .where(
            RegistrationStep.note.is_not(None),
            RegistrationStep.registration_id.in_(
                select(Registration.id).where(Registration.conference_id == conference_id)
            ),
        )
        .values(note=None)
    )
    # A file among the answers is a row of its own, so those that have a form are read; others have no answers.
    rows = db.session.execute(
        select(Registration.id, Registration.form_id, Registration.answers)
        .where(
            Registration.conference_id == conference_id,
            or_(Registration.form_id.is_not(None), Registration.job_title.is_not(None)),
        )
        .order_by(Registration.id)
        .limit(AT_ONCE)
    ).all()
    if not rows:
        return steps
    thrown = files.files_of([(row.form_id, row.answers) for row in rows])
    count = _count(
        update(Registration)
        .where(Registration.id.in_([row.id for row in rows]))
        .values(answers={}, form_id=None, job_title=None)
    )
    files.discard(thrown)
    return steps + count


def _messages(conference_id: int) -> int:
    addresses = select(Registration.email).where(Registration.conference_id == conference_id)
    return _count(
        delete(Message).where(
            Message.conference_id == conference_id,
            Message.state.in_([MessageState.SENT, MessageState.DEAD]),
            Message.to_email.in_(addresses),
        )
    )


def _persons(conference_id: int) -> int:
    ids = db.session.scalars(
        select(Registration.id)
        .where(Registration.conference_id == conference_id, Registration.erased_at.is_(None))
        .order_by(Registration.id)
        .limit(AT_ONCE)
    ).all()
    wipe(ids)
    return len(ids)


# Pages of passports are seen to where they are kept (``enrolment.sealed``): their day can come before the end.
_DELETE: Mapping[DataKind, Callable[[int], int]] = {
    DataKind.PHOTO: _photos,
    DataKind.DOOR: _door,
    DataKind.IDENTITY: _identity,
    DataKind.ANSWERS: _answers,
    DataKind.MESSAGES: _messages,
    DataKind.PERSON: _persons,
}
