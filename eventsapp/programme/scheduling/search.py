"""Local search: from one timetable to better ones, move by move and swap by swap, without leaving what is allowed. Pure.

The price of every event at every time is kept up to date in one matrix, so that the best of all moves is found at once. A
move that was undone is forbidden for a while (tabu search: F. Glover, 1986), so that the search climbs out of hollows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random

import numpy as np
from numpy.typing import NDArray

from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import Problem, bits

_NEVER = 1 << 40
_BLOCKED = 1 << 30
_WARMTH = 1.5
"""How readily an exchange is made that costs something (simulated annealing: S. Kirkpatrick et al., 1983)."""
_KEPT = 25
"""A move back is forbidden for so many steps, and up to as many more."""


class Search:
    """Improves a board, whose events have rooms throughout. ``best`` is the best seen: event → (time, room)."""

    def __init__(self, board: Board, seed: int = 0) -> None:
        self.board, self.problem = board, board.problem
        self._random = Random(seed)
        problem = self.problem
        self._prices = np.full((len(problem.events), max(1, len(problem.times))), _NEVER, dtype=np.int64)
        for event, costs in enumerate(problem.costs):
            for time, price in costs.items():
                self._prices[event, time] = price
        together = np.zeros((len(problem.times), len(problem.times)), dtype=np.int64)
        for time, mask in enumerate(problem.together):
            together[time, list(bits(mask))] = 1
        self._together = together
        self._members = [np.array(crowd.members) for crowd in problem.crowds]
        self._groups = [np.array(group) for group in problem.exclusive]
        self._wrong = {n: _wrong(problem, n) for n in range(len(problem.pairs))}
        self._tabu = np.zeros(self._prices.shape, dtype=np.int64)
        self._step = 0
        # Two that cost each other something look dearer to exchange than they are.
        self._worth = 2 * max((crowd.weight for crowd in problem.crowds), default=0)
        for event, (time, _room) in board.at.items():
            self._tell(event, time, 1)
        self.now = board.total()
        self.best, self.best_price = dict(board.at), self.now

    def run(self, *, stop: Callable[[], bool], steps: int | None = None, target: float = -1.0) -> None:
        """Search until ``stop``, after ``steps``, or once the best is not above ``target``."""
        begun = self._step
        while self.best_price > target and not stop():
            if steps is not None and self._step - begun >= steps:
                return
            self._step += 1
            if not (self._step % 3 and self._move()):
                self._swap()
            if self.now < self.best_price:
                exact = self.board.total()
                self.now = exact
                if exact < self.best_price:
                    self.best, self.best_price = dict(self.board.at), exact

    def adopt(self, at: dict[int, tuple[int, int]]) -> None:
        """Go on from another timetable."""
        for event in list(self.board.at):
            self._take(event)
        for event, (time, room) in at.items():
            self._put(event, time, room)
        self.now = self.board.total()
        if self.now < self.best_price:
            self.best, self.best_price = dict(self.board.at), self.now

    # --- keeping the matrix

    def _tell(self, event: int, time: int, by: int) -> None:
        """Tell the prices of all others that an event has come to a time, or left it."""
        problem = self.problem
        if event not in problem.free:
            return
        around = self._together[time] * by
        for number in problem.crowds_of[event]:
            add = problem.crowds[number].weight * around
            self._prices[self._members[number]] += add
            self._prices[event] -= add
        for number in problem.exclusive_of[event]:
            add = _BLOCKED * around
            self._prices[self._groups[number]] += add
            self._prices[event] -= add
        for number in problem.pairs_of[event]:
            pair = problem.pairs[number]
            if pair.first == event:
                self._prices[pair.second] += by * self._wrong[number][time]
            else:
                self._prices[pair.first] += by * self._wrong[number][:, time]

    def _put(self, event: int, time: int, room: int) -> None:
        self.board.put(event, time, room)
        self._tell(event, time, 1)

    def _take(self, event: int) -> tuple[int, int]:
        time, room = self.board.take(event)
        self._tell(event, time, -1)
        return time, room

    # --- steps

    def _move(self) -> bool:
        """Make the best move of one event that is not forbidden; return whether there was one."""
        board, _problem = self.board, self.problem
        events = self._sample(list(board.at), 60)
        if not events:
            return False
        rows = np.array(events)
        here = np.array([board.at[event][0] for event in events])
        gains = self._prices[rows] - self._prices[rows, here][:, None]
        open_ = (self._tabu[rows] < self._step) | (gains < self.best_price - self.now)
        open_[np.arange(len(rows)), here] = False
        gains = np.where(open_, gains, _NEVER)
        order = np.argpartition(gains, min(12, gains.size - 1), axis=None)[:12]
        flat = gains.ravel()
        for place in sorted(order.tolist(), key=lambda n: (int(flat[n]), self._random.random())):
            gain = int(flat[place])
            if gain >= _BLOCKED // 2:
                return False
            event, time = events[place // gains.shape[1]], place % gains.shape[1]
            was = self._take(event)
            room = self._room(event, time)
            if room is not None:
                self._put(event, time, room)
                self.now += gain
                self._tabu[event, was[0]] = self._step + _KEPT + self._random.randrange(_KEPT)
                return True
            self._put(event, *was)
        return False

    def _swap(self) -> bool:
        """Let one event and another change times, the best of all others for it."""
        board = self.board
        everybody = list(board.at)
        if len(everybody) < 2:
            return False
        event = self._random.choice(everybody)
        time, _room = board.at[event]
        others = self._sample([one for one in everybody if board.at[one][0] != time], 200)
        if not others:
            return False
        rows = np.array(others)
        there = np.array([board.at[one][0] for one in others])
        gains = (
            self._prices[event, there] - self._prices[event, time] + self._prices[rows, time] - self._prices[rows, there]
        )  # fmt: skip
        forbidden = (self._tabu[event, there] >= self._step) | (self._tabu[rows, time] >= self._step)
        gains = np.where(forbidden & (gains >= self.best_price - self.now), _NEVER, gains)
        for place in np.argsort(gains, kind="stable")[:6].tolist():
            if int(gains[place]) > self._worth:
                return False
            if self._exchange(event, others[place], int(gains[place])):
                return True
        return False

    def _exchange(self, one: int, other: int, gain: int) -> bool:
        """Exchange the times of two events if that costs nothing and there are rooms; return whether it was done."""
        (time, room), (there, second) = self.board.at[one], self.board.at[other]
        # In the matrix each still stands in the other's way.
        delta = gain + self._between(one, time, other, there) + self._between(one, there, other, time)
        delta -= self._between(one, there, other, there) + self._between(one, time, other, time)
        if delta > 0 and self._random.random() > math.exp(-delta / _WARMTH):
            return False
        self._take(one)
        self._take(other)
        found = self._room(one, there, second)
        if found is not None:
            self._put(one, there, found)
            back = self._room(other, time, room)
            if back is not None:
                self._put(other, time, back)
                self.now += delta
                for event, left in ((one, time), (other, there)):
                    self._tabu[event, left] = self._step + _KEPT + self._random.randrange(_KEPT)
                return True
            self._take(one)
        self._put(one, time, room)
        self._put(other, there, second)
        return False

    def _between(self, one: int, time: int, other: int, there: int) -> int:
        """Return what two events at two times cost each other."""
        problem = self.problem
        found = 0
        if problem.together[time] >> there & 1:
            common = set(problem.crowds_of[one]) & set(problem.crowds_of[other])
            found += sum(problem.crowds[number].weight for number in common)
        for number in set(problem.pairs_of[one]) & set(problem.pairs_of[other]):
            pair = problem.pairs[number]
            found += problem.pair_price(pair, *((time, there) if pair.first == one else (there, time)))
        return found

    def _room(self, event: int, time: int, liked: int | None = None) -> int | None:
        """Return a room for an event that is not on the board; makes one free within the slot if that helps."""
        board, problem = self.board, self.problem
        if time not in problem.choices[event] or not board.allowed(event, time):
            return None
        rooms = board.free_rooms(event, time)
        if rooms:
            return liked if liked is not None and rooms >> liked & 1 else (rooms & -rooms).bit_length() - 1
        return self._shuffle(event, time)

    def _shuffle(self, event: int, time: int) -> int | None:
        """Move somebody in the slot to a free room, if that frees one for the event."""
        board, problem = self.board, self.problem
        could = problem.choices[event][time]
        for other in self._at(time):
            there, room = board.at[other]
            if not could >> room & 1:
                continue
            elsewhere = board.free_rooms(other, there)
            if not elsewhere:
                continue
            board.take(other)
            if board.free_rooms(event, time) >> room & 1:
                board.put(other, there, (elsewhere & -elsewhere).bit_length() - 1)
                return room
            board.put(other, there, room)
        return None

    def _at(self, time: int) -> list[int]:
        return [event for event, (there, _room) in self.board.at.items() if there == time]

    def _sample(self, events: list[int], most: int) -> list[int]:
        return events if len(events) <= most else self._random.sample(events, most)


def _wrong(problem: Problem, number: int) -> NDArray[np.int64]:
    """Return what a pair costs, for each time of the first and each of the second."""
    pair = problem.pairs[number]
    count = len(problem.times)
    return np.array(
        [[problem.pair_price(pair, one, other) for other in range(count)] for one in range(count)],
        dtype=np.int64,
    ).reshape(count, count)
