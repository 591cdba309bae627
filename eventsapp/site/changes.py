"""What the releases of a programme changed, for the public page and its feed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from eventsapp.programme.enums import ChangeKind
from eventsapp.programme.releases import Place, place_from
from eventsapp.programme.snapshot import EventInfo, RoomInfo, Snapshot, Texts
from eventsapp.site.queries import ReleaseRow

MOST_RELEASES: Final = 25
"""Releases on the page and in the feed."""
MOST_LINES: Final = 40
"""Events of one kind in one release that are named; of more, so many are."""
LINES_OF_ALL: Final = 240
"""Events on the whole page that are named."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its room, if the conference still has it."""

    place: Place
    room: RoomInfo | None


@dataclass(frozen=True, slots=True)
class Line:
    """An event in a release's difference; ``event`` is None when the public does not know it any more."""

    code: str
    event: EventInfo | None
    before: Spot | None
    after: Spot | None


@dataclass(frozen=True, slots=True)
class Group:
    """What happened to ``count`` events; ``lines`` may be fewer."""

    kind: ChangeKind
    count: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """A release as it is shown."""

    number: int
    released_at: datetime
    notes: Texts
    groups: tuple[Group, ...]


def releases(rows: Sequence[ReleaseRow], snapshot: Snapshot) -> list[Release]:
    """Return releases, the newest first, with what each changed."""
    rooms = {room.id: room for room in snapshot.rooms}
    left = LINES_OF_ALL
    found = []
    for row in rows:
        groups = []
        places = row.difference.get("places", {})
        for kind in ChangeKind:
            codes = row.difference.get(kind.value) or []
            if not codes:
                continue
            lines = tuple(_line(code, places, rooms, snapshot) for code in codes[: min(MOST_LINES, left)])
            left -= len(lines)
            groups.append(Group(kind, len(codes), lines))
        found.append(Release(row.number, row.released_at, row.notes, tuple(groups)))
    return found


def _line(
    code: str,
    places: dict[str, list[dict[str, object] | None]],
    rooms: dict[int, RoomInfo],
    snapshot: Snapshot,
) -> Line:
    def spot(kept: dict[str, object] | None) -> Spot | None:
        place = place_from(kept)
        return None if place is None else Spot(place, rooms.get(place.room_id or 0))

    before, after = places.get(code, [None, None])
    return Line(code, snapshot.event_by_code.get(code), spot(before), spot(after))
