"""How a choice of proposals is balanced, and what it misses of its targets. Pure.

Every proposal has *traits*: values in each dimension, such as the region of its lead or its themes. A share is the part of the
chosen proposals that have a value, among those of which the dimension is known; of speakers, the part of the speakers. A
proposal with two themes counts in both, so shares of themes and languages may come to more than 100 per cent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Any, Final


class Dimension(StrEnum):
    """What programmes are balanced over."""

    REGION = "region"
    TYPE = "type"
    CONSTITUENCY = "constituency"
    THEME = "theme"
    LANGUAGE = "language"
    GENDER = "gender"
    FIRST_TIME = "first_time"
    LEAST_DEVELOPED = "least_developed"


YES: Final = "yes"
NO: Final = "no"
YES_OR_NO: Final = frozenset({Dimension.FIRST_TIME, Dimension.LEAST_DEVELOPED})

Traits = Mapping[Dimension, tuple[str, ...]]
"""Values of one proposal. A dimension that is not known of it is missing; a gender stands once for each speaker."""
Targets = Mapping[Dimension, Mapping[str, int]]
"""Least per cent of each value; what is missing has no target."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the chosen have a value. ``target``: least per cent, or None."""

    value: str
    count: int
    base: int
    target: int | None = None

    @property
    def per_cent(self) -> int:
        """The share in whole per cent, rounded down: a target is never called reached before it is."""
        return 100 * self.count // self.base if self.base else 0

    @property
    def missing(self) -> int:
        """How many more of this many would have to be so for the target."""
        return max(0, needed(self.target, self.base) - self.count) if self.target else 0


@dataclass(frozen=True, slots=True)
class Balance:
    """One dimension of a choice. ``base``: proposals (of gender: speakers) of which it is known."""

    dimension: Dimension
    base: int
    shares: tuple[Share, ...]

    @property
    def missing(self) -> int:
        """What all targets of the dimension miss together."""
        return sum(share.missing for share in self.shares)


def needed(target: int | None, base: int) -> int:
    """Return how many of ``base`` make ``target`` per cent."""
    return ceil((target or 0) * base / 100)


def tally(chosen: Iterable[Traits]) -> tuple[Counter[tuple[Dimension, str]], Counter[Dimension]]:
    """Return how often each value occurs, and the base of each dimension."""
    counts: Counter[tuple[Dimension, str]] = Counter()
    bases: Counter[Dimension] = Counter()
    for traits in chosen:
        for dimension, values in traits.items():
            if not values:
                continue
            if dimension is Dimension.GENDER:
                bases[dimension] += len(values)
                for value in values:
                    counts[dimension, value] += 1
            else:
                bases[dimension] += 1
                for value in dict.fromkeys(values):
                    counts[dimension, value] += 1
    return counts, bases


def balance(
    chosen: Iterable[Traits], targets: Targets, values: Mapping[Dimension, Iterable[str]]
) -> list[Balance]:
    """Return the balance of a choice over the dimensions of ``values``, with all their values in that order.

    Values with a target or an occurrence that are not named there come after them.
    """
    counts, bases = tally(chosen)
    found = []
    for dimension, named in values.items():
        goals = targets.get(dimension, {})
        occurring = sorted(value for one, value in counts if one is dimension)
        order = dict.fromkeys([*named, *goals, *occurring])
        base = bases[dimension]
        found.append(
            Balance(
                dimension,
                base,
                tuple(Share(value, counts[dimension, value], base, goals.get(value)) for value in order),
            )
        )
    return found


def shortfall(
    counts: Mapping[tuple[Dimension, str], int], bases: Mapping[Dimension, int], targets: Targets
) -> int:
    """Return what all targets miss together: the sum of the places by which they are not reached."""
    return sum(
        max(0, needed(target, bases.get(dimension, 0)) - counts.get((dimension, value), 0))
        for dimension, goals in targets.items()
        for value, target in goals.items()
    )


def targets_from(said: Mapping[str, Any]) -> dict[Dimension, dict[str, int]]:
    """Return the targets of a call as they are stored, without what does not make sense any more."""
    found: dict[Dimension, dict[str, int]] = {}
    for name, goals in said.items():
        if name in set(Dimension) and isinstance(goals, Mapping):
            kept = {
                str(value): target
                for value, target in goals.items()
                if isinstance(target, int) and 0 < target <= 100
            }
            if kept:
                found[Dimension(name)] = kept
    return found
