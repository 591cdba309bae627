"""Scenarios, what the board knows of proposals, and decisions sent together: once, whatever happens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations.enums import OrganizationType
from eventsapp.proposals import service as proposals
from eventsapp.proposals.decisions import board, queries, sending, service
from eventsapp.proposals.decisions.balance import Dimension
from eventsapp.proposals.decisions.models import Scenario, Sending
from eventsapp.proposals.enums import Action, Decision, LetterKind, Party, ProposalState, Verdict
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review.models import SimilarVerdict
from eventsapp.questions.enums import QuestionKind
from tests import factories
from tests.support.concurrency import together
from tests.support.statements import statements

OFFICER, OTHER = Actor("Olga Officer"), Actor("Paul Officer")
S, D = ProposalState, Decision


class Stage:
    """Six proposals under review, scored 90, 80 … 40, with a French and an English person in each team."""

    def __init__(self, app: Flask, count: int = 6) -> None:
        self.app = app
        with app.app_context(), transaction():
            conference = factories.make_conference(contact_email="events@example.org")
            call = factories.make_call(conference, places=2, reviews_wanted=1)
            criterion, reviewer = factories.make_criterion(call, scale=100), factories.make_user()
            self.ids: list[int] = []
            for n in range(count):
                lead = factories.make_organization(country="KE" if n >= 4 else "FR")
                people = [
                    factories.make_user(name=f"Ana {n}"),
                    factories.make_user(name=f"Zoé {n}", language="fr"),
                ]
                for person in people:
                    factories.make_member(person, lead)
                proposal = factories.make_proposal(call, lead=lead, state=S.UNDER_REVIEW)
                factories.make_review(
                    proposal, reviewer, scores={criterion.id: max(0, 90 - 10 * n)}, to_team=f"Comment {n}"
                )
                self.ids.append(proposal.id)
            self.call_id = call.id
            self.scenario_id = service.create(call, name="First", actor=OFFICER).id

    def call(self) -> Call:
        return db.session.get_one(Call, self.call_id)

    def scenario(self) -> Scenario:
        return db.session.get_one(Scenario, self.scenario_id)

    def decide(
        self, choices: dict[int, Decision | None], *, actor: Actor = OFFICER, version: int | None = None
    ) -> None:
        with self.app.app_context(), transaction():
            scenario = self.scenario()
            service.decide(
                self.call(),
                scenario,
                {self.ids[n]: said for n, said in choices.items()},
                version=scenario.version if version is None else version,
                actor=actor,
            )

    def choices(self) -> dict[int, str]:
        with self.app.app_context():
            return {self.ids.index(int(id_)): said for id_, said in self.scenario().choices.items()}

    def states(self) -> list[ProposalState]:
        with self.app.app_context():
            return [db.session.get_one(Proposal, id_).state for id_ in self.ids]

    def letters(self) -> list[Message]:
        with self.app.app_context():
            return list(
                db.session.scalars(
                    select(Message).where(Message.template == "decision_letter").order_by(Message.to_name)
                )
            )


@pytest.fixture
def stage(app: Flask) -> Stage:
    return Stage(app)


def test_two_who_change_a_scenario_at_once_hear_of_each_other(stage: Stage):
    stage.decide({0: D.ACCEPT})
    stage.decide({1: D.ACCEPT, 2: D.DECLINE}, actor=OTHER)
    with pytest.raises(Conflict, match="Paul Officer changed this scenario meanwhile \\(P-0002, P-0003\\)"):
        stage.decide({3: D.ACCEPT}, version=1)
    stage.decide({2: None})
    assert stage.choices() == {0: "accept", 1: "accept"}
    outcomes = together(lambda n: stage.decide({n: D.DECLINE}, version=3), [3, 4, 5])
    assert sum(isinstance(one, Conflict) for one in outcomes) == 2
    with pytest.raises(NotFound), stage.app.app_context(), transaction():
        service.decide(stage.call(), stage.scenario(), {999: D.ACCEPT}, version=4, actor=OFFICER)


def test_filling_keeps_what_was_declined_and_reaches_the_targets(stage: Stage):
    stage.decide({0: D.DECLINE})
    with stage.app.app_context(), transaction():
        call = stage.call()
        service.set_targets(call, {"region": {"africa": 50}}, actor=OFFICER)
        filled = service.fill(
            call, stage.scenario(), version=1, actor=OFFICER, by_balance=True, measure="mean", waiting=1,
            decline_rest=True,
        )  # fmt: skip
        assert [(one.taken, one.left) for one in filled.exchanges] == [(stage.ids[4], stage.ids[2])]
    assert stage.choices() == {
        0: "decline", 1: "accept", 4: "accept", 2: "waitlist", 3: "decline", 5: "decline",
    }  # fmt: skip
    with stage.app.app_context(), transaction():
        call = stage.call()
        call.places = None
        with pytest.raises(Invalid):
            service.fill(call, stage.scenario(), version=2, actor=OFFICER, by_balance=False, measure="mean")


def test_scenarios_are_copied_chosen_and_deleted(stage: Stage):
    stage.decide({0: D.ACCEPT})
    with stage.app.app_context(), transaction():
        call, first = stage.call(), stage.scenario()
        copy = service.create(call, name="Second", actor=OTHER, copy_of=first)
        assert (copy.choices, copy.chosen, first.chosen) == (first.choices, False, True)
        with pytest.raises(Invalid):
            service.create(call, name="second", actor=OTHER)
        with pytest.raises(Conflict):
            service.delete(call, first, actor=OTHER)
        service.choose(call, copy, actor=OTHER)
        db.session.refresh(first)
        assert (copy.chosen, first.chosen) == (True, False)
        service.delete(call, first, actor=OTHER)
        assert [one.name for one in queries.scenarios(call.id)] == ["Second"]


def test_decisions_go_out_in_parts_once_in_each_person_s_language(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sending, "PART", 2)
    stage.decide({0: D.ACCEPT, 1: D.ACCEPT, 2: D.WAITLIST, 3: D.WAITLIST, 4: D.DECLINE})
    with stage.app.app_context(), transaction():
        call = stage.call()
        service.write_letter(
            call,
            LetterKind.DECLINED,
            {"en": "No: {code}"},
            {"en": "Sorry.\n\n{reviewer_comments}\n\nhttps://example.org/faq", "fr": "Désolé."},
            actor=OFFICER,
        )
        order = [3, 2, 0, 1, 4]
        choices = [(stage.ids[n], Decision(stage.choices()[n])) for n in order]
        service.ask(call, choices, actor=OFFICER)
        with pytest.raises(Conflict):
            service.ask(call, choices, actor=OFFICER)
    with stage.app.app_context():
        assert sending.send_due()
    # One is withdrawn between two parts.
    with stage.app.app_context(), transaction():
        proposal = db.session.get_one(Proposal, stage.ids[1])
        proposals.move(proposal, Action.WITHDRAW, party=Party.TEAM, actor=Actor("Ana 1"))
    with stage.app.app_context():
        while sending.send_due():
            pass
        last = queries.last_sending(stage.call_id)
        assert last is not None
        assert (last.position, last.sent, last.letters) == (5, 4, 8)
        assert [state for _code, state in last.skipped] == ["withdrawn"]
        assert last.finished_at is not None
        assert [db.session.get_one(Proposal, stage.ids[n]).waiting_position for n in (3, 2)] == [1, 2]
    assert stage.states() == [S.ACCEPTED, S.WITHDRAWN, S.WAITLISTED, S.WAITLISTED, S.DECLINED, S.UNDER_REVIEW]
    letters = stage.letters()
    assert [one.to_name for one in letters] == [
        "Ana 0",
        "Ana 2",
        "Ana 3",
        "Ana 4",
        "Zoé 0",
        "Zoé 2",
        "Zoé 3",
        "Zoé 4",
    ]
    english, french = letters[3], letters[7]
    assert english.subject == "No: P-0005"
    assert "Comment 4" in english.text_body
    assert "https://example.org/faq" in english.text_body
    assert french.subject == "No: P-0005"
    assert "Désolé." in french.text_body
    assert french.reply_to == "events@example.org"


def test_of_many_workers_each_part_is_sent_once_and_a_crash_sends_nothing_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sending, "PART", 1)
    with stage.app.app_context(), transaction():
        service.ask(stage.call(), [(id_, D.ACCEPT) for id_ in stage.ids], actor=OFFICER)

    carry_out, crashes = service.carry_out, [True, False, True]

    def sometimes(*args: Any, **more: Any) -> Any:
        result = carry_out(*args, **more)
        if crashes and crashes.pop():
            raise RuntimeError("the machine went down")
        return result

    monkeypatch.setattr(service, "carry_out", sometimes)

    def work(_n: int) -> None:
        with stage.app.app_context():
            for _turn in range(12):
                try:
                    sending.send_due()
                except RuntimeError:
                    continue

    together(work, [0, 1, 2])
    assert stage.states() == [S.ACCEPTED] * 6
    assert len(stage.letters()) == 12
    with stage.app.app_context():
        [done] = db.session.scalars(select(Sending))
        assert (done.position, done.sent, done.letters) == (6, 6, 12)


def test_a_call_s_own_letter_is_sent_for_single_decisions_too(stage: Stage):
    with stage.app.app_context(), transaction():
        with pytest.raises(Invalid):
            service.write_letter(stage.call(), LetterKind.INELIGIBLE, {}, {"en": "{position}"}, actor=OFFICER)
        service.write_letter(
            stage.call(),
            LetterKind.INELIGIBLE,
            {"en": "Not eligible"},
            {"en": "As follows:\n{reason}"},
            actor=OFFICER,
        )
        for n, action in ((0, Action.SCREEN_OUT), (1, Action.DECLINE)):
            proposal = db.session.get_one(Proposal, stage.ids[n])
            proposals.move(proposal, action, party=Party.SECRETARIAT, actor=OFFICER, note="No partner.")
    assert {one.to_name for one in stage.letters()} == {"Ana 0", "Zoé 0"}
    assert "As follows:\nNo partner." in stage.letters()[0].text_body
    with stage.app.app_context():
        told = db.session.scalars(select(Message.to_name).where(Message.template == "proposal_moved"))
        assert set(told) == {"Ana 1", "Zoé 1"}


def test_what_the_board_knows_of_a_proposal(app: Flask):
    with app.app_context(), transaction():
        earlier = factories.make_conference(start_date=date(2020, 1, 1), end_date=date(2020, 1, 3))
        conference = factories.make_conference()
        call = factories.make_call(conference, places=1)
        factories.make_question(
            call, QuestionKind.CHOICE, key=queries.CONSTITUENCY_KEY,
            options=[{"value": "women", "labels": {"en": "Women"}}],
        )  # fmt: skip
        theme = factories.make_theme(conference)
        known = factories.make_organization(country="FR")
        factories.make_event(earlier, leads=[known])
        new = factories.make_organization(country="MW", type=OrganizationType.NGO, acronyms={"en": "NEW"})
        first = factories.make_proposal(
            call, lead=new, state=S.SUBMITTED, late=True, themes=[theme], languages=["en", "fr"],
            speakers=[{"name": "Ana", "gender": "woman"}, {"name": "Li"}], answers={"constituency": "women"},
        )  # fmt: skip
        second = factories.make_proposal(call, lead=known, state=S.ACCEPTED)
        factories.make_proposal(call, lead=known)
        factories.make_proposal(call, lead=known, state=S.WITHDRAWN)
        db.session.add(
            SimilarVerdict(
                first_id=first.id, second_id=second.id, verdict=Verdict.APART, at=call.opens_at, actor="Olga"
            )
        )
        call_id, theme_id = call.id, theme.id
    with app.app_context():
        call = db.session.get_one(Call, call_id)
        one, other = queries.rows(call)
        assert one.traits == {
            Dimension.REGION: ("africa",),
            Dimension.TYPE: ("ngo",),
            Dimension.CONSTITUENCY: ("women",),
            Dimension.THEME: (str(theme_id),),
            Dimension.LANGUAGE: ("en", "fr"),
            Dimension.GENDER: ("woman",),
            Dimension.FIRST_TIME: ("yes",),
            Dimension.LEAST_DEVELOPED: ("yes",),
        }
        assert (one.late, one.lead, other.first_time, other.least_developed) == (
            True,
            {"en": "NEW"},
            False,
            False,
        )
        whole = board.order([one, other], {str(one.id): "accept"}, "mean", call.places)
        assert whole.lines[0].alike == (other.code,)
        assert board.obstacles(whole) == board.Obstacles(unscreened=1, unreviewed=1, over=1)


def test_the_board_needs_as_many_statements_for_one_as_for_many(app: Flask):
    counts = []
    for count in (1, 12):
        stage = Stage(app, count=count)
        with app.app_context():
            call = stage.call()
            assert call.conference.start_date + timedelta(0)
            with statements(app) as sent:
                queries.rows(call)
            counts.append(len(sent))
    assert counts[0] == counts[1] <= 10
