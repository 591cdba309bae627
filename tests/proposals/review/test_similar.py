"""Pairs of similar proposals, and what officers say of them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.enums import PairKind
from eventsapp.programme.models import EventPair
from eventsapp.proposals.enums import Action, ProposalState, Verdict
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review import similar
from tests import factories
from tests.support.signing import sign_in

S = ProposalState


@pytest.fixture
def here(app: Flask) -> dict[str, Any]:
    """A call with two proposals about water, one about buses, and a draft about water that is nobody's business yet."""
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="here")
        call = factories.make_call(conference, slug="side")
        texts = [
            ("Drinking water in coastal cities", "When the sea rises, coastal cities lose drinking water."),
            ("Coastal cities and the sea", "How coastal cities secure their drinking water."),
            ("Buses that are on time", "Public transport in growing towns."),
            ("Coastal cities again", "When the sea rises, coastal cities lose drinking water."),
        ]
        made = [
            factories.make_proposal(
                call,
                titles={"en": title},
                summaries={"en": summary},
                state=S.DRAFT if number == 3 else S.UNDER_REVIEW,
            )
            for number, (title, summary) in enumerate(texts)
        ]
        officer = factories.make_user()
        factories.make_role(officer, conference, Role.PROGRAMME_OFFICER)
        return {
            "call": call.id,
            "ids": [one.id for one in made],
            "codes": [one.code for one in made],
            "officer": officer.get_id(),
        }


def test_pairs_are_found_with_their_words_and_follow_changes(app: Flask, here: dict[str, Any]):
    with app.app_context(), transaction():
        call = db.session.get_one(Call, here["call"])
        [pair] = similar.listing(call).rows
        assert [pair.first.id, pair.second.id] == here["ids"][:2]
        assert {"coastal", "drinking"} <= set(pair.words)
        assert [one.second.id for one in similar.nearest(db.session.get_one(Proposal, here["ids"][0]))] == [
            here["ids"][1]
        ]
        other = db.session.get_one(Proposal, here["ids"][1])
        other.titles, other.summaries = {"en": "Fair rents"}, {"en": "Housing for all."}
        db.session.flush()
        assert similar.listing(call).rows == []


def test_what_was_judged_leaves_the_list_and_can_be_taken_back(app: Flask, here: dict[str, Any]):
    first, second, _third, _draft = here["ids"]
    with app.app_context(), transaction():
        call = db.session.get_one(Call, here["call"])
        similar.judge(call, second, first, Verdict.DIFFERENT, actor=COMMAND_LINE)
        assert similar.listing(call).rows == []
        assert [one.verdict for one in similar.listing(call, all_=True).rows] == [Verdict.DIFFERENT]
        assert similar.nearest(db.session.get_one(Proposal, first)) == []
        similar.judge(call, first, second, Verdict.APART, actor=COMMAND_LINE)
        db.session.expire_all()
        assert similar.verdicts(call.id) == {(first, second): Verdict.APART}
        similar.judge(call, first, second, None, actor=COMMAND_LINE)
        assert similar.verdicts(call.id) == {}
        with pytest.raises(Conflict):
            similar.judge(call, first, first, Verdict.APART, actor=COMMAND_LINE)
        elsewhere = factories.make_proposal(factories.make_call(call.conference))
        with pytest.raises(NotFound):
            similar.judge(call, first, elsewhere.id, Verdict.APART, actor=COMMAND_LINE)


def test_two_that_are_kept_apart_become_a_wish_when_both_are_events(app: Flask, here: dict[str, Any]):
    with app.app_context(), transaction():
        call = db.session.get_one(Call, here["call"])
        first, second = (db.session.get_one(Proposal, id_) for id_ in here["ids"][:2])
        similar.judge(call, first.id, second.id, Verdict.APART, actor=COMMAND_LINE)
        events = [factories.make_event(call.conference) for _number in range(2)]
        first.event_id = events[0].id
        db.session.flush()
        similar.keep_apart(first, Action.CONFIRM, S.OFFERED, COMMAND_LINE)
        assert list(db.session.scalars(select(EventPair))) == []
        second.event_id = events[1].id
        db.session.flush()
        for _time in range(2):
            similar.keep_apart(second, Action.CONFIRM, S.OFFERED, COMMAND_LINE)
            similar.judge(call, first.id, second.id, Verdict.APART, actor=COMMAND_LINE)
        [pair] = db.session.scalars(select(EventPair))
        assert pair.kind is PairKind.APART
        assert {pair.first_id, pair.second_id} == {one.id for one in events}


@pytest.mark.sqlite_only
def test_an_officer_judges_from_the_list_and_from_a_proposal(app: Flask, here: dict[str, Any]):
    client = app.test_client()
    sign_in(client, here["officer"])
    url = "/manage/here/calls/side/similar/"
    page = client.get(url).text
    assert here["codes"][0] in page
    assert f"proposals={here['codes'][0]}" in page
    both = {"first": here["ids"][0], "second": here["ids"][1]}
    client.post(f"{url}judge", data={**both, "verdict": "apart"})
    assert "No two proposals are alike." in client.get(url).text
    assert "kept apart in time" in client.get(f"{url}?all=1").text
    own = client.get(f"/manage/here/proposals/{here['codes'][0]}").text
    assert "kept apart in time" in own
    back = client.post(f"{url}judge", data={**both, "verdict": "", "from": here["codes"][0]})
    assert back.location.endswith(f"/manage/here/proposals/{here['codes'][0]}#similar")
