"""What the computing process of a run is given. Pure, and without ortools."""

from __future__ import annotations

import pickle
from dataclasses import dataclass, replace

from eventsapp.programme.facts import Planning
from eventsapp.programme.scheduling.problem import Options


@dataclass(frozen=True, slots=True)
class Task:
    """What a run is given."""

    planning: Planning
    options: Options
    seconds: float
    seed: int
    deterministic: bool


def packed(task: Task) -> bytes:
    """Return a task as the child reads it."""
    # Read-only views of mappings cannot be pickled.
    rules = replace(task.planning.rules, weights=dict(task.planning.rules.weights))
    return pickle.dumps(replace(task, planning=replace(task.planning, rules=rules)))
