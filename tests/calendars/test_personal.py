"""The feed of one registered person, and its secret."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from eventsapp.calendars.links import personal_path
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock, secrets
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import service
from eventsapp.programme.models import Event
from eventsapp.programme.transitions import EventAction
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Booking, Registration
from tests import factories
from tests.calendars.reading import Seen, read, unfold


@pytest.fixture
def person(app, programme):
    """Somebody who has a seat at A, waits for one at B, and starred B, C and the cancelled E."""
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, programme.conference)
        registration = factories.make_registration(conference, email="ana@example.org", name="Ana")
        other = factories.make_registration(conference)
        events = {code: db.session.get_one(Event, id_) for code, id_ in programme.events.items()}
        booked = factories.make_booking(events["A"], registration)
        waits = factories.make_booking(events["B"], registration, waitlisted=True)
        for code in "BCE":
            factories.make_star(events[code], registration)
        factories.make_star(events["D"], registration)
        factories.make_star(events["A"], other)
        return SimpleNamespace(
            id=registration.id,
            other=other.id,
            path=personal_path(registration.id, 0),
            booked=booked.id,
            waits=waits.id,
        )


def seen_at(client, path: str) -> dict[str, Seen]:
    response = client.get(path)
    assert response.status_code == 200
    return {seen.url.rsplit("/", 1)[1]: seen for seen in read(response.data)}


def test_it_has_what_the_person_chose(client, programme, person):
    seen = seen_at(client, person.path)
    assert "".join(seen) == "CAEB"
    assert {code: one.status for code, one in seen.items()} == {
        "C": "CONFIRMED", "A": "CONFIRMED", "E": "CANCELLED", "B": "TENTATIVE",
    }  # fmt: skip
    assert {code: one.uid for code, one in seen.items()} == {
        code: uid for code, uid in programme.uids.items() if code in "CAEB"
    }
    assert seen["A"].description.startswith("You have a seat.\n\nWhat to do\n")
    assert seen["B"].description.startswith("You are on the waiting list.\n\n")
    assert not seen["C"].description.startswith("You")
    lines = unfold(client.get(person.path).data)
    assert "NAME:Urban Forum – my programme" in lines
    assert f"SOURCE;VALUE=URI:https://events.example.org{person.path}" in lines


def test_it_has_nothing_of_the_person_or_of_others_in_it(app, client, programme, person):
    text = "\n".join(unfold(client.get(person.path).data))
    assert "ana@example.org" not in text
    assert "URL:https://events.example.org/en/urban/programme\n" in text
    with app.app_context():
        # The calendar is shown to colleagues; the secret of the page that changes bookings is another one.
        assert secrets.sign("registration", person.id, 0) not in text
    assert "".join(seen_at(client, _path(app, person.other, 0))) == "A"


def _path(app, registration_id: int, version: int) -> str:
    with app.app_context():
        return personal_path(registration_id, version)


def test_it_is_kept_by_nobody_but_can_be_asked_for_again(client, programme, person):
    first = client.get(person.path)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert first.headers["Cache-Control"] == "private, no-store"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    assert first.headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in first.headers
    assert client.get(person.path).data == first.data
    again = client.get(person.path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "private, no-store"
    head = client.head(person.path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", first.headers["ETag"])
    # A date never says "unchanged": a star that is taken back leaves none behind.
    dated = client.get(person.path, headers={"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"})
    assert dated.status_code == 200


def test_a_seat_that_comes_free_shows(app, client, programme, person, monkeypatch):
    before = seen_at(client, person.path)["B"]
    later = clock.now() + timedelta(hours=1)
    with app.app_context(), transaction():
        booking = db.session.get_one(Booking, person.waits)
        booking.state, booking.position, booking.changed_at = BookingState.CONFIRMED, None, later
        event = db.session.get_one(Event, programme.events["B"])
        event.type.default_minutes = 90
    after = seen_at(client, person.path)["B"]
    assert after.uid == before.uid
    assert after.modified == later
    assert after.description.startswith("You have a seat.")
    with app.app_context(), transaction():
        booking = db.session.get_one(Booking, person.waits)
        booking.state = BookingState.CANCELLED
    # It is still starred.
    assert not seen_at(client, person.path)["B"].description.startswith("You")


def test_what_is_given_up_goes_and_what_is_cancelled_stays(app, client, programme, person):
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, programme.conference)
        booking = db.session.get_one(Booking, person.booked)
        booking.state = BookingState.CANCELLED
    assert "A" not in seen_at(client, person.path)
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, programme.conference)
        event = db.session.get_one(Event, programme.events["A"])
        service.change_state(conference, event, EventAction.CANCEL, actor=COMMAND_LINE)
    # Its bookings ended with it: the person's calendar says why.
    seen = seen_at(client, person.path)["A"]
    assert (seen.status, seen.summary) == ("CANCELLED", "Cancelled: Homes; migrants, refugees")
    assert seen.description.startswith("This event is cancelled.")


def test_it_speaks_the_persons_language(app, client, programme, person):
    with app.app_context(), transaction():
        db.session.get_one(Registration, person.id).language = "fr"
    seen = seen_at(client, person.path)
    assert seen["A"].summary == "Logement des migrants"
    assert seen["A"].url == "https://events.example.org/fr/urban/events/A"


def not_found(client, path: str) -> bool:
    response = client.get(path)
    assert response.headers["Cache-Control"] == "private, no-store"
    return (response.status_code, response.headers["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_a_revoked_secret_opens_nothing_and_the_new_one_does(app, client, programme, person):
    with app.app_context(), transaction():
        db.session.get_one(Registration, person.id).calendar_version += 1
    assert not_found(client, person.path)
    assert client.get(_path(app, person.id, 1)).status_code == 200
    assert not_found(client, _path(app, person.id, 2))


def test_only_the_right_secret_opens_it(app, client, programme, person):
    with app.app_context():
        token = secrets.sign("calendar", person.id, 0)
        others = [
            # The secret of another thing, of another person, of a registration that there is not.
            secrets.sign("registration", person.id, 0),
            token.replace(f"{person.id}-", f"{person.other}-", 1),
            secrets.sign("calendar", 987654, 0),
            # Numbers that no column holds.
            secrets.sign("calendar", 99999999999, 0),
            secrets.sign("calendar", 999999999999999, 0),
            secrets.sign("calendar", 2**31, 0),
            token[:-1],
            token[:-1] + ("A" if token[-1] != "A" else "B"),
            token + "A",
            token.upper(),
            "x",
            "1",
            "-",
            "٣-" + token.partition("-")[2],
        ]
    for other in others:
        assert not_found(client, f"/calendars/{other}.ics"), other
    assert client.get(f"/calendars/{token}.ics").status_code == 200


def test_a_cancelled_registration_or_a_hidden_conference_has_no_feed(app, client, programme, person):
    with app.app_context(), transaction():
        db.session.get_one(Conference, programme.conference).state = ConferenceState.DRAFT
    assert not_found(client, person.path)
    with app.app_context(), transaction():
        db.session.get_one(Conference, programme.conference).state = ConferenceState.PUBLISHED
    assert client.get(person.path).status_code == 200
    with app.app_context(), transaction():
        registration = db.session.get_one(Registration, person.id)
        registration.state, registration.cancelled_at = RegistrationState.CANCELLED, clock.now()
    assert not_found(client, person.path)


def test_nothing_chosen_is_an_empty_calendar(app, client, programme):
    with app.app_context(), transaction():
        registration = factories.make_registration(db.session.get_one(Conference, programme.conference))
        path = personal_path(registration.id, 0)
    assert seen_at(client, path) == {}
