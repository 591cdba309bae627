"""A lower bound of the price of any timetable, from a linear relaxation that is solved in seconds. Pure.

The relaxation knows for each event its times and their prices, for each set of rooms that is likely to run short Hall's
condition, and for each large crowd what numbers at once cost: exactly the convex hull of the price, for each run of slots
that overlap. It leaves out what good timetables avoid anyway (two talks of one speaker, small crowds, pairs, rooms), so
that its optimum is never above the true one.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations, product

from ortools.linear_solver.python import model_builder

from eventsapp.programme.scheduling.problem import Crowd, Problem
from eventsapp.programme.scheduling.slots import FEW, STEPS, Item, cliques

_PRESSURE = 0.4
"""Sets of rooms that would be so full if everybody spread over all possible times evenly are looked at."""
_MOST = 4
"""So many of a crowd in one class of slots are priced exactly; each further one at so many pairs."""
_COMPOSITIONS = 700
"""Runs of overlapping slots in which a crowd can be spread in more ways are cut at each moment instead."""
_TOLERANCE = 1e-4

Class = tuple[int, int, tuple[Item, ...]]
"""Items that overlap the same moments: the first and the last moment, and the items."""


def lower(problem: Problem, seconds: float) -> float | None:
    """Return a bound below which no timetable's price is, or None when none was found in time."""
    relaxation = _Relaxation(problem)
    for crowd in problem.crowds:
        if len(crowd.members) > FEW:
            relaxation.crowd(crowd)
    relaxation.halls()
    return relaxation.solve(seconds)


class _Relaxation:
    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = model_builder.Model()  # type: ignore[no-untyped-call]
        self.x: dict[Item, model_builder.Variable] = {}
        self._terms: list[model_builder.Variable] = []
        self._prices: list[float] = []
        for event, times in enumerate(problem.choices):
            for time in times:
                self.x[event, time] = self._variable(problem.costs[event][time], 1)
            none = self._variable(problem.unplaced_price + problem.missing[event], 1)
            here = [self.x[event, time] for time in times]
            self.model.add(model_builder.LinearExpr.sum([*here, none]) == 1)

    def _variable(self, price: float, most: float) -> model_builder.Variable:
        variable = self.model.new_num_var(0, most, "")
        self._terms.append(variable)
        self._prices.append(price)
        return variable

    def crowd(self, crowd: Crowd) -> None:
        """Price the pairs of a crowd that are at once."""
        for classes in runs(self.problem, crowd.members):
            if len(classes) == 1:
                self._steps(crowd.weight, classes[0][2])
                continue
            sizes = [min(_MOST, len({event for event, _time in items})) for _first, _last, items in classes]
            if math.prod(size + 1 for size in sizes) <= _COMPOSITIONS:
                self._hull(crowd.weight, classes, sizes)
                continue
            # Too many ways: what begins at one moment is counted there, and what crosses into the next is let go.
            for first in sorted({one[0] for one in classes}):
                self._steps(
                    crowd.weight, tuple(item for one in classes if one[0] == first for item in one[2])
                )

    def _steps(self, weight: int, items: Sequence[Item]) -> None:
        """Price those of a crowd that are at one moment: k of them make k(k−1)/2 pairs, a convex price."""
        most = len({event for event, _time in items}) - 1
        if most < 1:
            return
        steps = [self._variable(weight * number, 1) for number in range(1, min(most, STEPS) + 1)]
        if most > STEPS:
            steps.append(self._variable(weight * (STEPS + 1), most - STEPS))
        self.model.add(
            model_builder.LinearExpr.sum([self.x[item] for item in items])
            - model_builder.LinearExpr.sum(steps)
            <= 1
        )

    def _hull(self, weight: int, classes: Sequence[Class], sizes: Sequence[int]) -> None:
        ways = list(product(*(range(size + 1) for size in sizes)))
        shares = [self._variable(weight * pairs(way, classes), 1) for way in ways]
        self.model.add(model_builder.LinearExpr.sum(shares) == 1)
        for number, (_first, _last, items) in enumerate(classes):
            held: list[model_builder.Variable] = []
            counts: list[float] = []
            for way, share in zip(ways, shares, strict=True):
                if way[number]:
                    held.append(share)
                    counts.append(way[number])
            events = len({event for event, _time in items})
            if events > sizes[number]:
                held.append(self._variable(weight * sizes[number], events - sizes[number]))
                counts.append(1)
            self.model.add(
                model_builder.LinearExpr.weighted_sum(held, counts)
                - model_builder.LinearExpr.sum([self.x[item] for item in items])
                >= 0
            )

    def halls(self) -> None:
        """No more events than rooms that can take them."""
        problem = self.problem
        every = list(self.x)
        for clique in cliques(problem, every, problem.turnover):
            by_rooms: dict[int, list[Item]] = defaultdict(list)
            whole = 0
            for event, time in clique:
                rooms = problem.choices[event][time]
                by_rooms[rooms].append((event, time))
                whole |= rooms
            for rooms in {*by_rooms, whole}:
                inside = [item for mask, held in by_rooms.items() if not mask & ~rooms for item in held]
                crowding = sum(1 / len(problem.choices[event]) for event, _time in inside)
                least = _PRESSURE * rooms.bit_count()
                if len({event for event, _time in inside}) > rooms.bit_count() and crowding >= least:
                    self.model.add(
                        model_builder.LinearExpr.sum([self.x[item] for item in inside]) <= rooms.bit_count()
                    )  # fmt: skip

    def solve(self, seconds: float) -> float | None:
        """Return the optimum, rounded up as prices are whole numbers; None when it was not found in time."""
        self.model.minimize(model_builder.LinearExpr.weighted_sum(self._terms, self._prices))
        solver = model_builder.Solver("highs")
        solver.enable_output(False)
        solver.set_time_limit_in_seconds(max(0.1, seconds))
        if solver.solve(self.model) != model_builder.SolveStatus.OPTIMAL:
            return None
        return self.problem.constant + math.ceil(solver.objective_value - _TOLERANCE)


def runs(problem: Problem, members: Sequence[int]) -> list[list[Class]]:
    """Return the times of a crowd in runs that do not overlap each other, each in classes of items that overlap the same."""
    items = [(event, time) for event in members for time in problem.choices[event]]
    span: dict[Item, tuple[int, int]] = {}
    for number, clique in enumerate(cliques(problem, items)):
        for item in clique:
            span[item] = (span.get(item, (number, number))[0], number)
    by_span: dict[tuple[int, int], list[Item]] = defaultdict(list)
    for item, where in span.items():
        by_span[where].append(item)
    found: list[list[Class]] = []
    reach = -1
    for (first, last), held in sorted(by_span.items()):
        if first > reach:
            found.append([])
        found[-1].append((first, last, tuple(held)))
        reach = max(reach, last)
    return found


def pairs(way: Sequence[int], classes: Sequence[Class]) -> int:
    """Return how many pairs are at once with so many of a crowd in each class."""
    found = sum(count * (count - 1) // 2 for count in way)
    for (one, (a, b, _)), (other, (c, d, _)) in combinations(zip(way, classes, strict=True), 2):
        if a <= d and c <= b:
            found += one * other
    return found
