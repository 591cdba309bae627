"""Many people book and register at once, over HTTP, against the production server with two workers; and it is killed."""

from __future__ import annotations

import http.client
import os
import re
import signal
import threading
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from bench.memory import children
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration import links, places
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Booking, Category, Registration
from eventsapp.registration.nominations.models import Quota
from tests import factories
from tests.registration.conftest import counters_of
from tests.support.concurrency import together
from tests.support.signing import sign_in

pytestmark = pytest.mark.timeout(300)


def post(url: str, path: str, fields: dict[str, object] | None = None, cookie: str = "") -> int:
    """Send a form and give the answer's status; 0 when there was no answer."""
    return ask("POST", url, path, urlencode(fields or {}), cookie)[0]


def ask(method: str, url: str, path: str, body: str, cookie: str) -> tuple[int, str, str]:
    """Status, cookie and body of an answer; 0 and nothing when there was none."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | ({"Cookie": cookie} if cookie else {})
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        cookie = (answer.getheader("Set-Cookie") or cookie).partition(";")[0]
        return answer.status, cookie, answer.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, "", ""
    finally:
        connection.close()


def opened(url: str, path: str, cookie: str = "") -> tuple[str, str]:
    """Open a page with a form; give the cookie and the token that go with it."""
    status, cookie, body = ask("GET", url, path, "", cookie)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', body)
    assert status == 200, body
    assert found is not None
    return cookie, found[1]


def states(app, event_id):
    """Booking state and position by registration."""
    with app.app_context():
        rows = db.session.execute(
            select(Booking.registration_id, Booking.state, Booking.position).where(
                Booking.event_id == event_id
            )
        ).all()
        db.session.rollback()
        return {row.registration_id: (row.state, row.position) for row in rows}


def messages(app, template):
    with app.app_context():
        found = sorted(db.session.scalars(select(Message.to_email).where(Message.template == template)))
        db.session.rollback()
        return found


def test_200_people_book_50_seats_at_once_then_20_give_theirs_back(app, server, hall):
    place = hall(seats=50, people=200)
    running = server()
    answers = together(lambda number: post(running.url, place.seat(number)), range(200))
    assert answers == [303] * 200

    found = states(app, place.event_id)
    seated = [id_ for id_, (state, _position) in found.items() if state is BookingState.CONFIRMED]
    queue = [
        id_
        for _position, id_ in sorted(
            (position, id_) for id_, (state, position) in found.items() if state is BookingState.WAITLISTED
        )
    ]
    assert len(found) == 200
    assert len(seated) == 50
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (50, 150)
    assert counters.queue == list(range(1, 151))
    assert len(messages(app, "booking_confirmed")) == 50
    assert len(messages(app, "booking_waitlisted")) == 150

    leaving = seated[:20]
    numbers = [place.people.index(id_) for id_ in leaving]
    answers = together(lambda number: post(running.url, place.seat(number) + "/cancel"), numbers)
    assert answers == [303] * 20

    found = states(app, place.event_id)
    assert {id_ for id_ in leaving if found[id_][0] is BookingState.CANCELLED} == set(leaving)
    promoted = {id_ for id_ in queue if found[id_][0] is BookingState.CONFIRMED}
    assert promoted == set(queue[:20])
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (50, 130)
    assert counters.queue == list(range(21, 151))
    told = {f"person{place.people.index(id_)}@example.org" for id_ in promoted}
    assert messages(app, "booking_promoted") == sorted(told)


def test_a_killed_server_has_lost_nothing_that_it_acknowledged(app, server, hall):
    place = hall(seats=50, people=200)
    running = server(SQLITE_SYNCHRONOUS="FULL")
    running.allow_tracebacks = True
    acknowledged: set[int] = set()
    enough = threading.Event()

    def book(number: int) -> int:
        status = post(running.url, place.seat(number))
        if status == 303:
            acknowledged.add(number)
            if len(acknowledged) >= 60:
                enough.set()
        return status

    killer = threading.Thread(target=lambda: (enough.wait(60), running.kill()))
    killer.start()
    answers = together(book, range(200))
    killer.join()
    assert set(answers) <= {303, 0}
    assert 60 <= len(acknowledged) < 200

    running.start()
    found = states(app, place.event_id)
    kept = {place.people.index(id_) for id_ in found}
    assert acknowledged <= kept
    with app.app_context():
        counters = counters_of(place.event_id)
    assert counters.taken == 50
    assert counters.queue == list(range(1, counters.waiting + 1))

    # Everybody tries again, as people do: nobody gets a second place, nobody loses theirs.
    assert together(lambda number: post(running.url, place.seat(number)), range(200)) == [303] * 200
    after = states(app, place.event_id)
    assert {id_: after[id_] for id_ in found} == found
    with app.app_context():
        counters = counters_of(place.event_id)
    assert (counters.taken, counters.waiting) == (50, 150)
    assert counters.queue == list(range(1, 151))


def test_a_killed_worker_loses_no_registration_and_counts_stay_exact(app, server, client):
    """People register, prove their addresses where places are few, and are nominated within a quota, all at once."""
    with app.app_context(), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        few, many = factories.make_category(conference), factories.make_category(conference)
        places.set_category_capacity(conference.id, few.id, 15)
        mission, user = factories.make_organization(), factories.make_user()
        factories.make_member(user, mission)
        quota = factories.make_quota(conference, mission, many, places=6)
        waiting = [
            factories.make_registration(
                conference, category=few, state=RegistrationState.SUBMITTED, confirmed_at=None
            )
            for _ in range(40)
        ]
        register, nominate = (
            f"/en/{conference.slug}/register",
            f"/account/organizations/{mission.slug}/delegations/{conference.slug}/nominate",
        )
        confirm = [
            links.confirm_address(one.id, 0, "en").removeprefix(app.config["PUBLIC_URL"]) for one in waiting
        ]
        sign_in(client, user)
        ids = conference.id, few.id, many.id, quota.id
    running = server(LIMIT_REGISTER=(1000, 3600), LIMIT_MAIL=(1000, 3600), LIMIT_ADDRESS=(1000, 3600))
    running.allow_tracebacks = True
    session = client.get_cookie("eventsapp")
    assert session is not None
    cookie, token = opened(running.url, nominate, f"eventsapp={session.value}")
    stranger, strange_token = opened(running.url, register)
    person = {"country": "EC", "category_id": ids[2], "language": "en"}
    jobs: list[tuple[str, dict[str, object], str]] = [(path, {}, "") for path in confirm]
    for n in range(20):
        who = {"name": f"Person {n}", "email": f"person{n}@example.org", "csrf_token": strange_token}
        jobs.append((register, person | who, stranger))
        who = {"name": f"Nominee {n}", "email": f"nominee{n}@example.org", "csrf_token": token}
        jobs.append((nominate, person | who, cookie))
    acknowledged: list[str] = []
    enough = threading.Event()

    def send(job: tuple[str, dict[str, object], str]) -> int:
        path, fields, cookie = job
        status = post(running.url, path, fields, cookie)
        if status == 303:
            acknowledged.append(str(fields.get("email", path)))
            if len(acknowledged) >= 20:
                enough.set()
        return status

    def kill_one() -> None:
        enough.wait(60)
        os.kill(children(running.process.pid)[-1], signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    answers = together(send, jobs)
    killer.join()
    refused = [job[0] for job, status in zip(jobs, answers, strict=True) if status not in (303, 0)]
    # The quota is used up: said beside the field, or at the last moment.
    assert set(refused) <= {nominate}
    assert set(answers) <= {303, 422, 409, 0}
    kept = {one for one in acknowledged if "@" in one}
    with app.app_context():
        assert kept <= set(db.session.scalars(select(Registration.email)))
        db.session.rollback()

    # Whoever had no answer tries again; the worker that was killed is there again.
    again = [job for job, status in zip(jobs, answers, strict=True) if status == 0]
    if again:
        assert set(together(send, again)) <= {303, 422, 409}
    with app.app_context():
        counted = select(Registration.state, func.count()).where(Registration.category_id == ids[1])
        states = dict(db.session.execute(counted.group_by(Registration.state)).all())
        assert states == {RegistrationState.CONFIRMED: 15, RegistrationState.WAITLISTED: 25}
        assert db.session.get_one(Category, ids[1]).taken == 15
        held = places.seen(ids[0], ids[1])
        assert held.waiting == 25
        queue = select(Registration.position).where(Registration.state == RegistrationState.WAITLISTED)
        assert sorted(one or 0 for one in db.session.scalars(queue)) == list(range(1, 26))
        of_quota = select(func.count()).where(Registration.nominated_for_id.is_not(None))
        assert (db.session.get_one(Quota, ids[3]).taken, db.session.scalar(of_quota)) == (6, 6)
        emails = set(db.session.scalars(select(Registration.email)))
        assert {f"person{n}@example.org" for n in range(20)} <= emails
        to = list(db.session.scalars(select(Message.to_email).where(Message.to_email.like("person%"))))
        assert set(to) == {f"person{n}@example.org" for n in range(20)}
