"""What waits for the approval desk, for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import func, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.extensions import db
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration


def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return how many registrations wait for approval. One statement, by the index."""
    if Permission.EDIT_REGISTRATIONS not in permissions or conference.state is ConferenceState.ARCHIVED:
        return []
    waiting = db.session.scalar(
        select(func.count()).where(
            Registration.conference_id == conference.id,
            Registration.state == RegistrationState.IN_REVIEW,
        )
    )
    if not waiting:
        return []
    text = ngettext(
        "%(num)s registration waits for approval.", "%(num)s registrations wait for approval.", waiting
    )
    url = url_for("registration_approval.index", conference=conference.slug)
    return [Task("registration", Level.WARNING, text, url, waiting)]
