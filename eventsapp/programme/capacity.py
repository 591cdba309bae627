"""What the public is told of the seats of an event. Pure."""

from __future__ import annotations

from typing import Final

from eventsapp.programme.snapshot import SeatsInfo

FEW: Final = 10
"""From this many free seats on down, their number is said."""


def seats_shown(capacity: int | None, taken: int, waiting: int) -> SeatsInfo | None:
    """Return what is said of the seats, or None when there is nothing to book (``capacity`` is None).

    While more than :data:`FEW` are free their number is not said, so that public pages do not change with each booking.
    A waitlist means that there is none to be had, whatever is free: a freed seat belongs to the first in the queue.
    """
    if capacity is None:
        return None
    free = max(0, capacity - taken)
    if waiting > 0:
        free = 0
    return SeatsInfo(capacity=capacity, left=None if free > FEW else free, waitlist=waiting > 0)
