"""What comes of a run of the auto-scheduler. Pure, and without ortools: the web server reads proposals too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from eventsapp.programme.releases import Place


class Status(StrEnum):
    """How far a run came."""

    OPTIMAL = "optimal"
    """Nothing better is possible, as far as the bound can tell rooms apart."""
    FEASIBLE = "feasible"
    """The time was up; ``gap`` says how much better it could be at most."""
    CANCELLED = "cancelled"
    """Somebody stopped it; what had been found by then is in it."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Places for events, and how good they are.

    ``objective`` is the sum of the weights of all soft violations (``constraints.penalty``), and the price of moving;
    ``bound`` is below what any timetable with as few unplaced events could reach; ``gap`` is their distance in parts of
    the objective. Seconds are those since the run began.
    """

    places: Mapping[int, Place]
    """Event id → place, for every event that may move and has one."""
    unplaced: tuple[int, ...]
    """Ids of those that stay without, in order of code."""
    objective: float
    bound: float
    gap: float
    first_feasible_s: float
    seconds: float
    status: Status
    steps: Mapping[str, float] = field(default_factory=dict)
    """How long each step took."""
