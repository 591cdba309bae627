"""What the auto-scheduler decides: which events, at which times, in which rooms, at what price. Pure.

Everything is counted by index: events, times and rooms in the tuples of a :class:`Problem`; sets of rooms are the bits of
an int. Hard constraints against what stays are already in ``choices``; soft ones against what stays are in ``costs``.
All prices are the conference's weights, so that they add up to ``constraints.penalty``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import Any

from eventsapp.core.intervals import Interval
from eventsapp.programme import constraints
from eventsapp.programme.constraints import NEXT_WITHIN, Held
from eventsapp.programme.enums import PairKind
from eventsapp.programme.facts import EventFacts, Kind, Planning, RoomFacts, half_of
from eventsapp.programme.options import times as times_of
from eventsapp.programme.releases import NOWHERE, Place

STEP = timedelta(minutes=30)
"""Events of a type without slots may start so often."""


@dataclass(frozen=True, slots=True)
class Options:
    """What may be moved. ``moving`` is the price of moving an event away from its place in the working programme."""

    event_ids: frozenset[int] | None = None
    """Exactly these (those that are pinned stay); None: all that have no complete place yet."""
    keep_placed: bool = True
    """Without ``event_ids``: whether those that have a complete place stay."""
    moving: int = 0


@dataclass(frozen=True, slots=True)
class Time:
    """When an event can take place; ``start`` and ``end`` are minutes since 1970 (UTC)."""

    day: date
    during: Interval
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Events of which each two at once cost ``weight``."""

    weight: int
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two events to be placed, one of which comes before the other (ORDER) or next to it (NEXT)."""

    kind: Kind
    first: int
    second: int
    weight: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that it costs ``weight`` not to keep, as far as it is known."""

    weight: int
    place: Place

    def kept_at(self, time: Time) -> bool:
        """Return whether a time agrees with it."""
        wanted = self.place
        return (
            wanted.day in (None, time.day)
            and wanted.end_day is None
            and wanted.starts_at in (None, time.during.start)
            and wanted.ends_at in (None, time.during.end)
        )


@dataclass(frozen=True, slots=True)
class Share:
    """A group that shall have its share of the best slots: members to be placed, and what those that stay have."""

    members: tuple[int, ...]
    size: int
    best: int


@dataclass(frozen=True)
class Problem:
    """See the module. ``fixed`` are the places of all that stays."""

    planning: Planning
    options: Options
    events: tuple[EventFacts, ...]
    fixed: Mapping[int, Place]
    rooms: tuple[RoomFacts, ...]
    times: tuple[Time, ...]
    choices: tuple[Mapping[int, int], ...]
    """For each event: time → rooms (never none) in which nothing that stays forbids it."""
    costs: tuple[Mapping[int, int], ...]
    """For each event: time → price by itself and beside what stays."""
    free: frozenset[int]
    """Events whose time is to be found; the others only lack a room, and count as being there in any case."""
    missing: tuple[int, ...]
    """For each event: the soft price of staying as it is, apart from not being placed."""
    stays: tuple[Place, ...]
    """For each event: what is known of its place when it is not placed."""
    anchors: tuple[tuple[Anchor, ...], ...]
    exclusive: tuple[tuple[int, ...], ...]
    """Events of which no two may be at once: those of one speaker, or one lead."""
    crowds: tuple[Crowd, ...]
    pairs: tuple[Pair, ...]
    blocks: tuple[tuple[int, ...], ...]
    """For each time: the interpreters' blocks that it touches."""
    teams: Mapping[int, int]
    """Teams that are left in each block; blocks that are missing have no limit."""
    shares: tuple[Share, ...]
    shares_weight: int
    timed: tuple[int, int]
    """Of what stays: events that count for the shares, and those of them in one of the best slots."""
    constant: int
    """The price of what stays, by itself (but for room sizes and shares)."""

    @cached_property
    def turnover(self) -> int:
        """Minutes."""
        return int(self.planning.rules.turnover.total_seconds() // 60)

    @cached_property
    def together(self) -> tuple[int, ...]:
        """For each time: the times that overlap it (itself among them), as bits."""
        return self._meeting(0)

    @cached_property
    def in_room(self) -> tuple[tuple[int, ...], ...]:
        """For each time: the times that cannot be in one room with it, itself among them."""
        return tuple(tuple(bits(mask)) for mask in self._meeting(self.turnover))

    def _meeting(self, margin: int) -> tuple[int, ...]:
        masks = []
        for one in self.times:
            mask = 0
            for n, other in enumerate(self.times):
                if other.start < one.end + margin and one.start < other.end + margin:
                    mask |= 1 << n
            masks.append(mask)
        return tuple(masks)

    @cached_property
    def exclusive_of(self) -> tuple[tuple[int, ...], ...]:
        """For each event: the numbers of its exclusive groups."""
        return _by_member(self.exclusive, len(self.events))

    @cached_property
    def crowds_of(self) -> tuple[tuple[int, ...], ...]:
        """For each event: the numbers of its crowds."""
        return _by_member([crowd.members for crowd in self.crowds], len(self.events))

    @cached_property
    def pairs_of(self) -> tuple[tuple[int, ...], ...]:
        """For each event: the numbers of its pairs."""
        return _by_member([(pair.first, pair.second) for pair in self.pairs], len(self.events))

    @cached_property
    def best(self) -> frozenset[int]:
        """Times that are among the best slots."""
        zone = self.planning.zone
        return frozenset(
            n for n, time in enumerate(self.times) if constraints.best_slot(time.during.start, zone)
        )

    @cached_property
    def unplaced_price(self) -> int:
        """What one event without a place costs: more than any wishes can be worth."""
        return 100 * max(10, *(self.planning.rules.weight(kind) for kind in Kind), self.options.moving)

    def place(self, time: int, room: int) -> Place:
        """Return the place that a time and a room make."""
        at = self.times[time]
        return Place(self.rooms[room].id, at.day, None, at.during.start, at.during.end)

    def pair_price(self, pair: Pair, first: int, second: int) -> int:
        """Return what a pair costs with its events at two times."""
        one, other = self.times[first], self.times[second]
        return 0 if _pair_kept(pair.kind, (one.day, one.during), (other.day, other.during)) else pair.weight


def part(problem: Problem, members: Iterable[int]) -> Problem:
    """Return the problem of some of its events alone: all that stands among them, without shares and constant price."""
    order = sorted(members)
    number = {event: n for n, event in enumerate(order)}

    def of(group: Iterable[int]) -> tuple[int, ...]:
        return tuple(number[event] for event in group if event in number)

    def pick(things: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(things[event] for event in order)

    return replace(
        problem,
        events=pick(problem.events),
        choices=pick(problem.choices),
        costs=pick(problem.costs),
        free=frozenset(of(problem.free)),
        missing=pick(problem.missing),
        stays=pick(problem.stays),
        anchors=pick(problem.anchors),
        exclusive=tuple(group for one in problem.exclusive if len(group := of(one)) > 1),
        crowds=tuple(
            Crowd(crowd.weight, group) for crowd in problem.crowds if len(group := of(crowd.members)) > 1
        ),
        pairs=tuple(
            replace(pair, first=number[pair.first], second=number[pair.second])
            for pair in problem.pairs
            if pair.first in number and pair.second in number
        ),
        shares=(),
        constant=0,
    )


def bits(mask: int) -> Iterable[int]:
    """Yield the numbers of the bits that are set, in order."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _by_member(groups: Iterable[Sequence[int]], count: int) -> tuple[tuple[int, ...], ...]:
    found: list[list[int]] = [[] for _ in range(count)]
    for number, members in enumerate(groups):
        for member in members:
            found[member].append(number)
    return tuple(map(tuple, found))


def _pair_kept(kind: Kind, one: tuple[date | None, Interval], other: tuple[date | None, Interval]) -> bool:
    """As ``constraints`` sees it."""
    if kind is Kind.ORDER:
        return one[1].end <= other[1].start
    first, second = sorted((one, other), key=lambda each: each[1])
    gap = second[1].start - first[1].end
    return first[0] == second[0] and timedelta(0) <= gap <= NEXT_WITHIN


def complete(place: Place) -> bool:
    """Return whether a place has a room, a day, a start and an end."""
    return None not in (place.room_id, place.day, place.starts_at, place.ends_at)


def may_move(planning: Planning, options: Options) -> list[EventFacts]:
    """Return the events that a run places: never pinned or cancelled ones, nor those over several days."""
    found = []
    for event in planning.events.values():
        if not event.takes_place or event.pinned or event.place.end_day is not None:
            continue
        if options.event_ids is not None:
            wanted = event.id in options.event_ids
        else:
            wanted = not options.keep_placed or not complete(event.place)
        if wanted:
            found.append(event)
    return found


def half_hours(planning: Planning, minutes: int) -> list[tuple[date, Interval]]:
    """Return every half-hour at which some room is open for so many minutes, on the days of the conference."""
    length, found = timedelta(minutes=minutes), set()
    for day in planning.days:
        for opening in {planning.open(room, day) for room in planning.rooms.values()}:
            start = opening.start
            while start + length <= opening.end:
                found.add((day, Interval(start, start + length)))
                start += STEP
    return sorted(found)


def make(planning: Planning, options: Options | None = None) -> Problem:
    """Return the problem of placing the events that may move around those that stay."""
    return _Maker(planning, options or Options()).problem()


class _Maker:
    """Builds a problem step by step."""

    def __init__(self, planning: Planning, options: Options) -> None:
        self.planning, self.options, self.rules = planning, options, planning.rules
        self.events = tuple(may_move(planning, options))
        self.stays = tuple(NOWHERE if complete(event.place) else event.place for event in self.events)
        self.ids = {event.id for event in self.events}
        # Whatever has a time and only lacks a room is, but for the room, among what stays.
        self.index = {
            event.id: n for n, event in enumerate(self.events) if self.stays[n].starts_at is None
        }  # fmt: skip
        self.rooms = tuple(planning.rooms.values())
        self.fixed = {
            event.id: event.place
            for event in planning.events.values()
            if event.id not in self.index and event.place != NOWHERE
        }
        self.held = constraints.Timetable(planning, self.fixed).held
        self.at: dict[int, Held] = {}
        for one in self.held:
            self.at.setdefault(one.event.id, one)
        self._times()
        self._cover: dict[tuple[int, ...], list[int]] = {}

    def _times(self) -> None:
        cached: dict[tuple[int, int], list[tuple[date, Interval]]] = {}
        wanted: list[list[tuple[date, Interval]]] = []
        for event, known in zip(self.events, self.stays, strict=True):
            key = (event.type_id, event.minutes)
            if key not in cached:
                cached[key] = times_of(self.planning, event)
            wanted.append(_as_known(event, known, cached[key]))
        every = sorted({one for times in wanted for one in times})
        self.times = tuple(
            Time(day, during, int(during.start.timestamp() // 60), int(during.end.timestamp() // 60))
            for day, during in every
        )
        number = {one: n for n, one in enumerate(every)}
        self.wanted = [[number[one] for one in times] for times in wanted]

    def problem(self) -> Problem:
        """Return what was built."""
        anchors = tuple(self._anchors(event) for event in self.events)
        choices = self._choices()
        crowds, beside = self._crowds()
        return Problem(
            planning=self.planning,
            options=self.options,
            events=self.events,
            fixed=self.fixed,
            rooms=self.rooms,
            times=self.times,
            choices=choices,
            costs=tuple(
                {time: self._cost(n, time, rooms, anchors[n]) + beside[n].get(time, 0) for time, rooms in mine.items()}
                for n, mine in enumerate(choices)
            ),
            free=frozenset(self.index.values()),
            missing=tuple(self._missing(n, anchors[n]) for n in range(len(self.events))),
            stays=self.stays,
            anchors=anchors,
            exclusive=self._exclusive(),
            crowds=crowds,
            pairs=self._pairs(),
            blocks=self._blocks(),
            teams=self._teams(),
            shares=self._shares(),
            shares_weight=self.rules.weight(Kind.SPREAD),
            timed=self._timed(),
            constant=self._constant(),
        )  # fmt: skip

    # --- hard

    def _choices(self) -> tuple[dict[int, int], ...]:
        suited: dict[tuple[object, ...], int] = {}
        free = self._free()
        found = []
        for n, event in enumerate(self.events):
            needs = (event.attendance, event.seats, event.equipment, event.booths, event.step_free)
            if needs not in suited:
                suited[needs] = sum(
                    1 << r for r, room in enumerate(self.rooms) if suits(self.planning, event, room)
                )
            rooms = suited[needs]
            if self.stays[n].room_id is not None:
                rooms &= sum(1 << r for r, room in enumerate(self.rooms) if room.id == self.stays[n].room_id)
            forbidden = self._forbidden(event) if event.id in self.index else set()
            found.append(
                {
                    time: left
                    for time in self.wanted[n]
                    if time not in forbidden and (left := rooms & free[time])
                }
            )
        return tuple(found)

    def _free(self) -> list[int]:
        """Return for each time the rooms that are open and not taken by what stays."""
        margin, index = self.rules.turnover, {room.id: r for r, room in enumerate(self.rooms)}
        closing = self.rules.weight(Kind.CLOSED) > 0
        found = []
        for time in self.times:
            mask = 0
            for r, room in enumerate(self.rooms):
                if not closing or opened(self.planning, room, time.day, time.during):
                    mask |= 1 << r
            found.append(mask)
        for one in self.held:
            if one.place.room_id in index:
                bit = 1 << index[one.place.room_id]
                for n, time in enumerate(self.times):
                    if (
                        one.during.start < time.during.end + margin
                        and time.during.start < one.during.end + margin
                    ):
                        found[n] &= ~bit
        return found

    def _forbidden(self, event: EventFacts) -> set[int]:
        """Return the times at which its people or something that outranks it forbid an event."""
        found: set[int] = set()
        applies = self.rules.weight
        for one in self.held:
            other = one.event
            if (
                (applies(Kind.SPEAKER) and other.speaker_ids & event.speaker_ids)
                or (applies(Kind.LEAD) and other.lead_ids & event.lead_ids)
                or (applies(Kind.OUTRANKED) and outranks(self.planning, event, other))
            ):
                found.update(self._covered(one.during))
        if applies(Kind.ABSENCE):
            for speaker_id in event.speaker_ids:
                speaker = self.planning.speakers.get(speaker_id)
                for absence in speaker.absences if speaker else ():
                    found.update(self._covered(absence))
        return found

    def _covered(self, during: Interval) -> list[int]:
        """Return the times that overlap an interval."""
        key = (int(during.start.timestamp()), int(during.end.timestamp()))
        found = self._cover.get(key)
        if found is None:
            found = [
                n
                for n, time in enumerate(self.times)
                if time.during.start < during.end and during.start < time.during.end
            ]
            self._cover[key] = found
        return found

    def _exclusive(self) -> tuple[tuple[int, ...], ...]:
        groups: dict[tuple[str, int], list[int]] = defaultdict(list)
        for n, event in enumerate(self.events):
            if self.rules.weight(Kind.SPEAKER):
                for id_ in event.speaker_ids:
                    groups["speaker", id_].append(n)
            if self.rules.weight(Kind.LEAD):
                for id_ in event.lead_ids:
                    groups["lead", id_].append(n)
        distinct = sorted(
            {tuple(members) for members in groups.values() if len(members) > 1}, key=lambda g: (-len(g), g)
        )
        kept: list[tuple[int, ...]] = []
        held: dict[int, list[set[int]]] = defaultdict(list)
        for group in distinct:
            if not any(set(group) <= larger for larger in held[group[0]]):
                kept.append(group)
                for member in group:
                    held[member].append(set(group))
        return tuple(kept)

    def _blocks(self) -> tuple[tuple[int, ...], ...]:
        if not self._teams_count():
            return tuple(() for _ in self.times)
        return tuple(self._blocks_of(time.during) for time in self.times)

    def _blocks_of(self, during: Interval) -> tuple[int, ...]:
        return tuple(
            int(at.timestamp() // 60) for at in constraints.blocks(during, self.rules, self.planning.zone)
        )

    def _teams_count(self) -> bool:
        return self.rules.interpreter_teams is not None and self.rules.weight(Kind.INTERPRETERS) > 0

    def _teams(self) -> dict[int, int]:
        if not self._teams_count() or self.rules.interpreter_teams is None:
            return {}
        busy: dict[int, set[int]] = defaultdict(set)
        for one in self.held:
            if one.event.booths:
                for block in self._blocks_of(one.during):
                    busy[block].add(one.event.id)
        every = {block for blocks in self._blocks() for block in blocks}
        return {block: max(0, self.rules.interpreter_teams - len(busy[block])) for block in sorted(every)}

    # --- soft

    def _anchors(self, event: EventFacts) -> tuple[Anchor, ...]:
        found = []
        weight = self.rules.weight(Kind.CHANGES)
        if weight and event.released is not None and event.released.starts_at is not None:
            found.append(Anchor(weight, event.released))
        if self.options.moving and complete(event.place):
            found.append(Anchor(self.options.moving, event.place))
        return tuple(found)

    def _cost(self, n: int, number: int, rooms: int, anchors: tuple[Anchor, ...]) -> int:
        """Return the price of a time for an event by itself."""
        event, time, rules = self.events[n], self.times[number], self.rules
        price = sum(
            anchor.weight
            for anchor in anchors
            if not anchor.kept_at(time) or not self._has(rooms, anchor.place.room_id)
        )
        if event.id not in self.index:
            return price
        if event.wished_days and time.day not in event.wished_days:
            price += rules.weight(Kind.WISHED_DAY)
        if event.wished_halves and half_of(time.during.start, self.planning.zone) not in event.wished_halves:
            price += rules.weight(Kind.WISHED_HALF)
        for speaker_id in event.online_ids & event.speaker_ids:
            speaker = self.planning.speakers.get(speaker_id)
            if speaker and speaker.zone and constraints.at_night(time.during, speaker.zone):
                price += rules.weight(Kind.ONLINE_HOURS)
        return price

    def _has(self, rooms: int, room_id: int | None) -> bool:
        return room_id is None or any(self.rooms[r].id == room_id for r in bits(rooms))

    def _missing(self, n: int, anchors: tuple[Anchor, ...]) -> int:
        event, known = self.events[n], self.stays[n]
        price = sum(
            anchor.weight for anchor in anchors if known != anchor.place and not known.completes(anchor.place)
        )
        if (
            event.id in self.index
            and event.wished_days
            and known.day is not None
            and known.day not in event.wished_days
        ):
            price += self.rules.weight(Kind.WISHED_DAY)
        return price

    def _crowds(self) -> tuple[tuple[Crowd, ...], list[dict[int, int]]]:
        """Return what it costs to be at once: among those to be placed, and for each beside what stays."""
        among: dict[tuple[int, ...], int] = defaultdict(int)
        beside: list[dict[int, int]] = [defaultdict(int) for _ in self.events]
        themes: dict[int, list[EventFacts]] = defaultdict(list)
        organizations: dict[int, list[EventFacts]] = defaultdict(list)
        for event in self.planning.events.values():
            if event.id in self.index or event.id in self.at:
                for id_ in event.theme_ids:
                    themes[id_].append(event)
                for id_ in event.lead_ids | event.co_ids:
                    organizations[id_].append(event)
        if weight := self.rules.weight(Kind.THEME):
            for members in themes.values():
                self._crowd(members, weight, among, beside)
        if weight := self.rules.weight(Kind.CO_ORGANIZER):
            for id_, members in organizations.items():
                leads = [event for event in members if id_ in event.lead_ids]
                if len(leads) == len(members):
                    continue
                if len(leads) < 2 or self.rules.weight(Kind.LEAD):
                    # Two that it leads are never at once anyway: they need not be left out.
                    self._crowd(members, weight, among, beside)
                else:
                    for one, other in combinations(members, 2):
                        if not (one in leads and other in leads):
                            self._crowd([one, other], weight, among, beside)
        if weight := self.rules.weight(Kind.APART):
            for pair in self.planning.pairs:
                if pair.kind is PairKind.APART:
                    both = [self.planning.events[id_] for id_ in (pair.first_id, pair.second_id)]
                    self._crowd(
                        [one for one in both if one.id in self.index or one.id in self.at],
                        weight,
                        among,
                        beside,
                    )
        self._fixed_pairs(beside)
        return tuple(Crowd(weight, members) for members, weight in sorted(among.items())), beside

    def _crowd(
        self,
        events: list[EventFacts],
        weight: int,
        among: dict[tuple[int, ...], int],
        beside: list[dict[int, int]],
    ) -> None:
        movable = tuple(sorted(self.index[event.id] for event in events if event.id in self.index))
        if len(movable) > 1:
            among[movable] += weight
        if not movable:
            return
        counts: dict[int, set[int]] = defaultdict(set)
        ids = {event.id for event in events} - self.index.keys()
        for id_ in ids:
            for one in self._days_of.get(id_, ()):
                for time in self._covered(one.during):
                    counts[time].add(id_)
        for n in movable:
            for time, there in counts.items():
                beside[n][time] += weight * len(there)

    @cached_property
    def _days_of(self) -> dict[int, list[Held]]:
        found: dict[int, list[Held]] = defaultdict(list)
        for one in self.held:
            found[one.event.id].append(one)
        return found

    def _fixed_pairs(self, beside: list[dict[int, int]]) -> None:
        """Add the price of pairs one of which stays."""
        for kind, first_id, second_id, weight in self._wanted_pairs():
            if (first_id in self.index) == (second_id in self.index):
                continue
            moving, other = (first_id, second_id) if first_id in self.index else (second_id, first_id)
            there = self.at.get(other)
            if there is None:
                continue
            theirs = (there.place.day, there.during)
            for n, time in enumerate(self.times):
                mine = (time.day, time.during)
                both = (mine, theirs) if moving == first_id else (theirs, mine)
                if not _pair_kept(kind, *both):
                    beside[self.index[moving]][n] += weight

    def _wanted_pairs(self) -> Iterable[tuple[Kind, int, int, int]]:
        for pair in self.planning.pairs:
            if pair.kind is PairKind.APART:
                continue
            kind = Kind.ORDER if pair.kind is PairKind.BEFORE else Kind.NEXT
            weight = self.rules.weight(kind)
            if weight:
                yield kind, pair.first_id, pair.second_id, weight

    def _pairs(self) -> tuple[Pair, ...]:
        return tuple(
            Pair(kind, self.index[first], self.index[second], weight)
            for kind, first, second, weight in self._wanted_pairs()
            if first in self.index and second in self.index
        )

    def _counts_for_shares(self, event: EventFacts) -> bool:
        return event.rank < self.rules.sole_rank

    def _timed(self) -> tuple[int, int]:
        held = [one for one in self.at.values() if self._counts_for_shares(one.event)]
        best = sum(constraints.best_slot(one.during.start, self.planning.zone) for one in held)
        return len(held), best

    def _shares(self) -> tuple[Share, ...]:
        if not self.rules.weight(Kind.SPREAD):
            return ()
        groups: dict[tuple[int, str], list[EventFacts]] = defaultdict(list)
        for event in self.planning.events.values():
            if self._counts_for_shares(event) and (event.id in self.index or event.id in self.at):
                for group in constraints.groups_of(self.planning, event):
                    groups[group].append(event)
        found = []
        for _group, events in sorted(groups.items()):
            members = tuple(self.index[event.id] for event in events if event.id in self.index)
            if members and len(events) >= constraints.SPREAD_FROM:
                best = sum(
                    constraints.best_slot(self.at[event.id].during.start, self.planning.zone)
                    for event in events
                    if event.id in self.at
                )
                found.append(Share(members, len(events), best))
        return tuple(found)

    def _constant(self) -> int:
        left_out = {Kind.SPREAD, Kind.ROOM_SIZE}
        found = constraints.find(self.planning, self.fixed, kinds=set(Kind) - left_out)
        alone = [
            one
            for one in found
            if not self.index.keys() & set(one.event_ids)
            and not (one.kind is Kind.CHANGES and one.event_ids[0] in self.ids)
        ]
        return constraints.penalty(alone, self.rules)


def _as_known(
    event: EventFacts, known: Place, times: list[tuple[date, Interval]]
) -> list[tuple[date, Interval]]:
    """Keep to what is known of a place already: a day, or a day and a start (whatever the slots are)."""
    if known.day is None:
        return times
    if known.starts_at is None:
        return [one for one in times if one[0] == known.day]
    end = known.ends_at or known.starts_at + timedelta(minutes=event.minutes)
    return [(known.day, Interval(known.starts_at, end))]


def opened(planning: Planning, room: RoomFacts, day: date, during: Interval) -> bool:
    """Return whether a room is open for the whole of an interval of a day."""
    opening = planning.open(room, day)
    return (
        opening.start <= during.start
        and during.end <= opening.end
        and not any(closure.start < during.end and during.start < closure.end for closure in room.closures)
    )


def lacks(planning: Planning, event: EventFacts, room: RoomFacts) -> list[Kind]:
    """Return the hard constraints that apply and for which a room never does for an event."""
    return [
        kind
        for kind, _amount, _words in constraints.unsuited(event, room)
        if kind is Kind.SAFETY or planning.rules.weight(kind)
    ]


def suits(planning: Planning, event: EventFacts, room: RoomFacts) -> bool:
    """Return whether a room does for an event, whenever it is."""
    return not lacks(planning, event, room)


def outranks(planning: Planning, one: EventFacts, other: EventFacts) -> bool:
    """Return whether two events cannot be at once because nothing runs beside one of them."""
    return one.rank != other.rank and max(one.rank, other.rank) >= planning.rules.sole_rank
