"""What waits at the doors: for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.registration.door.models import DoorDevice

SILENT = timedelta(minutes=15)
"""A device that has scans and was not seen for so long is looked for."""


def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return the devices that kept scans to themselves. One statement."""
    if Permission.CHECK_IN not in permissions or conference.state is ConferenceState.ARCHIVED:
        return []
    silent = db.session.scalar(
        select(func.count()).where(
            DoorDevice.conference_id == conference.id,
            DoorDevice.waiting > 0,
            DoorDevice.seen_at < clock.now() - SILENT,
        )
    )
    if not silent:
        return []
    text = ngettext(
        "%(num)s device has scans that it has not handed over.",
        "%(num)s devices have scans that they have not handed over.",
        silent,
    )
    return [
        Task("door", Level.WARNING, text, url_for("door_gates.index", conference=conference.slug), silent)
    ]
