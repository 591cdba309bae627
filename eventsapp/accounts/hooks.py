"""What accounts tell, and ask, the features after them, which append their own functions here when they are registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

address_confirmed: list[Callable[[int, str], None]] = []
"""Called with a person's id and e-mail address (lower case) when they have proved that they read mail there.

Inside the transaction of the confirmation: may write, but not commit.
"""


@dataclass(frozen=True, slots=True)
class OwnRegistration:
    """One line of a person's page "My registrations". ``address`` is the path of the registration's own page."""

    conference_names: Mapping[str, str]
    default_language: str
    start_date: date
    end_date: date
    state: str
    """In the reader's words."""
    address: str


registrations_of: list[Callable[[int], Sequence[OwnRegistration]]] = []
"""Asked with a person's id for their registrations, the coming conferences first. Only reads."""
