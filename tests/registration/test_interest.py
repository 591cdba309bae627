"""Who wants to be at an event counts once, for the timetable."""

from __future__ import annotations

from typing import Any

from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.planning import load_planning
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.interest import interest
from eventsapp.registration.models import Star
from tests import factories


def test_attendance_is_what_was_given_or_the_people_who_booked_or_starred(app: Any) -> None:
    with app.app_context(), transaction():
        conference, elsewhere = factories.make_conference(), factories.make_conference()
        booked = factories.make_event(conference, access="booking", seats=3)
        known = factories.make_event(conference, expected_attendance=80)
        nobody = factories.make_event(conference)
        foreign = factories.make_event(elsewhere, access="booking", seats=9)
        people = [factories.make_registration(conference) for _ in range(6)]
        for person in people[:2]:
            factories.make_booking(booked, person)
        factories.make_booking(booked, people[2], waitlisted=True)
        gone = factories.make_booking(booked, people[3])
        gone.state = BookingState.CANCELLED
        booked.seats_taken -= 1
        # The first both booked and keeps it; the last only keeps it; one is not registered any more.
        for person in (people[0], people[4], people[5]):
            db.session.add(Star(registration_id=person.id, event_id=booked.id))
        db.session.add(Star(registration_id=people[0].id, event_id=known.id))
        people[5].state = RegistrationState.CANCELLED
        factories.make_booking(foreign, factories.make_registration(elsewhere))
        db.session.flush()
        assert interest(conference.id) == {booked.id: 4, known.id: 1}
        events = load_planning(conference).events
        assert [events[one.id].attendance for one in (booked, known, nobody)] == [4, 80, None]
