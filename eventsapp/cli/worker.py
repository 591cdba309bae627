"""``eventsapp worker``: delivers messages, and does other work in the background, until it is told to stop."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from eventsapp.cli import schema
from eventsapp.mail.worker import Worker
from eventsapp.programme.scheduling.worker import RunWorker


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
@click.option("--parent", type=int, hidden=True, help="End when the process with this id is gone.")
@with_appcontext
def worker(once: bool, parent: int | None) -> None:
    """Send the messages of the outbox (settings MAIL_TRANSPORT and SMTP_…) and make timetables that were asked for, until told to stop."""
    wrong = schema.problem()
    if wrong:
        click.echo(f"eventsapp: {wrong}", err=True)
        sys.exit(1)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    made, runs = Worker(app), RunWorker(app)
    if app.config["MAIL_TRANSPORT"] == "none" and not app.config["DEMO"]:
        click.echo("MAIL_TRANSPORT is none: messages stay in the outbox.", err=True)
    if once:
        while made.do_jobs():
            pass
        sent, reached = made.deliver_due()
        while sent and reached:
            sent, reached = made.deliver_due()
        while runs.do_one():
            pass
        sys.exit(0 if reached else 1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: made.stop())
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, made), daemon=True).start()
    # Messages go on while a timetable is made.
    beside = threading.Thread(target=runs.run)
    beside.start()
    try:
        made.run()
    finally:
        runs.stop()
        beside.join(timeout=10)


def _watch(parent: int, made: Worker) -> None:
    """Stop when the server that started us is gone, however it ended."""
    nothing = threading.Event()
    while os.getppid() == parent:
        nothing.wait(1)
    made.stop()
