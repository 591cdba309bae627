"""Stamps from PostgreSQL (``core/stamps.py``), by libpq itself: the least that a round trip can cost."""

from __future__ import annotations

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine

from eventsapp.core.stamps import OF_CONFERENCE, OF_SITE, Stamp, Stamps, Unreadable


class PostgreSQLStamps(Stamps[pq.abc.PGconn]):
    """Reads by prepared statements; each is a transaction of its own."""

    _errors = (psycopg.Error, Unreadable)

    def __init__(self, conninfo: str) -> None:
        super().__init__()
        self._conninfo = conninfo.encode()

    def _connect(self) -> pq.abc.PGconn:
        connection = pq.PGconn.connect(self._conninfo)
        if connection.status != pq.ConnStatus.OK:
            raise Unreadable(connection.get_error_message())
        for name, statement in ((b"conference", OF_CONFERENCE + "$1"), (b"site", OF_SITE)):
            prepared = connection.prepare(name, statement.encode())
            if prepared.status != pq.ExecStatus.COMMAND_OK:
                raise Unreadable(prepared.get_error_message())
        return connection

    def _read(self, connection: pq.abc.PGconn, conference: str | None) -> Stamp | None:
        if conference is None:
            result = connection.exec_prepared(b"site", None)
        else:
            result = connection.exec_prepared(b"conference", [conference.encode()])
        if result.status != pq.ExecStatus.TUPLES_OK:
            raise Unreadable(result.get_error_message())
        if result.ntuples == 0:
            return None
        return tuple([result.get_value(0, column) for column in range(result.nfields)])


def of_engine(engine: Engine) -> PostgreSQLStamps:
    """Return the reader for an engine's database."""
    arguments, options = engine.dialect.create_connect_args(engine.url)
    # Others are for the driver's own layer above libpq, which has no part in this.
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    return PostgreSQLStamps(
        make_conninfo(*arguments, **{name: value for name, value in options.items() if name in known})
    )
