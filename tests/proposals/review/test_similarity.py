"""Which proposals are alike."""

from __future__ import annotations

import random
import time
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventsapp.proposals.review.similarity import pairs, terms, vectors, words

documents = st.dictionaries(
    st.integers(1, 30),
    st.dictionaries(st.sampled_from("abcdefghijklmnop"), st.integers(1, 5), max_size=8),
    max_size=15,
)


def test_words_are_found_in_every_script():
    assert list(terms("L’eau des Villes côtières, 2030 a")) == ["eau", "des", "villes", "cotieres"]
    assert list(terms("城市用水 2030")) == ["城市", "市用", "用水"]
    assert list(terms("إدارةُ المياه")) == ["اداره", "المياه"]
    assert list(terms("Вода в городе")) == ["вода", "городе"]


def test_titles_and_themes_count_more():
    found = words(["Water for cities"], ["Cities need water"], [7])
    assert found["water"] == 4
    assert found["need"] == 1
    assert found["\x007"] == 2


def corpus() -> dict[int, dict[str, int]]:
    texts = {
        1: (
            "Drinking water in coastal cities",
            "How coastal cities secure drinking water when the sea rises.",
        ),
        2: ("Coastal cities and the sea", "When the sea rises, coastal cities lose drinking water."),
        3: ("Housing rights of young people", "Young people cannot afford housing."),
        4: ("Buses that are on time", "Public transport in growing towns."),
        5: ("Housing for youth", "Affordable housing, rights, and young people."),
    }
    return {id_: words([title], [text], []) for id_, (title, text) in texts.items()}


def test_alike_is_what_shares_rare_words_and_the_words_are_said():
    found = pairs(corpus(), least=0.2)
    assert [(one.first, one.second) for one in found] == [(1, 2), (3, 5)]
    assert {"coastal", "sea", "drinking"} <= set(found[0].words)
    assert "housing" in found[1].words
    assert [(one.first, one.second) for one in pairs(corpus(), least=0.2, only=5)] == [(3, 5)]


def test_the_same_text_twice_is_as_alike_as_can_be_but_for_what_all_have():
    same = {1: {"a": 1, "b": 2}, 2: {"a": 1, "b": 2}, 3: {"c": 1}}
    [found] = pairs(same)
    assert found.likeness == pytest.approx(1)


@settings(max_examples=60)
@given(documents)
def test_the_index_finds_what_comparing_all_with_all_finds(found):
    made = vectors(found)
    expected = {}
    for first in made:
        for second in made:
            if first < second:
                likeness = sum(weight * made[second].get(term, 0.0) for term, weight in made[first].items())
                if likeness >= 0.3:
                    expected[first, second] = likeness
    got = {(one.first, one.second): one.likeness for one in pairs(found, least=0.3)}
    assert set(got) == set(expected)
    for key, likeness in got.items():
        assert likeness == pytest.approx(expected[key])
        assert 0 <= likeness <= 1
    for vector in made.values():
        assert sqrt(sum(weight**2 for weight in vector.values())) <= 1 + 1e-9
    likenesses = [one.likeness for one in pairs(found, least=0.3)]
    assert likenesses == sorted(likenesses, reverse=True)
    for id_ in found:
        assert {(one.first, one.second) for one in pairs(found, least=0.3, only=id_)} == {
            key for key in expected if id_ in key
        }


def test_a_large_call_is_compared_quickly():
    chance = random.Random(3)
    # As in real texts, some words are everywhere and most are rare.
    vocabulary = [f"word{number}" for number in range(9000)]
    weights = [1 / (number + 3) for number in range(9000)]
    found = {
        id_: words(
            [" ".join(chance.choices(vocabulary, weights, k=9))],
            [" ".join(chance.choices(vocabulary, weights, k=110))],
            chance.sample(range(20), 2),
        )
        for id_ in range(1400)
    }
    began = time.perf_counter()
    pairs(found)
    took = time.perf_counter() - began
    assert took < 4, took  # less than a second when nothing else runs
