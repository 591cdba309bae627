"""Choosing by rule: the best scores, and the best scores as far as targets of balance allow. Pure.

*By score and balance* begins with the best scores. As long as a target is missed, the exchange of one chosen proposal for one
that is not chosen is made that brings the targets nearest, and among such exchanges the one that costs least score. Every
exchange makes the sum of what is missed smaller, so it ends; every exchange is told, so that a person can follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add, sub
from typing import Final

from eventsapp.proposals.decisions.balance import Dimension, Targets, Traits, needed, tally

PROMISING: Final = 16
"""Groups on each side that are looked at before all of them are."""
Sums = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal that can be chosen. ``score``: None where there is none yet, which comes last."""

    id: int
    score: float | None
    traits: Traits


Groups = dict[Sums, list[Candidate]]
Found = tuple[int, float, Sums, Sums]


@dataclass(frozen=True, slots=True)
class Exchange:
    """``taken`` was chosen instead of ``left``, for the sake of these values; ``cost``: the score given up."""

    taken: int
    left: int
    gains: tuple[tuple[Dimension, str], ...]
    cost: float


@dataclass(frozen=True, slots=True)
class Filled:
    """What was chosen, in score order, and how it came to differ from the best scores. ``missed``: places short of targets."""

    chosen: tuple[int, ...]
    exchanges: tuple[Exchange, ...] = ()
    missed: int = 0


def in_order(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Return candidates by score, the best first; those without one last; equal ones by id."""
    return sorted(candidates, key=lambda one: (one.score is None, -(one.score or 0.0), one.id))


def by_score(candidates: Iterable[Candidate], places: int) -> Filled:
    """Return the best scores, as many as there are places."""
    return Filled(tuple(one.id for one in in_order(candidates)[: max(places, 0)]))


def by_balance(
    candidates: Iterable[Candidate], places: int, targets: Targets, *, kept: Sequence[Traits] = ()
) -> Filled:
    """Return the best scores, exchanged as far as that brings targets nearer. ``kept``: those that have a place already."""
    ordered = in_order(candidates)
    goals = _Goals(targets)
    inside, outside = ordered[: max(places, 0)], ordered[max(places, 0) :]
    state = goals.sum_of([*kept, *(one.traits for one in inside)])
    missed = goals.missed(state)
    exchanges: list[Exchange] = []
    within, beyond = _grouped(reversed(inside), goals), _grouped(outside, goals)
    while missed:
        found = _best(state, missed, within, beyond, goals)
        if found is None:
            break
        missed, cost, coming, going = found
        taken, left = beyond[coming].pop(0), within[going].pop(0)
        exchanges.append(Exchange(taken.id, left.id, goals.short(state, taken.traits), cost))
        state = tuple(now + come - go for now, come, go in zip(state, coming, going, strict=True))
        _put(within.setdefault(coming, []), taken, worst_first=True)
        _put(beyond.setdefault(going, []), left, worst_first=False)
    chosen = {one.id for ones in within.values() for one in ones}
    return Filled(tuple(one.id for one in ordered if one.id in chosen), tuple(exchanges), missed)


def _best(state: Sums, missed: int, within: Groups, beyond: Groups, goals: _Goals) -> Found | None:
    """Return the exchange after which least is missed, and of those the cheapest; None when none brings the targets nearer.

    Looked for first among those that help most by themselves, which is where it nearly always is.
    """
    coming = sorted(
        (goals.missed(tuple(map(add, state, sums))), -(ones[0].score or 0.0), sums)
        for sums, ones in beyond.items()
        if ones
    )
    going = sorted(
        (goals.missed(tuple(map(sub, state, sums))), ones[0].score or 0.0, sums)
        for sums, ones in within.items()
        if ones
    )
    for most in (PROMISING, None):
        best: Found | None = None
        for _alone, minus_score, come in coming[:most]:
            with_it = tuple(map(add, state, come))
            for _without, score, go in going[:most]:
                after = goals.missed(tuple(map(sub, with_it, go)))
                if after < missed and (best is None or (after, score + minus_score) < best[:2]):
                    best = (after, score + minus_score, come, go)
        if best is not None:
            return best
    return None


class _Goals:
    """The targets as plain numbers, and what proposals add to them.

    A *sum* has first the base of each dimension with a target, then the count of each value with a target. Proposals with the
    same sum are alike in everything that matters: of those inside only the worst, of those outside only the best counts.
    """

    def __init__(self, targets: Targets) -> None:
        self._dimensions = list(targets)
        self._values = [
            (dimension, value, target)
            for dimension, goals in targets.items()
            for value, target in goals.items()
        ]
        places = {dimension: n for n, dimension in enumerate(self._dimensions)}
        begin = len(places)
        self._numbers = [
            (begin + n, places[dimension], target)
            for n, (dimension, _value, target) in enumerate(self._values)
        ]

    def sum_of(self, chosen: Iterable[Traits]) -> Sums:
        """Return the sum of some proposals."""
        counts, bases = tally(chosen)
        return (
            *(bases[dimension] for dimension in self._dimensions),
            *(counts[dimension, value] for dimension, value, _target in self._values),
        )

    def missed(self, state: Sums) -> int:
        """Return what all targets miss together."""
        total = 0
        for count, base, target in self._numbers:
            # As ``balance.needed``, in whole numbers: this is the inner loop.
            short = -(-target * state[base] // 100) - state[count]
            if short > 0:
                total += short
        return total

    def short(self, state: Sums, traits: Traits) -> tuple[tuple[Dimension, str], ...]:
        """Return the values of a proposal of which there are too few."""
        return tuple(
            (dimension, value)
            for (dimension, value, target), (count, base, _target) in zip(
                self._values, self._numbers, strict=True
            )
            if value in traits.get(dimension, ()) and state[count] < needed(target, state[base])
        )


def _grouped(ordered: Iterable[Candidate], goals: _Goals) -> Groups:
    found: Groups = {}
    for one in ordered:
        found.setdefault(goals.sum_of([one.traits]), []).append(one)
    return found


def _put(group: list[Candidate], one: Candidate, *, worst_first: bool) -> None:
    group.append(one)
    ordered = in_order(group)
    group[:] = ordered[::-1] if worst_first else ordered
