"""The baseline: a bare Flask application, served exactly as ``eventsapp serve`` serves: ``python -m bench.hello PORT``."""

from __future__ import annotations

import sys

from flask import Flask

from eventsapp.cli.serve import BACKLOG, THREADS

app = Flask("hello")


@app.get("/")
def hello() -> str:
    """Say so."""
    return "Hello, world!"


@app.get("/health/ready")
def ready() -> str:
    """Answer, when it can."""
    return "ready"


def main(port: int, workers: int) -> None:
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
        blocking_threads=THREADS,
        backlog=BACKLOG,
        log_level=LogLevels.warning,
    ).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]), 2)
