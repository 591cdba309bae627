"""Speakers: who they are, how to reach them, when they cannot come. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_babel import gettext as _

from eventsapp.conferences.models import Conference
from eventsapp.core import audit, zones
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.translations import Texts, clean, clean_text
from eventsapp.extensions import db
from eventsapp.programme.models import Speaker, SpeakerAbsence
from eventsapp.programme.service import writable

MOST_ABSENCES = 100
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class SpeakerData:
    """All that a speaker's form holds. The last three are never public: ``zone`` is the IANA name of where they speak from."""

    name: str
    biographies: Texts = field(default_factory=dict)
    website: str | None = None
    email: str | None = None
    language: str | None = None
    zone: str | None = None


def update(conference: Conference, speaker: Speaker, data: SpeakerData, *, actor: audit.Actor) -> None:
    """Change a speaker. The address stays. Raises :class:`Invalid` (``zone``), :class:`Conflict`, :class:`NotFound`."""
    writable(conference)
    owned(conference, speaker)
    if data.zone is not None and not zones.known(data.zone):
        raise Invalid({"zone": _("This is not one of the choices.")})
    speaker.name = " ".join(clean_text(data.name).split())
    if speaker.biographies != clean(data.biographies):
        speaker.biographies = clean(data.biographies)
    speaker.website = data.website
    speaker.email, speaker.language, speaker.zone = data.email, data.language, data.zone
    db.session.flush()
    audit.record(actor, "speaker.update", f"speaker:{speaker.slug}", conference_id=conference.id)


def owned(conference: Conference, speaker: Speaker) -> None:
    """Raise :class:`NotFound` for a speaker of another conference."""
    if speaker.conference_id != conference.id:
        raise NotFound


def add_absence(
    conference: Conference, speaker: Speaker, *, actor: audit.Actor, starts_at: datetime, ends_at: datetime
) -> SpeakerAbsence:
    """Note that a speaker cannot come from one instant to another (aware). Return it, flushed.

    Raises :class:`Invalid` (``starts_at``, ``ends_at``), :class:`Conflict`, :class:`NotFound`.
    """
    writable(conference)
    owned(conference, speaker)
    if ends_at <= starts_at:
        raise Invalid({"ends_at": _("The end comes after the start.")})
    if ends_at - starts_at > LONGEST:
        raise Invalid({"ends_at": _("This is longer than a year.")})
    if any((one.starts_at, one.ends_at) == (starts_at, ends_at) for one in speaker.absences):
        raise Invalid({"starts_at": _("This time is there already.")})
    if len(speaker.absences) >= MOST_ABSENCES:
        raise Conflict(_("There are %(most)d already.", most=MOST_ABSENCES))
    made = SpeakerAbsence(starts_at=starts_at, ends_at=ends_at)
    speaker.absences.append(made)
    db.session.flush()
    _record(conference, "speaker.absence", speaker, made, actor)
    return made


def remove_absence(conference: Conference, speaker: Speaker, absence_id: int, *, actor: audit.Actor) -> None:
    """Take a time off at which a speaker could not come. Raises :class:`NotFound`, :class:`Conflict`."""
    writable(conference)
    owned(conference, speaker)
    found = next((one for one in speaker.absences if one.id == absence_id), None)
    if found is None:
        raise NotFound
    _record(conference, "speaker.present", speaker, found, actor)
    speaker.absences.remove(found)
    db.session.flush()


def _record(
    conference: Conference, action: str, speaker: Speaker, absence: SpeakerAbsence, actor: audit.Actor
) -> None:
    detail = {"from": absence.starts_at.isoformat(), "until": absence.ends_at.isoformat()}
    audit.record(actor, action, f"speaker:{speaker.slug}", conference_id=conference.id, detail=detail)
