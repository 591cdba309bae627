"""Everything that is kept about one registered person, for them to take away: as plain data, and as a ZIP file."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import or_, select

from eventsapp.core import clock, files
from eventsapp.core.audit import AuditEntry
from eventsapp.core.files import StoredFile
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.models import Event
from eventsapp.questions.models import Question
from eventsapp.registration.approval.models import ConfirmationLetter
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.door.models import Attendance, Gate, Scan
from eventsapp.registration.enrolment.models import ConsentGiven, ConsentText, SealedFile
from eventsapp.registration.models import Booking, Registration, RegistrationStep, Star, Ticket
from eventsapp.registration.privacy.files import file_answers

_OWN = (
    "name", "original_name", "email", "country", "job_title", "phone", "gender", "birth_date", "nationality", "first_time",
    "organization_name", "language", "listed", "state", "created_at", "submitted_at", "address_confirmed_at",
    "confirmed_at", "cancelled_at", "checked_in_at", "door_note",
)  # fmt: skip
"""Columns that are handed over as they are; what refers to other things is written out beside them."""


def everything(registration: Registration) -> dict[str, Any]:
    """Return what is kept about a person, as JSON data with English keys: instants are UTC, ISO 8601. Fixed statements."""
    conference = registration.conference
    organization = registration.organization
    default = conference.default_language

    def text(texts: Any) -> str:
        return pick(texts, registration.language, default)

    said = {name: _plain(getattr(registration, name)) for name in _OWN}
    said["number"] = registration.id
    said["category"] = text(registration.category.names)
    if organization is not None:
        said["organization"] = text(organization.names)
    return {
        "conference": {"address": conference.slug, "name": text(conference.names)},
        "made_at": _plain(clock.now()),
        "registration": said,
        "answers": _answers(registration, text),
        "files": [
            {"name": one.name, "type": one.content_type, "bytes": one.size} for one in own_files(registration)
        ],
        "passport_page": _passport(registration.id),
        "consents": _consents(registration.id, text),
        "history": _table(
            select(
                RegistrationStep.at, RegistrationStep.action, RegistrationStep.state, RegistrationStep.note
            )
            .where(RegistrationStep.registration_id == registration.id, RegistrationStep.action != "note")
            .order_by(RegistrationStep.at, RegistrationStep.id)
        ),
        "bookings": _of_events(registration.id, text),
        "letters": _table(
            select(
                ConfirmationLetter.code,
                ConfirmationLetter.language,
                ConfirmationLetter.issued_at,
                ConfirmationLetter.revoked_at,
            ).where(ConfirmationLetter.registration_id == registration.id)
        ),
        "badges": _table(
            select(Badge.id.label("number"), Badge.made_at, Badge.printed_at, Badge.revoked_at).where(
                Badge.registration_id == registration.id
            )
        ),
        "doors": [
            {**row, "gate": text(row["gate"])}
            for row in _table(
                select(
                    Scan.at, Gate.names.label("gate"), Scan.kind, Scan.reason, Scan.note, Event.code.label("event")
                )
                .join(Gate, Gate.id == Scan.gate_id)
                .outerjoin(Event, Event.id == Scan.event_id)
                .where(Scan.registration_id == registration.id)
                .order_by(Scan.at, Scan.id)
            )
        ],
        "messages": _table(
            select(
                Message.created_at, Message.sent_at, Message.subject, Message.state, Message.text_body.label("text")
            )
            .where(
                Message.conference_id == registration.conference_id, Message.to_email == registration.email
            )
            .order_by(Message.created_at, Message.id)
        ),
        "audit": _table(
            select(AuditEntry.at, AuditEntry.action)
            .where(
                AuditEntry.conference_id == registration.conference_id,
                AuditEntry.subject == f"registration:{registration.id}",
            )
            .order_by(AuditEntry.at, AuditEntry.id)
        ),
    }  # fmt: skip


def as_json(registration: Registration) -> str:
    """Return :func:`everything` as text."""
    return json.dumps(everything(registration), ensure_ascii=False, indent=2)


def archive(registration: Registration) -> bytes:
    """Return a ZIP file of :func:`everything` as ``data.json``, with the photo and the files among the answers.

    The page of the passport is named but not in it: whoever finds a person's link must not get that.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data.json", as_json(registration))
        for file in own_files(registration):
            path = files.path_of(file)
            if path.is_file():
                made.writestr(f"files/{file.id}-{file.name}", path.read_bytes())
    return packed.getvalue()


def own_files(registration: Registration) -> list[StoredFile]:
    """Return the photo and the files among the answers. Two statements at most."""
    ids = file_answers(registration)
    if registration.photo_id is not None:
        ids.append(registration.photo_id)
    if not ids:
        return []
    return list(db.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids)).order_by(StoredFile.id)))


def _plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _table(statement: Any) -> list[dict[str, Any]]:
    return [
        {name: _plain(value) for name, value in row.items()}
        for row in db.session.execute(statement).mappings()
    ]


def _answers(registration: Registration, text: Any) -> list[dict[str, Any]]:
    if registration.form is None:
        return []
    questions = db.session.execute(
        select(Question.key, Question.labels)
        .where(Question.questionnaire_id == registration.form.questionnaire_id)
        .order_by(Question.position, Question.id)
    )
    return [
        {"question": text(labels), "answer": registration.answers[key]}
        for key, labels in questions
        if key in registration.answers
    ]


def _consents(registration_id: int, text: Any) -> list[dict[str, Any]]:
    rows = _table(
        select(
            ConsentText.labels.label("text"),
            ConsentText.version,
            ConsentGiven.given_at,
            ConsentGiven.withdrawn_at,
        )
        .join(ConsentText, ConsentText.id == ConsentGiven.text_id)
        .where(ConsentGiven.registration_id == registration_id)
        .order_by(ConsentGiven.given_at, ConsentGiven.id)
    )
    return [{**row, "text": text(row["text"])} for row in rows]


def _of_events(registration_id: int, text: Any) -> list[dict[str, Any]]:
    """Return each event that the person has anything to do with. One statement."""

    def own(model: Any) -> Any:
        return (model.event_id == Event.id) & (model.registration_id == registration_id)

    rows = _table(
        select(
            Event.code,
            Event.titles.label("title"),
            Booking.state.label("booking"),
            Booking.created_at.label("booked_at"),
            Ticket.given_at.label("ticket_given_at"),
            Attendance.at.label("came_at"),
            Star.id.label("kept"),
        )
        .select_from(Event)
        .outerjoin(Booking, own(Booking))
        .outerjoin(Ticket, own(Ticket))
        .outerjoin(Attendance, own(Attendance))
        .outerjoin(Star, own(Star))
        .where(
            or_(Booking.id.is_not(None), Ticket.id.is_not(None), Attendance.id.is_not(None), Star.id.is_not(None)),
            Event.conference_id
            == select(Registration.conference_id).where(Registration.id == registration_id).scalar_subquery(),
        )
        .order_by(Event.code)
    )  # fmt: skip
    return [{**row, "title": text(row["title"]), "kept": row["kept"] is not None} for row in rows]


def _passport(registration_id: int) -> dict[str, Any] | None:
    found = _table(
        select(SealedFile.created_at, SealedFile.content_type, SealedFile.size).where(
            SealedFile.registration_id == registration_id
        )
    )
    return found[0] if found else None
