"""Which reviewers read which proposals. Pure and deterministic: the same in, the same out.

In this order of importance: nobody gets a proposal in which they have an interest, gave back or have already, or more than they
take on; as many reviews as possible are given out (augmenting paths: who is full hands a proposal on to somebody else); loads
differ by at most one where that is possible (paths from the most to the least loaded, after Harvey, Ladner, Lovász and Tamir,
"Semi-matchings for bipartite graphs and load balancing", 2006); reviewers know the theme and the language (experts first,
then exchanges between two that make both together fit better).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_LOOKS: Final = 400_000
"""Exchanges that are looked at: a bound on the time, the same on every machine."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A reviewer. ``load``: proposals that they have already; ``most``: that they take on, None for any number.

    Empty ``themes`` or ``languages``: not said, neither good nor bad.
    """

    id: int
    themes: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    most: int | None = None
    load: int = 0

    @property
    def room(self) -> int | None:
        """How many more they take on."""
        return None if self.most is None else max(0, self.most - self.load)


@dataclass(frozen=True, slots=True)
class Work:
    """A proposal that wants ``wanted`` more reviews. ``barred``: who has it already, gave it back, or has an interest."""

    id: int
    wanted: int
    themes: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    barred: frozenset[int] = frozenset()


class Why(StrEnum):
    """Why a proposal does not get all the reviews that it wants."""

    NOBODY = "nobody"
    """Too few reviewers may have it: interests, or (where that is asked) nobody who knows theme and language."""
    FULL = "full"
    """Those who may have it take on no more."""


@dataclass(frozen=True, slots=True)
class Short:
    """A proposal that does not get all reviews that it wants."""

    proposal_id: int
    missing: int
    why: Why


@dataclass(frozen=True, slots=True)
class Plan:
    """Who gets what: (proposal, reviewer), sorted; what cannot be filled; and everybody's load with it."""

    pairs: tuple[tuple[int, int], ...]
    short: tuple[Short, ...]
    loads: Mapping[int, int]


def fit(work: Work, reader: Reader) -> int:
    """Return how well somebody fits a proposal, from 0 to 4: two for its language, two for a theme, one each where not said."""
    found = 0
    if not reader.languages or not work.languages:
        found += 1
    elif reader.languages & work.languages:
        found += 2
    if not reader.themes or not work.themes:
        found += 1
    elif reader.themes & work.themes:
        found += 2
    return found


def knows(work: Work, reader: Reader) -> bool:
    """Return whether somebody knows the language and a theme of a proposal, as far as it has any."""
    return (not work.languages or bool(reader.languages & work.languages)) and (
        not work.themes or bool(reader.themes & work.themes)
    )


def plan(works: Iterable[Work], readers: Iterable[Reader], *, strict: bool = False) -> Plan:
    """Return a plan. ``strict``: only reviewers who know a proposal's language and theme get it."""
    return _Planner(list(works), list(readers), strict).run()


class _Planner:
    def __init__(self, works: Sequence[Work], readers: Sequence[Reader], strict: bool) -> None:
        self.works = {one.id: one for one in sorted(works, key=lambda one: one.id)}
        self.readers = {one.id: one for one in sorted(readers, key=lambda one: one.id)}
        self.allowed: dict[int, dict[int, int]] = {}
        """By proposal: who may have it, and how well they fit."""
        for work in self.works.values():
            self.allowed[work.id] = {
                reader.id: fit(work, reader)
                for reader in self.readers.values()
                if reader.id not in work.barred and (not strict or knows(work, reader))
            }
        self.load = {one.id: one.load for one in self.readers.values()}
        self.held: dict[int, dict[int, None]] = {id_: {} for id_ in self.readers}
        """By reviewer: the proposals given to them, in the order in which they were (a set that has one)."""
        self.by: dict[int, dict[int, None]] = {id_: {} for id_ in self.works}

    def run(self) -> Plan:
        self._greedy()
        self._fill()
        self._balance()
        self._exchange()
        return Plan(
            tuple(sorted((id_, reader) for id_, readers in self.by.items() for reader in readers)),
            tuple(self._short()),
            dict(self.load),
        )

    # --- steps

    def _greedy(self) -> None:
        level = self._level()
        # Those with the fewest to choose from come first; a round gives each proposal one reviewer.
        order = sorted(self.works, key=lambda id_: (len(self.allowed[id_]), id_))
        for round_ in range(max((one.wanted for one in self.works.values()), default=0)):
            for id_ in order:
                if self.works[id_].wanted <= round_:
                    continue
                best = min(
                    (
                        (-fits, self.load[reader], reader)
                        for reader, fits in self.allowed[id_].items()
                        if self.load[reader] < level and reader not in self.by[id_] and self._has_room(reader)
                    ),
                    default=None,
                )
                if best is not None:
                    self._give(id_, best[2])

    def _level(self) -> int:
        """The load that nobody need exceed if everybody could have everything."""
        need = sum(one.wanted for one in self.works.values())
        low, high = 0, need + max(self.load.values(), default=0) + 1
        while low < high:
            middle = (low + high) // 2
            room = sum(
                max(0, min(middle, middle if one.most is None else one.most) - one.load)
                for one in self.readers.values()
            )
            low, high = (low, middle) if room >= need else (middle + 1, high)
        return low

    def _fill(self) -> None:
        # Where no path led to somebody with room, none ever will: whoever was asked in vain is not asked again.
        dead: set[int] = set()
        for id_, work in self.works.items():
            while len(self.by[id_]) < work.wanted:
                if not self._augment(id_, dead):
                    break

    def _augment(self, id_: int, dead: set[int]) -> bool:
        came: dict[int, tuple[int, int | None]] = {}
        """By reviewer: (the proposal that they would take, who hands it on; None: nobody has it yet)."""
        queue: deque[int] = deque()
        starts = [one for one in self.allowed[id_] if one not in self.by[id_] and one not in dead]
        for reader in sorted(starts, key=lambda one: (-self.allowed[id_][one], self.load[one], one)):
            came[reader] = (id_, None)
            queue.append(reader)
        while queue:
            reader = queue.popleft()
            if self._has_room(reader):
                self._shift(reader, came)
                return True
            for other_work in self.held[reader]:
                for other in self.allowed[other_work]:
                    if other not in came and other not in dead and other not in self.by[other_work]:
                        came[other] = (other_work, reader)
                        queue.append(other)
        dead |= set(came)
        return False

    def _shift(self, reader: int, came: Mapping[int, tuple[int, int | None]]) -> None:
        at: int | None = reader
        while at is not None:
            work, giver = came[at]
            if giver is not None:
                self._take(work, giver)
            self._give(work, at)
            at = giver

    def _balance(self) -> None:
        settled: set[int] = set()
        while True:
            heavy = [one for one in self.readers if one not in settled and self.held[one]]
            if not heavy:
                return
            start = max(heavy, key=lambda one: (self.load[one], -one))
            if not self._lighten(start):
                settled.add(start)

    def _lighten(self, start: int) -> bool:
        """Move one proposal from the heavy, over others, to somebody with at least two fewer; say whether it was possible."""
        came: dict[int, tuple[int, int]] = {}
        queue = deque([start])
        while queue:
            reader = queue.popleft()
            found: dict[int, tuple[int, int]] = {}
            """By reviewer who could take one over: (what is lost in fit, the proposal)."""
            for work in self.held[reader]:
                allowed = self.allowed[work]
                for other, fits in allowed.items():
                    if other == start or other in came or other in self.by[work]:
                        continue
                    lost = (allowed[reader] - fits, work)
                    if other not in found or lost < found[other]:
                        found[other] = lost
            # The one of these that is lightest, and fits best.
            for other in sorted(found, key=lambda one: (self.load[one], found[one], one)):
                came[other] = (found[other][1], reader)
                if self.load[other] <= self.load[start] - 2 and self._has_room(other):
                    at = other
                    while at != start:
                        work, giver = came[at]
                        self._take(work, giver)
                        self._give(work, at)
                        at = giver
                    return True
                queue.append(other)
        return False

    def _exchange(self) -> None:
        """Exchange two proposals between two reviewers where both together fit better; loads stay as they are."""
        looks = 0
        for id_ in self.works:
            allowed = self.allowed[id_]
            best = max(allowed.values(), default=0)
            for reader in list(self.by[id_]):
                if allowed[reader] == best:
                    continue
                for other in sorted(allowed, key=lambda one: (-allowed[one], one)):
                    gain = allowed[other] - allowed[reader]
                    if gain <= 0:
                        break
                    if other in self.by[id_]:
                        continue
                    partner = None
                    for work in self.held[other]:
                        looks += 1
                        theirs = self.allowed[work]
                        if reader in theirs and reader not in self.by[work]:
                            better = gain + theirs[reader] - theirs[other]
                            if better > 0 and (partner is None or better > partner[0]):
                                partner = (better, work)
                                if better >= gain:
                                    break
                    if partner is not None:
                        self._take(id_, reader)
                        self._take(partner[1], other)
                        self._give(id_, other)
                        self._give(partner[1], reader)
                        break
                    if looks > _LOOKS:
                        return

    def _short(self) -> Iterable[Short]:
        for id_, work in self.works.items():
            missing = work.wanted - len(self.by[id_])
            if missing > 0:
                why = Why.NOBODY if len(self.allowed[id_]) < work.wanted else Why.FULL
                yield Short(id_, missing, why)

    # --- one proposal and one reviewer

    def _has_room(self, reader: int) -> bool:
        most = self.readers[reader].most
        return most is None or self.load[reader] < most

    def _give(self, work: int, reader: int) -> None:
        self.by[work][reader] = None
        self.held[reader][work] = None
        self.load[reader] += 1

    def _take(self, work: int, reader: int) -> None:
        del self.by[work][reader]
        del self.held[reader][work]
        self.load[reader] -= 1


def possible(work: Work, readers: Collection[Reader]) -> list[tuple[int, int]]:
    """Return (fit, reviewer) of those who may have a proposal, the best first: for an assignment by hand."""
    found = [(fit(work, one), one.id) for one in readers if one.id not in work.barred]
    loads = {one.id: one.load for one in readers}
    return sorted(found, key=lambda pair: (-pair[0], loads[pair[1]], pair[1]))
