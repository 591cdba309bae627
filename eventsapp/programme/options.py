"""Where an event can go: every room at every time that is offered to its type, with what speaks against it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from eventsapp.core.intervals import Interval
from eventsapp.programme.constraints import (
    Held,
    Taken,
    Timetable,
    Violation,
    by_size,
    changed,
    closed_during,
    in_one_room,
    of_event,
    penalty,
    smaller_room,
    unsuited,
)
from eventsapp.programme.facts import EventFacts, Kind, Planning, RoomFacts, Severity
from eventsapp.programme.releases import Place

STEP = timedelta(minutes=30)
"""Starts of a type without slots."""


@dataclass(frozen=True, slots=True)
class Option:
    """A place for an event. ``penalty`` is the weight of the soft violations that it would have there."""

    place: Place
    violations: tuple[Violation, ...]
    penalty: int

    @property
    def allowed(self) -> bool:
        """Whether nothing hard speaks against it."""
        return all(violation.severity is Severity.SOFT for violation in self.violations)

    @property
    def against(self) -> tuple[Violation, ...]:
        """What forbids it."""
        return tuple(one for one in self.violations if one.severity is Severity.HARD)


def times(planning: Planning, event: EventFacts) -> list[tuple[date, Interval]]:
    """Return the times that an event may be given, in order: (day, interval).

    Of the slots of its type those that are long enough, for as long as the event takes; when none is, the longest ones,
    whole. A type without slots begins at each half-hour of the conference's days that leaves time enough.
    """
    length = timedelta(minutes=event.minutes)
    slots = planning.slots_of.get(event.type_id)
    if slots:
        enough = [(day, slot) for day, slot in slots if slot.end - slot.start >= length]
        if enough:
            return [(day, Interval(slot.start, slot.start + length)) for day, slot in enough]
        longest = max(slot.end - slot.start for _day, slot in slots)
        return [(day, slot) for day, slot in slots if slot.end - slot.start == longest]
    found = []
    for day in planning.days:
        # Of all rooms: one may open earlier than the others, or close later.
        opened = [planning.open(room, day) for room in planning.rooms.values()]
        if not opened:
            continue
        start, end = min(one.start for one in opened), max(one.end for one in opened)
        while start + length <= end:
            found.append((day, Interval(start, start + length)))
            start += STEP
    return found


def where(planning: Planning, event_id: int, places: Mapping[int, Place] | None = None) -> list[Option]:
    """Return every place that is offered to an event, the best first: allowed ones by what they cost, then the others.

    ``places`` (event id → place) stands for the working programme's; where the event itself is does not matter.
    Of equally good ones the earlier comes first, then the smaller room.
    """
    event = planning.events[event_id]
    elsewhere = {id_: one.place for id_, one in planning.events.items()} if places is None else dict(places)
    elsewhere.pop(event_id, None)
    around = _Around(planning, event, elsewhere)
    found: list[tuple[tuple[object, ...], Option]] = []
    for day, during in times(planning, event):
        at_any = around.in_any_room(day, during)
        walks: dict[int, list[Violation]] = {}
        for room in planning.rooms.values():
            place = Place(room.id, day, None, during.start, during.end)
            if room.venue_id not in walks:
                walks[room.venue_id] = around.walking(place)
            violations = (*at_any, *walks[room.venue_id], *around.in_room(room, place, during))
            option = Option(place, violations, penalty(violations, planning.rules))
            hard = sum(one.severity is Severity.HARD for one in violations)
            order = (hard, option.penalty, during.start, room.capacity or 0, room.id)
            found.append((order, option))
    return [option for _order, option in sorted(found, key=lambda one: one[0])]


class _Around:
    """What an event meets at the places that it could have, all others being where they are."""

    def __init__(self, planning: Planning, event: EventFacts, elsewhere: Mapping[int, Place]) -> None:
        self.planning = planning
        self.event = event
        self.elsewhere = elsewhere
        self.table = Timetable(planning, elsewhere)
        self.taken = Taken(self.table)
        self.sized = by_size(planning)
        venues = {room.venue_id for room in planning.rooms.values()}
        self.far = len(venues) > 1 and bool(event.speaker_ids or event.lead_ids)

    def in_any_room(self, day: date, during: Interval) -> list[Violation]:
        """Return what speaks against a time, whichever the room."""
        place = Place(None, day, None, during.start, during.end)
        found = of_event(self.planning, self.event.id, place, self.elsewhere)
        # Whether it is a change depends on the room.
        return [one for one in found if one.kind is not Kind.CHANGES]

    def walking(self, place: Place) -> list[Violation]:
        """Return for whom the way from or to the venue is too long."""
        if not self.far:
            return []
        found = of_event(self.planning, self.event.id, place, self.elsewhere)
        return [one for one in found if one.kind is Kind.WALKING]

    def in_room(self, room: RoomFacts, place: Place, during: Interval) -> list[Violation]:
        """Return what speaks against a room at a time: what it is, who is in it, and that it is another one."""
        event, rules, held = self.event, self.planning.rules, Held(self.event, place, during)
        found = []
        if rules.weight(Kind.ROOM):
            for other in self.taken.by(room.id, during):
                first, second = sorted((held, other), key=lambda one: (one.during, one.event.code))
                found.append(in_one_room(first, second, room.id, rules.turnover))
        closed = closed_during(self.planning, room, held) if rules.weight(Kind.CLOSED) else None
        if closed is not None:
            found.append(Violation(Kind.CLOSED, (event.id,), room.id, closed))
        found += [
            Violation(kind, (event.id,), room.id, during, amount, words)
            for kind, amount, words in unsuited(event, room)
            if kind is Kind.SAFETY or rules.weight(kind)
        ]
        if rules.weight(Kind.ROOM_SIZE) and not found:
            # So far everything is hard; a room that cannot be had is not compared with smaller ones.
            smaller = smaller_room(self.table, held, self.taken, self.sized)
            found += [smaller] if smaller is not None else []
        if rules.weight(Kind.CHANGES) and changed(event, place):
            found.append(Violation(Kind.CHANGES, (event.id,), 0, during))
        return found
