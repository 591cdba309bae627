"""The one place that changes the state of a registration, with what hangs on it: places, history, messages.

draft → submitted → endorsing → in review → confirmed | waitlisted → offered
                                  ↕ returned
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import Conflict
from eventsapp.extensions import db
from eventsapp.organizations import members
from eventsapp.registration import hooks, notices, places, queries
from eventsapp.registration.enums import Approval, RegistrationState, WaitlistMode
from eventsapp.registration.models import Category, Registration, RegistrationStep
from eventsapp.registration.places import Held
from eventsapp.registration.transitions import HOLDING, REGISTRATION_TRANSITIONS, RegistrationAction, target

SYSTEM: Final = Actor("eventsapp")
"""Who hands places on, and lets offers lapse."""

S = RegistrationState
A = RegistrationAction


def hold(registration_id: int) -> tuple[Registration, Held]:
    """Lock the places that a registration has or wants, then the registration itself, as it is now, until the commit.

    Raises :class:`Conflict` when it was put into another category meanwhile.
    """
    known = db.session.execute(
        select(Registration.conference_id, Registration.category_id).where(Registration.id == registration_id)
    ).one()
    held = places.hold(known.conference_id, known.category_id)
    registration = locked(registration_id)
    if registration.category_id != held.category_id:
        raise Conflict(_("Somebody else changed this at the same moment. Please look again."))
    return registration, held


def locked(registration_id: int) -> Registration:
    """Return a registration as it is now, held until the commit."""
    db.session.flush()
    return db.session.scalars(
        select(Registration)
        .where(Registration.id == registration_id)
        .with_for_update(of=Registration, key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def move(
    registration: Registration,
    action: RegistrationAction,
    *,
    held: Held,
    actor: Actor,
    note: str | None = None,
    tell: bool = True,
) -> bool:
    """Do ``action`` with a registration that :func:`hold` has locked; False when it is there already (a form sent again).

    Counts places, records a step and the audit, calls ``hooks.moved`` and (``tell``) writes to the person, with ``note`` as
    the reason or question. Whether a place is free is the caller's question (``held.free``). Raises :class:`Conflict` where
    the state does not allow it. Writes; does not commit.
    """
    before = registration.state
    after = target(REGISTRATION_TRANSITIONS, before, action)
    if after is None:
        if any(table.get(action) is before for table in REGISTRATION_TRANSITIONS.values()):
            return False
        raise Conflict(_("This cannot be done with the registration any more."))
    now = clock.now()
    # What is asked of the database first: nothing half-changed may be written on the way.
    position: int | None = None
    until: datetime | None = None
    if after is S.WAITLISTED:
        places.ensure_settings(registration.conference_id)
        position = places.next_position(registration.conference_id)
    elif after is S.OFFERED:
        until = now + timedelta(hours=places.settings_of(registration.conference_id).offer_hours)
    registration.position, registration.offer_until = position, until
    if after is S.CONFIRMED:
        registration.confirmed_at = now
    elif after in (S.CANCELLED, S.WITHDRAWN):
        registration.cancelled_at = now
    elif after in (S.ENDORSING, S.IN_REVIEW) and registration.submitted_at is None:
        registration.submitted_at = now
    registration.state = after
    places.change(
        held,
        taken=(after in HOLDING) - (before in HOLDING),
        waiting=(after is S.WAITLISTED) - (before is S.WAITLISTED),
    )
    db.session.add(
        RegistrationStep(
            registration_id=registration.id,
            at=now,
            action=action.value,
            state=after,
            actor_id=actor.user_id,
            actor=actor.name[:200],
            note=note,
        )
    )
    db.session.flush()
    audit.record(
        actor,
        f"registration.{action.value}",
        f"registration:{registration.id}",
        conference_id=registration.conference_id,
        # The note is kept with the step alone, where it is deleted when its time is over.
        detail={"from": before.value, "to": after.value},
    )
    for moved in hooks.moved:
        moved(registration, action, before, actor)
    if tell:
        person = queries.person(registration.id)
        assert person is not None
        notices.moved(person, action, after, note=note, until=registration.offer_until)
    if before in HOLDING and after not in HOLDING and held.counted:
        hand_on(registration.conference_id)
    return True


def proceed(registration: Registration, held: Held, *, actor: Actor, tell: bool = True) -> None:
    """Take a registration that is complete, and whose address is proven, to where its category wants it next.

    That is the focal point, a registrar, a place, or the queue. Call it with what :func:`hold` gave.
    """
    if registration.address_confirmed_at is None:
        registration.address_confirmed_at = clock.now()
    if registration.submitted_at is None:
        registration.submitted_at = clock.now()
    category = db.session.get_one(Category, registration.category_id)
    if category.approval is Approval.AUTOMATIC:
        admit(registration, held, actor=actor, tell=tell)
        return
    asked = (
        category.approval is Approval.FOCAL_POINT
        and registration.nominated_for_id is None
        and registration.organization_id is not None
        and bool(members.focal_points(registration.organization_id))
    )
    action = A.ENDORSE_FIRST if asked else A.REVIEW
    move(registration, action, held=held, actor=actor, tell=tell)


def admit(
    registration: Registration, held: Held, *, actor: Actor, note: str | None = None, tell: bool = True
) -> bool:
    """Give an approved registration a place, or a position in the queue when none is free; return whether it has a place.

    Those who wait for a place in a category that is full do not keep the others from theirs. Raises :class:`Conflict` when
    none is free and nobody waits in this conference.
    """
    free = held.free or (held.free_for_the_queue and places.next_in_queue(registration.conference_id) is None)
    if free:
        move(registration, A.CONFIRM, held=held, actor=actor, note=note, tell=tell)
        return True
    if held.mode is WaitlistMode.CLOSED:
        raise Conflict(_("All places are taken."))
    move(registration, A.WAIT, held=held, actor=actor, note=note, tell=tell)
    return False


def hand_on(conference_id: int) -> int:
    """Give free places to the first in the queue, or offer them, as the conference has it; return how many.

    Part of whatever frees a place, in its transaction; also to be called after a capacity was raised. Nothing is handed on
    when the conference is over.
    """
    if _over(conference_id) or not places.hold_all(conference_id):
        return 0
    count = 0
    while (found := places.next_in_queue(conference_id)) is not None:
        registration, held = hold(found[0])
        action = A.OFFER if held.mode is WaitlistMode.CONSENT else A.CONFIRM
        move(registration, action, held=held, actor=SYSTEM)
        count += 1
    return count


def _over(conference_id: int) -> bool:
    """Whether the conference is archived, or its last day has passed in its own zone."""
    conference = db.session.get_one(Conference, conference_id)
    today = clock.now().astimezone(ZoneInfo(conference.zone)).date()
    return conference.state is ConferenceState.ARCHIVED or conference.end_date < today


def accept_offer(registration_id: int, *, actor: Actor = PARTICIPANT) -> bool:
    """Take the place that is kept; False when it was taken already.

    Raises :class:`Conflict` when the offer has lapsed, and where none was made: nobody gets past the queue or the desk so.
    """
    registration, held = hold(registration_id)
    if registration.state is S.CONFIRMED:
        return False
    until = registration.offer_until
    if registration.state is not S.OFFERED or until is None or until <= clock.now():
        raise Conflict(_("This offer has lapsed."))
    return move(registration, A.CONFIRM, held=held, actor=actor)


def lapse(registration_id: int) -> bool:
    """Let an offer that was not taken in time lapse; its place goes to the next. False when it was taken, or has time still."""
    registration, held = hold(registration_id)
    until = registration.offer_until
    if registration.state is not S.OFFERED or until is None or until > clock.now():
        return False
    return move(registration, A.LAPSE, held=held, actor=SYSTEM)
