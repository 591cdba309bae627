"""Registering: through the web, as people do with the form, and the same rows straight through the driver.

A registration is complete when the form was checked, the person and what happened to them are in the database, and the message
that confirms their address is queued. The web counts each request against a limit as well, which the driver does not.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import count
from statistics import quantiles
from typing import Any, Final, cast
from urllib.parse import urlencode

import psycopg
from psycopg.types.json import Json
from sqlalchemy import Table, func, make_url, select

from bench import load
from bench.place import Place
from eventsapp.core.audit import AuditEntry
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration.models import Category, Registration

CLIENTS: Final = 64
PART: Final = 1000
"""Requests that are made ready and sent at a time."""
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a browser that has opened the form knows: its cookie, and the fields that go back as they came."""

    path: str
    cookie: str
    fields: Mapping[str, str]


def visitor(place: Place) -> Visitor:
    """Open the form as somebody who has no account."""
    path = f"/en/{place.made.slug}/register"
    status, headers, body = load.once(place.port, path)
    found = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', body)
    if status != 200 or found is None:
        raise load.Failed(f"{path} answers {status}, or has no form")
    with place.app.app_context():
        of_conference = Category.conference_id == place.made.conference_id
        category = db.session.scalar(select(Category.id).where(of_conference, Category.open).limit(1))
        db.session.remove()
    fields = {
        "csrf_token": found[1].decode(),
        "category_id": str(category),
        "country": "EC",
        "organization": "",
    }
    return Visitor(path, headers.get("set-cookie", "").partition(";")[0], fields)


def through_the_web(place: Place, known: Visitor, number: int) -> load.Load:
    """Let as many people register, all at once as far as there are clients. Raises ``Failed`` where one is not there afterwards."""
    requests = []
    for _ in range(number):
        who = next(_numbers)
        fields = {**known.fields, "name": f"Newcomer {who}", "email": f"newcomer{who}@example.org"}
        body = urlencode(fields).encode()
        headers = {**_FORM, "Cookie": known.cookie}
        requests.append(load.request_bytes("POST", place.port, known.path, headers, body))
    before = counted(place)
    found = load.each(place.port, requests, status=303, connections=CLIENTS, seconds=60)
    after = counted(place)
    if after != tuple(one + found.requests for one in before):
        raise load.Failed(f"{found.requests} registrations were acknowledged: {before} became {after}")
    return found


def held(place: Place, known: Visitor, seconds: float, number: int) -> load.Load:
    """Register people for as long, at least ``number`` of them, in parts of :data:`PART`; the percentiles are the worst part's."""
    parts: list[load.Load] = []
    begun = time.monotonic()
    while not parts or time.monotonic() - begun < seconds:
        parts.append(through_the_web(place, known, min(PART, number)))
    return load.joined(parts)


def counted(place: Place) -> tuple[int, int, int]:
    """Return how many registrations, messages and entries of the audit log there are."""
    with place.app.app_context():
        found = [
            db.session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Registration, Message, AuditEntry)
        ]
        db.session.remove()
    return found[0], found[1], found[2]


# --- without the web


def sample(place: Place) -> dict[str, dict[str, Any]]:
    """Return the rows of the newest registration, by table. There must have been one through the web."""
    rows = {}
    with place.app.app_context(), db.engine.connect() as connection:
        for model in (Registration, Message, AuditEntry):
            table = cast(Table, model.__table__)
            row = connection.execute(select(*table.c).order_by(table.c.id.desc()).limit(1)).mappings().one()
            rows[table.name] = {name: value for name, value in row.items() if name != "id"}
    return rows


def through_the_driver(place: Place, rows: Mapping[str, Mapping[str, Any]], number: int) -> load.Load:
    """Write what the web would for as many people, with the same durability, each in a transaction of its own."""
    url = make_url(place.url)
    open_one: Callable[[], Any]
    if place.kind == "sqlite":
        open_one, mark, plain = lambda: _sqlite(url.database or ""), "?", _plain
    else:
        target = f"dbname={url.database} user={url.username} host={url.query['host']}"
        open_one, mark, plain = lambda: psycopg.connect(target), "%s", _adapted
    statements = [
        (_insert(table, list(row), mark), {name: plain(value) for name, value in row.items()})
        for table, row in rows.items()
    ]
    # One writer at a time on SQLite, as it has only one; PostgreSQL's wait for each other in the database.
    clients = 1 if place.kind == "sqlite" else CLIENTS // 4
    with ThreadPoolExecutor(clients) as pool, ExitStack() as stack:
        connections = [stack.enter_context(closing(open_one())) for _ in range(clients)]
        people = iter(range(number))
        lock = threading.Lock()
        begun = time.monotonic()
        shares = pool.map(lambda one: list(_write(one, statements, people, lock)), connections)
        times = [taken for share in shares for taken in share]
        seconds = time.monotonic() - begun
    cuts = quantiles(times, n=100)
    return load.Load(len(times), seconds, cuts[49] * 1000, cuts[98] * 1000, "own")


def _write(
    connection: Any,
    statements: Sequence[tuple[str, dict[str, Any]]],
    people: Iterator[int],
    lock: threading.Lock,
) -> Iterator[float]:
    begin: Callable[[], object] = (
        (lambda: connection.execute("BEGIN IMMEDIATE"))
        if isinstance(connection, sqlite3.Connection)
        else (lambda: None)
    )
    while True:
        with lock:
            if next(people, None) is None:
                return
            who = next(_numbers)
        started = time.perf_counter()
        begin()
        for statement, row in statements:
            if "email" in row:
                row = {**row, "email": f"straight{who}@example.org"}
            if "message_id" in row:
                row = {**row, "message_id": f"<straight-{who:026}@localhost>"}
            connection.execute(statement, tuple(row.values()))
        connection.commit()
        yield time.perf_counter() - started


def _sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "busy_timeout = 30000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def _insert(table: str, columns: Sequence[str], mark: str) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([mark] * len(columns))})"


def _plain(value: Any) -> Any:
    if isinstance(value, (dict, list)):
        return str(value)
    return str(value.replace(tzinfo=None)) if hasattr(value, "tzinfo") else value


def _adapted(value: Any) -> Any:
    return Json(value) if isinstance(value, (dict, list)) else value
