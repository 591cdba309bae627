"""Mergers of three: accepted, refused, undone, changed after an answer, one withdrawn meanwhile, clicked twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals import access
from eventsapp.proposals import service as proposals
from eventsapp.proposals.drafts import content
from eventsapp.proposals.drafts import service as drafts
from eventsapp.proposals.enums import Action, Answer, MergerState, Party, ProposalState
from eventsapp.proposals.mergers import queries, service
from eventsapp.proposals.mergers.models import Merger, MergerPart
from eventsapp.proposals.models import Call, Proposal
from tests import factories
from tests.support.concurrency import together

OFFICER = Actor("Olga Officer")
S = ProposalState


class Stage:
    """Three proposals in three states, each with a lead of its own; the second is invited into the third as well."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        with app.app_context(), transaction():
            conference = factories.make_conference()
            call = factories.make_call(conference)
            themes = [factories.make_theme(conference) for _ in range(2)]
            self.call_id, self.proposal_ids, self.user_ids = call.id, [], []
            leads = [factories.make_organization() for _ in range(3)]
            for n, (lead, state) in enumerate(
                zip(leads, (S.SUBMITTED, S.UNDER_REVIEW, S.ELIGIBLE), strict=True)
            ):
                person = factories.make_user(name=f"Lead {n}")
                factories.make_member(person, lead)
                proposal = factories.make_proposal(
                    call, lead=lead, partners=[leads[1]] if n == 2 else [], by=person, state=state,
                    themes=themes[: n + 1], descriptions={"en": f"The concept {n}."},
                    speakers=[{"name": "Ana Ruiz", "email": "ana@example.org"}],
                )  # fmt: skip
                self.proposal_ids.append(proposal.id)
                self.user_ids.append(person.id)
            self.lead_ids = [one.id for one in leads]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with self.app.app_context(), transaction():
            yield

    def proposals(self) -> list[Proposal]:
        return [db.session.get_one(Proposal, id_) for id_ in self.proposal_ids]

    def actor(self, n: int) -> Actor:
        return Actor(f"Lead {n}", self.user_ids[n])

    def merger(self) -> Merger:
        return db.session.scalars(select(Merger).order_by(Merger.id.desc()).limit(1)).one()

    def propose(self, by: int | None = None) -> None:
        with self.at_work():
            call = db.session.get_one(Call, self.call_id)
            actor = OFFICER if by is None else self.actor(by)
            service.propose(call, self.proposals(), note="Alike.", actor=actor, by_secretariat=by is None)

    def answer(self, n: int, said: Answer = Answer.ACCEPTED, seen: str | None = None) -> None:
        with self.at_work():
            service.answer(self.merger().parts[n], said, actor=self.actor(n), content=seen)

    def states(self) -> tuple[list[ProposalState], ProposalState, MergerState]:
        with self.app.app_context():
            merger = self.merger()
            return [one.state for one in self.proposals()], merger.target.state, merger.state

    def mails(self, part: str) -> list[str]:
        with self.app.app_context():
            found = db.session.scalars(select(Message).where(Message.template == "proposal_merger"))
            return sorted(one.to_name for one in found if part in one.text_body)


BEFORE = [S.SUBMITTED, S.UNDER_REVIEW, S.ELIGIBLE]


@pytest.fixture
def stage(app: Flask) -> Stage:
    return Stage(app)


def test_an_officer_s_merger_of_three_is_accepted_by_all_and_undone(stage: Stage):
    stage.propose()
    with stage.at_work():
        target = stage.merger().target
        assert [(one.organization_id, one.role) for one in target.organizations] == [
            (stage.lead_ids[0], OrganizationRole.LEAD),
            (stage.lead_ids[1], OrganizationRole.CO_ORGANIZER),
            (stage.lead_ids[2], OrganizationRole.CO_ORGANIZER),
        ]
        assert all(f"The concept {n}." in target.descriptions["en"] for n in range(3))
        assert (len(target.themes), len(target.speakers), target.version) == (2, 1, 1)
        for id_ in stage.user_ids:
            assert access.standing(target.id, db.session.get_one(User, id_)).may_write
        assert access.standing(target.id, db.session.get_one(User, stage.user_ids[0])).leads
    assert stage.mails("A joint draft has been composed") == ["Lead 0", "Lead 1", "Lead 2"]
    stage.answer(0)
    stage.answer(1)
    stage.answer(1)
    assert stage.states() == (BEFORE, S.DRAFT, MergerState.OPEN)
    stage.answer(2)
    stage.answer(2)
    assert stage.states() == ([S.MERGED] * 3, S.UNDER_REVIEW, MergerState.AGREED)
    assert stage.mails("the proposals are one now") == ["Lead 0", "Lead 1", "Lead 2"]
    with stage.at_work():
        target = stage.merger().target
        assert {one.merged_into_id for one in stage.proposals()} == {target.id}
        service.undo(stage.merger(), actor=stage.actor(1), reason="We changed our minds.")
        service.undo(stage.merger(), actor=stage.actor(1))
    assert stage.states() == (BEFORE, S.WITHDRAWN, MergerState.UNDONE)
    assert stage.mails("We changed our minds.") == ["Lead 0", "Lead 2"]
    # Free for another one.
    stage.propose()


def test_a_lead_s_merger_shows_nothing_before_all_have_agreed_to_write_together(stage: Stage):
    stage.propose(by=0)
    assert stage.mails("It is proposed to merge") == ["Lead 1", "Lead 2"]
    with stage.at_work():
        target = stage.merger().target
        assert (target.descriptions, target.organizations) == ({}, [])
        for id_ in stage.user_ids:
            with pytest.raises(NotFound):
                access.standing(target.id, db.session.get_one(User, id_))
        with pytest.raises(Conflict):
            service.answer(stage.merger().parts[1], Answer.ACCEPTED, actor=stage.actor(1))
    for n in (1, 2, 2):
        with stage.at_work():
            service.join(stage.merger().parts[n], actor=stage.actor(n))
    for n in range(3):
        stage.answer(n)
    assert stage.states() == ([S.MERGED] * 3, S.UNDER_REVIEW, MergerState.AGREED)


def test_a_refusal_ends_it_and_touches_nothing(stage: Stage):
    stage.propose(by=1)
    stage.answer(2, Answer.REFUSED)
    stage.answer(2, Answer.REFUSED)
    assert stage.states() == (BEFORE, S.WITHDRAWN, MergerState.REFUSED)
    assert stage.mails("The merger has been refused.") == ["Lead 0", "Lead 1"]
    with pytest.raises(Conflict):
        stage.answer(0)


def test_a_change_after_an_answer_asks_again(stage: Stage):
    stage.propose()
    stage.answer(0)
    stage.answer(1)
    with stage.at_work():
        target, seen = stage.merger().target, service.mark(stage.merger().target)
        values = {**content.snapshot(target), "titles": {"en": "Together"}}
        drafts.save(target, values, base=target.version, actor=stage.actor(2))
    with pytest.raises(Conflict):
        stage.answer(2, seen=seen)
    stage.answer(2)
    assert stage.states()[2] is MergerState.OPEN
    assert stage.mails("changed after you had accepted") == ["Lead 0", "Lead 1"]
    stage.answer(0)
    with stage.at_work():
        # Within the same version, as the same person goes on typing.
        target = stage.merger().target
        values = {**content.snapshot(target), "titles": {"en": "Together at last"}}
        before = target.version
        drafts.save(target, values, base=before, actor=stage.actor(2))
        assert target.version == before
        service.ask_again(clock.now())
        assert stage.merger().parts[0].answer is Answer.ACCEPTED
        service.ask_again(clock.now() + timedelta(minutes=11))
        assert [one.answer for one in stage.merger().parts] == [Answer.WAITING] * 3
    for n in range(3):
        stage.answer(n)
    assert stage.states() == ([S.MERGED] * 3, S.UNDER_REVIEW, MergerState.AGREED)


def test_it_ends_when_one_of_them_leaves_the_running_or_the_draft_is_withdrawn(stage: Stage):
    stage.propose()
    with stage.at_work():
        proposals.move(stage.proposals()[1], Action.WITHDRAW, party=Party.TEAM, actor=stage.actor(1))
    assert stage.states() == ([S.SUBMITTED, S.WITHDRAWN, S.ELIGIBLE], S.WITHDRAWN, MergerState.ABANDONED)
    with pytest.raises(Invalid):
        stage.propose()
    with stage.at_work():
        call = db.session.get_one(Call, stage.call_id)
        first, _withdrawn, third = stage.proposals()
        merger = service.propose(call, [third, first], note=None, actor=OFFICER, by_secretariat=True)
        with pytest.raises(Conflict):
            proposals.move(merger.target, Action.SUBMIT, party=Party.TEAM, actor=stage.actor(2))
    with stage.at_work():
        proposals.move(stage.merger().target, Action.WITHDRAW, party=Party.TEAM, actor=stage.actor(2))
    assert stage.states() == ([S.SUBMITTED, S.WITHDRAWN, S.ELIGIBLE], S.WITHDRAWN, MergerState.ABANDONED)


def test_after_a_decision_it_stays_and_a_withdrawn_joint_proposal_gives_each_back(stage: Stage):
    stage.propose()
    for n in range(3):
        stage.answer(n)
    with stage.at_work():
        proposals.move(stage.merger().target, Action.ACCEPT, party=Party.SECRETARIAT, actor=OFFICER)
        with pytest.raises(Conflict):
            service.undo(stage.merger(), actor=OFFICER)
        proposals.move(stage.merger().target, Action.RECONSIDER, party=Party.SECRETARIAT, actor=OFFICER)
    with stage.at_work():
        proposals.move(stage.merger().target, Action.WITHDRAW, party=Party.TEAM, actor=stage.actor(0))
    with stage.at_work():
        service.undo(stage.merger(), actor=stage.actor(1))
    assert stage.states() == (BEFORE, S.WITHDRAWN, MergerState.UNDONE)


def test_of_two_who_propose_at_once_one_succeeds_and_the_last_two_answers_at_once_complete_it(stage: Stage):
    outcomes = together(lambda _n: stage.propose(), [0, 1])
    assert [isinstance(one, Exception) for one in outcomes].count(True) == 1
    stage.answer(0)
    outcomes = together(stage.answer, [1, 2])
    assert outcomes == [None, None]
    assert stage.states() == ([S.MERGED] * 3, S.UNDER_REVIEW, MergerState.AGREED)
    with stage.at_work():
        assert len(queries.of_call(stage.call_id)) == 1
        assert db.session.query(MergerPart).count() == 3
