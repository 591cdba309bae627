"""Why an event stays without a place, and the smallest change that would let it in. Pure: data, not words.

For every time at which an event could be, everything that forbids it is counted by kind; then one constraint at a time is
relaxed, all other events staying where they are proposed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from eventsapp.core.intervals import Interval
from eventsapp.programme import constraints
from eventsapp.programme.constraints import Held
from eventsapp.programme.facts import EventFacts, Kind, Planning, RoomFacts
from eventsapp.programme.options import times as times_of
from eventsapp.programme.releases import Place
from eventsapp.programme.scheduling.problem import half_hours, lacks, opened, outranks

MOST_CHANGES = 4


@dataclass(frozen=True, slots=True)
class Blocker:
    """What forbids a time: the kind, whom it concerns, and the other event, as far as there are any."""

    kind: Kind
    subject_id: int = 0
    event_id: int = 0


def explain(planning: Planning, event_id: int, places: Mapping[int, Place]) -> dict[str, Any]:
    """Return why an event has no place among ``places``, as JSON can hold it.

    ``slots`` and ``rooms``: how many it could choose from; ``lacking``: kind → rooms that never do for it; ``suited``: how
    many do; ``blocked``: [kind, subject, slots it forbids] of people and ranks; ``taken`` and ``closed``: slots in which
    every room that does is taken (or not open); ``changes``: what would let it in, smallest first (see :func:`_changes`).
    """
    return _Case(planning, planning.events[event_id], places).explained()


class _Case:
    def __init__(self, planning: Planning, event: EventFacts, places: Mapping[int, Place]) -> None:
        self.planning, self.event = planning, event
        self.rules = planning.rules
        others = {id_: place for id_, place in places.items() if id_ != event.id}
        self.held = constraints.Timetable(planning, others).held
        self.times = times_of(planning, event)
        self._busy_blocks = self._teams()

    def explained(self) -> dict[str, Any]:
        """Return the whole answer."""
        event, rooms = self.event, list(self.planning.rooms.values())
        lacking = Counter(kind for room in rooms for kind in lacks(self.planning, event, room))
        suited = [room for room in rooms if not lacks(self.planning, event, room)]
        blocked: Counter[tuple[str, int]] = Counter()
        taken = closed = 0
        for day, during in self.times:
            people = {(one.kind.value, one.subject_id) for one in self.people(event, during)}
            blocked.update(people)
            if suited:
                open_ = [room for room in suited if self._open(room, day, during)]
                closed += not open_
                taken += bool(open_) and all(self.occupants(room, during) for room in open_)
        return {
            "slots": len(self.times),
            "rooms": len(rooms),
            "suited": len(suited),
            "lacking": {kind.value: count for kind, count in lacking.most_common()},
            "blocked": [[kind, subject, count] for (kind, subject), count in blocked.most_common(5)],
            "taken": taken,
            "closed": closed,
            "changes": list(self._changes())[:MOST_CHANGES],
        }

    # --- what forbids

    def people(self, event: EventFacts, during: Interval) -> Iterator[Blocker]:
        """Yield what forbids a time whatever the room."""
        applies = self.rules.weight
        for one in self._beside(during):
            other = one.event
            if applies(Kind.SPEAKER):
                for id_ in sorted(event.speaker_ids & other.speaker_ids):
                    yield Blocker(Kind.SPEAKER, id_, other.id)
            if applies(Kind.LEAD):
                for id_ in sorted(event.lead_ids & other.lead_ids):
                    yield Blocker(Kind.LEAD, id_, other.id)
            if applies(Kind.OUTRANKED) and outranks(self.planning, event, other):
                yield Blocker(Kind.OUTRANKED, 0, other.id)
        if applies(Kind.ABSENCE):
            for id_ in sorted(event.speaker_ids):
                speaker = self.planning.speakers.get(id_)
                if speaker and any(gone.meet(during) for gone in speaker.absences):
                    yield Blocker(Kind.ABSENCE, id_)
        teams = self.rules.interpreter_teams
        if event.booths and teams is not None and applies(Kind.INTERPRETERS):
            blocks = constraints.blocks(during, self.rules, self.planning.zone)
            if any(len(self._busy_blocks[block]) >= teams for block in blocks):
                yield Blocker(Kind.INTERPRETERS)

    def occupants(self, room: RoomFacts, during: Interval) -> list[int]:
        """Return the ids of the events that are in a room then, or too soon before or after."""
        margin = self.rules.turnover
        return [
            one.event.id
            for one in self.held
            if one.place.room_id == room.id
            and one.during.start < during.end + margin
            and during.start < one.during.end + margin
        ]

    def _beside(self, during: Interval) -> list[Held]:
        return [one for one in self.held if one.during.start < during.end and during.start < one.during.end]

    def _open(self, room: RoomFacts, day: date, during: Interval) -> bool:
        return not self.rules.weight(Kind.CLOSED) or opened(self.planning, room, day, during)

    def _teams(self) -> dict[Any, set[int]]:
        busy: dict[Any, set[int]] = defaultdict(set)
        for one in self.held:
            if one.event.booths:
                for block in constraints.blocks(one.during, self.rules, self.planning.zone):
                    busy[block].add(one.event.id)
        return busy

    # --- what would let it in

    def _fits(
        self, event: EventFacts, times: list[tuple[date, Interval]]
    ) -> tuple[date, Interval, RoomFacts] | None:
        rooms = [room for room in self.planning.rooms.values() if not lacks(self.planning, event, room)]
        for day, during in times:
            if next(self.people(event, during), None) is not None:
                continue
            for room in rooms:
                if self._open(room, day, during) and not self.occupants(room, during):
                    return day, during, room
        return None

    def _changes(self) -> Iterator[dict[str, Any]]:
        """Yield single changes that would be enough: what, the new value, and the place that it opens."""
        event = self.event
        expected = self._attendance()
        if expected is not None:
            yield expected
        needs: list[tuple[str, EventFacts]] = []
        if event.step_free:
            needs.append(("step_free", replace(event, step_free=False)))
        if event.booths:
            needs.append(("booths", replace(event, booths=0)))
        needs += [
            (f"equipment:{word}", replace(event, equipment=event.equipment - {word}))
            for word in sorted(event.equipment)
        ]
        needs += [("speaker:" + str(id_), replace(event, speaker_ids=event.speaker_ids - {id_})) for id_ in sorted(event.speaker_ids)]  # fmt: skip
        for name, changed in needs:
            found = self._fits(changed, self.times)
            if found:
                what, _, value = name.partition(":")
                yield {"what": what, "value": value, **_place(found)}
        yield from self._one_out_of_the_way()
        yield from self._another_slot()

    def _attendance(self) -> dict[str, Any] | None:
        event = self.event
        if not event.attendance:
            return None
        best: tuple[int, tuple[date, Interval, RoomFacts]] | None = None
        small = replace(event, attendance=0, seats=None)
        for day, during in self.times:
            if next(self.people(event, during), None) is not None:
                continue
            for room in self.planning.rooms.values():
                limits = [limit for limit in (room.capacity, room.safety_limit) if limit is not None]
                most = min(limits, default=0)
                if (
                    0 < most < event.attendance
                    and (best is None or most > best[0])
                    and not lacks(self.planning, replace(small, seats=event.seats), room)
                    and self._open(room, day, during)
                    and not self.occupants(room, during)
                ):
                    best = most, (day, during, room)
        if best is None:
            return None
        return {"what": "attendance", "value": best[0], "instead": event.attendance, **_place(best[1])}

    def _one_out_of_the_way(self) -> Iterator[dict[str, Any]]:
        rooms = [room for room in self.planning.rooms.values() if not lacks(self.planning, self.event, room)]
        found: tuple[bool, dict[str, Any]] | None = None
        for day, during in self.times:
            people = {one.event_id for one in self.people(self.event, during)}
            if 0 in people or len(people) > 1:
                continue
            for room in rooms:
                if not self._open(room, day, during):
                    continue
                in_the_way = people | set(self.occupants(room, during))
                if len(in_the_way) == 1:
                    other = self.planning.events[next(iter(in_the_way))]
                    change = {
                        "what": "unpin" if other.pinned else "move",
                        "value": other.id,
                        **_place((day, during, room)),
                    }
                    if found is None or (found[0] and not other.pinned):
                        found = other.pinned, change
        if found is not None:
            yield found[1]

    def _another_slot(self) -> Iterator[dict[str, Any]]:
        if self.event.type_id not in self.planning.slots_of:
            return
        lengths = {int((during.end - during.start) / timedelta(minutes=1)) for _day, during in self.times}
        minutes = min(lengths, default=self.event.minutes)
        found = self._fits(self.event, half_hours(self.planning, minutes))
        if found:
            yield {"what": "slot", "value": "", **_place(found)}


def _place(found: tuple[date, Interval, RoomFacts]) -> dict[str, Any]:
    day, during, room = found
    return {
        "room": room.id,
        "day": day.isoformat(),
        "starts_at": during.start.isoformat(),
        "ends_at": during.end.isoformat(),
    }
