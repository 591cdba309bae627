"""Panels of the two pages about one registration: the person's own, and the one in the workspace.

Parts of the feature add theirs when they are registered, so that the pages know nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from eventsapp.conferences.models import Conference
from eventsapp.registration.models import Registration


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of a page. ``context`` returns what its template needs, or None where there is nothing to show. Reads."""

    name: str
    template: str
    context: Callable[[Conference, Registration], Mapping[str, Any] | None]
    order: int = 100


first: list[Panel] = []
"""Of the person's own page, above everything else: what they have to do, and why they have no place yet."""
own: list[Panel] = []
"""Of the person's own page; their templates see ``person``, ``token``, ``registration``, ``conference`` and their context."""
officers: list[Panel] = []
"""Of the page in the workspace; their templates see ``registration``, ``conference`` and their context."""


def add(panels: list[Panel], panel: Panel) -> None:
    """Add a panel once, in its order: applications in one process share the lists."""
    if all(one.name != panel.name for one in panels):
        panels.append(panel)
        panels.sort(key=lambda one: one.order)


def shown(
    panels: list[Panel], conference: Conference, registration: Registration
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return (template, context) of the panels that have something to show."""
    found = ((panel.template, panel.context(conference, registration)) for panel in panels)
    return [(template, context) for template, context in found if context is not None]
