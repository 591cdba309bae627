"""Without scripts everything works that works with them: links and forms do it, scripts only make it quicker."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy import select as choose

from eventsapp.conferences.models import Conference
from eventsapp.core.transaction import transaction
from eventsapp.demo import sample
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.programme.models import Event
from eventsapp.registration import links
from eventsapp.registration.models import Registration
from tests import factories
from tests.journeys.steps import address_in, arrive, fill, follow, save, select, select_by_text, sign_in

pytestmark = pytest.mark.timeout(300)

SAMPLE = "/en/sample-cities"


@pytest.fixture(params=["desk", "phone"])
def plain(demo, page, request):
    """A page of the demo without scripts."""
    return page(demo.url, viewport=request.param, scripts=False)


@pytest.fixture
def plain_desk(demo, page):
    """The same, only at a desk."""
    return page(demo.url, scripts=False)


def events_of(page):
    return page.locator(".programme-main .entry-title")


def test_filters_of_the_programme(plain):
    plain.goto(f"{SAMPLE}/programme")
    everything = events_of(plain).count()
    form = plain.locator("form[data-filters]")
    if not form.is_visible():
        plain.locator(".filter-button").click()
    form.locator("[name=type][value=networking-event]").check()
    form.locator("[name=q]").fill("night walk")
    form.locator("button[type=submit]:visible").last.click()
    arrive(plain, r"/programme\?.*q=night\+walk.*")
    some = events_of(plain).count()
    assert 0 < some < everything
    # A filter that was chosen can be taken off, and all of them.
    plain.locator(".chips a.chip").filter(has_text="night walk").click()
    expect(plain).not_to_have_url(re.compile("q="))
    assert some < events_of(plain).count() < everything
    plain.goto(f"{SAMPLE}/programme?q=nothing-is-called-this&access=open")
    expect(events_of(plain)).to_have_count(0)
    plain.locator(".ways-out a").first.click()
    expect(events_of(plain).first).to_be_visible()
    # Days and views are links.
    plain.goto(f"{SAMPLE}/programme")
    plain.locator(".days a[data-day]").first.click()
    expect(plain.locator(".day-title")).to_have_count(1)
    plain.locator(".switch a").nth(1).click()
    arrive(plain, "/programme\\?view=grid.*")
    expect(plain.locator(f"main a[href^='{SAMPLE}/events/']").first).to_be_attached()


def test_searching_from_any_page(plain):
    plain.goto(f"{SAMPLE}/speakers")
    field = plain.locator("#search-all")
    if not field.is_visible():
        plain.locator("[popovertarget=menu]").click()
    field.fill("night walk")
    field.press("Enter")
    arrive(plain, r"/programme\?q=night\+walk")
    expect(events_of(plain)).to_have_count(1)


def test_the_language_is_switched_where_one_is(plain):
    plain.goto(f"{SAMPLE}/programme?access=booking")
    for code, direction in (
        ("fr", "ltr"),
        ("ar", "rtl"),
        ("zh", "ltr"),
        ("ru", "ltr"),
        ("es", "ltr"),
        ("en", "ltr"),
    ):
        plain.locator("details.menu > summary").first.click()
        plain.locator(f"details.menu a[hreflang={code}]").click()
        arrive(plain, rf"/{code}/sample-cities/programme\?access=booking")
        expect(plain.locator("html")).to_have_attribute("lang", code)
        expect(plain.locator("html")).to_have_attribute("dir", direction)
    plain.goto("/account/sign-in")
    plain.locator("details.menu > summary").first.click()
    plain.locator("details.menu a[hreflang=ar]").click()
    arrive(plain, "/account/sign-in")
    expect(plain.locator("html")).to_have_attribute("lang", "ar")


def code_of(demo, source_id):
    with demo.app.app_context():
        code = db.session.scalars(choose(Event.code).where(Event.source_id == source_id)).one()
        db.session.rollback()
        return code


def test_registering_booking_and_cancelling(demo, plain, request):
    email = f"{request.node.callspec.id}@no-scripts.example.org"
    code = code_of(demo, sample.FEW)
    plain.goto(f"{SAMPLE}/events/{code}")
    follow(plain, f"{SAMPLE}/events/{code}/book")
    follow(plain, f"{SAMPLE}/register")
    # What is refused keeps what was typed, and says what is wrong beside it.
    fill(plain, name="Lina Osei", email="no address")
    select(plain, country="GH")
    plain.locator("main .form-actions button").click()
    expect(plain.locator("[data-summary] a")).not_to_have_count(0)
    expect(plain.locator("[name=email]")).to_have_value("no address")
    expect(plain.locator("[name=name]")).to_have_value("Lina Osei")
    expect(plain.locator("[name=country]")).to_have_value("GH")
    fill(plain, email=email, organization="Sampleton")
    plain.locator("main [name=category_id]").first.check()
    save(plain, "/register/sent")

    with demo.app.app_context():
        text = db.session.scalars(choose(Message.text_body).where(Message.to_email == email)).one()
        db.session.rollback()
    plain.goto(urlsplit(address_in(text, "/confirm")).path)
    plain.locator("main form button").click()
    arrive(plain, r"/registrations/[^/]+")
    own_page = plain.url
    follow(plain, plain.locator("main a[href$='/events']").first.get_attribute("href"))
    # The event is on a later page of the list, perhaps: the search finds it.
    plain.locator("main [name=q]").fill(code)
    plain.locator("main [name=q]").press("Enter")
    plain.locator(f"main a[href$='/bookings/{code}']").first.click()
    plain.locator(f"main form[action$='/bookings/{code}'] button").click()
    expect(plain.locator(".booking-outcome.notice-good")).to_be_visible()
    plain.locator("main a[href$='/cancel']").click()
    plain.locator("main form button").click()
    arrive(plain, f"/bookings/{code}")
    expect(plain.locator(".booking-outcome")).to_have_count(0)
    # A star keeps an event without a seat.
    plain.locator("main form[action$='/star'] button").click()
    plain.goto(own_page)
    expect(plain.locator(f"#{code}")).to_be_visible()
    # Another name, and in the end: cancelled.
    follow(plain, plain.locator("main a[href$='/change']").get_attribute("href"))
    fill(plain, name="Lina Osei-Mensah")
    save(plain, r"/registrations/[^/]+")
    expect(plain.locator(".ticket-name")).to_have_text("Lina Osei-Mensah")
    follow(plain, plain.locator("main .buttons a[href$='/cancel']").get_attribute("href"))
    plain.locator("main form button").click()
    expect(plain.locator(".notice-bad")).to_be_visible()


def test_joining_a_queue_and_leaving_it(demo, plain_desk):
    code = code_of(demo, sample.FULL)
    with demo.app.app_context(), transaction():
        conference = db.session.scalars(choose(Conference).where(Conference.slug == sample.SLUG)).one()
        person: Registration = factories.make_registration(conference)
        path = links.page_path(person.id, person.secret_version, "en")
    plain_desk.goto(f"{path}/bookings/{code}")
    plain_desk.locator(f"main form[action$='/bookings/{code}'] button").click()
    expect(plain_desk.locator(".booking-outcome.notice-warning")).to_be_visible()
    plain_desk.locator("main a[href$='/cancel']").click()
    plain_desk.locator("main form button").click()
    expect(plain_desk.locator(".booking-outcome")).to_have_count(0)


MANAGE = "/manage/without-scripts"


@pytest.fixture
def conference(demo):
    """A published conference of its own, with rooms, a type and two organizations, and one event."""
    with demo.app.app_context(), transaction():
        made = db.session.scalar(choose(Conference).where(Conference.slug == "without-scripts"))
        if made is None:
            made = factories.make_conference(
                slug="without-scripts", languages=["en", "fr", "ar"], country="EC", code_prefix="WS"
            )
            for name in ("North Room", "South Room"):
                factories.make_room(made, names={"en": name})
            factories.make_type(made, names={"en": "Side event"})
            for name in ("Scriptless Society", "Plain Pages Union", "Third Party"):
                factories.make_organization(names={"en": name})
        return made.slug


def test_making_placing_and_releasing_an_event(conference, plain_desk):
    page = plain_desk
    sign_in(page, "admin@example.org")
    page.goto(f"{MANAGE}/")
    follow(page, f"{MANAGE}/programme/")
    follow(page, f"{MANAGE}/programme/events/new")
    # Every language has its panel; more lines come by a button, and nothing that was typed is lost.
    page.locator("main [name=titles-en]").fill("Plain and simple")
    page.locator("details[data-language=fr] summary").first.click()
    page.locator("main [name=titles-fr]").fill("Simple comme bonjour")
    select_by_text(page, "type_id", "Side event")
    fill(page, organizations__0__organization="Scriptless Society", speakers__0__name="Ana Torres")
    lines = page.locator("main [name^=organizations-][name$=-organization]")
    before = lines.count()
    page.locator("main #organizations button[name=more]").click()
    assert lines.count() > before
    expect(page.locator("[name=titles-fr]")).to_have_value("Simple comme bonjour")
    expect(page.locator("[name=organizations-0-organization]")).to_have_value(
        re.compile("Scriptless Society")
    )
    fill(
        page, **{f"organizations__{before}__organization": "Plain Pages Union", "speakers__3__name": "Bo Li"}
    )
    page.locator(f"main [name=organizations-{before}-role]").select_option("co_organizer")
    save(page, r"/programme/events/[A-Z]+-\d+")
    code = page.url.rsplit("/", 1)[1]
    expect(page.locator("main")).to_contain_text("Plain Pages Union")
    expect(page.locator("main")).to_contain_text("Bo Li")

    follow(page, f"{MANAGE}/programme/events/{code}/place")
    select(page, day="2027-06-15")
    fill(page, starts="09:00", ends="10:30")
    select_by_text(page, "room_id", "North Room")
    save(page, f"/programme/events/{code}")
    follow(page, f"{MANAGE}/programme/")
    follow(page, f"{MANAGE}/programme/release")
    save(page, "/programme/releases")
    page.goto(f"/fr/without-scripts/events/{code}")
    expect(page.locator("h1")).to_have_text("Simple comme bonjour")
    expect(page.locator(".fact-time")).to_contain_text("09:00")

    # A clash is said before it is saved, with a button to do it all the same.
    page.goto(f"{MANAGE}/programme/events/new")
    page.locator("main [name=titles-en]").fill("At the same time")
    select_by_text(page, "type_id", "Side event")
    save(page, r"/programme/events/[A-Z]+-\d+")
    second = page.url.rsplit("/", 1)[1]
    follow(page, f"{MANAGE}/programme/events/{second}/place")
    select(page, day="2027-06-15")
    fill(page, starts="10:00", ends="11:00")
    select_by_text(page, "room_id", "North Room")
    page.locator("main .form-actions button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_contain_text("North Room")
    expect(page.locator("[role=alert]")).to_contain_text(code)
    page.locator("main button[name=anyway]").click()
    arrive(page, f"/programme/events/{second}")


def test_the_set_up_without_scripts(conference, plain_desk):
    page = plain_desk
    sign_in(page, "admin@example.org")
    page.goto(f"{MANAGE}/setup/themes/new")
    page.locator("main [name=names-en]").fill("Water")
    save(page, "/setup/themes/")
    page.goto(f"{MANAGE}/setup/themes/new")
    page.locator("main [name=names-en]").fill("Fire")
    save(page, "/setup/themes/")
    names = page.locator("tbody th a")
    expect(names).to_have_text(["Water", "Fire"])
    page.locator("button[name=to][value=up]").last.click()
    expect(names).to_have_text(["Fire", "Water"])
    # Deleting asks first, and names it.
    page.locator("tbody a[href$='/delete']").first.click()
    expect(page.locator("main")).to_contain_text("Fire")
    page.locator("main form button").click()
    expect(names).to_have_text(["Water"])


def test_the_account_is_reached_without_scripts(plain):
    sign_in(plain, "participant@example.org")
    plain.goto(f"{SAMPLE}/")
    plain.locator("[data-account] a").click()
    arrive(plain, "/account/profile")
    follow(plain, "/account/registrations")
    expect(plain.locator("main a[href*='/registrations/']").first).to_be_visible()
    expect(plain.locator("main a[href='/manage/']")).to_have_count(0)
    plain.locator("main form[action$='/account/sign-out'] button").click()
    plain.goto("/account/profile")
    arrive(plain, r"/account/sign-in\?.*")
