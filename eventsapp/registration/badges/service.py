"""Everything that changes badges. Named actor, keyword arguments, no commit.

A registered person has one valid badge: made when they are registered, and good on their phone as well as on paper. A new
one revokes the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert, select, update

from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict
from eventsapp.extensions import db
from eventsapp.registration import life
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.transitions import RegistrationAction

REPLACED = "replaced"
GONE = "gone"


def valid(registration_id: int) -> Badge | None:
    """Return the valid badge of a registration, if there is one."""
    return db.session.scalars(
        select(Badge).where(Badge.registration_id == registration_id, Badge.revoked_at.is_(None))
    ).one_or_none()


def all_of(registration_id: int) -> list[Badge]:
    """Return all badges that a registration ever had, the newest last. One statement."""
    return list(
        db.session.scalars(select(Badge).where(Badge.registration_id == registration_id).order_by(Badge.id))
    )


def make(registration: Registration, *, actor: Actor) -> Badge:
    """Give a registered person a new badge, and revoke the one before. Raises :class:`Conflict` where they are not registered."""
    registration = life.locked(registration.id)
    if registration.state is not RegistrationState.CONFIRMED:
        raise Conflict(_("Only people who are registered have a badge."))
    before = valid(registration.id)
    if before is not None:
        revoke(before, why=REPLACED, actor=actor)
    return _new(registration, actor)


def ensure(registrations: Sequence[Registration], *, actor: Actor) -> dict[int, Badge]:
    """Return the valid badge of each of these registered people by the registration's id; makes those that are missing.

    One statement, and two more where some are missing.
    """
    found = _valid([one.id for one in registrations])
    missing = [
        one for one in registrations if one.id not in found and one.state is RegistrationState.CONFIRMED
    ]
    if not missing:
        return found
    db.session.execute(insert(Badge), [_values(one, actor) for one in missing])
    return found | _valid([one.id for one in missing])


def _valid(registration_ids: Sequence[int]) -> dict[int, Badge]:
    rows = db.session.scalars(
        select(Badge).where(Badge.registration_id.in_(registration_ids), Badge.revoked_at.is_(None))
    )
    return {badge.registration_id: badge for badge in rows}


def revoke(badge: Badge, *, why: str, actor: Actor) -> None:
    """Make a badge worthless at the doors. ``why`` is :data:`REPLACED`, :data:`GONE`, or an officer's words."""
    if badge.revoked_at is not None:
        return
    badge.revoked_at, badge.revoked_why = clock.now(), why[:300]
    db.session.flush()
    audit.record(
        actor,
        "badge.revoke",
        f"registration:{badge.registration_id}",
        conference_id=badge.conference_id,
        detail={"badge": badge.id, "why": badge.revoked_why},
    )


def revoked(conference_id: int) -> list[int]:
    """Return the numbers of all revoked badges of a conference, for the lists of its doors. One statement."""
    return list(
        db.session.scalars(
            select(Badge.id)
            .where(Badge.conference_id == conference_id, Badge.revoked_at.is_not(None))
            .order_by(Badge.id)
        )
    )


def prepare(registrations: Sequence[Registration], *, actor: Actor) -> int:
    """Give registered people badges to be printed now, and return the number by which this printing is found again.

    A badge that was printed before is revoked, and its person gets a new one. Those who are not registered are left out.
    A fixed number of statements. Raises :class:`Conflict` when nobody is left.
    """
    there = [one for one in registrations if one.state is RegistrationState.CONFIRMED]
    if not there:
        raise Conflict(_("Only people who are registered have a badge."))
    now = clock.now()
    found = _valid([one.id for one in there])
    again = [badge.id for badge in found.values() if badge.printed_at is not None]
    if again:
        db.session.execute(
            update(Badge)
            .where(Badge.id.in_(again), Badge.revoked_at.is_(None))
            .values(revoked_at=now, revoked_why=REPLACED)
            .execution_options(synchronize_session="fetch")
        )
    badges = ensure(there, actor=actor)
    run = min(badge.id for badge in badges.values())
    db.session.execute(
        update(Badge)
        .where(Badge.id.in_([badge.id for badge in badges.values()]))
        .values(printed_at=now, run=run, changed_at=None)
        .execution_options(synchronize_session="fetch")
    )
    audit.record(
        actor,
        "badge.print",
        f"registration:{there[0].id}" if len(there) == 1 else "badges",
        conference_id=there[0].conference_id,
        detail={"badges": sorted(badge.id for badge in badges.values()), "revoked": sorted(again)},
    )
    return run


# --- what follows from what happens to a registration


def registration_moved(
    registration: Registration, action: RegistrationAction, before: RegistrationState, actor: Actor
) -> None:
    """Give who has just been registered a badge; take it from who is not registered any more (``hooks.moved``)."""
    if registration.state is RegistrationState.CONFIRMED:
        _new(registration, actor)
    elif before is RegistrationState.CONFIRMED:
        badge = valid(registration.id)
        if badge is not None:
            revoke(badge, why=GONE, actor=actor)


_NOT_PRINTED = frozenset({"language", "listed", "passport"})
"""What no badge says of a person."""


def registration_changed(registration: Registration, _actor: Actor, names: Sequence[str] = ()) -> None:
    """Remember that a printed badge says something else than is true now (``hooks.changed``). One statement at most."""
    if names and _NOT_PRINTED.issuperset(names):
        return
    db.session.execute(
        update(Badge)
        .where(
            Badge.registration_id == registration.id,
            Badge.revoked_at.is_(None),
            Badge.printed_at.is_not(None),
        )
        .values(changed_at=clock.now())
    )


def _values(registration: Registration, actor: Actor) -> dict[str, Any]:
    return {
        "conference_id": registration.conference_id,
        "registration_id": registration.id,
        "made_at": clock.now(),
        "made_by": actor.name[:200],
    }


def _new(registration: Registration, actor: Actor) -> Badge:
    badge = Badge(**_values(registration, actor))
    db.session.add(badge)
    db.session.flush()
    return badge
