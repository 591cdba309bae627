"""What waits for registrars on account of nominations and speakers: for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import exists, func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, EventSpeaker, Speaker
from eventsapp.registration.models import Registration
from eventsapp.registration.nominations.models import SpeakerInvitation
from eventsapp.registration.rules import Window
from eventsapp.registration.service import window_of
from eventsapp.registration.transitions import GONE


def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return how many speakers could be invited while registration is open. At most one statement."""
    if (
        Permission.EDIT_REGISTRATIONS not in permissions
        or conference.state is ConferenceState.ARCHIVED
        or window_of(conference, clock.now()) is not Window.OPEN
    ):
        return []
    speaks = exists().where(
        EventSpeaker.speaker_id == Speaker.id,
        Event.id == EventSpeaker.event_id,
        Event.state == EventState.SCHEDULED,
    )
    invited = exists().where(SpeakerInvitation.speaker_id == Speaker.id)
    registered = exists().where(
        Registration.conference_id == conference.id,
        Registration.email == func.lower(Speaker.email),
        Registration.state.not_in(GONE),
    )
    count = db.session.scalar(
        select(func.count()).where(
            Speaker.conference_id == conference.id,
            Speaker.email.is_not(None),
            speaks,
            ~invited,
            ~registered,
        )
    )
    if not count:
        return []
    text = ngettext(
        "%(num)s speaker is not invited to register yet.",
        "%(num)s speakers are not invited to register yet.",
        count,
    )
    url = url_for("registration_speakers.index", conference=conference.slug, state="open")
    return [Task("registration", Level.INFO, text, url, count)]
