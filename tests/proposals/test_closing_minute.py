"""Many people save and submit in the last seconds of a call, over HTTP, against the production server with two workers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.enums import EventFormat, ProposalState
from eventsapp.proposals.models import Proposal, ProposalVersion
from tests import factories
from tests.support import closing
from tests.support.closing import Writer

pytestmark = pytest.mark.timeout(240)

PROPOSALS = 12


@pytest.fixture
def writers(app: Flask) -> tuple[int, list[Writer]]:
    """A call, and drafts in it that lack nothing; two people write each, of two organizations."""
    found = []
    with app.test_request_context(), transaction():
        conference = factories.make_conference()
        theme = factories.make_theme(conference)
        call = factories.make_call(conference, closes_at=clock.now() + timedelta(hours=1))
        for _ in range(PROPOSALS):
            lead, partner = factories.make_organization(), factories.make_organization()
            people = [factories.make_user(), factories.make_user()]
            for person, organization in zip(people, (lead, partner), strict=True):
                factories.make_member(person, organization)
            proposal = factories.make_proposal(
                call, lead=lead, partners=[partner], by=people[0], themes=[theme], format=EventFormat.IN_PERSON,
                descriptions={"en": "To be written."},
            )  # fmt: skip
            for person, part, submits in zip(
                people, ("summaries.en", "descriptions.en"), (True, False), strict=True
            ):
                found.append(Writer(proposal.id, closing.cookies(app, person), part, submits))
        call_id = call.id
    return call_id, found


def test_what_was_acknowledged_at_the_closing_minute_is_there(app: Flask, server, writers):
    call_id, people = writers
    running = server()
    found = closing.rush(app, running.url, call_id, people, at_once=8)
    assert closing.wrong(app, found) == []
    # All of the first ones, and of those after a submission none.
    assert sum(save.taken for save in found.saves) >= 2 * PROPOSALS
    assert {save.status for save in found.saves} == {200, 409}
    assert {one.submitted for one in found.told if one.writer.submits} == {303, 422}
    with app.app_context():
        states = [one.state for one in db.session.query(Proposal)]
        versions = db.session.query(ProposalVersion).count()
        db.session.rollback()
    assert {ProposalState.DRAFT, ProposalState.SUBMITTED} == set(states)
    assert versions >= 2 * PROPOSALS
