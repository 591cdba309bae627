"""The first half: the best time for every event, with CP-SAT, such that rooms for all are left. Pure.

One boolean for each event and each of its times; an event may have none, at a price above all wishes. Whether the rooms
suffice is Hall's condition (P. Hall, *On Representatives of Subsets*, 1935): at each moment, for each set of rooms, no more
events can only be there than it has rooms. For events that begin and end together that is exact; where slots of
different lengths overlap it is necessary, and ``rooms`` mends what is left.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from eventsapp.programme.facts import Kind
from eventsapp.programme.scheduling.problem import Pair, Problem, Share

MOST_SETS = 400
"""Sets of rooms that Hall's condition is stated for at one moment; a set left out can only cost a repair."""
FEW = 5
"""A crowd of so many is priced pair by pair: they can all be apart, and counting them would bound nothing."""
STEPS = 5
"""A crowd at one moment is priced exactly up to one more than this; beyond, at the last step's price."""
Item = tuple[int, int]
"""An event and one of its times."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop. ``deterministic``: the same result on every machine; ``seconds`` are then units of work."""

    seconds: float
    seed: int = 0
    deterministic: bool = False
    workers: int = 2


@dataclass(frozen=True, slots=True)
class Found:
    """Times of events; those that are missing have none. Prices as ``Problem`` counts them, unplaced events included."""

    times: Mapping[int, int]
    objective: float
    bound: float
    status: str


Told = Callable[[float, float], None]
"""Called with objective and bound whenever one of them is better."""


def find(
    problem: Problem,
    limits: Limits,
    *,
    hint: Mapping[int, int] | None = None,
    on_better: Callable[[float, float, Mapping[int, int]], None] = lambda *_: None,
    on_bound: Callable[[float], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Found | None:
    """Return the best times found within the limits, or None when none were found."""
    model = Model(problem)
    if hint is not None:
        model.hint(hint)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = limits.seed
    if limits.deterministic:
        parameters.num_workers = 1
        parameters.max_deterministic_time = limits.seconds
    else:
        parameters.num_workers = limits.workers
        parameters.max_time_in_seconds = max(0.05, limits.seconds)
    _tune(parameters)
    solver.best_bound_callback = on_bound
    watching = threading.Event()
    watcher = threading.Thread(target=_watch, args=(solver, cancelled, watching), daemon=True)
    watcher.start()
    try:
        status = solver.solve(model.model, _Callback(model, on_better))
    finally:
        watching.set()
        watcher.join()
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    values = {event: time for (event, time), x in model.x.items() if solver.boolean_value(x)}
    name = "optimal" if status == cp_model.OPTIMAL else "feasible"
    return Found(values, solver.objective_value, solver.best_objective_bound, name)


def _tune(parameters: Any) -> None:
    parameters.linearization_level = 2
    parameters.symmetry_level = 0


def _watch(solver: cp_model.CpSolver, cancelled: Callable[[], bool], over: threading.Event) -> None:
    while not over.wait(0.2):
        if cancelled():
            solver.stop_search()


class _Callback(cp_model.CpSolverSolutionCallback):
    def __init__(self, model: Model, on_better: Callable[[float, float, Mapping[int, int]], None]) -> None:
        super().__init__()
        self._model, self._on_better = model, on_better

    def on_solution_callback(self) -> None:
        """Tell of a better solution."""
        times = {event: time for (event, time), x in self._model.x.items() if self.boolean_value(x)}
        self._on_better(self.objective_value, self.best_objective_bound, times)


class Model:
    """The CP-SAT model of a problem's times."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.x = {
            (event, time): self.model.new_bool_var("")
            for event, times in enumerate(problem.choices)
            for time in times
        }
        self.u = [self.model.new_bool_var("") for _ in problem.events]
        self._terms: list[Any] = []
        self._derived: list[Callable[[Mapping[int, int]], Iterable[tuple[Any, int]]]] = []
        """What the variables that are not decisions are worth, given the times of all events."""
        self._prices: list[int] = []
        self._of = [
            [(time, self.x[event, time]) for time in times] for event, times in enumerate(problem.choices)
        ]
        for event, mine in enumerate(self._of):
            self.model.add_exactly_one([*(x for _time, x in mine), self.u[event]])
        self._by_themselves()
        self._people()
        self._hall()
        self._sole()
        self._interpreters()
        for crowd in problem.crowds:
            self._crowd(crowd.weight, crowd.members)
        self._pairs()
        self._shares()
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum(self._terms, self._prices) + problem.constant
        )  # fmt: skip

    def hint(self, times: Mapping[int, int]) -> None:
        """Tell the solver of a solution to begin with."""
        for (event, time), x in self.x.items():
            self.model.add_hint(x, times.get(event) == time)
        for event, u in enumerate(self.u):
            self.model.add_hint(u, event not in times)
        for derive in self._derived:
            for variable, value in derive(times):
                self.model.add_hint(variable, value)

    def _price(self, variable: Any, price: int) -> None:
        if price:
            self._terms.append(variable)
            self._prices.append(price)

    def _by_themselves(self) -> None:
        problem = self.problem
        for (event, time), x in self.x.items():
            self._price(x, problem.costs[event][time])
        for event, u in enumerate(self.u):
            self._price(u, problem.unplaced_price + problem.missing[event])

    def _items(self, events: Iterable[int]) -> list[Item]:
        return [(event, time) for event in events for time in self.problem.choices[event]]

    # --- hard

    def _people(self) -> None:
        self._apart_already: dict[int, set[int]] = defaultdict(set)
        for members in self.problem.exclusive:
            for member in members:
                self._apart_already[member].update(members)
            for clique in cliques(self.problem, self._items(members)):
                if len({event for event, _time in clique}) > 1:
                    self.model.add_at_most_one(self.x[item] for item in clique)

    def _hall(self) -> None:
        problem = self.problem
        counts: dict[tuple[int, int], Any] = {}
        by_count: dict[tuple[int, int], list[Item]] = defaultdict(list)
        for event, times in enumerate(problem.choices):
            for time, rooms in times.items():
                by_count[rooms, time].append((event, time))
        for key, items in by_count.items():
            if len(items) == 1:
                counts[key] = self.x[items[0]]
                continue
            counts[key] = self.model.new_int_var(0, min(len(items), key[0].bit_count()), "")
            self.model.add(cp_model.LinearExpr.sum([self.x[item] for item in items]) == counts[key])
            self._derived.append(partial(_counted, counts[key], items))
        for clique in cliques(problem, self._items(range(len(problem.events))), problem.turnover):
            present = {(problem.choices[event][time], time) for event, time in clique}
            masks = {rooms for rooms, _time in present}
            for rooms in unions(masks, MOST_SETS):
                inside = [key for key in present if not key[0] & ~rooms]
                events = {event for key in inside for event, _time in by_count[key]}
                if len(events) > rooms.bit_count() and len(inside) > 1:
                    self.model.add(
                        cp_model.LinearExpr.sum([counts[key] for key in inside]) <= rooms.bit_count()
                    )

    def _sole(self) -> None:
        problem, rules = self.problem, self.problem.planning.rules
        if not rules.weight(Kind.OUTRANKED):
            return
        high = sorted(
            {e.rank for n, e in enumerate(problem.events) if n in problem.free and e.rank >= rules.sole_rank}
        )
        for rank in high:
            upper = [n for n in problem.free if problem.events[n].rank == rank]
            lower = [n for n in problem.free if problem.events[n].rank < rank]
            for clique in cliques(self.problem, self._items([*upper, *lower])):
                above = [self.x[item] for item in clique if problem.events[item[0]].rank == rank]
                below = [self.x[item] for item in clique if problem.events[item[0]].rank < rank]
                if above and below:
                    taken = self.model.new_bool_var("")
                    for x in above:
                        self.model.add_implication(x, taken)
                    for x in below:
                        self.model.add_implication(x, taken.negated())

    def _interpreters(self) -> None:
        problem = self.problem
        by_block: dict[int, list[Any]] = defaultdict(list)
        for (event, time), x in self.x.items():
            if problem.events[event].booths and event in problem.free:
                for block in problem.blocks[time]:
                    by_block[block].append(x)
        for block, xs in by_block.items():
            if len(xs) > problem.teams[block]:
                self.model.add(cp_model.LinearExpr.sum(xs) <= problem.teams[block])

    # --- soft

    def _crowd(self, weight: int, members: tuple[int, ...]) -> None:
        """Price every two members that are at once, each pair once.

        At each moment those that are new there are counted: k of them make k(k−1)/2 pairs, a convex price. Pairs of a new
        one and one that was there before (only where slots of different lengths overlap) get a variable each.
        """
        if len(members) <= FEW:
            for one, other in combinations(members, 2):
                self._two(weight, one, other)
            return
        before: set[Item] = set()
        crossing: dict[tuple[int, int], list[tuple[list[Item], list[Item]]]] = defaultdict(list)
        for clique in cliques(self.problem, self._items(members)):
            new = [item for item in clique if item not in before]
            old: dict[int, list[Item]] = defaultdict(list)
            for item in clique:
                if item in before:
                    old[item[0]].append(item)
            self._convex(weight, new)
            fresh: dict[int, list[Item]] = defaultdict(list)
            for item in new:
                fresh[item[0]].append(item)
            for one, ones in old.items():
                for other, others in fresh.items():
                    if one != other:
                        crossing[one, other].append((ones, others))
            before = set(clique)
        for together in crossing.values():
            both = self.model.new_bool_var("")
            self._price(both, weight)
            for ones, others in together:
                self.model.add(both >= cp_model.LinearExpr.sum([*(self.x[i] for i in (*ones, *others))]) - 1)
            self._derived.append(partial(_crossed, both, together))

    def _two(self, weight: int, one: int, other: int) -> None:
        if {one, other} <= self._apart_already.get(one, set()):
            return
        both = self.model.new_bool_var("")
        self._price(both, weight)
        together = self.problem.together
        for time, x in self._of[one]:
            for there, y in self._of[other]:
                if together[time] >> there & 1:
                    self.model.add_bool_or(x.negated(), y.negated(), both)
        self._derived.append(lambda times: [
            (both, int(one in times and other in times and together[times[one]] >> times[other] & 1))
        ])  # fmt: skip

    def _convex(self, weight: int, items: Sequence[Item]) -> None:
        events = {event for event, _time in items}
        if len(events) < 2:
            return
        # A few steps of their own, the rest at the price of the last: nobody comes so far, and it is never too dear.
        count = min(len(events) - 1, STEPS)
        steps = [self.model.new_bool_var("") for _ in range(count)]
        if len(events) - 1 > count:
            steps.append(self.model.new_int_var(0, len(events) - 1 - count, ""))
        for number, step in enumerate(steps, start=1):
            self._price(step, weight * number)
        self.model.add(
            cp_model.LinearExpr.sum([self.x[item] for item in items]) <= 1 + cp_model.LinearExpr.sum(steps)
        )
        self._derived.append(partial(_stepped, list(items), steps))

    def _pairs(self) -> None:
        problem = self.problem
        for pair in problem.pairs:
            wrong = self.model.new_bool_var("")
            self._price(wrong, pair.weight)
            self._derived.append(partial(self._wrong, wrong, pair))
            firsts, seconds = self._of[pair.first], self._of[pair.second]
            if pair.kind is Kind.ORDER:
                for start in sorted({problem.times[time].start for time, _x in seconds}):
                    late = [x for time, x in firsts if problem.times[time].end > start]
                    early = [x for time, x in seconds if problem.times[time].start <= start]
                    self.model.add(wrong >= cp_model.LinearExpr.sum([*late, *early]) - 1)
                continue
            for mine, theirs, other, swap in (
                (firsts, seconds, pair.second, False),
                (seconds, firsts, pair.first, True),
            ):
                for time, x in mine:
                    near = [
                        y
                        for there, y in theirs
                        if not (
                            problem.pair_price(pair, there, time)
                            if swap
                            else problem.pair_price(pair, time, there)
                        )
                    ]
                    self.model.add(wrong + cp_model.LinearExpr.sum([*near, self.u[other]]) >= x)

    def _wrong(self, wrong: Any, pair: Pair, times: Mapping[int, int]) -> list[tuple[Any, int]]:
        both = pair.first in times and pair.second in times
        return [
            (wrong, int(both and self.problem.pair_price(pair, times[pair.first], times[pair.second]) > 0))
        ]

    def _shares(self) -> None:
        """A group falls short when it has less than the whole part of half its share: all counts are linear."""
        problem = self.problem
        if not problem.shares:
            return
        sole = problem.planning.rules.sole_rank
        counted = {n for n in problem.free if problem.events[n].rank < sole}
        timed, best_timed = problem.timed
        size = timed + len(counted)
        best = self.model.new_int_var(0, size, "")
        self.model.add(
            best == best_timed + cp_model.LinearExpr.sum([x for (e, t), x in self.x.items() if e in counted and t in problem.best])
        )  # fmt: skip
        held = partial(_best, problem, counted)
        self._derived.append(lambda times: [(best, best_timed + held(times))])
        for share in problem.shares:
            short = self.model.new_bool_var("")
            self._price(short, problem.shares_weight)
            have = [x for event in share.members for time, x in self._of[event] if time in problem.best]
            # have ≥ ⌊best · size of the group / (2 · size)⌋, unless it is short.
            self.model.add(
                2 * size * (cp_model.LinearExpr.sum(have) + share.best + share.size * short)
                >= share.size * best - 2 * size + 1
            )
            self._derived.append(partial(_short, problem, share, short, size, best_timed, counted))


def cliques(problem: Problem, items: Sequence[Item], margin: int = 0) -> list[list[Item]]:
    """Return the largest sets of items that all overlap (with a margin after each), in order of time."""
    times = problem.times
    by_time: dict[int, list[Item]] = defaultdict(list)
    for item in items:
        by_time[item[1]].append(item)
    running: list[int] = []
    found: list[list[int]] = []
    grown = False
    for number in sorted(by_time, key=lambda n: (times[n].start, times[n].end)):
        start = times[number].start
        ended = [n for n in running if times[n].end + margin <= start]
        if ended:
            if grown:
                found.append(list(running))
                grown = False
            running = [n for n in running if n not in ended]
        running.append(number)
        grown = True
    if grown:
        found.append(running)
    return [[item for number in numbers for item in by_time[number]] for numbers in found]


def _counted(count: Any, items: Sequence[Item], times: Mapping[int, int]) -> list[tuple[Any, int]]:
    return [(count, sum(times.get(event) == time for event, time in items))]


def _crossed(
    both: Any, together: Sequence[tuple[Sequence[Item], Sequence[Item]]], times: Mapping[int, int]
) -> list[tuple[Any, int]]:
    at_once = any(
        sum(times.get(event) == time for event, time in (*ones, *others)) > 1 for ones, others in together
    )  # fmt: skip
    return [(both, int(at_once))]


def _stepped(items: Sequence[Item], steps: Sequence[Any], times: Mapping[int, int]) -> list[tuple[Any, int]]:
    count = sum(times.get(event) == time for event, time in items) - 1
    found = [(step, int(number < count)) for number, step in enumerate(steps)]
    if len(steps) > STEPS:
        found[-1] = (steps[-1], max(0, count - STEPS))
    return found


def _best(problem: Problem, counted: Iterable[int], times: Mapping[int, int]) -> int:
    return sum(times.get(event) in problem.best for event in counted)


def _short(
    problem: Problem,
    share: Share,
    short: Any,
    size: int,
    best_timed: int,
    counted: Iterable[int],
    times: Mapping[int, int],
) -> list[tuple[Any, int]]:
    due = share.size * (best_timed + _best(problem, counted, times)) // (2 * size)
    return [(short, int(share.best + _best(problem, share.members, times) < due))]


def unions(masks: Iterable[int], most: int) -> list[int]:
    """Return the sets of rooms that Hall's condition must be stated for: unions of what events can choose from.

    Unions of sets that share no room say nothing new and are left out. At most ``most``, the plain sets first.
    """
    plain = sorted(set(masks), key=lambda mask: (mask.bit_count(), mask))
    found = dict.fromkeys(plain)
    fresh = list(plain)
    while fresh and len(found) < most:
        made = dict.fromkeys(
            one | other for one in fresh for other in plain if one & other and one | other not in found
        )
        fresh = list(made)[: most - len(found)]
        found.update(dict.fromkeys(fresh))
    whole = 0
    for mask in plain:
        whole |= mask
    found.setdefault(whole)
    return list(found)
