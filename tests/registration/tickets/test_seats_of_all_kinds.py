"""Seats by category and ticket, one at a time, of delegations, given on and released: exact however the requests meet."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.models import Event
from eventsapp.registration import category_seats, queries
from eventsapp.registration import service as registration_service
from eventsapp.registration.door.models import Attendance, DoorDevice, Scan
from eventsapp.registration.enums import BookingState, OverlapRule, ScanKind
from eventsapp.registration.models import Booking, EventAdmission, Registration, SeatBlock, Ticket
from eventsapp.registration.tickets import blocks, release, service, transfers
from tests import factories
from tests.registration.conftest import Hall
from tests.support.concurrency import together

OFFICER = Actor("Olga Officer")


def exact(event_id: int) -> Counter[str]:
    """Bookings of an event by state, and the seats still kept, after asserting that all counters say the same."""
    db.session.rollback()
    event = db.session.execute(
        select(Event.seats, Event.seats_taken, Event.seats_waiting).where(Event.id == event_id)
    ).one()
    states = Counter(
        state.value for state in db.session.scalars(select(Booking.state).where(Booking.event_id == event_id))
    )
    kept = 0
    for block in db.session.scalars(select(SeatBlock).where(SeatBlock.event_id == event_id)):
        of_block = select(func.count()).where(
            Booking.block_id == block.id, Booking.state == BookingState.CONFIRMED
        )
        assert db.session.scalar(of_block) == block.used
        kept += block.seats - block.used
    states["kept"] = kept
    assert event.seats_taken == states["confirmed"] + kept <= event.seats
    assert event.seats_waiting == states["waitlisted"]
    db.session.rollback()
    return states


def book(app: Flask, place: Hall, number: int, event_id: int | None = None) -> str:
    """What came of it: the booking's state, or why not."""
    with app.app_context():
        try:
            with transaction():
                booked = registration_service.book(place.people[number], event_id or place.event_id)
            return booked.state.value
        except Conflict as refused:
            return str(refused)


def told(app: Flask, template: str = "seat_news") -> list[str]:
    with app.app_context():
        rows = db.session.execute(select(Message.to_email, Message.subject).where(Message.template == template).order_by(Message.id))  # fmt: skip
        found = [f"{row.to_email.partition('@')[0]}: {row.subject.partition(':')[0]}" for row in rows]
        db.session.rollback()
        return found


def conference_of(place: Hall) -> Conference:
    return db.session.get_one(Conference, place.conference_id)


def restrict(place: Hall, *categories: int) -> None:
    with transaction():
        rules = service.Rules(by_category=True, categories=frozenset(categories))
        assert service.set_rules(place.conference_id, place.event_id, rules, actor=OFFICER)


def test_a_restricted_event_is_booked_by_its_categories_and_by_those_with_a_ticket(app, hall):
    place = hall(seats=2, people=4)
    with app.app_context():
        with transaction():
            media = factories.make_category(conference_of(place))
            db.session.execute(
                update(Registration).where(Registration.id == place.people[0]).values(category_id=media.id)
            )
            media_id = media.id
        restrict(place, media_id)
        with transaction():
            given = service.give(place.conference_id, place.event_id, place.people[1:3], actor=OFFICER)
        assert given == service.Given(tuple(place.people[1:3]), ())
    assert [book(app, place, n) for n in range(3)] == ["confirmed", "confirmed", "waitlisted"]
    assert "not open to your category" in book(app, place, 3)
    with app.app_context():
        # Without the ticket the seat is gone, too, and the next in the queue has it.
        with transaction():
            assert service.revoke(place.conference_id, place.event_id, place.people[1], actor=OFFICER)
            assert not service.revoke(place.conference_id, place.event_id, place.people[1], actor=OFFICER)
        assert exact(place.event_id) == Counter(confirmed=2, cancelled=1)
        assert service.without_right(place.event_id) == 0
        restrict(place)
        assert service.without_right(place.event_id) == 1
        db.session.rollback()
    assert told(app) == [
        "person1: You are invited", "person2: You are invited", "person1: Your ticket is not valid any more",
    ]  # fmt: skip


def test_nobody_keeps_a_seat_without_the_ticket_that_was_taken_back_meanwhile(app, hall):
    place = hall(seats=20, people=12)
    with app.app_context():
        restrict(place)
        with transaction():
            service.give(place.conference_id, place.event_id, place.people, actor=OFFICER)

    def revoke(number: int) -> str:
        with app.app_context(), transaction():
            service.revoke(place.conference_id, place.event_id, place.people[number], actor=OFFICER)
        return "revoked"

    work = [(kind, n) for n in range(12) for kind in (book, revoke)]
    answers = together(lambda one: revoke(one[1]) if one[0] is revoke else book(app, place, one[1]), work)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    with app.app_context():
        assert set(exact(place.event_id)) <= {"cancelled", "kept"}


def test_one_of_two_events_at_the_same_time_is_booked_however_often_both_are_asked_for(app, hall):
    place = hall(seats=50, people=3)
    with app.app_context(), transaction():
        conference = conference_of(place)
        other = factories.make_event(conference, access="booking", seats=50, start=factories.START)
        later = factories.make_event(
            conference, access="booking", seats=50, start=factories.START + timedelta(hours=5)
        )
        factories.make_settings(conference, overlaps=OverlapRule.REFUSED)
        factories.release(conference)
        ids = [place.event_id, other.id, later.id]
    work = [(n, event_id) for n in range(3) for event_id in ids[:2] * 3]
    answers = together(lambda one: book(app, place, one[0], one[1]), work)
    assert not [answer for answer in answers if isinstance(answer, Exception)]
    assert [book(app, place, n, ids[2]) for n in range(3)] == ["confirmed"] * 3
    with app.app_context():
        for id_ in ids:
            exact(id_)
        held = select(Booking.registration_id, func.count()).where(Booking.state == BookingState.CONFIRMED)
        assert [row[1] for row in db.session.execute(held.group_by(Booking.registration_id))] == [2, 2, 2]
        # What may be booked beside anything is, whatever the conference says.
        with transaction():
            db.session.add(EventAdmission(event_id=ids[0], overlaps=OverlapRule.ALLOWED))
    assert {book(app, place, n, id_) for n in range(3) for id_ in ids[:2]} == {"confirmed"}


def delegation(place: Hall, numbers: list[int], seats: int) -> tuple[int, Any]:
    """Keep seats for an organization that nominated some of the people; return (seats kept, organization)."""
    with transaction():
        organization = factories.make_organization()
        db.session.execute(
            update(Registration)
            .where(Registration.id.in_([place.people[n] for n in numbers]))
            .values(nominated_for_id=organization.id)
        )
        blocks.keep(place.conference_id, place.event_id, organization.id, seats, until=None, actor=OFFICER)
        return blocks.of_event(place.event_id)[0].id, organization.id


def test_the_seats_of_a_delegation_are_for_its_people_alone_and_then_for_everybody(app, hall):
    place = hall(seats=8, people=24)
    with app.app_context():
        block_id, organization = delegation(place, list(range(8)), 5)
        assert exact(place.event_id) == Counter(kept=5)
    answers = together(lambda n: book(app, place, n), range(24))
    assert Counter(answers) == Counter(confirmed=8, waitlisted=16)
    with app.app_context():
        assert exact(place.event_id) == Counter(confirmed=8, waitlisted=16, kept=0)
        assert db.session.get_one(SeatBlock, block_id).used == 5
        of_block = select(Booking.registration_id).where(Booking.block_id == block_id).order_by(Booking.id)
        first, *rest = db.session.scalars(of_block).all()
        assert {first, *rest} <= set(place.people[:8])
        db.session.rollback()
        # A seat given back is still the delegation's, and its focal point gives it to whom they will: also from the queue.
        person = queries.person(first)
        assert person is not None
        with transaction():
            registration_service.cancel_booking(person, place.event_id)
        assert exact(place.event_id) == Counter(confirmed=7, waitlisted=16, cancelled=1, kept=1)
        waiting = next(
            row
            for row in place.people[:8]
            if row not in {first, *rest} and _state(row, place) == "waitlisted"
        )
        with transaction():
            assert blocks.seat(place.conference_id, block_id, waiting, actor=OFFICER)
            assert not blocks.seat(place.conference_id, block_id, waiting, actor=OFFICER)
        with pytest.raises(Conflict), transaction():
            blocks.seat(place.conference_id, block_id, first, actor=OFFICER)
        assert exact(place.event_id) == Counter(confirmed=8, waitlisted=15, cancelled=1, kept=0)
        with transaction():
            assert blocks.unseat(place.conference_id, block_id, waiting, actor=OFFICER)
        # Whom it was kept for has had their time: the first in the queue gets it.
        with transaction():
            assert blocks.end(place.conference_id, block_id, actor=OFFICER) == 1
        assert exact(place.event_id) == Counter(confirmed=8, waitlisted=14, cancelled=2, kept=0)
        for refused in (1, 100):
            with pytest.raises(Invalid), transaction():
                blocks.keep(place.conference_id, place.event_id, organization, refused, until=None, actor=OFFICER)  # fmt: skip
        with transaction():
            person = queries.person(rest[0])
            assert person is not None
            registration_service.cancel_booking(person, place.event_id)
        assert exact(place.event_id) == Counter(confirmed=8, waitlisted=13, cancelled=3, kept=0)


def _state(registration_id: int, place: Hall) -> str | None:
    found = db.session.scalar(
        select(Booking.state).where(
            Booking.registration_id == registration_id, Booking.event_id == place.event_id
        )
    )
    db.session.rollback()
    return found.value if found else None


def test_a_seat_is_handed_on_once_and_nobody_learns_who_is_registered(app, hall):
    place = hall(seats=1, people=3)
    assert [book(app, place, n) for n in range(2)] == ["confirmed", "waitlisted"]
    with app.app_context():
        ana, ben = (queries.person(place.people[n]) for n in range(2))
        assert ana is not None
        assert ben is not None
        with transaction():
            transfers.offer(ana, place.event_id, "stranger@example.org")
        assert transfers.offered_by(ana, place.event_id) is not None
        with pytest.raises(Invalid), transaction():
            transfers.offer(ana, place.event_id, ana.email)
        with transaction():
            transfers.offer(ana, place.event_id, " Person1@example.org ")
        [offer] = transfers.offered_to(ben)
        db.session.rollback()

    def take(_n: int) -> bool:
        with app.app_context(), transaction():
            person = queries.person(place.people[1])
            assert person is not None
            return transfers.answer(person, offer.id, take=True) is not None

    assert Counter(together(take, range(4))) == Counter({True: 1, False: 3})
    with app.app_context():
        assert exact(place.event_id) == Counter(confirmed=1, cancelled=1)
        assert _state(place.people[1], place) == "confirmed"
        # Declined, it stays whose it is.
        ben = queries.person(place.people[1])
        carl = queries.person(place.people[2])
        assert ben is not None
        assert carl is not None
        with transaction():
            transfers.offer(ben, place.event_id, carl.email)
        with transaction():
            assert transfers.answer(carl, transfers.offered_to(carl)[0].id, take=False)
        assert _state(place.people[1], place) == "confirmed"
        assert transfers.offered_to(carl) == []
        db.session.rollback()
    assert told(app) == [
        "person1: A seat is offered to you", "person0: Your seat was handed on",
        "person2: A seat is offered to you", "person1: Your seat was not taken",
    ]  # fmt: skip


def test_seats_of_those_who_have_not_come_are_given_on_once_the_doors_have_said_who_came(
    app, hall, monkeypatch
):
    place = hall(seats=4, people=6)
    with app.app_context():
        block_id, _organization = delegation(place, [0, 1], 2)
    assert [book(app, place, n) for n in range(6)] == ["confirmed"] * 4 + ["waitlisted"] * 2
    with app.app_context():
        with transaction():
            factories.make_settings(conference_of(place), release_minutes=10)
            hour = factories.START + timedelta(hours=1)
            of_event = queries.P.c.event_id == place.event_id
            db.session.execute(update(queries.P).where(of_event).values(ends_at=hour))
            room_id = (
                db.session.execute(select(queries.P.c.room_id).where(queries.P.c.event_id == place.event_id))
                .scalars()
                .first()
            )
            gate = factories.make_gate(conference_of(place))
            gate.room_id = room_id
            device = DoorDevice(
                conference_id=place.conference_id, key="k", name="Phone", gate_id=gate.id, waiting=3,
                seen_at=factories.START,
            )  # fmt: skip
            db.session.add(device)
            db.session.flush()
            device_id = device.id
        before = factories.START + timedelta(minutes=9)
        due = factories.START + timedelta(minutes=10)
        monkeypatch.setattr(clock, "now", lambda: due)
        # Nobody was let in at all: there is no door, and everybody may sit inside.
        assert release.due_events(due) == []
        with transaction():
            for number in (0, 2):
                db.session.add(
                    Attendance(
                        event_id=place.event_id, registration_id=place.people[number], at=factories.START
                    )
                )
        assert release.due_events(due) == [], "a device has scans to hand over"
        with transaction():
            db.session.get_one(DoorDevice, device_id).waiting = 0
        assert release.due_events(before) == []
        assert release.do_due() == 1
        assert release.do_due() == 0
        assert exact(place.event_id) == Counter(confirmed=4, cancelled=2)
        assert [_state(place.people[n], place) for n in (0, 1, 2, 3, 4, 5)] == [
            "confirmed", "cancelled", "confirmed", "cancelled", "confirmed", "confirmed",
        ]  # fmt: skip
        assert db.session.get_one(SeatBlock, block_id).seats == 1
        assert db.session.scalar(select(func.count()).select_from(Ticket)) == 0
        db.session.rollback()
    assert told(app) == [f"person{n}: Your seat was given to somebody else" for n in (1, 3)]


def test_who_gets_a_delegations_seat_at_the_release_has_not_been_away(app, hall, monkeypatch):
    place = hall(seats=2, people=3)
    with app.app_context():
        delegation(place, [2], 1)
    assert [book(app, place, n) for n in range(2)] == ["confirmed", "waitlisted"]
    with app.app_context():
        with transaction():
            of_event = queries.P.c.event_id == place.event_id
            end = factories.START + timedelta(hours=1)
            db.session.execute(update(queries.P).where(of_event).values(ends_at=end))
            db.session.add(
                Attendance(event_id=place.event_id, registration_id=place.people[0], at=factories.START)
            )
        monkeypatch.setattr(clock, "now", lambda: factories.START + timedelta(minutes=20))
        with transaction():
            assert release.release(place.conference_id, place.event_id, actor=OFFICER) == 0
        assert exact(place.event_id) == Counter(confirmed=2, kept=0)
    assert told(app) == []


def test_seats_kept_until_a_time_are_everybodys_then(app, hall):
    place = hall(seats=3, people=2)
    with app.app_context():
        block_id, _organization = delegation(place, [0], 3)
        assert release.due_blocks(clock.now()) == []
        with transaction():
            db.session.get_one(SeatBlock, block_id).ends_at = clock.now() - timedelta(minutes=1)
    assert book(app, place, 0) == "waitlisted", "the time is over, and nobody has given the seats back yet"
    with app.app_context():
        assert release.do_due() == 1
        assert exact(place.event_id) == Counter(confirmed=1, kept=0)


def test_another_category_gives_back_the_seats_that_it_has_no_right_to_and_no_other(app, hall):
    place = hall(seats=3, people=4)
    with app.app_context():
        with transaction():
            conference = conference_of(place)
            media, guest = (factories.make_category(conference).id for _n in range(2))
            db.session.execute(
                update(Registration).where(Registration.id.in_(place.people)).values(category_id=media)
            )
            open_to_all = factories.make_event(conference, access="booking", seats=9, start=factories.START + timedelta(hours=5))  # fmt: skip
            factories.release(conference)
            other_id = open_to_all.id
        restrict(place, media)
        with transaction():
            service.give(place.conference_id, place.event_id, place.people[1:2], actor=OFFICER)
    assert [book(app, place, n) for n in range(4)] == ["confirmed"] * 3 + ["waitlisted"]
    assert [book(app, place, n, other_id) for n in range(2)] == ["confirmed"] * 2
    with app.app_context():
        assert [one.code for one in category_seats.at_stake(place.people[0])] == [code_of(place)]
        assert category_seats.at_stake(place.people[1]) == [], "the ticket is enough"
        for number in range(2):
            person = queries.person(place.people[number])
            assert person is not None
            data = registration_service.data_of(db.session.get_one(Registration, person.id))
            db.session.rollback()
            with transaction():
                assert registration_service.edit(person, replace(data, category_id=guest), actor=OFFICER)
        assert exact(place.event_id) == Counter(confirmed=3, cancelled=1)
        assert [_state(place.people[n], place) for n in range(4)] == ["cancelled", *["confirmed"] * 3]
        assert exact(other_id) == Counter(confirmed=2)
        db.session.rollback()
    assert [one.partition(":")[0] for one in told(app, "booking_cancelled")] == ["person0"]


def code_of(place: Hall) -> str:
    return db.session.scalars(select(Event.code).where(Event.id == place.event_id)).one()


def test_over_several_days_seats_are_given_on_after_the_start_of_each(app, hall, monkeypatch):
    place = hall(seats=1, people=3)
    with app.app_context(), transaction():
        factories.make_settings(conference_of(place), release_minutes=10)
        day = factories.START.date()
        of_event = queries.P.c.event_id == place.event_id
        db.session.execute(
            update(queries.P).where(of_event).values(day=day, end_day=day + timedelta(days=1), ends_at=None)
        )
        gate = factories.make_gate(conference_of(place))
        gate_id = gate.id
    assert [book(app, place, n) for n in range(3)] == ["confirmed", "waitlisted", "waitlisted"]

    def let_in(at):
        with transaction():
            db.session.add(
                Scan(
                    key=uuid4().hex, conference_id=place.conference_id, gate_id=gate_id, event_id=place.event_id,
                    kind=ScanKind.IN, at=at, received_at=at,
                )
            )  # fmt: skip

    with app.app_context():
        with transaction():
            stranger = factories.make_registration(conference_of(place))
            db.session.add(
                Attendance(event_id=place.event_id, registration_id=stranger.id, at=factories.START)
            )
        first = factories.START + timedelta(minutes=10)
        monkeypatch.setattr(clock, "now", lambda: first)
        assert [release.do_due(), release.do_due()] == [1, 0]
        assert [_state(id_, place) for id_ in place.people] == ["cancelled", "confirmed", "waitlisted"]
        second = first + timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda: second)
        # Nobody was let in today: there may be no door.
        assert release.do_due() == 0
        let_in(second - timedelta(minutes=30))
        assert [release.do_due(), release.do_due()] == [1, 0]
        assert [_state(id_, place) for id_ in place.people] == ["cancelled", "cancelled", "confirmed"]
        third = second + timedelta(days=1)
        monkeypatch.setattr(clock, "now", lambda: third)
        assert release.do_due() == 0
