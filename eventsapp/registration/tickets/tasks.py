"""What waits for registrars on account of restricted events: for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from flask_babel import ngettext
from sqlalchemy import exists, select

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Level, Permissions, Task
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.registration.rights import EC, A, E, T


def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return how many events are restricted and open to nobody. One statement at most."""
    if Permission.EDIT_REGISTRATIONS not in permissions or conference.state is ConferenceState.ARCHIVED:
        return []
    codes = (
        db.session.execute(
            select(E.c.code)
            .join(A, A.c.event_id == E.c.id)
            .where(
                E.c.conference_id == conference.id,
                E.c.state == EventState.SCHEDULED,
                A.c.by_category.is_(True),
                ~exists().where(EC.c.event_id == E.c.id),
                ~exists().where(T.c.event_id == E.c.id, T.c.revoked_at.is_(None)),
            )
            .order_by(E.c.id)
        )
        .scalars()
        .all()
    )
    if not codes:
        return []
    text = ngettext(
        "%(num)s restricted event has neither categories nor tickets: nobody may come to it.",
        "%(num)s restricted events have neither categories nor tickets: nobody may come to them.",
        len(codes),
    )
    url = url_for("registration_tickets.admission", conference=conference.slug, code=codes[0])
    return [Task("registration", Level.WARNING, text, url, len(codes))]
