"""Nominees who have not completed their registration are reminded by themselves; focal points hear what came of it.

Named actor, no commit.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.extensions import db
from eventsapp.organizations import members
from eventsapp.registration import life, places, queries
from eventsapp.registration import notices as registration_notices
from eventsapp.registration import service as registrations
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.nominations import notices, service
from eventsapp.registration.rules import Window
from eventsapp.registration.transitions import GONE, RegistrationAction

_AT_ONCE: Final = 200
"""Reminders of one conference in one sweep."""
_LAST: Final = func.coalesce(Registration.reminded_at, Registration.created_at)
"""When somebody was written to last."""
_WAITS: Final = and_(
    Registration.nominated_for_id.is_not(None),
    Registration.state == RegistrationState.DRAFT,
    Registration.erased_at.is_(None),
)


def remind_due(now: datetime) -> None:
    """Write to nominees who have neither confirmed nor completed their registration, as often as the conference has it.

    For the housekeeping. Done twice at one moment it writes once: each of them is held, and looked at again.
    """
    conferences = db.session.scalars(
        select(Conference)
        .where(
            Conference.state == ConferenceState.PUBLISHED,
            Conference.id.in_(select(Registration.conference_id).where(_WAITS)),
        )
        .order_by(Conference.id)
    ).all()
    for conference in conferences:
        due = _due(conference, now)
        if due is None:
            continue
        ids = db.session.scalars(
            select(Registration.id)
            .where(Registration.conference_id == conference.id, _WAITS, due)
            .order_by(Registration.id)
            .limit(_AT_ONCE)
        ).all()
        for id_ in ids:
            _remind(id_, due, now)


def _due(conference: Conference, now: datetime) -> ColumnElement[bool] | None:
    """Return who is due in a conference, as a condition; None where nobody is reminded now."""
    if registrations.window_of(conference, now) is not Window.OPEN:
        return None
    settings = places.settings_of(conference.id)
    found = []
    if settings.remind_every is not None:
        found.append(now - timedelta(days=settings.remind_every) >= _LAST)
    if settings.remind_before is not None:
        until = service.replace_until(conference, settings)
        call = until - timedelta(days=settings.remind_before)
        if call <= now < until:
            # Not whoever was nominated, or reminded, a moment before.
            found.append(min(call, now - timedelta(days=1)) > _LAST)
    return or_(*found) if found else None


def _remind(registration_id: int, due: ColumnElement[bool], now: datetime) -> None:
    row = life.locked(registration_id)
    still = select(Registration.id).where(Registration.id == registration_id, _WAITS, due)
    if db.session.scalar(still) is None or row.nominated_for is None:
        return
    person = queries.person(row.id)
    assert person is not None
    if service.waits(row):
        notices.nominated(person, row.nominated_for.names, row.category.names, reminder=True)
    else:
        registration_notices.draft(person)
    row.reminded_at = now
    db.session.flush()
    audit.record(
        life.SYSTEM,
        "registration.remind",
        f"registration:{row.id}",
        conference_id=row.conference_id,
    )


# --- the focal points


def moved(
    registration: Registration, action: RegistrationAction, before: RegistrationState, actor: Actor
) -> None:
    """Tell the focal points that a nominee does not come, or has completed the registration late. For ``hooks.moved``.

    Late: after they were reminded, or when they can be replaced no more. A focal point who did it knows.
    """
    organization = registration.nominated_for
    if organization is None:
        return
    state = registration.state
    completed = before is RegistrationState.DRAFT and state not in GONE and _is_late(registration)
    if not completed and state is not RegistrationState.CANCELLED:
        return
    person = queries.person(registration.id)
    assert person is not None
    for one in members.focal_points(organization.id):
        if one.id != actor.user_id:
            notices.answered(one, person, organization, registration.category.names, comes=completed)


def _is_late(registration: Registration) -> bool:
    if registration.reminded_at is not None:
        return True
    conference = registration.conference
    return clock.now() >= service.replace_until(conference, places.settings_of(conference.id))
