"""The auto-scheduler's proposals, held against the same functions that show people their conflicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from random import Random

import pytest

from bench import timetables
from bench.timetables import Size
from eventsapp.programme import constraints
from eventsapp.programme.facts import DEFAULT_WEIGHTS, HARD, Kind, Planning, Rules, Severity, SlotFacts
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.scheduling import bound, greedy, parts, problem, reasons, rooms
from eventsapp.programme.scheduling.board import Board
from eventsapp.programme.scheduling.problem import Options
from eventsapp.programme.scheduling.proposal import Status
from eventsapp.programme.scheduling.search import Search
from eventsapp.programme.scheduling.slots import Limits
from eventsapp.programme.scheduling.solve import everything, soft, solve
from tests.programme import plannings
from tests.programme.plannings import DAYS

QUICK = Limits(0.5, seed=3, deterministic=True)
IN_THE_SLOTS = set(Kind) - HARD - {Kind.ROOM_SIZE, Kind.WALKING}
"""Wishes that the times alone decide, but for changes of room."""


def world(seed: int, *, events: int = 26, loose: float = 1.0) -> Planning:
    """A small conference, differently strict for each seed, some of whose events are placed, released or pinned."""
    random = Random(seed)
    made = timetables.make(
        Size(events=events, rooms=5, days=2, speakers=40, organizations=12, themes=4, plenaries=1, seed=seed)
    )
    rules = Rules(
        turnover=timedelta(minutes=random.choice([0, 0, 15])),
        interpreter_teams=random.choice([None, 1, 2]),
        walking=timedelta(minutes=random.choice([0, 20])),
        sole_rank=random.choice([100, 100, 1000]),
    )
    made = replace(made, rules=rules)
    if seed % 3 == 0:
        # A type without slots begins at any half-hour.
        made = replace(
            made, slots=tuple(slot for slot in made.slots if slot.type_id != timetables.NETWORKING)
        )
    first = problem.make(made)
    board = Board(first)
    chosen = [n for n in range(len(first.events)) if random.random() < 0.4]
    greedy.fill(board, chosen)
    places = {first.events[n].id: first.place(*where) for n, where in board.at.items()}
    made = timetables.placed(made, places, released=seed % 2 == 0)
    changed = dict(made.events)
    for n in board.at:
        event = changed[first.events[n].id]
        change = random.random()
        if change < 0.3:
            event = replace(event, pinned=True)
        elif change < 0.4:
            # Only the time is known, or only the day.
            event = replace(event, place=replace(event.place, room_id=None))
        elif change < 0.5:
            event = replace(event, place=Place(day=event.place.day))
        changed[event.id] = event
    return replace(made, events=changed)


def hard(planning: Planning, places: dict[int, Place]) -> set[object]:
    return {
        (one.kind, one.event_ids, one.subject_id)
        for one in constraints.find(planning, places)
        if one.severity is Severity.HARD
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_proposal_keeps_every_hard_constraint_and_whatever_is_pinned(seed: int):
    planning = world(seed)
    made = problem.make(planning, Options(keep_placed=seed % 2 == 0, moving=seed % 5))
    found = solve(made, QUICK)
    whole = everything(made, found.places)
    assert hard(planning, whole) <= hard(planning, everything(made, {}))
    pinned = {id_: event.place for id_, event in planning.events.items() if event.pinned}
    assert pinned
    assert {id_: whole[id_] for id_ in pinned} == pinned
    assert not set(found.places) & set(pinned)
    assert found.objective == soft(made, whole)
    assert found.bound <= found.objective
    assert sorted([*found.places, *found.unplaced]) == sorted(event.id for event in made.events)


@pytest.mark.parametrize("seed", range(12))
def test_prices_are_those_that_people_see(seed: int):
    planning = world(seed)
    made = problem.make(planning, Options(keep_placed=False))
    board = Board(made)
    greedy.fill(board)
    search = Search(board, seed)
    search.run(stop=lambda: False, steps=150)
    # Kept up to date move by move, or counted anew: the same.
    again = Board(made)
    for event, where in board.at.items():
        again.put(event, *where)
    assert search.now - again.total() == pytest.approx(0, abs=made.shares_weight * len(made.shares))
    places = {made.events[n].id: made.place(*where) for n, where in board.at.items()}
    moving = {event.id for event in made.events}
    violations = [
        one
        for one in constraints.find(planning, everything(made, places))
        if one.kind in IN_THE_SLOTS or (one.kind is Kind.WALKING and not moving & set(one.event_ids))
    ]
    seen = constraints.penalty(violations, planning.rules)
    unplaced = len(made.events) - len(board.at)
    rooms_changed = sum(rooms.price(board, event, *where) for event, where in board.at.items())
    if not unplaced:
        assert board.total() + rooms_changed == seen
    lower = bound.lower(made, 60)
    assert lower is not None
    assert lower <= board.total()
    assert 0 <= parts.lower(made, Limits(5, deterministic=True)) <= board.total()


def test_what_themes_cost_by_themselves_is_a_bound_that_good_timetables_reach():
    # Two themes of eight events, in two slots: four of each at once, which are six pairs in each slot.
    slots_ = (SlotFacts(1, DAYS[0], time(9), time(10)), SlotFacts(1, DAYS[0], time(11), time(12)))
    events = [plannings.event(n, minutes=60, theme_ids=[1 if n <= 8 else 2]) for n in range(1, 17)]
    made = problem.make(
        plannings.planning(
            events, slots=slots_, days=DAYS[:1], rooms=[plannings.room(n) for n in range(1, 9)]
        )
    )
    expected = 2 * 2 * 6 * DEFAULT_WEIGHTS[Kind.THEME]
    assert parts.lower(made, Limits(5, deterministic=True)) == expected
    found = solve(made, Limits(1.0, deterministic=True))
    assert (found.objective, found.bound, found.unplaced) == (expected, expected, ())


def test_what_cannot_be_is_left_out_with_the_reason_and_what_would_help():
    planning = world(2, events=12)
    event = planning.events[5]
    assert not event.pinned
    largest = max(room.capacity or 0 for room in planning.rooms.values())
    planning = replace(
        planning,
        events={
            **planning.events,
            5: replace(event, place=NOWHERE, attendance=largest + 30, step_free=False, booths=0),
        },
    )
    made = problem.make(planning)
    found = solve(made, QUICK)
    assert 5 in found.unplaced
    why = reasons.explain(planning, 5, everything(made, found.places))
    assert why["suited"] == 0
    assert why["lacking"][Kind.CAPACITY.value] == len(planning.rooms)
    first = why["changes"][0]
    assert first["what"] == "attendance"
    assert first["value"] <= largest
    # The change would really do.
    smaller = replace(planning.events[5], attendance=first["value"])
    changed = replace(planning, events={**planning.events, 5: smaller})
    assert 5 in solve(problem.make(changed), QUICK).places


def test_a_speaker_who_is_elsewhere_all_the_time_is_the_reason():
    planning = timetables.make(
        Size(
            events=3,
            rooms=3,
            days=1,
            speakers=10,
            organizations=5,
            themes=2,
            plenaries=0,
            only=timetables.SIDE,
        )
    )
    slots = tuple(slot for slot in planning.slots if slot.type_id == timetables.SIDE)[:1]
    same = {
        id_: replace(
            event,
            speaker_ids=frozenset({1}),
            attendance=None,
            booths=0,
            equipment=frozenset(),
            wished_days=frozenset(),
            lead_ids=frozenset(),
            step_free=False,
        )
        for id_, event in planning.events.items()
    }
    free = {id_: replace(one, absences=()) for id_, one in planning.speakers.items()}
    planning = replace(planning, events=same, slots=slots, speakers=free, pairs=())
    made = problem.make(planning)
    found = solve(made, QUICK)
    assert len(found.places) == 1
    assert found.status is Status.OPTIMAL
    why = reasons.explain(planning, found.unplaced[0], everything(made, found.places))
    assert why["blocked"] == [["speaker", 1, 1]]
    assert {change["what"] for change in why["changes"]} >= {"speaker", "move", "slot"}


def test_events_in_overlapping_slots_never_share_a_room():
    planning = timetables.make(
        Size(events=60, rooms=6, days=1, speakers=200, organizations=80, themes=6, plenaries=0, seed=4)
    )
    made = problem.make(replace(planning, rules=replace(planning.rules, turnover=timedelta(minutes=10))))
    found = solve(made, Limits(1.0, deterministic=True))
    places = everything(made, found.places)
    assert not list(constraints.find(made.planning, places, kinds={Kind.ROOM}))
    assert len(found.places) > 40


def test_the_same_seed_gives_the_same_proposal():
    made = problem.make(world(7), Options(keep_placed=False))
    assert solve(made, QUICK).places == solve(made, QUICK).places


def test_a_bump_moves_as_little_as_it_must():
    planning = world(4, events=20)
    made = problem.make(planning, Options(keep_placed=False))
    everywhere = timetables.placed(planning, dict(solve(made, QUICK).places), released=True)
    bumped = timetables.bumped(everywhere, 3)
    again = problem.make(bumped, Options(keep_placed=False, moving=50))
    found = solve(again, Limits(2.0, deterministic=True))
    moved = [
        event.id
        for event in bumped.events.values()
        if event.place != NOWHERE
        and not event.pinned
        and found.places.get(event.id, event.place) != event.place
    ]
    assert len(moved) <= 2
