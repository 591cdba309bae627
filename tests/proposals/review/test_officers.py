"""The officers' list of proposals, and the page of one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations.enums import OrganizationType
from eventsapp.proposals.enums import CommentAudience, ProposalState
from eventsapp.proposals.models import Call, Proposal, ProposalComment
from eventsapp.proposals.review import listing
from eventsapp.proposals.review.listing import Filters
from tests import factories
from tests.support.signing import sign_in
from tests.support.statements import statements

S = ProposalState


@pytest.fixture
def here(app: Flask) -> dict[str, Any]:
    """A call with five proposals, and an officer."""
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="here")
        call = factories.make_call(conference, slug="side")
        theme = factories.make_theme(conference)
        alpha = factories.make_organization(
            names={"en": "Alpha Cities"}, country="KE", type=OrganizationType.NGO
        )
        beta = factories.make_organization(
            names={"en": "Béta Land"}, country="FR", type=OrganizationType.MEMBER_STATE
        )
        person = factories.make_user()
        factories.make_member(person, alpha)
        made = [
            factories.make_proposal(call, lead=alpha, by=person, state=S.SUBMITTED, themes=[theme]),
            factories.make_proposal(call, lead=beta, invited=[alpha], state=S.SUBMITTED, languages=["fr"]),
            factories.make_proposal(call, lead=beta, state=S.ELIGIBLE, late=True),
            factories.make_proposal(call, lead=alpha, state=S.DECLINED, speakers=[{"name": "Ana"}]),
            factories.make_proposal(call, by=person),
        ]
        other = factories.make_proposal(factories.make_call(conference), state=S.SUBMITTED)
        officer = factories.make_user(name="Olive Officer")
        factories.make_role(officer, conference, Role.PROGRAMME_OFFICER)
        return {
            "call": call.id,
            "theme": theme.id,
            "ids": [one.id for one in made],
            "codes": [one.code for one in made],
            "other": other.id,
            "officer": officer.get_id(),
        }


@pytest.fixture
def client(app: Flask, here: dict[str, Any]) -> FlaskClient:
    found = app.test_client()
    sign_in(found, here["officer"])
    return found


FILTERS: list[tuple[dict[str, str], list[int]]] = [
    ({}, [0, 1, 2, 3, 4]),
    ({"q": "beta"}, [1, 2]),
    ({"state": "submitted"}, [0, 1]),
    ({"state": "no-such"}, []),
    ({"theme": "theme"}, [0]),
    ({"theme": "x"}, []),
    ({"language": "fr"}, [1]),
    ({"type": "member_state"}, [1, 2]),
    ({"country": "ke"}, [0, 3]),
    ({"region": "east"}, [0, 3]),
    ({"missing": "consent"}, [1]),
    ({"missing": "lead"}, [4]),
    ({"missing": "speakers"}, [0, 1, 2, 4]),
    ({"late": "1"}, [2]),
    ({"failures": "1"}, [3]),
    ({"failures": "1", "late": "1"}, []),
]


def test_the_list_answers_each_filter(app: Flask, here: dict[str, Any]):
    with app.app_context():
        call = db.session.get_one(Call, here["call"])
        for asked, numbers in FILTERS:
            if asked.get("theme") == "theme":
                asked = {"theme": str(here["theme"])}
            found = listing.listing(
                call,
                Filters.of({**asked, "sort": "code"}),
                region=lambda name: {"KE", "UG"} if name == "east" else set(),
                failing=lambda: {here["ids"][3]},
            )
            assert [here["ids"].index(row.id) for row in found.rows] == numbers, asked
            assert found.total == len(numbers)


def test_every_order_has_all_of_them(app: Flask, here: dict[str, Any]):
    with app.app_context():
        call = db.session.get_one(Call, here["call"])
        for sort in ("", *listing.SORTS):
            for backwards in ("", "1"):
                found = listing.listing(call, Filters(sort=sort, backwards=backwards))
                assert sorted(row.id for row in found.rows) == here["ids"]
                if sort in ("", "submitted"):
                    assert found.rows[-1].id == here["ids"][4]


def test_what_is_not_in_the_call_is_not_acted_on(app: Flask, client: FlaskClient, here: dict[str, Any]):
    data = {"step": "screen_in", "id": [*here["ids"], here["other"]]}
    answer = client.post("/manage/here/calls/side/proposals/many", data=data, follow_redirects=True)
    assert "2 proposals were changed." in answer.text
    assert here["codes"][3] in answer.text
    with app.app_context():
        states = dict(db.session.execute(select(Proposal.id, Proposal.state)).all())
        assert [states[id_] for id_ in here["ids"]] == [
            S.ELIGIBLE,
            S.ELIGIBLE,
            S.ELIGIBLE,
            S.DECLINED,
            S.DRAFT,
        ]
        assert states[here["other"]] is S.SUBMITTED


def test_all_that_fit_go_into_review_at_once(app: Flask, client: FlaskClient, here: dict[str, Any]):
    data = {"step": "start_review", "all": "1"}
    client.post("/manage/here/calls/side/proposals/many?country=KE", data=data)
    with app.app_context():
        states = dict(db.session.execute(select(Proposal.id, Proposal.state)).all())
        assert [states[id_] for id_ in here["ids"]] == [
            S.UNDER_REVIEW, S.SUBMITTED, S.ELIGIBLE, S.DECLINED, S.DRAFT,
        ]  # fmt: skip
        [message] = db.session.scalars(select(Message))
        assert "is being reviewed" in message.text_body


def test_not_eligible_needs_a_reason_and_the_team_is_told_it(
    app: Flask, client: FlaskClient, here: dict[str, Any]
):
    url = f"/manage/here/proposals/{here['codes'][0]}"
    refused = client.post(f"{url}/step", data={"step": "screen_out", "note": " "})
    assert refused.status_code == 422
    assert "Say why: the team is told." in refused.text
    client.post(f"{url}/step", data={"step": "screen_out", "note": "Not in the theme."})
    with app.app_context():
        proposal = db.session.get_one(Proposal, here["ids"][0])
        assert (proposal.state, proposal.screening_note) == (S.INELIGIBLE, "Not in the theme.")
        assert "Not in the theme." in db.session.scalars(select(Message)).one().text_body
    assert "Not in the theme." in client.get(url).text
    client.post(f"{url}/step", data={"step": "reopen", "note": ""})
    with app.app_context():
        proposal = db.session.get_one(Proposal, here["ids"][0])
        assert (proposal.state, proposal.screening_note) == (S.SUBMITTED, None)


def test_a_step_that_the_state_does_not_allow_is_no_choice(client: FlaskClient, here: dict[str, Any]):
    answer = client.post(f"/manage/here/proposals/{here['codes'][3]}/step", data={"step": "screen_in"})
    assert answer.status_code == 422


def test_messages_go_to_the_team(app: Flask, client: FlaskClient, here: dict[str, Any]):
    url = f"/manage/here/proposals/{here['codes'][0]}"
    assert client.post(f"{url}/messages", data={"body": ""}).status_code == 422
    client.post(f"{url}/messages", data={"body": "Please name a speaker."})
    with app.app_context():
        said = db.session.scalars(select(ProposalComment)).one()
        assert (said.audience, said.from_secretariat) == (CommentAudience.SECRETARIAT, True)
        assert db.session.scalars(select(Message)).one().to_name
    assert "Please name a speaker." in client.get(url).text


def test_a_proposal_of_another_conference_is_not_found(app: Flask, client: FlaskClient):
    with app.app_context(), transaction():
        elsewhere = factories.make_call(factories.make_conference())
        factories.make_proposal(elsewhere)
        for _number in range(9):
            code = factories.make_proposal(elsewhere, state=S.SUBMITTED, submitted_at=clock.now()).code
    assert client.get(f"/manage/here/proposals/{code}").status_code == 404


@pytest.mark.sqlite_only
def test_the_export_has_the_same_as_the_list(client: FlaskClient, here: dict[str, Any]):
    lines = client.get("/manage/here/calls/side/proposals/export.csv?country=FR&sort=code").text.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == here["codes"][1:3]
    assert client.get("/manage/here/calls/side/proposals/export.xlsx").data[:2] == b"PK"


def test_the_list_needs_as_many_statements_for_many_as_for_few(app: Flask, here: dict[str, Any]):
    with app.app_context():
        call = db.session.get_one(Call, here["call"])
        with statements(app) as few:
            listing.listing(call, Filters())
    with app.app_context(), transaction():
        call = db.session.get_one(Call, here["call"])
        for _number in range(60):
            factories.make_proposal(call, state=S.SUBMITTED)
    with app.app_context():
        call = db.session.get_one(Call, here["call"])
        with statements(app) as more:
            found = listing.listing(call, Filters(), page=2)
        assert (found.total, len(found.rows), found.pages) == (65, 15, 2)
        assert len(more) == len(few) == 2
