"""What two events want of each other. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from eventsapp.conferences.models import Conference
from eventsapp.core import audit
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.search import like_pattern, terms
from eventsapp.extensions import db
from eventsapp.programme.enums import PairKind
from eventsapp.programme.models import Event, EventPair
from eventsapp.programme.service import owned, writable

MOST = 50
"""Wishes of one event."""
SUGGESTED = 20
"""Events that are offered when what was typed means several."""


class Wish(StrEnum):
    """What an event wants of another one, seen from the first."""

    APART = "apart"
    BEFORE = "before"
    AFTER = "after"
    NEXT = "next"


@dataclass(frozen=True, slots=True)
class WishRow:
    """A wish of an event about another one."""

    id: int
    wish: Wish
    code: str
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that may be meant."""

    id: int
    code: str
    titles: dict[str, str]


def wishes(event: Event) -> list[WishRow]:
    """Return the wishes of an event, by the code of the other. One statement."""
    other = aliased(Event)
    rows = db.session.execute(
        select(EventPair.id, EventPair.kind, EventPair.first_id, other.code, other.titles)
        .join(
            other,
            or_(
                (EventPair.first_id == event.id) & (other.id == EventPair.second_id),
                (EventPair.second_id == event.id) & (other.id == EventPair.first_id),
            ),
        )
        .order_by(other.code, EventPair.id)
    )
    return [WishRow(row.id, _seen(row.kind, row.first_id == event.id), row.code, row.titles) for row in rows]


def _seen(kind: PairKind, is_first: bool) -> Wish:
    if kind is PairKind.BEFORE:
        return Wish.BEFORE if is_first else Wish.AFTER
    return Wish(kind.value)


def meant(conference_id: int, text: str) -> list[Candidate]:
    """Return the events of a conference that a typed code or words of a title mean; at most one more than is offered.

    A code, whatever its capitals, means its event alone. One statement, two for words.
    """
    columns = select(Event.id, Event.code, Event.titles).where(Event.conference_id == conference_id)
    exact = db.session.execute(columns.where(Event.code == text.strip().upper())).all()
    if exact:
        return [Candidate(*row) for row in exact]
    words = terms(text)
    if not words:
        return []
    found = columns.where(*(Event.search_text.like(like_pattern(word), escape="\\") for word in words))
    return [Candidate(*row) for row in db.session.execute(found.order_by(Event.code).limit(SUGGESTED + 1))]


def add(conference: Conference, event: Event, other_id: int, wish: Wish, *, actor: audit.Actor) -> EventPair:
    """Note what an event wants of another one of its conference. Return it, flushed.

    Raises :class:`Invalid` (``other``) for the event itself, one of another conference, and what is there already or says
    the contrary; :class:`Conflict` for too many, and for an archived conference.
    """
    writable(conference)
    owned(conference, event)
    other = db.session.get(Event, other_id)
    if other is None or other.conference_id != conference.id:
        raise Invalid({"other": _("Choose an event of this conference.")})
    if other.id == event.id:
        raise Invalid({"other": _("Choose another event than this one.")})
    there = wishes(event)
    about = {row.wish for row in there if row.code == other.code}
    if wish in about:
        raise Invalid({"other": _("This wish is there already.")})
    if {wish, *about} >= {Wish.BEFORE, Wish.AFTER}:
        raise Invalid({"other": _("One cannot be both before and after the other.")})
    if len(there) >= MOST:
        raise Conflict(_("There are %(most)d already.", most=MOST))
    first, second = (other, event) if wish is Wish.AFTER else (event, other)
    kind = PairKind.BEFORE if wish is Wish.AFTER else PairKind(wish.value)
    made = EventPair(first_id=first.id, second_id=second.id, kind=kind)
    db.session.add(made)
    db.session.flush()
    _record(conference, "event.wish", [first, second], kind, actor)
    return made


def remove(conference: Conference, event: Event, pair_id: int, *, actor: audit.Actor) -> None:
    """Take a wish of an event off. Raises :class:`NotFound` when it is not one of its own, :class:`Conflict`."""
    writable(conference)
    owned(conference, event)
    found = db.session.get(EventPair, pair_id) if 0 < pair_id < 2**31 else None
    if found is None or event.id not in (found.first_id, found.second_id):
        raise NotFound
    both = [db.session.get_one(Event, id_) for id_ in (found.first_id, found.second_id)]
    _record(conference, "event.unwish", both, found.kind, actor)
    db.session.delete(found)
    db.session.flush()


def _record(
    conference: Conference, action: str, events: Sequence[Event], kind: PairKind, actor: audit.Actor
) -> None:
    first, second = events
    audit.record(
        actor,
        action,
        f"event:{first.code}",
        conference_id=conference.id,
        detail={"kind": kind.value, "other": second.code},
    )
