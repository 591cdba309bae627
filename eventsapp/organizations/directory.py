"""All names of the directory, ready to be compared (``likeness``), kept in each process.

What is new or changed since they were made is compared beside them, as making all of them takes a large directory most of a
second; they are made again when that is much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import func, select

from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.organizations.likeness import ALIKE, Like, Likeness
from eventsapp.organizations.models import Organization

MOST_RECENT = 200
"""So many new or changed organizations are compared beside the others."""

_OVERLAP = timedelta(minutes=1)
"""Longer than a transaction takes: what was changed before ``base`` was read may have been committed after."""

_o = Organization
_Stamp = tuple[int, datetime | None]


@dataclass
class _Kept:
    stamp: _Stamp
    read_at: datetime
    since: datetime | None
    """The newest change that ``base`` knows."""
    base: Likeness
    recent: Likeness
    recent_ids: frozenset[int]


def like(
    text: str, *, most: int, least: float = ALIKE, whole: bool = False, but: int | None = None
) -> list[Like]:
    """Return the confirmed organizations with a name like ``text``, as :meth:`Likeness.like` does. At most three statements.

    One that was deleted a moment ago may still be among them.
    """
    kept = _kept()
    found = [
        one
        for one in kept.base.like(text, most=most, least=least, whole=whole, but=but)
        if one.id not in kept.recent_ids
    ]
    found += kept.recent.like(text, most=most, least=least, whole=whole, but=but)
    return sorted(found, key=lambda one: (-one.score, one.id))[:most]


def _kept() -> _Kept:
    statement = select(func.count(), func.max(_o.updated_at)).where(_o.confirmed)
    count, newest = db.session.execute(statement).one()
    changed: datetime | None = newest
    kept: _Kept | None = current_app.extensions.get("organization_directory")
    # Times have whole seconds: in the second of a change there may be another one.
    if kept is None or kept.stamp != (count, changed) or (changed is not None and changed >= kept.read_at):
        kept = _brought_up(kept, (count, changed)) if kept is not None else None
        kept = kept or _made((count, changed))
        current_app.extensions["organization_directory"] = kept
    return kept


def _brought_up(kept: _Kept, stamp: _Stamp) -> _Kept | None:
    """Return ``kept`` with what changed since; None when that is too much, or cannot be told."""
    if kept.since is None:
        return None
    rows = _rows(kept.since - _OVERLAP)
    if len(rows) > MOST_RECENT:
        return None
    return _Kept(
        stamp, clock.now(), kept.since, kept.base, Likeness(rows), frozenset(id_ for id_, _names in rows)
    )


def _made(stamp: _Stamp) -> _Kept:
    return _Kept(stamp, clock.now(), stamp[1], Likeness(_rows(None)), Likeness(()), frozenset())


def _rows(since: datetime | None) -> list[tuple[int, list[str]]]:
    statement = select(_o.id, _o.search_text).where(_o.confirmed)
    if since is not None:
        statement = statement.where(_o.updated_at >= since)
    return [(id_, text.split(" | ")) for id_, text in db.session.execute(statement)]
