"""What the workspace's page about data shows, each in one statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from eventsapp.core.audit import AuditEntry
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.questions.models import Questionnaire
from eventsapp.registration.enrolment.models import ConsentGiven, ConsentText
from eventsapp.registration.privacy.participants import listed_categories

__all__ = ["LOOKS", "Consent", "Look", "consents", "listed_categories", "looks"]

LOOKS: Final[Mapping[str, object]] = {
    "registration.passport_seen": _l("Looked at the page of a passport"),
    "registration.passports_deleted": _l("Deleted the pages of passports"),
    "registration.export": _l("Exported registrations"),
    "booking.export": _l("Exported bookings"),
    "attendance.export": _l("Exported the attendance"),
    "report.export": _l("Exported a report"),
    "privacy.consent_withdrawn": _l("Withdrew an agreement"),
    "privacy.copy": _l("Took a copy of their own data"),
    "privacy.erase": _l("Erased a person’s data"),
    "privacy.delete": _l("Deleted what was due"),
    "privacy.retention": _l("Changed how long data is kept"),
}
"""What of the audit the page shows, by action."""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody looked at what is sealed, took data out, or deleted it."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]

    @property
    def registration_id(self) -> int | None:
        """The registration it was about, if it was about one."""
        kind, _colon, id_ = self.subject.partition(":")
        return int(id_) if kind == "registration" and id_.isdigit() else None


def looks(conference_id: int, *, most: int = 50) -> list[Look]:
    """Return the newest of them."""
    rows = db.session.execute(
        select(AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.subject, AuditEntry.detail)
        .where(AuditEntry.conference_id == conference_id, AuditEntry.action.in_(list(LOOKS)))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(most)
    )
    return [Look(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Consent:
    """A version of a text, and how many agreed to it and have not taken that back."""

    labels: Texts
    version: int
    since: datetime
    given: int


def consents(conference_id: int) -> list[Consent]:
    """Return the texts that people were asked to agree to, with all their versions."""
    rows = db.session.execute(
        select(
            ConsentText.labels,
            ConsentText.version,
            ConsentText.created_at,
            func.count(ConsentGiven.id).filter(ConsentGiven.withdrawn_at.is_(None)),
        )
        .join(Questionnaire, Questionnaire.id == ConsentText.questionnaire_id)
        .outerjoin(ConsentGiven, ConsentGiven.text_id == ConsentText.id)
        .where(Questionnaire.conference_id == conference_id)
        .group_by(ConsentText.id)
        .order_by(ConsentText.questionnaire_id, ConsentText.key, ConsentText.version)
    )
    return [Consent(*row) for row in rows]
