"""What organizations ask, and tell, the features after them, which append their functions here when they are registered.

Those that are asked only read, each in a fixed number of statements. Those that are told run inside the transaction of the
change: they may write, but not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsapp.core.audit import Actor
from eventsapp.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class Address:
    """Where a secretariat reads its mail."""

    name: str
    email: str
    language: str


secretariats: list[Callable[[], Sequence[Address]]] = []
"""Asked for the addresses of those who see to conferences at present: told of what no focal point can answer."""

answering: list[Callable[[int], bool]] = []
"""Asked with an organization's id whether somebody has to answer for it: it has proposals. It keeps a focal point then."""


@dataclass(frozen=True, slots=True)
class OwnItem:
    """A proposal or an event on the page of an organization, as its people see it. Texts by language."""

    conference_names: Mapping[str, str]
    default_language: str
    titles: Mapping[str, str]
    code: str
    role: str
    """What the organization is there, in the reader's words."""
    state: str
    """In the reader's words."""
    tone: str = ""
    """How the state is coloured: "", good, warning, bad, info."""
    url: str | None = None
    starts_at: datetime | None = None
    zone: str = "UTC"


proposals_of: list[Callable[[int, int], Sequence[OwnItem]]] = []
"""Asked with an organization's id and that of a person who acts for it for its proposals, the newest conference first."""

events_of: list[Callable[[int], Sequence[OwnItem]]] = []
"""Asked with an organization's id for its events in all conferences that are public, the newest conference first."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of a later feature that belongs to an organization's own. ``count``: how many things wait there."""

    label: str
    url: str
    count: int = 0


own_pages: list[Callable[[Organization, bool], Sequence[OwnPage]]] = []
"""Asked with an organization, and whether the person is its focal point, for further pages that its people have."""

merged: list[Callable[[Organization, Organization, Actor], None]] = []
"""Told that the first organization has become part of the second: everything that referred to it has followed already."""
