"""The parts of a proposal's page: on the team's side, and on the officers'. Each part of the feature adds its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eventsapp.conferences.models import Conference
from eventsapp.proposals.access import Standing
from eventsapp.proposals.models import Proposal


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page: a template that is included with ``context`` (as ``panel``). A smaller ``order`` comes first.

    ``expected``: a sentence of what is expected of the team now, for the head of the page; empty for nothing.
    """

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50
    expected: str = ""


team_panels: list[Callable[[Standing], Panel | None]] = []
"""Asked for the page of a proposal's own team. Only reads, in a fixed number of statements."""

officer_panels: list[Callable[[Conference, Proposal], Panel | None]] = []
"""Asked for the officers' page of a proposal. Only reads, in a fixed number of statements."""


def of_team(standing: Standing) -> list[Panel]:
    """Return the panels for somebody of the team, in their order."""
    return _ordered([panel(standing) for panel in team_panels])


def of_officers(conference: Conference, proposal: Proposal) -> list[Panel]:
    """Return the panels for the secretariat, in their order."""
    return _ordered([panel(conference, proposal) for panel in officer_panels])


def _ordered(panels: list[Panel | None]) -> list[Panel]:
    return sorted((panel for panel in panels if panel is not None), key=lambda panel: panel.order)
