"""The measurements, by name. Each gives rows of the result; none asserts anything about time."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import islice
from statistics import median, quantiles
from typing import Any, Final

from sqlalchemy import select

from bench import badges, booking, calls, lists, load, memory, registering, schedule
from bench.place import Place
from eventsapp.accounts.models import User
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from eventsapp.proposals.models import Proposal
from tests.support import closing

GZIP: Final = {"Accept-Encoding": "gzip"}


@dataclass(frozen=True, slots=True)
class Result:
    """One figure. ``ratio`` is ``value`` divided by what ``baseline`` names."""

    name: str
    database: str | None
    value: float
    unit: str
    p50_ms: float | None = None
    p99_ms: float | None = None
    baseline: str | None = None
    ratio: float | None = None
    first_feasible_s: float | None = None
    """Of a timetable: seconds until there was the first."""
    seconds: float | None = None
    gap: float | None = None
    """How much better a timetable could be at most, in parts of its price."""
    unplaced: int | None = None
    megabytes: float | None = None
    statements: int | None = None
    """How often a page asks the database."""

    def as_dict(self) -> dict[str, Any]:
        """Return it as it is written to the file, rounded to what means something."""
        return {
            name: round(value, 3) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True, slots=True)
class Effort:
    """How long and how often is measured, and by how many at once."""

    seconds: float = 3.0
    rounds: int = 3
    connections: int = 64
    bookings: int = 1500
    changes: int = 12
    hold: float = 10.0
    """Seconds for which registrations are held."""
    small: bool = False
    """Whether only the benchmarks themselves are tried."""


def pages(place: Place) -> dict[str, str]:
    """Return the path of each page that is measured, by the measurement's name."""
    base = f"/en/{place.made.slug}"
    return {
        "conference-page": f"{base}/",
        "programme-day": f"{base}/programme?day={place.made.day}",
        "programme-grid": f"{base}/programme?day={place.made.day}&view=grid",
        "event-page": f"{base}/events/{place.made.event_code}",
        "conference-feed": f"{base}/calendar.ics",
        "event-feed": f"{base}/events/{place.made.event_code}.ics",
    }


def hello(place: Place, effort: Effort) -> load.Load:
    """Measure the bare application once."""
    return load.repeat(
        place.hello.port, "/", headers=GZIP, connections=effort.connections, seconds=effort.seconds
    )


def page(name: str, place: Place, effort: Effort) -> list[Result]:
    """Measure a page that does not change, each round right after the bare application."""
    return _beside_hello(name, place, effort, pages(place)[name], GZIP, 200)


def not_modified(place: Place, effort: Effort) -> list[Result]:
    """Measure what a calendar program does all day: ask whether the whole feed has changed. It has not."""
    path = pages(place)["conference-feed"]
    _status, headers, _body = load.once(place.port, path, GZIP)
    known = {**GZIP, "If-None-Match": headers.get("etag", "")}
    return _beside_hello("not-modified", place, effort, path, known, 304)


def _beside_hello(
    name: str, place: Place, effort: Effort, path: str, headers: Mapping[str, str], status: int
) -> list[Result]:
    rounds: list[tuple[load.Load, load.Load]] = []
    _warm(place, path, headers)
    for _ in range(effort.rounds):
        bare = hello(place, effort)
        found = load.repeat(
            place.port,
            path,
            headers=headers,
            status=status,
            connections=effort.connections,
            seconds=effort.seconds,
        )
        rounds.append((bare, found))
    ratio = median(found.rate / bare.rate for bare, found in rounds)
    return [
        _hello_result([bare for bare, _found in rounds], place.kind),
        Result(
            name,
            place.kind,
            median(found.rate for _bare, found in rounds),
            "requests/s",
            median(found.p50_ms for _bare, found in rounds),
            median(found.p99_ms for _bare, found in rounds),
            "hello",
            ratio,
        ),
    ]


def _hello_result(loads: list[load.Load], database: str | None) -> Result:
    return Result(
        "hello",
        database,
        median(one.rate for one in loads),
        "requests/s",
        median(one.p50_ms for one in loads),
        median(one.p99_ms for one in loads),
    )


def only_hello(place: Place, effort: Effort) -> list[Result]:
    """Measure the bare application by itself."""
    return [_hello_result([hello(place, effort) for _ in range(effort.rounds)], place.kind)]


def _warm(place: Place, path: str, headers: Mapping[str, str]) -> None:
    """Ask on many connections, so that each of the processes gets one."""
    for _ in range(24):
        load.once(place.port, path, headers)


def feed_after_change(place: Place, effort: Effort) -> list[Result]:
    """Time the first request for the whole feed after a change of one event: after others, and in a fresh process."""
    path = pages(place)["conference-feed"]
    place.server.restart()
    cold = [_timed(place, path)]
    for _ in range(2):
        place.server.restart()
        cold.append(_timed(place, path))
    _warm(place, path, GZIP)
    warm = []
    for number in range(effort.changes):
        _change(place, number)
        warm.append(_timed(place, path))
        # The other process makes it too before the next change, as it would in the course of a day.
        _warm(place, path, GZIP)
    return [
        _against_500("feed-after-change", place, warm),
        _against_500("feed-after-change-cold", place, cold),
    ]


def _against_500(name: str, place: Place, times: list[float]) -> Result:
    typical = median(times)
    return Result(name, place.kind, typical, "ms", typical, max(times), "500 ms", typical / 500)


def _change(place: Place, number: int) -> None:
    with place.app.app_context(), transaction():
        event = db.session.get_one(Event, 1)
        event.titles = {**event.titles, "en": f"A title that was changed {number} times"}


def _timed(place: Place, path: str) -> float:
    """Return the milliseconds from the first byte of a request to the last of its answer."""
    request = load.request_bytes("GET", place.port, path, {**GZIP, "Connection": "close"})
    with socket.create_connection((load.HOST, place.port), timeout=60) as connection:
        begin = time.perf_counter()
        connection.sendall(request)
        received = bytearray()
        while data := connection.recv(1 << 18):
            received += data
        taken = (time.perf_counter() - begin) * 1000
    if not received.startswith(b"HTTP/1.1 200"):
        raise load.Failed(f"{path}: {bytes(received[:200])!r}")
    return taken


def bookings(place: Place, effort: Effort) -> list[Result]:
    """Measure booking through the web and straight through the driver, in turn: either is only worth something beside
    the other.
    """
    share = min(effort.bookings, place.made.registrations // (2 * effort.rounds + 1))
    # Once to warm up, and so that there are rows to write again.
    warming = min(share, 200)
    booking.through_the_web(place, booking.of_one(place, 1, warming))
    rows = booking.sample(place)
    rounds = []
    for number in range(effort.rounds):
        first = 1 + warming + 2 * number * share
        web = booking.through_the_web(place, booking.of_one(place, first, share))
        driver = booking.through_the_driver(place, rows, booking.of_one(place, first + share, share))
        rounds.append((web, driver))
    ratio = median(web.rate / driver.rate for web, driver in rounds)
    return [
        _bookings("booking-database", place, [driver for _web, driver in rounds]),
        replace(
            _bookings("booking", place, [web for web, _driver in rounds]),
            baseline="booking-database",
            ratio=ratio,
        ),
    ]


def bookings_held(place: Place, effort: Effort) -> list[Result]:
    """Measure booking many events through the web, held for a while, and the same rows straight through the driver."""
    number = 40 if effort.small else booking.PART
    wishes = booking.of_many(place)
    booking.through_the_web(place, list(islice(wishes, min(number, 200))))
    web = booking.held(place, wishes, 0 if effort.small else effort.hold, number)
    driver = booking.through_the_driver(place, booking.sample(place), list(islice(wishes, number)))
    return [
        _bookings("booking-load-database", place, [driver]),
        replace(
            _bookings("booking-load", place, [web]),
            baseline="booking-load-database",
            ratio=web.rate / driver.rate,
            seconds=web.seconds,
        ),
    ]


def _bookings(name: str, place: Place, loads: list[load.Load]) -> Result:
    return Result(
        name,
        place.kind,
        median(one.rate for one in loads),
        "bookings/s",
        median(one.p50_ms for one in loads),
        median(one.p99_ms for one in loads),
    )


def registrations(place: Place, effort: Effort) -> list[Result]:
    """Measure registering through the web, held for a while, and the same rows straight through the driver."""
    number = 40 if effort.small else registering.PART
    known = registering.visitor(place)
    registering.through_the_web(place, known, min(number, 200))
    web = registering.held(place, known, 0 if effort.small else effort.hold, number)
    driver = registering.through_the_driver(place, registering.sample(place), number)
    return [
        _rate("registration-database", place, driver),
        replace(
            _rate("registration-load", place, web),
            baseline="registration-database",
            ratio=web.rate / driver.rate,
            seconds=web.seconds,
        ),
    ]


def _rate(name: str, place: Place, found: load.Load) -> Result:
    return Result(name, place.kind, found.rate, "registrations/s", found.p50_ms, found.p99_ms)


def badges_500(place: Place, effort: Effort) -> list[Result]:
    """Time making 500 badges, with their codes and a photo each, and one PDF of all of them."""
    number = 20 if effort.small else 500
    badges.photographed(place, number)
    times = [badges.printed(place, number) for _ in range(effort.rounds)]
    typical = median(times)
    return [Result("badges-500", place.kind, typical, "ms", typical, max(times), "5,000 ms", typical / 5000)]


def worker_memory(place: Place, effort: Effort) -> list[Result]:
    """Weigh the two processes after they have shown every page of the programme in three languages."""
    requests = [
        load.request_bytes("GET", place.port, path.replace("/en/", f"/{language}/", 1), GZIP)
        for language in ("en", "fr", "es")
        for path in [*pages(place).values(), *_event_pages(place)]
    ]
    for _ in range(2):
        load.each(place.port, requests, status=200, connections=16, seconds=60)
    process = place.server.process
    assert process is not None
    workers = sum(memory.megabytes(child) for child in memory.children(process.pid))
    whole = workers + memory.megabytes(process.pid)
    return [
        Result("worker-memory", place.kind, workers, "MB", baseline="250 MB", ratio=workers / 250),
        Result("server-memory", place.kind, whole, "MB"),
    ]


def _event_pages(place: Place) -> list[str]:
    with place.app.app_context():
        codes = db.session.query(Event.code).order_by(Event.id).all()
        db.session.remove()
    return [f"/en/{place.made.slug}/events/{code}" for (code,) in codes]


def timetable(name: str, effort: Effort) -> list[Result]:
    """Make one timetable in each way; the ratio is how many times the price of the others' is ours."""
    rows = []
    ours: schedule.Figures | None = None
    for way in schedule.WAYS:
        found = schedule.measure(name, way, small=effort.small)
        ours = ours or found
        rows.append(
            Result(
                name if way == "solve" else f"{name}-{way}",
                None,
                found.objective,
                "price",
                baseline=None if way == "solve" else name,
                ratio=None if way == "solve" or not ours.objective else found.objective / ours.objective,
                first_feasible_s=found.first_feasible_s,
                seconds=found.seconds,
                gap=found.gap,
                unplaced=found.unplaced,
                megabytes=found.megabytes,
            )
        )
    return rows


OFFICERS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "review-list": ("calls_proposals.index", {}),
    "review-results": ("calls_review.results", {}),
    "decision-board": ("calls_decisions.board", {}),
}
"""Pages of the big call for its officers: endpoint, and what else stands in the address."""


def officers(name: str, place: Place, _effort: Effort) -> list[Result]:
    """Time a page of the big call for an officer who has signed in by the form."""
    endpoint, arguments = OFFICERS[name]
    address = place.app.url_map.bind("localhost")
    path = address.build(endpoint, {"conference": place.made.slug, "call": calls.CALL, **arguments})
    with lists.signed_in(place, calls.OFFICER) as browser:
        found = lists.timed(browser, path)
    asked = lists.asked(place, calls.OFFICER, path)
    typical = found.p50_ms
    return [
        Result(
            name, place.kind, typical, "ms", typical, found.p99_ms, "500 ms", typical / 500, statements=asked
        )
    ]


def closing_minute(place: Place, effort: Effort) -> list[Result]:
    """Let everybody who has a draft save and submit around the closing of their call; fails where anything is lost."""
    with place.app.app_context():
        rows = db.session.execute(
            select(User, Proposal.id)
            .join(Proposal, Proposal.created_by_id == User.id)
            .where(Proposal.call_id == calls.OPEN_CALL)
            .order_by(User.id)
        ).all()
        writers = [
            closing.Writer(id_, closing.cookies(place.app, user), "summaries.en", submits=True)
            for user, id_ in rows
        ]
        db.session.remove()
    found = closing.rush(
        place.app,
        f"http://{load.HOST}:{place.port}",
        calls.OPEN_CALL,
        writers,
        before=4 if effort.small else 60,
    )
    problems = closing.wrong(place.app, found)
    if problems:
        raise load.Failed(f"{len(problems)} things are wrong: {problems[:5]}")
    kept = [save.seconds * 1000 for save in found.saves if save.taken]
    cuts = quantiles(kept, n=100, method="inclusive")
    handed_in = sum(one.submitted == 303 for one in found.told)
    return [
        Result("closing-minute", place.kind, float(len(kept)), "saves kept", median(kept), cuts[98]),
        Result("closing-minute-submitted", place.kind, float(handed_in), f"of {len(writers)}"),
    ]


Measurement = Callable[[Place, Effort], list[Result]]


def _officers(name: str) -> Measurement:
    return lambda place, effort: officers(name, place, effort)


def _page(name: str) -> Measurement:
    return lambda place, effort: page(name, place, effort)


MEASUREMENTS: Final[Mapping[str, Measurement]] = {
    "hello": only_hello,
    **{
        name: _page(name)
        for name in (
            "conference-page", "programme-day", "programme-grid", "event-page", "conference-feed", "event-feed",
        )
    },
    "not-modified": not_modified,
    "booking": bookings,
    "booking-database": bookings,
    "booking-load": bookings_held,
    "booking-load-database": bookings_held,
    "registration-load": registrations,
    "registration-database": registrations,
    "badges-500": badges_500,
    "worker-memory": worker_memory,
    "feed-after-change": feed_after_change,
    **{name: _officers(name) for name in OFFICERS},
    "closing-minute": closing_minute,
}  # fmt: skip
"""In the order they are run. Booking through the web and through the driver are one measurement with two names."""

TIMETABLES: Final = tuple(schedule.TASKS)
"""Measurements that need neither a database nor a server; they come first."""
