"""Who has a badge, and which of them is good: on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration import life, queries
from eventsapp.registration import service as registrations
from eventsapp.registration.badges import codes, service
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.transitions import RegistrationAction
from tests import factories

OFFICER = Actor("An officer")


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def person(state: RegistrationState = RegistrationState.CONFIRMED) -> Registration:
    return factories.make_registration(factories.make_conference(), state=state)


def badges_of(registration: Registration) -> list[Badge]:
    return list(
        db.session.scalars(select(Badge).where(Badge.registration_id == registration.id).order_by(Badge.id))
    )


def test_whoever_is_registered_has_a_badge_and_loses_it_with_the_place(here):
    with transaction():
        registration = person(RegistrationState.IN_REVIEW)
        found, held = life.hold(registration.id)
        life.move(found, RegistrationAction.CONFIRM, held=held, actor=OFFICER)
    [badge] = badges_of(registration)
    assert badge.revoked_at is None
    assert codes.read(codes.code_of(badge)) == codes.Code(
        registration.conference_id, badge.id, codes.last_day(registration.conference)
    )
    with transaction():
        known = queries.person(registration.id)
        assert known is not None
        registrations.end(known, RegistrationAction.WITHDRAW, actor=OFFICER)
    [badge] = badges_of(registration)
    assert badge.revoked_why == service.GONE
    assert service.revoked(registration.conference_id) == [badge.id]


def test_a_new_badge_revokes_the_one_before(here):
    with transaction():
        registration = person()
        first = service.make(registration, actor=OFFICER)
        second = service.make(registration, actor=OFFICER)
    assert [badge.revoked_why for badge in badges_of(registration)] == [service.REPLACED, None]
    assert service.valid(registration.id) is second
    assert service.revoked(registration.conference_id) == [first.id]
    assert codes.code_of(first) != codes.code_of(second)
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("badge.%"))).all()
    assert actions == ["badge.revoke"]


def test_only_who_is_registered_gets_one(here):
    with transaction():
        waiting = person(RegistrationState.SUBMITTED)
        with pytest.raises(Conflict):
            service.make(waiting, actor=OFFICER)
        assert service.ensure([waiting], actor=OFFICER) == {}


def test_missing_badges_are_made_in_a_fixed_number_of_statements(here, statements):
    counted = []
    for many in (2, 12):
        with transaction():
            conference = factories.make_conference()
            people = [factories.make_registration(conference) for _n in range(many)]
            service.make(people[0], actor=OFFICER)
            statements.clear()
            found = service.ensure(people, actor=OFFICER)
            counted.append(len(statements))
            assert sorted(found) == sorted(one.id for one in people)
            statements.clear()
            assert service.ensure(people, actor=OFFICER) == found
            assert len([one for one in statements if one.startswith("INSERT")]) == 0
    assert counted[0] == counted[1]


def test_a_change_after_printing_is_remembered_until_it_is_printed_again(here):
    with transaction():
        registration = person()
        badge = service.make(registration, actor=OFFICER)
        service.registration_changed(registration, OFFICER)
    assert badge.changed_at is None
    with transaction():
        run = service.prepare([registration], actor=OFFICER)
    db.session.refresh(badge)
    assert badge.printed_at is not None
    assert badge.run == run
    with transaction():
        service.registration_changed(registration, OFFICER)
    db.session.refresh(badge)
    assert badge.changed_at is not None
    with transaction():
        service.prepare([registration], actor=OFFICER)
    before, now = badges_of(registration)
    assert (before.revoked_why, now.revoked_why, now.changed_at) == (service.REPLACED, None, None)
