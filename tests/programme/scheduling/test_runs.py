"""Runs of the auto-scheduler: asked for, made by a worker in a process of their own, kept or not."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from bench import timetables
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE, Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import constraints, edits, planning
from eventsapp.programme.enums import RunState
from eventsapp.programme.facts import Severity
from eventsapp.programme.models import Event, Placement, SchedulerRun
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.scheduling import service, worker
from eventsapp.programme.scheduling.problem import Options
from eventsapp.programme.scheduling.results import places_of
from eventsapp.programme.scheduling.task import Task, packed
from eventsapp.programme.scheduling.worker import RunWorker
from tests import factories
from tests.support.schedule import finished_run
from tests.support.workspace import Workspace, make_workspace

ROOT = Path(__file__).parents[3]


@pytest.fixture
def place(app: Flask) -> Workspace:
    """Five events to place, one pinned, two rooms, two slots a day."""
    made = make_workspace(app)
    with app.app_context(), transaction():
        conference = made.conference()
        kind = factories.make_type(conference, default_minutes=90)
        for hour in (9, 14):
            factories.make_slot(kind, starts=time(hour), ends=time(hour + 1, 30))
        room = factories.make_room(conference, capacity=80)
        made.ids["big"] = room.id
        for n in range(5):
            made.ids[f"event{n}"] = factories.make_event(conference, type=kind, code=f"SE-{n:03d}").id
        pinned = factories.make_event(conference, type=kind, code="SE-900", room=room, start=factories.START)
        made.ids["pinned"] = pinned.id
        db.session.scalars(select(Placement).where(Placement.event_id == pinned.id)).one().pinned = True
    return made


def ask(made: Workspace, **more) -> int:
    with made.app.app_context(), transaction():
        more = {"time_limit_s": 5, "deterministic": True, **more}
        return service.ask(made.conference(), actor=COMMAND_LINE, **more).id


def row(made: Workspace, run_id: int) -> SchedulerRun:
    """The run as the database has it."""
    db.session.rollback()
    return db.session.get_one(SchedulerRun, run_id, populate_existing=True)


def test_a_run_is_made_in_a_process_of_its_own_and_can_be_kept(app: Flask, place: Workspace):
    run_id = ask(place)
    assert RunWorker(app).do_one()
    with app.app_context():
        run = row(place, run_id)
        assert (run.state, run.error) == (RunState.DONE, None)
        assert run.result["unplaced"] == {}
        assert len(places_of(run.result)) == 5
        assert run.progress
        assert run.first_feasible_s is not None
        assert run.input["to_place"] == [f"SE-{n:03d}" for n in range(5)]
        assert run.input["places"]["SE-900"]["pinned"] is True
    with app.app_context(), transaction():
        made = service.accept(place.conference(), row(place, run_id), actor=COMMAND_LINE)
        assert len(made) == 5
        found = planning.load_planning(place.conference())
        assert [one for one in constraints.find(found) if one.severity is Severity.HARD] == []
        assert found.events[place.ids["pinned"]].pinned
    assert not RunWorker(app).do_one()


def test_a_run_that_is_cancelled_keeps_what_it_has_found(app: Flask, place: Workspace):
    with app.app_context(), transaction():
        # Two in one slot and one room, for which there is a price that nothing can lower: it would go on to its limit.
        conference = place.conference()
        theme = factories.make_theme(conference)
        for event in db.session.scalars(select(Event).where(Event.conference_id == conference.id)):
            event.themes = [theme]
    run_id = ask(place, time_limit_s=120, deterministic=False)
    with app.app_context(), transaction():
        service.cancel(row_now(run_id), actor=COMMAND_LINE)
    with app.app_context():
        assert row(place, run_id).state is RunState.CANCELLED
    assert not RunWorker(app).do_one()


def row_now(run_id: int) -> SchedulerRun:
    return db.session.get_one(SchedulerRun, run_id)


def test_the_child_stops_when_it_is_told_to_and_says_what_it_has():
    task = Task(timetables.make(timetables.HALL), Options(), 300.0, 1, False)
    child = subprocess.Popen(
        [sys.executable, "-m", "eventsapp.programme.scheduling.child"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(packed(task))
    child.stdin.flush()
    first = json.loads(child.stdout.readline())
    assert first["progress"][3] == 0
    child.stdin.write(b"\n")
    child.stdin.flush()
    last = [json.loads(line) for line in child.stdout if line.startswith(b"{")][-1]
    assert last["result"]["status"] == "cancelled"
    assert len(last["result"]["places"]) == 346
    child.wait(timeout=30)
    child.stdin.close()
    child.stdout.close()


def test_a_worker_that_died_leaves_a_run_to_the_next_which_gives_up_after_the_second(
    app: Flask, place: Workspace, monkeypatch: pytest.MonkeyPatch
):
    run_id = ask(place)
    dead = RunWorker(app)
    with app.app_context():
        assert dead._claim(run_id) is not None
        assert RunWorker(app)._claim(run_id) is None
    assert not RunWorker(app).do_one()
    with app.app_context(), transaction():
        row_now(run_id).claimed_until = clock.now() - timedelta(seconds=1)
    # The second one's child is killed in the middle.
    killing = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(worker, "_CHILD", [sys.executable, "-c", killing])
    assert RunWorker(app).do_one()
    with app.app_context():
        assert row(place, run_id).state is RunState.FAILED
    with app.app_context(), transaction():
        run = row_now(run_id)
        run.state, run.claimed_until = RunState.RUNNING, clock.now() - timedelta(seconds=1)
    assert RunWorker(app).do_one()
    with app.app_context():
        run = row(place, run_id)
        assert (run.state, run.error) == (RunState.FAILED, "no worker lived to finish it")


def test_a_worker_that_is_stopped_gives_its_run_back(
    app: Flask, place: Workspace, monkeypatch: pytest.MonkeyPatch
):
    run_id = ask(place)
    sleeping = "import sys; print('{\"progress\": [0.1, 5, null, 0]}', flush=True); sys.stdin.buffer.read()"
    monkeypatch.setattr(worker, "_CHILD", [sys.executable, "-c", sleeping])
    made = RunWorker(app)
    stopping = threading.Timer(0.5, made.stop)
    stopping.start()
    assert made.do_one()
    stopping.join()
    with app.app_context():
        assert row(place, run_id).state is RunState.QUEUED


def test_what_cannot_be_asked_is_refused(app: Flask, place: Workspace):
    with app.app_context():
        conference = place.conference()
        with pytest.raises(Invalid):
            service.ask(conference, actor=COMMAND_LINE, time_limit_s=0)
        with pytest.raises(Invalid):
            service.ask(conference, actor=COMMAND_LINE, moving=101)
        with pytest.raises(NotFound):
            service.ask(conference, actor=COMMAND_LINE, event_ids=[999_999])
        with pytest.raises(Conflict, match="nothing to place"):
            service.ask(conference, actor=COMMAND_LINE, event_ids=[place.ids["pinned"]])
        service.ask(conference, actor=COMMAND_LINE)
        with pytest.raises(Conflict, match="already at work"):
            service.ask(conference, actor=COMMAND_LINE)
        db.session.rollback()


def test_a_part_is_kept_and_what_was_changed_meanwhile_is_refused(app: Flask, place: Workspace):
    with app.app_context(), transaction():
        run_id = finished_run(place.conference()).id
    first, second, third = (place.ids[f"event{n}"] for n in range(3))
    with app.app_context(), transaction():
        made = service.accept(place.conference(), row_now(run_id), actor=COMMAND_LINE, event_ids=[first])
        assert [edit.event_id for edit in made] == [first]
    with app.app_context(), transaction():
        edits.apply(
            place.conference(), [edits.Move(second, Place(day=factories.START.date()))], actor=Actor("Ana Lima")
        )  # fmt: skip
    with app.app_context():
        with pytest.raises(edits.Outdated, match="Ana Lima"):
            service.accept(place.conference(), row_now(run_id), actor=COMMAND_LINE, event_ids=[second, third])
        db.session.rollback()
    with app.app_context(), transaction():
        # Somebody has put another event where the third would go.
        where = places_of(row_now(run_id).result)[third]
        edits.apply(place.conference(), [edits.Move(place.ids["event4"], where)], actor=COMMAND_LINE)
    with app.app_context():
        with pytest.raises(Conflict, match="new conflicts"):
            service.accept(place.conference(), row_now(run_id), actor=COMMAND_LINE, event_ids=[third])
        db.session.rollback()
        assert planning.load_planning(place.conference()).events[third].place == NOWHERE


@pytest.mark.sqlite_only
def test_the_pages_from_asking_to_keeping(app: Flask, place: Workspace):
    client = place.client("programme_officer")
    base = f"/manage/{place.slug}/programme/schedule/"
    assert "5 events have no place" in client.get(base).text
    refused = client.post(
        base, data={"scope": "chosen", "codes": "SE-000 NONE-1", "time_limit_s": "30", "moving": "10"}
    )
    assert refused.status_code == 422
    assert "There is no event NONE-1" in refused.text
    asked = client.post(base, data={"scope": "all", "time_limit_s": "30", "moving": "10"})
    assert asked.status_code == 302
    page = client.get(asked.location)
    assert "Waiting to start" in page.text
    assert "js/schedule" in page.text
    assert "Waiting to start" in client.get(asked.location + "/state").text
    assert client.post(asked.location + "/cancel").status_code == 302
    assert client.post(asked.location + "/cancel").status_code == 409
    with app.app_context(), transaction():
        run_id = finished_run(place.conference(), unplaced=1).id
    shown = client.get(f"{base}{run_id}").text
    assert "<polyline" in shown
    assert "Keep all of it" in shown
    assert "Nothing is left beside" in shown or "slots" in shown
    data = client.get(f"{base}{run_id}/proposal.json").get_json()
    assert len(data["moves"]) == 4
    assert set(data["moves"][0]["place"]) == {"room", "day", "end_day", "starts_at", "ends_at"}
    assert data["unplaced"][0]["reasons"]
    assert client.post(f"{base}{run_id}/accept").status_code == 409
    some = client.post(f"{base}{run_id}/accept", data={"event": str(data["moves"][0]["event"])})
    assert some.status_code == 302
    assert len(client.get(f"{base}{run_id}/proposal.json").get_json()["moves"]) == 3
    assert client.post(f"{base}{run_id}/accept", data={"all": "y"}).status_code == 409
    assert client.post(f"{base}{run_id}/dismiss").status_code == 302
    assert "put aside" in client.get(f"{base}{run_id}").text
    viewer = place.client("viewer")
    assert viewer.get(f"{base}{run_id}").status_code == 200
    assert viewer.get(base).status_code == 403
    timetable = client.get(f"/manage/{place.slug}/programme/?proposal={run_id}")
    assert f"schedule/{run_id}/proposal.json" in timetable.text
