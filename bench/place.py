"""Where it is measured: a fresh database with the conference in it, the server on it, and the bare one beside it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flask import Flask

from bench import data, load
from eventsapp.cli.serve import BACKLOG, THREADS
from tests.support import processes
from tests.support.postgresql import PostgreSQL
from tests.support.server import Server

WORKERS: Final = 2
SECRET_KEY: Final = "only-for-measuring-0123456789abcdef"
DATABASES: Final = ("sqlite", "postgresql")
SETTINGS: Final = {"SECRET_KEY": SECRET_KEY, "LIMIT_REGISTER": (1_000_000, 3600)}
"""Of the server: everybody registers from one address here."""

# As durable as one would run it: what is acknowledged survives a power cut. SQLite's default here is FULL.
_DURABLE: Final = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "128MB",
    "max_connections": "200",
}


class Hello:
    """The bare Flask application under the same server."""

    def __init__(self, folder: Path) -> None:
        self.port = processes.free_port()
        with (folder / "hello.log").open("ab") as log:
            command = [sys.executable, "-m", "bench.hello", *map(str, (self.port, WORKERS, THREADS, BACKLOG))]
            self.process = processes.start(command, log=log, folder=Path(__file__).parent.parent)
        processes.wait_until(self._ready, seconds=60, what="the bare application to be ready")

    def _ready(self) -> bool:
        try:
            return load.once(self.port, "/health/ready")[0] == 200
        except OSError:
            return False

    def stop(self) -> None:
        """End it."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            processes.kill_session(self.process)
            self.process.wait()


@dataclass(slots=True)
class Place:
    """One database with the conference, its server, and the application in this process to look into it."""

    kind: str
    url: str
    folder: Path
    app: Flask
    made: data.Made
    server: Server
    hello: Hello

    @property
    def port(self) -> int:
        """The server's port."""
        return self.server.port


@contextmanager
def place(kind: str, size: data.Size) -> Iterator[Place]:
    """Make a database of one kind with a conference of this size, start the servers, and clear all away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="eventsapp-bench-"))
    postgresql = PostgreSQL(_DURABLE) if kind == "postgresql" else None
    servers: list[Server | Hello] = []
    try:
        url = postgresql.create("bench") if postgresql is not None else f"sqlite:///{folder / 'bench.db'}"
        app = _application(url, folder)
        made = data.fill(app, size)
        servers.append(hello := Hello(folder))
        servers.append(server := Server(folder, database=url, settings=SETTINGS, workers=WORKERS))
        yield Place(kind, url, folder, app, made, server, hello)
        _dispose(app)
    finally:
        for one in servers:
            one.stop()
        if postgresql is not None:
            postgresql.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _application(url: str, folder: Path) -> Flask:
    from flask_migrate import upgrade

    from eventsapp import create_app

    app = create_app({"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": url}, instance=folder / "own")
    with app.app_context():
        upgrade()
    return app


def _dispose(app: Flask) -> None:
    from eventsapp.extensions import db

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
