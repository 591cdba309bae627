"""Places of a conference and of its categories: exact whoever comes at once, in the order of the queue, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from eventsapp.core import clock
from eventsapp.core.errors import Conflict
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration import life, places, service
from eventsapp.registration.approval import offers
from eventsapp.registration.enums import WaitlistMode
from eventsapp.registration.models import Registration, RegistrationStep
from eventsapp.registration.queries import person
from tests.registration.approval.conftest import DESK, S, count_of, rows
from tests.support.concurrency import together

A = life.A


def lapses(lobby):
    """Do what the worker does; how many offers lapsed."""
    with lobby.app.app_context():
        return offers.lapse_due()


def set_offer_in_the_past(lobby, id_):
    with lobby.writing():
        past = clock.now() - timedelta(minutes=1)
        db.session.execute(update(Registration).where(Registration.id == id_).values(offer_until=past))


def test_a_conference_and_a_category_take_exactly_as_many_as_they_have_places(lobby):
    here = lobby(places_=12, rooms=[5, None], people=[15, 15])
    answers = together(here.admit, here.people)
    assert set(answers) == {True, False}
    states = here.states()
    assert count_of(states) == {S.CONFIRMED: 12, S.WAITLISTED: 18}
    assert states[:15].count(S.CONFIRMED) <= 5
    # Half of those who have a place give it back, while the desk rejects some of those who wait.
    having = [id_ for id_, state in zip(here.people, states, strict=True) if state is S.CONFIRMED]
    waiting = here.queue()[:6]
    work = [(id_, A.CANCEL) for id_ in having[::2]] + [(id_, A.REJECT) for id_ in waiting[::2]]
    assert [one for one in together(lambda pair: here.move(*pair), work) if one is not True] == []
    assert here.states().count(S.CONFIRMED) == 12
    # One message to each for each thing that happened to them.
    happened = rows(here.app, RegistrationStep)
    assert rows(here.app, Message) == happened


def test_the_queue_is_handed_on_in_its_order_also_after_more_places_are_made(lobby):
    here = lobby(places_=2, people=[7])
    for id_ in here.people:
        here.admit(id_)
    assert here.queue() == here.people[2:]
    here.move(here.people[0], A.CANCEL)
    assert here.queue() == here.people[3:]
    with here.writing():
        places.set_capacity(here.conference_id, 4)
        assert life.hand_on(here.conference_id) == 2
    assert here.queue() == here.people[5:]
    here.states()
    with here.writing():
        # Fewer than have one already: nobody loses a place, and nobody gets one until there are fewer.
        places.set_capacity(here.conference_id, 1)
        assert life.hand_on(here.conference_id) == 0
    here.move(here.people[1], A.CANCEL)
    assert here.queue() == here.people[5:]


def test_those_who_wait_for_a_full_category_do_not_keep_others_from_their_places(lobby):
    here = lobby(places_=10, rooms=[1, 5], people=[3, 2])
    for id_ in here.people[:3]:
        here.admit(id_)
    assert here.admit(here.people[3])
    assert here.states() == [S.CONFIRMED, S.WAITLISTED, S.WAITLISTED, S.CONFIRMED, S.IN_REVIEW]
    # Who is put into another category leaves a place, which goes to the first who waits for it.
    with here.writing():
        one = person(here.people[0])
        assert one is not None
        data = service.data_of(db.session.get_one(Registration, one.id))
        there = replace(data, category_id=here.categories[1])
        service.edit(one, there, actor=DESK)
    assert here.states()[:3] == [S.CONFIRMED, S.CONFIRMED, S.WAITLISTED]


def test_nobody_waits_where_there_is_no_waiting_list(lobby):
    here = lobby(places_=1, people=[2], mode=WaitlistMode.CLOSED)
    here.admit(here.people[0])
    with pytest.raises(Conflict):
        here.admit(here.people[1])
    assert here.states() == [S.CONFIRMED, S.IN_REVIEW]


def test_an_offer_is_taken_once_given_back_or_lapses_to_the_next(lobby):
    here = lobby(places_=1, people=[4], mode=WaitlistMode.CONSENT)
    for id_ in here.people:
        here.admit(id_)
    first, second, third, fourth = here.people
    here.move(first, A.CANCEL)
    assert here.states() == [S.CANCELLED, S.OFFERED, S.WAITLISTED, S.WAITLISTED]

    def take(id_):
        with here.writing():
            return life.accept_offer(id_)

    # Nobody gets past the queue by asking for what was offered to somebody else.
    with pytest.raises(Conflict):
        take(third)
    here.move(second, A.CANCEL)
    assert here.states()[2:] == [S.OFFERED, S.WAITLISTED]
    set_offer_in_the_past(here, third)
    with pytest.raises(Conflict):
        take(third)
    assert [here_did for here_did in together(lambda _n: lapses(here), range(3)) if here_did] == [1]
    assert here.states()[2:] == [S.CANCELLED, S.OFFERED]
    assert sorted(map(bool, together(lambda _n: take(fourth), range(4)))) == [False, False, False, True]
    assert here.states()[3] is S.CONFIRMED
    assert lapses(here) == 0


def test_taking_an_offer_and_its_lapse_meet_and_one_of_them_happens(lobby):
    here = lobby(places_=3, people=[9], mode=WaitlistMode.CONSENT)
    for id_ in here.people:
        here.admit(id_)
    for id_ in here.people[:3]:
        here.move(id_, A.CANCEL)
    offered = here.people[3:6]
    for id_ in offered[:1]:
        set_offer_in_the_past(here, id_)

    def take(id_):
        with here.writing():
            return life.accept_offer(id_)

    answers = together(lambda one: take(one) if one else lapses(here), [*offered, 0, 0])
    assert isinstance(answers[0], Conflict)
    assert answers[1:3] == [True, True]
    assert here.states()[3:] == [S.CANCELLED, S.CONFIRMED, S.CONFIRMED, S.OFFERED, S.WAITLISTED, S.WAITLISTED]


@pytest.mark.parametrize("settled", [True, False])
def test_a_limit_that_is_set_while_people_are_admitted_counts_all_of_them(lobby, settled):
    here = lobby(people=[12], settings=settled)

    def limit(_id):
        with here.writing():
            places.set_capacity(here.conference_id, 4)

    answers = together(
        lambda id_: here.admit(id_) if id_ else limit(id_), [*here.people[:6], 0, *here.people[6:]]
    )
    # Who came at that very moment is asked to look again; nobody is counted wrongly.
    assert {type(one) for one in answers} <= {bool, type(None), Conflict}
    for id_ in here.people:
        here.admit(id_) if S.IN_REVIEW in here.states() and state_of(here, id_) is S.IN_REVIEW else None
    states = here.states()
    assert S.IN_REVIEW not in states
    with here.app.app_context():
        taken = places.settings_of(here.conference_id).taken
        db.session.rollback()
    assert taken == states.count(S.CONFIRMED) >= 4


def state_of(lobby, id_):
    with lobby.app.app_context():
        found = db.session.scalar(select(Registration.state).where(Registration.id == id_))
        db.session.rollback()
        return found


def test_nothing_is_handed_on_once_the_conference_is_over(lobby):
    here = lobby(places_=1, people=[2])
    for id_ in here.people:
        here.admit(id_)
    with here.writing():
        conference = db.session.get_one(Registration, here.people[0]).conference
        conference.start_date = conference.end_date = clock.now().date() - timedelta(days=3)
    here.move(here.people[0], A.CANCEL)
    assert state_of(here, here.people[1]) is S.WAITLISTED
