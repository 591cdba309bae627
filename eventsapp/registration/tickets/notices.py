"""What people are told of tickets, of seats that were given on, and of transfers: one message, by what happened."""

from __future__ import annotations

from enum import StrEnum

from eventsapp.registration import notices
from eventsapp.registration.queries import EventFacts, Person


class News(StrEnum):
    """What happened; the template has a sentence for each."""

    TICKET = "ticket"
    """The person may come to a restricted event."""
    TICKET_ENDED = "ticket_ended"
    RELEASED = "released"
    """The seat was given on because the person had not come."""
    ASKED = "asked"
    """Somebody wants to hand their seat on to the person (``other``)."""
    TAKEN = "taken"
    """``other`` took the seat that the person wanted to hand on."""
    DECLINED = "declined"


def tell(person: Person, what: News, event: EventFacts, *, other: str = "") -> None:
    """Write it to the person. ``other``: the name of whom it is about, where it is about somebody."""
    notices.seat_news(person, what.value, event, other=other)
