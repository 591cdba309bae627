"""Releasing the working programme, and what a release changes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
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
from eventsapp.programme.enums import ChangeKind, EventState
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
            for theirs, ours in (
                (other.room_id, self.room_id),
                (other.day, self.day),
                (other.end_day, self.end_day),
                (other.starts_at, self.starts_at),
                (other.ends_at, self.ends_at),
            )
        )


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Difference:
    """What a release changes, as event ids in order of code. An event is in at most one list (:class:`ChangeKind`)."""

    new: list[int] = field(default_factory=list)
    moved: list[int] = field(default_factory=list)
    room: list[int] = field(default_factory=list)
    announced: list[int] = field(default_factory=list)
    taken_back: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    reinstated: list[int] = field(default_factory=list)
    withdrawn: list[int] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(ids for _kind, ids in self.groups())

    def groups(self) -> list[tuple[ChangeKind, list[int]]]:
        """Return all groups, also empty ones, in the order in which they are told."""
        return [(kind, getattr(self, kind.value)) for kind in ChangeKind]

    def kinds(self) -> dict[int, ChangeKind]:
        """Return what happens to each event that anything happens to."""
        return {id_: kind for kind, ids in self.groups() for id_ in ids}


def compare(
    before: Mapping[int, Place],
    after: Mapping[int, Place],
    *,
    off_before: Collection[int] = (),
    off_after: Collection[int] = (),
) -> Difference:
    """Return what changes between two versions, both event id → place; ``off_…``: those of them that are cancelled. Pure."""
    difference = Difference()
    for event_id, place in after.items():
        if event_id not in before:
            difference.new.append(event_id)
        elif (event_id in off_before) != (event_id in off_after):
            (difference.cancelled if event_id in off_after else difference.reinstated).append(event_id)
        elif before[event_id] != place:
            getattr(difference, _move(before[event_id], place).value).append(event_id)
    difference.withdrawn.extend(event_id for event_id in before if event_id not in after)
    return difference


def _move(old: Place, new: Place) -> ChangeKind:
    if new.completes(old):
        return ChangeKind.ANNOUNCED
    if old.completes(new):
        return ChangeKind.TAKEN_BACK
    rooms = old.room_id is not None and new.room_id is not None
    return ChangeKind.ROOM if rooms and replace(old, room_id=new.room_id) == new else ChangeKind.MOVED


def place_of(placement: Placement) -> Place:
    """Return where and when a placement is."""
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


@dataclass(frozen=True, slots=True)
class Version:
    """What one version of the programme says: event id → place, in order of code, and which of them are cancelled."""

    places: Mapping[int, Place] = field(default_factory=dict)
    off: frozenset[int] = frozenset()

    def until(self, after: Version) -> Difference:
        """Return what changes from here to ``after``."""
        return compare(self.places, after.places, off_before=self.off, off_after=after.off)


def frozen(version: ProgrammeVersion | None) -> Version:
    """Return what a release says; nothing for None. One statement."""
    if version is None:
        return Version()
    rows = db.session.scalars(
        select(Placement)
        .join(Event, Event.id == Placement.event_id)
        .where(Placement.version_id == version.id)
        .order_by(Event.code)
    ).all()
    return Version(
        {row.event_id: place_of(row) for row in rows},
        frozenset(row.event_id for row in rows if row.cancelled),
    )


def _after(
    conference_id: int, before: Mapping[int, Placement], only: Collection[int] | None
) -> tuple[dict[int, Event], Version]:
    """Return the events that the next release contains, by id, and what it says, both in order of code."""
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
    if only is not None:
        events = {id_: event for id_, event in events.items() if id_ in before or id_ in only}
        placed = {**placed, **{id_: before[id_] for id_ in events if id_ not in only}}
    places = {id_: place_of(placed[id_]) if id_ in placed else NOWHERE for id_ in events}
    off = frozenset(id_ for id_, event in events.items() if event.state is EventState.CANCELLED)
    return events, Version(places, off)


def working_version_if_any(conference_id: int) -> ProgrammeVersion | None:
    """Return the working programme, or None; never writes."""
    return db.session.scalar(
        select(ProgrammeVersion).where(
            ProgrammeVersion.conference_id == conference_id, ProgrammeVersion.number.is_(None)
        )
    )


def next_version(conference_id: int, only: Collection[int] | None = None) -> Version:
    """Return what a release made now would say (``only`` as for :func:`release`). Reads only; a fixed number of statements."""
    return _after(conference_id, placements(newest_release(conference_id)), only)[1]


def preview(conference_id: int) -> Difference:
    """Return what releasing now would change. Reads only; a fixed number of statements."""
    return frozen(newest_release(conference_id)).until(next_version(conference_id))


def release(
    conference: Conference,
    *,
    actor: audit.Actor,
    notes: Mapping[str, str] | None = None,
    only: Collection[int] | None = None,
) -> ProgrammeVersion:
    """Freeze the working programme as the next release, which the public sees from the commit on. Nobody is told
    (``digests.release`` does both).

    ``only``: ids of events whose changes are released; all others stay as the newest release has them. An event whose
    released place or time changes gets a higher SEQUENCE (RFC 5545, 3.8.7.4) and remembers from where and when it moved.
    Raises :class:`Conflict` when nothing changed or the conference is archived. Writes; does not commit.
    """
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))
    # One release at a time for a conference: the row is locked until the commit (SQLite has one writer anyway).
    db.session.execute(select(Conference.id).where(Conference.id == conference.id).with_for_update())
    previous = newest_release(conference.id)
    before = placements(previous)
    told = frozen(previous)
    events, after = _after(conference.id, before, only)
    difference = told.until(after)
    if previous is not None and not difference:
        raise Conflict(_("Nothing has changed since release %(number)s.", number=previous.number))
    now = clock.now()
    version = ProgrammeVersion(
        conference_id=conference.id,
        number=(previous.number or 0) + 1 if previous is not None else 1,
        notes=clean(dict(notes or {})),
        released_at=now,
        released_by_id=actor.user_id,
        difference=_codes(difference, told, after),
    )
    db.session.add(version)
    db.session.flush()
    changed = {id_ for id_, place in after.places.items() if id_ in before and told.places[id_] != place}
    db.session.add_all(
        _frozen(
            version.id, event_id, place, before.get(event_id), event_id in changed, now, event_id in after.off
        )
        for event_id, place in after.places.items()
    )
    if changed or difference.withdrawn:
        db.session.execute(
            update(Event)
            .where(Event.id.in_(sorted({*changed, *difference.withdrawn})))
            .values(sequence=Event.sequence + 1)
            .execution_options(synchronize_session=False)
        )
    audit.record(
        actor,
        "programme.release",
        f"release:{version.number}",
        conference_id=conference.id,
        detail={kind.value: len(ids) for kind, ids in difference.groups() if ids},
    )
    db.session.flush()
    for event_id in changed:
        db.session.expire(events[event_id])
    return version


def _codes(difference: Difference, before: Version, after: Version) -> dict[str, Any]:
    """Return a difference as it is kept, with the places that it takes to say it (``place_from`` reads them)."""
    kinds = difference.kinds()
    rows = db.session.execute(select(Event.id, Event.code).where(Event.id.in_(sorted(kinds))))
    codes: dict[int, str] = {id_: code for id_, code in rows}  # noqa: C416 - a Row is no pair for mypy
    return {
        **{kind.value: [codes[id_] for id_ in ids] for kind, ids in difference.groups()},
        "places": {
            codes[id_]: [_kept(before.places.get(id_)), _kept(after.places.get(id_))] for id_ in kinds
        },
    }


def _kept(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    found = {name: getattr(place, name) for name in Place.__slots__}
    return {
        name: value if isinstance(value, int) else value.isoformat()
        for name, value in found.items()
        if value is not None
    }


def place_from(kept: Mapping[str, Any] | None) -> Place | None:
    """Return a place as a release's difference keeps it. Raises ``ValueError`` for one that was not written by us."""
    if kept is None:
        return None
    day, end_day, starts_at, ends_at = (kept.get(name) for name in ("day", "end_day", "starts_at", "ends_at"))
    return Place(
        room_id=kept.get("room_id"),
        day=date.fromisoformat(day) if day else None,
        end_day=date.fromisoformat(end_day) if end_day else None,
        starts_at=datetime.fromisoformat(starts_at) if starts_at else None,
        ends_at=datetime.fromisoformat(ends_at) if ends_at else None,
    )


def _frozen(
    version_id: int,
    event_id: int,
    place: Place,
    old: Placement | None,
    changed: bool,
    now: datetime,
    cancelled: bool,
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
        cancelled=cancelled,
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
