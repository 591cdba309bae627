"""A lower bound of the price of any timetable, from its parts: each large crowd solved by itself. Pure.

The events are dealt out: each to the largest crowd that it belongs to. What a timetable costs among the events of one part
is never less than the part's own optimum; what stands between parts costs something or nothing, never less. So the sum
of the optima (or of what is proven of them in time) is a bound. Crowds are themes above all: a few dozen events each, which
CP-SAT solves in tenths of a second, exactly where the linear relaxation (``bound``) must guess between whole numbers.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace

from eventsapp.programme.scheduling.problem import Problem, part
from eventsapp.programme.scheduling.slots import FEW, Limits, find

_TOLERANCE = 1e-4


def lower(problem: Problem, limits: Limits, *, cancelled: Callable[[], bool] = lambda: False) -> float:
    """Return a bound below which no timetable's price is. ``limits`` hold for all parts together."""
    begun = time.monotonic()
    groups = _deal(problem)
    dealt = set().union(*groups) if groups else set()
    found = problem.constant + sum(
        _least(problem, event) for event in range(len(problem.events)) if event not in dealt
    )
    for number, members in enumerate(groups):
        left = len(groups) - number
        seconds = limits.seconds / max(1, len(groups))
        if not limits.deterministic:
            # What one part did not need is there for the others.
            seconds = max(0.0, limits.seconds - (time.monotonic() - begun)) / left * 2
        plain = sum(_least(problem, event) for event in members)
        if cancelled() or (seconds <= 0 and not limits.deterministic):
            found += plain
            continue
        solved = find(part(problem, members), replace(limits, seconds=seconds), cancelled=cancelled)
        found += max(plain, math.ceil(solved.bound - _TOLERANCE)) if solved is not None else plain
    return float(found)


def _deal(problem: Problem) -> list[set[int]]:
    """Return the parts: the largest crowd first, each event in one part at most."""
    groups: list[set[int]] = []
    dealt: set[int] = set()
    for crowd in sorted(problem.crowds, key=lambda one: -len(one.members)):
        members = set(crowd.members) - dealt
        if len(members) > FEW:
            groups.append(members)
            dealt |= members
    return groups


def _least(problem: Problem, event: int) -> int:
    return min([problem.unplaced_price + problem.missing[event], *problem.costs[event].values()])
