"""What is placed so far, and what may still be placed where, kept up to date move by move. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from eventsapp.programme.facts import Kind
from eventsapp.programme.scheduling.problem import Problem, bits

_OUTRANKED = Kind.OUTRANKED


class Board:
    """Events of a problem at times and in rooms, never against a hard constraint.

    ``at`` is event → (time, room). Counts of what is around make :meth:`choices` and :meth:`price` quick.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.at: dict[int, tuple[int, int]] = {}
        self._together = [tuple(bits(mask)) for mask in problem.together]
        times = len(problem.times)
        self._rooms = [[0] * len(problem.rooms) for _ in range(times)]
        self._used = [0] * times
        """For each time: the rooms that cannot be had then, as bits."""
        self._busy = [defaultdict[int, int](int) for _ in problem.exclusive]
        self._load = [defaultdict[int, int](int) for _ in problem.crowds]
        self._teams = dict(problem.teams)
        self._ranks: list[defaultdict[int, int]] = [defaultdict(int) for _ in range(times)]
        sole = problem.planning.rules.sole_rank
        self._ranked = bool(problem.planning.rules.weight(_OUTRANKED)) and any(
            event.rank >= sole for event in problem.events
        )

    def choices(self, event: int) -> Iterator[tuple[int, int]]:
        """Yield (time, rooms) at which an event that is not on the board may be placed."""
        for time, rooms in self.problem.choices[event].items():
            left = rooms & ~self._used[time]
            if left and self.allowed(event, time):
                yield time, left

    def allowed(self, event: int, time: int) -> bool:
        """Return whether the time alone, whatever the room, is possible beside what is on the board."""
        problem = self.problem
        if event not in problem.free:
            return True
        if any(self._busy[group].get(time) for group in problem.exclusive_of[event]):
            return False
        if problem.events[event].booths and any(self._teams.get(b, 1) < 1 for b in problem.blocks[time]):
            return False
        return not (self._ranked and self._outranked(event, time))

    def free_rooms(self, event: int, time: int) -> int:
        """Return the rooms that an event could have at a time, as bits."""
        return self.problem.choices[event].get(time, 0) & ~self._used[time]

    def total(self) -> int:
        """Return the price of all times, unplaced events included: what ``slots`` minimizes."""
        problem = self.problem
        found = problem.constant
        for event in range(len(problem.events)):
            if event in self.at:
                found += problem.costs[event][self.at[event][0]]
            else:
                found += problem.unplaced_price + problem.missing[event]
        for number, crowd in enumerate(problem.crowds):
            beside = sum(self._load[number][self.at[one][0]] - 1 for one in crowd.members if one in self.at)
            found += crowd.weight * beside // 2
        for pair in problem.pairs:
            if pair.first in self.at and pair.second in self.at:
                found += problem.pair_price(pair, self.at[pair.first][0], self.at[pair.second][0])
        return found + self._shares()

    def _shares(self) -> int:
        problem = self.problem
        sole, best = problem.planning.rules.sole_rank, problem.best
        counted = [n for n in problem.free if problem.events[n].rank < sole]
        size = problem.timed[0] + len(counted)
        have = problem.timed[1] + sum(n in self.at and self.at[n][0] in best for n in counted)
        short = 0
        for share in problem.shares:
            mine = share.best + sum(n in self.at and self.at[n][0] in best for n in share.members)
            short += mine < share.size * have // (2 * size)
        return short * problem.shares_weight

    def _outranked(self, event: int, time: int) -> bool:
        rank, sole = self.problem.events[event].rank, self.problem.planning.rules.sole_rank
        return any(other != rank and max(other, rank) >= sole for other, n in self._ranks[time].items() if n)

    def price(self, event: int, time: int) -> int:
        """Return what an event at a time adds to the price, room sizes, walking and shares apart."""
        problem = self.problem
        price = problem.costs[event][time]
        if event not in problem.free:
            return price
        for number in problem.crowds_of[event]:
            price += problem.crowds[number].weight * self._load[number].get(time, 0)
        for number in problem.pairs_of[event]:
            pair = problem.pairs[number]
            other = pair.second if pair.first == event else pair.first
            if other in self.at:
                there = self.at[other][0]
                both = (time, there) if pair.first == event else (there, time)
                price += problem.pair_price(pair, *both)
        return price

    def put(self, event: int, time: int, room: int) -> None:
        """Place an event, which must be allowed."""
        self.at[event] = (time, room)
        self._count(event, time, room, 1)

    def take(self, event: int) -> tuple[int, int]:
        """Take an event off the board; return where it was."""
        time, room = self.at.pop(event)
        self._count(event, time, room, -1)
        return time, room

    def _count(self, event: int, time: int, room: int, by: int) -> None:
        problem = self.problem
        for other in problem.in_room[time]:
            count = self._rooms[other]
            count[room] += by
            if count[room]:
                self._used[other] |= 1 << room
            else:
                self._used[other] &= ~(1 << room)
        if event not in problem.free:
            return
        around = self._together[time]
        for group in problem.exclusive_of[event]:
            busy = self._busy[group]
            for other in around:
                busy[other] += by
        for number in problem.crowds_of[event]:
            load = self._load[number]
            for other in around:
                load[other] += by
        if problem.events[event].booths:
            for block in problem.blocks[time]:
                if block in self._teams:
                    self._teams[block] -= by
        if self._ranked:
            rank = problem.events[event].rank
            for other in around:
                self._ranks[other][rank] += by
