"""Places of a quota: taken and given back by single UPDATEs whose conditions stand in the statement itself.

Quotas come after registrations in the order of locks (``places.py``); several in the order of their ids. So whoever makes
registrations makes them first, and takes their places of the quota then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from flask_babel import gettext as _
from sqlalchemy import Row, Table, select, update

from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.extensions import db
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.transitions import GONE, RegistrationAction

Q: Final = cast(Table, Quota.__table__)

_WITHOUT: Final = GONE | {RegistrationState.REJECTED}
"""States in which a registration holds no place of a quota."""


def take(quota_id: int, count: int = 1) -> bool:
    """Take places of a quota, all or none; return whether there were so many. Writes; does not commit."""
    db.session.flush()
    taken = (
        db.session.connection()
        .execute(
            update(Q)
            .where(Q.c.id == quota_id, Q.c.taken + count <= Q.c.places)
            .values(taken=Q.c.taken + count)
            .returning(Q.c.id)
        )
        .first()
    )
    _forget(quota_id)
    return taken is not None


def give_back(registration: Registration) -> None:
    """Give back the place that a registration, which is held, has of a quota; nothing where it has none. Writes; does not commit."""
    quota_id = registration.quota_id
    if quota_id is None:
        return
    registration.quota_id = None
    db.session.flush()
    db.session.connection().execute(update(Q).where(Q.c.id == quota_id).values(taken=Q.c.taken - 1))
    _forget(quota_id)


def _forget(quota_id: int) -> None:
    known = db.session.identity_map.get(db.session.identity_key(Quota, quota_id))
    if known is not None:
        db.session.expire(known, ["taken"])


def of(conference_id: int, organization_id: int, category_id: int) -> int | None:
    """Return the id of an organization's quota in a category. One statement."""
    return db.session.scalar(
        select(Quota.id).where(
            Quota.conference_id == conference_id,
            Quota.organization_id == organization_id,
            Quota.category_id == category_id,
        )
    )


# --- what registration tells (hooks)


def moved(
    registration: Registration, action: RegistrationAction, before: RegistrationState, actor: Actor
) -> None:
    """Give the place of somebody back who does not come, and take one for somebody who was rejected and is looked at again.

    Raises :class:`Conflict` when the organization has used it for somebody else meanwhile.
    """
    if registration.state in _WITHOUT:
        give_back(registration)
    elif before is RegistrationState.REJECTED and registration.nominated_for_id is not None:
        quota_id = _needed(registration)
        if quota_id is not None and not take(quota_id):
            raise Conflict(_("The organization has used all places of its quota."))
        registration.quota_id = quota_id


def changed(registration: Registration, actor: Actor, _names: Sequence[str]) -> None:
    """Take a place of the other quota when a nominee is put into another category. Raises :class:`Invalid` when it is used up."""
    if registration.nominated_for_id is None or registration.state in _WITHOUT:
        return
    quota_id = _needed(registration)
    if quota_id == registration.quota_id:
        return
    for id_ in sorted(id_ for id_ in (quota_id, registration.quota_id) if id_ is not None):
        if id_ == registration.quota_id:
            give_back(registration)
        elif not take(id_):
            raise Invalid({"category_id": _("The organization has used all places of its quota.")})
    registration.quota_id = quota_id
    db.session.flush()


def _needed(registration: Registration) -> int | None:
    category = db.session.get_one(Category, registration.category_id)
    if not category.in_quota or registration.nominated_for_id is None:
        return None
    return of(registration.conference_id, registration.nominated_for_id, category.id)


def united(stays: Row[Any], goes: Row[Any]) -> Mapping[str, Any]:
    """Two organizations that are one have the places of both (``organizations.merging.unite``)."""
    return {"places": stays.places + goes.places, "taken": stays.taken + goes.taken}
