"""The plain formulation that ours is compared with: one boolean for each event, time and room, all in one CP-SAT model."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import Any

from ortools.sat.python import cp_model

from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import Problem, bits
from eventsapp.programme.scheduling.slots import Model, cliques


class OneModel(Model):
    """The same prices and people as ours; rooms are decided in the model too, instead of Hall's condition."""

    def _hall(self) -> None:
        problem = self.problem
        self.y: dict[tuple[int, int, int], Any] = {}
        by_room: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for (event, at), x in self.x.items():
            here = []
            for room in bits(problem.choices[event][at]):
                self.y[event, at, room] = self.model.new_bool_var("")
                here.append(self.y[event, at, room])
                by_room[room].append((event, at))
            self.model.add(cp_model.LinearExpr.sum(here) == x)
        for room, items in by_room.items():
            for clique in cliques(problem, items, problem.turnover):
                if len({event for event, _at in clique}) > 1:
                    self.model.add_at_most_one(self.y[event, at, room] for event, at in clique)


class _First(cp_model.CpSolverSolutionCallback):
    def __init__(self, begun: float) -> None:
        super().__init__()
        self.begun = begun
        self.first_s: float | None = None

    def on_solution_callback(self) -> None:
        """Note when the first timetable was found."""
        if self.first_s is None:
            self.first_s = time.monotonic() - self.begun


def solve_in_one(problem: Problem, seconds: float, before: float) -> dict[str, Any]:
    """Return the figures of the plain formulation within the same time, building it included."""
    begun = time.monotonic() - before
    model = OneModel(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    solver.parameters.max_time_in_seconds = max(0.5, seconds - (time.monotonic() - begun))
    first = _First(begun)
    status = solver.solve(model.model, first)
    taken = time.monotonic() - begun
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        none = {
            "first_feasible_s": None,
            "bound": None,
            "gap": None,
            "unplaced": len(problem.events),
            "objective": 0.0,
        }
        return {"seconds": round(taken, 2), **none}
    board = Board(problem)
    for (event, at, room), y in model.y.items():
        if solver.boolean_value(y):
            board.put(event, at, room)
    unplaced = len(problem.events) - len(board.at)
    soft = solver.objective_value - problem.unplaced_price * unplaced
    return {
        "seconds": round(taken, 2),
        "first_feasible_s": round(first.first_s, 3) if first.first_s is not None else None,
        "objective": soft,
        "bound": max(0.0, solver.best_objective_bound - problem.unplaced_price * unplaced),
        "gap": round((solver.objective_value - solver.best_objective_bound) / max(1.0, soft), 4),
        "unplaced": unplaced,
    }
