"""The pages of tickets, of delegations' seats and of handing a seat on; what everybody reads of a restricted event."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from eventsapp.programme.queries import load_snapshot
from eventsapp.registration import links
from eventsapp.registration.enums import BookingState, OverlapRule
from eventsapp.registration.models import (
    Booking,
    EventAdmission,
    EventCategory,
    Registration,
    SeatBlock,
    SeatTransfer,
    Ticket,
)
from tests import factories
from tests.support.signing import sign_in

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def place(app: Flask) -> dict[str, Any]:
    """A released event with seats for delegates only, somebody of each category, and an owner who manages it."""
    with app.app_context(), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        delegates = factories.make_category(conference, names={"en": "Delegates", "fr": "Délégués"})
        media = factories.make_category(conference, names={"en": "Media"})
        event = factories.make_event(conference, access="booking", seats=3, start=factories.START)
        other = factories.make_event(conference, access="booking", seats=3, start=factories.START)
        factories.release(conference)
        db.session.add(EventAdmission(event_id=event.id, by_category=True))
        db.session.add(EventCategory(event_id=event.id, category_id=delegates.id))
        delegate = factories.make_registration(conference, category=delegates, name="Dora")
        reporter = factories.make_registration(conference, category=media, name="Rita")
        owner = factories.make_user()
        factories.make_role(owner, conference, Role.OWNER)
        organization = factories.make_organization()
        focal = factories.make_user()
        factories.make_member(focal, organization)
        delegate.nominated_for_id = organization.id
        return {
            "conference": conference.id, "slug": conference.slug, "event": event.id, "code": event.code,
            "other": other.code, "delegate": delegate.id, "reporter": reporter.id, "email": reporter.email,
            "owner": owner.get_id(), "focal": focal.get_id(), "organization": organization.names["en"], "org_slug": organization.slug,
            "media": media.id,
            "own": {one.name: f"/en/registrations/{links.page_token(one.id, 0)}" for one in (delegate, reporter)},
        }  # fmt: skip


def test_a_restricted_event_says_so_wherever_people_read_of_it(app, place):
    client = app.test_client()
    pages = [
        f"/en/{place['slug']}/events/{place['code']}",
        f"/en/{place['slug']}/programme",
        f"/en/{place['slug']}/events/{place['code']}/book",
        f"{place['own']['Rita']}/events",
        f"{place['own']['Rita']}/bookings/{place['code']}",
    ]
    for page in pages:
        assert "Only for: Delegates" in client.get(page, follow_redirects=True).text, page
    assert "Délégués" in client.get(pages[0].replace("/en/", "/fr/", 1)).text
    with app.app_context():
        event = next(one for one in load_snapshot(place["conference"]).events if one.id == place["event"])
        assert event.only_for == ({"en": "Delegates", "fr": "Délégués"},)
        db.session.rollback()
    feed = client.get(f"/en/{place['slug']}/events/{place['code']}.ics")
    assert "Only for: Delegates" in feed.text.replace("\r\n ", "")
    page = client.get(f"{place['own']['Rita']}/bookings/{place['code']}").text
    assert "not open to your category" in page
    assert "Book a seat" not in page
    assert "Book a seat" in client.get(f"{place['own']['Dora']}/bookings/{place['code']}").text
    assert client.post(f"{place['own']['Rita']}/bookings/{place['code']}").status_code == 409
    assert "Only for: Delegates" in client.get(f"/en/{place['slug']}/programme.csv").text


def test_who_has_a_seat_by_category_is_warned_before_choosing_another(app, place):
    person, officer = app.test_client(), app.test_client()
    sign_in(officer, place["owner"])
    pages = [
        (person, f"{place['own']['Dora']}/change"),
        (officer, f"/manage/{place['slug']}/registration/{place['delegate']}/edit"),
    ]
    warning = "Another category gives these seats back"
    assert [warning in client.get(page).text for client, page in pages] == [False, False]
    person.post(f"{place['own']['Dora']}/bookings/{place['code']}")
    for client, page in pages:
        shown = client.get(page).text
        assert warning in shown
        assert "Only for: Delegates" in shown
    assert (
        "Only for"
        not in officer.get(pages[1][1].replace(str(place["delegate"]), str(place["reporter"]))).text
    )


def test_a_restricted_event_that_is_open_to_nobody_waits_on_the_first_page(app, place):
    client = app.test_client()
    sign_in(client, place["owner"])
    where = f"/manage/{place['slug']}/"
    said = "1 restricted event has neither categories nor tickets"
    assert said not in client.get(where).text
    with app.app_context(), transaction():
        db.session.execute(delete(EventCategory))
    assert said in client.get(where).text


def test_overlaps_are_warned_of_and_refused_as_the_conference_has_it(app, place):
    client, own = app.test_client(), place["own"]["Dora"]
    assert client.post(f"{own}/bookings/{place['code']}").status_code == 303
    page = client.get(f"{own}/bookings/{place['other']}").text
    assert "At the same time you have:" in page
    assert "Book it all the same" in page
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, place["conference"])
        factories.make_settings(conference, overlaps=OverlapRule.REFUSED)
    page = client.get(f"{own}/bookings/{place['other']}").text
    assert "Give that seat back first" in page
    assert "Book it all the same" not in page
    assert client.post(f"{own}/bookings/{place['other']}").status_code == 409


def test_tickets_from_a_sheet_are_previewed_given_and_taken_back(app, place):
    client = app.test_client()
    sign_in(client, place["owner"])
    base = f"/manage/{place['slug']}/registration/events/{place['code']}"
    sheet = f"Name;Address\n=Rita;{place['email'].upper()}\nNobody;nobody@example.org\n".encode("utf-8-sig")
    shown = client.post(f"{base}/tickets/give", data={"people": "", "file": (io.BytesIO(sheet), "t.csv")})  # fmt: skip
    assert "1 person gets a ticket." in shown.text
    assert "Nobody is registered with this." in shown.text
    assert client.post(f"{base}/tickets/give", data={"people": ""}).status_code == 422
    words = {"people": f"{place['email']}\nnobody@example.org", "sure": "1"}
    assert client.post(f"{base}/tickets/give", data=words).status_code == 303
    assert "Rita" in client.get(f"{base}/tickets").text
    own = app.test_client()
    assert "My tickets" in own.get(place["own"]["Rita"]).text
    assert own.post(f"{place['own']['Rita']}/bookings/{place['code']}").status_code == 303
    revoke = f"{base}/tickets/{place['reporter']}/revoke"
    assert client.post(revoke, data={}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Booking.state)).all() == [BookingState.CANCELLED]
        assert db.session.scalars(select(Ticket.revoked_at)).one() is not None
        db.session.rollback()


def test_rules_are_set_and_what_is_wrong_stays_in_the_form(app, place):
    client = app.test_client()
    sign_in(client, place["owner"])
    where = f"/manage/{place['slug']}/registration/events/{place['code']}/admission"
    wrong = client.post(where, data={"by_category": "y", "categories": [str(place["media"])], "release_minutes": "9999", "overlaps": ""})  # fmt: skip
    assert wrong.status_code == 422
    assert "9999" in wrong.text
    right = {
        "by_category": "y",
        "categories": [str(place["media"])],
        "release_minutes": "15",
        "overlaps": "refused",
    }
    assert client.post(where, data=right).status_code == 303
    with app.app_context():
        row = db.session.get_one(EventAdmission, place["event"])
        assert (row.by_category, row.release_minutes, row.overlaps, row.transfers) == (True, 15, OverlapRule.REFUSED, False)  # fmt: skip
        db.session.rollback()
    assert "Only for: Media" in client.get(f"/en/{place['slug']}/events/{place['code']}").text


def test_a_focal_point_gives_the_seats_that_are_kept_and_nobody_else_does(app, place):
    client = app.test_client()
    sign_in(client, place["owner"])
    where = f"/manage/{place['slug']}/registration/events/{place['code']}/delegations"
    kept = {"organization": place["organization"], "seats": "2"}
    assert client.post(where, data=kept | {"seats": "9"}).status_code == 422
    assert client.post(where, data=kept).status_code == 303
    with app.app_context():
        block = db.session.scalars(select(SeatBlock.id)).one()
        db.session.rollback()
    page = f"/account/organizations/{place['org_slug']}/seats/{block}"
    assert client.get(page).status_code == 404
    sign_in(client, place["focal"])
    assert "Seats at events" in client.get(f"/account/organizations/{place['org_slug']}").text
    assert "Dora" in client.get(page).text
    for what, left in (("give", [BookingState.CONFIRMED]), ("take", [BookingState.CANCELLED])):
        assert client.post(f"{page}/people/{place['delegate']}/{what}", data={}).status_code == 303
        with app.app_context():
            assert db.session.scalars(select(Booking.state)).all() == left
            db.session.rollback()
    assert client.post(f"{page}/people/{place['reporter']}/give", data={}).status_code == 404


def test_a_seat_is_handed_on_from_page_to_page(app, place):
    client = app.test_client()
    with app.app_context(), transaction():
        factories.make_ticket(db.session.get_one(Event, place["event"]), db.session.get_one(Registration, place["reporter"]))  # fmt: skip
    here = f"{place['own']['Dora']}/bookings/{place['code']}"
    assert client.post(here).status_code == 303
    assert client.post(f"{here}/offer", data={"email": "no address"}).status_code == 422
    assert client.post(f"{here}/offer", data={"email": place["email"]}).status_code == 303
    assert "You have offered your seat to" in client.get(here).text
    with app.app_context():
        offer = db.session.scalars(select(SeatTransfer.id)).one()
        db.session.rollback()
    assert "Dora wants to hand their seat on to you" in client.get(place["own"]["Rita"]).text
    assert client.post(f"{place['own']['Dora']}/offers/{offer}/take").status_code == 303
    assert client.post(f"{place['own']['Rita']}/offers/{offer}/take").status_code == 303
    assert "You have a seat" in client.get(f"{place['own']['Rita']}/bookings/{place['code']}").text
    assert "You have a seat" not in client.get(here).text
