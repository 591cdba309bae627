"""The process in which one run is computed: the problem on standard input, progress and proposal on standard output.

``python -m eventsapp.programme.scheduling.child``. It knows no database and no settings. The parent writes one pickle of
a :class:`Task`; whatever comes after it (a line, or the end when the parent has died) stops the run. Answers are lines of
JSON: ``{"progress": [seconds, objective, bound, unplaced]}``, and at last ``{"result": {…}}``. Its memory, more than
100 MB for the solver, lives only as long as the run.
"""

from __future__ import annotations

import json
import os
import pickle
import sys
import threading
from collections import Counter
from typing import Any, BinaryIO, NoReturn, TextIO

from eventsapp.programme import constraints
from eventsapp.programme.scheduling import reasons
from eventsapp.programme.scheduling.problem import make
from eventsapp.programme.scheduling.results import as_result
from eventsapp.programme.scheduling.slots import Limits
from eventsapp.programme.scheduling.solve import everything, solve
from eventsapp.programme.scheduling.task import Task


def compute(task: Task, tell: Any, cancelled: Any) -> dict[str, Any]:
    """Return the result of a run (``results.as_result``); ``tell`` is called with each point of progress."""
    problem = make(task.planning, task.options)
    limits = Limits(task.seconds, task.seed, task.deterministic)
    found = solve(
        problem,
        limits,
        on_progress=lambda one: tell([one.seconds, one.objective, one.bound, one.unplaced]),
        cancelled=cancelled,
    )
    places = everything(problem, found.places)
    why = {id_: reasons.explain(task.planning, id_, places) for id_ in found.unplaced}
    before = Counter(one.kind.value for one in constraints.find(task.planning))
    after = Counter(one.kind.value for one in constraints.find(task.planning, places))
    return as_result(found, why, dict(before), dict(after))


def main(given: BinaryIO, said: TextIO) -> None:
    """Compute the task that is given."""
    task = pickle.load(given)
    stop = threading.Event()

    def listen() -> None:
        given.read(1)
        stop.set()

    threading.Thread(target=listen, daemon=True).start()
    lock = threading.Lock()

    def say(line: dict[str, Any]) -> None:
        with lock:
            said.write(json.dumps(line) + "\n")
            said.flush()

    say({"result": compute(task, lambda point: say({"progress": point}), stop.is_set)})


def leave() -> NoReturn:
    """End the process with success, at once, when all has been said.

    A solver that is still at work in a thread would call into an interpreter that is shutting down, and abort.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout)
    leave()
