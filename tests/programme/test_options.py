"""Where an event can go."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eventsapp.programme import options
from eventsapp.programme.constraints import find, of_event
from eventsapp.programme.facts import Kind, Planning, Severity, SlotFacts
from eventsapp.programme.releases import NOWHERE
from tests.programme.plannings import DAYS, at, during, event, planning, room
from tests.programme.test_constraints import plannings

LUNCH = SlotFacts(1, None, time(13), time(14, 15))
EVENING = SlotFacts(1, DAYS[0], time(18, 15), time(19, 45))


def test_an_event_is_offered_the_slots_of_its_type_that_are_long_enough_for_as_long_as_it_takes():
    given_ = planning(
        [event(1, minutes=60), event(2, minutes=90), event(3, minutes=180)], slots=(LUNCH, EVENING)
    )
    lunches = [(day, during(24 * 60 * n, 60)) for n, day in enumerate(DAYS)]
    assert options.times(given_, given_.events[1]) == sorted([*lunches, (DAYS[0], during(315, 60))])
    assert options.times(given_, given_.events[2]) == [(DAYS[0], during(315, 90))]
    # Longer than any slot: the longest, whole.
    assert options.times(given_, given_.events[3]) == [(DAYS[0], during(315, 90))]


def test_a_type_without_slots_begins_at_each_half_hour_that_leaves_time_enough():
    given_ = planning([event(1, minutes=600)], days=DAYS[:1])
    assert options.times(given_, given_.events[1]) == [
        (DAYS[0], during(-300 + 30 * n, 600)) for n in range(7)
    ]


def test_the_best_place_comes_first_and_the_others_say_why_not():
    rooms = [room(1, capacity=200), room(2, capacity=60), room(3, capacity=20)]
    events = [
        event(1, minutes=60, attendance=50, lead_ids=[4]),
        event(2, at(0, room=2)),
        event(3, at(24 * 60, room=1), lead_ids=[4]),
    ]
    given_ = planning(events, rooms=rooms, slots=(LUNCH,), days=DAYS[:3])
    found = options.where(given_, 1)
    assert len(found) == 9
    assert [(one.place.room_id, one.place.day, one.penalty) for one in found if one.allowed] == [
        # The smaller room is taken then, so nothing is wasted.
        (1, DAYS[0], 0),
        (2, DAYS[2], 0),
        (1, DAYS[2], 1),
    ]
    against = {
        (one.place.room_id, one.place.day): {v.kind for v in one.against} for one in found if not one.allowed
    }
    assert against == {
        (2, DAYS[0]): {Kind.ROOM},
        (3, DAYS[0]): {Kind.CAPACITY},
        (1, DAYS[1]): {Kind.ROOM, Kind.LEAD},
        (2, DAYS[1]): {Kind.LEAD},
        (3, DAYS[1]): {Kind.LEAD, Kind.CAPACITY},
        (3, DAYS[2]): {Kind.CAPACITY},
    }


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=25)
@given(plannings(), st.sampled_from([(), (LUNCH, EVENING)]))
def test_an_option_says_what_the_timetable_would_say(given_: Planning, slots: tuple[SlotFacts, ...]):
    given_ = replace(given_, slots=slots, days=DAYS[:1])
    chosen = given_.events[1]
    rest = {id_: one.place for id_, one in given_.events.items() if id_ != 1}
    for option in options.where(given_, 1)[::7]:
        expected = set(of_event(given_, 1, option.place, rest))
        hard = {one for one in expected if one.severity is Severity.HARD}
        assert set(option.against) == (hard if chosen.takes_place else set(option.against))
        if option.allowed and chosen.takes_place:
            assert set(option.violations) == expected
            everything = find(given_, {**rest, 1: option.place}, kinds=set(Kind) - {Kind.SPREAD})
            assert {one for one in everything if one.concerns(1)} == expected


def test_what_is_offered_does_not_depend_on_where_the_event_is_now():
    rest = [event(2, at(0, room=1), speaker_ids=[1])]
    here = planning([event(1, at(0, room=1), speaker_ids=[1]), *rest], slots=(LUNCH,))
    nowhere = planning([event(1, NOWHERE, speaker_ids=[1]), *rest], slots=(LUNCH,))
    assert options.where(here, 1) == options.where(nowhere, 1)
