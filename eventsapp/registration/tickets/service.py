"""Who may come to an event: its rules, and tickets. Named actor, keyword arguments, no commit.

Whatever decides on rights is changed while the event is held, as bookings are made: so nobody books with a right that is gone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import delete, func, insert, select, update

from eventsapp.core import audit, clock, revision
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.extensions import db
from eventsapp.programme.enums import Access
from eventsapp.registration import queries, seats
from eventsapp.registration.enums import BookingState, OverlapRule, RegistrationState
from eventsapp.registration.models import EventAdmission
from eventsapp.registration.queries import CAT, EventFacts, Person
from eventsapp.registration.rights import EC, A, B, E, R, T, right
from eventsapp.registration.seats import LockedEvent
from eventsapp.registration.tickets import notices
from eventsapp.registration.tickets.notices import News
from eventsapp.registration.transitions import GONE

LONGEST_RELEASE = 24 * 60


@dataclass(frozen=True, slots=True)
class Rules:
    """How people get into an event beyond its access. The defaults are those of an event of which nothing was said."""

    by_category: bool = False
    categories: frozenset[int] = frozenset()
    overlaps: OverlapRule | None = None
    release_minutes: int | None = None
    """None: as the conference has it; 0: never."""
    transfers: bool = True


def rules_of(event_id: int) -> Rules:
    """Return them. Two statements."""
    row = db.session.get(EventAdmission, event_id)
    chosen = frozenset(db.session.scalars(select(EC.c.category_id).where(EC.c.event_id == event_id)))
    if row is None:
        return Rules(categories=chosen)
    return Rules(row.by_category, chosen, row.overlaps, row.release_minutes, row.transfers)


def held(conference_id: int, event_id: int) -> LockedEvent:
    """Take hold of an event until the commit. Raises :class:`NotFound`."""
    found = seats.lock_events(conference_id, [event_id])
    if not found:
        raise NotFound
    return found[0]


def set_rules(conference_id: int, event_id: int, rules: Rules, *, actor: Actor) -> bool:
    """Say how people get into an event; return whether anything changed. Seats that are booked stay.

    Raises :class:`Invalid` (names of :class:`Rules`), :class:`NotFound`. Writes; does not commit.
    """
    event = held(conference_id, event_id)
    known = set(db.session.scalars(select(CAT.c.id).where(CAT.c.conference_id == conference_id)))
    if not rules.categories <= known:
        raise Invalid({"categories": _("Choose a category of this conference.")})
    if rules.release_minutes is not None and not 0 <= rules.release_minutes <= LONGEST_RELEASE:
        raise Invalid({"release_minutes": _("Write a number from %(least)s to %(most)s.", least=0, most=LONGEST_RELEASE)})  # fmt: skip
    before = rules_of(event_id)
    if before == rules:
        return False
    row = db.session.get(EventAdmission, event_id)
    if row is None:
        row = EventAdmission(event_id=event_id)
        db.session.add(row)
    row.by_category = rules.by_category
    row.overlaps = rules.overlaps
    row.release_minutes = rules.release_minutes
    row.transfers = rules.transfers
    db.session.flush()
    if rules.categories != before.categories:
        db.session.execute(delete(EC).where(EC.c.event_id == event_id))
        if rules.categories:
            values = [{"event_id": event_id, "category_id": id_} for id_ in sorted(rules.categories)]
            db.session.execute(insert(EC), values)
    # Feeds and pages say when what they say of an event was changed last.
    db.session.execute(update(E).where(E.c.id == event_id).values(updated_at=clock.now()))
    revision.touch(db.session(), conference_id)
    _record(actor, "event.admission", conference_id, event.facts, by_category=rules.by_category, categories=sorted(rules.categories))  # fmt: skip
    return True


def _record(actor: Actor, action: str, conference_id: int, event: EventFacts, **detail: object) -> None:
    audit.record(actor, action, f"event:{event.code}", conference_id=conference_id, detail=dict(detail))


# --- tickets


@dataclass(frozen=True, slots=True)
class Given:
    """What came of giving tickets: whose are new, and who had one."""

    new: tuple[int, ...]
    had: tuple[int, ...]


def give(conference_id: int, event_id: int, people: Collection[int], *, actor: Actor) -> Given:
    """Give people tickets for an event, and tell those who have none yet. ``people``: ids of registrations.

    Those of another conference, or which are cancelled or rejected, are left out. Five statements and a message for each.
    Writes; does not commit.
    """
    event = held(conference_id, event_id)
    there = {
        row.registration_id: row.revoked_at
        for row in db.session.execute(
            select(T.c.registration_id, T.c.revoked_at).where(
                T.c.event_id == event_id, T.c.registration_id.in_(people)
            )
        )
    }
    left_out = (*GONE, RegistrationState.REJECTED)
    able = list(
        db.session.scalars(
            select(R.c.id)
            .where(R.c.conference_id == conference_id, R.c.id.in_(people), R.c.state.not_in(left_out))
            .order_by(R.c.id)
        )
    )
    had = [id_ for id_ in able if id_ in there and there[id_] is None]
    again = [id_ for id_ in able if there.get(id_) is not None]
    fresh = [id_ for id_ in able if id_ not in there]
    values = {"given_at": clock.now(), "given_by": actor.name[:200], "revoked_at": None}
    if again:
        db.session.execute(
            update(T).where(T.c.event_id == event_id, T.c.registration_id.in_(again)).values(**values)
        )
    if fresh:
        rows = [{"event_id": event_id, "registration_id": id_, **values} for id_ in fresh]
        db.session.execute(insert(T), rows)
    new = sorted([*again, *fresh])
    if new:
        _record(actor, "ticket.give", conference_id, event.facts, registrations=new)
    for person in people_of(new):
        notices.tell(person, News.TICKET, event.facts)
    return Given(tuple(new), tuple(had))


def people_of(ids: Sequence[int]) -> list[Person]:
    """Return registered people by their ids. One statement."""
    if not ids:
        return []
    rows = db.session.connection().execute(
        select(*queries.PERSON)
        .select_from(R.join(queries.C, R.c.conference_id == queries.C.c.id))
        .where(R.c.id.in_(ids))
        .order_by(R.c.id)
    )
    return [queries.as_person(row) for row in rows]


def revoke(conference_id: int, event_id: int, registration_id: int, *, actor: Actor) -> bool:
    """Take a ticket back, and with it the seat of whoever may not come without it; tell them. False when it was not valid.

    Writes; does not commit.
    """
    event = held(conference_id, event_id)
    gone = db.session.execute(
        update(T)
        .where(
            T.c.event_id == event_id,
            T.c.registration_id == registration_id,
            T.c.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(T.c.id)
    ).first()
    person = queries.person(registration_id)
    if gone is None or person is None:
        return False
    _record(actor, "ticket.revoke", conference_id, event.facts, registration=registration_id)
    notices.tell(person, News.TICKET_ENDED, event.facts)
    found = queries.to_book(registration_id, event.facts.code)
    if found is None or found.right or found.booking_state in (None, BookingState.CANCELLED):
        return True
    of_block = db.session.scalar(
        select(B.c.block_id).where(B.c.registration_id == registration_id, B.c.event_id == event_id)
    )
    if of_block is None:
        seats.cancel_booking(person, event_id, actor=actor, by_organizer=True)
    return True


def matching(conference_id: int, words: Iterable[str]) -> dict[str, int | None]:
    """Return for each e-mail address or number of a registration the registration's id; None where there is none. One statement.

    Those that are cancelled or rejected are not found.
    """
    wanted = {word: word.strip().lower() for word in words}
    numbers = {int(word) for word in wanted.values() if word.isascii() and word.isdigit() and len(word) < 10}
    addresses = {word for word in wanted.values() if "@" in word}
    rows = db.session.execute(
        select(R.c.id, R.c.email).where(
            R.c.conference_id == conference_id,
            R.c.email.in_(addresses) | R.c.id.in_(numbers),
            R.c.state.not_in((*GONE, RegistrationState.REJECTED)),
        )
    ).all()
    by_address = {row.email: row.id for row in rows}
    by_number = {str(row.id): row.id for row in rows}
    return {word: by_address.get(key) or by_number.get(key) for word, key in wanted.items()}


def without_right(event_id: int) -> int:
    """Return how many have a seat, or wait for one, and may not come any more. One statement."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(
                B.join(R, B.c.registration_id == R.c.id)
                .join(E, B.c.event_id == E.c.id)
                .outerjoin(A, A.c.event_id == E.c.id)
            )
            .where(
                B.c.event_id == event_id,
                B.c.state != BookingState.CANCELLED,
                B.c.block_id.is_(None),
                right() == 0,
            )
        )
        or 0
    )


def check_restricted(event: EventFacts, rules: Rules) -> None:
    """Raise :class:`Conflict` where tickets change nothing: the event is open to all who are registered."""
    if event.access is not Access.INVITATION and not rules.by_category:
        raise Conflict(_("Everybody who is registered may come to this event. Restrict it first."))
