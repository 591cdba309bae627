"""The snapshots that this process keeps: one for each conference that is looked at, never older than the database.

Every call asks the database for the conference's revision; only when it is one that is not kept is the snapshot built,
by one thread while others wait for it. Revision and content are read in one transaction that sees one state of the
database (SQLite's WAL gives that by itself, PostgreSQL with REPEATABLE READ), so a snapshot is never a mixture.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from flask import current_app
from sqlalchemy import Connection, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, OldSlug
from eventsapp.core.errors import NotFound
from eventsapp.extensions import db
from eventsapp.programme.queries import load_snapshot
from eventsapp.programme.snapshot import Snapshot

KEPT: Final = 6
"""Snapshots kept for each process, one for each conference."""


class _Kept:
    """The snapshots of one application, the least recently asked for first."""

    def __init__(self) -> None:
        self._snapshots: OrderedDict[int, Snapshot] = OrderedDict()
        self._builders: dict[int, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, conference_id: int, revision: int) -> Snapshot | None:
        """Return the snapshot of exactly this revision, if it is kept."""
        with self._lock:
            snapshot = self._snapshots.get(conference_id)
            if snapshot is None or snapshot.revision != revision:
                return None
            self._snapshots.move_to_end(conference_id)
            return snapshot

    def put(self, snapshot: Snapshot) -> None:
        """Keep a snapshot in the place of the one of the same conference."""
        with self._lock:
            self._snapshots[snapshot.conference.id] = snapshot
            self._snapshots.move_to_end(snapshot.conference.id)
            while len(self._snapshots) > KEPT:
                self._snapshots.popitem(last=False)

    def builder(self, conference_id: int) -> threading.Lock:
        """Return the lock under which the snapshots of a conference are built, one at a time."""
        with self._lock:
            return self._builders.setdefault(conference_id, threading.Lock())


def _kept() -> _Kept:
    kept: _Kept = current_app.extensions.setdefault("eventsapp-snapshots", _Kept())
    return kept


@contextmanager
def _reading() -> Iterator[Connection]:
    """Give a connection of its own, in a transaction that sees one state of the database; nothing is written.

    Not the session's: what a request has written and not yet committed is not public.
    """
    options = {"isolation_level": "REPEATABLE READ"} if db.engine.dialect.name == "postgresql" else {}
    with db.engine.connect() as connection:
        yield connection.execution_options(**options) if options else connection


def _public_revision(slug: str) -> tuple[int, int] | None:
    """Return (id, revision) of a conference that the public may see."""
    c = Conference
    with db.engine.connect() as connection:
        row = connection.execute(select(c.id, c.revision, c.state).where(c.slug == slug)).one_or_none()
    return None if row is None or row.state is ConferenceState.DRAFT else (row.id, row.revision)


def snapshot_of(slug: str) -> Snapshot | None:
    """Return the conference with this slug as the public sees it now; None when there is none or it is a draft.

    Sends one statement when the revision is kept. Nothing of the snapshot may be changed: others have the same one.
    """
    kept = _kept()
    found = _public_revision(slug)
    if found is None:
        return None
    snapshot = kept.get(*found)
    if snapshot is not None:
        return snapshot
    with kept.builder(found[0]):
        # Whoever had to wait finds what the other thread has built, and may find a later revision.
        found = _public_revision(slug)
        if found is None:
            return None
        snapshot = kept.get(*found)
        if snapshot is None:
            try:
                with _reading() as connection:
                    snapshot = load_snapshot(found[0], connection)
            except NotFound:
                return None
            kept.put(snapshot)
    return None if snapshot.conference.state is ConferenceState.DRAFT else snapshot


def new_slug(slug: str) -> str | None:
    """Return today's slug of a public conference that once had ``slug``, for a redirect; None when there is none."""
    c, o = Conference, OldSlug
    statement = (
        select(c.slug)
        .join(o, o.object_id == c.id)
        .where(
            o.kind == c.__tablename__,
            o.conference_id.is_(None),
            o.slug == slug,
            c.state != ConferenceState.DRAFT,
        )
        .order_by(o.id.desc())
        .limit(1)
    )
    with db.engine.connect() as connection:
        return connection.execute(statement).scalar_one_or_none()
