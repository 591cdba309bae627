"""The life of a proposal: every pair of state and action, and what moving it writes."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, NotAllowed
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.proposals import life, service
from eventsapp.proposals.enums import Action, Party, ProposalState
from eventsapp.proposals.models import Proposal
from tests import factories

OFFICER = Actor("Olga Officer")
EXPECTED = """
draft: submit submitted, withdraw withdrawn
submitted: recall draft, screen_in eligible, screen_out ineligible, waitlist waitlisted, withdraw withdrawn, merge merged
eligible: reopen submitted, screen_out ineligible, start_review under_review, accept accepted, waitlist waitlisted, decline declined, withdraw withdrawn, merge merged
ineligible: reopen submitted, withdraw withdrawn
under_review: screen_out ineligible, accept accepted, waitlist waitlisted, decline declined, withdraw withdrawn, merge merged
accepted: offer offered, reconsider under_review, withdraw withdrawn
waitlisted: offer offered, decline declined, reconsider under_review, withdraw withdrawn
declined: reconsider under_review
offered: confirm confirmed, request_change change_requested, give_back withdrawn, lapse lapsed, revoke accepted, withdraw withdrawn
change_requested: offer offered, revoke accepted, withdraw withdrawn
confirmed: withdraw withdrawn
lapsed: offer offered, withdraw withdrawn
withdrawn:
merged: unmerge eligible
"""


def expected() -> dict[tuple[str, str], str]:
    found = {}
    for line in EXPECTED.strip().splitlines():
        state, _, pairs = line.partition(":")
        for pair in pairs.split(","):
            if pair.strip():
                action, target = pair.split()
                found[state, action] = target
    return found


def made(state: ProposalState) -> Proposal:
    """Return a proposal in a state, with what the state needs."""
    conference = factories.make_conference(contact_email="side-events@example.org")
    call = factories.make_call(conference)
    more: dict[str, Any] = {}
    if state is ProposalState.CONFIRMED:
        more["event_id"] = factories.make_event(conference).id
    if state is ProposalState.MERGED:
        more = {"merged_into_id": factories.make_proposal(call).id, "merged_from": ProposalState.ELIGIBLE}
    return factories.make_proposal(
        call, lead=factories.make_organization(), by=factories.make_user(), state=state, **more
    )


def do(proposal: Proposal, action: Action, party: Party | None = None) -> None:
    other = factories.make_proposal(proposal.call) if action is Action.MERGE else None
    if action is Action.CONFIRM:
        proposal.event_id = factories.make_event(proposal.conference).id
    party = party or min(life.PARTIES[action])
    service.move(proposal, action, party=party, actor=OFFICER, note="Because.", merged_into=other)


def test_every_pair_of_state_and_action(app: Flask):
    possible = expected()
    for state, action in product(ProposalState, Action):
        with app.app_context(), transaction():
            proposal = made(state)
            target = possible.get((state.value, action.value))
            if target is None:
                with pytest.raises(Conflict, match=proposal.code):
                    do(proposal, action)
            else:
                do(proposal, action)
            assert proposal.state.value == (target or state.value)


@pytest.mark.sqlite_only
def test_nobody_does_what_only_others_do(app: Flask):
    with app.app_context(), transaction():
        for action, party in product(Action, Party):
            if party in life.PARTIES[action]:
                continue
            state = next(state for state in ProposalState if action in life.TRANSITIONS[state])
            with pytest.raises(NotAllowed):
                do(made(state), action, party)


def test_a_move_is_written_down_and_told_to_the_team_in_their_languages(app: Flask):
    with app.app_context(), transaction():
        proposal = made(ProposalState.SUBMITTED)
        lead = proposal.organizations[0].organization
        assert lead is not None
        factories.make_member(factories.make_user(email="fanny@example.org", language="fr"), lead)
        do(proposal, Action.SCREEN_OUT)
        entry = db.session.scalars(select(AuditEntry)).one()
        assert (entry.actor, entry.action, entry.subject) == (
            "Olga Officer", "proposal.screen_out", f"proposal:{proposal.code}",
        )  # fmt: skip
        assert entry.detail == {"from": "submitted", "to": "ineligible", "note": "Because."}
        told = {message.to_email: message for message in db.session.scalars(select(Message))}
        assert len(told) == 2
        assert told["fanny@example.org"].language == "fr"
        assert all(proposal.code in one.subject and "Because." in one.text_body for one in told.values())


def test_waiting_positions_are_given_out_in_order_and_never_twice(app: Flask):
    with app.app_context(), transaction():
        first = made(ProposalState.ELIGIBLE)
        second = factories.make_proposal(first.call, state=ProposalState.ELIGIBLE)
        do(first, Action.WAITLIST)
        do(second, Action.WAITLIST)
        assert (first.waiting_position, second.waiting_position) == (1, 2)
        do(first, Action.OFFER)
        third = factories.make_proposal(first.call, state=ProposalState.ELIGIBLE)
        do(third, Action.WAITLIST)
        assert (first.waiting_position, third.waiting_position) == (None, 3)
