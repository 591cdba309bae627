"""What waits for somebody in a conference, and how it stands: features tell it, the workspace shows it.

A feature registers functions here when it is bound to the application. Each is handed the conference and what the person
may do, and returns what that person can see to; each needs a fixed, small number of statements.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.models import Conference

Permissions = frozenset[Permission]


class Level(IntEnum):
    """How much it matters, the most first."""

    BAD = 0
    WARNING = 1
    INFO = 2


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to see to. ``section`` is that of the rail it belongs to; ``text`` is a sentence for the reader."""

    section: str
    level: Level
    text: str
    url: str
    count: int = 1
    due: datetime | date | None = None
    """When it has to be done, or happens by itself; None: now."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a picture. ``parts`` are as long as the picture's ``series``, and never negative."""

    label: str
    parts: tuple[int, ...]
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Numbers to be drawn as bars, with a table behind them. ``section`` orders the pictures like the rail."""

    section: str
    title: str
    series: tuple[str, ...]
    """What the parts of each bar are."""
    bars: tuple[Bar, ...]
    note: str = ""

    @property
    def most(self) -> int:
        """The length of the longest bar; at least 1."""
        return max([1, *(sum(bar.parts) for bar in self.bars)])


TaskSource = Callable[[Conference, Permissions], Sequence[Task]]
PictureSource = Callable[[Conference, Permissions], Sequence[Picture]]

_task_sources: dict[TaskSource, bool] = {}
_picture_sources: dict[PictureSource, None] = {}


def add_tasks(source: TaskSource, *, costly: bool = False) -> None:
    """Ask ``source`` for the first page of the workspace and, unless it is ``costly``, for the counts in the rail."""
    _task_sources[source] = costly


def add_pictures(source: PictureSource) -> None:
    """Ask ``source`` for the pictures on the first page of the workspace."""
    _picture_sources[source] = None


def tasks(conference: Conference, permissions: Permissions) -> list[Task]:
    """Return all that waits for somebody with these permissions, the most important first."""
    found = [task for source in _task_sources for task in source(conference, permissions)]
    return sorted(found, key=lambda task: task.level)


def counts(conference: Conference, permissions: Permissions) -> dict[str, int]:
    """Return how much waits in each section of the rail, from the sources that are quick to ask."""
    found: dict[str, int] = {}
    for source, costly in _task_sources.items():
        if costly:
            continue
        for task in source(conference, permissions):
            if task.level is not Level.INFO:
                found[task.section] = found.get(task.section, 0) + task.count
    return found


def pictures(conference: Conference, permissions: Permissions) -> list[Picture]:
    """Return how the conference stands, as far as somebody with these permissions may see it."""
    return [
        picture for source in _picture_sources for picture in source(conference, permissions) if picture.bars
    ]
