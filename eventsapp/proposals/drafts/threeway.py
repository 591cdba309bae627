"""Bringing together what several people write at once. Pure.

Each saves against what they saw when they began. What nobody else has changed since is taken; what somebody else has changed
meanwhile is left as it is and told of, with both texts; what somebody only sent along, unchanged, changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventsapp.proposals.drafts.content import FIELDS, Parts, mark


@dataclass(frozen=True, slots=True)
class Clash:
    """A part that two people changed in two ways. ``theirs`` is what it says now; None: nothing."""

    part: str
    theirs: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """What comes of a save: the parts from now on, what it changed (part → [before, after]), and what it could not."""

    parts: Parts
    changes: dict[str, list[Any]] = field(default_factory=dict)
    clashes: tuple[Clash, ...] = ()


def merge(
    current: Mapping[str, Any],
    mine: Mapping[str, Any],
    seen: Mapping[str, str],
    fields: Iterable[str] = FIELDS,
) -> Merged:
    """Return what comes of saving ``mine`` over ``current`` for somebody who saw the parts with the marks ``seen``.

    ``fields`` are those that ``mine`` speaks of: a part of one of them that ``mine`` lacks was emptied. Saving the same again
    changes nothing.
    """
    spoken = frozenset(fields)
    merged, changes, clashes = dict(current), {}, []
    for part in dict.fromkeys([*current, *mine]):
        if part.partition(".")[0] not in spoken:
            continue
        now, wanted, saw = current.get(part), mine.get(part), seen.get(part, "")
        if wanted == now or mark(wanted) == saw:
            continue
        if mark(now) != saw:
            clashes.append(Clash(part, now, wanted))
            continue
        changes[part] = [now, wanted]
        if wanted is None:
            del merged[part]
        else:
            merged[part] = wanted
    return Merged(merged, changes, tuple(clashes))


def undone(current: Mapping[str, Any], later: Iterable[Mapping[str, Any]]) -> Parts:
    """Return the parts as they were before some versions. ``later``: their changes, the newest first."""
    before = dict(current)
    for changes in later:
        for part, (was, _is) in changes.items():
            if was is None:
                before.pop(part, None)
            else:
                before[part] = was
    return before


def joined(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return two versions' changes, one after the other, as one; what came back to where it was is no change."""
    both = {part: list(change) for part, change in earlier.items()}
    for part, (was, now) in later.items():
        first = both[part][0] if part in both else was
        both[part] = [first, now]
    return {part: change for part, change in both.items() if change[0] != change[1]}
