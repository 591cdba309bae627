"""A part of a problem: some events may move, all others on a board stay where they are. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import Crowd, Pair, Problem, Share


def part(board: Board, events: Sequence[int]) -> Problem:
    """Return the problem of placing only ``events``, none of which is on the board, beside all that is.

    Its event n is ``events[n]`` of the board's problem; times and rooms are the same.
    """
    whole = board.problem
    index = {event: n for n, event in enumerate(events)}
    choices: list[dict[int, int]] = []
    for event in events:
        choices.append(dict(board.choices(event)))
    among: dict[tuple[int, ...], int] = defaultdict(int)
    for number in sorted({number for event in events for number in whole.crowds_of[event]}):
        members = tuple(index[one] for one in whole.crowds[number].members if one in index)
        if len(members) > 1:
            among[members] += whole.crowds[number].weight
    groups = sorted({number for event in events for number in whole.exclusive_of[event]})
    exclusive = (tuple(index[one] for one in whole.exclusive[number] if one in index) for number in groups)
    pairs = sorted({number for event in events for number in whole.pairs_of[event]})
    sole = whole.planning.rules.sole_rank
    rest = [
        (event, time) for event, (time, _room) in board.at.items() if event in whole.free and event not in index
    ]
    counted = [(event, time) for event, time in rest if whole.events[event].rank < sole]
    return replace(
        whole,
        events=tuple(whole.events[event] for event in events),
        choices=tuple(choices),
        costs=tuple(
            {time: board.price(event, time) for time in mine} for event, mine in zip(events, choices, strict=True)
        ),
        free=frozenset(index[event] for event in events if event in whole.free),
        missing=tuple(whole.missing[event] for event in events),
        stays=tuple(whole.stays[event] for event in events),
        anchors=tuple(whole.anchors[event] for event in events),
        exclusive=tuple(group for group in exclusive if len(group) > 1),
        crowds=tuple(Crowd(weight, members) for members, weight in among.items()),
        pairs=tuple(
            Pair(pair.kind, index[pair.first], index[pair.second], pair.weight)
            for pair in (whole.pairs[number] for number in pairs)
            if pair.first in index and pair.second in index
        ),
        teams=board.teams(),
        shares=tuple(_share(share, index, board) for share in whole.shares),
        timed=(whole.timed[0] + len(counted), whole.timed[1] + sum(time in whole.best for _event, time in counted)),
        constant=0,
    )  # fmt: skip


def _share(share: Share, index: dict[int, int], board: Board) -> Share:
    best = board.problem.best
    there = sum(board.at[one][0] in best for one in share.members if one not in index and one in board.at)
    return Share(tuple(index[one] for one in share.members if one in index), share.size, share.best + there)
