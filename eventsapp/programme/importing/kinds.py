"""The rank and the colour that a new event type gets when the file names none. Pure.

Ranks follow the usual order of precedence at large conferences: plenaries above all, then the official formats, then
what partners organize, then what runs beside. Colours are those of the fixed palette, 1 to 12.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

COLOURS = 12

_USUAL = {
    "plenary": (100, 1),
    "high-level-round-table": (80, 2),
    "special-session": (60, 3),
    "policy-dialogue": (60, 4),
    "keynote": (60, 3),
    "maintrack": (50, 2),
    "stakeholder-round-table": (50, 5),
    "assembly": (50, 6),
    "side-event": (20, 7),
    "networking-event": (20, 8),
    "training-event": (20, 9),
    "one-un-pavilion": (20, 10),
    "urban-talk": (30, 11),
    "urban-stage": (10, 11),
    "urban-future": (10, 5),
    "village": (10, 12),
    "press": (10, 6),
    "exhibition": (5, 12),
    "parallel-event": (5, 9),
    "other": (0, 10),
}


def rank(slug: str) -> int:
    """Return the usual rank of a kind of event; 0 for one that is not known."""
    return _USUAL.get(slug, (0, 0))[0]


def colour(slug: str, used: Iterable[int]) -> int:
    """Return the usual colour of a kind of event, or the one that is used least so far."""
    if slug in _USUAL:
        return _USUAL[slug][1]
    count = Counter(used)
    return min(range(1, COLOURS + 1), key=lambda number: (count[number], number))
