"""From nothing to a calendar that follows: the organizer's day and the visitor's, in real browsers.

The server has two workers and a mail worker. Once in English at a desk on SQLite, once in Arabic on a phone on PostgreSQL.
"""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from eventsapp.core import clock
from tests.journeys.steps import (
    address_in,
    arrive,
    feed,
    fill,
    follow,
    letter,
    press,
    save,
    select,
    select_by_text,
    sign_in,
)
from tests.support.server import Server

pytestmark = pytest.mark.timeout(300)

PASSWORD = "a long walk along the river"
ZONE = "America/Guayaquil"
SLUG = "river-cities"
MANAGE = f"/manage/{SLUG}"

TEXTS = {
    "en": {
        "conference": "Conference of River Cities",
        "short": "River Cities",
        "venue": "House on the Quay",
        "type": "Side event",
        "category": "Delegate",
        "organization": "League of Quiet Rivers",
        "title": "Who owns the water front?",
        "summary": "Two hours on a public good.",
        "reason": "The speaker is ill.",
        "person": "Ana Torres",
    },
    "ar": {
        "conference": "مؤتمر مدن الأنهار",
        "short": "مدن الأنهار",
        "venue": "بيت الرصيف",
        "type": "فعالية جانبية",
        "category": "مندوب",
        "organization": "رابطة الأنهار الهادئة",
        "title": "من يملك واجهة الماء؟",
        "summary": "ساعتان عن منفعة عامة.",
        "reason": "المتحدث مريض.",
        "person": "أمل حداد",
    },
}
ROOMS = {"en": ("Bridge Hall", "Ferry Room"), "ar": ("قاعة الجسر", "غرفة العبّارة")}


def make_administrator(server: Server, language: str) -> None:
    """What an operator types after installing."""
    command: list[str | Path] = [
        Path(sys.executable).parent / "eventsapp",
        "users",
        "create-admin",
        "ada@example.org",
    ]
    done = subprocess.run(
        [*command, "--name", "Ada", "--language", language, "--password-stdin"],
        input=PASSWORD,
        env=server.environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def make_conference(page: Page, language: str, first_day: date) -> None:
    texts = TEXTS[language]
    follow(page, "/manage/new")
    last_day = first_day + timedelta(days=2)
    fill(page, name=texts["conference"], short_name=texts["short"], slug=SLUG, city="Quito")
    fill(page, start_date=first_day.isoformat(), end_date=last_day.isoformat())
    select(page, zone=ZONE, country="EC")
    for box in page.locator("main input[name=languages]").all():
        box.set_checked(box.get_attribute("value") in {language, "en"})
    select(page, default_language=language)
    save(page, f"{MANAGE}/.*")


def add(page: Page, kind: str, **fields: str) -> None:
    """Add one thing to the set-up, from its list."""
    follow(page, f"{MANAGE}/setup/")
    follow(page, f"{MANAGE}/setup/{kind}/")
    follow(page, f"{MANAGE}/setup/{kind}/new")
    fill(page, **fields)


def set_up(page: Page, language: str) -> None:
    texts = TEXTS[language]
    names = f"names__{language}"
    for kind, name in (
        ("venues", texts["venue"]),
        ("types", texts["type"]),
        ("categories", texts["category"]),
    ):
        add(page, kind, **{names: name})
        save(page, f"/setup/{kind}/")
    first, second = ROOMS[language]
    add(page, "rooms", **{names: first})
    select_by_text(page, "venue_id", texts["venue"])
    page.locator("main button[name=another]").click()
    expect(page.locator(f"main [name=names-{language}]")).to_have_value("")
    fill(page, **{names: second})
    select_by_text(page, "venue_id", texts["venue"])
    save(page, "/setup/rooms/")
    follow(page, f"{MANAGE}/setup/")
    follow(page, f"{MANAGE}/setup/conference")
    fill(page, registration_opens_at="2020-01-01T09:00")
    save(page, "/setup/")
    page.goto("/manage/")
    follow(page, "/manage/organizations/")
    follow(page, "/manage/organizations/new")
    fill(page, **{names: texts["organization"]})
    select(page, type="ngo")
    save(page, "/manage/organizations/.*")


def make_event(page: Page, language: str) -> str:
    """Make an event with seats to book; return its code."""
    texts = TEXTS[language]
    page.goto(f"{MANAGE}/")
    follow(page, f"{MANAGE}/programme/")
    follow(page, f"{MANAGE}/programme/events/new")
    fill(page, **{f"titles__{language}": texts["title"], f"summaries__{language}": texts["summary"]})
    select_by_text(page, "type_id", texts["type"])
    fill(page, organizations__0__organization=texts["organization"], seats="2")
    select(page, access="booking")
    save(page, r"/programme/events/[A-Z]+-\d+")
    return page.url.rsplit("/", 1)[1]


def place(page: Page, code: str, day: date, starts: str, ends: str, room: str) -> None:
    page.goto(f"{MANAGE}/programme/")
    follow(page, f"{MANAGE}/programme/events")
    follow(page, f"{MANAGE}/programme/events/{code}")
    follow(page, f"{MANAGE}/programme/events/{code}/place")
    select(page, day=day.isoformat())
    fill(page, starts=starts, ends=ends)
    select_by_text(page, "room_id", room)
    save(page, f"/programme/events/{code}")


def release(page: Page) -> None:
    page.goto(f"{MANAGE}/programme/")
    follow(page, f"{MANAGE}/programme/release")
    save(page, "/programme/releases")


def publish(page: Page) -> None:
    page.goto(f"{MANAGE}/")
    follow(page, f"{MANAGE}/setup/state")
    page.locator("main form", has=page.locator("[name=action][value=publish]")).locator("button").click()
    expect(page.locator(".toast-good")).to_be_visible()


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(ZONE)).astimezone(UTC)


@pytest.mark.parametrize(
    ("language", "viewport", "database"),
    [("en", "desk", "sqlite"), ("ar", "phone", "postgresql")],
    indirect=["database"],
    ids=["English-desk", "Arabic-phone"],
)
def test_the_whole_journey(server, page, smtp, language, viewport, database):
    texts, (old_room, new_room) = TEXTS[language], ROOMS[language]
    first_day = clock.now().date() + timedelta(days=40)
    running = server(worker=True, **smtp.settings)
    make_administrator(running, language)

    # The organizer.
    organizer = page(running.url, locale="en-GB", viewport=viewport)
    sign_in(organizer, "ada@example.org", PASSWORD)
    expect(organizer.locator("html")).to_have_attribute("lang", language)
    organizer.goto("/manage/")
    make_conference(organizer, language, first_day)
    set_up(organizer, language)
    code = make_event(organizer, language)
    place(organizer, code, first_day, "10:00", "11:30", old_room)
    visitor = page(running.url, locale={"en": "en-GB", "ar": "ar-EG"}[language], viewport=viewport)
    assert visitor.goto(f"/{language}/{SLUG}/").status == 404
    publish(organizer)
    release(organizer)

    # The visitor finds it.
    visitor.goto("/")
    expect(visitor.locator("html")).to_have_attribute("lang", language)
    follow(visitor, f"/{language}/{SLUG}/")
    follow(visitor, f"/{language}/{SLUG}/programme")
    event_page = f"/{language}/{SLUG}/events/{code}"
    follow(visitor, event_page)
    expect(visitor.locator("h1")).to_have_text(texts["title"])
    expect(visitor.locator("main")).to_contain_text(texts["organization"])
    expect(visitor.locator("main")).to_contain_text(old_room)
    event_feed = visitor.locator("a[href$='.ics'][download]").first.get_attribute("href")
    assert visitor.locator(f"a[href='{re.sub('^http', 'webcal', event_feed)}']").count()

    # Registers, and confirms by the link in the message.
    follow(visitor, f"{event_page}/book")
    follow(visitor, f"/{language}/{SLUG}/register")
    fill(visitor, name=texts["person"], email="ana@example.org", organization=texts["organization"])
    select(visitor, country="EC")
    save(visitor, "/register/sent")
    said = letter(smtp, "ana@example.org", lambda text: "/confirm" in text)
    assert f'lang="{language}"' in smtp.to("ana@example.org")[0].text("html")
    visitor.goto(address_in(said, "/confirm"))
    expect(visitor.locator("main")).to_contain_text(texts["person"])
    visitor.locator("main form button[type=submit]").click()
    arrive(visitor, r"/registrations/[^/]+")
    own_page = visitor.url

    # Books the seat, and sees it in a programme of their own.
    follow(visitor, visitor.locator("a[href$='/events']").first.get_attribute("href"))
    follow(visitor, visitor.locator(f"a[href$='/bookings/{code}']").first.get_attribute("href"))
    visitor.locator(f"main form[action$='/bookings/{code}'] button").click()
    expect(visitor.locator(".booking-outcome.notice-good")).to_be_visible()
    visitor.goto(own_page)
    expect(visitor.locator(f"#{code} .badge-good")).to_be_visible()
    expect(visitor.locator(f"#{code}")).to_contain_text(texts["title"])
    personal_feed = visitor.locator("a[href*='/calendars/'][href$='.ics'][href^='http']").first.get_attribute(
        "href"
    )

    # Two calendars subscribe.
    (before,) = feed(event_feed)
    assert (before.summary, before.status) == (texts["title"], "CONFIRMED")
    assert old_room in before.location
    assert (before.start, before.end) == (at(first_day, 10), at(first_day, 11) + timedelta(minutes=30))
    assert before.wall == datetime.combine(first_day, time(10))
    (mine,) = feed(personal_feed)
    assert (mine.uid, mine.start) == (before.uid, before.start)

    # The organizer moves the event: nothing of it is public until it is released.
    place(organizer, code, first_day + timedelta(days=1), "15:00", "16:00", new_room)
    assert feed(event_feed) == [before]
    release(organizer)
    (moved,) = feed(event_feed)
    assert (moved.uid, moved.status) == (before.uid, "CONFIRMED")
    assert moved.sequence > before.sequence
    assert moved.modified >= before.modified
    assert moved.start == at(first_day + timedelta(days=1), 15)
    assert new_room in moved.location
    (mine,) = feed(personal_feed)
    assert (mine.uid, mine.sequence, mine.start) == (moved.uid, moved.sequence, moved.start)
    visitor.goto(event_page)
    status = visitor.locator(".event-status")
    expect(status).to_contain_text("10:00")
    expect(status).to_contain_text(old_room)
    expect(visitor.locator(".fact-time")).to_contain_text("15:00")
    # Messages about it wait for corrections, unless somebody is sure.
    press(organizer.locator("main form[action$='/releases/messages']:has([value='send']) button"))
    letter(smtp, "ana@example.org", lambda text: texts["title"] in text and new_room in text)

    # And cancels it: it stays, as cancelled.
    organizer.goto(f"{MANAGE}/programme/events/{code}")
    follow(organizer, f"{MANAGE}/programme/events/{code}/cancel")
    fill(organizer, **{f"reasons__{language}": texts["reason"]})
    save(organizer, f"/programme/events/{code}")
    (cancelled,) = feed(event_feed)
    assert (cancelled.uid, cancelled.status, cancelled.start) == (moved.uid, "CANCELLED", moved.start)
    assert cancelled.sequence > moved.sequence
    (mine,) = feed(personal_feed)
    assert (mine.uid, mine.status) == (moved.uid, "CANCELLED")
    visitor.goto(event_page)
    expect(visitor.locator(".event-status.notice-bad")).to_contain_text(texts["reason"])
    visitor.goto(own_page)
    expect(visitor.locator(f"#{code} .badge-bad")).to_be_visible()
    letter(smtp, "ana@example.org", lambda text: texts["title"] in text and texts["reason"] in text)
