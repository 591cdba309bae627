"""What a timetable does not respect, found in bulk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.core.intervals import Interval
from eventsapp.programme.constraints import Violation, facts_of, find, of_event, penalty
from eventsapp.programme.enums import EventState, HalfDay, PairKind
from eventsapp.programme.facts import (
    DEFAULT_WEIGHTS,
    HARD,
    EventFacts,
    Kind,
    PairFacts,
    Planning,
    Rules,
    SpeakerFacts,
)
from eventsapp.programme.releases import NOWHERE, Place
from tests.programme.plannings import DAY, DAYS, START, ZONE, at, during, event, planning, room


def said(violations: list[Violation]) -> list[tuple[Kind, tuple[int, ...], int, int]]:
    return [(one.kind, one.event_ids, one.subject_id, one.amount) for one in violations]


def test_one_room_holds_one_event_at_a_time():
    events = [event(1, at(0, room=7)), event(2, at(59, room=7)), event(3, at(119, room=7))]
    assert said(find(planning(events))) == [(Kind.ROOM, (1, 2), 7, 0)]


def test_between_two_events_in_a_room_there_is_the_turnover_time():
    rules = Rules(turnover=timedelta(minutes=15))
    events = [event(1, at(0, room=7)), event(2, at(65, room=7)), event(3, at(140, room=7))]
    assert said(find(planning(events, rules=rules))) == [(Kind.ROOM, (1, 2), 7, 10)]
    touching = [event(1, at(0, room=7)), event(2, at(60, room=7))]
    assert said(find(planning(touching, rules=rules))) == [(Kind.ROOM, (1, 2), 7, 15)]


def test_a_lead_organization_is_in_one_place_but_may_lead_in_turn():
    events = [
        event(1, at(0), lead_ids=[4, 5]),
        event(2, at(30), lead_ids=[5]),
        event(3, at(90), lead_ids=[4]),
    ]
    assert said(find(planning(events))) == [(Kind.LEAD, (1, 2), 5, 0)]


def test_a_co_organizer_in_two_places_is_only_a_pity():
    events = [event(1, at(0), lead_ids=[4]), event(2, at(30), co_ids=[4])]
    found = find(planning(events))
    assert said(found) == [(Kind.CO_ORGANIZER, (1, 2), 4, 0)]
    assert found[0].severity == "soft"


def test_a_speaker_is_in_one_place():
    events = [event(1, at(0), speaker_ids=[8]), event(2, at(30), speaker_ids=[8, 9])]
    assert said(find(planning(events))) == [(Kind.SPEAKER, (1, 2), 8, 0)]


def test_an_unknown_end_stands_against_another_event_only_for_certain():
    assert find(planning([event(1, at(0, None, room=7)), event(2, at(30, room=7))])) == []
    events = [event(1, at(0, 60, room=7)), event(2, at(30, None, room=7))]
    assert said(find(planning(events))) == [(Kind.ROOM, (1, 2), 7, 0)]


def test_an_event_over_several_days_stands_against_another_once_on_the_first_day_it_does():
    long = event(1, at(0, room=7, end_day=DAY + timedelta(days=3)))
    single = event(2, at(24 * 60, room=7))
    (found,) = find(planning([long, single]))
    assert found.event_ids == (1, 2)
    assert found.during == during(24 * 60, 60)


def test_a_cancelled_event_occupies_nothing_and_a_draft_does():
    for state, expected in ((EventState.CANCELLED, 0), (EventState.DRAFT, 1)):
        assert (
            len(find(planning([event(1, at(0, room=7)), event(2, at(0, room=7), state=state)]))) == expected
        )


def test_an_event_past_midnight_belongs_to_the_evening_before():
    rules = Rules(day_starts=time(8), day_ends=time(2))
    late = event(1, Place(7, DAY, None, START + timedelta(hours=11, minutes=30), START + timedelta(hours=13)))
    assert find(planning([late], rules=rules)) == []
    assert said(find(planning([late]))) == [(Kind.CLOSED, (1,), 7, 0)]


def test_a_room_is_open_at_its_own_hours_and_but_for_its_closures():
    rooms = [room(7, opens=time(12), closes=time(14), closures=(during(15, 10),))]
    assert said(find(planning([event(1, at(-90, room=7))], rooms=rooms))) == [(Kind.CLOSED, (1,), 7, 0)]
    (closed,) = find(planning([event(1, at(0, room=7))], rooms=rooms))
    assert closed.during == during(15, 10)
    assert find(planning([event(1, at(25, 35, room=7))], rooms=rooms)) == []
    (over,) = find(planning([event(1, at(30, 60, room=7))], rooms=rooms))
    assert over.during == during(60, 30)


def test_a_room_does_for_an_event_or_it_is_said_what_is_missing():
    small = room(7, capacity=50, safety_limit=60, equipment=["projector"], booths=1, step_free=False)
    wish = {
        "attendance": 55,
        "seats": 70,
        "equipment": ["projector", "hybrid"],
        "booths": 3,
        "step_free": True,
    }
    assert said(find(planning([event(1, at(0, room=7), **wish)], rooms=[small]))) == [
        (Kind.CAPACITY, (1,), 7, 5),
        (Kind.SAFETY, (1,), 7, 10),
        (Kind.EQUIPMENT, (1,), 7, 1),
        (Kind.BOOTHS, (1,), 7, 2),
        (Kind.STEP_FREE, (1,), 7, 0),
    ]
    # Even before there is a time; and nothing is said about what nobody knows.
    assert len(find(planning([event(1, at(None, room=7), **wish)], rooms=[small]))) == 5
    assert (
        find(planning([event(1, at(0, room=7), **wish)], rooms=[room(7, equipment=["hybrid", "projector"])]))
        == []
    )


def test_a_speaker_who_is_away_or_asleep_is_said():
    ines = SpeakerFacts(8, "Inés", "Asia/Tokyo", (during(30, 60),))
    # 13:00 in Quito is 03:00 in Tokyo.
    events = [event(1, at(0), speaker_ids=[8], online_ids=[8])]
    assert said(find(planning(events, speakers=[ines]))) == [
        (Kind.ABSENCE, (1,), 8, 0),
        (Kind.ONLINE_HOURS, (1,), 8, 0),
    ]
    awake = [event(1, at(5 * 60), speaker_ids=[8], online_ids=[8])]
    assert find(planning(awake, speakers=[ines])) == []


def test_nothing_of_a_lower_rank_is_beside_a_plenary():
    rules = Rules(sole_rank=10)
    events = [event(1, at(0), rank=10), event(2, at(30)), event(3, at(60)), event(4, at(0), rank=10)]
    found = find(planning(events, rules=rules))
    assert said(found) == [(Kind.OUTRANKED, (1, 2), 0, 0), (Kind.OUTRANKED, (4, 2), 0, 0)]


def test_interpreter_teams_are_counted_in_blocks_of_three_hours():
    rules = Rules(interpreter_teams=1, day_starts=time(8))
    # Blocks: 11:00–14:00, 14:00–17:00.
    events = [event(1, at(-60, 60), booths=1), event(2, at(0, 60), booths=2), event(3, at(60, 60), booths=1)]
    (found,) = find(planning(events, rules=rules))
    assert (found.kind, found.event_ids, found.amount) == (Kind.INTERPRETERS, (1, 2), 1)
    assert found.during == during(-120, 180)
    assert find(planning(events, rules=replace(rules, interpreter_teams=2))) == []
    assert find(planning(events)) == []


def test_themes_pairs_and_wishes_are_soft_and_weigh_what_the_conference_says():
    events = [
        event(
            1,
            at(0),
            theme_ids=[3],
            wished_days=frozenset({DAYS[1]}),
            wished_halves=frozenset({HalfDay.MORNING}),
        ),
        event(2, at(30), theme_ids=[3]),
        event(3, at(24 * 60)),
    ]
    pairs = (
        PairFacts(PairKind.APART, 1, 2),
        PairFacts(PairKind.BEFORE, 3, 1),
        PairFacts(PairKind.NEXT, 2, 3),
    )
    given_ = planning(events, pairs=pairs)
    found = find(given_)
    assert {one.kind for one in found} == {
        Kind.THEME, Kind.APART, Kind.ORDER, Kind.NEXT, Kind.WISHED_DAY, Kind.WISHED_HALF,
    }  # fmt: skip
    assert penalty(found, given_.rules) == sum(DEFAULT_WEIGHTS[one.kind] for one in found) > 0
    silent = replace(given_, rules=Rules(weights=dict.fromkeys(Kind, 0)))
    assert find(silent) == []


def test_the_safety_limit_cannot_be_switched_off():
    full = planning(
        [event(1, at(0, room=7), attendance=70)],
        rooms=[room(7, capacity=50, safety_limit=60)],
        rules=Rules(weights=dict.fromkeys(Kind, 0)),
    )
    assert said(find(full)) == [(Kind.SAFETY, (1,), 7, 10)]


def test_next_to_each_other_is_on_one_day_within_half_an_hour_in_either_order():
    pairs = (PairFacts(PairKind.NEXT, 1, 2),)
    for minutes, fine in ((60, True), (90, True), (91, False), (-60, True), (59, False), (-24 * 60, False)):
        found = find(planning([event(1, at(0)), event(2, at(minutes))], pairs=pairs))
        assert (found == []) is fine, minutes


def test_a_smaller_room_that_is_free_would_do():
    rooms = [room(7, capacity=300), room(8, capacity=50), room(9, capacity=100)]
    alone = planning([event(1, at(0, room=7), attendance=40)], rooms=rooms)
    assert said(find(alone)) == [(Kind.ROOM_SIZE, (1,), 8, 250)]
    taken = planning([event(1, at(0, room=7), attendance=40), event(2, at(30, room=8))], rooms=rooms)
    assert said(find(taken)) == [(Kind.ROOM_SIZE, (1,), 9, 200)]
    assert find(planning([event(1, at(0, room=7), attendance=140)], rooms=rooms)) == []


def test_there_is_time_to_walk_from_one_venue_to_another():
    rooms = [room(7), room(8, venue_id=2)]
    events = [event(1, at(0, room=7), speaker_ids=[5]), event(2, at(70, room=8), speaker_ids=[5])]
    assert said(find(planning(events, rooms=rooms, speakers=[SpeakerFacts(5, "Bo")]))) == [
        (Kind.WALKING, (1, 2), 5, 5)
    ]
    assert find(planning([events[0], event(2, at(75, room=8), speaker_ids=[5])], rooms=rooms)) == []


def test_what_the_public_knows_should_not_change_but_may_become_known():
    public = at(0, room=7)
    assert said(find(planning([event(1, at(60, room=7), released=public)]))) == [(Kind.CHANGES, (1,), 0, 0)]
    assert find(planning([event(1, public, released=public)])) == []
    assert find(planning([event(1, public, released=Place(None, DAY, None, None, None))])) == []
    assert said(find(planning([event(1, NOWHERE, released=public)]))) == [(Kind.CHANGES, (1,), 0, 0)]


def test_every_group_has_its_share_of_the_best_times():
    morning = [event(n, at(-120, room=n), constituency_ids=[1]) for n in range(1, 5)]
    evening = [event(n, at(300, room=n), constituency_ids=[2]) for n in range(5, 9)]
    (found,) = find(planning([*morning, *evening]))
    assert (found.kind, found.subject_id, found.amount) == (Kind.SPREAD, 2, 1)


def test_a_change_of_clocks_neither_makes_nor_hides_a_conflict():
    # In Berlin 02:30 comes twice on 31 October 2027: an hour lies between the two.
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    day = date(2027, 10, 31)

    def place(start: datetime) -> Place:
        return Place(7, day, None, start, start + timedelta(minutes=60))

    rules = Rules(day_starts=time(0), day_ends=time(23))
    given_ = planning(
        [event(1, place(first)), event(2, place(first + timedelta(hours=1)))],
        zone=zone,
        days=(day,),
        rules=rules,
    )
    assert find(given_) == []
    assert len(find(given_, {1: place(first), 2: place(first + timedelta(minutes=59))})) == 1


def test_the_digest_of_the_facts_changes_with_any_of_them_and_only_then():
    given_ = planning([event(1, at(0, room=7)), event(2, at(30, room=7)), event(3, at(300, room=5))])
    (conflict,) = find(given_)
    digest = facts_of(conflict, given_)
    elsewhere = {1: at(0, room=7), 2: at(30, room=7), 3: at(0, room=1)}
    assert facts_of(find(given_, elsewhere)[0], given_, elsewhere) == digest
    moved = {1: at(0, room=7), 2: at(31, room=7)}
    assert facts_of(find(given_, moved)[0], given_, moved) != digest


# --- by properties

ids = st.integers(1, 4)
few = st.frozensets(ids, max_size=2)


@st.composite
def plannings(draw: st.DrawFn) -> Planning:
    events: list[EventFacts] = []
    for n in range(1, draw(st.integers(2, 7)) + 1):
        place = NOWHERE
        if draw(st.booleans()) or n < 3:
            place = at(
                draw(st.integers(-300, 500)), draw(st.none() | st.integers(5, 180)), room=draw(st.none() | st.integers(1, 3))
            )  # fmt: skip
        leads = draw(few)
        events.append(
            event(
                n,
                place,
                lead_ids=leads,
                co_ids=draw(few) - leads,
                speaker_ids=draw(few),
                theme_ids=draw(few),
                attendance=draw(st.none() | st.integers(0, 120)),
                booths=draw(st.integers(0, 2)),
                rank=draw(st.sampled_from([0, 0, 0, 10])),
                state=draw(
                    st.sampled_from([EventState.SCHEDULED, EventState.SCHEDULED, EventState.CANCELLED])
                ),
                released=draw(st.none() | st.just(at(0, room=1))),
            )
        )
    rooms = [room(1, capacity=50, booths=1), room(2, capacity=100, venue_id=2), room(3)]
    rules = Rules(
        turnover=timedelta(minutes=draw(st.sampled_from([0, 15]))),
        interpreter_teams=draw(st.sampled_from([None, 1])),
        sole_rank=10,
    )
    pairs = (PairFacts(PairKind.APART, 1, 2), PairFacts(PairKind.NEXT, 1, 2))
    return planning(events, rooms=rooms, rules=rules, pairs=pairs)


@given(plannings())
def test_what_is_found_for_one_event_is_what_is_found_for_all(given_: Planning):
    everything = find(given_, kinds=set(Kind) - {Kind.SPREAD})
    for one in given_.events.values():
        assert set(of_event(given_, one.id, one.place)) == {
            violation for violation in everything if violation.concerns(one.id)
        }


@given(plannings())
def test_pairs_in_conflict_are_exactly_those_that_overlap_and_share(given_: Planning):
    found = {
        (one.kind, frozenset(one.event_ids), one.subject_id)
        for one in find(given_, kinds=[Kind.ROOM, Kind.SPEAKER, Kind.LEAD, Kind.THEME])
    }
    turnover = given_.rules.turnover
    expected = set()
    for a, b in combinations(given_.events.values(), 2):
        mine, theirs = a.intervals(a.place, ZONE), b.intervals(b.place, ZONE)
        if not (a.takes_place and b.takes_place and mine and theirs):
            continue
        both = frozenset({a.id, b.id})
        (x,), (y,) = mine, theirs
        if x.meet(y) is not None:
            expected |= {(Kind.SPEAKER, both, id_) for id_ in a.speaker_ids & b.speaker_ids}
            expected |= {(Kind.LEAD, both, id_) for id_ in a.lead_ids & b.lead_ids}
            expected |= {(Kind.THEME, both, id_) for id_ in a.theme_ids & b.theme_ids}
        wide = Interval(x.start, x.end + turnover).meet(Interval(y.start, y.end + turnover))
        if a.place.room_id is not None and a.place.room_id == b.place.room_id and wide is not None:
            expected.add((Kind.ROOM, both, a.place.room_id))
    assert found == expected


@pytest.mark.parametrize("kind", sorted(Kind))
def test_each_kind_is_hard_or_weighs_something(kind: Kind):
    assert (kind in HARD) == (Violation(kind, (1,)).severity == "hard")
    assert 0 < DEFAULT_WEIGHTS[kind] <= 100
