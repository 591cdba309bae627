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


@click.command()
@click.option("--once", is_flag=True, help="Send what is due now, then end.")
@click.option("--parent", type=int, hidden=True, help="End when the process with this id is gone.")
@with_appcontext
def worker(once: bool, parent: int | None) -> None:
    """Send the messages of the outbox (settings MAIL_TRANSPORT and SMTP_…), until told to stop."""
    wrong = schema.problem()
    if wrong:
        click.echo(f"eventsapp: {wrong}", err=True)
        sys.exit(1)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    made = Worker(app)
    if app.config["MAIL_TRANSPORT"] == "none" and not app.config["DEMO"]:
        click.echo("MAIL_TRANSPORT is none: messages stay in the outbox.", err=True)
    if once:
        while made.do_jobs():
            pass
        sent, reached = made.deliver_due()
        while sent and reached:
            sent, reached = made.deliver_due()
        sys.exit(0 if reached else 1)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: made.stop())
    if parent is not None:
        threading.Thread(target=_watch, args=(parent, made), daemon=True).start()
    made.run()


def _watch(parent: int, made: Worker) -> None:
    """Stop when the server that started us is gone, however it ended."""
    nothing = threading.Event()
    while os.getppid() == parent:
        nothing.wait(1)
    made.stop()
