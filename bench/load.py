"""Load on a server of this machine: by wrk where there is one, else by a generator of our own.

Ours is some processes with non-blocking sockets that stay open; a connection sends its next request when it has the
whole answer to the last one, as a browser would. It is bounded in time and number, and speaks to 127.0.0.1 only. It
takes more of the machine than wrk does, so figures of the two are not to be compared with each other.
"""

from __future__ import annotations

import http.client
import re
import selectors
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing import get_context
from statistics import quantiles
from typing import Final

HOST: Final = "127.0.0.1"
PROCESSES: Final = 2
MOST_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 30
MOST_REQUESTS: Final = 1_000_000


class Failed(RuntimeError):
    """The server did not answer as it should have."""


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it: requests answered as expected, in how many seconds, and how long each took."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    generator: str

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds if self.seconds else 0.0


def joined(parts: Sequence[Load]) -> Load:
    """Return what came of several parts of one load; the percentiles are the worst part's."""
    return Load(
        sum(one.requests for one in parts),
        sum(one.seconds for one in parts),
        max(one.p50_ms for one in parts),
        max(one.p99_ms for one in parts),
        parts[0].generator,
    )


def generator() -> str:
    """Return which generator :func:`repeat` uses: ``wrk`` or ``own``; what :func:`choose` said, else what there is."""
    return _chosen or ("wrk" if shutil.which("wrk") else "own")


def choose(name: str) -> None:
    """Use this generator in the whole process: ``wrk`` or ``own``."""
    global _chosen
    _chosen = name


_chosen = ""


def once(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers (names in small letters) and body of one GET."""
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def repeat(
    port: int,
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
    connections: int = 64,
    seconds: float = 3.0,
) -> Load:
    """GET one path over and over. Raises :class:`Failed` when an answer has another status than ``status``."""
    found = once(port, path, headers)[0]
    if found != status:
        raise Failed(f"{path} answers {found}, not {status}")
    if generator() == "wrk":
        return _wrk(port, path, headers or {}, connections, seconds)
    return _own([request_bytes("GET", port, path, headers)], port, status, connections, seconds, again=True)


def each(
    port: int, requests: Sequence[bytes], *, status: int, connections: int = 64, seconds: float = 30.0
) -> Load:
    """Send each request once, as many at a time as there are connections. Raises :class:`Failed` for another status."""
    return _own(requests, port, status, connections, seconds, again=False)


def request_bytes(
    method: str, port: int, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{port}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if method != "GET":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


# --- wrk


def _wrk(port: int, path: str, headers: Mapping[str, str], connections: int, seconds: float) -> Load:
    # An answer that takes long is no error, but part of the percentiles: a machine may stand still for a while.
    command = ["wrk", "--latency", f"--timeout={ANSWER_SECONDS}s", f"-t{PROCESSES}", f"-c{connections}"]
    command.append(f"-d{max(1, round(seconds))}s")
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    done = subprocess.run(
        [*command, f"http://{HOST}:{port}{path}"], capture_output=True, text=True, timeout=120
    )
    if done.returncode:
        raise Failed(f"wrk: {done.stdout}{done.stderr}")
    said = done.stdout
    for wrong in ("Non-2xx", "Socket errors"):
        if wrong in said:
            raise Failed(f"{path}: {said}")
    total = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", said)
    if total is None:
        raise Failed(f"wrk said something unknown: {said}")
    return Load(
        requests=int(total[1]),
        seconds=_milliseconds(total[2], total[3]) / 1000,
        p50_ms=_percentile(said, 50),
        p99_ms=_percentile(said, 99),
        generator="wrk",
    )


def _percentile(said: str, percent: int) -> float:
    found = re.search(rf"^\s*{percent}%\s+([\d.]+)(us|ms|s|m)", said, re.MULTILINE)
    return _milliseconds(found[1], found[2]) if found is not None else 0.0


def _milliseconds(number: str, unit: str) -> float:
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}[unit]


# --- our own


@dataclass(slots=True)
class _Connection:
    """One open connection and the answer that it is reading."""

    socket: socket.socket
    sent_at: float = 0.0
    received: bytearray | None = None
    missing: int = -1
    """Bytes of the body still to come; -1: the head is not complete."""
    chunked: bool = False


def _own(
    requests: Sequence[bytes], port: int, status: int, connections: int, seconds: float, *, again: bool
) -> Load:
    seconds = min(seconds, MOST_SECONDS)
    shares = [list(requests[n::PROCESSES]) or list(requests) for n in range(PROCESSES)]
    if not again and len(requests) < PROCESSES:
        shares = [list(requests)]
    with ProcessPoolExecutor(len(shares), mp_context=get_context("spawn")) as pool:
        # Started and warm before the clock begins.
        list(pool.map(_nothing, range(len(shares))))
        running = [
            pool.submit(_drive, share, port, status, max(1, connections // len(shares)), seconds, again)
            for share in shares
        ]
        parts = [one.result() for one in running]
    times = [taken for part in parts for taken in part[1]]
    if not times:
        raise Failed("nothing was answered")
    cuts = quantiles(times, n=100) if len(times) > 1 else [times[0]] * 99
    return Load(len(times), max(part[0] for part in parts), cuts[49] * 1000, cuts[98] * 1000, "own")


def _nothing(_number: int) -> None:
    time.sleep(0.01)


def _drive(
    requests: Sequence[bytes], port: int, status: int, connections: int, seconds: float, again: bool
) -> tuple[float, list[float]]:
    """Return the seconds from the first request to the last answer, and how long each took."""
    waiting: Iterator[bytes] = islice(cycle(requests) if again else iter(requests), MOST_REQUESTS)
    expected = f"HTTP/1.1 {status} ".encode()
    times: list[float] = []
    with selectors.DefaultSelector() as selector:
        begin = time.perf_counter()
        end = begin + seconds
        for _ in range(connections):
            request = next(waiting, None)
            if request is None:
                break
            one = _Connection(socket.create_connection((HOST, port), timeout=30))
            one.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(one.socket, selectors.EVENT_READ, one)
            _send(one, request)
        while selector.get_map():
            ready = selector.select(30)
            if not ready:
                raise Failed("no answer within 30 s")
            for key, _ in ready:
                connection: _Connection = key.data
                if not _receive(connection, expected):
                    continue
                now = time.perf_counter()
                times.append(now - connection.sent_at)
                request = next(waiting, None) if now < end else None
                if request is None:
                    selector.unregister(connection.socket)
                    connection.socket.close()
                else:
                    _send(connection, request)
        return time.perf_counter() - begin, times


def _send(connection: _Connection, request: bytes) -> None:
    connection.received = bytearray()
    connection.missing = -1
    connection.chunked = False
    connection.sent_at = time.perf_counter()
    connection.socket.sendall(request)


def _receive(connection: _Connection, expected: bytes) -> bool:
    """Read what has come; return whether that was the end of the answer."""
    data = connection.socket.recv(1 << 18)
    if not data:
        raise Failed("the server closed a connection in the middle of an answer")
    if connection.missing >= 0 and not connection.chunked:
        connection.missing -= len(data)
        return connection.missing <= 0
    received = connection.received
    assert received is not None
    received += data
    if connection.missing < 0:
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return False
        if not received.startswith(expected):
            raise Failed(f"not {expected.decode().strip()}: {bytes(received[:400])!r}")
        head = bytes(received[:end]).lower()
        connection.chunked = b"\r\ntransfer-encoding: chunked" in head
        length = re.search(rb"\r\ncontent-length: *(\d+)", head)
        bodiless = expected.startswith((b"HTTP/1.1 304", b"HTTP/1.1 204"))
        connection.missing = 0 if bodiless or length is None else int(length[1]) - (len(received) - end - 4)
    return received.endswith(b"0\r\n\r\n") if connection.chunked else connection.missing <= 0
