"""``eventsapp serve``: the production server, in the foreground."""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext

from eventsapp import config
from eventsapp.cli import schema
from eventsapp.extensions import db

THREADS = min(8, 2 * (os.cpu_count() or 1) + 1)
"""Requests that one process works on at a time. Their number hardly changes the work (they share one interpreter lock);
it lets some wait for the database while others go on, and stays below the pool of connections (15)."""

BACKLOG = 2048
"""Connections that wait in the kernel while all are busy."""

GRACE = 15
"""Seconds that requests and messages in hand get to end."""

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Processes.")
@click.option("--worker", is_flag=True, help="Also run the mail worker.")
@with_appcontext
def serve(host: str, port: int, workers: int, worker: bool) -> None:
    """Run the site until told to stop. Refuses to start on a database whose schema is behind."""
    wrong = schema.problem() or _port_problem(host, port)
    db.session.remove()
    db.engine.dispose()
    if wrong:
        click.echo(f"eventsapp: {wrong}", err=True)
        sys.exit(1)
    instance = Path(current_app.instance_path)
    # The processes to come read the settings for themselves.
    os.environ["EVENTSAPP_INSTANCE"] = str(instance)
    if "PUBLIC_URL" not in config.written(instance):
        os.environ["EVENTSAPP_PUBLIC_URL"] = _address(host, port)
    mail = MailWorker() if worker else None
    try:
        _serve(host, port, workers)
    finally:
        if mail is not None:
            mail.end()


def _address(host: str, port: int) -> str:
    """Return the address under which a browser on this machine reaches the server."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{name}:{port}"


def _port_problem(host: str, port: int) -> str | None:
    """Return why nobody can listen there, or None."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, number) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {port} is taken by another program: choose one with --port"
        return f"cannot listen on {host}:{port}: {error.strerror or error}"
    return None


def _serve(host: str, port: int, workers: int) -> None:
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "eventsapp.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE,
    )
    where = os.environ.get("EVENTSAPP_PUBLIC_URL") or current_app.config["PUBLIC_URL"]
    click.echo(f"eventsapp listens on {host}:{port}; people reach it at {where}")
    server.serve(target_loader=load, wrap_loader=False)


def load() -> WSGI:
    """Return the application, in a process that the server has just made."""
    # Until the server's own handlers are there: those inherited from the parent would take a signal and do nothing.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    _end_with_parent()
    from eventsapp.wsgi import app

    return app


def _end_with_parent() -> None:
    """Have the kernel end this process with the one that made it (on Linux): an orphan would keep the port."""
    if sys.platform == "linux":
        parent = os.getppid()
        ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)


class MailWorker:
    """``eventsapp worker`` beside the server. When it ends by itself the server is ended too: both run, or none."""

    def __init__(self) -> None:
        program = "from eventsapp.cli import main; main()"
        self._ending = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", program, "worker", "--parent", str(os.getpid())],
            # Of a group of its own: what the terminal sends to the server's group reaches it through end().
            process_group=0,
        )
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        self._process.wait()
        if not self._ending:
            click.echo("eventsapp: the mail worker ended, so the server ends too", err=True)
            os.kill(os.getpid(), signal.SIGTERM)

    def end(self) -> None:
        """Let it end the message in hand, but not for longer than the grace."""
        self._ending = True
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
