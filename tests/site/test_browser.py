"""The public pages in a real browser: accessible, readable with many rooms, whole without scripts, better with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp import create_app
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from tests import factories
from tests.conftest import SECRET_KEY
from tests.site import sample
from tests.site.sample import at
from tests.support.server import TRACEBACK, Server

# One server for all of them, in one process: they only look, or look at a conference of their own.
pytestmark = pytest.mark.xdist_group("site-browser")

ROOMS = 28


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application with the sample conference ("quito") and one with 28 rooms ("crowded"), and its server's address."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copyfile(sqlite_template, folder / "site.db")
    settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'site.db'}"}
    app = create_app(settings, instance=folder / "instance")
    sample.build(app)
    crowd(app)
    server = Server(
        folder, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings, workers=1, worker=False
    )
    yield app, server.url
    server.stop()
    assert TRACEBACK not in server.log, server.log
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def site(running: tuple[Flask, str]) -> str:
    """The server's address."""
    return running[1]


def crowd(app: Flask) -> None:
    """Make a conference of one day with 28 rooms, nearly all of them busy all day."""
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="crowded", short_name="Crowded")
        kind = factories.make_type(conference, slug="busy", names={"en": "Networking event"}, colour=5)
        for n in range(ROOMS):
            room = factories.make_room(conference, slug=f"meeting-{n}", names={"en": f"Meeting room {n}"})
            for hour in range(8, 20, 2):
                # Some are busy in the morning only, and one is never used.
                if n == 7 or (n % 3 == 0 and hour >= 12):
                    continue
                factories.make_event(
                    conference,
                    type=kind,
                    room=room,
                    start=at(hour),
                    end=at(hour) + timedelta(minutes=90 if n % 2 else 60),
                    titles={
                        "en": f"Land readjustment without displacement: what {n + hour} cities learned in a decade"
                    },
                )
        factories.release(conference)


def overflow(page: Page) -> int:
    """How many pixels the page is wider than the screen."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def test_pages_are_accessible_and_fit_the_screen(page, axe, site):
    """In the one way of looking that ``journeys/test_every_page.py`` leaves out: in the dark, on a phone, in Arabic."""
    desk = page(site)
    phone = page(site, viewport="phone", dark=True, locale="ar")
    for path in sample.PAGES:
        if path == "programme?view=now":
            continue
        phone.goto(f"/ar/quito/{path}")
        assert axe(phone) == [], path
        assert overflow(phone) <= 0, path
    for path in ("/fr/", "/en/nowhere"):
        desk.goto(path)
        assert axe(desk) == [], path


def test_what_opens_is_accessible_too(page, axe, site):
    phone = page(site, viewport="phone")
    phone.goto("/en/quito/programme")
    phone.get_by_role("button", name="Filters").click()
    expect(phone.locator("#filters")).to_be_visible()
    assert axe(phone) == []
    phone.get_by_role("button", name="Close").click()
    expect(phone.locator("#filters")).to_be_hidden()
    phone.get_by_role("button", name="Menu").click()
    expect(phone.get_by_role("navigation").get_by_role("link", name="Organizations")).to_be_visible()
    assert axe(phone) == []
    phone.keyboard.press("Escape")
    phone.locator("summary", has_text="choose a language").click()
    phone.get_by_role("link", name="Français").click()
    phone.wait_for_url("**/fr/quito/programme")


def test_the_header_of_a_phone_is_two_lines(page, site):
    phone = page(site, viewport="phone")
    phone.goto("/en/quito/programme")
    box = phone.locator("header.masthead").bounding_box()
    assert box is not None
    assert box["height"] <= 72
    # All at once: the menu of whoever is signed in comes a moment later and takes the place of what stands there.
    sizes = phone.locator("header.masthead .tools :is(summary, button, a):visible").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map((box) => Math.min(box.width, box.height))"
    )
    assert sizes
    assert min(sizes) >= 44


def titles(page: Page) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(".entry-title").all_inner_texts()]


def test_without_scripts_everything_works(page, site):
    phone = page(site, viewport="phone", scripts=False)
    phone.goto("/en/quito/")
    phone.get_by_role("button", name="Menu").click()
    phone.locator("#menu").get_by_role("link", name="Programme", exact=True).click()
    phone.get_by_role("button", name="Filters").click()
    phone.get_by_label("Side event").check()
    phone.get_by_label("Words").fill("toolbox")
    phone.get_by_role("button", name="Show events").click()
    phone.wait_for_url("**/programme?*")
    assert titles(phone) == ["Migration toolbox"]
    phone.get_by_role("link", name="Take off: Words").click()
    assert len(titles(phone)) > 1
    phone.get_by_role("link", name="Migration toolbox").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Migration toolbox")
    expect(phone.get_by_role("link", name="Account")).to_be_visible()


def test_a_choice_shows_its_result_at_once_and_can_be_undone(page, site):
    desk = page(site)
    desk.goto("/en/quito/programme")
    everything = titles(desk)
    desk.evaluate("window.same = true")
    desk.get_by_label("Plenary").check()
    expect(desk.locator(".results-count")).to_contain_text("1 of 9 events")
    assert desk.url.endswith("/en/quito/programme?type=plenary")
    assert titles(desk) == ["Opening plenary"]
    expect(desk.get_by_label("Plenary")).to_be_focused()
    search = desk.get_by_label("Words")
    search.press_sequentially("open")
    expect(desk.locator(".chips")).to_contain_text("open")
    expect(search).to_be_focused()
    assert search.input_value() == "open"
    desk.go_back()
    expect(desk.locator(".chips")).not_to_contain_text("open")
    desk.go_back()
    expect(desk.locator(".chips")).to_have_count(0)
    assert titles(desk) == everything
    assert desk.evaluate("window.same") is True


def test_the_readers_own_time_stands_beside_the_conferences(page, site):
    tokyo = page(site, timezone="Asia/Tokyo")
    tokyo.goto("/en/quito/events/PL-001")
    expect(tokyo.locator("[data-your-time]")).to_have_text("Where you are: 23:00–01:00 (Asia/Tokyo)")
    tokyo.goto("/en/quito/events/SE-001")
    expect(tokyo.locator("[data-your-time]")).to_have_text("Where you are: Wed 02:00–03:00 (Asia/Tokyo)")
    tokyo.goto("/en/quito/programme?type=plenary")
    expect(tokyo.locator(".your-time")).to_have_text("23:00")
    expect(tokyo.locator(".zone-note")).to_contain_text("Asia/Tokyo")
    quito = page(site, timezone="America/Guayaquil")
    quito.goto("/en/quito/events/PL-001")
    expect(quito.locator("[data-your-time]")).to_be_hidden()
    quito.goto("/en/quito/programme")
    expect(quito.locator(".your-time")).to_have_count(0)


def background(page: Page) -> Any:
    return page.evaluate("getComputedStyle(document.documentElement).backgroundColor")


def test_light_and_dark_can_be_chosen_and_stay_chosen(page, site):
    desk = page(site)
    desk.goto("/en/quito/")
    light = background(desk)
    desk.get_by_role("button", name="Dark").click()
    dark = background(desk)
    assert dark != light
    desk.goto("/en/quito/programme")
    assert background(desk) == dark
    expect(desk.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    desk.get_by_role("button", name="As my device").click()
    assert background(desk) == light


def test_many_parallel_rooms_are_readable_on_a_desk(page, axe, site):
    desk = page(site)
    desk.goto("/en/crowded/programme?view=grid")
    assert overflow(desk) <= 0
    assert axe(desk) == []
    expect(desk.locator(".overview-room")).to_have_count(ROOMS)
    scroller = desk.locator(".grid-scroll")
    widths = desk.eval_on_selector_all(
        ".grid-room:not(.is-quiet)", "rooms => rooms.map(room => room.getBoundingClientRect().width)"
    )
    assert min(widths) >= 150
    lines = desk.eval_on_selector_all(
        ".grid-room:not(.is-quiet) .cell-title",
        "titles => titles.map(t => t.clientHeight / parseFloat(getComputedStyle(t).lineHeight))",
    )
    assert max(lines) <= 3.1
    assert min(lines) >= 1
    # Both headers stay while the rest scrolls.
    scroller.evaluate("s => { s.scrollTop = 500; s.scrollLeft = 900; }")
    stays = scroller.evaluate(
        """s => {
            const box = s.getBoundingClientRect();
            const heads = [...s.querySelectorAll('.grid-head')].map(h => Math.abs(h.getBoundingClientRect().top - box.top));
            return [Math.max(...heads), Math.abs(s.querySelector('.grid-times').getBoundingClientRect().left - box.left)];
        }"""
    )
    assert max(stays) <= 2
    # A room with nothing on at all is narrow, and says its name.
    quiet = desk.locator("#room-meeting-7")
    size = quiet.bounding_box()
    assert size is not None
    assert size["width"] < 40
    # The overview leads to a room.
    desk.locator(".overview-room", has_text="Meeting room 23").click()
    expect(desk.locator("#room-meeting-23 .grid-head a")).to_be_focused()
    reached = desk.locator("#room-meeting-23").bounding_box()
    edge = scroller.bounding_box()
    assert reached is not None
    assert edge is not None
    assert edge["x"] <= reached["x"] <= edge["x"] + edge["width"] - 100


def test_rooms_with_nothing_on_in_the_hours_in_view_shrink(page, site):
    desk = page(site)
    desk.goto("/en/crowded/programme?view=grid")
    scroller = desk.locator(".grid-scroll")
    scroller.scroll_into_view_if_needed()
    expect(desk.locator("#room-meeting-3.is-quiet")).to_have_count(0)
    scroller.evaluate("s => { s.scrollTop = s.scrollHeight; }")
    expect(desk.locator("#room-meeting-3.is-quiet")).to_have_count(1)
    expect(desk.locator("#room-meeting-4.is-quiet")).to_have_count(0)
    scroller.evaluate("s => { s.scrollTop = 0; }")
    expect(desk.locator("#room-meeting-3.is-quiet")).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False])
def test_many_parallel_rooms_are_readable_on_a_phone(page, site, scripts):
    phone = page(site, viewport="phone", scripts=scripts)
    phone.goto("/en/crowded/programme?view=grid")
    assert overflow(phone) <= 0
    widths = phone.eval_on_selector_all(
        ".grid-room:not(.is-quiet)", "rooms => rooms.map(room => room.getBoundingClientRect().width)"
    )
    assert min(widths) >= 280
    expect(phone.locator(".grid-scroll")).to_have_css("scroll-snap-type", "x mandatory")
    phone.get_by_role("link", name="All rooms, hour by hour").click()
    phone.wait_for_url("**/programme?day=2027-06-15")
    assert len(titles(phone)) > 100


def test_now_is_looked_at_anew(running, page):
    app, address = running
    now = clock.now()
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="running")
        event = factories.make_event(
            conference,
            titles={"en": "At this moment"},
            start=now - timedelta(hours=1),
            end=now + timedelta(hours=1),
        )
        factories.release(conference)
        event_id = event.id
    desk = page(address)
    desk.clock.install()
    desk.goto("/en/running/programme?view=now")
    expect(desk.locator(".door-event")).to_contain_text("At this moment")
    with app.app_context(), transaction():
        db.session.get_one(Event, event_id).titles = {"en": "Under a new title"}
    desk.clock.run_for(61_000)
    expect(desk.locator(".door-event")).to_contain_text("Under a new title")


def test_on_paper_only_the_programme_is_left(page, site):
    desk = page(site)
    desk.goto("/en/quito/programme")
    desk.emulate_media(media="print")
    for part in ("#filters", "nav.switch", ".tools", ".site-footer", "#menu"):
        expect(desk.locator(part).first).to_be_hidden()
    expect(desk.get_by_role("heading", name="Tuesday 15 June")).to_be_visible()
