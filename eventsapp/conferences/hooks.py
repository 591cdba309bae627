"""What conferences ask the features after them, which append their own functions when they are registered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor

obstacles: list[Callable[[int], Sequence[str]]] = []
"""Asked with a conference's id for what forbids deleting it or hiding it again, such as "3 releases". Only reads."""


@dataclass
class Copied:
    """What came of copying a structure. ``ids``: by table, ids in the source → ids of what stands for them in the target."""

    counts: dict[str, int] = field(default_factory=dict)
    """By table: how many rows were made."""
    ids: dict[str, Mapping[int, int]] = field(default_factory=dict)
    left_out: int = 0
    """Slots of days that the target does not have."""

    @property
    def total(self) -> int:
        """How many rows were made."""
        return sum(self.counts.values())


structure_copied: list[Callable[[Conference, Conference, Copied, Actor], None]] = []
"""Called with source, target, what was copied so far and the actor, when a conference is given the structure of another
(``copying.copy_structure``). Each adds what its feature knows of it, and may write, but not commit."""
