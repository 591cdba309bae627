"""Plain greedy placing: the hardest events first, each where it adds least to the price. Pure.

The first proposal of a run, the hint for the solver, and what the benchmarks compare with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import Problem, bits


def fill(
    board: Board, events: Iterable[int] | None = None, *, stop: Callable[[], bool] = lambda: False
) -> list[int]:
    """Place all events (or these) that are not on the board; return those for which nothing was left, in order.

    The hardest first: those of high rank, then those with the fewest choices. In the cheapest time, then the smallest
    room. Events in the way of one for which nothing is left make room for it if they can go elsewhere.
    """
    problem = board.problem
    wanted = range(len(problem.events)) if events is None else events
    waiting = sorted(
        (event for event in wanted if event not in board.at),
        key=lambda event: (-problem.events[event].rank, event in problem.free, width(problem, event), event),
    )
    return [event for event in waiting if stop() or not (place(board, event) or _make_room(board, event))]


def width(problem: Problem, event: int) -> int:
    """Return among how many times and rooms an event can choose when it is alone."""
    return sum(rooms.bit_count() for rooms in problem.choices[event].values())


def place(board: Board, event: int) -> bool:
    """Place one event in the cheapest time, in the smallest room that is left then; return whether there was any."""
    best: tuple[int, int, int, int] | None = None
    for time, rooms in board.choices(event):
        # Of times that cost the same, the one with most rooms left: others may need the last of another.
        key = (board.price(event, time), -rooms.bit_count(), time, rooms)
        if best is None or key < best:
            best = key
    if best is None:
        return False
    board.put(event, best[2], smallest(board.problem, event, best[2], best[3]))
    return True


def smallest(problem: Problem, event: int, time: int, rooms: int) -> int:
    """Return, of some rooms (bits, at least one), where the event is known to be, else the smallest."""
    known = {anchor.place.room_id for anchor in problem.anchors[event] if anchor.kept_at(problem.times[time])}
    return min(
        bits(rooms),
        key=lambda r: (problem.rooms[r].id not in known, problem.rooms[r].capacity or 1_000_000, r),
    )


def _make_room(board: Board, event: int) -> bool:
    """Move one event out of the way of another, if that helps both; return whether it did."""
    problem = board.problem
    by_place: dict[tuple[int, int], int] = {(where): other for other, where in board.at.items()}
    for time, rooms in problem.choices[event].items():
        if not board.allowed(event, time):
            continue
        for room in bits(rooms):
            in_the_way = [
                by_place[other, room] for other in problem.in_room[time] if (other, room) in by_place
            ]
            if len(in_the_way) != 1:
                continue
            other = in_the_way[0]
            was = board.take(other)
            if not (board.free_rooms(event, time) >> room & 1):
                board.put(other, *was)
                continue
            board.put(event, time, room)
            if place(board, other):
                return True
            board.take(event)
            board.put(other, *was)
    return False
