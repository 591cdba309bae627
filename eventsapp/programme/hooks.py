"""What the programme tells the features after it, which append their own functions here when they are registered.

All are called inside the transaction of the change, and may write, but not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from eventsapp.programme.releases import Place
from eventsapp.programme.telling import Link

seats_raised: list[Callable[[int], None]] = []
"""Called with an event's id when more of its seats can be booked than before."""

event_cancelled: list[Callable[[int], None]] = []
"""Called with the id of an event that the public knew and that has just been cancelled."""

keeps: list[Callable[[int], str]] = []
"""Called with the id of an event that somebody wants to delete; returns a sentence that says why it must stay, else "". Reads."""

interest: list[Callable[[int], Mapping[int, int]]] = []
"""Called with a conference's id; returns event id → persons who keep it in their own programme or hold a seat. Reads."""

audience: list[Callable[[int, Sequence[int]], Iterable[Link]]] = []
"""Called with a conference's id and ids of its events; returns the people who have to do with them. Reads."""

calendar_object: list[Callable[[int, Sequence[int], Mapping[int, Place], str], str | None]] = []
"""Called with a conference's id, ids of events of its newest release, those that are withdrawn with the places they had, and
a language; returns an iCalendar object (METHOD:PUBLISH) of exactly these, None when none of them has a day. Reads, in
transactions of its own."""
