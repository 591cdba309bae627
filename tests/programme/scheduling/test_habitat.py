"""The real programme of Habitat III: its events without a time, placed around those that have one."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import constraints, planning
from eventsapp.programme.facts import Severity
from eventsapp.programme.importing import files
from eventsapp.programme.importing.apply import apply
from eventsapp.programme.releases import Place
from eventsapp.programme.scheduling.problem import make
from eventsapp.programme.scheduling.slots import Limits
from eventsapp.programme.scheduling.solve import everything, solve

SAMPLE = Path(__file__).parents[3] / "eventsapp" / "demo" / "data" / "habitat-iii.json"


@pytest.mark.sqlite_only
def test_events_without_a_time_find_places_around_those_that_have_one(app: Flask):
    with app.app_context():
        with transaction():
            apply(files.read(SAMPLE), actor=COMMAND_LINE)
        conference = db.session.scalars(select(Conference).where(Conference.slug == "habitat-iii")).one()
        facts = planning.load_planning(conference)
        db.session.rollback()
    made = make(facts)
    assert len(made.events) > 20
    found = solve(made, Limits(1.0, deterministic=True))
    whole = everything(made, found.places)
    # Whatever has a place in the real programme is still there.
    there = planning.places(facts)
    placed = {id_ for id_, place in there.items() if id_ not in {event.id for event in made.events}}
    assert placed
    assert {id_: whole[id_] for id_ in placed} == {id_: there[id_] for id_ in placed}

    def hard(places: dict[int, Place]) -> set[object]:
        return {
            (one.kind, one.event_ids, one.subject_id)
            for one in constraints.find(facts, places)
            if one.severity is Severity.HARD
        }

    # Real programmes have conflicts of their own; none comes with the proposal.
    assert hard(whole) <= hard(everything(made, {}))
    assert len(found.places) >= len(made.events) * 3 // 4
