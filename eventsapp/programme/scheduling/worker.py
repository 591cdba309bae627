"""Making the runs that were asked for: claim, compute in a process of its own, record. Any number of workers may run.

A run is claimed by one conditional UPDATE that also says until when, and the claim is renewed about once a second together
with the progress. A worker that dies leaves a claim that runs out; the run is then begun anew, and given up after the
second time. The computing process (``child``) knows no database and ends when its worker does.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from flask import Flask
from sqlalchemy import and_, or_, select, update

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.enums import RunState
from eventsapp.programme.models import SchedulerRun
from eventsapp.programme.planning import load_planning
from eventsapp.programme.scheduling.service import explained, options_of
from eventsapp.programme.scheduling.task import Task, packed

CLAIM = timedelta(seconds=30)
TELL_EVERY = 1.0
MOST_POINTS = 400
"""Points of progress that are kept; when there are more, every second one of the older half is dropped."""
TRIES = 2
_GRACE = 20.0
"""Seconds that a run may take beyond its limit, for reading, rooms and reasons; then it is ended."""
_CHILD = [sys.executable, "-m", "eventsapp.programme.scheduling.child"]


@dataclass(slots=True)
class _Claimed:
    id: int
    until: datetime
    time_limit_s: int
    deterministic: bool


class RunWorker:
    """Makes one run after the other. ``stop`` ends it soon; the run in hand is given back."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stop = threading.Event()

    def stop(self) -> None:
        """End :meth:`run` soon. May be called from a signal handler or another thread."""
        self._stop.set()

    def run(self, *, poll: float = 1.0) -> None:
        """Work until :meth:`stop`; look every ``poll`` seconds."""
        while not self._stop.is_set():
            try:
                if self.do_one():
                    continue
            except Exception:
                self._app.logger.exception("the auto-scheduler's worker failed, and goes on in a while")
                self._stop.wait(10.0)
            self._stop.wait(poll)

    def do_one(self) -> bool:
        """Claim one run and make it; return whether there was any."""
        with self._app.app_context():
            now = clock.now()
            try:
                due = db.session.scalar(select(SchedulerRun.id).where(_due(now)).limit(1))
            finally:
                db.session.rollback()
            if due is None:
                return False
            prepared = self._claim(due)
            if prepared is not None:
                self._make(*prepared)
            return True

    def _claim(self, run_id: int) -> tuple[_Claimed, bytes] | None:
        """Take a run on, unless another worker was faster; return it with what the child is given."""
        now = clock.now()
        until = now + CLAIM
        with transaction():
            done = db.session.execute(
                update(SchedulerRun)
                .where(SchedulerRun.id == run_id, _due(now))
                .values(state=RunState.RUNNING, claimed_until=until, started_at=now)
                .execution_options(synchronize_session=False)
            )
            if done.rowcount != 1:  # type: ignore[attr-defined]
                return None
            run = db.session.get_one(SchedulerRun, run_id, populate_existing=True)
            tries = int(run.options.get("tries", 0)) + 1
            if run.cancel_requested or tries > TRIES:
                run.state = RunState.CANCELLED if run.cancel_requested else RunState.FAILED
                run.error = None if run.cancel_requested else "no worker lived to finish it"
                run.finished_at = now
                return None
            planning = load_planning(db.session.get_one(Conference, run.conference_id))
            options = options_of(run.options)
            run.options = {**run.options, "tries": tries}
            run.base_edit, run.input, run.progress = planning.edit, explained(planning, options), []
            task = Task(planning, options, float(run.time_limit_s), run.seed, run.deterministic)
            return _Claimed(run.id, until, run.time_limit_s, run.deterministic), packed(task)

    def _make(self, claimed: _Claimed, given: bytes) -> None:
        child = subprocess.Popen(
            _CHILD, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert child.stdin is not None
        assert child.stdout is not None
        assert child.stderr is not None
        lines: queue.Queue[dict[str, Any] | None] = queue.Queue()
        wrong: list[bytes] = []
        readers = [
            threading.Thread(target=_read, args=(child.stdout, lines), daemon=True),
            threading.Thread(target=lambda: wrong.append(child.stderr.read()), daemon=True),  # type: ignore[union-attr]
        ]
        for reader in readers:
            reader.start()
        try:
            child.stdin.write(given)
            child.stdin.flush()
            self._follow(claimed, child, lines)
        except BrokenPipeError:
            pass
        finally:
            child.kill()
            child.wait()
            for reader in readers:
                reader.join(timeout=5)
            for pipe in (child.stdin, child.stdout, child.stderr):
                _close(pipe)
        self._leave(claimed, b"".join(wrong))

    def _follow(
        self, claimed: _Claimed, child: subprocess.Popen[bytes], lines: queue.Queue[dict[str, Any] | None]
    ) -> None:
        points: list[Any] = []
        asked_to_stop = False
        last = begun = time.monotonic()
        while True:
            try:
                line = lines.get(timeout=0.2)
            except queue.Empty:
                line = {}
            if line is None:
                return
            if "progress" in line:
                points = _thinned([*points, line["progress"]])
            if "result" in line:
                self._finish(claimed, points, line["result"])
                return
            now = time.monotonic()
            if self._stop.is_set() or (
                not claimed.deterministic and now - begun > claimed.time_limit_s + _GRACE
            ):
                return
            if now - last >= TELL_EVERY:
                last = now
                cancelled = self._renew(claimed, points)
                if cancelled is None:
                    return
                if cancelled and not asked_to_stop:
                    asked_to_stop = True
                    assert child.stdin is not None
                    child.stdin.write(b"\n")
                    child.stdin.flush()

    def _mine(self, claimed: _Claimed) -> Any:
        return and_(
            SchedulerRun.id == claimed.id,
            SchedulerRun.state == RunState.RUNNING,
            SchedulerRun.claimed_until == claimed.until,
        )

    def _update(self, claimed: _Claimed, **values: Any) -> bool:
        with transaction():
            done = db.session.execute(
                update(SchedulerRun)
                .where(self._mine(claimed))
                .values(**values)
                .execution_options(synchronize_session=False)
            )
        return bool(done.rowcount == 1)  # type: ignore[attr-defined]

    def _renew(self, claimed: _Claimed, points: list[Any]) -> bool | None:
        """Write the progress and renew the claim; return whether to cancel, None when the claim was lost."""
        until = clock.now() + CLAIM
        values: dict[str, Any] = {"claimed_until": until, "progress": points}
        if points:
            values |= {"first_feasible_s": points[0][0], "objective": points[-1][1], "bound": points[-1][2]}
        if not self._update(claimed, **values):
            self._app.logger.error("run %s: the claim was lost", claimed.id)
            return None
        claimed.until = until
        cancelled = db.session.scalar(
            select(SchedulerRun.cancel_requested).where(SchedulerRun.id == claimed.id)
        )
        db.session.rollback()
        return bool(cancelled)

    def _finish(self, claimed: _Claimed, points: list[Any], result: dict[str, Any]) -> None:
        state = RunState.CANCELLED if result["status"] == "cancelled" else RunState.DONE
        self._update(
            claimed,
            state=state,
            finished_at=clock.now(),
            claimed_until=None,
            progress=points,
            result=result,
            first_feasible_s=result["first_feasible_s"],
            objective=result["objective"],
            bound=result["bound"],
            error=None,
        )

    def _leave(self, claimed: _Claimed, wrong: bytes) -> None:
        """Whatever is still ours and not finished: give it back when we were told to stop, else it has failed."""
        if self._stop.is_set():
            self._update(claimed, state=RunState.QUEUED, claimed_until=None)
            return
        said = wrong.decode(errors="replace").strip().splitlines()
        if self._update(
            claimed,
            state=RunState.FAILED,
            finished_at=clock.now(),
            claimed_until=None,
            error=(said[-1] if said else "the computation ended without a result")[:500],
        ):
            self._app.logger.error("run %s failed: %s", claimed.id, wrong.decode(errors="replace"))


def _due(now: datetime) -> Any:
    """Queued, or claimed by a worker whose claim has run out."""
    return or_(
        SchedulerRun.state == RunState.QUEUED,
        and_(SchedulerRun.state == RunState.RUNNING, SchedulerRun.claimed_until <= now),
    )


def _read(pipe: IO[bytes], lines: queue.Queue[dict[str, Any] | None]) -> None:
    for line in pipe:
        # Libraries may say something on standard output too.
        if line.startswith(b"{"):
            lines.put(json.loads(line))
    lines.put(None)


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.close()


def _thinned(points: list[Any]) -> list[Any]:
    if len(points) <= MOST_POINTS:
        return points
    half = MOST_POINTS // 2
    return points[:1] + points[1:half:2] + points[half:]
