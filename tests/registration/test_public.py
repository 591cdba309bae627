"""The pages of registering and of a participant, through real requests."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.models import Event
from eventsapp.registration import links, queries, service
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Booking, Registration, Star
from tests import factories
from tests.registration.conftest import Hall, counters_of

SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def place(hall) -> Hall:
    """An event with one seat, three people, registration open."""
    return hall(seats=1, people=3)


def own(hall: Hall, number: int = 0, language: str = "en") -> str:
    return f"/{language}/registrations/{hall.tokens[number]}"


def form(hall: Hall, app: Flask, **over: str) -> dict[str, str]:
    with app.app_context():
        category = queries.open_categories(hall.conference_id)[0][0]
        db.session.rollback()
    usual = {
        "name": "Ada Nkosi",
        "email": "ada@example.org",
        "country": "ZA",
        "organization": "",
        "category_id": str(category),
    }
    return {**usual, **over}


def registered(app: Flask) -> list[tuple[str, str, RegistrationState]]:
    with app.app_context():
        rows = db.session.execute(
            select(Registration.name, Registration.email, Registration.state).order_by(Registration.id)
        ).all()
        db.session.rollback()
        return [(row.name, row.email, row.state) for row in rows][3:]


def messages(app: Flask) -> list[tuple[str, str, str]]:
    with app.app_context():
        rows = db.session.execute(
            select(Message.template, Message.to_email, Message.text_body).order_by(Message.id)
        ).all()
        db.session.rollback()
        return [(row.template, row.to_email, row.text_body) for row in rows]


def change(app: Flask, model, **values) -> None:
    with app.app_context(), transaction():
        db.session.execute(update(model).values(**values))


def path_in(body: str) -> str:
    found = re.search(r"http://localhost(/\S*/registrations/\S+)", body)
    assert found is not None
    return found[1]


def text(response) -> str:
    return response.get_data(as_text=True)


# --- registering


def test_from_the_form_to_the_own_page(app, client: FlaskClient, place):
    page = client.get(f"/fr/{place.slug}/register")
    assert page.status_code == 200
    answer = client.post(f"/fr/{place.slug}/register", data=form(place, app))
    assert (answer.status_code, answer.location) == (303, f"/fr/{place.slug}/register/sent")
    assert "ada@example.org" in text(client.get(answer.location))
    [(template, to, body)] = messages(app)
    assert (template, to) == ("confirm_registration", "ada@example.org")

    confirm = path_in(body)
    assert "Ada Nkosi" in text(client.get(confirm))
    assert registered(app) == [("Ada Nkosi", "ada@example.org", RegistrationState.SUBMITTED)]
    answer = client.post(confirm)
    assert answer.status_code == 303
    assert registered(app)[0][2] is RegistrationState.CONFIRMED
    assert path_in(messages(app)[1][2]) == answer.location
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "Ada Nkosi" in text(page)
    # Following the first link again leads to the page, and confirms nothing twice.
    assert client.get(confirm).location == answer.location
    assert client.post(confirm).location == answer.location
    assert len(messages(app)) == 2


def test_the_answer_does_not_tell_who_is_registered(app, place):
    answers = []
    for email in ("person0@example.org", "nobody@example.org"):
        client = app.test_client()
        answer = client.post(f"/en/{place.slug}/register", data=form(place, app, email=email))
        sent = client.get(answer.location)
        answers.append((answer.status_code, answer.location, text(sent).replace(email, "…")))
    assert answers[0] == answers[1]
    assert [(template, to) for template, to, _body in messages(app)] == [
        ("registration_link", "person0@example.org"),
        ("confirm_registration", "nobody@example.org"),
    ]


def test_asking_for_the_link_does_not_tell_who_is_registered(app, place):
    answers = []
    for email in ("person0@example.org", "nobody@example.org"):
        client = app.test_client()
        answer = client.post(f"/en/{place.slug}/register/find", data={"email": email})
        answers.append(
            (answer.status_code, answer.location, text(client.get(answer.location)).replace(email, "…"))
        )
    assert answers[0] == answers[1]
    assert [(template, to) for template, to, _body in messages(app)] == [
        ("registration_link", "person0@example.org")
    ]


WRONG = [
    ({"name": ""}, "name"),
    ({"name": " \x00\x07 "}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"email": ""}, "email"),
    ({"email": "nobody"}, "email"),
    ({"email": "a@b\r\nBcc: all@example.org"}, "email"),
    ({"email": "x" * 250 + "@example.org"}, "email"),
    ({"country": "XX"}, "country"),
    ({"country": ""}, "country"),
    ({"organization": "x" * 301}, "organization"),
    ({"category_id": ""}, "category_id"),
    ({"category_id": "999999"}, "category_id"),
    ({"category_id": "1 OR 1=1"}, "category_id"),
]


@pytest.mark.parametrize(("wrong", "field"), WRONG)
def test_wrong_input_is_answered_beside_its_field_and_changes_nothing(app, client, place, wrong, field):
    answer = client.post(f"/en/{place.slug}/register", data=form(place, app, **wrong))
    assert answer.status_code == 422
    assert f'href="#{field}' in text(answer)
    assert "Ada Nkosi" in text(answer) or field == "name"
    assert registered(app) == []
    assert messages(app) == []


def test_files_and_repeated_fields_and_nonsense_are_no_error_of_ours(app, client, place):
    good = form(place, app)
    for sent in (
        {**good, "name": (b"bytes", "file.txt")},
        {"email": "ada@example.org"},
        {},
        {**good, "category_id": ["1", "2"]},
    ):
        answer = client.post(
            f"/en/{place.slug}/register",
            data=dict(sent),
            content_type="multipart/form-data",
        )
        assert answer.status_code in (303, 422)
    answer = client.post(
        f"/en/{place.slug}/register", data=b"\xff\xfe%%%", content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 422


def test_a_script_in_every_text_is_shown_as_text(app, client, place):
    client.post(
        f"/en/{place.slug}/register",
        data=form(place, app, name=f"Ada {SCRIPT}", organization=f"House {SCRIPT}"),
    )
    body = messages(app)[0][2]
    pages = [client.get(path_in(body))]
    answer = client.post(path_in(body))
    pages += [client.get(answer.location), client.get(answer.location + "/change")]
    pages.append(client.get(f"{answer.location}/events?q={SCRIPT}"))
    for page in pages:
        assert page.status_code == 200
        assert SCRIPT not in text(page)
    assert "Ada &lt;script&gt;" in text(pages[1])
    with app.app_context():
        html = db.session.scalars(select(Message.html_body).order_by(Message.id.desc())).first()
        assert html is not None
        assert SCRIPT not in html


def test_with_an_expired_form_what_was_typed_is_kept(app, place):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    answer = client.post(f"/en/{place.slug}/register", data=form(place, app, csrf_token="old"))
    assert answer.status_code == 422
    assert 'value="Ada Nkosi"' in text(answer)
    assert registered(app) == []


@pytest.mark.parametrize(
    ("model", "values", "status", "said"),
    [
        (Conference, {"registration_opens_at": None}, 200, "not said yet"),
        (Conference, {"registration_opens_at": clock.now() + timedelta(days=3)}, 200, "not open yet"),
        (
            Conference,
            {"registration_closes_at": clock.now() - timedelta(hours=1)},
            200,
            "Registration is closed",
        ),
        (Conference, {"state": ConferenceState.ARCHIVED}, 200, "Registration is closed"),
        (Conference, {"state": ConferenceState.DRAFT}, 404, ""),
    ],
)
def test_when_registration_is_not_open_the_page_says_so_and_takes_nothing(
    app, client, place, model, values, status, said
):
    sent = form(place, app)
    change(app, model, **values)
    page = client.get(f"/en/{place.slug}/register")
    assert page.status_code == status
    assert said in text(page)
    answer = client.post(f"/en/{place.slug}/register", data=sent)
    assert answer.status_code == status
    assert registered(app) == []


def test_there_is_no_registering_for_a_conference_that_there_is_not(client):
    for path in ("/en/nowhere/register", "/en/nowhere/register/find", "/en/nowhere/register/sent"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code in (404, 405)


@pytest.mark.parametrize("settings", [{"LIMIT_REGISTER": (3, 600)}])
def test_one_address_registers_so_many_and_no_more(app, client, place, settings):
    answers = [
        client.post(
            f"/en/{place.slug}/register", data=form(place, app, email=f"n{n}@example.org")
        ).status_code
        for n in range(5)
    ]
    assert answers == [303, 303, 303, 429, 429]
    assert len(registered(app)) == 3


@pytest.mark.parametrize("settings", [{"LIMIT_MAIL": (2, 600)}])
def test_one_mailbox_gets_so_many_messages_and_no_more(app, client, place, settings):
    answers = [
        client.post(f"/en/{place.slug}/register/find", data={"email": "Person0@example.org "}).status_code
        for _n in range(3)
    ]
    # The same count as for registering with it.
    answers.append(
        client.post(
            f"/en/{place.slug}/register", data=form(place, app, email="person0@example.org")
        ).status_code
    )
    assert answers == [303, 303, 429, 429]
    assert len(messages(app)) == 2


# --- links


@pytest.mark.parametrize(
    "path",
    [
        "/en/registrations/1-aaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "/en/registrations/1-aaaaaaaaaaaaaaaaaaaaaaaaaaa/change",
        "/en/registrations/nonsense/cancel",
        "/en/registrations/1-aaaaaaaaaaaaaaaaaaaaaaaaaaa.99999999999/confirm",
        "/en/registrations/1-aaaaaaaaaaaaaaaaaaaaaaaaaaa/bookings/SE-001",
        "/en/registrations/99999999999999-aaaaaaaaaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_a_forged_link_leads_to_the_way_to_a_new_one(app, client, place, path):
    for answer in (client.get(path), client.post(path)):
        if answer.status_code == 405:
            continue
        assert answer.status_code == 404
        assert f"/en/{place.slug}/register/find" in text(answer)
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_revoked_link_leads_nowhere_also_in_this_browser(app, client, place):
    assert client.get(own(place)).status_code == 200
    assert client.get(f"/en/{place.slug}/events/{place.code}/book").status_code == 302
    assert client.get(own(place) + "/address").status_code == 200
    answer = client.post(own(place) + "/address")
    assert answer.status_code == 200
    assert "person0@example.org" in text(answer)
    assert client.get(own(place)).status_code == 404
    assert client.post(place.seat(0)).status_code == 404
    # The session knew the person by the old version.
    assert client.get(f"/en/{place.slug}/events/{place.code}/book").status_code == 200
    new = path_in(messages(app)[-1][2])
    assert client.get(new).status_code == 200


def test_an_expired_link_confirms_nothing(app, client, place, monkeypatch):
    client.post(f"/en/{place.slug}/register", data=form(place, app))
    confirm = path_in(messages(app)[0][2])
    later = clock.now().timestamp() + links.CONFIRM_SECONDS + 1
    monkeypatch.setattr("eventsapp.core.secrets.time.time", lambda: later)
    assert client.post(confirm).status_code == 404
    assert registered(app)[0][2] is RegistrationState.SUBMITTED


def test_pages_of_one_person_are_kept_by_nobody_and_tell_nobody_their_address(app, client, place):
    client.post(place.seat(0))
    for path in ("", "/change", "/cancel", "/events", "/address", "/calendar", f"/bookings/{place.code}"):
        answer = client.get(own(place) + path)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "ETag" not in answer.headers
        assert " style=" not in text(answer)
        assert "<style" not in text(answer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_every_language(app, client, place, language):
    client.post(place.seat(1))
    client.post(place.seat(0))
    client.post(own(place) + f"/bookings/{place.code}/star", data={"on": "1"})
    paths = [
        f"/{language}/{place.slug}/register",
        f"/{language}/{place.slug}/register/sent",
        f"/{language}/{place.slug}/register/find",
        *(
            own(place, language=language) + end
            for end in (
                "",
                "/change",
                "/cancel",
                "/events",
                "/address",
                "/calendar",
                f"/bookings/{place.code}",
                f"/bookings/{place.code}/cancel",
            )
        ),
    ]
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in text(answer)


# --- booking


def test_booking_by_hand_from_the_list_to_the_outcome(app, client, place):
    listed = text(client.get(own(place) + "/events"))
    assert f"/bookings/{place.code}" in listed
    assert f'action="{place.seat(0)}"' in text(client.get(place.seat(0)))
    answer = client.post(place.seat(0))
    assert (answer.status_code, answer.location) == (303, place.seat(0))
    assert "You have a seat" in text(client.get(answer.location))
    client.post(place.seat(1))
    client.post(place.seat(2))
    assert "You are next in the queue" in text(client.get(place.seat(1)))
    assert "You are number 2 in the queue" in text(client.get(place.seat(2)))
    assert "You are number 2 in the queue" in text(client.get(own(place, 2)))
    # A form that is sent again changes nothing.
    assert client.post(place.seat(2)).status_code == 303
    with app.app_context():
        assert counters_of(place.event_id).queue == [1, 2]


def test_giving_a_seat_back_asks_first_and_names_what_is_lost(app, client, place):
    client.post(place.seat(0))
    client.post(place.seat(1))
    question = client.get(place.seat(0) + "/cancel")
    assert "1 person waits for a seat" in text(question)
    with app.app_context():
        assert counters_of(place.event_id).taken == 1
    assert client.post(place.seat(0) + "/cancel").status_code == 303
    assert client.post(place.seat(0) + "/cancel").status_code == 303
    assert "You have a seat" in text(client.get(place.seat(1)))
    assert client.get(place.seat(0) + "/cancel").status_code == 302
    assert client.post(place.seat(2) + "/cancel").status_code == 404


def test_codes_that_are_not_of_this_conference_do_not_exist(app, client, place, hall):
    other = hall(seats=5, people=1)
    for code in (other.code, "NOPE", "%27%20OR%201=1", "x" * 300):
        path = f"{own(place)}/bookings/{code}"
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
        assert client.post(path + "/star", data={"on": "1"}).status_code == 404
        assert client.post(path + "/cancel").status_code == 404
    with app.app_context():
        assert counters_of(other.event_id).taken == 0
        assert db.session.scalar(select(func.count()).select_from(Star)) == 0


def test_what_cannot_be_booked_is_refused_in_words(app, client, place):
    change(app, Registration, state=RegistrationState.SUBMITTED, confirmed_at=None)
    answer = client.post(place.seat(0))
    assert answer.status_code == 409
    assert "Confirm your e-mail address first" in text(answer)
    assert "Book a seat" not in text(client.get(place.seat(0)))
    change(app, Registration, state=RegistrationState.CONFIRMED, confirmed_at=clock.now())
    change(app, Event, state="cancelled")
    answer = client.post(place.seat(0))
    assert answer.status_code == 409
    assert "This event is cancelled." in text(answer)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 0


def test_stars_are_kept_and_taken_off(app, client, place):
    star = f"{own(place)}/bookings/{place.code}/star"
    assert client.post(star, data={"on": "1"}).status_code == 303
    assert client.post(star, data={"on": "1"}).status_code == 303
    assert "Kept, without a seat" in text(client.get(own(place)))
    assert client.post(star, data={"on": "0"}).status_code == 303
    assert client.post(star, data={}).status_code == 303
    assert "Nothing chosen yet" in text(client.get(own(place)))


def test_overlaps_are_pointed_out_before_and_after_booking(app, client, place):
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, place.conference_id)
        event = db.session.get_one(Event, place.event_id)
        factories.place(event, start=factories.START, end=factories.START + timedelta(hours=2))
        other = factories.make_event(
            conference,
            access="booking",
            seats=5,
            titles="Meanwhile elsewhere",
            start=factories.START + timedelta(hours=1),
            end=factories.START + timedelta(hours=3),
        )
        code = other.code
        factories.release(conference)
    client.post(place.seat(0))
    before = text(client.get(f"{own(place)}/bookings/{code}"))
    assert "At the same time you have:" in before
    client.post(f"{own(place)}/bookings/{code}")
    page = text(client.get(own(place)))
    assert page.count("At the same time as:") == 2
    assert f'href="#{code}"' in page


# --- from an event's page


def test_a_stranger_is_asked_to_register_or_to_find_their_link(client, place):
    for wish in ("book", "star"):
        page = client.get(f"/en/{place.slug}/events/{place.code}/{wish}")
        assert page.status_code == 200
        assert f"/en/{place.slug}/register" in text(page)
        assert f'action="/en/{place.slug}/register/find"' in text(page)
    assert client.get(f"/en/{place.slug}/events/NOPE/book").status_code == 404
    assert client.get(f"/en/nowhere/events/{place.code}/book").status_code == 404


def test_a_browser_that_opened_the_own_page_is_led_there(client, place):
    client.get(own(place, 1))
    answer = client.get(f"/en/{place.slug}/events/{place.code}/book")
    assert (answer.status_code, answer.location) == (302, place.seat(1))
    client.get(own(place, 2))
    assert client.get(f"/fr/{place.slug}/events/{place.code}/star").location == place.seat(2, "fr")


def test_a_browser_is_known_in_the_conference_only(app, client, place, hall):
    other = hall(seats=1, people=0)
    client.get(own(place, 1))
    assert client.get(f"/en/{other.slug}/events/{other.code}/book").status_code == 200


def test_a_signed_in_person_is_known_by_the_account_first(app, client, place):
    with app.app_context(), transaction():
        user = factories.make_user()
        db.session.get_one(Registration, place.people[2]).user_id = user.id
        session_id = user.get_id()
    client.get(own(place, 1))
    with client.session_transaction() as session:
        session["_user_id"] = session_id
        session["_fresh"] = True
    assert client.get(f"/en/{place.slug}/events/{place.code}/book").location == place.seat(2)


# --- changing and cancelling


def test_changing_keeps_what_was_typed_when_something_is_wrong(app, client, place):
    path = own(place) + "/change"
    sent = form(place, app, name="", organization="House of Cities", language="fr")
    answer = client.post(path, data=sent)
    assert answer.status_code == 422
    assert 'value="House of Cities"' in text(answer)
    assert client.post(path, data={**sent, "name": "Ada", "language": "xx"}).status_code == 422
    answer = client.post(path, data={**sent, "name": "Ada Nkosi"})
    assert answer.status_code == 303
    page = text(client.get(own(place)))
    assert "House of Cities" in page
    assert "Ada Nkosi" in page
    assert 'value="House of Cities"' in text(client.get(path))
    client.post(place.seat(0))
    assert "/fr/registrations/" in messages(app)[-1][2]


def test_cancelling_names_what_is_lost_and_leaves_a_page_that_says_so(app, client, place):
    client.post(place.seat(0))
    client.post(place.seat(1))
    question = text(client.get(own(place, 0) + "/cancel"))
    assert "your seat:" in question
    assert client.post(own(place, 0) + "/cancel").status_code == 303
    assert client.post(own(place, 0) + "/cancel").status_code == 303
    page = text(client.get(own(place, 0)))
    assert "This registration is cancelled" in page
    assert 'class="qr"' not in page
    assert client.post(place.seat(0)).status_code == 409
    with app.app_context():
        state = db.session.scalars(
            select(Booking.state).where(Booking.registration_id == place.people[1])
        ).one()
    assert state is BookingState.CONFIRMED
    assert [template for template, _to, _body in messages(app)].count("registration_cancelled") == 1


def test_the_calendar_feed_follows_and_its_address_can_be_changed(app, client, place):
    client.post(place.seat(0))
    address = re.search(r'href="(http://localhost/calendars/[^"]+)"', text(client.get(own(place))))
    assert address is not None
    feed = client.get(address[1].removeprefix("http://localhost"))
    assert feed.status_code == 200
    assert "BEGIN:VEVENT" in text(feed)
    assert client.post(own(place) + "/calendar").status_code == 303
    assert client.get(address[1].removeprefix("http://localhost")).status_code == 404
    again = re.search(r'href="(http://localhost/calendars/[^"]+)"', text(client.get(own(place))))
    assert again is not None
    assert again[1] != address[1]


# --- statements


def test_the_own_page_takes_the_same_number_of_statements_whatever_is_booked(app, client, place, statements):
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, place.conference_id)
        made = [
            factories.make_event(conference, access="booking", seats=9, start=factories.START).id
            for _n in range(8)
        ]
        factories.release(conference)
    counted = []
    for number in (0, 8):
        with app.app_context(), transaction():
            for event_id in made[:number]:
                service.book(place.people[0], event_id)
        for path in (own(place), own(place) + "/events", place.seat(0)):
            statements.clear()
            assert client.get(path).status_code == 200
            counted.append(len([one for one in statements if one.startswith("SELECT")]))
    assert counted[:3] == counted[3:]
    # The page of one's own registration has parts of its own: badge, tickets, letters, what was said.
    assert max(counted) <= 11
