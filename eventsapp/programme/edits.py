"""Changing places in the working programme: several at once, with a log that others follow and undo goes back along.

Every change of a place goes through :func:`apply`. It numbers the changes without gaps in each conference, so that an
editor that has seen number n can ask for what came after, and a change made on an outdated view is refused.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme.models import Event, Placement, ProgrammeEdit, ProgrammeVersion
from eventsapp.programme.releases import NOWHERE, Place


@dataclass(frozen=True, slots=True)
class Move:
    """Where an event shall be. ``pinned`` None: as it is now; an event without a place is never pinned."""

    event_id: int
    place: Place
    pinned: bool | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """One entry of the log."""

    number: int
    group: str
    event_id: int
    code: str
    at: datetime
    actor_id: int | None
    actor: str
    before: Place
    before_pinned: bool
    after: Place
    after_pinned: bool


class Outdated(Conflict):
    """Somebody changed the same events meanwhile. ``meanwhile`` is what they did, in order."""

    def __init__(self, meanwhile: Sequence[Edit]) -> None:
        names = ", ".join(sorted({edit.actor for edit in meanwhile}))
        codes = ", ".join(sorted({edit.code for edit in meanwhile}))
        super().__init__(_("%(names)s has changed %(codes)s meanwhile.", names=names, codes=codes))
        self.meanwhile = tuple(meanwhile)


def as_json(place: Place, pinned: bool) -> dict[str, Any]:
    """Return a place as the log keeps it: ids, ISO dates and instants, None for what is not known."""
    return {
        "room": place.room_id,
        "day": place.day.isoformat() if place.day else None,
        "end_day": place.end_day.isoformat() if place.end_day else None,
        "starts_at": place.starts_at.isoformat() if place.starts_at else None,
        "ends_at": place.ends_at.isoformat() if place.ends_at else None,
        "pinned": pinned,
    }


def from_json(kept: Mapping[str, Any]) -> tuple[Place, bool]:
    """Return the place and whether it is pinned, as :func:`as_json` wrote them. Raises ``ValueError``, ``KeyError``."""
    return (
        Place(
            kept["room"],
            date.fromisoformat(kept["day"]) if kept["day"] else None,
            date.fromisoformat(kept["end_day"]) if kept["end_day"] else None,
            datetime.fromisoformat(kept["starts_at"]) if kept["starts_at"] else None,
            datetime.fromisoformat(kept["ends_at"]) if kept["ends_at"] else None,
        ),
        bool(kept["pinned"]),
    )


def apply(
    conference: Conference, moves: Iterable[Move], *, actor: audit.Actor, base: int | None = None
) -> list[Edit]:
    """Bring events to their places in the working programme, all or none; return what really changed, in order of code.

    ``base`` is the number of the newest edit that the actor has seen: when one of the events was changed since,
    :class:`Outdated` is raised and nothing changes; None does not ask. Conflicts are not refused (``constraints.find``).
    Places must have passed ``placing.check_place``. Raises :class:`NotFound` for an event of another conference. Not
    public before the next release. A fixed number of statements but for one for each event that changes.
    """
    wanted = {move.event_id: move for move in moves}
    if not wanted:
        return []
    version = releases.working_version(conference.id)
    # Whoever changes the working programme waits here until the one before is done: numbers have no gaps.
    db.session.execute(
        select(ProgrammeVersion.id).where(ProgrammeVersion.id == version.id).with_for_update(key_share=True)
    )
    rows = db.session.execute(
        select(Event.id, Event.code).where(Event.conference_id == conference.id, Event.id.in_(sorted(wanted)))
    )
    codes: dict[int, str] = {id_: code for id_, code in rows}  # noqa: C416 - a Row is no pair for mypy
    if set(codes) != set(wanted):
        raise NotFound
    if base is not None:
        meanwhile = since(conference.id, base, event_ids=wanted)
        if meanwhile:
            raise Outdated(meanwhile)
    there = {
        placement.event_id: placement
        for placement in db.session.scalars(
            select(Placement).where(
                Placement.version_id == version.id, Placement.event_id.in_(sorted(wanted))
            )
        )
    }
    number = db.session.scalar(select(ProgrammeVersion.edits).where(ProgrammeVersion.id == version.id)) or 0
    now, group = clock.now(), str(uuid.uuid4())
    made: list[Edit] = []
    for event_id in sorted(wanted, key=lambda id_: codes[id_]):
        move, placement = wanted[event_id], there.get(event_id)
        before, was_pinned = _now(placement)
        pinned = (was_pinned if move.pinned is None else move.pinned) and move.place != NOWHERE
        if (before, was_pinned) == (move.place, pinned):
            continue
        _write(version, event_id, placement, move.place, pinned)
        number += 1
        edit = Edit(
            number, group, event_id, codes[event_id], now, actor.user_id, actor.name, before, was_pinned, move.place, pinned
        )  # fmt: skip
        made.append(edit)
        _log(conference, edit, actor)
    if made:
        db.session.execute(
            update(ProgrammeVersion)
            .where(ProgrammeVersion.id == version.id)
            .values(edits=number)
            .execution_options(synchronize_session=False)
        )
        db.session.flush()
        db.session.expire(version, ["edits"])
    return made


def _now(placement: Placement | None) -> tuple[Place, bool]:
    if placement is None:
        return NOWHERE, False
    place = Place(placement.room_id, placement.day, placement.end_day, placement.starts_at, placement.ends_at)
    return place, placement.pinned


def _write(
    version: ProgrammeVersion, event_id: int, placement: Placement | None, place: Place, pinned: bool
) -> None:
    if place == NOWHERE:
        if placement is not None:
            db.session.delete(placement)
        return
    if placement is None:
        placement = Placement(version_id=version.id, event_id=event_id)
        db.session.add(placement)
    placement.room_id, placement.day, placement.end_day = place.room_id, place.day, place.end_day
    placement.starts_at, placement.ends_at = place.starts_at, place.ends_at
    placement.pinned = pinned


def _log(conference: Conference, edit: Edit, actor: audit.Actor) -> None:
    after = as_json(edit.after, edit.after_pinned)
    db.session.add(
        ProgrammeEdit(
            conference_id=conference.id,
            number=edit.number,
            group=edit.group,
            event_id=edit.event_id,
            at=edit.at,
            actor_id=edit.actor_id,
            actor=edit.actor,
            before=as_json(edit.before, edit.before_pinned),
            after=after,
        )
    )
    if edit.before == edit.after:
        action = "event.pin" if edit.after_pinned else "event.unpin"
    else:
        action = "event.unplace" if edit.after == NOWHERE else "event.place"
    audit.record(actor, action, f"event:{edit.code}", conference_id=conference.id, detail=after)


def since(
    conference_id: int, number: int, *, event_ids: Iterable[int] | None = None, most: int = 1000
) -> list[Edit]:
    """Return the edits after ``number``, in order, at most ``most``; of some events when they are given. One statement."""
    statement = (
        select(ProgrammeEdit, Event.code)
        .join(Event, Event.id == ProgrammeEdit.event_id)
        .where(ProgrammeEdit.conference_id == conference_id, ProgrammeEdit.number > number)
        .order_by(ProgrammeEdit.number)
        .limit(most)
    )
    if event_ids is not None:
        statement = statement.where(ProgrammeEdit.event_id.in_(sorted(event_ids)))
    found = []
    for row, code in db.session.execute(statement):
        before, after = from_json(row.before), from_json(row.after)
        found.append(
            Edit(row.number, row.group, row.event_id, code, row.at, row.actor_id, row.actor, *before, *after)
        )
    return found


def newest(conference_id: int) -> int:
    """Return the number of the newest edit of a conference; 0 before the first. One statement."""
    statement = select(func.max(ProgrammeVersion.edits)).where(
        ProgrammeVersion.conference_id == conference_id, ProgrammeVersion.number.is_(None)
    )
    return db.session.scalar(statement) or 0
