"""The timetable editor in a real browser: by mouse, by keys alone, by two people at once, in Arabic, on a phone."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from eventsapp import create_app
from eventsapp.accounts import passwords
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.extensions import db
from eventsapp.programme.edits import as_json
from eventsapp.programme.enums import RunState
from eventsapp.programme.models import SchedulerRun
from eventsapp.programme.planning import load_planning
from eventsapp.programme.releases import Place
from tests import factories
from tests.conftest import SECRET_KEY
from tests.factories import START
from tests.journeys.steps import sign_in
from tests.support.browser import Watch, new_page, violations
from tests.support.server import TRACEBACK, Server

# One server for all of them, in one process; each test has a conference of its own.
pytestmark = pytest.mark.xdist_group("timetable-browser")

OWNER, OFFICER = "otto@example.org", "paule@example.org"


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application with two people, and its server's address."""
    folder = tmp_path_factory.mktemp("timetable")
    shutil.copyfile(sqlite_template, folder / "timetable.db")
    settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'timetable.db'}"}
    app = create_app(settings, instance=folder / "instance")
    with app.app_context(), transaction():
        kept = passwords.hashed(PASSWORD)
        for email, name in ((OWNER, "Otto Owner"), (OFFICER, "Paule Officer")):
            factories.make_user(email=email, name=name, password_hash=kept, is_administrator=True)
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
def programme(running: tuple[Flask, str]) -> str:
    """The address of a timetable of five days, three rooms in two houses and four events, one of them without a place.

    Side events have slots at 13:15, 15:00 and 18:15. UCLG leads "Water" (13:15, Room 1) and "Housing" (unplaced).
    """
    app, url = running
    with app.app_context(), transaction():
        conference = factories.make_conference(languages=["en", "ar"])
        houses = [
            factories.make_venue(conference, names={"en": f"House {n}", "ar": f"البيت {n}"}) for n in (1, 2)
        ]
        rooms = [
            factories.make_room(conference, venue=houses[n // 2], names={"en": f"Room {n + 1}", "ar": f"القاعة {n + 1}"})
            for n in range(3)
        ]  # fmt: skip
        kind = factories.make_type(conference, names={"en": "Side event", "ar": "فعالية"}, default_minutes=75)
        for starts, ends in (("13:15", "14:30"), ("15:00", "16:15"), ("18:15", "19:30")):
            factories.make_slot(kind, starts=_clock(starts), ends=_clock(ends))
        lead = factories.make_organization(acronyms={"en": "UCLG"})
        noon = START + timedelta(minutes=15)
        for title, room, start, leads in (
            ("Water", rooms[0], noon, [lead]),
            ("Energy", rooms[1], noon, []),
            ("Parks", rooms[0], noon + timedelta(minutes=105), []),
            ("Housing", None, None, [lead]),
        ):
            factories.make_event(
                conference, type=kind, titles={"en": title, "ar": f"{title} بالعربية"}, room=room, start=start,
                end=start and start + timedelta(minutes=75), leads=leads,
            )  # fmt: skip
        return f"{url}/manage/{conference.slug}/programme/?day=2027-06-15"


def _clock(text: str) -> time:
    return time.fromisoformat(text)


Open = Callable[..., Page]


@pytest.fixture
def person(browser: Browser) -> Iterator[Open]:
    """``person(address, who)`` opens a browser of somebody's own, signed in, at the ready editor."""
    opened: list[tuple[Page, Watch]] = []

    def make(address: str, who: str = OWNER, viewport: Any = "desk", language: str = "en") -> Page:
        base = re.match(r"https?://[^/]+", address)
        assert base is not None
        page = new_page(
            browser, base_url=base[0], locale="en-GB", viewport=viewport, timezone="Europe/Paris", dark=False, scripts=True
        )  # fmt: skip
        # What was changed meanwhile is refused; and one test keeps somebody from hearing of it.
        opened.append((page, Watch(page.context, [r"status of 409", r"ERR_FAILED .*/changes\.json"])))
        sign_in(page, who)
        page.goto(f"/language/{language}?next=/account/sent")
        page.goto(address)
        expect(page.locator("#timetable[data-ready]")).to_be_visible()
        return page

    yield make
    problems = [problem for _page, watch in opened for problem in watch.problems]
    for page, _watch in opened:
        page.context.close()
    assert problems == []


def card(page: Page, title: str) -> Locator:
    return page.locator(".tt-card", has_text=title)


def item(page: Page, title: str) -> Locator:
    return page.locator(".tt-item", has_text=title)


def room(page: Page, number: int) -> Locator:
    return page.locator(".tt-room").nth(number - 1)


def says(page: Page, text: str) -> None:
    """Wait until something is said to those who listen; marks of direction are not heard."""
    expect(page.locator("#timetable-said")).to_have_text(
        re.compile(re.escape(text).replace("⌂", "[\u2066-\u2069]?"))
    )


def show_the_afternoon(page: Page) -> None:
    page.locator("#timetable-grid").evaluate("one => (one.scrollTop = 340)")


def drag(page: Page, what: Locator, to: Locator, clock: str, *, grab: float = 4, keep: bool = False) -> None:
    """Drag something, by its upper edge, to a time in a room."""
    show_the_afternoon(page)
    start = what.bounding_box()
    column = to.bounding_box()
    hour = page.locator(".tt-hour", has_text=f"{clock[:2]}:00").bounding_box()
    assert start is not None
    assert column is not None
    assert hour is not None
    page.mouse.move(start["x"] + 30, start["y"] + grab)
    page.mouse.down()
    y = hour["y"] + int(clock[3:]) * 1.25 + grab
    page.mouse.move(column["x"] + 40, y - 20, steps=3)
    page.mouse.move(column["x"] + 40, y, steps=2)
    if not keep:
        page.mouse.up()


def test_dragged_from_the_tray_moved_lengthened_and_put_back(programme: str, person: Open):
    page = person(programme)
    chip = page.locator(".tt-chip")
    # While it is carried the reason stands beside the pointer: the lead is busy in another room.
    drag(page, item(page, "Housing"), room(page, 3), "13:25", keep=True)
    expect(chip).to_have_text(re.compile("13:15–14:30.*not possible.*UCLG"))
    expect(page.locator(".tt-offer.is-no")).not_to_have_count(0)
    page.mouse.up()
    expect(room(page, 3).locator(".tt-card")).to_have_text(re.compile("13:15–14:30.*Housing"))
    says(page, "Room 3, Tuesday 15 June ⌂13:15–14:30⌂. Conflicts: ")
    expect(card(page, "Housing").locator(".tt-sign-bad")).to_contain_text("! 1")
    expect(item(page, "Housing")).to_have_count(0)
    # To the next slot, where it may be.
    drag(page, card(page, "Housing"), room(page, 3), "15:10")
    expect(card(page, "Housing")).to_contain_text("15:00–16:15")
    expect(page.locator(".tt-card .tt-sign-bad")).to_have_count(0)
    # By the lower edge, in steps of five minutes.
    box = card(page, "Housing").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] - 3)
    page.mouse.down()
    page.mouse.move(box["x"] + 30, box["y"] + box["height"] + 35, steps=4)
    page.mouse.up()
    expect(card(page, "Housing")).to_have_text(re.compile(r"15:00–16:4[05]"))
    # All of it is undone, step by step, and done again.
    for seen in ("15:00–16:15", "13:15–14:30"):
        page.keyboard.press("Control+z")
        expect(card(page, "Housing")).to_contain_text(seen)
    page.locator("#timetable-undo").click()
    expect(item(page, "Housing")).to_be_visible()
    says(page, "Undone: ")
    page.keyboard.press("Control+Shift+z")
    expect(card(page, "Housing")).to_contain_text("13:15–14:30")
    # Several move together, and keep their distance.
    card(page, "Water").click()
    card(page, "Parks").click(modifiers=["Control"])
    drag(page, card(page, "Water"), room(page, 2), "15:05")
    expect(room(page, 2).locator(".tt-card")).to_have_text(
        [re.compile("13:15.*Energy"), re.compile("15:00–16:15.*Water"), re.compile("16:45–18:00.*Parks")]
    )
    # Back to the tray.
    start, tray = card(page, "Housing").bounding_box(), page.locator(".tt-tray-scroll").bounding_box()
    assert start is not None
    assert tray is not None
    page.mouse.move(start["x"] + 30, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(tray["x"] + 60, tray["y"] + 60, steps=5)
    page.mouse.up()
    expect(item(page, "Housing")).to_be_visible()
    # It is the server that has it so.
    page.reload()
    expect(page.locator("#timetable[data-ready]")).to_be_visible()
    expect(room(page, 2).locator(".tt-card")).to_have_count(3)
    expect(item(page, "Housing")).to_be_visible()


def test_by_keys_alone_with_every_step_said(programme: str, person: Open):
    page = person(programme)
    press = page.keyboard.press
    page.locator("#tray-search").focus()
    press("Tab")
    press("Tab")
    expect(item(page, "Housing")).to_be_focused()
    press("Enter")
    says(page, "is picked up. Arrow keys move it by slot and room")
    # It begins at the best place of the day in view.
    says(page, "Room 2, Tuesday 15 June ⌂15:00–16:15⌂: possible")
    press("ArrowUp")
    says(page, "Room 2, Tuesday 15 June ⌂13:15–14:30⌂: not possible: ")
    press("ArrowDown")
    press("ArrowRight")
    says(page, "Room 3, Tuesday 15 June ⌂15:00–16:15⌂: possible")
    press("PageDown")
    says(page, "Room 3, Wednesday 16 June ⌂15:00–16:15⌂: possible")
    press("Shift+ArrowDown")
    says(page, "Room 3, Wednesday 16 June ⌂15:05–16:20⌂: possible")
    press("Escape")
    says(page, "is back where it was.")
    expect(item(page, "Housing")).to_be_focused()
    press("PageUp")
    says(page, "Tuesday 15 June. ")
    item(page, "Housing").focus()
    press("Enter")
    says(page, "Room 2, Tuesday 15 June ⌂15:00–16:15⌂: possible")
    press("ArrowDown")
    says(page, "Room 2, Tuesday 15 June ⌂18:15–19:30⌂: possible")
    press("Enter")
    expect(room(page, 2).locator(".tt-card").last).to_have_text(re.compile("18:15–19:30.*Housing"))
    expect(card(page, "Housing")).to_be_focused()
    press("p")
    says(page, "is pinned.")
    press("Enter")
    says(page, "is pinned. Unpin it first (P).")
    press("p")
    says(page, "is not pinned any more.")
    # From card to card, and where it can go: the marks are buttons, the best first.
    press("ArrowUp")
    expect(card(page, "Energy")).to_be_focused()
    press("ArrowLeft")
    expect(card(page, "Water")).to_be_focused()
    press("w")
    says(page, "Possible places on this day: ")
    expect(
        page.get_by_role("button", name=re.compile(r"1 +Room \d, Monday 14 June .*: possible"))
    ).to_have_count(0)
    taken = page.get_by_role("button", name=re.compile("Room 2, Tuesday 15 June .18:15.*not possible.*UCLG"))
    taken.focus()
    expect(page.locator(".tt-hint")).to_contain_text("UCLG")
    page.get_by_role("button", name=re.compile("Room 3, Tuesday 15 June .15:00.*: possible")).press("Enter")
    expect(room(page, 3).locator(".tt-card")).to_have_text(re.compile("15:00–16:15.*Water"))
    expect(card(page, "Water")).to_be_focused()
    press("Delete")
    says(page, "is not placed any more.")
    expect(item(page, "Water")).to_be_focused()
    press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Pick up, put down")
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_two_people_at_once(programme: str, person: Open):
    otto, paule = person(programme, OWNER), person(programme, OFFICER)
    # What one does appears at the other, with who did it.
    drag(otto, card(otto, "Energy"), room(otto, 3), "15:05")
    expect(room(paule, 3).locator(".tt-card")).to_have_text(re.compile("15:00–16:15.*Energy"), timeout=6000)
    says(paule, "Otto Owner put ")
    expect(paule.locator("#timetable-notices")).to_contain_text("Room 3, Tuesday 15 June")
    # Both at the same event, before one has heard of the other.
    paule.route("**/changes.json*", lambda route: route.abort())
    drag(otto, card(otto, "Energy"), room(otto, 2), "18:20")
    expect(room(otto, 2).locator(".tt-card")).to_contain_text("18:15–19:30")
    expect(otto.locator(".tt-card.is-saving")).to_have_count(0)
    drag(paule, card(paule, "Energy"), room(paule, 1), "18:20")
    says(paule, "Otto Owner put ")
    expect(paule.locator("#timetable-notices .toast-bad")).to_contain_text("Room 2, Tuesday 15 June")
    expect(room(paule, 2).locator(".tt-card")).to_have_text(re.compile("18:15–19:30.*Energy"))
    paule.unroute("**/changes.json*")
    # What somebody else has moved since is not undone.
    drag(paule, card(paule, "Energy"), room(paule, 3), "13:20")
    expect(room(otto, 3).locator(".tt-card")).to_have_text(re.compile("13:15–14:30.*Energy"), timeout=6000)
    otto.locator("#timetable-undo").click()
    says(otto, "was changed by somebody else meanwhile; this cannot be undone any more.")
    expect(room(otto, 3).locator(".tt-card")).to_contain_text("13:15–14:30")


def test_in_arabic_rooms_run_from_the_right_and_times_from_the_left(programme: str, person: Open):
    page = person(programme, language="ar")
    boxes = [room(page, n).bounding_box() for n in (1, 2, 3)]
    assert all(box is not None for box in boxes)
    xs = [box["x"] for box in boxes if box is not None]
    assert xs == sorted(xs, reverse=True)
    shown = card(page, "Water").locator(".tt-card-time")
    assert shown.evaluate("one => getComputedStyle(one).direction") == "ltr"
    hour = page.locator(".tt-hour").first.bounding_box()
    assert hour is not None
    assert hour["x"] > xs[0]
    # A drag goes where the pointer is, and Right is to the right.
    drag(page, card(page, "Energy"), room(page, 3), "15:05")
    expect(room(page, 3).locator(".tt-card")).to_contain_text("15:00–16:15")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(room(page, 2).locator(".tt-ghost")).to_contain_text("15:00–16:15")
    page.keyboard.press("Enter")
    expect(room(page, 2).locator(".tt-card")).to_contain_text("15:00–16:15")
    assert violations(page) == []


def test_accessible_and_usable_on_a_desk_and_on_a_phone(programme: str, person: Open):
    page = person(programme)
    assert violations(page) == []
    card(page, "Water").click()
    page.get_by_role("button", name="Where can this go?").click()
    expect(page.locator(".tt-offer").first).to_be_visible()
    expect(page.locator(".tt-best a, .tt-best button").first).to_be_visible()
    assert violations(page) == []
    phone = person(programme, viewport="phone")
    expect(phone.locator(".tt-room")).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator("#timetable-rooms").select_option(label="Room 2")
    expect(phone.locator(".tt-card")).to_have_text([re.compile("Energy")])
    card(phone, "Energy").tap()
    expect(phone.locator(".tt-panel")).to_contain_text("Room 2, Tuesday 15 June")
    assert violations(phone) == []
    show_the_afternoon(phone)
    phone.locator("#timetable-grid").evaluate("one => one.scrollIntoView()")
    # A finger that rests picks up; one that moves at once scrolls.
    box = card(phone, "Energy").bounding_box()
    assert box is not None
    x, y = box["x"] + 60, box["y"] + 10
    finger = phone.context.new_cdp_session(phone)

    def touch(kind: str, *points: dict[str, float]) -> None:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    expect(phone.locator("#timetable")).to_have_class(re.compile("is-dragging"))
    touch("touchMove", {"x": x, "y": y + 60})
    touch("touchMove", {"x": x, "y": y + 131})
    expect(phone.locator(".tt-chip")).to_have_text(re.compile("15:00–16:15.*possible"))
    touch("touchEnd")
    expect(card(phone, "Energy")).to_contain_text("15:00–16:15")
    expect(phone.locator(".tt-panel")).to_contain_text("15:00–16:15")
    phone.locator(".tt-panel").get_by_role("link", name="Place it with a form").tap()
    expect(phone.locator("h1")).to_contain_text("Place ")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_a_proposal_is_kept_in_part_or_whole(running: tuple[Flask, str], programme: str, person: Open):
    app, _url = running
    with app.app_context(), transaction():
        slug = programme.split("/manage/")[1].split("/")[0]
        conference = db.session.scalars(select(Conference).where(Conference.slug == slug)).one()
        planning = load_planning(conference)
        third = [*planning.rooms][2]
        ids = {event.titles["en"]: event.id for event in planning.events.values()}
        late = Place(
            third, START.date(), None, START + timedelta(minutes=315), START + timedelta(minutes=390)
        )
        early = Place(third, START.date(), None, START + timedelta(minutes=15), START + timedelta(minutes=90))
        places = {ids["Housing"]: as_json(late, False), ids["Energy"]: as_json(early, False)}
        run = SchedulerRun(
            conference_id=conference.id, state=RunState.DONE, asked_by="Otto Owner", asked_at=clock.now(), time_limit_s=60,
            result={"places": places, "unplaced": {}},
        )  # fmt: skip
        db.session.add(run)
        db.session.flush()
        run_id = run.id
    page = person(f"{programme}&proposal={run_id}")
    proposed = page.locator(".tt-proposed")
    expect(proposed).to_have_text(
        [re.compile("13:15–14:30.*Energy.*from: Room 2"), re.compile("18:15–19:30.*Housing")]
    )
    expect(room(page, 2).locator(".tt-card")).to_have_class(re.compile("is-leaving"))
    proposed.last.click()
    page.get_by_role("button", name="Keep this one").click()
    expect(room(page, 3).locator(".tt-card")).to_have_text(re.compile("18:15–19:30.*Housing"))
    expect(proposed).to_have_count(1)
    page.get_by_role("button", name="Keep all").click()
    expect(room(page, 3).locator(".tt-card")).to_have_count(2)
    expect(proposed).to_have_count(0)
    page.locator("#timetable-undo").click()
    expect(proposed).to_have_count(1)
    page.get_by_role("button", name="Leave the proposal").click()
    expect(page.locator(".tt-proposal, .tt-proposed")).to_have_count(0)
    expect(room(page, 2).locator(".tt-card")).to_contain_text("Energy")
