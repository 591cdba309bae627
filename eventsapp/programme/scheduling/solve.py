"""From a problem to a proposal: a greedy timetable at once, then better ones, with a bound of what is possible. Pure.

Three things work on it side by side, each where it is strongest: local search improves the timetable in hand; a linear
relaxation, and themes solved by themselves, say what no timetable can beat; and where the problem is small enough, CP-SAT finds the best times and proves
it. Rooms are assigned by linear assignment. Whatever comes out has passed ``constraints.find``.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from eventsapp.programme import constraints
from eventsapp.programme.facts import Severity
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.scheduling import bound, greedy, parts, rooms, slots
from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import Problem, complete
from eventsapp.programme.scheduling.proposal import Proposal, Status
from eventsapp.programme.scheduling.search import Search
from eventsapp.programme.scheduling.slots import Limits

EXACT = 3_000
"""Up to so many choices of an event and a time CP-SAT looks for the proven best."""
_CHUNK = 0.25
_STEPS = 400
"""Steps of local search for each second of a deterministic run."""
_PATIENCE = 4
"""Chunks without progress after which the search goes on from its best."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is, for its chart: seconds, soft objective, bound (None: not known yet), events without a place."""

    seconds: float
    objective: float
    bound: float | None
    unplaced: int


def solve(
    problem: Problem,
    limits: Limits,
    *,
    on_progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Proposal:
    """Return the best proposal found within the limits. Never a hard violation that was not among what stays."""
    return _Run(problem, limits, on_progress, cancelled).run()


class _Run:
    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        on_progress: Callable[[Progress], None],
        cancelled: Callable[[], bool],
    ) -> None:
        self.problem, self.limits = problem, limits
        self._on_progress, self._cancelled = on_progress, cancelled
        self._begun = time.monotonic()
        self._bound: float | None = None
        self._inbox: list[Mapping[int, int]] = []
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._told: tuple[float, float | None, int] | None = None
        self._exact_done = False
        self.size = sum(map(len, problem.choices))

    def _seconds(self) -> float:
        return time.monotonic() - self._begun

    def _time_is_up(self) -> bool:
        return self._cancelled() or (not self.limits.deterministic and self._seconds() >= self.limits.seconds)

    def run(self) -> Proposal:
        board = self._first()
        first_feasible_s = self._seconds()
        search = Search(board, self.limits.seed)
        self._tell(search)
        if self.limits.deterministic:
            self._one_after_another(search)
        else:
            self._side_by_side(search)
        search.adopt(search.best)
        greedy.fill(board)
        rooms.improve(board)
        return self._proposal(board, first_feasible_s)

    # --- the first

    def _first(self) -> Board:
        """Return the better of two plain timetables: all anew, or with everything kept where it is, where that is allowed."""
        problem = self.problem
        found = Board(problem)
        greedy.fill(found)
        if any(complete(event.place) for event in problem.events):
            kept = Board(problem)
            number = {(one.day, one.during.start, one.during.end): n for n, one in enumerate(problem.times)}
            room_of = {room.id: n for n, room in enumerate(problem.rooms)}
            for n, event in enumerate(problem.events):
                place = event.place
                if not complete(place):
                    continue
                at = number.get((place.day, place.starts_at, place.ends_at))  # type: ignore[arg-type]
                room = room_of.get(place.room_id or 0)
                if (
                    at is not None
                    and room is not None
                    and kept.allowed(n, at)
                    and kept.free_rooms(n, at) >> room & 1
                ):
                    kept.put(n, at, room)
            greedy.fill(kept)
            if kept.total() <= found.total():
                return kept
        return found

    # --- better ones

    def _one_after_another(self, search: Search) -> None:
        """Do everything in turn, in units of work: the same on every machine."""
        steps = int(_STEPS * self.limits.seconds)
        for _ in range(8):
            search.run(stop=self._cancelled, steps=steps // 8)
            search.adopt(search.best)
        self._raise_bound(bound.lower(self.problem, 60))
        self._raise_bound(parts.lower(self.problem, self.limits, cancelled=self._cancelled))
        if self.size <= EXACT:
            self._exact(search.best)
        self._take_in(search)
        self._tell(search)

    def _side_by_side(self, search: Search) -> None:
        search.run(stop=lambda: self._time_is_up() or self._seconds() > min(1.0, self.limits.seconds / 4))
        self._tell(search)
        helpers = [threading.Thread(target=self._bounding, daemon=True)]
        if self.size <= EXACT:
            helpers.append(threading.Thread(target=self._exact, args=(dict(search.best),), daemon=True))
        for helper in helpers:
            helper.start()
        idle, best = 0, search.best_price
        while not self._time_is_up() and not self._proven(search):
            if self._exact_done:
                break
            until = time.monotonic() + _CHUNK
            search.run(stop=partial(self._chunk_is_over, until))
            self._take_in(search)
            if search.best_price < best:
                idle, best = 0, search.best_price
            else:
                idle += 1
            if idle and not idle % _PATIENCE:
                search.adopt(search.best)
            self._tell(search)
        self._over.set()
        for helper in helpers:
            helper.join(
                timeout=max(0.0, self.limits.seconds - self._seconds()) if not self._cancelled() else 1.0
            )
        self._take_in(search)
        self._tell(search)

    def _chunk_is_over(self, until: float) -> bool:
        return time.monotonic() > until or self._time_is_up()

    def _proven(self, search: Search) -> bool:
        return self._bound is not None and search.best_price <= self._bound

    def _bounding(self) -> None:
        self._raise_bound(bound.lower(self.problem, self.limits.seconds - self._seconds()))
        left = max(0.0, self.limits.seconds - self._seconds())
        limits = Limits(left * 0.8, self.limits.seed, workers=1)
        self._raise_bound(
            parts.lower(self.problem, limits, cancelled=lambda: self._over.is_set() or self._cancelled())
        )

    def _exact(self, at: Mapping[int, tuple[int, int]]) -> None:
        left = self.limits.seconds - (0 if self.limits.deterministic else self._seconds())
        limits = Limits(
            left, self.limits.seed, self.limits.deterministic, 1 if self.limits.workers < 2 else 2
        )
        found = slots.find(
            self.problem,
            limits,
            hint={event: where[0] for event, where in at.items()},
            on_better=self._better,
            on_bound=self._raise_bound,
            cancelled=lambda: self._over.is_set() or self._cancelled(),
        )
        if found is not None:
            self._raise_bound(found.bound)
            self._post(found.times)
            self._exact_done = found.status == "optimal"

    def _raise_bound(self, lower: float | None) -> None:
        with self._lock:
            if lower is not None and (self._bound is None or lower > self._bound):
                self._bound = lower

    def _better(self, _objective: float, lower: float, times: Mapping[int, int]) -> None:
        self._raise_bound(lower)
        self._post(times)

    def _post(self, times: Mapping[int, int]) -> None:
        with self._lock:
            self._inbox.append(dict(times))

    def _take_in(self, search: Search) -> None:
        """Take what CP-SAT has found into the search, with rooms for it."""
        with self._lock:
            posted, self._inbox = self._inbox[-1:], []
        for times in posted:
            found = rooms.assign(self.problem, times)
            board = Board(self.problem)
            for event, room in found.items():
                board.put(event, times[event], room)
            if len(found) < len(times):
                greedy.fill(board)
            if board.total() < search.best_price:
                search.adopt(dict(board.at))

    def _tell(self, search: Search) -> None:
        unplaced = len(self.problem.events) - len(search.best)
        objective = search.best_price - self.problem.unplaced_price * unplaced
        lower = self._soft_bound(unplaced)
        now = (objective, lower, unplaced)
        if now != self._told:
            self._told = now
            self._on_progress(Progress(round(self._seconds(), 2), objective, lower, unplaced))

    def _soft_bound(self, unplaced: int) -> float | None:
        """Return the bound of the soft price alone, when so many events have no place."""
        if self._bound is None:
            return None
        return max(0.0, self._bound - self.problem.unplaced_price * unplaced)

    # --- the result

    def _proposal(self, board: Board, first_feasible_s: float) -> Proposal:
        problem = self.problem
        places = {problem.events[n].id: problem.place(*where) for n, where in board.at.items()}
        self._take_out_what_is_wrong(places)
        whole = everything(problem, places)
        unplaced = tuple(event.id for event in problem.events if event.id not in places)
        objective = float(soft(problem, whole))
        total = objective + problem.unplaced_price * len(unplaced)
        known = self._bound if self._bound is not None else float(problem.constant)
        known = min(known, total)
        gap = (total - known) / max(1.0, objective)
        status = (
            Status.OPTIMAL if total <= known else Status.CANCELLED if self._cancelled() else Status.FEASIBLE
        )
        lower = max(0.0, known - problem.unplaced_price * len(unplaced))
        return Proposal(places, unplaced, objective, lower, gap, first_feasible_s, self._seconds(), status)

    def _take_out_what_is_wrong(self, places: dict[int, Place]) -> None:
        """Hold the result against what people are shown: an event in a hard violation that is new stays without a place."""
        planning = self.problem.planning
        before = {
            (one.kind, one.event_ids, one.subject_id)
            for one in constraints.find(planning, everything(self.problem, {}))
            if one.severity is Severity.HARD
        }
        while True:
            wrong = [
                one
                for one in constraints.find(planning, everything(self.problem, places))
                if one.severity is Severity.HARD
                and (one.kind, one.event_ids, one.subject_id) not in before
                and any(id_ in places for id_ in one.event_ids)
            ]
            if not wrong:
                return
            for one in wrong:
                out = next((id_ for id_ in reversed(one.event_ids) if id_ in places), None)
                if out is not None:
                    del places[out]


def everything(problem: Problem, places: Mapping[int, Place]) -> dict[int, Place]:
    """Return the places of all events: what stays, what is proposed, and what is known of those without a place."""
    found = dict(problem.fixed)
    found.update(
        {
            event.id: known
            for event, known in zip(problem.events, problem.stays, strict=True)
            if known != NOWHERE
        }
    )
    found.update(places)
    return found


def soft(problem: Problem, places: Mapping[int, Place]) -> int:
    """Return the price of a timetable: the weights of its soft violations, and of events moved."""
    planning = problem.planning
    price = constraints.penalty(constraints.find(planning, places), planning.rules)
    for event in problem.events:
        if problem.options.moving and complete(event.place) and places.get(event.id) != event.place:
            price += problem.options.moving
    return price
