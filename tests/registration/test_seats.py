"""Booking, waiting, giving back and handing on: the services, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select, update

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme import service as programme
from eventsapp.programme.capacity import FEW
from eventsapp.programme.enums import Access, EventState
from eventsapp.programme.models import Event
from eventsapp.programme.transitions import EventAction
from eventsapp.registration import queries, service
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.service import Booked
from tests import factories
from tests.registration.conftest import Hall, counters_of, make_hall

ORGANIZER = Actor("An organizer")
SEATED = Booked(BookingState.CONFIRMED, None, new=True)


@pytest.fixture
def here(app: Flask) -> Iterator[None]:
    """An application context."""
    with app.app_context():
        yield


def waits(place: int, *, new: bool = True) -> Booked:
    return Booked(BookingState.WAITLISTED, place, new=new)


def book(hall: Hall, number: int, event_id: int | None = None) -> Booked:
    with transaction():
        return service.book(hall.people[number], event_id or hall.event_id)


def give_back(hall: Hall, number: int, event_id: int | None = None) -> bool:
    with transaction():
        person = queries.person(hall.people[number])
        assert person is not None
        return service.cancel_booking(person, event_id or hall.event_id)


def cancel_registration(hall: Hall, number: int) -> bool:
    with transaction():
        person = queries.person(hall.people[number])
        assert person is not None
        return service.cancel(person)


def set_seats(hall: Hall, seats: int | None) -> None:
    with transaction():
        event = db.session.get_one(Event, hall.event_id)
        conference = db.session.get_one(Conference, hall.conference_id)
        data = programme.data_of(event)
        access = Access.OPEN if seats is None else Access.BOOKING
        programme.update_event(conference, event, replace(data, seats=seats, access=access), actor=ORGANIZER)


def change_event(hall: Hall, action: EventAction) -> None:
    with transaction():
        event = db.session.get_one(Event, hall.event_id)
        conference = db.session.get_one(Conference, hall.conference_id)
        programme.change_state(conference, event, action, actor=ORGANIZER, reasons={"en": "The river rose."})


def told(template: str) -> list[str]:
    """To whom messages of a template went, in their order."""
    found = list(
        db.session.scalars(select(Message.to_email).where(Message.template == template).order_by(Message.id))
    )
    db.session.rollback()
    return found


def address(number: int) -> str:
    return f"person{number}@example.org"


def revision_of(hall: Hall) -> int:
    db.session.rollback()
    return db.session.scalars(select(Conference.revision).where(Conference.id == hall.conference_id)).one()


def bookings_of(hall: Hall) -> dict[int, tuple[BookingState, int | None]]:
    db.session.rollback()
    rows = db.session.execute(
        select(queries.B.c.registration_id, queries.B.c.state, queries.B.c.position).where(
            queries.B.c.event_id == hall.event_id
        )
    )
    return {hall.people.index(row.registration_id): (row.state, row.position) for row in rows}


# --- one after the other


def test_the_first_get_seats_and_the_others_wait_in_order(here):
    hall = make_hall(seats=2, people=4)
    assert [book(hall, n) for n in range(4)] == [SEATED, SEATED, waits(1), waits(2)]
    counters = counters_of(hall.event_id)
    assert (counters.taken, counters.waiting, counters.queue) == (2, 2, [1, 2])
    assert told("booking_confirmed") == [address(0), address(1)]
    assert told("booking_waitlisted") == [address(2), address(3)]


def test_booking_again_gives_what_there_is_and_writes_nothing(here, statements):
    hall = make_hall(seats=1, people=3)
    for n in range(3):
        book(hall, n)
    assert book(hall, 0) == Booked(BookingState.CONFIRMED, None, new=False)
    statements.clear()
    assert book(hall, 2) == waits(2, new=False)
    assert [one for one in statements if not one.lstrip().startswith(("SELECT", "BEGIN"))] == []
    assert len(told("booking_waitlisted")) == 2


def test_a_seat_given_back_goes_to_the_first_in_the_queue_who_is_told(here):
    hall = make_hall(seats=2, people=5)
    for n in range(5):
        book(hall, n)
    assert give_back(hall, 1)
    assert bookings_of(hall) == {
        0: (BookingState.CONFIRMED, None),
        1: (BookingState.CANCELLED, None),
        2: (BookingState.CONFIRMED, None),
        3: (BookingState.WAITLISTED, 2),
        4: (BookingState.WAITLISTED, 3),
    }
    assert told("booking_cancelled") == [address(1)]
    assert told("booking_promoted") == [address(2)]
    counters_of(hall.event_id)


def test_giving_back_twice_frees_one_seat(here):
    hall = make_hall(seats=1, people=3)
    for n in range(3):
        book(hall, n)
    assert give_back(hall, 0)
    assert not give_back(hall, 0)
    counters = counters_of(hall.event_id)
    assert (counters.taken, counters.waiting) == (1, 1)
    assert told("booking_cancelled") == [address(0)]


def test_whoever_comes_back_joins_the_end_of_the_queue(here):
    hall = make_hall(seats=1, people=3)
    for n in range(3):
        book(hall, n)
    give_back(hall, 0)
    assert book(hall, 0) == waits(2)
    assert bookings_of(hall) == {
        0: (BookingState.WAITLISTED, 3),
        1: (BookingState.CONFIRMED, None),
        2: (BookingState.WAITLISTED, 2),
    }


def test_leaving_the_queue_moves_the_others_up_without_new_positions(here):
    hall = make_hall(seats=1, people=4)
    for n in range(4):
        book(hall, n)
    give_back(hall, 1)
    assert counters_of(hall.event_id).queue == [2, 3]
    assert book(hall, 3) == waits(2, new=False)
    assert told("booking_promoted") == []


def test_nobody_gives_back_what_they_never_had(here):
    hall = make_hall(seats=1, people=2)
    book(hall, 0)
    with pytest.raises(NotFound):
        give_back(hall, 1)
    other = make_hall(seats=1, people=0)
    with pytest.raises(NotFound):
        give_back(hall, 0, other.event_id)
    assert counters_of(hall.event_id).taken == 1


def test_an_event_of_another_conference_does_not_exist(here):
    hall = make_hall(seats=1, people=1)
    other = make_hall(seats=1, people=0)
    with pytest.raises(NotFound):
        book(hall, 0, other.event_id)
    with pytest.raises(NotFound):
        book(hall, 0, 10**9)
    assert counters_of(other.event_id).taken == 0


def test_an_event_that_no_release_has_cannot_be_booked(here):
    hall = make_hall(seats=1, people=1)
    with transaction():
        conference = db.session.get_one(Conference, hall.conference_id)
        unknown = factories.make_event(conference, access="booking", seats=5).id
    with pytest.raises(NotFound):
        book(hall, 0, unknown)


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (Registration, {"state": RegistrationState.SUBMITTED, "confirmed_at": None}),
        (Registration, {"state": RegistrationState.CANCELLED}),
        (Event, {"state": EventState.CANCELLED}),
        (Event, {"seats": None, "access": Access.OPEN}),
        (Conference, {"state": ConferenceState.ARCHIVED}),
    ],
)
def test_what_cannot_be_booked_is_refused_with_a_sentence(here, model, values):
    hall = make_hall(seats=1, people=1)
    with transaction():
        db.session.execute(update(model).values(**values))
    with pytest.raises(Conflict) as refused:
        book(hall, 0)
    assert str(refused.value)
    assert told("booking_confirmed") == []


def test_an_event_that_is_over_cannot_be_booked(here):
    hall = make_hall(seats=1, people=1)
    with transaction():
        event = db.session.get_one(Event, hall.event_id)
        past = clock.now() - timedelta(hours=2)
        factories.place(event, start=past, end=past + timedelta(hours=1))
        factories.release(db.session.get_one(Conference, hall.conference_id))
    with pytest.raises(Conflict, match=r"This event is over\."):
        book(hall, 0)


def test_the_released_time_counts_not_the_planned_one(here):
    hall = make_hall(seats=1, people=1)
    with transaction():
        event = db.session.get_one(Event, hall.event_id)
        past = clock.now() - timedelta(hours=2)
        factories.place(event, start=past, end=past + timedelta(hours=1))
    assert book(hall, 0) == SEATED


def test_every_booking_leaves_an_entry_in_the_log(here):
    hall = make_hall(seats=1, people=2)
    book(hall, 0)
    book(hall, 1)
    give_back(hall, 0)
    entries = db.session.execute(
        select(AuditEntry.actor, AuditEntry.action, AuditEntry.detail)
        .where(AuditEntry.action.like("booking.%"))
        .order_by(AuditEntry.id)
    ).all()
    assert [(entry.actor, entry.action) for entry in entries] == [
        ("participant", "booking.seat"),
        ("participant", "booking.wait"),
        ("participant", "booking.cancel"),
        ("eventsapp", "booking.promote"),
    ]
    assert [entry.detail["registration"] for entry in entries] == [hall.people[n] for n in (0, 1, 0, 1)]


# --- the capacity changes


def test_more_seats_go_to_the_first_in_the_queue(here):
    hall = make_hall(seats=1, people=6)
    for n in range(6):
        book(hall, n)
    set_seats(hall, 4)
    assert told("booking_promoted") == [address(1), address(2), address(3)]
    counters = counters_of(hall.event_id)
    assert (counters.seats, counters.taken, counters.waiting, counters.queue) == (4, 4, 2, [4, 5])
    set_seats(hall, 100)
    counters = counters_of(hall.event_id)
    assert (counters.taken, counters.waiting) == (6, 0)
    assert told("booking_promoted") == [address(n) for n in range(1, 6)]


def test_fewer_seats_than_are_taken_are_refused(here):
    hall = make_hall(seats=3, people=5)
    for n in range(5):
        book(hall, n)
    with pytest.raises(Invalid) as refused:
        set_seats(hall, 2)
    assert set(refused.value.errors) == {"seats"}
    with pytest.raises(Invalid):
        set_seats(hall, None)
    counters = counters_of(hall.event_id)
    assert (counters.seats, counters.taken, counters.waiting) == (3, 3, 2)
    give_back(hall, 4)
    give_back(hall, 3)
    give_back(hall, 2)
    set_seats(hall, 2)
    assert counters_of(hall.event_id).seats == 2


def test_an_event_without_any_seat_has_only_a_queue(here):
    hall = make_hall(seats=0, people=2)
    assert book(hall, 0) == waits(1)
    set_seats(hall, 1)
    assert bookings_of(hall) == {0: (BookingState.CONFIRMED, None)}


# --- the event is called off


def test_a_cancelled_event_keeps_its_bookings_tells_the_people_and_hands_no_seat_on(here):
    hall = make_hall(seats=1, people=3)
    for n in range(3):
        book(hall, n)
    change_event(hall, EventAction.CANCEL)
    assert told("event_cancelled") == [address(0), address(1), address(2)]
    body = db.session.scalars(select(Message.text_body).where(Message.template == "event_cancelled")).first()
    assert body is not None
    assert "The river rose" in body
    give_back(hall, 0)
    counters = counters_of(hall.event_id)
    assert (counters.taken, counters.waiting) == (0, 2)
    assert told("booking_promoted") == []


def test_a_reinstated_event_gives_its_free_seats_to_the_queue(here):
    hall = make_hall(seats=2, people=5)
    for n in range(4):
        book(hall, n)
    change_event(hall, EventAction.CANCEL)
    give_back(hall, 0)
    assert told("booking_promoted") == []
    change_event(hall, EventAction.REINSTATE)
    assert told("booking_promoted") == [address(2)]
    assert book(hall, 4) == waits(2)
    assert counters_of(hall.event_id).queue == [2, 3]


def test_seats_left_free_behind_a_queue_go_to_the_queue_before_anybody_else(here):
    hall = make_hall(seats=1, people=4)
    for n in range(3):
        book(hall, n)
    with transaction():
        # As if seats had been added by hand in the database.
        db.session.execute(update(Event).values(seats=2))
    assert book(hall, 3) == waits(2)
    assert bookings_of(hall)[1] == (BookingState.CONFIRMED, None)
    assert told("booking_promoted") == [address(1)]


def test_who_has_to_do_with_events_are_those_who_booked_wait_or_keep_them(here):
    hall = make_hall(seats=1, people=4)
    for n in range(3):
        book(hall, n)
    with transaction():
        event = db.session.get_one(Event, hall.event_id)
        factories.make_star(event, db.session.get_one(Registration, hall.people[3]))
        cancelled = queries.person(hall.people[0])
        assert cancelled is not None
        service.cancel_booking(cancelled, hall.event_id, actor=ORGANIZER)
    found = service.people_of(hall.conference_id, [hall.event_id])
    assert [(link.audience.value, link.email, link.knows_cancellation) for link in found] == [
        ("booked", address(1), True),
        ("booked", address(2), True),
        ("subscribers", address(3), False),
    ]
    assert all("/registrations/" in link.page for link in found)


# --- a registration is cancelled


def test_a_cancelled_registration_gives_everything_back_in_one_message(here):
    hall = make_hall(seats=1, people=3)
    with transaction():
        conference = db.session.get_one(Conference, hall.conference_id)
        others = [
            factories.make_event(conference, access="booking", seats=1, start=factories.START).id
            for _n in range(2)
        ]
        factories.release(conference)
    for event_id in (hall.event_id, *others):
        book(hall, 0, event_id)
        book(hall, 1, event_id)
    book(hall, 2, others[0])
    assert cancel_registration(hall, 0)
    for event_id in (hall.event_id, *others):
        assert counters_of(event_id).taken == 1
    assert told("booking_cancelled") == []
    assert told("registration_cancelled") == [address(0)]
    assert told("booking_promoted") == [address(1)] * 3
    assert not cancel_registration(hall, 0)
    assert told("registration_cancelled") == [address(0)]
    assert counters_of(others[0]).queue == [2]


# --- what the public is told


def test_the_revision_moves_exactly_when_the_words_about_seats_change(here):
    hall = make_hall(seats=FEW + 3, people=FEW + 5)
    before = revision_of(hall)
    moved = []
    for n in range(FEW + 5):
        book(hall, n)
        now = revision_of(hall)
        moved.append(now - before)
        before = now
    # Free seats go unsaid while there are more than FEW; then each booking changes a word, and the first to wait does;
    # the second to wait changes nothing.
    assert moved == [0, 0] + [1] * (FEW + 1) + [1, 0]
    give_back(hall, FEW + 4)
    assert revision_of(hall) == before
    give_back(hall, FEW + 3)
    assert revision_of(hall) == before + 1


# --- statements


def test_a_booking_takes_a_fixed_number_of_statements(here, statements):
    hall = make_hall(seats=300, people=202)
    found = []
    for n in (0, 1):
        statements.clear()
        with transaction():
            to_book = queries.to_book(hall.people[n], hall.code)
            assert to_book is not None
            service.book_found(to_book)
        found.append([one.split()[0] for one in statements if not one.startswith("BEGIN")])
    assert found[0] == found[1] == ["SELECT", "UPDATE", "INSERT", "INSERT", "INSERT"]
    for n in range(2, 202):
        book(hall, n)
    counters_of(hall.event_id)


def test_promoting_many_reads_them_at_once(here, statements):
    hall = make_hall(seats=1, people=41)
    for n in range(41):
        book(hall, n)
    statements.clear()
    set_seats(hall, 41)
    assert len([one for one in statements if one.startswith("SELECT booking")]) == 1
    assert len([one for one in statements if one.startswith("UPDATE booking")]) == 1
    assert counters_of(hall.event_id).taken == 41


# --- anything, in any order


class Seats(RuleBasedStateMachine):
    """Books, gives back, raises and lowers in any order; beside it a list says what must come of it."""

    PEOPLE = 8

    @initialize(seats=st.integers(0, 4))
    def open(self, seats: int) -> None:
        self.hall = make_hall(seats=seats, people=self.PEOPLE)
        self.seats = seats
        self.seated: list[int] = []
        self.queue: list[int] = []
        self.gone: set[int] = set()

    def _hand_on(self) -> None:
        while self.queue and len(self.seated) < self.seats:
            self.seated.append(self.queue.pop(0))

    @rule(number=st.integers(0, PEOPLE - 1))
    def book(self, number: int) -> None:
        if number in self.gone:
            with pytest.raises(Conflict):
                book(self.hall, number)
            return
        new = number not in self.seated and number not in self.queue
        if new:
            (self.seated if len(self.seated) < self.seats and not self.queue else self.queue).append(number)
        outcome = book(self.hall, number)
        if number in self.seated:
            assert outcome == Booked(BookingState.CONFIRMED, None, new=new)
        else:
            assert outcome == waits(self.queue.index(number) + 1, new=new)

    @rule(number=st.integers(0, PEOPLE - 1))
    def give_back(self, number: int) -> None:
        if number in self.seated:
            self.seated.remove(number)
        elif number in self.queue:
            self.queue.remove(number)
        else:
            with_booking = number in bookings_of(self.hall)
            if with_booking:
                assert not give_back(self.hall, number)
            else:
                with pytest.raises(NotFound):
                    give_back(self.hall, number)
            return
        assert give_back(self.hall, number)
        self._hand_on()

    @rule(seats=st.integers(0, 9))
    def set_seats(self, seats: int) -> None:
        if seats < len(self.seated):
            with pytest.raises(Invalid):
                set_seats(self.hall, seats)
            return
        set_seats(self.hall, seats)
        self.seats = seats
        self._hand_on()

    @precondition(lambda self: len(self.gone) < 3)
    @rule(number=st.integers(0, PEOPLE - 1))
    def leave_the_conference(self, number: int) -> None:
        assert cancel_registration(self.hall, number) == (number not in self.gone)
        self.gone.add(number)
        self.seated = [one for one in self.seated if one != number]
        self.queue = [one for one in self.queue if one != number]
        self._hand_on()

    @invariant()
    def agree(self) -> None:
        if not hasattr(self, "hall"):
            return
        counters = counters_of(self.hall.event_id)
        assert (counters.seats, counters.taken, counters.waiting) == (
            self.seats,
            len(self.seated),
            len(self.queue),
        )
        found = bookings_of(self.hall)
        assert {n for n, (state, _p) in found.items() if state is BookingState.CONFIRMED} == set(self.seated)
        waiting = [(p, n) for n, (state, p) in found.items() if state is BookingState.WAITLISTED]
        assert [n for _p, n in sorted(waiting)] == self.queue


@pytest.mark.timeout(300)
def test_counters_and_bookings_agree_whatever_happens(here):
    run_state_machine_as_test(
        Seats,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
