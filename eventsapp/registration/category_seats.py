"""Seats that a person has by their category: what another category means for them.

Who changes to a category that an event is not for gives the seat back, since nobody would let them in; the first in the queue
gets it. They are warned before, and told. Seats of a delegation, and of people with a ticket, do not depend on the category;
nor do those that were booked before the event was restricted, which stay as they are (``tickets.service.set_rules``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Select, Table, exists, select

from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.templating import t
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.programme.restrictions import restriction
from eventsapp.registration import seats
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Category
from eventsapp.registration.queries import Person
from eventsapp.registration.rights import BY_CATEGORY, EC, A, B, E, R, has_category, has_ticket

CAT: Final = cast(Table, Category.__table__)


@dataclass(frozen=True, slots=True)
class ByCategory:
    """An event that a person has a seat at, or waits for, by their category; ``only_for``: the names of the event's categories."""

    code: str
    titles: Texts
    only_for: tuple[Texts, ...]

    @property
    def restriction(self) -> str:
        """For whom it is, in the reader's language."""
        return restriction(self.only_for, t)


def _where(statement: Select[Any], registration_id: int) -> Select[Any]:
    return statement.where(
        B.c.registration_id == registration_id,
        B.c.state != BookingState.CANCELLED,
        B.c.block_id.is_(None),
        BY_CATEGORY,
        has_category(),
        ~has_ticket(),
    ).order_by(E.c.id)


_FROM: Final = (
    B.join(E, B.c.event_id == E.c.id)
    .join(R, B.c.registration_id == R.c.id)
    .outerjoin(A, A.c.event_id == E.c.id)
)


def at_stake(registration_id: int) -> list[ByCategory]:
    """Return what a person might lose with another category, in the order in which the events were made. One statement."""
    rows = db.session.connection().execute(
        _where(
            select(E.c.code, E.c.titles, CAT.c.names).select_from(
                _FROM.join(EC, EC.c.event_id == E.c.id).join(CAT, EC.c.category_id == CAT.c.id)
            ),
            registration_id,
        ).order_by(CAT.c.position, CAT.c.id)
    )
    found: dict[str, ByCategory] = {}
    for code, titles, names in rows:
        before = found.get(code)
        found[code] = ByCategory(code, titles, (*(before.only_for if before else ()), names))
    return list(found.values())


def give_back(person: Person, category_id: int, *, actor: Actor) -> int:
    """Give back the seats that a person has by the present category and may not have by another; tell them. Return how many.

    To be called before the person's registration is held, and before the category changes. Writes; does not commit.
    """
    allowed = exists().where(EC.c.event_id == E.c.id, EC.c.category_id == category_id).correlate(E)
    statement = _where(select(E.c.id).select_from(_FROM), person.id).where(~allowed)
    ids: Sequence[int] = db.session.connection().execute(statement).scalars().all()
    return sum(
        seats.cancel_booking(person, id_, actor=actor, by_organizer=actor is not PARTICIPANT) for id_ in ids
    )
