"""What reviews add up to: one scale for all criteria, the plain mean, and the mean without harsh and mild reviewers. Pure.

**One scale.** A review's total is the weighted mean of its points, each as a share of its criterion's scale, from 0 to 100.
A criterion that the review does not score (added later) does not count in it.

**Normalization.** A total is taken as the sum of what all reviews have in common, of the proposal's own worth and of the
reviewer's habit: ``y = m + q[proposal] + b[reviewer] + chance``. All three are estimated together by least squares, with a
penalty on the size of ``q`` and ``b`` (ridge regression, the same as the best linear unbiased prediction of a model with
random effects: Henderson 1975; Robinson 1991, "That BLUP is a good thing"). So a reviewer is harsh compared with what others say of
*the same proposals*, and not for having been given weak ones, and the fewer reviews there are to tell it from, the nearer to
nothing the habit is taken to be; who has done fewer than ``FEWEST`` is taken as they are. A proposal's normalized score is the
mean of its totals, each without its reviewer's habit, kept between 0 and 100.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean
from typing import Any, Final

FEWEST: Final = 3
"""Reviews that somebody must have done before a habit is seen in them."""
REVIEWER_PENALTY: Final = 4.0
"""As if each reviewer had also done this many reviews without any habit."""
PROPOSAL_PENALTY: Final = 1.0
"""As if each proposal also had this many reviews that find it average."""
_ENOUGH: Final = 0.001
_ROUNDS: Final = 200


@dataclass(frozen=True, slots=True)
class Measure:
    """A criterion: points from 0 to ``scale``, counted ``weight`` times. ``key``: its id as text."""

    key: str
    weight: int = 1
    scale: int = 5


@dataclass(frozen=True, slots=True)
class Total:
    """What one review of one proposal comes to, from 0 to 100."""

    proposal_id: int
    reviewer_id: int
    points: float


@dataclass(frozen=True, slots=True)
class Score:
    """What the reviews of one proposal come to, from 0 to 100. ``spread``: standard deviation; None for one review."""

    mean: float
    normalized: float
    done: int
    spread: float | None


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody reviews. ``mean``: of their totals; ``effect``: points above (mild) or below (harsh) the others."""

    done: int
    mean: float
    effect: float


@dataclass(frozen=True, slots=True)
class Scored:
    """All of a call: scores by proposal, habits by reviewer."""

    proposals: Mapping[int, Score]
    reviewers: Mapping[int, Habit]


def total(scores: Mapping[str, Any], measures: Sequence[Measure]) -> float | None:
    """Return what a review's points (by key of the criterion) come to, from 0 to 100; None when it scores nothing."""
    parts = [
        (measure.weight, min(max(float(scores[measure.key]) / measure.scale, 0.0), 1.0))
        for measure in measures
        if scores.get(measure.key) is not None
    ]
    if not parts:
        return None
    return 100 * sum(weight * share for weight, share in parts) / sum(weight for weight, _share in parts)


def score(totals: Iterable[Total]) -> Scored:
    """Return scores and habits. The order of ``totals`` does not matter; each reviewer has one of a proposal at most."""
    totals = sorted(totals, key=lambda one: (one.proposal_id, one.reviewer_id))
    by_proposal: dict[int, list[Total]] = {}
    by_reviewer: dict[int, list[Total]] = {}
    for one in totals:
        by_proposal.setdefault(one.proposal_id, []).append(one)
        by_reviewer.setdefault(one.reviewer_id, []).append(one)
    effects = _effects(by_proposal, by_reviewer)
    return Scored(
        {
            proposal_id: Score(
                mean=fmean(one.points for one in ones),
                normalized=min(
                    max(fmean(one.points - effects.get(one.reviewer_id, 0.0) for one in ones), 0.0), 100.0
                ),
                done=len(ones),
                spread=_spread([one.points for one in ones]),
            )
            for proposal_id, ones in by_proposal.items()
        },
        {
            reviewer_id: Habit(len(ones), fmean(one.points for one in ones), effects.get(reviewer_id, 0.0))
            for reviewer_id, ones in by_reviewer.items()
        },
    )


def _spread(points: Sequence[float]) -> float | None:
    """Return the standard deviation. ``statistics.pstdev`` is exact, and thirty times as slow, which the board would feel."""
    if len(points) < 2:
        return None
    mean = fmean(points)
    return sqrt(fmean((one - mean) ** 2 for one in points))


def _effects(
    by_proposal: Mapping[int, Sequence[Total]], by_reviewer: Mapping[int, Sequence[Total]]
) -> dict[int, float]:
    """Return the habits, of those who have done enough: the least squares are solved one unknown after the other.

    Moving what all ``b`` (or all ``q``) have in common into ``m`` changes no residual and makes the penalty smaller, so it is
    done at once in each round: without it that part would come only slowly.
    """
    judged = {id_: ones for id_, ones in by_reviewer.items() if len(ones) >= FEWEST}
    if len(by_reviewer) < 2 or not judged:
        return {}
    common = fmean(one.points for ones in by_proposal.values() for one in ones)
    # Numbers instead of ids, and sums that do not change outside: this is the inner loop over all reviews.
    place = {id_: number for number, id_ in enumerate(judged)}
    at = {id_: number for number, id_ in enumerate(by_proposal)}
    effects = [0.0] * len(place)
    of_proposal = [
        (
            sum(one.points for one in ones),
            len(ones),
            len(ones) + PROPOSAL_PENALTY,
            [place[one.reviewer_id] for one in ones if one.reviewer_id in place],
        )
        for ones in by_proposal.values()
    ]
    of_reviewer = [
        (
            sum(one.points for one in ones),
            len(ones),
            len(ones) + REVIEWER_PENALTY,
            [at[one.proposal_id] for one in ones],
        )
        for ones in judged.values()
    ]
    for _round in range(_ROUNDS):
        effect_of = effects.__getitem__
        worth = [
            (points - number * common - sum(map(effect_of, who))) / weight
            for points, number, weight, who in of_proposal
        ]
        shift = fmean(worth)
        common += shift
        worth_of = [value - shift for value in worth].__getitem__
        found = [
            (points - number * common - sum(map(worth_of, what))) / weight
            for points, number, weight, what in of_reviewer
        ]
        moved = max(abs(new - old) for new, old in zip(found, effects, strict=True))
        effects = found
        if len(judged) == len(by_reviewer):
            shift = fmean(effects)
            common += shift
            effects = [value - shift for value in effects]
        if moved < _ENOUGH:
            break
    return dict(zip(judged, effects, strict=True))
