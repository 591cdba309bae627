"""What a public answer was made from, read in one statement straight through the driver.

A stamp changes with every change that the public can see. It is read for each request, so it goes past SQLAlchemy:
some microseconds on SQLite, one round trip on PostgreSQL. Connections are lent to one thread at a time, the one used
last first, so there are as many as were ever needed at once.
"""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections import deque
from typing import Any, Final, Generic, TypeAlias, TypeVar
from urllib.parse import quote

from sqlalchemy import Engine

Stamp: TypeAlias = tuple[object, ...]
"""Compared with others of its kind, never looked into."""

# A draft is nothing that the front may answer for.
OF_CONFERENCE: Final = "SELECT id, revision, state FROM conference WHERE state <> 'draft' AND slug = "
# Every change of a conference raises its revision; one that is made or deleted changes the others. Even one deleted and
# another made within the same moment cannot have the same id and the same time of birth.
OF_SITE: Final = "SELECT count(*), sum(revision), max(id), max(created_at) FROM conference"


class Unreadable(Exception):
    """The database does not answer."""


Connection = TypeVar("Connection")


class Stamps(ABC, Generic[Connection]):
    """Reads stamps. Safe to use from several threads."""

    _errors: tuple[type[Exception], ...]

    def __init__(self) -> None:
        self._idle: deque[Connection] = deque()

    def of(self, conference: str | None) -> Stamp | None:
        """Return the stamp of a conference by its slug, or of the whole site; None when there is nothing public by that name.

        Raises :class:`Unreadable`. A connection that does not work any more is replaced once.
        """
        try:
            connection = self._idle.pop()
        except IndexError:
            pass
        else:
            try:
                stamp = self._read(connection, conference)
            except self._errors:
                # The others were opened to the same server: most likely it was restarted.
                self._idle.clear()
            else:
                self._idle.append(connection)
                return stamp
        try:
            connection = self._connect()
            stamp = self._read(connection, conference)
        except self._errors as error:
            raise Unreadable(str(error)) from error
        self._idle.append(connection)
        return stamp

    def close(self) -> None:
        """Close the connections that nobody uses now."""
        self._idle.clear()

    @abstractmethod
    def _connect(self) -> Connection: ...

    @abstractmethod
    def _read(self, connection: Connection, conference: str | None) -> Stamp | None: ...


class SQLiteStamps(Stamps[sqlite3.Connection]):
    """Stamps from a SQLite file."""

    _errors = (sqlite3.Error,)

    def __init__(self, path: str) -> None:
        super().__init__()
        # Not mode=ro: to read a write-ahead log its index must be writable. Never makes the file.
        self._uri = f"file:{quote(path)}?mode=rw"

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._uri, uri=True, isolation_level=None, check_same_thread=False, timeout=5
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _read(self, connection: sqlite3.Connection, conference: str | None) -> Stamp | None:
        # The cursor is gone when this returns, and the read transaction with it: the next read sees the newest state.
        found: Stamp | None
        if conference is None:
            found = connection.execute(OF_SITE).fetchone()
        else:
            found = connection.execute(OF_CONFERENCE + "?", (conference,)).fetchone()
        return found


def stamps_of(engine: Engine) -> Stamps[Any] | None:
    """Return the reader for an engine's database; None for one that only the engine itself can see (in memory)."""
    if engine.dialect.name == "postgresql":
        # Not above: it takes 5 MB, which SQLite has no use for.
        from eventsapp.core.stamps_postgresql import of_engine

        return of_engine(engine)
    path = engine.url.database or ""
    return None if not path or path.startswith((":memory:", "file:")) else SQLiteStamps(path)
