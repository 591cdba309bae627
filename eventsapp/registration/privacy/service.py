"""What a conference sets about the data of people who register, and what each of them does with it. No commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.conferences.models import Conference
from eventsapp.core import audit
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Invalid
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration import places
from eventsapp.registration.enrolment.models import SealedFile
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Category, Registration, RegistrationSettings, RegistrationStep
from eventsapp.registration.privacy.kinds import KINDS, MOST_DAYS, About, DataKind, days_kept, deleted_on


@dataclass(frozen=True, slots=True)
class Kept:
    """A kind of data, and until when: ``until`` is the day at whose end it is deleted (None: it is kept), ``days`` after the
    conference's end. ``there``: whether there is any, of the person who is asked about."""

    kind: DataKind
    about: About
    days: int | None
    until: date | None
    there: bool = True


def kept(conference: Conference) -> list[Kept]:
    """Return what a conference keeps, and how long. One statement."""
    settings = db.session.get(RegistrationSettings, conference.id)
    retention: Mapping[str, Any] = settings.retention if settings is not None else {}
    passports = settings.passports_deleted_on if settings is not None else None
    return [
        Kept(
            kind,
            about,
            days_kept(kind, retention),
            deleted_on(kind, retention, last_day=conference.end_date, passports=passports),
        )
        for kind, about in KINDS.items()
    ]


def kept_of(registration: Registration) -> list[Kept]:
    """Return the kinds with whether there is any data of a person. Four statements."""

    def count(model: Any, *where: Any) -> bool:
        return bool(db.session.scalar(select(func.count()).select_from(model).where(*where)))

    there = {
        DataKind.PASSPORT: count(SealedFile, SealedFile.registration_id == registration.id),
        DataKind.PHOTO: registration.photo_id is not None,
        DataKind.DOOR: registration.door_note is not None,
        DataKind.IDENTITY: any((registration.birth_date, registration.nationality, registration.phone)),
        DataKind.ANSWERS: bool(registration.answers or registration.job_title)
        or count(
            RegistrationStep,
            RegistrationStep.registration_id == registration.id,
            RegistrationStep.note.is_not(None),
        ),
        DataKind.MESSAGES: count(
            Message,
            Message.conference_id == registration.conference_id,
            Message.to_email == registration.email,
        ),
        DataKind.PERSON: registration.erased_at is None,
    }
    return [
        Kept(one.kind, one.about, one.days, one.until, there[one.kind])
        for one in kept(registration.conference)
    ]


def set_retention(conference: Conference, days: Mapping[DataKind, int | None], *, actor: Actor) -> bool:
    """Set how many days after the conference's end each kind is kept (None: not deleted); return whether that changed anything.

    Pages of passports have a day of their own in the settings. Raises :class:`Invalid`, keyed by kind.
    """
    wrong = [kind for kind, value in days.items() if value is not None and not 0 <= value <= MOST_DAYS]
    if wrong:
        said = _("This has to be a number from %(least)s to %(most)s.", least=0, most=MOST_DAYS)
        raise Invalid({kind.value: said for kind in wrong})
    places.ensure_settings(conference.id)
    settings = db.session.get_one(RegistrationSettings, conference.id)
    before = {kind: days_kept(kind, settings.retention) for kind in days}
    if before == dict(days):
        return False
    settings.retention = {**settings.retention, **{kind.value: value for kind, value in days.items()}}
    db.session.flush()
    audit.record(
        actor,
        "privacy.retention",
        f"conference:{conference.slug}",
        conference_id=conference.id,
        detail={kind.value: value for kind, value in days.items() if before[kind] != value},
    )
    return True


def may_be_listed(registration: Registration) -> bool:
    """Return whether the person's category can stand in the list of participants."""
    return registration.category.listed and registration.state is RegistrationState.CONFIRMED


def agree_to_be_listed(registration: Registration, *, on: bool, actor: Actor) -> None:
    """Put down whether a person agrees to stand in the list of participants. Writes; does not commit."""
    if registration.listed == on:
        return
    registration.listed = on
    audit.record(
        actor,
        "privacy.listed",
        f"registration:{registration.id}",
        conference_id=registration.conference_id,
        detail={"on": on},
    )


def listed_counts(conference_id: int) -> dict[int, tuple[int, int]]:
    """Return by category how many registered people agreed to be listed, of how many. One statement."""
    rows = db.session.execute(
        select(Category.id, func.count(Registration.id), func.count().filter(Registration.listed))
        .join(Registration, Registration.category_id == Category.id)
        .where(
            Category.conference_id == conference_id,
            Registration.state == RegistrationState.CONFIRMED,
            Registration.erased_at.is_(None),
        )
        .group_by(Category.id)
    )
    return {id_: (int(agreed or 0), total) for id_, total, agreed in rows}
