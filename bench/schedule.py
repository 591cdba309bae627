"""How fast the auto-scheduler is, and how good what it proposes: beside plain greedy placing and one model for everything.

Each runs in a process of its own, as in operation, so that its memory is its own. No database, no server.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from bench import timetables
from bench.timetables import Size
from eventsapp.programme.facts import Planning
from eventsapp.programme.scheduling import greedy, problem
from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.child import leave
from eventsapp.programme.scheduling.problem import Options, Problem

ROOT: Final = Path(__file__).resolve().parent.parent
WAYS: Final = ("solve", "greedy", "one-model")


@dataclass(frozen=True, slots=True)
class Task:
    """One conference to timetable: the size, the seconds that each way may take."""

    size: Size
    seconds: float
    bump: int = 0
    """Replan so many events that a meeting has taken the place of, in a timetable that is there."""


TASKS: Final[Mapping[str, Task]] = {
    "schedule-350": Task(timetables.HALL, 30),
    "schedule-560-tight": Task(timetables.TIGHT, 30),
    "schedule-1000": Task(timetables.FORUM, 180),
    "schedule-bump": Task(timetables.HALL, 3, bump=10),
}
_SMALL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one way came to. ``gap`` is None where no bound is known; ``unplaced`` are events."""

    seconds: float
    first_feasible_s: float | None
    objective: float
    bound: float | None
    gap: float | None
    unplaced: int
    megabytes: float


def task_of(name: str, *, small: bool) -> Task:
    """Return a task; ``small``: one that takes a second, to try the benchmark itself."""
    task = TASKS[name]
    if not small:
        return task
    return replace(task, size=timetables.SMALL, seconds=_SMALL_SECONDS, bump=min(task.bump, 3))


def measure(name: str, way: str, *, small: bool) -> Figures:
    """Run one way in a process of its own and return its figures."""
    command = [sys.executable, "-m", "bench.schedule", name, way, *(["--small"] if small else [])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Figures(**json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    """Make one run and print its figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=TASKS)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--small", action="store_true")
    asked = parser.parse_args()
    task = task_of(asked.name, small=asked.small)
    planning = timetables.make(task.size)
    if task.bump:
        planning = _bumped(planning, task.bump)
    begun = time.monotonic()
    made = problem.make(planning, Options())
    found = _WAYS[asked.way](made, task.seconds, time.monotonic() - begun)
    found["megabytes"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(found))


def _bumped(planning: Planning, count: int) -> Planning:
    """Place everything greedily, release it, and let meetings take the places of some events."""
    first = problem.make(planning)
    board = Board(first)
    greedy.fill(board)
    places = {first.events[n].id: first.place(*where) for n, where in board.at.items()}
    return timetables.bumped(timetables.placed(planning, places, released=True), count)


def _solved(made: Problem, seconds: float, before: float) -> dict[str, Any]:
    from eventsapp.programme.scheduling.slots import Limits
    from eventsapp.programme.scheduling.solve import solve

    found = solve(made, Limits(max(0.5, seconds - before), seed=1))
    return {
        "seconds": round(found.seconds + before, 2),
        "first_feasible_s": round(found.first_feasible_s + before, 3),
        "objective": found.objective,
        "bound": found.bound,
        "gap": round(found.gap, 4),
        "unplaced": len(found.unplaced),
    }


def _placed_greedily(made: Problem, _seconds: float, before: float) -> dict[str, Any]:
    begun = time.monotonic()
    board = Board(made)
    left = greedy.fill(board)
    taken = round(time.monotonic() - begun + before, 3)
    return {
        "seconds": taken,
        "first_feasible_s": taken,
        "objective": _price(made, board),
        "bound": None,
        "gap": None,
        "unplaced": len(left),
    }


def _price(made: Problem, board: Board) -> int:
    from eventsapp.programme.scheduling.solve import everything, soft

    places = {made.events[n].id: made.place(*where) for n, where in board.at.items()}
    return soft(made, everything(made, places))


def _in_one_model(made: Problem, seconds: float, before: float) -> dict[str, Any]:
    from bench.one_model import solve_in_one

    return solve_in_one(made, seconds, before)


_WAYS: Final[Mapping[str, Callable[[Problem, float, float], dict[str, Any]]]] = {
    "solve": _solved,
    "greedy": _placed_greedily,
    "one-model": _in_one_model,
}

if __name__ == "__main__":
    main()
    leave()
