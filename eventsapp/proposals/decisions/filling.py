"""Choosing by rule: the best scores, and the best scores as far as targets of balance allow. Pure.

*By score and balance* begins with the best scores. As long as a target is missed, the exchange of one chosen proposal for one
that is not chosen is made that brings the targets nearest, and among such exchanges the one that costs least score. Every
exchange makes the sum of what is missed smaller, so it ends; every exchange is told, so that a person can follow it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eventsapp.proposals.decisions.balance import Dimension, Targets, Traits, needed, shortfall, tally

Signature = tuple[tuple[Dimension, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposal that can be chosen. ``score``: None where there is none yet, which comes last."""

    id: int
    score: float | None
    traits: Traits


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
    inside, outside = ordered[: max(places, 0)], ordered[max(places, 0) :]
    counts, bases = tally([*kept, *(one.traits for one in inside)])
    missed = shortfall(counts, bases, targets)
    exchanges: list[Exchange] = []
    # Of proposals that are alike in everything that has a target, only the worst inside and the best outside matter.
    within, beyond = _grouped(reversed(inside), targets), _grouped(outside, targets)
    while missed:
        best: tuple[int, float, Signature, Signature] | None = None
        for coming, waiting in beyond.items():
            if not waiting or not _helps(coming, counts, bases, targets):
                continue
            for going, sitting in within.items():
                if not sitting or going == coming:
                    continue
                after = _missed(counts, bases, targets, coming, going)
                if after >= missed:
                    continue
                cost = (sitting[0].score or 0.0) - (waiting[0].score or 0.0)
                if best is None or (after, cost) < best[:2]:
                    best = (after, cost, coming, going)
        if best is None:
            break
        after, cost, coming, going = best
        taken, left = beyond[coming].pop(0), within[going].pop(0)
        gains = tuple(
            (dimension, value)
            for dimension, values in coming
            for value in dict.fromkeys(values)
            if counts[dimension, value] < needed(targets[dimension].get(value), bases[dimension])
        )
        exchanges.append(Exchange(taken.id, left.id, gains, cost))
        _apply(counts, bases, coming, 1)
        _apply(counts, bases, going, -1)
        _put(within.setdefault(coming, []), taken, worst_first=True)
        _put(beyond.setdefault(going, []), left, worst_first=False)
        missed = after
    chosen = {one.id for ones in within.values() for one in ones}
    return Filled(tuple(one.id for one in ordered if one.id in chosen), tuple(exchanges), missed)


def _signature(traits: Traits, targets: Targets) -> Signature:
    """Return what of a proposal's traits matters: its values in the dimensions that have targets."""
    return tuple((dimension, values) for dimension in targets if (values := traits.get(dimension, ())))


def _grouped(ordered: Iterable[Candidate], targets: Targets) -> dict[Signature, list[Candidate]]:
    found: dict[Signature, list[Candidate]] = {}
    for one in ordered:
        found.setdefault(_signature(one.traits, targets), []).append(one)
    return found


def _put(group: list[Candidate], one: Candidate, *, worst_first: bool) -> None:
    group.append(one)
    ordered = in_order(group)
    group[:] = ordered[::-1] if worst_first else ordered


def _apply(
    counts: Counter[tuple[Dimension, str]], bases: Counter[Dimension], signature: Signature, sign: int
) -> None:
    more, base = tally([dict(signature)])
    for key, number in more.items():
        counts[key] += sign * number
    for dimension, number in base.items():
        bases[dimension] += sign * number


def _helps(
    signature: Signature,
    counts: Mapping[tuple[Dimension, str], int],
    bases: Mapping[Dimension, int],
    targets: Targets,
) -> bool:
    """Return whether a proposal has a value of which there are too few, or makes a base smaller by what it lacks."""
    here = dict(signature)
    for dimension, goals in targets.items():
        values = here.get(dimension, ())
        for value, target in goals.items():
            short = counts.get((dimension, value), 0) < needed(target, bases.get(dimension, 0))
            if short and (value in values or not values):
                return True
    return False


def _missed(
    counts: Counter[tuple[Dimension, str]],
    bases: Counter[Dimension],
    targets: Targets,
    coming: Signature,
    going: Signature,
) -> int:
    come, come_base = tally([dict(coming)])
    go, go_base = tally([dict(going)])
    total = 0
    for dimension, goals in targets.items():
        base = bases[dimension] + come_base[dimension] - go_base[dimension]
        for value, target in goals.items():
            key = (dimension, value)
            total += max(0, needed(target, base) - (counts[key] + come[key] - go[key]))
    return total
