"""Offers: made, answered, lapsed, passed on; and what the database holds of them when several act at once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core import clock
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.enums import HalfDay
from eventsapp.programme.models import Event
from eventsapp.programme.releases import Place
from eventsapp.proposals import service as proposals
from eventsapp.proposals.enums import Action, EventFormat, OfferState, Party, Promotion, ProposalState
from eventsapp.proposals.models import Proposal
from eventsapp.proposals.offers import queries, service, worker
from eventsapp.proposals.offers.models import Offer
from eventsapp.proposals.offers.rules import OfferAction, states_before
from tests import factories
from tests.proposals.offers.support import FANNY, OFFICER, at, make, make_call, offer_of, states, told
from tests.support.concurrency import together

P = ProposalState


def test_an_offer_says_where_and_when_and_until_when(app: Flask, monkeypatch: pytest.MonkeyPatch):
    at(monkeypatch, "2027-04-01T12:00")
    with app.app_context(), transaction():
        call = make_call(offer_days=10)
        room = factories.make_room(call.conference, names={"en": "Blue room"})
        proposal = make(call)
        place = Place(
            room.id, date(2027, 6, 15), None, factories.START, factories.START + timedelta(minutes=90)
        )
        offer = service.make_offer(proposal, actor=OFFICER, place=place, note="Congratulations!")
        assert states(proposal) == ["offered"]
        assert offer.due_at.isoformat() == "2027-04-11T23:00:00+00:00"
        [message] = told("proposal_offer")
        for said in (
            "Blue room",
            "Tuesday 15 June",
            "13:00–14:30",
            "Sunday 11 April",
            "18:00",
            "Congratulations!",
        ):
            assert said in message.text_body.replace("\u2066", "").replace("\u2069", "")
        other = make(call)
        with pytest.raises(Conflict, match=proposal.code):
            service.make_offer(other, actor=OFFICER, place=place)
        with pytest.raises(Invalid):
            service.make_offer(other, actor=OFFICER, place=place, format=EventFormat.VIRTUAL)
        with pytest.raises(Invalid):
            service.make_offer(other, actor=OFFICER, due_at=clock.now())
        elsewhere = factories.make_room(factories.make_conference())
        with pytest.raises(Invalid):
            service.make_offer(other, actor=OFFICER, place=Place(elsewhere.id))


def test_several_are_offered_places_at_once_or_none(app: Flask):
    with app.app_context():
        with transaction():
            call = make_call()
            one, two, draft = make(call), make(call), make(call, P.DRAFT)
            stranger = make(make_call())
            ids = [one.id, two.id]
            service.make_offers(call, ids, actor=OFFICER)
            assert states(one, two) == ["offered", "offered"]
            with pytest.raises(NotFound):
                service.make_offers(call, [stranger.id], actor=OFFICER)
            draft_id, three_id = draft.id, make(call).id
        with pytest.raises(Conflict), transaction():
            service.make_offers(db.session.get_one(type(call), call.id), [three_id, draft_id], actor=OFFICER)
        assert db.session.get_one(Proposal, three_id).state is P.ACCEPTED


def test_every_answer_in_every_state(app: Flask):
    acts = {
        OfferAction.ACCEPT: lambda offer: service.accept(offer, actor=FANNY),
        OfferAction.REQUEST_CHANGE: lambda offer: service.request_change(offer, wish="Later", actor=FANNY),
        OfferAction.DECLINE: lambda offer: service.decline(offer, reason="No", actor=FANNY),
        OfferAction.REVOKE: lambda offer: service.revoke(offer, reason="", actor=OFFICER),
        OfferAction.LAPSE: service.lapse,
    }
    beside = {
        OfferState.ACCEPTED: P.CONFIRMED,
        OfferState.CHANGE_REQUESTED: P.CHANGE_REQUESTED,
        OfferState.DECLINED: P.WITHDRAWN,
        OfferState.LAPSED: P.LAPSED,
        OfferState.REVOKED: P.ACCEPTED,
    }
    same = {
        (OfferState.ACCEPTED, OfferAction.ACCEPT),
        (OfferState.CHANGE_REQUESTED, OfferAction.REQUEST_CHANGE),
        (OfferState.DECLINED, OfferAction.DECLINE),
    }
    with app.app_context(), transaction():
        call = make_call()
        for state in OfferState:
            for action, act in acts.items():
                of_proposal = beside.get(state, P.OFFERED)
                over = (
                    {"event_id": factories.make_event(call.conference).id}
                    if of_proposal is P.CONFIRMED
                    else {}
                )
                proposal = make(call, P.ACCEPTED if of_proposal is P.OFFERED else of_proposal, **over)
                proposal.state = of_proposal
                overdue = action is OfferAction.LAPSE
                answered = None if state is OfferState.OPEN else clock.now()
                offer = factories.make_offer(
                    proposal,
                    state=state,
                    answered_at=answered,
                    **({"due_at": clock.now()} if overdue else {}),
                )
                db.session.flush()
                # Only those who hold an open offer answer it; the other ways to "declined" are withdrawals.
                possible = state is OfferState.OPEN or (
                    action is OfferAction.REVOKE and state in states_before(OfferAction.REVOKE)
                )
                if possible or (state, action) in same:
                    act(offer)
                elif action is OfferAction.LAPSE:
                    assert act(offer) is False
                else:
                    with pytest.raises(Conflict):
                        act(offer)
                assert (offer.state is not state) is possible, (state, action)
                assert (proposal.state is not of_proposal) is possible, (state, action)


def test_an_offer_lapses_at_the_instant_and_is_not_answered_after(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    """In the night in which London's clocks go back, 01:30 comes twice; the offer ends at the second."""
    with app.app_context():
        with transaction():
            call = make_call(conference={"zone": "Europe/London"})
            proposal = make(call, P.OFFERED)
            offer_of(proposal).due_at = at(monkeypatch, "2027-10-31T01:30")
            id_ = proposal.id
        at(monkeypatch, "2027-10-31T01:29:59")
        assert worker.lapse_due() is False
        at(monkeypatch, "2027-10-31T01:30:00")
        with transaction(), pytest.raises(Conflict, match="time to answer"):
            service.accept(offer_of(db.session.get_one(Proposal, id_)), actor=FANNY)
        assert worker.lapse_due() is True
        assert worker.lapse_due() is False
        proposal = db.session.get_one(Proposal, id_)
        assert (proposal.state, offer_of(proposal).state) == (P.LAPSED, OfferState.LAPSED)
        assert len(told("proposal_moved")) == 1


def test_a_reminder_comes_once_and_not_for_what_was_just_offered(app: Flask, monkeypatch: pytest.MonkeyPatch):
    at(monkeypatch, "2027-04-01T12:00")
    with app.app_context():
        with transaction():
            call = make_call(offer_reminder_days=3, conference={"zone": "America/Santiago"})
            proposal = make(call, P.OFFERED)
            for one, made in ((proposal, "2027-04-01T12:00"), (make(call, P.OFFERED), "2027-04-05T12:00")):
                offer = offer_of(one)
                offer.created_at, offer.due_at = at(monkeypatch, made), at(monkeypatch, "2027-04-06T22:00")
        # Three days before by the clocks there, between which they go back by an hour.
        for now, count in (("2027-04-03T20:59", 0), ("2027-04-03T21:00", 1), ("2027-04-05T13:00", 1)):
            with transaction():
                worker.remind(at(monkeypatch, now))
                assert len(told("proposal_offer_reminder")) == count


def test_two_workers_at_once_let_it_lapse_once_and_pass_the_place_on_once(app: Flask):
    with app.app_context(), transaction():
        call = make_call(promotion=Promotion.AUTOMATIC, places=1)
        proposal = make(call, P.OFFERED)
        offer_of(proposal).due_at = clock.now() - timedelta(seconds=1)
        waiting = [make(call, P.WAITLISTED), make(call, P.WAITLISTED)]
        ids = [proposal.id, *(one.id for one in waiting)]

    def work(_n: int) -> bool:
        with app.app_context():
            return worker.lapse_due()

    assert sorted(together(work, range(4)), key=str) == [False, False, False, True]
    with app.app_context():
        assert states(*(db.session.get_one(Proposal, id_) for id_ in ids)) == [
            "lapsed",
            "offered",
            "waitlisted",
        ]
        assert len(told("proposal_offer")) == 1
        assert db.session.scalars(select(Offer.passed_on).order_by(Offer.id)).all() == [True, False]


def test_a_double_click_makes_one_event(app: Flask):
    with app.app_context(), transaction():
        call = make_call()
        id_ = make(call, P.OFFERED).id

    def click(_n: int) -> str:
        with app.app_context(), transaction():
            return service.accept(offer_of(db.session.get_one(Proposal, id_)), actor=FANNY).code

    codes = together(click, range(4))
    assert len(set(codes)) == 1, codes
    with app.app_context():
        assert factories.count(Event) == 1
        assert db.session.get_one(Proposal, id_).event_id is not None


def test_no_more_places_are_given_out_than_there_are(app: Flask):
    with app.app_context(), transaction():
        call = make_call(places=3)
        make(call, P.CONFIRMED, event_id=factories.make_event(call.conference).id)
        accepted = [make(call).id for _n in range(4)]

    def offer(id_: int) -> None:
        with app.app_context(), transaction():
            service.make_offer(db.session.get_one(Proposal, id_), actor=OFFICER)

    results = together(offer, accepted)
    assert sorted(type(one).__name__ for one in results) == ["Conflict", "Conflict", "NoneType", "NoneType"]


def test_the_first_in_line_gets_the_place_and_nobody_is_jumped(app: Flask):
    with app.app_context(), transaction():
        call = make_call(promotion=Promotion.CONSENT)
        leaving, first, second = make(call, P.OFFERED), make(call, P.WAITLISTED), make(call, P.WAITLISTED)
        service.decline(offer_of(leaving), reason="We are too few.", actor=FANNY)
        [left] = queries.left_offers(call.id)
        assert states(leaving, first, second) == ["withdrawn", "waitlisted", "waitlisted"]
        with pytest.raises(Conflict, match=first.code):
            service.make_offer(second, actor=OFFICER)
        made = service.pass_on(left, actor=OFFICER)
        assert made is not None
        assert made.proposal is first
        assert states(first, second) == ["offered", "waitlisted"]
        with pytest.raises(Conflict):
            service.pass_on(left, actor=OFFICER)
        assert queries.left_offers(call.id) == []


def test_a_place_that_is_left_takes_its_slot_along_or_becomes_one_online(app: Flask):
    with app.app_context(), transaction():
        call = make_call()
        room = factories.make_room(call.conference)
        leaving = make(call, P.OFFERED)
        offer = offer_of(leaving)
        offer.day, offer.room_id = date(2027, 6, 15), room.id
        offer.starts_at, offer.ends_at = factories.START, factories.START + timedelta(hours=1)
        make(call, P.WAITLISTED)
        service.decline(offer, reason="", actor=FANNY)
        passed = service.pass_on(offer, actor=OFFICER)
        assert passed is not None
        assert service.place_of(passed) == service.place_of(offer)
        service.decline(passed, reason="", actor=FANNY)
        second = make(call, P.WAITLISTED)
        online = service.pass_on(passed, actor=OFFICER, format=EventFormat.VIRTUAL)
        assert online is not None
        assert online.proposal is second
        assert (online.room_id, online.starts_at, online.format) == (
            None,
            factories.START,
            EventFormat.VIRTUAL,
        )


def test_a_withdrawal_with_a_place_leaves_it_whatever_had_come_of_it(app: Flask):
    with app.app_context(), transaction():
        call = make_call(promotion=Promotion.AUTOMATIC)
        leaving = [make(call), make(call, P.OFFERED), make(call, P.OFFERED)]
        service.request_change(offer_of(leaving[2]), wish="Another day", actor=FANNY)
        waiting = [make(call, P.WAITLISTED) for _n in range(4)]
        for one in [*leaving, waiting[3]]:
            proposals.move(one, Action.WITHDRAW, party=Party.TEAM, actor=FANNY)
        assert states(*waiting) == ["offered", "offered", "offered", "withdrawn"]
        assert queries.left_offers(call.id) == []
        # When nobody waits the place stays free, for whoever comes.
        proposals.move(waiting[0], Action.WITHDRAW, party=Party.TEAM, actor=FANNY)
        assert len(queries.left_offers(call.id)) == 1
        late = make(call, P.ELIGIBLE)
        proposals.move(late, Action.WAITLIST, party=Party.SYSTEM, actor=OFFICER)
        assert states(late) == ["offered"]


def test_a_place_is_not_passed_on_when_there_are_fewer_than_there_were(app: Flask):
    with app.app_context(), transaction():
        call = make_call(promotion=Promotion.AUTOMATIC, places=1)
        leaving, _other, waiting = make(call, P.OFFERED), make(call, P.OFFERED), make(call, P.WAITLISTED)
        service.decline(offer_of(leaving), reason="", actor=FANNY)
        assert states(waiting) == ["waitlisted"]
        [left] = queries.left_offers(call.id)
        service.keep_free(left, actor=OFFICER)
        assert queries.left_offers(call.id) == []


def test_another_slot_is_asked_for_and_answered(app: Flask):
    with app.app_context(), transaction():
        call = make_call()
        proposal = make(call, P.OFFERED)
        offer = offer_of(proposal)
        service.request_change(
            offer,
            wish="Our minister arrives on Wednesday.",
            wished_days=["2027-06-16"],
            wished_halves=[HalfDay.AFTERNOON],
            actor=FANNY,
        )
        assert (proposal.wished_days, proposal.wished_halves) == (["2027-06-16"], ["afternoon"])
        [to_secretariat] = told("proposal_comment")
        assert to_secretariat.to_email == "events@example.org"
        assert "Our minister arrives" in to_secretariat.text_body
        again = service.refuse_change(offer, reason="All other days are full.", actor=OFFICER)
        assert states(proposal) == ["offered"]
        assert (again.state, offer.state) == (OfferState.OPEN, OfferState.CHANGE_REQUESTED)
        assert "All other days are full." in told("proposal_offer")[-1].text_body
        with pytest.raises(Conflict):
            service.refuse_change(again, reason="", actor=OFFICER)
        service.revoke(again, reason="The house has burnt down.", actor=OFFICER)
        assert states(proposal) == ["accepted"]
