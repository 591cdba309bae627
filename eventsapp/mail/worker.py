"""Delivering the outbox: claim, send, record. Any number of workers may run, on any number of machines.

A message is claimed by one conditional UPDATE that also says until when; a worker that dies leaves a claim that runs
out, and the message is sent again with the same Message-ID. Between the server's acceptance and our record of it there
is no way to be sure; everywhere else each message leaves exactly once.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask import Flask
from sqlalchemy import Row, and_, or_, select, update

from eventsapp.core import clock, jobs, sweeps
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.mail.transport import SECONDS, Never, NotNow, Outgoing, SMTPTransport, Unreachable

BATCH = 20
CLAIM = timedelta(minutes=10)
# A message is only begun while so much of the claim is left: the time that all its answers may take.
NEEDED = timedelta(seconds=6 * SECONDS)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)
SWEEP_EVERY = 600.0


class Transport(Protocol):
    """What the worker needs to send."""

    def send(self, outgoing: Outgoing) -> None:
        """Hand a message over, or raise ``Unreachable``, ``NotNow`` or ``Never``."""

    def close(self) -> None:
        """Give up the connection."""


class DemoMailbox:
    """Sends nothing: in the demo messages have arrived when they can be read in the browser."""

    def send(self, outgoing: Outgoing) -> None:
        """Take the message as sent."""

    def close(self) -> None:
        """There is no connection."""


def _transport(app: Flask) -> Transport | None:
    """Return how messages leave, as the settings say; None when they stay."""
    if app.config["MAIL_TRANSPORT"] == "smtp":
        return SMTPTransport(app.config)
    return DemoMailbox() if app.config["DEMO"] else None


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after the n-th failed try (n from 1): a minute, then twice as long each time."""
    doubled: timedelta = FIRST_PAUSE * (1 << (min(attempts, 30) - 1))
    return min(doubled, LONGEST_PAUSE)


class Worker:
    """Sends what is due. ``stop`` ends it after the message in hand."""

    def __init__(self, app: Flask, transport: Transport | None = None) -> None:
        self._app = app
        self._transport = transport or _transport(app)
        self._attempts: int = app.config["MAIL_ATTEMPTS"]
        self._stop = threading.Event()
        self._swept: float | None = None

    def stop(self) -> None:
        """End :meth:`run` soon. May be called from a signal handler or another thread."""
        self._stop.set()

    def run(self, *, poll: float = 1.0) -> None:
        """Work until :meth:`stop`; look every ``poll`` seconds, less often while the server cannot be reached."""
        pause = poll
        while not self._stop.is_set():
            try:
                self.sweep_sometimes()
                busy = self.do_jobs()
                worked, reached = self.deliver_due()
                pause = poll if reached else min(max(pause, poll) * 2, 60.0)
                wait = 0.0 if busy or (worked and reached) else pause
            except Exception:
                # The database may be away for a while; messages wait in it, so does this.
                self._app.logger.exception("the mail worker failed, and goes on in a while")
                pause = wait = min(max(pause, poll) * 2, 60.0)
            self._stop.wait(wait)

    def do_jobs(self) -> bool:
        """Do a part of what features have registered; return whether there was anything to do."""
        with self._app.app_context():
            return jobs.work()

    def deliver_due(self) -> tuple[int, bool]:
        """Claim one batch and send it. Return how many were taken on, and whether the server could be reached."""
        if self._transport is None:
            return 0, True
        with self._app.app_context():
            now = clock.now()
            if not self._something_due(now):
                return 0, True
            until = now + CLAIM
            claimed = self._claim(now, until)
            done, reached = 0, True
            try:
                for row in claimed:
                    if self._stop.is_set() or not reached or clock.now() + NEEDED > until:
                        break
                    reached = self._deliver(self._transport, row, until)
                    done += 1
            finally:
                self._transport.close()
                self._give_back(claimed[done:], until)
            return done, reached

    def _something_due(self, now: datetime) -> bool:
        # A plain read first: an idle worker must not take the writer's lock every second.
        try:
            return db.session.scalar(select(Message.id).where(_due(now)).limit(1)) is not None
        finally:
            db.session.rollback()

    def _claim(self, now: datetime, until: datetime) -> list[Row[Any]]:
        chosen = select(Message.id).where(_due(now)).order_by(Message.due_at, Message.id).limit(BATCH)
        statement = (
            update(Message)
            .where(Message.id.in_(chosen.with_for_update(skip_locked=True)), _due(now))
            .values(state=MessageState.SENDING, due_at=until, attempts=Message.attempts + 1)
            .returning(*Message.__table__.columns)
            .execution_options(synchronize_session=False)
        )
        with transaction():
            rows = db.session.execute(statement).all()
        return sorted(rows, key=lambda row: int(row.id))

    def _deliver(self, transport: Transport, row: Row[Any], until: datetime) -> bool:
        """Send one claimed message and record what came of it. Return whether the server could be reached."""
        log = self._app.logger
        if row.attempts > self._attempts:
            # It was claimed that often, and no worker lived to tell.
            self._record(
                row, until, state=MessageState.DEAD, last_error=row.last_error or "never answered for"
            )
            return True
        try:
            transport.send(
                Outgoing(
                    to_name=row.to_name,
                    to_email=row.to_email,
                    reply_to=row.reply_to,
                    subject=row.subject,
                    text=row.text_body,
                    html=row.html_body,
                    language=row.language,
                    message_id=row.message_id,
                    date=row.created_at,
                    calendar=row.calendar,
                )
            )
        except Unreachable as error:
            # Not this message's fault: no try is counted.
            log.error("the mail server cannot be reached: %s", error)
            later = clock.now() + FIRST_PAUSE / 6
            self._record(
                row,
                until,
                state=MessageState.QUEUED,
                due_at=later,
                attempts=row.attempts - 1,
                last_error=str(error)[:500],
            )
            return False
        except NotNow as error:
            if row.attempts >= self._attempts:
                log.error("message %s is given up after %s tries: %s", row.id, row.attempts, error)
                self._record(row, until, state=MessageState.DEAD, last_error=str(error)[:500])
            else:
                log.warning("message %s was not taken, try %s: %s", row.id, row.attempts, error)
                later = clock.now() + pause_after(row.attempts)
                self._record(row, until, state=MessageState.QUEUED, due_at=later, last_error=str(error)[:500])
        except Never as error:
            log.error("message %s is refused for good: %s", row.id, error)
            self._record(row, until, state=MessageState.DEAD, last_error=str(error)[:500])
        else:
            log.info("message %s sent", row.id)
            self._record(row, until, state=MessageState.SENT, sent_at=clock.now(), last_error=None)
        return True

    def _record(self, row: Row[Any], until: datetime, **values: Any) -> None:
        mine = and_(
            Message.id == row.id, Message.state == MessageState.SENDING, Message.due_at == until,
            Message.attempts == row.attempts,
        )  # fmt: skip
        with transaction():
            done = db.session.execute(
                update(Message).where(mine).values(**values).execution_options(synchronize_session=False)
            )
            if done.rowcount != 1:  # type: ignore[attr-defined]
                self._app.logger.error("message %s: the claim had run out before it was recorded", row.id)

    def _give_back(self, rows: list[Row[Any]], until: datetime) -> None:
        """Put claimed messages back that were not begun."""
        if not rows:
            return
        with transaction():
            db.session.execute(
                update(Message)
                .where(
                    Message.id.in_([row.id for row in rows]),
                    Message.state == MessageState.SENDING,
                    Message.due_at == until,
                )
                .values(state=MessageState.QUEUED, due_at=clock.now(), attempts=Message.attempts - 1)
                .execution_options(synchronize_session=False)
            )

    def sweep_sometimes(self) -> None:
        """Do the housekeeping of all features, every ten minutes."""
        if self._swept is not None and time.monotonic() - self._swept < SWEEP_EVERY:
            return
        with self._app.app_context():
            sweeps.sweep()
        self._swept = time.monotonic()


def _due(now: datetime) -> Any:
    """Waiting and its time has come, or claimed by a worker whose claim has run out."""
    return and_(
        or_(Message.state == MessageState.QUEUED, Message.state == MessageState.SENDING),
        Message.due_at <= now,
    )
