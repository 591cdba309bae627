"""Who or what would be in two places at once. Pure.

An event whose end is not known counts as its first minute, so that only what is certain is reported. Cancelled events
occupy nothing. Nothing is ever refused for a clash: real programmes have them; people are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from eventsapp.core.intervals import Interval, daily, overlaps


class ClashKind(StrEnum):
    """What is wanted twice."""

    ROOM = "room"
    LEAD = "lead"
    SPEAKER = "speaker"


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with a time in some version of the programme. ``ends_at`` may be unknown; all instants are aware."""

    event_id: int
    day: date
    end_day: date | None
    starts_at: datetime
    ends_at: datetime | None
    room_id: int | None
    lead_ids: frozenset[int]
    speaker_ids: frozenset[int]

    def intervals(self, zone: ZoneInfo) -> list[Interval]:
        """Return when it takes place: one interval for each of its days."""
        end = self.ends_at or self.starts_at + timedelta(minutes=1)
        return daily(self.starts_at, end, self.day, self.end_day, zone)


@dataclass(frozen=True, slots=True, order=True)
class Clash:
    """Two events that want the same room, lead organization or speaker (``subject_id``) in ``during``."""

    during: Interval
    kind: ClashKind
    subject_id: int
    first_id: int
    second_id: int

    def concerns(self, event_id: int) -> bool:
        """Return whether one of the two is the event."""
        return event_id in (self.first_id, self.second_id)


def find(placed: Iterable[Placed], zone: ZoneInfo) -> list[Clash]:
    """Return every clash among ``placed``, in order of time; one for each pair and subject, on the first day it happens."""
    wanted: dict[tuple[ClashKind, int], list[tuple[Interval, int]]] = {}
    for event in placed:
        subjects: list[tuple[ClashKind, int]] = [(ClashKind.LEAD, id_) for id_ in event.lead_ids]
        subjects += [(ClashKind.SPEAKER, id_) for id_ in event.speaker_ids]
        if event.room_id is not None:
            subjects.append((ClashKind.ROOM, event.room_id))
        if not subjects:
            continue
        intervals = event.intervals(zone)
        for subject in subjects:
            wanted.setdefault(subject, []).extend((interval, event.event_id) for interval in intervals)
    found: dict[tuple[ClashKind, int, int, int], Clash] = {}
    for (kind, subject_id), keyed in wanted.items():
        if len(keyed) < 2:
            continue
        for one, other, common in overlaps(keyed):
            first, second = min(one, other), max(one, other)
            clash = Clash(common, kind, subject_id, first, second)
            key = (kind, subject_id, first, second)
            found[key] = min(found.get(key, clash), clash)
    return sorted(found.values())


def of_event(event: Placed, others: Iterable[Placed], zone: ZoneInfo) -> list[Clash]:
    """Return the clashes that ``event`` would have beside ``others`` (an older placement of itself among them is ignored)."""
    rest = [
        other
        for other in others
        if other.event_id != event.event_id
        and (
            (other.room_id is not None and other.room_id == event.room_id)
            or other.lead_ids & event.lead_ids
            or other.speaker_ids & event.speaker_ids
        )
    ]
    return [clash for clash in find([event, *rest], zone) if clash.concerns(event.event_id)]
