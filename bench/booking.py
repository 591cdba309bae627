"""Booking: through the web, as participants do, and the same rows straight through the driver."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import repeat
from multiprocessing import get_context
from statistics import quantiles
from typing import Any, Final

import psycopg
from psycopg.types.json import Json
from sqlalchemy import func, make_url, select

from bench import load
from bench.place import Place
from eventsapp.core.audit import AuditEntry
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.models import Event
from eventsapp.registration import links
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking

CLIENTS: Final = 64
PROCESSES: Final = 2


def through_the_web(place: Place, first: int, number: int) -> load.Load:
    """Let participants, by their ids from ``first`` on, book a seat each, all at once as far as there are clients."""
    with place.app.test_request_context():
        paths = [
            f"{links.page_path(person, 0, 'en')}/bookings/{place.made.booking_code}"
            for person in range(first, first + number)
        ]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    requests = [load.request_bytes("POST", place.port, path, form, b"book=1") for path in paths]
    before = counted(place)
    found = load.each(place.port, requests, status=303, connections=CLIENTS, seconds=60)
    after = counted(place)
    if after.bookings - before.bookings != found.requests or after.taken - before.taken != found.requests:
        raise load.Failed(f"{found.requests} bookings were acknowledged: {before} became {after}")
    return found


@dataclass(frozen=True, slots=True)
class Counted:
    """What there is of the event that is booked, and of what goes with it."""

    bookings: int
    taken: int
    messages: int
    entries: int


def counted(place: Place) -> Counted:
    """Count it."""
    event = place.made.booking_event_id
    with place.app.app_context():
        confirmed = select(func.count()).where(
            Booking.event_id == event, Booking.state == BookingState.CONFIRMED
        )
        found = Counted(
            db.session.scalar(confirmed) or 0,
            db.session.scalar(select(Event.seats_taken).where(Event.id == event)) or 0,
            db.session.scalar(select(func.count()).select_from(Message)) or 0,
            db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0,
        )
        db.session.remove()
    return found


# --- without the web


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that one booking writes, as the application wrote them last: the same columns, as many characters."""

    event_id: int
    message: Mapping[str, Any]
    entry: Mapping[str, Any]


def sample(place: Place) -> Rows:
    """Return the rows of the newest booking. There must have been one through the web."""
    with place.app.app_context(), db.engine.connect() as connection:
        tables = (Message.__table__, AuditEntry.__table__)
        rows = [
            connection.execute(select(*table.c).order_by(table.c.id.desc()).limit(1)).mappings().one()
            for table in tables
        ]
    message, entry = ({name: value for name, value in row.items() if name != "id"} for row in rows)
    return Rows(place.made.booking_event_id, message, entry)


def through_the_driver(place: Place, rows: Rows, first: int, number: int) -> load.Load:
    """Write what the web would for as many participants, with as many clients and the same durability."""
    url = make_url(place.url)
    target = (
        url.database or ""
        if place.kind == "sqlite"
        else f"dbname={url.database} user={url.username} host={url.query['host']}"
    )
    shares = [range(first + n, first + number, PROCESSES) for n in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        list(pool.map(_nothing, range(PROCESSES)))
        running = [pool.submit(_process, place.kind, target, rows, share) for share in shares]
        parts = [one.result() for one in running]
    times = [taken for part in parts for taken in part[2]]
    cuts = quantiles(times, n=100)
    seconds = max(part[1] for part in parts) - min(part[0] for part in parts)
    return load.Load(len(times), seconds, cuts[49] * 1000, cuts[98] * 1000, "own")


def _nothing(_number: int) -> None:
    time.sleep(0.01)


def _process(kind: str, target: str, rows: Rows, people: Sequence[int]) -> tuple[float, float, list[float]]:
    """Return when the first began, when the last ended (by a clock that all processes share), and how long each took."""
    clients = CLIENTS // PROCESSES
    shares = [people[n::clients] for n in range(clients)]
    open_one, write = (_open_sqlite, _sqlite) if kind == "sqlite" else (_open_postgresql, _postgresql)
    # One writer at a time in each process: threads that poll the file for its lock would only take longer.
    writer = threading.Lock()
    with ThreadPoolExecutor(clients) as pool, ExitStack() as stack:
        connections = [stack.enter_context(closing(open_one(target))) for _ in shares]
        begin = time.monotonic()
        parts = pool.map(write, connections, repeat(rows), shares, repeat(writer))
        times = [taken for part in parts for taken in part]
        return begin, time.monotonic(), times


def _insert(table: str, columns: Sequence[str], mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"


_TAKE: Final = """
UPDATE event SET
    seats_taken = CASE WHEN seats_taken < seats AND seats_waiting = 0 THEN seats_taken + 1 ELSE seats_taken END,
    seats_waiting = CASE WHEN seats_taken < seats AND seats_waiting = 0 THEN seats_waiting ELSE seats_waiting + 1 END,
    queue_tail = CASE WHEN seats_taken < seats AND seats_waiting = 0 THEN queue_tail ELSE queue_tail + 1 END
WHERE id = {mark} AND state = 'scheduled' AND access = 'booking' AND seats IS NOT NULL
RETURNING seats, seats_taken, seats_waiting, queue_tail
"""
_BOOKING: Final = ("event_id", "registration_id", "state", "position", "created_at", "changed_at")


def _open_sqlite(target: str) -> sqlite3.Connection:
    connection = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _sqlite(
    connection: sqlite3.Connection, rows: Rows, people: Sequence[int], writer: threading.Lock
) -> list[float]:
    message, entry = _plain(rows.message), _plain(rows.entry)
    take, book = _TAKE.format(mark="?"), _insert("booking", _BOOKING, "?")
    queue, audit = _insert("message", list(message), "?"), _insert("audit_entry", list(entry), "?")
    at = entry["at"]
    times = []
    for person in people:
        begin = time.perf_counter()
        with writer:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(take, (rows.event_id,)).fetchall()
            connection.execute(book, (rows.event_id, person, "confirmed", None, at, at))
            connection.execute(audit, tuple(entry.values()))
            message["message_id"] = f"<{person:032}@localhost>"
            connection.execute(queue, tuple(message.values()))
            connection.execute("COMMIT")
        times.append(time.perf_counter() - begin)
    return times


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as SQLite keeps it."""
    return {
        name: str(value.replace(tzinfo=None)) if hasattr(value, "tzinfo") else str(value) if isinstance(value, dict) else value
        for name, value in row.items()
    }  # fmt: skip


def _open_postgresql(target: str) -> psycopg.Connection:
    connection = psycopg.connect(target)
    connection.prepare_threshold = 0
    return connection


def _postgresql(
    connection: psycopg.Connection, rows: Rows, people: Sequence[int], _writer: threading.Lock
) -> list[float]:
    message = dict(rows.message)
    entry = {name: Json(value) if isinstance(value, dict) else value for name, value in rows.entry.items()}
    take, book = _TAKE.format(mark="%s"), _insert("booking", _BOOKING, "%s")
    queue, audit = _insert("message", list(message), "%s"), _insert("audit_entry", list(entry), "%s")
    at = rows.entry["at"]
    times = []
    for person in people:
        begin = time.perf_counter()
        connection.execute(take, (rows.event_id,)).fetchall()
        connection.execute(book, (rows.event_id, person, "confirmed", None, at, at))
        connection.execute(audit, tuple(entry.values()))
        message["message_id"] = f"<{person:032}@localhost>"
        connection.execute(queue, tuple(message.values()))
        connection.commit()
        times.append(time.perf_counter() - begin)
    return times
