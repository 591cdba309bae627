"""Shares and targets of a choice, and choosing by score and balance."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eventsapp.proposals.decisions.balance import (
    Balance,
    Dimension,
    Share,
    Traits,
    balance,
    shortfall,
    tally,
    targets_from,
)
from eventsapp.proposals.decisions.filling import Candidate, Exchange, by_balance, by_score, in_order

REGION, THEME, GENDER, FIRST = Dimension.REGION, Dimension.THEME, Dimension.GENDER, Dimension.FIRST_TIME


def test_shares_are_of_what_is_known_and_gender_is_of_speakers():
    chosen: list[Traits] = [
        {REGION: ("africa",), THEME: ("1", "2"), GENDER: ("woman", "woman", "man")},
        {REGION: ("africa",), THEME: ("2",), GENDER: ("man",)},
        {REGION: ("asia",), THEME: ("2",)},
        {THEME: ("3",)},
    ]
    found = balance(
        chosen,
        {REGION: {"asia": 50, "europe": 10}, GENDER: {"woman": 50}},
        {REGION: ["africa", "asia"], THEME: ["1"], GENDER: ["woman", "man"]},
    )
    assert found == [
        Balance(REGION, 3, (Share("africa", 2, 3), Share("asia", 1, 3, 50), Share("europe", 0, 3, 10))),
        Balance(THEME, 4, (Share("1", 1, 4), Share("2", 3, 4), Share("3", 1, 4))),
        Balance(GENDER, 4, (Share("woman", 2, 4, 50), Share("man", 2, 4))),
    ]
    assert [(one.per_cent, one.missing) for one in found[0].shares] == [(66, 0), (33, 1), (0, 1)]
    assert [one.missing for one in found] == [2, 0, 0]


def test_targets_that_make_no_sense_are_left_out():
    said = {"region": {"africa": 30, "x": 0, "y": 101, "z": "5"}, "colour": {"red": 5}, "theme": 3}
    assert targets_from(said) == {REGION: {"africa": 30}}


def test_exchanges_are_as_few_and_as_cheap_as_can_be_and_are_told():
    candidates = [
        Candidate(1, 90.0, {REGION: ("europe",)}),
        Candidate(2, 80.0, {REGION: ("europe",)}),
        Candidate(3, 70.0, {REGION: ("europe",)}),
        Candidate(4, None, {REGION: ("africa",)}),
        Candidate(5, 60.0, {REGION: ("africa",)}),
    ]
    assert by_score(candidates, 3).chosen == (1, 2, 3)
    filled = by_balance(candidates, 3, {REGION: {"africa": 30}})
    assert filled.chosen == (1, 2, 5)
    assert filled.exchanges == (Exchange(5, 3, ((REGION, "africa"),), 10.0),)
    assert filled.missed == 0
    # Those that have a place already count.
    kept: list[Traits] = [{REGION: ("africa",)}]
    assert by_balance(candidates, 2, {REGION: {"africa": 30}}, kept=kept).chosen == (1, 2)
    assert by_balance(candidates, 3, {REGION: {"asia": 30}}).missed == 1


_traits = st.fixed_dictionaries(
    {},
    optional={
        REGION: st.sampled_from([("a",), ("b",), ("c",)]),
        THEME: st.lists(st.sampled_from("123"), min_size=1, max_size=2, unique=True).map(tuple),
        GENDER: st.lists(st.sampled_from(["woman", "man"]), max_size=3).map(tuple),
        FIRST: st.sampled_from([("yes",), ("no",)]),
    },
)
_candidates = st.lists(
    st.tuples(st.one_of(st.none(), st.integers(0, 100).map(float)), _traits), max_size=14
).map(lambda drawn: [Candidate(n, score, traits) for n, (score, traits) in enumerate(drawn, 1)])
_targets = st.fixed_dictionaries(
    {},
    optional={
        REGION: st.dictionaries(st.sampled_from("abc"), st.integers(1, 100), max_size=2),
        GENDER: st.just({"woman": 50}),
        FIRST: st.dictionaries(st.just("yes"), st.integers(1, 60)),
    },
)


@given(_candidates, st.integers(0, 10), _targets)
def test_filling_takes_all_places_and_never_misses_more_than_the_best_scores(candidates, places, targets):
    plain, filled = by_score(candidates, places), by_balance(candidates, places, targets)
    traits = {one.id: one.traits for one in candidates}

    def missed(ids):
        return shortfall(*tally(traits[id_] for id_ in ids), targets)

    assert len(filled.chosen) == len(set(filled.chosen)) == min(places, len(candidates))
    assert missed(filled.chosen) == filled.missed <= missed(plain.chosen)
    order = [one.id for one in in_order(candidates)]
    assert list(filled.chosen) == [id_ for id_ in order if id_ in filled.chosen]
    # What it tells is how it came there: the best scores, exchanged one after the other.
    chosen = set(plain.chosen)
    for one in filled.exchanges:
        assert one.left in chosen
        assert one.taken not in chosen
        chosen = chosen - {one.left} | {one.taken}
    assert chosen == set(filled.chosen)
    if filled.missed == missed(plain.chosen):
        assert filled.chosen == plain.chosen


@given(st.lists(_traits, max_size=8), _targets)
def test_a_balance_adds_up(chosen, targets):
    for one in balance(chosen, targets, dict.fromkeys(Dimension, ())):
        assert all(0 <= share.count <= one.base for share in one.shares)
        assert all(share.count >= needed for share, needed in _reached(one))
        if one.dimension in (REGION, FIRST, GENDER):
            assert sum(share.count for share in one.shares) == one.base


def _reached(one: Balance):
    return [
        (share, -(-share.target * share.base // 100))
        for share in one.shares
        if share.target and not share.missing
    ]
