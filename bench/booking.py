"""Booking: through the web, as participants do, and the same rows straight through the driver."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice, repeat
from multiprocessing import get_context
from statistics import quantiles
from typing import Any, Final

import psycopg
from psycopg.types.json import Json
from sqlalchemy import case, func, make_url, select

from bench import load
from bench.place import Place
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.enums import Access, EventState
from eventsapp.programme.models import Event
from eventsapp.registration import links
from eventsapp.registration.enums import BookingState
from eventsapp.registration.models import Booking

CLIENTS: Final = 64
PROCESSES: Final = 2
PART: Final = 5000
"""Requests that are made ready and sent at a time, when it is held."""
FEW: Final = 50
"""Seats of the events that have fewer than are wanted."""


@dataclass(frozen=True, slots=True)
class Hall:
    """An event that is booked."""

    id: int
    code: str


Wish = tuple[int, Hall]
"""A participant, by id, and what they book."""


def of_one(place: Place, first: int, number: int) -> list[Wish]:
    """Return the wishes of as many participants, from ``first`` on, for a seat of the one event that has enough."""
    hall = Hall(place.made.booking_event_id, place.made.booking_code)
    return [(person, hall) for person in range(first, first + number)]


def of_many(place: Place) -> Iterator[Wish]:
    """Yield wishes for seats of forty events, each once: everybody books one, then everybody another.

    The events had no seats before; now every tenth has only :data:`FEW`, the others have one for everybody.
    """
    with place.app.app_context(), transaction():
        free = select(Event).where(Event.seats.is_(None), Event.state == EventState.SCHEDULED)
        events = db.session.scalars(free.order_by(Event.id).limit(40)).all()
        for number, event in enumerate(events):
            event.access = Access.BOOKING
            event.seats = place.made.registrations if number % 10 else FEW
        halls = [Hall(event.id, event.code) for event in events]
    for again in range(len(halls)):
        for person in range(1, place.made.registrations + 1):
            yield person, halls[(person + again) % len(halls)]


def through_the_web(place: Place, wishes: Sequence[Wish]) -> load.Load:
    """Let participants book, all at once as far as there are clients. Raises ``Failed`` where afterwards anything is amiss."""
    with place.app.test_request_context():
        paths = [f"{links.page_path(person, 0, 'en')}/bookings/{hall.code}" for person, hall in wishes]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    requests = [load.request_bytes("POST", place.port, path, form, b"book=1") for path in paths]
    before = counted(place)
    found = load.each(place.port, requests, status=303, connections=CLIENTS, seconds=60)
    after = counted(place)
    if any(now - then != found.requests for then, now in zip(before, after, strict=True)):
        raise load.Failed(f"{found.requests} bookings were acknowledged: {before} became {after}")
    wrong = not_exact(place, {hall.id for _person, hall in wishes})
    if wrong:
        raise load.Failed(f"the seats of these events are not exact: {wrong}")
    return found


def held(place: Place, wishes: Iterator[Wish], seconds: float, number: int) -> load.Load:
    """Let people book for as long, in parts of ``number``; the percentiles are the worst part's."""
    parts: list[load.Load] = []
    begun = time.monotonic()
    while not parts or time.monotonic() - begun < seconds:
        parts.append(through_the_web(place, list(islice(wishes, number))))
    return load.joined(parts)


def counted(place: Place) -> tuple[int, int, int]:
    """Return how many bookings, messages and entries of the audit log there are."""
    with place.app.app_context():
        found = [
            db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Booking, Message, AuditEntry)
        ]
        db.session.remove()
    return found[0], found[1], found[2]


def not_exact(place: Place, event_ids: Collection[int]) -> list[int]:
    """Return those of some events whose counters are not what their bookings say, or that have a queue beside free seats."""
    states = (BookingState.CONFIRMED, BookingState.WAITLISTED)
    seated, waiting = (
        func.coalesce(func.sum(case((Booking.state == state, 1), else_=0)), 0) for state in states
    )
    rows = (
        select(Event.id, Event.seats, Event.seats_taken, Event.seats_waiting, seated, waiting)
        .outerjoin(Booking, Booking.event_id == Event.id)
        .where(Event.id.in_(event_ids))
        .group_by(Event.id)
    )
    with place.app.app_context():
        found = [
            id_
            for id_, seats, taken, queue, confirmed, waitlisted in db.session.execute(rows)
            if (taken, queue) != (confirmed, waitlisted) or taken > seats or (queue and taken < seats)
        ]
        db.session.remove()
    return found


# --- without the web


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that one booking writes, as the application wrote them last: the same columns, as many characters."""

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
    return Rows(message, entry)


def through_the_driver(place: Place, rows: Rows, wishes: Sequence[Wish]) -> load.Load:
    """Write what the web would for as many participants, with as many clients and the same durability."""
    url = make_url(place.url)
    target = (
        url.database or ""
        if place.kind == "sqlite"
        else f"dbname={url.database} user={url.username} host={url.query['host']}"
    )
    shares = [wishes[n::PROCESSES] for n in range(PROCESSES)]
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


def _process(kind: str, target: str, rows: Rows, wishes: Sequence[Wish]) -> tuple[float, float, list[float]]:
    """Return when the first began, when the last ended (by a clock that all processes share), and how long each took."""
    clients = CLIENTS // PROCESSES
    shares = [wishes[n::clients] for n in range(clients)]
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


def _outcome(counters: Sequence[int]) -> tuple[str, int | None]:
    """Return state and place of a booking by what :data:`_TAKE` returned."""
    _seats, _taken, waiting, tail = counters
    return ("waitlisted", tail) if waiting else ("confirmed", None)


_BOOKING: Final = ("event_id", "registration_id", "state", "position", "created_at", "changed_at")


def _open_sqlite(target: str) -> sqlite3.Connection:
    connection = sqlite3.connect(target, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _sqlite(
    connection: sqlite3.Connection, rows: Rows, wishes: Sequence[Wish], writer: threading.Lock
) -> list[float]:
    message, entry = _plain(rows.message), _plain(rows.entry)
    take, book = _TAKE.format(mark="?"), _insert("booking", _BOOKING, "?")
    queue, audit = _insert("message", list(message), "?"), _insert("audit_entry", list(entry), "?")
    at = entry["at"]
    times = []
    for person, hall in wishes:
        begin = time.perf_counter()
        with writer:
            connection.execute("BEGIN IMMEDIATE")
            outcome = _outcome(connection.execute(take, (hall.id,)).fetchall()[0])
            connection.execute(book, (hall.id, person, *outcome, at, at))
            connection.execute(audit, tuple(entry.values()))
            message["message_id"] = f"<{person:016}-{hall.id:016}@localhost>"
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
    connection: psycopg.Connection, rows: Rows, wishes: Sequence[Wish], _writer: threading.Lock
) -> list[float]:
    message = dict(rows.message)
    entry = {name: Json(value) if isinstance(value, dict) else value for name, value in rows.entry.items()}
    take, book = _TAKE.format(mark="%s"), _insert("booking", _BOOKING, "%s")
    queue, audit = _insert("message", list(message), "%s"), _insert("audit_entry", list(entry), "%s")
    at = rows.entry["at"]
    times = []
    for person, hall in wishes:
        begin = time.perf_counter()
        outcome = _outcome(connection.execute(take, (hall.id,)).fetchall()[0])
        connection.execute(book, (hall.id, person, *outcome, at, at))
        connection.execute(audit, tuple(entry.values()))
        message["message_id"] = f"<{person:016}-{hall.id:016}@localhost>"
        connection.execute(queue, tuple(message.values()))
        connection.commit()
        times.append(time.perf_counter() - begin)
    return times
