"""What a timetable does not respect, found in bulk. Pure.

One function for each family of constraints takes the same :class:`Timetable` (a planning with places in it) and yields
violations. Intervals are half-open: events that only touch do not overlap. What is not known violates nothing.

Sources: the constraints that conferences state for their rooms, speakers and partners; the names are those of
``facts.Kind``. The objective of a timetable is :func:`penalty`: the weight of each soft violation, once.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import combinations, islice
from zoneinfo import ZoneInfo

from eventsapp.core.intervals import Interval, overlaps
from eventsapp.programme.enums import PairKind
from eventsapp.programme.facts import (
    BLOCK,
    HARD,
    NIGHT,
    EventFacts,
    Kind,
    Planning,
    RoomFacts,
    Rules,
    Severity,
    half_of,
)
from eventsapp.programme.releases import NOWHERE, Place

NEXT_WITHIN = timedelta(minutes=30)
"""Two events that should be next to each other may have so much time between them."""
FAIR_SHARE = 0.5
"""A group has too few of the best slots with less than this part of its share of them."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that a timetable does not respect.

    ``event_ids`` are one event, the two that stand against each other, or all of a group, the earlier ones first.
    ``subject_id`` is what is wanted twice or missing: a room, an organization, a speaker, a theme or a constituency; 0 if
    nothing is. ``during`` is when (None: at no particular time); ``amount`` how much: persons too many, booths or teams or
    minutes missing; ``words`` further names, such as the missing equipment or a country.
    """

    kind: Kind
    event_ids: tuple[int, ...]
    subject_id: int = 0
    during: Interval | None = None
    amount: int = 0
    words: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """Hard or soft."""
        return Severity.HARD if self.kind in HARD else Severity.SOFT

    def concerns(self, event_id: int) -> bool:
        """Return whether it is about an event."""
        return event_id in self.event_ids


@dataclass(frozen=True, slots=True)
class Held:
    """An event at a place, on one of its days."""

    event: EventFacts
    place: Place
    during: Interval


class Timetable:
    """A planning with places in it: those of the working programme, or others. Only ``wanted`` kinds are looked for."""

    def __init__(
        self,
        planning: Planning,
        places: Mapping[int, Place] | None = None,
        wanted: Collection[Kind] = frozenset(Kind),
    ) -> None:
        self.planning = planning
        self.wanted = wanted
        self.rules = planning.rules
        self.zone = planning.zone
        self._places = places

    def place(self, event_id: int) -> Place:
        """Return where an event is."""
        if self._places is None:
            return self.planning.events[event_id].place
        return self._places.get(event_id, NOWHERE)

    @cached_property
    def held(self) -> list[Held]:
        """Every event that takes place and has a time, once for each of its days, in order of time and code."""
        found = [
            Held(event, place, during)
            for event in self.planning.events.values()
            if event.takes_place
            for place in (self.place(event.id),)
            for during in event.intervals(place, self.zone)
        ]
        return sorted(found, key=lambda one: (one.during, one.event.code))

    @cached_property
    def at(self) -> dict[int, Held]:
        """The first day of each event that has a time."""
        found: dict[int, Held] = {}
        for one in self.held:
            found.setdefault(one.event.id, one)
        return found

    def room(self, place: Place) -> RoomFacts | None:
        """Return the room of a place; None when it has none."""
        return self.planning.rooms.get(place.room_id) if place.room_id is not None else None


def find(
    planning: Planning, places: Mapping[int, Place] | None = None, *, kinds: Iterable[Kind] | None = None
) -> list[Violation]:
    """Return all that a timetable does not respect: hard ones first, then in order of time.

    ``places`` (event id → place) stands for the working programme's; events that are missing in it have none. Only
    ``kinds`` when they are given, and never those of weight 0. Sorting and sweeping: n log n plus what is found.
    """
    asked = Kind if kinds is None else kinds
    wanted = {kind for kind in asked if kind is Kind.SAFETY or planning.rules.weight(kind) > 0}
    table = Timetable(planning, places, wanted)
    found = [
        violation
        for check, gives in _CHECKS
        if wanted & gives
        for violation in check(table)
        if violation.kind in wanted
    ]
    return sorted(found, key=lambda one: _order(one, planning))


def of_event(
    planning: Planning, event_id: int, place: Place, places: Mapping[int, Place] | None = None
) -> list[Violation]:
    """Return what concerns an event if it were at ``place`` and all others where they are (or at ``places``).

    The spread of the best slots is a matter of the whole timetable, and not in it. One look at each event, and a closer
    one at those that have something in common with it.
    """
    event = planning.events[event_id]
    around = {event_id: place}
    sharing = {event_id: event}
    partners = {
        id_
        for pair in planning.pairs
        if event_id in (pair.first_id, pair.second_id)
        for id_ in (pair.first_id, pair.second_id)
    }
    mine = event.intervals(place, planning.zone)
    margin = max(planning.rules.turnover, planning.rules.walking)
    if event.booths and planning.rules.interpreter_teams is not None:
        margin = max(margin, BLOCK)
    for other in planning.events.values():
        if other.id == event_id:
            continue
        there = other.place if places is None else places.get(other.id, NOWHERE)
        if other.id in partners or (mine and _near(mine, there, margin)):
            around[other.id] = there
            if other.id in partners or _shares(event, place, other, there, planning.rules):
                sharing[other.id] = other
    few = replace(planning, events=sharing)
    found = find(few, around, kinds=set(Kind) - {Kind.SPREAD, Kind.ROOM_SIZE})
    found = [violation for violation in found if violation.concerns(event_id)]
    if planning.rules.weight(Kind.ROOM_SIZE) and mine:
        table = Timetable(replace(planning, events={id_: planning.events[id_] for id_ in around}), around)
        held = table.at.get(event_id)
        smaller = smaller_room(table, held, Taken(table), by_size(planning)) if held is not None else None
        found += [smaller] if smaller is not None else []
    return found


def _near(mine: Sequence[Interval], there: Place, margin: timedelta) -> bool:
    if there.starts_at is None:
        return False
    if there.end_day is not None:
        return True
    end = there.ends_at or there.starts_at + timedelta(minutes=1)
    return any(there.starts_at < one.end + margin and one.start < end + margin for one in mine)


def _shares(event: EventFacts, place: Place, other: EventFacts, there: Place, rules: Rules) -> bool:
    """Return whether two events can stand against each other at all."""
    return bool(
        (place.room_id is not None and place.room_id == there.room_id)
        or event.speaker_ids & other.speaker_ids
        or (event.lead_ids | event.co_ids) & (other.lead_ids | other.co_ids)
        or event.theme_ids & other.theme_ids
        or (event.booths and other.booths)
        or max(event.rank, other.rank) >= rules.sole_rank
    )


def penalty(violations: Iterable[Violation], rules: Rules) -> int:
    """Return the objective of a timetable: the sum of the weights of all soft violations."""
    return sum(rules.weight(one.kind) for one in violations if one.severity is Severity.SOFT)


def facts_of(violation: Violation, planning: Planning, places: Mapping[int, Place] | None = None) -> str:
    """Return a digest (64 hex digits) of all that makes a violation: it changes when one of its facts does."""
    table = Timetable(planning, places)
    facts = [
        violation.kind.value,
        violation.subject_id,
        violation.amount,
        violation.words,
        violation.during and (violation.during.start.isoformat(), violation.during.end.isoformat()),
        [(id_, str(table.place(id_))) for id_ in sorted(violation.event_ids)],
    ]
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def _order(violation: Violation, planning: Planning) -> tuple[object, ...]:
    at = violation.during.start.timestamp() if violation.during else float("inf")
    codes = tuple(planning.events[id_].code for id_ in violation.event_ids)
    return (
        violation.kind not in HARD,
        at,
        list(Kind).index(violation.kind),
        codes,
        violation.subject_id,
        violation.words,
    )


# --- rooms


def _rooms(table: Timetable) -> Iterator[Violation]:
    """Two events in a room at once, or too soon after each other."""
    by_room: dict[int, list[Held]] = defaultdict(list)
    for one in table.held:
        if one.place.room_id is not None:
            by_room[one.place.room_id].append(one)
    turnover = table.rules.turnover
    for room_id, held in by_room.items():
        wide = [(Interval(one.during.start, one.during.end + turnover), n) for n, one in enumerate(held)]
        seen: set[tuple[int, int]] = set()
        for a, b, _common in overlaps(wide):
            first, second = held[min(a, b)], held[max(a, b)]
            pair = (first.event.id, second.event.id)
            if pair[0] == pair[1] or pair in seen:
                continue
            seen.add(pair)
            yield in_one_room(first, second, room_id, turnover)


def in_one_room(first: Held, second: Held, room_id: int, turnover: timedelta) -> Violation:
    """Return that two events, the earlier one first, are in a room at once or with less than ``turnover`` between."""
    pair = (first.event.id, second.event.id)
    common = first.during.meet(second.during)
    if common is not None:
        return Violation(Kind.ROOM, pair, room_id, common)
    gap = second.during.start - first.during.end
    # Even without any time between them it is said from when to when they stand against each other.
    during = Interval(first.during.end, second.during.start) if gap else second.during
    return Violation(Kind.ROOM, pair, room_id, during, int((turnover - gap).total_seconds() // 60))


def _room_facts(table: Timetable) -> Iterator[Violation]:
    """What a room is or has: it is open, large enough, equipped, reached without steps."""
    told: set[int] = set()
    for one in table.held:
        room, event = table.room(one.place), one.event
        if room is None:
            continue
        closed = closed_during(table.planning, room, one)
        if closed is not None:
            yield Violation(Kind.CLOSED, (event.id,), room.id, closed)
        if event.id not in told:
            told.add(event.id)
            yield from _suits(event, room, one.during)
    for event in table.planning.events.values():
        # Without a time the room is known, or not, all the same.
        place = table.place(event.id)
        room = table.room(place)
        if event.takes_place and event.id not in told and room is not None:
            yield from _suits(event, room, None)


def closed_during(planning: Planning, room: RoomFacts, held: Held) -> Interval | None:
    """Return the first part of the time of an event in which its room is not open; None when it always is."""
    day = held.place.day if held.place.end_day is None else held.during.start.astimezone(planning.zone).date()
    assert day is not None
    open_ = planning.open(room, day)
    if held.during.start < open_.start:
        return Interval(held.during.start, min(held.during.end, open_.start))
    if held.during.end > open_.end:
        return Interval(max(held.during.start, open_.end), held.during.end)
    return next((common for one in room.closures if (common := one.meet(held.during)) is not None), None)


def unsuited(event: EventFacts, room: RoomFacts) -> Iterator[tuple[Kind, int, tuple[str, ...]]]:
    """Yield (kind, amount, words) for each reason why a room does not do for an event, whenever it is."""
    expected = event.attendance or 0
    if room.capacity is not None and expected > room.capacity:
        yield Kind.CAPACITY, expected - room.capacity, ()
    persons = max(expected, event.seats or 0)
    if room.safety_limit is not None and persons > room.safety_limit:
        yield Kind.SAFETY, persons - room.safety_limit, ()
    missing = event.equipment - room.equipment
    if missing:
        yield Kind.EQUIPMENT, len(missing), tuple(sorted(missing))
    if room.booths is not None and event.booths > room.booths:
        yield Kind.BOOTHS, event.booths - room.booths, ()
    if event.step_free and room.step_free is False:
        yield Kind.STEP_FREE, 0, ()


def _suits(event: EventFacts, room: RoomFacts, during: Interval | None) -> Iterator[Violation]:
    for kind, amount, words in unsuited(event, room):
        yield Violation(kind, (event.id,), room.id, during, amount, words)


class Taken:
    """When each room is taken and by what, for asking quickly."""

    def __init__(self, table: Timetable) -> None:
        self.turnover = table.rules.turnover
        self._held: dict[int, list[Held]] = defaultdict(list)
        # In order of time already.
        for one in table.held:
            if one.place.room_id is not None:
                self._held[one.place.room_id].append(one)
        lengths = [one.during.end - one.during.start for one in table.held]
        self._longest = max(lengths, default=timedelta(0)) + self.turnover

    def by(self, room_id: int, during: Interval) -> Iterator[Held]:
        """Yield what is in a room then, or too soon before or after."""
        held = self._held.get(room_id, [])
        first = bisect_left(held, during.start - self._longest, key=lambda one: one.during.start)
        for other in islice(held, first, None):
            if other.during.start >= during.end + self.turnover:
                return
            if during.start < other.during.end + self.turnover:
                yield other

    def free(self, room_id: int, during: Interval, *, but: int | None = None) -> bool:
        """Return whether nothing is in a room then (event ``but`` not counted), nor too soon before or after."""
        return all(one.event.id == but for one in self.by(room_id, during))


def by_size(planning: Planning) -> list[RoomFacts]:
    """Return the rooms whose capacity is known, the smallest first."""
    sized = [room for room in planning.rooms.values() if room.capacity is not None]
    return sorted(sized, key=lambda room: (room.capacity or 0, room.id))


def smaller_room(table: Timetable, held: Held, taken: Taken, sized: Sequence[RoomFacts]) -> Violation | None:
    """Return the smallest room that would do and stands empty while an event is in a larger one, as a violation."""
    room, event = table.room(held.place), held.event
    if room is None or room.capacity is None or event.attendance is None or held.place.end_day is not None:
        return None
    for smaller in sized:
        if smaller.capacity is None or smaller.capacity >= room.capacity:
            return None
        if (
            smaller.capacity >= event.attendance
            and taken.free(smaller.id, held.during)
            and next(unsuited(event, smaller), None) is None
            and closed_during(table.planning, smaller, held) is None
        ):
            wasted = room.capacity - smaller.capacity
            return Violation(Kind.ROOM_SIZE, (event.id,), smaller.id, held.during, wasted)
    return None


def _room_size(table: Timetable) -> Iterator[Violation]:
    """Events in rooms larger than they need."""
    taken, sized = Taken(table), by_size(table.planning)
    for held in table.at.values():
        found = smaller_room(table, held, taken, sized)
        if found is not None:
            yield found


# --- people and organizations


def _subjects(table: Timetable) -> Iterator[Violation]:
    """Speakers, leads, co-organizers and themes that are in two places at once."""
    wanted: dict[tuple[Kind, int], list[int]] = defaultdict(list)
    held = table.held
    organizations = bool({Kind.LEAD, Kind.CO_ORGANIZER} & set(table.wanted))
    for n, one in enumerate(held):
        if Kind.SPEAKER in table.wanted:
            for speaker_id in one.event.speaker_ids:
                wanted[Kind.SPEAKER, speaker_id].append(n)
        if organizations:
            for organization_id in one.event.lead_ids | one.event.co_ids:
                wanted[Kind.LEAD, organization_id].append(n)
        if Kind.THEME in table.wanted:
            for theme_id in one.event.theme_ids:
                wanted[Kind.THEME, theme_id].append(n)
    seen: set[tuple[Kind, int, int, int]] = set()
    for (kind, subject_id), numbers in wanted.items():
        if len(numbers) < 2:
            continue
        for a, b, common in overlaps((held[n].during, n) for n in numbers):
            first, second = held[min(a, b)].event, held[max(a, b)].event
            if first.id == second.id:
                continue
            said = kind
            if kind is Kind.LEAD and not (subject_id in first.lead_ids and subject_id in second.lead_ids):
                said = Kind.CO_ORGANIZER
            key = (said, subject_id, first.id, second.id)
            if key not in seen:
                seen.add(key)
                yield Violation(said, (first.id, second.id), subject_id, common)


def _absences(table: Timetable) -> Iterator[Violation]:
    """Speakers who cannot come, and speakers online in the middle of their night."""
    for one in table.held:
        for speaker_id in sorted(one.event.speaker_ids):
            speaker = table.planning.speakers.get(speaker_id)
            if speaker is None:
                continue
            away = next((c for gone in speaker.absences if (c := gone.meet(one.during)) is not None), None)
            if away is not None:
                yield Violation(Kind.ABSENCE, (one.event.id,), speaker_id, away)
            if speaker_id in one.event.online_ids and speaker.zone and at_night(one.during, speaker.zone):
                yield Violation(
                    Kind.ONLINE_HOURS, (one.event.id,), speaker_id, one.during, words=(speaker.zone,)
                )


def at_night(during: Interval, zone: str) -> bool:
    """Return whether some of an interval is in the night (``NIGHT``) of a zone."""
    tz = ZoneInfo(zone)
    start, end = during.start.astimezone(tz), (during.end - timedelta(seconds=1)).astimezone(tz)
    starts, ends = NIGHT
    return (
        not (ends <= start.time() < starts) or not (ends <= end.time() < starts) or start.date() != end.date()
    )


def _outranked(table: Timetable) -> Iterator[Violation]:
    """Events beside one that nothing of a lower rank may run beside."""
    sole = {n for n, one in enumerate(table.held) if one.event.rank >= table.rules.sole_rank}
    if not sole:
        return
    seen: set[tuple[int, int]] = set()
    for a, b, common in overlaps((one.during, n) for n, one in enumerate(table.held)):
        if a not in sole and b not in sole:
            continue
        higher, lower = sorted((table.held[a].event, table.held[b].event), key=lambda event: -event.rank)
        key = (higher.id, lower.id)
        if higher.rank > lower.rank and key not in seen:
            seen.add(key)
            yield Violation(Kind.OUTRANKED, key, 0, common)


def block_of(at: datetime, table_rules: Rules, zone: ZoneInfo) -> datetime:
    """Return the start of the interpreters' block of three hours in which an instant lies; blocks begin with the day."""
    local = at.astimezone(zone)
    start = datetime.combine(local.date(), table_rules.day_starts, tzinfo=zone)
    if local < start:
        start = datetime.combine(local.date() - timedelta(days=1), table_rules.day_starts, tzinfo=zone)
    # Counted in real hours from the beginning of the day: a change of clocks does not make a block longer.
    begun = (at - start).total_seconds() // BLOCK.total_seconds()
    return (start.astimezone(at.tzinfo) + begun * BLOCK) if at.tzinfo else start


def blocks(during: Interval, rules: Rules, zone: ZoneInfo) -> list[datetime]:
    """Return the starts of all interpreters' blocks that an interval touches."""
    found = [block_of(during.start, rules, zone)]
    while (following := found[-1] + BLOCK) < during.end:
        found.append(following)
    return found


def _interpreters(table: Timetable) -> Iterator[Violation]:
    """More interpreted events in a block than there are teams: a team works for one event in each block."""
    teams = table.rules.interpreter_teams
    if teams is None:
        return
    by_block: dict[datetime, list[int]] = defaultdict(list)
    for one in table.held:
        if one.event.booths:
            for block in blocks(one.during, table.rules, table.zone):
                by_block[block].append(one.event.id)
    for block, event_ids in by_block.items():
        distinct = tuple(dict.fromkeys(event_ids))
        if len(distinct) > teams:
            yield Violation(
                Kind.INTERPRETERS, distinct, 0, Interval(block, block + BLOCK), len(distinct) - teams
            )


def _walking(table: Timetable) -> Iterator[Violation]:
    """Speakers and leads with too little time from one venue to the next."""
    if not table.rules.walking:
        return
    ways: dict[tuple[str, int], list[Held]] = defaultdict(list)
    for one in table.held:
        if table.room(one.place) is not None:
            for speaker_id in one.event.speaker_ids - one.event.online_ids:
                ways["speaker", speaker_id].append(one)
            for organization_id in one.event.lead_ids:
                ways["lead", organization_id].append(one)
    seen: set[tuple[int, int]] = set()
    for (who, subject_id), held in sorted(ways.items()):
        for first, second in combinations(held, 2):
            gap = second.during.start - first.during.end
            if gap >= table.rules.walking:
                continue
            here, there = table.room(first.place), table.room(second.place)
            pair = (first.event.id, second.event.id)
            if (
                gap >= timedelta(0)
                and here is not None
                and there is not None
                and here.venue_id != there.venue_id
                and pair[0] != pair[1]
                and pair not in seen
            ):
                seen.add(pair)
                missing = int((table.rules.walking - gap).total_seconds() // 60)
                during = Interval(first.during.start, second.during.end)
                yield Violation(Kind.WALKING, pair, subject_id, during, missing, (who,))


# --- wishes


def _pairs(table: Timetable) -> Iterator[Violation]:
    """What two events want of each other. Nothing is said while one of them has no time."""
    for pair in table.planning.pairs:
        first, second = table.at.get(pair.first_id), table.at.get(pair.second_id)
        if first is None or second is None:
            continue
        if second.during < first.during and pair.kind is not PairKind.BEFORE:
            first, second = second, first
        ids = (first.event.id, second.event.id)
        whole = Interval(
            min(first.during.start, second.during.start), max(first.during.end, second.during.end)
        )
        if pair.kind is PairKind.APART:
            common = first.during.meet(second.during)
            if common is not None:
                yield Violation(Kind.APART, ids, 0, common)
        elif pair.kind is PairKind.BEFORE:
            if first.during.end > second.during.start:
                yield Violation(Kind.ORDER, ids, 0, whole)
        elif (
            first.place.day != second.place.day
            or not timedelta(0) <= second.during.start - first.during.end <= NEXT_WITHIN
        ):
            yield Violation(Kind.NEXT, ids, 0, whole)


def _wishes(table: Timetable) -> Iterator[Violation]:
    """Days and half-days that were wished for."""
    for event in table.planning.events.values():
        place = table.place(event.id)
        if not event.takes_place or place.day is None:
            continue
        held = table.at.get(event.id)
        during = held.during if held else None
        if event.wished_days and place.day not in event.wished_days:
            yield Violation(Kind.WISHED_DAY, (event.id,), 0, during)
        if event.wished_halves and held is not None:
            half = half_of(held.during.start, table.zone)
            if half not in event.wished_halves:
                yield Violation(Kind.WISHED_HALF, (event.id,), 0, during, words=(half.value,))


def _changes(table: Timetable) -> Iterator[Violation]:
    """Events that are not where and when the newest release has them."""
    for event in table.planning.events.values():
        place, held = table.place(event.id), table.at.get(event.id)
        if changed(event, place):
            yield Violation(Kind.CHANGES, (event.id,), 0, held.during if held else None)


def changed(event: EventFacts, place: Place) -> bool:
    """Return whether an event at a place is not where and when the newest release has it.

    What was "to be announced" may still become anything.
    """
    released = event.released
    if released is None or released.starts_at is None or not event.takes_place:
        return False
    return not place.completes(released)


def best_slot(at: datetime, zone: ZoneInfo) -> bool:
    """Return whether a start is one of the best: from 10:00 until before 16:00, when most people are there."""
    return 10 <= at.astimezone(zone).hour < 16


def groups_of(planning: Planning, event: EventFacts) -> list[tuple[int, str]]:
    """Return the groups among which the best slots are spread: (constituency id, "") and (0, country of a lead)."""
    countries = {planning.organization_regions.get(id_) for id_ in event.lead_ids} - {None}
    return [(id_, "") for id_ in sorted(event.constituency_ids)] + [
        (0, one) for one in sorted(map(str, countries))
    ]


SPREAD_FROM = 3
"""Groups with fewer timed events are not looked at."""


def _spread(table: Timetable) -> Iterator[Violation]:
    """Groups (constituencies, countries of leads) with less than half of their share of the best slots."""
    timed = [one for one in table.at.values() if one.event.rank < table.rules.sole_rank]
    best = [one for one in timed if best_slot(one.during.start, table.zone)]
    if not best:
        return
    share = len(best) / len(timed)
    members: dict[tuple[int, str], list[Held]] = defaultdict(list)
    for one in timed:
        for group in groups_of(table.planning, one.event):
            members[group].append(one)
    for (subject_id, country), held in sorted(members.items()):
        have = sum(best_slot(one.during.start, table.zone) for one in held)
        due = int(FAIR_SHARE * share * len(held))
        if len(held) >= SPREAD_FROM and have < due:
            ids = tuple(one.event.id for one in held)
            yield Violation(Kind.SPREAD, ids, subject_id, None, due - have, (country,) if country else ())


_CHECKS: Sequence[tuple[Callable[[Timetable], Iterator[Violation]], frozenset[Kind]]] = (
    (_rooms, frozenset({Kind.ROOM})),
    (
        _room_facts,
        frozenset({Kind.CLOSED, Kind.CAPACITY, Kind.SAFETY, Kind.EQUIPMENT, Kind.BOOTHS, Kind.STEP_FREE}),
    ),
    (_subjects, frozenset({Kind.SPEAKER, Kind.LEAD, Kind.CO_ORGANIZER, Kind.THEME})),
    (_absences, frozenset({Kind.ABSENCE, Kind.ONLINE_HOURS})),
    (_outranked, frozenset({Kind.OUTRANKED})),
    (_interpreters, frozenset({Kind.INTERPRETERS})),
    (_pairs, frozenset({Kind.APART, Kind.ORDER, Kind.NEXT})),
    (_wishes, frozenset({Kind.WISHED_DAY, Kind.WISHED_HALF})),
    (_room_size, frozenset({Kind.ROOM_SIZE})),
    (_spread, frozenset({Kind.SPREAD})),
    (_walking, frozenset({Kind.WALKING})),
    (_changes, frozenset({Kind.CHANGES})),
)
