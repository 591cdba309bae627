"""One transaction for each request or command.

On SQLite a writing transaction begins IMMEDIATE, so that it never fails half-way because another writer was faster, and
takes two locks first, one among the threads of its process and one among processes. Those who wait are then woken when
it is their turn; by itself SQLite polls its file, with ever longer pauses (a third more bookings, half the tail latency).
Services write through ``db.session`` and never commit; this module does, once.
"""

from __future__ import annotations

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Final

from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection

from eventsapp.extensions import db

_writer = threading.Lock()
_AT_ONCE: Final = {"begin": "IMMEDIATE"}


@contextmanager
def transaction() -> Iterator[None]:
    """Run a block that may write; commit at its end, roll back on any exception.

    Whatever the session held before is given up first: the block sees the database as it is when it begins.
    """
    session, engine = db.session(), db.engine
    session.rollback()
    with _turn(engine) if engine.dialect.name == "sqlite" else nullcontext():
        try:
            session.connection(execution_options=_AT_ONCE)
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def _turn(engine: Engine) -> Iterator[None]:
    """Wait until nobody else writes to a SQLite database. A process that dies loses its turn."""
    path = engine.url.database
    with _writer:
        if not path or path == ":memory:":
            yield
            return
        with Path(f"{path}-writer").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def prepare_sqlite(engine: Engine, *, synchronous: str) -> None:
    """Make SQLite connections keep foreign keys, write ahead, wait for other processes, and begin as we say.

    ``synchronous`` FULL: an acknowledged write survives a power cut; NORMAL: it survives a crash of the program.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        cursor = connection.cursor()  # type: ignore[attr-defined]
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA busy_timeout = 15000")
        cursor.execute("PRAGMA cache_size = -16000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get("begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {kind}")
