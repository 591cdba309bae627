"""The rule of four eyes: two different people approve a registration. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

FIRST: Final = "first_approval"
"""The step of the first of the two."""
NOTE: Final = "note"
"""The step of a remark among officers."""
CHANGED: Final = "changed"
"""The step of somebody who changed what an officer may have seen already. Its note names what, with commas between."""
VOIDED: Final = "voided"
"""The same where one of two officers had approved it: that approval is void."""
_UNSEEN: Final = frozenset({"language", "listed", "phone", "first_time"})
"""What no officer decides on. Everything else that is said of a person was looked at."""
_SILENT: Final = frozenset({FIRST, NOTE})


def matters(names: Sequence[str]) -> list[str]:
    """Return those of the changed columns that bear upon a decision, in their order."""
    return [name for name in names if name not in _UNSEEN]


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened: what, and who did it."""

    action: str
    actor_id: int | None
    actor: str


def first_approval(steps: Sequence[Step]) -> Step | None:
    """Return the first approval that stands, from the history in its order, or None.

    Whatever is done with the registration afterwards, but for remarks, makes it void, and so does a change of what was
    looked at: what was approved is not what is there.
    """
    found: Step | None = None
    for step in steps:
        if step.action == FIRST:
            found = found or step
        elif step.action not in _SILENT:
            found = None
    return found


def same_person(step: Step, *, actor_id: int | None, actor: str) -> bool:
    """Return whether somebody is who took a step: by account, or by name where there is none."""
    return step.actor_id == actor_id if actor_id is not None else step.actor == actor
