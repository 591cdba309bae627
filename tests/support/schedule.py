"""Runs of the auto-scheduler that are over, without waiting for one."""

from __future__ import annotations

from collections import Counter

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.extensions import db
from eventsapp.programme import constraints
from eventsapp.programme.enums import RunState
from eventsapp.programme.models import SchedulerRun
from eventsapp.programme.planning import load_planning
from eventsapp.programme.releases import NOWHERE
from eventsapp.programme.scheduling import greedy, reasons, service
from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import make
from eventsapp.programme.scheduling.proposal import Proposal, Status
from eventsapp.programme.scheduling.results import as_result


def finished_run(conference: Conference, *, unplaced: int = 0) -> SchedulerRun:
    """Return a run that is done, with a plain proposal; ``unplaced`` events are left out of it. Writes."""
    run = service.ask(conference, actor=COMMAND_LINE)
    planning = load_planning(conference)
    problem = make(planning, service.options_of(run.options))
    board = Board(problem)
    greedy.fill(board)
    places = {problem.events[n].id: problem.place(*where) for n, where in board.at.items()}
    for id_ in sorted(places)[:unplaced]:
        del places[id_]
    left = tuple(event.id for event in problem.events if event.id not in places)
    whole = {
        **{event.id: event.place for event in planning.events.values() if event.place != NOWHERE},
        **places,
    }
    why = {id_: reasons.explain(planning, id_, whole) for id_ in left[:20]}
    proposal = Proposal(places, left[:20], 40.0, 38.0, 0.05, 0.1, 4.0, Status.FEASIBLE)
    before = Counter(one.kind.value for one in constraints.find(planning))
    after = Counter(one.kind.value for one in constraints.find(planning, whole))
    run.state, run.started_at, run.finished_at = RunState.DONE, clock.now(), clock.now()
    run.progress = [[0.1, 90.0, None, 2], [1.0, 60.0, 30.0, 0], [4.0, 40.0, 38.0, 0]]
    run.result = as_result(proposal, why, before, after)
    run.first_feasible_s, run.objective, run.bound = 0.1, 40.0, 38.0
    db.session.flush()
    return run
