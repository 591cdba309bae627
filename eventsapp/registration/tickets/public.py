"""To whom events are restricted, as everybody may read it: for the public snapshot, and for people's own pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, select
from sqlalchemy.orm import Session

from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.programme.parts import Restrictions
from eventsapp.registration.queries import CAT
from eventsapp.registration.rights import EC, A, E


def _statement() -> Select[*tuple[Any, ...]]:
    return (
        select(E.c.id, CAT.c.names)
        .select_from(
            E.join(A, A.c.event_id == E.c.id)
            .outerjoin(EC, EC.c.event_id == E.c.id)
            .outerjoin(CAT, CAT.c.id == EC.c.category_id)
        )
        .where(A.c.by_category.is_(True))
        .order_by(E.c.id, CAT.c.position, CAT.c.id)
    )


def _found(on: Connection | Session, statement: Select[*tuple[Any, ...]]) -> Restrictions:
    found: dict[int, tuple[Texts, ...]] = {}
    for event_id, names in on.execute(statement):
        found[event_id] = found.get(event_id, ()) + (() if names is None else (names,))
    return found


def restrictions(on: Connection | Session, conference_id: int) -> Restrictions:
    """Return to whom the events of a conference are restricted. For the programme's ``parts``. One statement."""
    return _found(on, _statement().where(E.c.conference_id == conference_id))


def of_events(event_ids: Sequence[int]) -> Restrictions:
    """Return to whom some events are restricted. One statement; none for no event."""
    return _found(db.session(), _statement().where(E.c.id.in_(event_ids))) if event_ids else {}
