"""Decisions of the approval desk, on both databases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotAllowed
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration import places
from eventsapp.registration import service as registrations
from eventsapp.registration.approval import desk, letters, service
from eventsapp.registration.approval.models import ConfirmationLetter
from eventsapp.registration.enums import Approval, RegistrationState
from eventsapp.registration.models import Registration, RegistrationStep
from eventsapp.registration.queries import person as person_of
from eventsapp.registration.transitions import REGISTRATION_TRANSITIONS
from tests import factories
from tests.registration.approval.conftest import DESK, S, rows
from tests.support.concurrency import together


def actor_of(user):
    return Actor(user.name, user.id)


def test_many_are_approved_in_the_order_in_which_they_were_handed_in_and_the_rest_wait(lobby):
    here = lobby(places_=2, people=[4])
    with here.writing():
        outcome = service.approve(
            list(reversed(here.people)), actor=DESK, reply={"en": "Welcome.", "fr": "Bienvenue."}
        )
    assert (outcome.done, outcome.waiting, outcome.first, outcome.left) == (4, 2, 0, ())
    assert here.states() == [S.CONFIRMED, S.CONFIRMED, S.WAITLISTED, S.WAITLISTED]
    assert here.queue() == here.people[2:]
    with here.writing():
        again = service.approve(here.people, actor=DESK)
        assert (again.done, len(again.left)) == (0, 4)
        notes = db.session.scalars(select(RegistrationStep.note)).all()
        assert set(notes) == {"Welcome."}


def test_two_officers_have_to_approve_where_the_conference_wants_it(lobby):
    here = lobby(people=[2])
    with here.writing():
        places.ensure_settings(here.conference_id)
        places.settings_of(here.conference_id).four_eyes = True
        one, two = (factories.make_user(name=name) for name in ("One", "Two"))
        first, second = actor_of(one), actor_of(two)
    id_, other = here.people
    with here.writing():
        assert service.approve([id_], actor=first).first == 1
        assert service.approve([id_], actor=first).left != ()
        found = desk.listing(here.conference_id, desk.Filters(second="1"))
        assert [(row.id, row.first) for row in found.rows] == [(id_, "One")]
    with here.writing():
        # What nobody decides on leaves the first approval as it is.
        service.changed(db.session.get_one(Registration, id_), DESK, ["language", "phone"])
        assert len(desk.listing(here.conference_id, desk.Filters(second="1")).rows) == 1
        # What one officer saw is not what is there any more.
        service.changed(db.session.get_one(Registration, id_), DESK, ["name", "language", "passport"])
        assert desk.listing(here.conference_id, desk.Filters(second="1")).rows == []
        assert service.approve([id_], actor=second).first == 1
        assert service.approve([id_], actor=first).done == 1
        steps = [(step.action, step.note) for step in reversed(desk.history(id_))]
        assert steps == [
            ("first_approval", None), ("voided", "name, passport"), ("first_approval", None), ("confirm", None),
        ]  # fmt: skip
    assert here.states()[0] is S.CONFIRMED

    def approve(who):
        with here.writing():
            return service.approve([other], actor=who)

    # Both at the same moment: one is the first, the other the second.
    both = together(approve, [first, second])
    assert sorted(one.first for one in both if isinstance(one, service.Outcome)) == [0, 1]
    assert here.states() == [S.CONFIRMED, S.CONFIRMED]


def test_the_person_answers_what_was_asked_and_it_waits_again(lobby):
    here = lobby(people=[2])
    id_, other = here.people
    with here.writing():
        with pytest.raises(Invalid):
            service.ask([id_], actor=DESK, note="  ")
        assert service.ask([id_], actor=DESK, note="Which ministry?").done == 1
        assert not service.answer(other, note="Nobody asked")
        assert service.answer(id_, note="Of housing.")
        assert (
            service.reject([id_, other], actor=DESK, reply={"en": "All delegates are nominated."}).done == 2
        )
        assert service.take_over([other], actor=DESK).done == 1
        steps = db.session.execute(
            select(RegistrationStep.action, RegistrationStep.note)
            .where(RegistrationStep.registration_id == id_)
            .order_by(RegistrationStep.id)
        ).all()
        assert [tuple(one) for one in steps] == [
            ("ask", "Which ministry?"),
            ("answer", "Of housing."),
            ("reject", "All delegates are nominated."),
        ]
    assert here.states() == [S.REJECTED, S.IN_REVIEW]
    # Put back before the registrars: nobody is written to about that.
    assert rows(here.app, Message) == 4
    assert rows(here.app, AuditEntry, AuditEntry.action == "registration.review") == 1


def test_nobody_is_put_on_the_waiting_list_while_a_place_is_free(lobby):
    here = lobby(places_=1, people=[2])
    with here.writing():
        assert service.waitlist(here.people[:1], actor=DESK).left != ()
        service.approve(here.people[:1], actor=DESK)
        assert service.waitlist(here.people[1:], actor=DESK).waiting == 1
    assert here.states() == [S.CONFIRMED, S.WAITLISTED]


def test_a_focal_point_agrees_or_refuses_for_the_own_organization_only(app):
    with app.app_context(), transaction():
        conference = factories.make_conference()
        category = factories.make_category(conference, approval=Approval.FOCAL_POINT)
        organization, another = factories.make_organization(), factories.make_organization()
        focal, stranger = factories.make_user(), factories.make_user()
        factories.make_member(focal, organization)
        factories.make_member(stranger, another)
        made = [
            factories.make_registration(
                conference, category=category, organization=one, state=S.SUBMITTED, confirmed_at=None
            )
            for one in (organization, organization, organization)
        ]
        ids = [one.id for one in made]
        for one in made:
            person = person_of(one.id)
            assert person is not None
            registrations.confirm(person)
        assert [one.state for one in made] == [S.ENDORSING] * 3
        to = db.session.scalars(
            select(Message.to_email).where(Message.template == "organization_member")
        ).all()
        assert set(to) == {focal.email}
        with pytest.raises(NotAllowed):
            service.endorse(ids[0], agree=True, actor=actor_of(stranger))
        assert service.endorse(ids[0], agree=True, actor=actor_of(focal))
        with pytest.raises(Invalid):
            service.endorse(ids[1], agree=False, actor=actor_of(focal))
        assert service.endorse(ids[1], agree=False, note="Not of ours.", actor=actor_of(focal))
        with pytest.raises(Conflict):
            service.endorse(ids[1], agree=True, actor=actor_of(focal))
        assert service.take_over([ids[2]], actor=DESK).done == 1
        assert [one.state for one in made] == [S.IN_REVIEW, S.REJECTED, S.IN_REVIEW]


def test_who_registered_twice_is_found_until_an_officer_says_they_are_two(lobby):
    here = lobby(people=[4])
    one, two, three, four = here.people
    with here.writing():
        for id_, name in (
            (one, "María Núñez"),
            (two, "NUNEZ Maria"),
            (three, "Maria Nunes"),
            (four, "Somebody Else"),
        ):
            db.session.get_one(Registration, id_).name = name
        mine = db.session.get_one(Registration, one)
        db.session.get_one(Registration, three).phone = mine.phone = "+593 2 123 4567"
        db.session.flush()
        assert [double.registration.id for double in desk.doubles(mine)] == [three, two]
        alike = desk.Filters(alike="1")
        assert {row.id for row in desk.listing(here.conference_id, alike).rows} == {one, two}
        assert service.not_the_same(two, one, actor=DESK)
        assert not service.not_the_same(one, two, actor=DESK)
        assert desk.listing(here.conference_id, alike).rows == []
        assert [double.registration.id for double in desk.doubles(mine)] == [three]
        assert service.is_double(three, of_id=one, actor=DESK)
        note = db.session.scalar(
            select(RegistrationStep.note).where(RegistrationStep.registration_id == three)
        )
        assert str(one) in (note or "")
    assert here.states()[2] is S.REJECTED


def test_a_letter_holds_as_long_as_what_it_says(lobby):
    here = lobby(people=[1])
    [id_] = here.people
    with here.writing():
        registration = db.session.get_one(Registration, id_)
        with pytest.raises(Conflict):
            letters.issue(registration, language="fr", actor=DESK)
        service.approve([id_], actor=DESK)
        letter = letters.issue(registration, language="fr", actor=DESK)
        assert letters.issue(registration, language="fr", actor=DESK) is letter
        other = factories.make_conference()
        typed = letter.code.lower().replace("-", " ")
        assert letters.verify(here.conference_id, typed).name == registration.name
        assert not letters.verify(other.id, letter.code).genuine
        assert not letters.verify(here.conference_id, "AAAA-AAAA-AAAA-AAAA").genuine
        person = person_of(id_)
        assert person is not None
        data = registrations.data_of(registration)
        registrations.edit(person, replace(data, name="Another Name"), actor=DESK)
        verdict = letters.verify(here.conference_id, letter.code)
        assert (verdict.genuine, verdict.valid, verdict.name) == (True, False, "")
        new = letters.issue(registration, language="fr", actor=DESK)
        assert letters.verify(here.conference_id, new.code).valid
        service.reject([id_], actor=DESK, note="Withdrawn by the state")
        assert not letters.verify(here.conference_id, new.code).valid
        assert (
            db.session.scalar(select(ConfirmationLetter.id).where(ConfirmationLetter.revoked_at.is_(None)))
            is None
        )


def test_states_of_the_desk_are_those_it_can_decide_in():
    assert set(REGISTRATION_TRANSITIONS) >= set(desk.QUEUES)
    assert desk.Filters(state="nonsense").queue is RegistrationState.IN_REVIEW
