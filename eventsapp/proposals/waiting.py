"""What waits in a conference's calls is asked only where there are calls: every page of the workspace shows the counts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps

from flask import g
from sqlalchemy import exists, select

from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Permissions, Task, TaskSource
from eventsapp.extensions import db
from eventsapp.proposals.models import Call


def of_calls(source: TaskSource) -> TaskSource:
    """Return ``source`` for conferences that have calls; for others it says nothing. One statement in each request."""

    @wraps(source)
    def inner(conference: Conference, permissions: Permissions) -> Sequence[Task]:
        return source(conference, permissions) if _has_calls(conference.id) else []

    return inner


def _has_calls(conference_id: int) -> bool:
    kept: dict[int, bool] = g.setdefault("has_calls", {})
    if conference_id not in kept:
        kept[conference_id] = bool(
            db.session.scalar(select(exists().where(Call.conference_id == conference_id)))
        )
    return kept[conference_id]
