"""What waits for those who print badges: for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import and_, func, or_, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration

DAYS_BEFORE = 14
"""Days before a conference from which on badges that are not printed are something to see to."""


def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return how many badges are to be printed, when the conference is near. One statement, then."""
    today = clock.now().astimezone(ZoneInfo(conference.zone)).date()
    near = conference.start_date - timedelta(days=DAYS_BEFORE) <= today <= conference.end_date
    if (
        Permission.EDIT_REGISTRATIONS not in permissions
        or conference.state is ConferenceState.ARCHIVED
        or not near
    ):
        return []
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Registration)
        .outerjoin(Badge, and_(Badge.registration_id == Registration.id, Badge.revoked_at.is_(None)))
        .where(
            Registration.conference_id == conference.id,
            Registration.state == RegistrationState.CONFIRMED,
            or_(Badge.printed_at.is_(None), Badge.changed_at.is_not(None)),
        )
    )
    if not waiting:
        return []
    text = ngettext("%(num)s badge is to be printed.", "%(num)s badges are to be printed.", waiting)
    url = url_for("registration_badges.index", conference=conference.slug)
    return [Task("registration", Level.INFO, text, url, waiting, due=conference.start_date)]
