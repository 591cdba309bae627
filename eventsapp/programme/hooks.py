"""What the programme tells the features after it, which append their own functions here when they are registered.

All are called inside the transaction of the change, and may write, but not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

seats_raised: list[Callable[[int], None]] = []
"""Called with an event's id when more of its seats can be booked than before."""

event_cancelled: list[Callable[[int], None]] = []
"""Called with the id of an event that the public knew and that has just been cancelled."""

events_moved: list[Callable[[Sequence[int]], None]] = []
"""Called with the ids of events whose place or time a release has just changed."""

interest: list[Callable[[int], Mapping[int, int]]] = []
"""Called with a conference's id; returns event id → persons who keep it in their own programme or hold a seat. Reads."""
