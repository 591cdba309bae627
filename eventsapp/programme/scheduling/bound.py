"""A lower bound of the price of any timetable, from a linear relaxation that is solved in seconds. Pure.

The relaxation knows for each event its times and their prices, for each large crowd the convex price of numbers at once,
and for each set of rooms that is likely to run short Hall's condition. It leaves out what good timetables avoid anyway
(two talks of one speaker, small crowds), so that its optimum is never above the true one.
"""

from __future__ import annotations

import math
from collections import defaultdict

from ortools.linear_solver.python import model_builder

from eventsapp.programme.scheduling.problem import Problem
from eventsapp.programme.scheduling.slots import FEW, STEPS, Item, cliques

_PRESSURE = 0.4
"""Sets of rooms that would be so full if everybody spread over all possible times evenly are looked at."""
_TOLERANCE = 1e-4


def lower(problem: Problem, seconds: float) -> float | None:
    """Return a bound below which no timetable's price is, or None when none was found in time."""
    model = model_builder.Model()
    x: dict[Item, object] = {}
    terms: list[object] = []
    prices: list[float] = []
    for event, times in enumerate(problem.choices):
        here = []
        for time in times:
            x[event, time] = model.new_num_var(0, 1, "")
            here.append(x[event, time])
            terms.append(x[event, time])
            prices.append(problem.costs[event][time])
        none = model.new_num_var(0, 1, "")
        terms.append(none)
        prices.append(problem.unplaced_price + problem.missing[event])
        model.add(model_builder.LinearExpr.sum([*here, none]) == 1)
    for crowd in problem.crowds:
        if len(crowd.members) <= FEW:
            continue
        items = [(event, time) for event in crowd.members for time in problem.choices[event]]
        before: set[Item] = set()
        for clique in cliques(problem, items):
            new = [item for item in clique if item not in before]
            before = set(clique)
            most = len({event for event, _time in new}) - 1
            if most < 1:
                continue
            steps = [model.new_num_var(0, 1, "") for _ in range(min(most, STEPS))]
            if most > STEPS:
                steps.append(model.new_num_var(0, most - STEPS, ""))
            for number, step in enumerate(steps, start=1):
                terms.append(step)
                prices.append(crowd.weight * number)
            model.add(
                model_builder.LinearExpr.sum([x[item] for item in new]) - model_builder.LinearExpr.sum(steps) <= 1
            )
    _halls(problem, model, x)
    model.minimize(model_builder.LinearExpr.weighted_sum(terms, prices))
    solver = model_builder.Solver("highs")
    solver.enable_output(False)
    solver.set_time_limit_in_seconds(max(0.1, seconds))
    status = solver.solve(model)
    if status != model_builder.SolveStatus.OPTIMAL:
        return None
    # Prices are whole numbers, and so is the optimum.
    return problem.constant + math.ceil(solver.objective_value - _TOLERANCE)


def _halls(problem: Problem, model: model_builder.Model, x: dict[Item, object]) -> None:
    every = [(event, time) for event, times in enumerate(problem.choices) for time in times]
    for clique in cliques(problem, every, problem.turnover):
        by_rooms: dict[int, list[Item]] = defaultdict(list)
        for event, time in clique:
            by_rooms[problem.choices[event][time]].append((event, time))
        whole = 0
        for rooms in by_rooms:
            whole |= rooms
        for rooms in {*by_rooms, whole}:
            inside = [item for mask, held in by_rooms.items() if not mask & ~rooms for item in held]
            crowding = sum(1 / len(problem.choices[event]) for event, _time in inside)
            if len({event for event, _time in inside}) > rooms.bit_count() and crowding >= _PRESSURE * rooms.bit_count():
                model.add(model_builder.LinearExpr.sum([x[item] for item in inside]) <= rooms.bit_count())
