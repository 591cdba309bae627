"""What reviews add up to."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.proposals.review.scores import Measure, Total, score, total

totals = st.lists(
    st.builds(
        Total,
        proposal_id=st.integers(1, 12),
        reviewer_id=st.integers(1, 6),
        points=st.floats(0, 100, allow_nan=False),
    ),
    max_size=60,
    unique_by=lambda one: (one.proposal_id, one.reviewer_id),
)


def test_points_of_different_scales_and_weights_become_one_scale():
    measures = [Measure("1", weight=3, scale=5), Measure("2", weight=1, scale=10)]
    assert total({"1": 5, "2": 10}, measures) == 100
    assert total({"1": 5, "2": 0}, measures) == 75
    assert total({"1": 0, "2": 0}, measures) == 0
    assert total({"2": 4}, measures) == 40
    assert total({}, measures) is None
    assert total({"9": 3}, measures) is None


def test_points_above_a_scale_that_was_made_smaller_count_as_its_end():
    assert total({"1": 5}, [Measure("1", scale=3)]) == 100


@given(totals)
def test_scores_stay_on_their_scale_and_in_step_with_the_reviews(found: list[Total]):
    scored = score(found)
    assert set(scored.proposals) == {one.proposal_id for one in found}
    for id_, one in scored.proposals.items():
        own = [each.points for each in found if each.proposal_id == id_]
        assert one.done == len(own)
        assert min(own) - 1e-9 <= one.mean <= max(own) + 1e-9
        assert 0 <= one.normalized <= 100
        assert (one.spread is None) == (len(own) == 1)


@given(totals, st.randoms(use_true_random=False))
def test_the_order_of_the_reviews_does_not_matter(found: list[Total], chance: random.Random):
    shuffled = list(found)
    chance.shuffle(shuffled)
    assert score(shuffled) == score(found)


@given(totals)
def test_nobody_is_called_harsh_for_one_or_two_reviews(found: list[Total]):
    for habit in score(found).reviewers.values():
        if habit.done < 3:
            assert habit.effect == 0


@given(st.integers(1, 20), st.integers(2, 5), st.floats(0, 100))
def test_where_all_agree_nothing_is_moved(proposals: int, reviewers: int, points: float):
    scored = score([Total(p, r, points) for p in range(proposals) for r in range(reviewers)])
    for one in scored.proposals.values():
        assert one.normalized == pytest.approx(one.mean)


def test_one_reviewer_alone_is_taken_as_they_are():
    scored = score([Total(id_, 1, 10.0 * id_) for id_ in range(1, 9)])
    assert [one.normalized for one in scored.proposals.values()] == [
        one.mean for one in scored.proposals.values()
    ]


def world(seed: int, *, proposals: int, reviewers: int, each: int) -> tuple[dict[int, float], list[Total]]:
    """Return the true worth of proposals, and reviews by people of whom some are harsh and some mild."""
    chance = random.Random(seed)
    worth = {id_: chance.uniform(35, 75) for id_ in range(proposals)}
    habit = {id_: chance.choice((-20.0, 0.0, 20.0)) for id_ in range(reviewers)}
    found = []
    for id_, value in worth.items():
        for reviewer in chance.sample(range(reviewers), each):
            points = min(max(value + habit[reviewer] + chance.gauss(0, 5), 0), 100)
            found.append(Total(id_, reviewer, points))
    return worth, found


@pytest.mark.parametrize("seed", range(5))
def test_the_normalized_score_is_nearer_to_the_truth_than_the_mean(seed: int):
    worth, found = world(seed, proposals=120, reviewers=12, each=3)
    scored = score(found).proposals

    def wrong(values: dict[int, float]) -> float:
        middle = sum(values[id_] - worth[id_] for id_ in worth) / len(worth)
        return sum((values[id_] - worth[id_] - middle) ** 2 for id_ in worth) / len(worth)

    plain = wrong({id_: one.mean for id_, one in scored.items()})
    assert wrong({id_: one.normalized for id_, one in scored.items()}) < plain / 2


def test_somebody_who_was_given_weak_proposals_is_not_mild_or_harsh():
    # Both find the same; the second has the weak ones to themselves, and a third says that they are weak.
    found = [Total(id_, 1, 80.0) for id_ in range(10)] + [Total(id_, 3, 80.0) for id_ in range(10)]
    found += [Total(id_, 2, 20.0) for id_ in range(10, 20)] + [Total(id_, 3, 20.0) for id_ in range(10, 20)]
    scored = score(found)
    assert abs(scored.reviewers[2].effect) < 12  # of the 60 points between the proposals
    assert abs(scored.reviewers[3].effect) < 1
    assert scored.proposals[0].normalized > scored.proposals[15].normalized + 45


def test_five_thousand_reviews_are_quick():
    _worth, found = world(1, proposals=1400, reviewers=60, each=3)
    began = time.perf_counter()
    score(found)
    assert time.perf_counter() - began < 2
