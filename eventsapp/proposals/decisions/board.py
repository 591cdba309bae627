"""The board as a page shows it: order, cut line, filters, counts, balance, what stands in the way of sending. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from eventsapp.proposals import life
from eventsapp.proposals.decisions.balance import Balance, Dimension, Targets, balance
from eventsapp.proposals.decisions.queries import Row, decision_of, found_by
from eventsapp.proposals.enums import Action, Decision

PAGE: Final = 100
"""Rows of one page."""
MEASURES: Final = ("mean", "normalized")
FLAGS: Final = ("late", "first_time", "least_developed", "alike", "unreviewed")


@dataclass(frozen=True, slots=True)
class Line:
    """A row with its rank (from 1), what is drafted for it, and the codes of accepted proposals that are like it."""

    rank: int
    row: Row
    decision: Decision | None
    score: float | None
    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown. Empty strings: everything."""

    q: str = ""
    decision: str = ""
    theme: str = ""
    region: str = ""
    type: str = ""
    flag: str = ""

    def __bool__(self) -> bool:
        return any((self.q, self.decision, self.theme, self.region, self.type, self.flag))

    def take(self, line: Line) -> bool:
        """Return whether a line is shown."""
        traits = line.row.traits
        return (
            (not self.q or found_by(line.row, self.q))
            and (not self.decision or (line.decision.value if line.decision else "none") == self.decision)
            and (not self.theme or self.theme in traits.get(Dimension.THEME, ()))
            and (not self.region or self.region in traits.get(Dimension.REGION, ()))
            and (not self.type or self.type in traits.get(Dimension.TYPE, ()))
            and (not self.flag or flagged(line, self.flag))
        )


def flagged(line: Line, flag: str) -> bool:
    """Return whether a line has one of :data:`FLAGS`."""
    row = line.row
    if flag == "alike":
        return bool(line.alike)
    if flag == "unreviewed":
        return row.done < row.wanted
    return bool(getattr(row, flag, False))


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What an officer should know before decisions are sent: numbers of proposals still to be decided about."""

    undecided: int = 0
    unscreened: int = 0
    """Accepted or declined in the scenario, but not screened: that is not possible, and they are left out."""
    unreviewed: int = 0
    over: int = 0
    """More accepted than there are places."""
    merging: int = 0
    """In an open merger, which a decision ends."""


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board of one scenario."""

    lines: Sequence[Line]
    places: int | None
    counts: Mapping[str, int]
    """By the decision's value; ``none`` for those without."""

    @property
    def taken(self) -> int:
        """Places that are taken, by those that have one and those drafted to get one."""
        return self.counts[Decision.ACCEPT.value]

    @property
    def cut(self) -> int | None:
        """Rank after which the line is drawn: there are no more places; None for a call without a number of places."""
        return self.places


def order(rows: Iterable[Row], choices: Mapping[str, Any], measure: str, places: int | None) -> Board:
    """Return the board: the best score first, those without one last, equal ones by their ids."""
    ordered = sorted(rows, key=lambda row: ((score := row.score(measure)) is None, -(score or 0.0), row.id))
    decisions = {row.id: decision_of(row, choices) for row in ordered}
    codes = {row.id: row.code for row in ordered if decisions[row.id] is Decision.ACCEPT}
    counts = dict.fromkeys([*(one.value for one in Decision), "none"], 0)
    lines = []
    for rank, row in enumerate(ordered, 1):
        decision = decisions[row.id]
        counts[decision.value if decision else "none"] += 1
        alike = tuple(codes[id_] for id_ in row.alike if id_ in codes)
        lines.append(Line(rank, row, decision, row.score(measure), alike))
    return Board(lines, places, counts)


def page_of_cut(board: Board, filtered: Sequence[Line]) -> int:
    """Return the page on which the line is drawn, from 1."""
    if board.cut is None or len(filtered) != len(board.lines):
        return 1
    return max(0, min(board.cut, len(filtered)) - 1) // PAGE + 1


def balances(
    board: Board, targets: Targets, values: Mapping[Dimension, Iterable[str]]
) -> tuple[list[Balance], list[Balance]]:
    """Return the balance of what is accepted, and of all on the board."""
    accepted = [line.row.traits for line in board.lines if line.decision is Decision.ACCEPT]
    return (
        balance(accepted, targets, values),
        balance([line.row.traits for line in board.lines], {}, values),
    )


def can_be_sent(line: Line) -> bool:
    """Return whether the drafted decision of a line is possible now: it is screened, and not decided about yet."""
    return (
        line.row.open
        and line.decision is not None
        and life.target(line.row.state, Action(line.decision.value)) is not None
    )


def obstacles(board: Board, merging: frozenset[int] | set[int] = frozenset()) -> Obstacles:
    """Return what stands in the way of sending the drafted decisions."""
    to_decide = [line for line in board.lines if line.row.open]
    drafted = [line for line in to_decide if line.decision is not None]
    return Obstacles(
        undecided=len(to_decide) - len(drafted),
        unscreened=sum(not can_be_sent(line) for line in drafted),
        unreviewed=sum(line.row.done < line.row.wanted for line in drafted),
        over=max(0, board.taken - board.places) if board.places is not None else 0,
        merging=sum(line.row.id in merging for line in drafted),
    )
