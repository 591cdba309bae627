"""Who may come into an event: one person at a door, and all the rights of a conference for the door's list.

The rule itself is pure (``registration.rules.entry``). An event that nothing is said of lets everybody in who is registered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table, and_, exists, func, or_, select
from sqlalchemy.sql.elements import ColumnElement

from eventsapp.extensions import db
from eventsapp.programme.enums import Access, EventState
from eventsapp.programme.models import EventSpeaker
from eventsapp.registration import rules
from eventsapp.registration.enums import BookingState, RegistrationState, ScanReason
from eventsapp.registration.rights import (
    BY_CATEGORY,
    EC,
    RESTRICTED,
    A,
    B,
    E,
    R,
    T,
    flag,
    has_category,
    has_ticket,
)

ES: Final[Table] = EventSpeaker.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Entry:
    """Whether somebody may come in, and why not. ``reason`` is None for whoever may."""

    allowed: bool
    reason: ScanReason | None


def _entry(reason: ScanReason | None) -> Entry:
    return Entry(reason is None, reason)


@dataclass(frozen=True, slots=True)
class EventRights:
    """Who may come into one event that not everybody may come to. People are ids of registrations, categories their ids.

    ``restricted``: only ``categories``, and who has a ticket or one of the seats kept for a delegation (``invited``).
    ``needs_seat``: only who is ``seated``. ``speakers`` of the event always come in.
    """

    event_id: int
    code: str
    restricted: bool
    needs_seat: bool
    categories: frozenset[int]
    invited: frozenset[int]
    seated: frozenset[int]
    speakers: frozenset[int]

    def entry(self, registration_id: int, category_id: int) -> Entry:
        """Return whether a person whose registration is confirmed may come in."""
        return _entry(
            rules.entry(
                restricted=self.restricted,
                right=registration_id in self.invited or category_id in self.categories,
                needs_seat=self.needs_seat,
                seated=registration_id in self.seated,
                speaks=registration_id in self.speakers,
            )
        )


_free_after_release = and_(A.c.released_at.is_not(None), E.c.seats_waiting == 0, E.c.seats_taken < E.c.seats)
_needs_seat: ColumnElement[Any] = and_(
    E.c.access == Access.BOOKING, E.c.seats.is_not(None), func.coalesce(_free_after_release, False).is_(False)
)
"""After the seats of those who did not come were given on, what is still free is for whoever stands at the door."""


def may_enter(event_id: int, registration_id: int) -> Entry:
    """Return whether a registered person may come into an event now. One statement; of an event or person unknown: no."""
    right = or_(
        and_(BY_CATEGORY, has_category()),
        has_ticket(),
        and_(B.c.state == BookingState.CONFIRMED, B.c.block_id.is_not(None)),
    )
    row = (
        db.session.connection()
        .execute(
            select(
                R.c.state,
                flag(RESTRICTED).label("restricted"),
                flag(right).label("allowed"),
                flag(_needs_seat).label("needs_seat"),
                flag(B.c.state == BookingState.CONFIRMED).label("seated"),
                flag(exists().where(ES.c.event_id == E.c.id, ES.c.speaker_id == R.c.speaker_id)).label(
                    "speaks"
                ),
            )
            .select_from(
                R.join(E, E.c.conference_id == R.c.conference_id)
                .outerjoin(A, A.c.event_id == E.c.id)
                .outerjoin(B, and_(B.c.event_id == E.c.id, B.c.registration_id == R.c.id))
            )
            .where(R.c.id == registration_id, E.c.id == event_id)
        )
        .one_or_none()
    )
    if row is None:
        return _entry(ScanReason.UNKNOWN)
    if row.state is not RegistrationState.CONFIRMED:
        return _entry(ScanReason.NOT_CONFIRMED)
    return _entry(
        rules.entry(
            restricted=bool(row.restricted),
            right=bool(row.allowed),
            needs_seat=bool(row.needs_seat),
            seated=bool(row.seated),
            speaks=bool(row.speaks),
        )
    )


def rights_of(conference_id: int) -> Mapping[int, EventRights]:
    """Return event id → rights, of the scheduled events of a conference that not every registered person may come to.

    For the door's list, and for anything else that has to know of many people at once. Five statements.
    """
    connection = db.session.connection()
    of_conference = E.c.conference_id == conference_id
    events = connection.execute(
        select(
            E.c.id, E.c.code, flag(RESTRICTED).label("restricted"), flag(_needs_seat).label("needs_seat"),
            flag(BY_CATEGORY).label("by_category"),
        )
        .select_from(E.outerjoin(A, A.c.event_id == E.c.id))
        .where(of_conference, E.c.state == EventState.SCHEDULED, or_(RESTRICTED, _needs_seat))
        .order_by(E.c.id)
    ).all()  # fmt: skip
    categories: defaultdict[int, set[int]] = defaultdict(set)
    invited: defaultdict[int, set[int]] = defaultdict(set)
    seated: defaultdict[int, set[int]] = defaultdict(set)
    speakers: defaultdict[int, set[int]] = defaultdict(set)
    for event_id, category_id in connection.execute(
        select(EC.c.event_id, EC.c.category_id).join_from(EC, E, EC.c.event_id == E.c.id).where(of_conference)
    ):
        categories[event_id].add(category_id)
    for event_id, person in connection.execute(
        select(T.c.event_id, T.c.registration_id)
        .join_from(T, E, T.c.event_id == E.c.id)
        .where(of_conference, T.c.revoked_at.is_(None))
    ):
        invited[event_id].add(person)
    for event_id, person, block_id in connection.execute(
        select(B.c.event_id, B.c.registration_id, B.c.block_id)
        .join_from(B, E, B.c.event_id == E.c.id)
        .where(of_conference, B.c.state == BookingState.CONFIRMED)
    ):
        seated[event_id].add(person)
        if block_id is not None:
            invited[event_id].add(person)
    for event_id, person in connection.execute(
        select(ES.c.event_id, R.c.id)
        .select_from(
            ES.join(E, ES.c.event_id == E.c.id).join(
                R, and_(R.c.speaker_id == ES.c.speaker_id, R.c.conference_id == E.c.conference_id)
            )
        )
        .where(of_conference, R.c.state == RegistrationState.CONFIRMED)
    ):
        speakers[event_id].add(person)
    return {
        row.id: EventRights(
            event_id=row.id,
            code=row.code,
            restricted=bool(row.restricted),
            needs_seat=bool(row.needs_seat),
            categories=frozenset(categories[row.id]) if row.by_category else frozenset(),
            invited=frozenset(invited[row.id]),
            seated=frozenset(seated[row.id]),
            speakers=frozenset(speakers[row.id]),
        )
        for row in events
    }
