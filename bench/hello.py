"""The baseline: a bare Flask application, served as ``eventsapp serve`` serves (``bench/place.py`` hands in how).

``python -m bench.hello PORT WORKERS THREADS BACKLOG``
"""

from __future__ import annotations

import sys

from flask import Flask

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Say so."""
    return "Hello, world!"


@app.get("/health/ready")
def ready() -> str:
    """Answer, when it can."""
    return "ready"


def main(port: int, workers: int, threads: int, backlog: int) -> None:
    """Serve until told to stop."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "bench.hello:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=backlog,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
