"""Releasing the working programme, and what a release changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.errors import Conflict
from eventsapp.core.translations import clean
from eventsapp.extensions import db
from eventsapp.programme import hooks
from eventsapp.programme.enums import EventState
from eventsapp.programme.models import Event, Placement, ProgrammeVersion


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when, as far as known."""

    room_id: int | None = None
    day: date | None = None
    end_day: date | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def completes(self, other: Place) -> bool:
        """Return whether this says all that ``other`` says, and more."""
        return all(
            theirs is None or theirs == ours
            for theirs, ours in zip(astuple(other), astuple(self), strict=True)
        )


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Difference:
    """What a release changes, as event ids in order of code. An event is in at most one list."""

    new: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    announced: list[int] = field(default_factory=list)
    """Keeps what was public of its place and time, and gets more of it: a room, a start."""
    withdrawn: list[int] = field(default_factory=list)
    """A part of its public place or time is taken back: to be announced again."""

    def __bool__(self) -> bool:
        return bool(self.new or self.moved or self.announced or self.withdrawn)


def compare(before: Mapping[int, Place], after: Mapping[int, Place]) -> Difference:
    """Return what changes between two versions, both event id → place. Pure."""
    difference = Difference()
    for event_id, place in after.items():
        if event_id not in before:
            difference.new.append(event_id)
        elif before[event_id] == place:
            continue
        elif place.completes(before[event_id]):
            difference.announced.append(event_id)
        elif before[event_id].completes(place):
            difference.withdrawn.append(event_id)
        else:
            difference.moved.append(event_id)
    return difference


def _place(placement: Placement) -> Place:
    return Place(placement.room_id, placement.day, placement.end_day, placement.starts_at, placement.ends_at)


def working_version(conference_id: int) -> ProgrammeVersion:
    """Return the conference's working programme, making it if there is none yet. Writes; does not commit."""
    version = db.session.scalar(
        select(ProgrammeVersion).where(
            ProgrammeVersion.conference_id == conference_id, ProgrammeVersion.number.is_(None)
        )
    )
    if version is None:
        version = ProgrammeVersion(conference_id=conference_id, number=None, notes={})
        db.session.add(version)
        db.session.flush()
    return version


def newest_release(conference_id: int) -> ProgrammeVersion | None:
    """Return the newest release, or None before the first."""
    return db.session.scalar(
        select(ProgrammeVersion)
        .where(ProgrammeVersion.conference_id == conference_id, ProgrammeVersion.number.is_not(None))
        .order_by(ProgrammeVersion.number.desc())
        .limit(1)
    )


def placements(version: ProgrammeVersion | None) -> dict[int, Placement]:
    """Return the placements of a version by event id; empty for None."""
    if version is None:
        return {}
    rows = db.session.scalars(select(Placement).where(Placement.version_id == version.id))
    return {placement.event_id: placement for placement in rows}


def is_released(event_id: int) -> bool:
    """Return whether the public knows the event: it is in the newest release."""
    newest = (
        select(ProgrammeVersion.id)
        .join(Event, Event.conference_id == ProgrammeVersion.conference_id)
        .where(Event.id == event_id, ProgrammeVersion.number.is_not(None))
        .order_by(ProgrammeVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = select(Placement.id).where(Placement.event_id == event_id, Placement.version_id == newest)
    return db.session.scalar(found) is not None


def _after(conference_id: int, before: Mapping[int, Placement]) -> tuple[dict[int, Event], dict[int, Place]]:
    """Return the events that the next release contains, by id, and their places, both in order of code."""
    placed = placements(working_version_if_any(conference_id))
    events: dict[int, Event] = {}
    for event in db.session.scalars(
        select(Event).where(Event.conference_id == conference_id).order_by(Event.code)
    ):
        # A cancelled event stays visible if people knew it; one that nobody knew just never happens.
        if event.state is EventState.SCHEDULED or (
            event.state is EventState.CANCELLED and event.id in before
        ):
            events[event.id] = event
    return events, {id_: _place(placed[id_]) if id_ in placed else NOWHERE for id_ in events}


def working_version_if_any(conference_id: int) -> ProgrammeVersion | None:
    """Return the working programme, or None; never writes."""
    return db.session.scalar(
        select(ProgrammeVersion).where(
            ProgrammeVersion.conference_id == conference_id, ProgrammeVersion.number.is_(None)
        )
    )


def preview(conference_id: int) -> Difference:
    """Return what releasing now would change. Reads only."""
    before = placements(newest_release(conference_id))
    _events, after = _after(conference_id, before)
    return compare({id_: _place(placement) for id_, placement in before.items()}, after)


def release(
    conference: Conference, *, actor: audit.Actor, notes: Mapping[str, str] | None = None
) -> ProgrammeVersion:
    """Freeze the working programme as the next release, which the public sees from the commit on.

    An event whose released place or time changes gets a higher SEQUENCE (RFC 5545, 3.8.7.4) and remembers from where and
    when it moved. Raises :class:`Conflict` when nothing changed or the conference is archived. Writes; does not commit.
    """
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))
    # One release at a time for a conference: the row is locked until the commit (SQLite has one writer anyway).
    db.session.execute(select(Conference.id).where(Conference.id == conference.id).with_for_update())
    previous = newest_release(conference.id)
    before = placements(previous)
    events, after = _after(conference.id, before)
    difference = compare({id_: _place(placement) for id_, placement in before.items()}, after)
    if previous is not None and not difference:
        raise Conflict(_("Nothing has changed since release %(number)s.", number=previous.number))
    now = clock.now()
    version = ProgrammeVersion(
        conference_id=conference.id,
        number=(previous.number or 0) + 1 if previous is not None else 1,
        notes=clean(dict(notes or {})),
        released_at=now,
        released_by_id=actor.user_id,
        difference=_codes(difference, events),
    )
    db.session.add(version)
    db.session.flush()
    changed = {*difference.moved, *difference.announced, *difference.withdrawn}
    db.session.add_all(
        _frozen(version.id, event_id, place, before.get(event_id), event_id in changed, now)
        for event_id, place in after.items()
    )
    if changed:
        db.session.execute(
            update(Event)
            .where(Event.id.in_(changed))
            .values(sequence=Event.sequence + 1)
            .execution_options(synchronize_session=False)
        )
    audit.record(
        actor,
        "programme.release",
        f"release:{version.number}",
        conference_id=conference.id,
        detail={key: len(codes) for key, codes in version.difference.items()},
    )
    db.session.flush()
    for event_id in changed:
        db.session.expire(events[event_id])
    for told in hooks.events_moved:
        told(sorted(changed))
    return version


def _codes(difference: Difference, events: Mapping[int, Event]) -> dict[str, Any]:
    return {
        "new": [events[id_].code for id_ in difference.new],
        "moved": [events[id_].code for id_ in difference.moved],
        "announced": [events[id_].code for id_ in difference.announced],
        "withdrawn": [events[id_].code for id_ in difference.withdrawn],
    }


def _frozen(
    version_id: int, event_id: int, place: Place, old: Placement | None, changed: bool, now: datetime
) -> Placement:
    frozen = Placement(
        version_id=version_id,
        event_id=event_id,
        room_id=place.room_id,
        day=place.day,
        end_day=place.end_day,
        starts_at=place.starts_at,
        ends_at=place.ends_at,
        changed_at=now,
    )
    if old is None:
        return frozen
    if not changed:
        frozen.changed_at = old.changed_at
        frozen.previous_room_id = old.previous_room_id
        frozen.previous_starts_at = old.previous_starts_at
        frozen.previous_ends_at = old.previous_ends_at
    elif old.starts_at is not None:
        frozen.previous_room_id = old.room_id
        frozen.previous_starts_at = old.starts_at
        frozen.previous_ends_at = old.ends_at
    return frozen


def release_count(conference_id: int) -> int:
    """Return how many releases there are."""
    return (
        db.session.scalar(
            select(func.count()).where(
                ProgrammeVersion.conference_id == conference_id, ProgrammeVersion.number.is_not(None)
            )
        )
        or 0
    )
