"""The second half: rooms for events whose times are known, by linear assignment in each slot. Pure.

Events that are at once in slots of the same length are assigned exactly, at the least price: few changes of room, short
ways, small rooms. Where slots of different lengths overlap, one after the other is; when that leaves an event without a
room, CP-SAT looks for rooms for all of them together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from ortools.graph.python import linear_sum_assignment
from ortools.sat.python import cp_model

from eventsapp.programme.facts import Kind
from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import Problem, bits

_NONE = 10_000_000
"""The price of no room at all."""
_SCALE = 1_000
"""The conference's weights count so much more than the size of rooms that are all large enough."""


def assign(problem: Problem, times: Mapping[int, int], *, seconds: float = 2.0) -> dict[int, int]:
    """Return a room for each event at its time, as far as there are any; events that are missing found none."""
    board = Board(problem)
    for component in _components(problem, times):
        groups = sorted(component, key=lambda time: (problem.times[time].start, problem.times[time].end))
        members = {time: [event for event, there in times.items() if there == time] for time in groups}
        left = [event for time in groups for event in _seat(board, members[time], time)]
        if left and len(groups) > 1:
            _together(board, {e: t for t in groups for e in members[t]}, seconds)
    return {event: room for event, (_time, room) in board.at.items()}


def improve(board: Board, *, rounds: int = 2) -> None:
    """Give the events of each slot the best rooms, all others staying where they are; once round for all slots, twice.

    Never takes a room from anybody without giving another.
    """
    ways = _ways(board.problem)
    for _ in range(rounds):
        by_time: dict[int, list[int]] = defaultdict(list)
        for event, (time, _room) in board.at.items():
            by_time[time].append(event)
        changed = False
        for time, events in sorted(by_time.items()):
            before = {event: board.take(event)[1] for event in events}
            left = _seat(board, events, time, ways)
            if left:
                for event in events:
                    if event in board.at:
                        board.take(event)
                for event, room in before.items():
                    board.put(event, time, room)
            changed = changed or any(board.at[event][1] != room for event, room in before.items())
        if not changed:
            return


def _components(problem: Problem, times: Mapping[int, int]) -> list[list[int]]:
    """Return the used times in groups that do not touch each other in any room."""
    used = sorted(set(times.values()), key=lambda time: problem.times[time].start)
    found: list[list[int]] = []
    reach = 0
    for time in used:
        if found and problem.times[time].start < reach:
            found[-1].append(time)
        else:
            found.append([time])
        reach = max(reach, problem.times[time].end + problem.turnover)
    return found


def _seat(
    board: Board, events: Sequence[int], time: int, ways: Mapping[int, Sequence[int]] | None = None
) -> list[int]:
    """Place the events of one time in the cheapest rooms that are free; return those for which there was none."""
    problem = board.problem
    if not events:
        return []
    count, rooms = len(events), len(problem.rooms)
    size = count + rooms
    # Each row an event or nobody; each column a room or none.
    prices = np.zeros((size, size), dtype=np.int64)
    allowed = np.zeros((size, size), dtype=bool)
    allowed[count:, :] = True
    for row, event in enumerate(events):
        allowed[row, rooms + row] = True
        prices[row, rooms + row] = _NONE
        for room in bits(board.free_rooms(event, time)):
            allowed[row, room] = True
            prices[row, room] = _SCALE * price(board, event, time, room, ways) + _size(problem, event, room)
    left_nodes, right_nodes = np.nonzero(allowed)
    assignment = linear_sum_assignment.SimpleLinearSumAssignment()
    assignment.add_arcs_with_cost(
        left_nodes.astype(np.int32), right_nodes.astype(np.int32), prices[left_nodes, right_nodes]
    )
    if assignment.solve() != assignment.OPTIMAL:  # pragma: no cover - everybody may have none
        return list(events)
    left = []
    for row, event in enumerate(events):
        room = assignment.right_mate(row)
        if room < rooms:
            board.put(event, time, room)
        else:
            left.append(event)
    return left


def price(
    board: Board, event: int, time: int, room: int, ways: Mapping[int, Sequence[int]] | None = None
) -> int:
    """Return what a room adds to the price of an event at its time: changes of room, and ways that are too long."""
    problem = board.problem
    found = 0
    there = problem.rooms[room]
    for anchor in problem.anchors[event]:
        known = anchor.place.room_id
        if known is None or known == there.id or not anchor.kept_at(problem.times[time]):
            continue
        if any(problem.rooms[r].id == known for r in bits(problem.choices[event][time])):
            found += anchor.weight
    for other in (ways or {}).get(event, ()):
        where = board.at.get(other)
        if where is not None and problem.rooms[where[1]].venue_id != there.venue_id:
            one, two = problem.times[time], problem.times[where[0]]
            gap = max(one.start, two.start) - min(one.end, two.end)
            if 0 <= gap < problem.planning.rules.walking.total_seconds() // 60:
                found += problem.planning.rules.weight(Kind.WALKING)
    return found


def _size(problem: Problem, event: int, room: int) -> int:
    """Return how large a room is among all, so that small ones are taken first; a known one before others."""
    capacity = problem.rooms[room].capacity
    return min(capacity, _SCALE * 10) // 10 if capacity is not None else _SCALE


def _ways(problem: Problem) -> dict[int, list[int]]:
    """Return for each event the others that somebody must walk to or from."""
    if not problem.planning.rules.weight(Kind.WALKING) or not problem.planning.rules.walking:
        return {}
    if len({room.venue_id for room in problem.rooms}) < 2:
        return {}
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for n, event in enumerate(problem.events):
        for id_ in event.speaker_ids - event.online_ids:
            groups["speaker", id_].append(n)
        for id_ in event.lead_ids:
            groups["lead", id_].append(n)
    found: dict[int, set[int]] = defaultdict(set)
    for members in groups.values():
        for one, other in combinations(members, 2):
            found[one].add(other)
            found[other].add(one)
    return {event: sorted(others) for event, others in found.items()}


def _together(board: Board, times: Mapping[int, int], seconds: float) -> None:
    """Find rooms for as many as possible of some events whose times overlap in part; rearranges all of them."""
    problem = board.problem
    before = {event: board.take(event) for event in times if event in board.at}
    model = cp_model.CpModel()
    y = {
        (event, room): model.new_bool_var("")
        for event, time in times.items()
        for room in bits(board.free_rooms(event, time))
    }
    by_room: dict[int, list[int]] = defaultdict(list)
    by_event: dict[int, list[int]] = defaultdict(list)
    for event, room in y:
        by_room[room].append(event)
        by_event[event].append(room)
        model.add_hint(y[event, room], event in before and before[event][1] == room)
    for event, rooms in by_event.items():
        model.add_at_most_one(y[event, room] for room in rooms)
    for room, events in by_room.items():
        for start in sorted({problem.times[times[event]].start for event in events}):
            running = [
                event
                for event in events
                if problem.times[times[event]].start
                <= start
                < problem.times[times[event]].end + problem.turnover
            ]
            if len(running) > 1:
                model.add_at_most_one(y[event, room] for event in running)
    model.maximize(sum(y.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = seconds
    status = solver.solve(model)
    found = (
        {event: room for (event, room), one in y.items() if solver.boolean_value(one)}
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        else {}
    )
    if len(found) < len(before):
        found = {event: room for event, (_time, room) in before.items()}
    for event, room in found.items():
        board.put(event, times[event], room)
