"""What the reviews of a call come to."""

from __future__ import annotations

import pytest
from flask import Flask

from eventsapp.core.transaction import transaction
from eventsapp.proposals.enums import ProposalState, ReviewState
from eventsapp.proposals.review import queries
from tests import factories
from tests.support.statements import statements


def test_results_count_what_is_done_on_one_scale(app: Flask):
    with app.app_context(), transaction():
        call = factories.make_call(factories.make_conference(), reviews_wanted=2)
        first = factories.make_criterion(call, weight=3)
        second = factories.make_criterion(call, scale=10)
        reviewers = [factories.make_user() for _number in range(3)]
        rated = factories.make_proposal(call, state=ProposalState.UNDER_REVIEW)
        bare = factories.make_proposal(call, state=ProposalState.ELIGIBLE)
        factories.make_proposal(call)
        factories.make_review(rated, reviewers[0], scores={first.id: 5, second.id: 10})
        factories.make_review(rated, reviewers[1], scores={first.id: 5, second.id: 0})
        factories.make_review(
            rated, reviewers[2], scores={first.id: 0}, state=ReviewState.DECLINED, done_at=None
        )
        factories.make_review(bare, reviewers[2])
        elsewhere = factories.make_call(call.conference)
        factories.make_review(
            factories.make_proposal(elsewhere, state=ProposalState.UNDER_REVIEW),
            reviewers[0],
            scores={factories.make_criterion(elsewhere).id: 1},
        )
        call_id, rated_id, bare_id = call.id, rated.id, bare.id
    with app.app_context(), statements(app) as sent:
        results = queries.results(call_id)
    assert len(sent) == 3
    assert [one.proposal_id for one in results] == [rated_id, bare_id]
    assert results[0].mean == pytest.approx(87.5)
    assert results[0].spread == pytest.approx(12.5)
    assert (results[0].done, results[0].wanted) == (2, 2)
    assert (results[1].mean, results[1].normalized, results[1].done, results[1].wanted) == (None, None, 0, 2)
