"""Speakers of events that take place are invited to register, and reminded once. Named actor, keyword arguments, no commit.

An invited speaker is a draft of a registration, which they confirm by a secret address (``service.accept``). Who is
registered with the same address already is linked instead, and gets no message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import and_, func, or_, select, text

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.translations import LANGUAGES, Texts
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, EventSpeaker, Speaker
from eventsapp.registration import queries
from eventsapp.registration import service as registrations
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import STILL_THERE, Category, Registration
from eventsapp.registration.nominations import notices
from eventsapp.registration.nominations.models import SpeakerInvitation
from eventsapp.registration.nominations.service import Nominee, insert_draft
from eventsapp.registration.rules import Window
from eventsapp.registration.transitions import GONE

REMINDED_AFTER: Final = timedelta(days=7)
"""After the invitation, for those who have not answered."""
_AT_ONCE: Final = 200
"""Reminders of one sweep."""
SYSTEM: Final = Actor("eventsapp")


@dataclass(frozen=True, slots=True)
class SpeakerRow:
    """A speaker of events that take place, and how far they are with their registration."""

    speaker: Speaker
    events: list[tuple[str, Texts]]
    """Codes and titles, by code."""
    registration: Registration | None
    sent_at: datetime | None
    reminded_at: datetime | None

    @property
    def waits(self) -> bool:
        """Whether they were invited and have not answered."""
        one = self.registration
        return (
            self.sent_at is not None
            and one is not None
            and one.state is RegistrationState.DRAFT
            and one.address_confirmed_at is None
        )

    @property
    def can_be_invited(self) -> bool:
        """Whether there is somebody to write to who is neither invited nor registered."""
        return self.registration is None and self.sent_at is None and bool(self.speaker.email)


def rows_of(conference_id: int, speaker_ids: Iterable[int] | None = None) -> list[SpeakerRow]:
    """Return the speakers of a conference's events that are not cancelled, by name. Three statements.

    A registration is theirs by the invitation, or by the same e-mail address.
    """
    only = None if speaker_ids is None else set(speaker_ids)
    spoken = (
        select(EventSpeaker.speaker_id, Event.code, Event.titles)
        .join(Event, Event.id == EventSpeaker.event_id)
        .where(Event.conference_id == conference_id, Event.state == EventState.SCHEDULED)
        .order_by(Event.code)
    )
    if only is not None:
        spoken = spoken.where(EventSpeaker.speaker_id.in_(only))
    events: dict[int, dict[str, Texts]] = {}
    for id_, code, titles in db.session.execute(spoken):
        events.setdefault(id_, {})[code] = titles
    there = Registration.state.not_in(GONE)
    linked = {
        one.speaker_id: one
        for one in db.session.scalars(
            select(Registration).where(
                Registration.conference_id == conference_id, Registration.speaker_id.is_not(None), there
            )
        )
    }
    speakers = (
        select(Speaker, SpeakerInvitation.sent_at, SpeakerInvitation.reminded_at, Registration)
        .outerjoin(SpeakerInvitation, SpeakerInvitation.speaker_id == Speaker.id)
        .outerjoin(
            Registration,
            and_(
                Registration.conference_id == conference_id,
                Registration.email == func.lower(Speaker.email),
                there,
                or_(Registration.speaker_id.is_(None), Registration.speaker_id == Speaker.id),
            ),
        )
        .where(Speaker.conference_id == conference_id)
        .order_by(func.lower(Speaker.name), Speaker.id)
        .execution_options(populate_existing=True)
    )
    if only is not None:
        speakers = speakers.where(Speaker.id.in_(only))
    return [
        SpeakerRow(
            speaker,
            list(events[speaker.id].items()),
            linked.get(speaker.id) or by_address,
            sent_at,
            reminded_at,
        )
        for speaker, sent_at, reminded_at, by_address in db.session.execute(speakers)
        if speaker.id in events
    ]


def invite(
    conference: Conference, speaker_ids: Iterable[int], category: Category, *, actor: Actor
) -> tuple[int, int]:
    """Invite speakers to register in a category; return how many were written to, and how many were registered already.

    Who was invited, has no address, or speaks at nothing any more is passed over. Raises :class:`Invalid`
    (``category_id``), :class:`Conflict` when registration is not open. Writes; does not commit.
    """
    if category.conference_id != conference.id:
        raise Invalid({"category_id": _("Choose a category of this conference.")})
    if registrations.window_of(conference, clock.now()) is not Window.OPEN:
        raise Conflict(_("Registration is not open."))
    sent = linked = 0
    for row in sorted(rows_of(conference.id, speaker_ids), key=lambda one: one.speaker.email or ""):
        speaker = row.speaker
        if not speaker.email or row.sent_at is not None:
            continue
        email = speaker.email.lower()
        language = speaker.language if speaker.language in LANGUAGES else None
        made = insert_draft(
            conference,
            Nominee(speaker.name, email, language=language),
            category_id=category.id,
            form_id=category.form_id,
            speaker_id=speaker.id,
        )
        found = made or _with_address(conference.id, email)
        if found is None or found.speaker_id not in (None, speaker.id):
            # One address for two people: they cannot both have a registration with it.
            continue
        found.speaker_id = speaker.id
        db.session.add(
            SpeakerInvitation(
                speaker_id=speaker.id, email=email, registration_id=found.id, sent_at=clock.now()
            )
        )
        db.session.flush()
        if made is None:
            linked += 1
        else:
            sent += 1
            _write(made.id, row.events, reminder=False)
        _record(
            conference.id,
            actor,
            "speaker.invite",
            speaker.id,
            registration=found.id,
            written=made is not None,
        )
    return sent, linked


def remind(conference: Conference, speaker_ids: Iterable[int], *, actor: Actor) -> int:
    """Write again to invited speakers who have not answered; return how many. Writes; does not commit."""
    count = 0
    for row in rows_of(conference.id, speaker_ids):
        if row.waits and _claim(row.speaker.id, clock.now()):
            assert row.registration is not None
            _write(row.registration.id, row.events, reminder=True)
            _record(conference.id, actor, "speaker.remind", row.speaker.id)
            count += 1
    return count


def remind_due(now: datetime) -> None:
    """Write once more to speakers who were invited some time ago and have not answered. For the housekeeping."""
    due = db.session.execute(
        select(SpeakerInvitation.speaker_id, Registration.conference_id)
        .join(Registration, Registration.id == SpeakerInvitation.registration_id)
        .join(Conference, Conference.id == Registration.conference_id)
        .where(
            SpeakerInvitation.reminded_at.is_(None),
            SpeakerInvitation.sent_at < now - REMINDED_AFTER,
            Registration.state == RegistrationState.DRAFT,
            Registration.address_confirmed_at.is_(None),
            Conference.state == ConferenceState.PUBLISHED,
        )
        .order_by(SpeakerInvitation.sent_at)
        .limit(_AT_ONCE)
    ).all()
    by_conference: dict[int, list[int]] = {}
    for speaker_id, conference_id in due:
        by_conference.setdefault(conference_id, []).append(speaker_id)
    for conference_id, ids in by_conference.items():
        conference = db.session.get_one(Conference, conference_id)
        if registrations.window_of(conference, now) is Window.OPEN:
            remind(conference, ids, actor=SYSTEM)


def _claim(speaker_id: int, now: datetime) -> bool:
    """Note the reminder, once at one moment: of two who remind at once one waits for the other."""
    row = db.session.scalars(
        select(SpeakerInvitation)
        .where(SpeakerInvitation.speaker_id == speaker_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if row.reminded_at is not None and now - row.reminded_at < timedelta(minutes=1):
        return False
    row.reminded_at = now
    db.session.flush()
    return True


def _with_address(conference_id: int, email: str) -> Registration | None:
    return db.session.scalar(
        select(Registration).where(
            Registration.conference_id == conference_id, Registration.email == email, text(STILL_THERE)
        )
    )


def _write(registration_id: int, events: Sequence[tuple[str, Texts]], *, reminder: bool) -> None:
    person = queries.person(registration_id)
    assert person is not None
    notices.invited(person, events, reminder=reminder)


def _record(conference_id: int, actor: Actor, action: str, speaker_id: int, **detail: object) -> None:
    audit.record(actor, action, f"speaker:{speaker_id}", conference_id=conference_id, detail=dict(detail))
