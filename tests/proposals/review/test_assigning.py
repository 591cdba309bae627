"""Which reviewers read which proposals."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from eventsapp.proposals.review.assigning import Reader, Why, Work, fit, knows, plan


@st.composite
def cases(draw, *, readers: int = 6, works: int = 9):
    ids = range(1, draw(st.integers(0, readers)) + 1)
    people = [
        Reader(
            id_,
            themes=frozenset(draw(st.sets(st.integers(1, 3), max_size=2))),
            languages=frozenset(draw(st.sets(st.sampled_from(["en", "fr", "es"]), max_size=2))),
            most=draw(st.none() | st.integers(0, 6)),
            load=draw(st.integers(0, 3)),
        )
        for id_ in ids
    ]
    proposals = [
        Work(
            100 + number,
            draw(st.integers(0, 3)),
            themes=frozenset(draw(st.sets(st.integers(1, 3), max_size=2))),
            languages=frozenset(draw(st.sets(st.sampled_from(["en", "fr", "es"]), max_size=2))),
            barred=frozenset(draw(st.sets(st.integers(1, readers), max_size=3))),
        )
        for number in range(draw(st.integers(0, works)))
    ]
    return proposals, people


@settings(max_examples=80)
@given(cases(), st.booleans())
def test_a_plan_keeps_every_rule_and_says_what_it_cannot_fill(case, strict):
    works, readers = case
    made = plan(works, readers, strict=strict)
    by_work = {one.id: one for one in works}
    by_reader = {one.id: one for one in readers}
    assert len(set(made.pairs)) == len(made.pairs)
    given = Counter(work for work, _reader in made.pairs)
    taken = Counter(reader for _work, reader in made.pairs)
    for work, reader in made.pairs:
        assert reader not in by_work[work].barred
        assert not strict or knows(by_work[work], by_reader[reader])
    for one in readers:
        assert made.loads[one.id] == one.load + taken[one.id]
        assert one.most is None or taken[one.id] <= max(0, one.most - one.load)
    short = {one.proposal_id: one.missing for one in made.short}
    assert {one.id: one.wanted - given[one.id] for one in works if one.wanted > given[one.id]} == short
    assert all(given[one.id] <= one.wanted for one in works)


@settings(max_examples=40)
@given(cases(), st.randoms(use_true_random=False))
def test_the_same_comes_out_whatever_the_order(case, chance):
    works, readers = case
    made = plan(works, readers)
    chance.shuffle(works)
    chance.shuffle(readers)
    assert plan(works, readers) == made


def most_possible(works: list[Work], readers: list[Reader]) -> int:
    """The greatest number of reviews that can be given out, by trying everything."""
    best = 0
    choices = []
    for work in works:
        free = [one.id for one in readers if one.id not in work.barred]
        choices.append(
            [who for size in range(min(work.wanted, len(free)) + 1) for who in combinations(free, size)]
        )
    room = {one.id: 99 if one.room is None else one.room for one in readers}
    for chosen in product(*choices):
        taken = Counter(reader for who in chosen for reader in who)
        if all(count <= room[reader] for reader, count in taken.items()):
            best = max(best, taken.total())
    return best


@settings(max_examples=40)
@given(cases(readers=3, works=4))
def test_as_many_reviews_as_possible_are_given_out(case):
    works, readers = case
    assert len(plan(works, readers).pairs) == most_possible(works, readers)


@settings(max_examples=60)
@given(cases())
def test_no_proposal_can_go_from_somebody_to_another_with_two_fewer(case):
    works, readers = case
    made = plan(works, readers)
    by_work = {one.id: one for one in works}
    most = {one.id: one.most for one in readers}
    pairs = set(made.pairs)
    for work, giver in made.pairs:
        for taker, load in made.loads.items():
            if taker in by_work[work].barred or (work, taker) in pairs:
                continue
            if most[taker] is not None and load >= most[taker]:
                continue
            assert made.loads[giver] - load < 2


@settings(max_examples=30)
@given(st.integers(1, 12), st.integers(0, 30), st.integers(1, 3))
def test_without_interests_loads_differ_by_one_at_most(readers, works, wanted):
    made = plan([Work(id_, wanted) for id_ in range(works)], [Reader(id_) for id_ in range(readers)])
    assert len(made.pairs) == works * min(wanted, readers)
    assert max(made.loads.values()) - min(made.loads.values()) <= 1


def test_those_who_know_theme_and_language_come_first():
    readers = [
        Reader(1, themes=frozenset({1}), languages=frozenset({"fr"})),
        Reader(2, themes=frozenset({2}), languages=frozenset({"en"})),
    ]
    works = [
        Work(10, 1, themes=frozenset({1}), languages=frozenset({"fr"})),
        Work(11, 1, themes=frozenset({2}), languages=frozenset({"en"})),
    ]
    assert plan(works, readers).pairs == ((10, 1), (11, 2))
    assert [fit(works[0], one) for one in readers] == [4, 0]
    assert plan([works[0]], [readers[1]], strict=True).short[0].why is Why.NOBODY
    assert plan([works[0]], [Reader(1, most=0)]).short[0].why is Why.FULL


def test_a_large_call_is_planned_quickly_balanced_and_mostly_by_experts():
    chance = random.Random(7)
    readers = [
        Reader(
            id_,
            themes=frozenset(chance.sample(range(12), 4)),
            languages=frozenset(["en", *chance.sample(["fr", "es", "ar"], 1)]),
            most=90,
        )
        for id_ in range(60)
    ]
    works = [
        Work(
            1000 + number,
            3,
            themes=frozenset(chance.sample(range(12), 2)),
            languages=frozenset([chance.choice(["en", "en", "en", "fr", "es"])]),
            barred=frozenset(chance.sample(range(60), 2)),
        )
        for number in range(1400)
    ]
    began = time.perf_counter()
    made = plan(works, readers)
    took = time.perf_counter() - began
    assert made.short == ()
    assert max(made.loads.values()) - min(made.loads.values()) <= 1
    by_work, by_reader = {one.id: one for one in works}, {one.id: one for one in readers}
    fits = Counter(fit(by_work[work], by_reader[reader]) for work, reader in made.pairs)
    assert fits[4] > 0.95 * len(made.pairs), fits
    assert took < 4, took  # about one second when nothing else runs


def test_where_there_is_too_little_room_it_ends_soon_and_says_so():
    works = [Work(number, 3) for number in range(1400)]
    readers = [Reader(id_, most=30) for id_ in range(60)]
    began = time.perf_counter()
    made = plan(works, readers)
    assert time.perf_counter() - began < 4
    assert len(made.pairs) == 1800
    assert {one.why for one in made.short} == {Why.FULL}
