"""Giving out, reviewing, giving back, discussing: services and pages, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotAllowed, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations.models import Organization
from eventsapp.proposals.enums import CommentAudience, ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal, ProposalComment
from eventsapp.proposals.review import assignment, mine, queries, reminding, reviewing, settings
from eventsapp.proposals.review.models import Criterion, DeclaredInterest, Review
from tests import factories
from tests.support.signing import sign_in

S = ProposalState
OFFICER = Actor("Olive Officer")


@pytest.fixture
def here(app: Flask) -> dict[str, Any]:
    """A call with three proposals under review, two criteria and three reviewers, of whom the first has done one."""
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="here")
        call = factories.make_call(
            conference, slug="side", reviews_wanted=2, review_due_at=clock.now() + timedelta(days=10)
        )
        criteria = [factories.make_criterion(call, weight=3), factories.make_criterion(call, scale=20)]
        people = [factories.make_user(name=f"Reviewer {number}") for number in range(3)]
        for person in people:
            factories.make_role(person, conference, Role.REVIEWER)
        officer = factories.make_user()
        factories.make_role(officer, conference, Role.PROGRAMME_OFFICER)
        body = factories.make_organization()
        proposals = [
            factories.make_proposal(call, lead=body, state=S.UNDER_REVIEW, titles={"en": f"Title {number}"})
            for number in range(3)
        ]
        review = factories.make_review(proposals[0], people[0])
        return {
            "conference": conference.id,
            "call": call.id,
            "criteria": [one.id for one in criteria],
            "people": [one.id for one in people],
            "keys": [one.get_id() for one in people],
            "officer": officer.get_id(),
            "body": body.id,
            "ids": [one.id for one in proposals],
            "codes": [one.code for one in proposals],
            "review": review.id,
        }


@pytest.fixture
def inside(app: Flask) -> Iterator[None]:
    with app.app_context(), transaction():
        yield


def actor(here: dict[str, Any], number: int = 0) -> Actor:
    return Actor(f"Reviewer {number}", here["people"][number])


def client_of(app: Flask, key: str) -> FlaskClient:
    client = app.test_client()
    sign_in(client, key)
    return client


# --- giving out


def test_the_plan_that_was_looked_at_is_the_one_that_is_kept(here: dict[str, Any], inside: None):
    call = db.session.get_one(Call, here["call"])
    planned = assignment.plan(call, strict=False)
    assert len(planned.plan.pairs) == 5
    assert planned.plan.loads == dict.fromkeys(here["people"], 2)
    assert (here["ids"][0], here["people"][0]) not in planned.plan.pairs
    with pytest.raises(Conflict):
        assignment.keep(call, strict=False, mark="another", actor=OFFICER)
    assert assignment.keep(call, strict=False, mark=planned.mark, actor=OFFICER) == 5
    db.session.flush()
    assert sorted(map(tuple, db.session.execute(select(Review.proposal_id, Review.reviewer_id)))) == sorted(
        [*planned.plan.pairs, (here["ids"][0], here["people"][0])]
    )
    messages = list(db.session.scalars(select(Message).order_by(Message.to_email)))
    assert len(messages) == 3
    assert "1 proposal to review" in messages[0].subject
    assert "/manage/here/reviews/" in messages[0].text_body
    assert assignment.plan(call, strict=False).plan.pairs == ()


def test_nobody_is_given_what_they_have_an_interest_in(here: dict[str, Any], inside: None):
    person = here["people"][1]
    db.session.add(
        DeclaredInterest(proposal_id=here["ids"][1], user_id=person, reason="A friend.", at=clock.now())
    )
    db.session.flush()
    call = db.session.get_one(Call, here["call"])
    assert (here["ids"][1], person) not in assignment.plan(call, strict=False).plan.pairs
    with pytest.raises(Conflict):
        assignment.give(db.session.get_one(Proposal, here["ids"][1]), person, actor=OFFICER)
    with pytest.raises(NotFound):
        assignment.give(db.session.get_one(Proposal, here["ids"][1]), 999_999, actor=OFFICER)


def test_giving_an_eligible_one_starts_its_review_and_it_can_be_taken_back(
    here: dict[str, Any], inside: None
):
    call = db.session.get_one(Call, here["call"])
    proposal = factories.make_proposal(call, state=S.ELIGIBLE)
    review = assignment.give(proposal, here["people"][2], actor=OFFICER)
    assert (proposal.state, review.state) == (S.UNDER_REVIEW, ReviewState.ASSIGNED)
    with pytest.raises(Conflict):
        assignment.give(proposal, here["people"][2], actor=OFFICER)
    assignment.take_back(proposal, review.id, actor=OFFICER)
    db.session.flush()
    assert db.session.get(Review, review.id) is None
    with pytest.raises(Conflict):
        assignment.give(factories.make_proposal(call, state=S.DECLINED), here["people"][2], actor=OFFICER)


# --- reviewing


def test_a_review_is_a_draft_until_all_is_scored_and_it_is_handed_in(here: dict[str, Any], inside: None):
    review = db.session.get_one(Review, here["review"])
    first, second = here["criteria"]
    reviewing.save(
        review, points={first: 4, second: 99}, note=" n ", to_team="", done=False, actor=actor(here)
    )
    assert (review.state, review.scores, review.note) == (ReviewState.BEGUN, {str(first): 4}, "n")
    assert queries.scored(here["call"]).proposals == {}
    with pytest.raises(Invalid) as refused:
        reviewing.save(review, points={first: 4}, note="", to_team="", done=True, actor=actor(here))
    assert set(refused.value.errors) == {f"c{second}"}
    reviewing.save(review, points={first: 5, second: 10}, note="", to_team="", done=True, actor=actor(here))
    assert review.state is ReviewState.DONE
    assert queries.scored(here["call"]).proposals[here["ids"][0]].mean == pytest.approx(87.5)
    # Changed after it was handed in, it stays whole.
    with pytest.raises(Invalid):
        reviewing.save(review, points={first: 5}, note="", to_team="", done=False, actor=actor(here))
    reviewing.save(review, points={first: 0, second: 0}, note="", to_team="", done=False, actor=actor(here))
    assert (review.state, queries.scored(here["call"]).proposals[here["ids"][0]].mean) == (
        ReviewState.DONE,
        0,
    )
    with pytest.raises(NotAllowed):
        reviewing.save(review, points={}, note="", to_team="", done=False, actor=actor(here, 1))


def test_after_a_decision_a_review_is_not_changed(here: dict[str, Any], inside: None):
    review = db.session.get_one(Review, here["review"])
    review.proposal.state = S.ACCEPTED
    db.session.flush()
    with pytest.raises(Conflict):
        reviewing.save(review, points={}, note="", to_team="", done=False, actor=actor(here))
    with pytest.raises(Conflict):
        reviewing.give_back(review, reason="late", interest=False, actor=actor(here))


def test_who_has_an_interest_cannot_score_even_what_they_hold(here: dict[str, Any], inside: None):
    review = db.session.get_one(Review, here["review"])
    factories.make_member(review.reviewer, db.session.get_one(Organization, here["body"]))
    with pytest.raises(NotAllowed):
        reviewing.save(review, points={}, note="", to_team="", done=False, actor=actor(here))
    with pytest.raises(NotFound):
        mine.held(here["conference"], here["people"][0], here["codes"][0])
    # And what came up since is given back by housekeeping.
    reviewing.give_back_of_interest(clock.now())
    assert review.state is ReviewState.DECLINED


def test_what_is_given_back_is_gone_and_with_an_interest_for_good(here: dict[str, Any], inside: None):
    review = db.session.get_one(Review, here["review"])
    reviewing.give_back(review, reason="My cousin's.", interest=True, actor=actor(here))
    assert (review.state, review.scores) == (ReviewState.DECLINED, {})
    assert mine.listing(here["conference"], here["people"][0]) == []
    assert mine.declared(here["conference"], here["people"][0]) == [(here["codes"][0], "My cousin's.")]
    with pytest.raises(Conflict):
        assignment.give(review.proposal, here["people"][0], actor=OFFICER)
    reviewing.forget(review.proposal, here["people"][0], actor=OFFICER)
    db.session.flush()
    assert assignment.give(review.proposal, here["people"][0], actor=OFFICER).id == review.id


def test_interests_are_declared_before_anything_is_given_out(here: dict[str, Any], inside: None):
    before = mine.to_declare(here["conference"], here["people"][0])
    assert [one.id for one in before.rows] == here["ids"]
    assert reviewing.declare(here["conference"], here["ids"][:2], reason="Ours.", actor=actor(here)) == 2
    assert reviewing.declare(here["conference"], here["ids"][:2], reason="Ours.", actor=actor(here)) == 0
    assert db.session.get_one(Review, here["review"]).state is ReviewState.DECLINED
    assert [one.id for one in mine.to_declare(here["conference"], here["people"][0]).rows] == here["ids"][2:]
    found = mine.to_declare(here["conference"], here["people"][1], query=here["codes"][2].lower())
    assert [one.id for one in found.rows] == [here["ids"][2]]


def test_the_discussion_opens_with_the_own_review(app: Flask, here: dict[str, Any]):
    with app.app_context(), transaction():
        proposal = db.session.get_one(Proposal, here["ids"][0])
        other = db.session.get_one(Review, here["review"])
        second = factories.make_review(
            proposal,
            db.session.get_one(type(other.reviewer), here["people"][1]),
            scores=dict(zip(here["criteria"], (5, 20), strict=True)),
            note="Excellent, I say.",
        )
        with pytest.raises(NotAllowed):
            reviewing.discuss(other, "Well?", actor=actor(here))
        reviewing.discuss(second, "What do you think?", actor=actor(here, 1))
    client = client_of(app, here["keys"][0])
    url = f"/manage/here/reviews/{here['codes'][0]}"
    page = client.get(url).text
    assert "Excellent, I say." not in page
    assert "What do you think?" not in page
    data = {f"c{id_}": "3" for id_ in here["criteria"]}
    assert client.post(url, data={**data, "done": "1"}).status_code == 303
    page = client.get(url).text
    assert "Excellent, I say." in page
    assert "What do you think?" in page
    assert client.post(f"{url}/discussion", data={"body": ""}).status_code == 422
    assert client.post(f"{url}/discussion", data={"body": "I do not know."}).status_code == 303
    with app.app_context():
        said = db.session.scalars(select(ProposalComment).order_by(ProposalComment.id)).all()
        assert [one.body for one in said] == ["What do you think?", "I do not know."]
        assert {one.audience for one in said} == {CommentAudience.REVIEWERS}


def test_the_form_keeps_a_draft_says_what_is_missing_and_goes_on_to_the_next(
    app: Flask, here: dict[str, Any]
):
    with app.app_context(), transaction():
        person = db.session.get_one(Review, here["review"]).reviewer
        factories.make_review(db.session.get_one(Proposal, here["ids"][2]), person)
    client = client_of(app, here["keys"][0])
    url = f"/manage/here/reviews/{here['codes'][0]}"
    first, second = (f"c{id_}" for id_ in here["criteria"])
    assert client.post(f"{url}/draft", data={first: "4", "note": "So far"}).json == {"kept": True}
    assert client.post(f"{url}/draft", data={second: "4000"}).status_code == 422
    refused = client.post(url, data={first: "4", "note": "So far", "done": "1"})
    assert refused.status_code == 422
    assert "Score this before you hand the review in." in refused.text
    assert "So far" in refused.text
    done = client.post(url, data={first: "4", second: "7", "done": "1"})
    assert done.location.endswith(f"/manage/here/reviews/{here['codes'][2]}")
    assert client.post(f"{url}/draft", data={first: "1"}).status_code == 422
    with app.app_context():
        assert db.session.get_one(Review, here["review"]).scores == {
            str(here["criteria"][0]): 4,
            str(here["criteria"][1]): 7,
        }
    assert "1 of 2 reviews are done." in client.get("/manage/here/reviews/").text
    beside = client.get(f"/manage/here/reviews/compare?code={here['codes'][0]}&code={here['codes'][2]}")
    assert "Title 0" in beside.text
    assert "Title 2" in beside.text


# --- reminding


def test_the_worker_reminds_once_before_reviews_are_due(
    app: Flask, here: dict[str, Any], monkeypatch: pytest.MonkeyPatch
):
    with app.app_context():
        assert not reminding.remind_due()
    with app.app_context(), transaction():
        db.session.get_one(Call, here["call"]).review_due_at = clock.now() + timedelta(days=2)
    with app.app_context():
        assert reminding.remind_due()
        assert not reminding.remind_due()
        [message] = db.session.scalars(select(Message))
        assert message.subject.startswith("1 review is still open")
        assert "Reviews are due by" in message.text_body


def test_reminders_by_hand_go_to_those_who_have_something_open(here: dict[str, Any], inside: None):
    call = db.session.get_one(Call, here["call"])
    assert reminding.remind(call, [here["people"][1]]) == 0
    assert reminding.remind(call) == 1
    db.session.expire_all()
    assert db.session.get_one(Review, here["review"]).reminded_at is not None


# --- criteria


def test_criteria_keep_their_order_and_no_points_are_cut_off(here: dict[str, Any], inside: None):
    call = db.session.get_one(Call, here["call"])
    first, second = (db.session.get_one(Criterion, id_) for id_ in here["criteria"])
    new = settings.save(call, None, names={"en": "C"}, guidances={}, weight=1, scale=5, actor=OFFICER)
    settings.move(call, new, up=True, actor=OFFICER)
    settings.move(call, first, up=True, actor=OFFICER)
    db.session.flush()
    assert [one.id for one in reviewing.criteria(call.id)] == [first.id, new.id, second.id]
    review = db.session.get_one(Review, here["review"])
    reviewing.save(review, points={second.id: 15}, note="", to_team="", done=False, actor=actor(here))
    values: dict[str, Any] = {"names": second.names, "guidances": {}, "weight": 1, "actor": OFFICER}
    with pytest.raises(Conflict):
        settings.save(call, second, **values, scale=14)
    assert settings.save(call, second, **values, scale=15).scale == 15
    settings.remove(call, second, actor=OFFICER)
    db.session.flush()
    with pytest.raises(NotFound):
        settings.one(call, here["criteria"][1])


@pytest.mark.sqlite_only
def test_an_officer_sets_the_review_up_gives_it_out_and_sees_the_results(app: Flask, here: dict[str, Any]):
    client = client_of(app, here["officer"])
    base = "/manage/here/calls/side/review"
    new = {"names-en": "Relevance", "weight": "2", "scale": "5"}
    assert client.post(f"{base}/criteria/new", data={**new, "scale": "0"}).status_code == 422
    assert client.post(f"{base}/criteria/new", data=new).status_code == 303
    assert "Relevance" in client.get(f"{base}/criteria/").text
    person = f"{base}/reviewers/{here['people'][1]}"
    assert client.post(person, data={"languages": ["fr"], "most": "1"}).status_code == 303
    wrong = client.post(f"{person}/give", data={"codes": f"{here['codes'][1]} P-9999"})
    assert wrong.status_code == 422
    assert "There is no proposal P-9999 in this call." in wrong.text
    assert client.post(f"{person}/give", data={"codes": here["codes"][1]}).status_code == 303
    page = client.get(f"{base}/assign").text
    mark = page.split('name="mark" value="')[1].split('"')[0]
    assert client.post(f"{base}/assign", data={"strict": "prefer", "mark": "old"}).status_code in (409, 422)
    assert client.post(f"{base}/assign", data={"strict": "prefer", "mark": mark}).status_code == 303
    assert "Reviewer 1" in client.get(f"{base}/").text
    assert client.get(f"{base}/results?sort=mean&backwards=1").status_code == 200
    assert client.post(f"{base}/remind", data={}).status_code == 303
    with app.app_context():
        given = list(db.session.scalars(select(Review.reviewer_id)))
        assert (len(given), given.count(here["people"][1])) == (6, 1)
