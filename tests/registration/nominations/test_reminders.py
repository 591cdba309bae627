"""Nominees are reminded by themselves, focal points hear what came of it, and who replaces somebody has their seats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import Access
from eventsapp.registration import queries
from eventsapp.registration import service as registrations
from eventsapp.registration.enums import BookingState, RegistrationState, WaitlistMode
from eventsapp.registration.models import (
    Booking,
    Category,
    EventAdmission,
    Registration,
    RegistrationSettings,
    SeatBlock,
)
from eventsapp.registration.nominations import links, reminders, service
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.service import Nominee
from tests import factories
from tests.registration.nominations.test_quotas import Mission
from tests.support.concurrency import together


@pytest.fixture
def mission(app: Flask) -> Mission:
    """As in the other tests of quotas; nobody is reminded before it is set."""
    mission = Mission(app)
    with app.app_context(), transaction():
        conference = db.session.get_one(Quota, mission.quota).conference
        factories.make_settings(conference, remind_every=None, remind_before=None)
    return mission


def settings(mission: Mission, **values: Any) -> None:
    with mission.app.app_context(), transaction():
        db.session.execute(update(RegistrationSettings).values(**values))


def set_back(mission: Mission, id_: int, days: float) -> None:
    with mission.app.app_context(), transaction():
        row = db.session.get_one(Registration, id_)
        row.created_at = clock.now() - timedelta(days=days)


def sweep(mission: Mission, now: datetime | None = None) -> None:
    with mission.app.app_context(), transaction():
        reminders.remind_due(now or clock.now())


def letters(mission: Mission) -> list[tuple[str, str]]:
    """The reminders, and what focal points were told: (address, beginning of the subject)."""
    with mission.app.app_context():
        rows = db.session.execute(select(Message.to_email, Message.subject).order_by(Message.id)).all()
        begins = ("Reminder", "Complete your", "A nominated person")
        return [
            (email.partition("@")[0], subject.partition(":")[0])
            for email, subject in rows
            if subject.startswith(begins)
        ]


def test_who_has_not_completed_is_reminded_every_so_many_days_and_before_the_end(
    mission: Mission, app: Flask
) -> None:
    coming, waiting, writing = mission.nominate("coming@x.org", "waiting@x.org", "writing@x.org")
    with app.app_context(), transaction():
        category = db.session.get_one(Category, mission.category)
        form = factories.make_form(db.session.get_one(Quota, mission.quota).conference)
        for id_ in (writing, coming):
            person = queries.person(id_)
            assert person is not None
            category.form = form if id_ == writing else None
            service.accept(person)
    for id_ in (waiting, writing, coming):
        set_back(mission, id_, 5)
    sweep(mission)
    assert letters(mission) == []
    settings(mission, remind_every=6)
    sweep(mission)
    assert letters(mission) == []
    settings(mission, remind_every=5)
    # Two at one moment, and again: once.
    together(lambda _n: sweep(mission), range(2))
    sweep(mission)
    once = [("waiting", "Reminder"), ("writing", "Complete your registration")]
    assert sorted(letters(mission)) == once
    sweep(mission, clock.now() + timedelta(days=4))
    assert len(letters(mission)) == 2
    # Three days before the end once more, whatever the rhythm; not twice.
    end = clock.now() + timedelta(days=4)
    settings(mission, replace_until=end, remind_before=3)
    sweep(mission)
    assert len(letters(mission)) == 2
    for minutes in (0, 30, 60):
        sweep(mission, end - timedelta(days=2, minutes=minutes))
    assert sorted(letters(mission)) == sorted(once * 2)


def test_focal_points_hear_who_does_not_come_and_who_completes_late(mission: Mission) -> None:
    prompt, late, declining, cancelling = mission.nominate("a@x.org", "b@x.org", "c@x.org", "d@x.org")

    def by(id_: int, what: Callable[..., Any]) -> None:
        def work(_here: SimpleNamespace) -> None:
            person = queries.person(id_)
            assert person is not None
            what(person)

        mission.do(work)

    by(prompt, service.accept)
    assert letters(mission) == []
    settings(mission, remind_every=1)
    set_back(mission, late, 2)
    sweep(mission)
    by(late, service.accept)
    by(declining, service.decline)
    by(cancelling, service.accept)
    by(cancelling, registrations.cancel)
    focal = [who for who, subject in letters(mission) if subject.startswith("A nominated")]
    assert len(set(focal)) == 1
    assert [subject for _who, subject in letters(mission)] == [
        "Reminder",
        "A nominated person has completed the registration",
        "A nominated person does not come",
        "A nominated person does not come",
    ]
    assert mission.counts() == (2, 2)
    # What a focal point does, a focal point knows.
    mission.change(prompt, service.withdraw)
    assert len(letters(mission)) == 4


@pytest.mark.parametrize("allowed", [True, False])
def test_who_replaces_somebody_has_the_seats_that_were_kept_for_the_delegation(
    mission: Mission, app: Flask, allowed: bool
) -> None:
    [old] = mission.nominate("old@x.org")
    with app.app_context(), transaction():
        conference = db.session.get_one(Quota, mission.quota).conference
        organization = db.session.get_one(Organization, mission.organization)
        person = queries.person(old)
        assert person is not None
        service.accept(person)
        row = db.session.get_one(Registration, old)
        kept, plain = (
            factories.make_event(conference, access=Access.BOOKING, seats=5, seats_taken=2) for _n in "ab"
        )
        block = factories.make_block(kept, organization, seats=2, used=1)
        factories.make_booking(kept, row).block_id = block.id
        factories.make_booking(plain, row)
        if not allowed:
            db.session.add(EventAdmission(event_id=kept.id, by_category=True))
        ids = kept.id, block.id
    new = mission.change(old, service.replace, Nominee("New", "new@x.org"))

    def seats() -> tuple[int, list[int]]:
        with app.app_context():
            booked = select(Booking.event_id).where(
                Booking.registration_id == new, Booking.state == BookingState.CONFIRMED
            )
            return db.session.get_one(SeatBlock, ids[1]).used, list(db.session.scalars(booked))

    assert seats() == ((1, [ids[0]]) if allowed else (0, []))
    # One who does not come gives it back to the delegation.
    mission.change(new, service.withdraw)
    assert seats() == (0, [])


def test_a_nominee_for_whom_no_place_is_left_is_told_so_and_can_still_say_no(mission: Mission) -> None:
    [one] = mission.nominate("one@x.org")
    settings(mission, waitlist=WaitlistMode.CLOSED, capacity=0)
    with mission.app.app_context():
        address = f"/en/nominations/{links.token(one, 0)}"
    client = mission.app.test_client()
    full = client.post(address, data={"answer": "yes"})
    assert (full.status_code, "All places are taken." in full.text) == (409, True)
    with mission.app.app_context():
        row = db.session.get_one(Registration, one)
        assert (row.state, row.address_confirmed_at) == (RegistrationState.DRAFT, None)
    settings(mission, capacity=1)
    assert client.post(address, data={"answer": "yes"}).status_code == 303
    assert mission.state(one) is RegistrationState.CONFIRMED
