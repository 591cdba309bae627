"""From the opening of a call to an event in the public programme: four people in four browsers, one of them in Arabic.

Olga runs the conference, Amal and Bruno each speak for an organization, Rita reviews. The server has a worker, which sends their
mail to a real mail server; what they are asked there they answer by its links.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from eventsapp.accounts import passwords
from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from tests import factories
from tests.journeys.steps import arrive, fill, letter, press, save, select, select_by_text, sign_in
from tests.support.mail import MailServer

pytestmark = [pytest.mark.timeout(600), pytest.mark.sqlite_only]

PASSWORD = "a long walk along the river"
ZONE = ZoneInfo("America/Guayaquil")
OLGA, AMAL, BRUNO, RITA = (f"{name}@example.org" for name in ("olga", "amal", "bruno", "rita"))
GUARDIANS, DELTA, SILENT = "River Guardians", "Delta Institute", "Silent Partners"
TITLE_AR, TITLE = "نهر واحد للجميع", "A river for everybody"
SUMMARY_AR, SUMMARY = "ثلاث مدن تتقاسم نهرًا.", "Three cities share a river."
OTHER, OTHER_SUMMARY = "Deltas under water", "What two deltas learned from each other."


@dataclass(frozen=True)
class World:
    """What is there before anybody opens a browser."""

    slug: str
    type_id: int
    theme_id: int
    room: str
    day: str

    @property
    def calls(self) -> str:
        return f"/manage/{self.slug}/calls"


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context(), transaction():
        kept = passwords.hashed(PASSWORD)
        conference = factories.make_conference(languages=["en", "ar"])
        kind = factories.make_type(conference, names={"en": "Side event", "ar": "فعالية جانبية"})
        theme = factories.make_theme(conference, names={"en": "Water", "ar": "المياه"})
        factories.make_room(conference, names={"en": "Bridge Hall", "ar": "قاعة الجسر"}, capacity=120)
        bodies = {
            GUARDIANS: factories.make_organization(names={"en": GUARDIANS, "ar": "حراس النهر"}, country="EG"),
            DELTA: factories.make_organization(names={"en": DELTA}, country="BD"),
            SILENT: factories.make_organization(names={"en": SILENT}, contact_email="silent@example.org"),
        }
        for email, language, body in ((AMAL, "ar", GUARDIANS), (BRUNO, "en", DELTA)):
            name = email.split("@")[0].capitalize()
            user = factories.make_user(email=email, name=name, language=language, password_hash=kept)
            factories.make_member(user, bodies[body])
        for email, role in ((OLGA, Role.OWNER), (RITA, Role.REVIEWER)):
            name = email.split("@")[0].capitalize()
            user = factories.make_user(email=email, name=name, password_hash=kept)
            factories.make_role(user, conference, role)
        return World(conference.slug, kind.id, theme.id, "Bridge Hall", conference.start_date.isoformat())


def test_from_a_call_to_an_event(server, page, smtp: MailServer, world: World):
    running = server(worker=True, **smtp.settings)
    olga: Page = page(running.url)
    amal: Page = page(running.url, locale="ar-EG", viewport="phone")
    bruno: Page = page(running.url)
    rita: Page = page(running.url)
    for person, email in ((olga, OLGA), (amal, AMAL), (rita, RITA)):
        sign_in(person, email, PASSWORD)
    expect(amal.locator("html")).to_have_attribute("dir", "rtl")

    open_call(olga, world)
    first = propose_in_arabic(amal, bruno, smtp, world)
    second = propose_in_english(bruno, amal, world)
    screen(olga, world, first, second)
    review(olga, rita, world)
    joint = merge(olga, amal, bruno, world, first, second)
    decide(olga, smtp, world, joint)
    code = take_the_place(olga, amal, world, joint)
    programme(olga, world, code)

    # Everybody sees it, with those who have consented and nobody else.
    visitor: Page = page(running.url)
    visitor.goto(f"/en/{world.slug}/events/{code}")
    expect(visitor.locator("h1")).to_contain_text(TITLE)
    for name in (GUARDIANS, DELTA, "Inés Abad", world.room):
        expect(visitor.locator("main")).to_contain_text(name)
    expect(visitor.locator("main")).not_to_contain_text(SILENT)
    amal.goto(f"/ar/{world.slug}/events/{code}")
    expect(amal.locator("h1")).to_contain_text(TITLE_AR)


def open_call(olga: Page, world: World) -> None:
    """The secretariat sets a call up, with a rule, and opens it."""
    now = clock.now()
    olga.goto(f"{world.calls}/new")
    fill(
        olga,
        names__en="Call for side events",
        names__ar="دعوة لتقديم فعاليات جانبية",
        slug="side-events",
        opens_at=wall(now - timedelta(hours=1)),
        closes_at=wall(now + timedelta(days=3)),
        reviews_wanted="2",
        places="1",
    )
    select(olga, type_id=str(world.type_id))
    save(olga, "/calls/side-events/")
    olga.goto(f"{world.calls}/side-events/rules")
    fill(olga, least_partners="1")
    save(olga, "/side-events/rules")
    olga.goto(f"{world.calls}/side-events/")
    olga.locator("form[action$='/publish'] button").click()
    expect(olga.locator("form[action$='/withdraw'] button")).to_be_visible()


def begin(person: Page, language: str, world: World) -> str:
    """Begin a proposal and return its number."""
    person.goto(f"/{language}/{world.slug}/calls/side-events/propose")
    save(person, r"/proposals/\d+/edit")
    return person.url.split("/")[-2]


def write(person: Page, world: World, **texts: str) -> None:
    """Fill the form of a proposal, and save it."""
    fill(person, **texts)
    person.locator(f"main [name=theme_ids][value='{world.theme_id}']").check()
    person.locator("main [name=format][value=in_person]").check()
    person.locator("main [name=languages][value=en]").check()
    fill(person, speakers__0__name="Inés Abad")
    person.locator("main .form-actions button[value=done]").click()
    arrive(person, r"/proposals/\d+")


def invite(person: Page, language: str, number: str, name: str) -> None:
    """Ask an organization of the directory to be named."""
    person.goto(f"/{language}/proposals/{number}/organizations")
    fill(person, organization=name)
    save(person, "/organizations")
    expect(person.locator(".team-list")).to_contain_text(name)


def submit(person: Page, language: str, number: str) -> None:
    """Hand a proposal in."""
    person.goto(f"/{language}/proposals/{number}/submit")
    save(person, f"/proposals/{number}")
    expect(person.locator("[aria-current=step]")).to_be_visible()
    expect(person.locator("form[action$='/recall']")).to_be_attached()


def propose_in_arabic(amal: Page, bruno: Page, smtp: MailServer, world: World) -> str:
    """Amal proposes on a phone; Bruno consents by the link of the message, without signing in; Silent Partners do not."""
    number = begin(amal, "ar", world)
    write(amal, world, titles__en=TITLE, titles__ar=TITLE_AR, summaries__en=SUMMARY, summaries__ar=SUMMARY_AR)
    expect(amal.locator("h1")).to_contain_text(TITLE_AR)
    # The rule of the call is not kept yet.
    amal.goto(f"/ar/proposals/{number}/submit")
    expect(amal.locator("main .form-actions button[type=submit]")).to_have_count(0)
    invite(amal, "ar", number, DELTA)
    invite(amal, "ar", number, SILENT)

    said = letter(smtp, BRUNO, lambda text: TITLE in text or TITLE_AR in text)
    bruno.goto(consent_address(said))
    expect(bruno.locator("main")).to_contain_text(TITLE)
    bruno.locator("main [name=consent][value=accepted]").check()
    fill(bruno, by="Bruno, director")
    save(bruno, "/proposals/[^/]+")
    expect(bruno.locator(".toast-good")).to_be_visible()
    submit(amal, "ar", number)
    letter(smtp, AMAL, lambda text: f"/ar/proposals/{number}" in text)
    return number


def consent_address(said: str) -> str:
    """Return the signed address in an invitation."""
    found = re.search(r"https?://\S+/proposals/[^\s/]{20,}", said)
    assert found, said
    return found[0]


def propose_in_english(bruno: Page, amal: Page, world: World) -> str:
    """Bruno proposes something like it; Amal consents in her account."""
    sign_in(bruno, BRUNO, PASSWORD)
    number = begin(bruno, "en", world)
    write(bruno, world, titles__en=OTHER, summaries__en=OTHER_SUMMARY)
    invite(bruno, "en", number, GUARDIANS)
    amal.goto("/account/proposals")
    amal.locator("a[href*='/account/invitations/']").first.click()
    amal.locator("main [name=consent][value=accepted]").check()
    save(amal, r"/invitations/\d+")
    submit(bruno, "en", number)
    return number


def screen(olga: Page, world: World, *numbers: str) -> None:
    """The secretariat looks at what came in, and lets the review begin."""
    olga.goto(f"{world.calls}/side-events/proposals/")
    for number in numbers:
        olga.locator(f"main input[name=id][value='{number}']").check()
    press(olga.locator("main button[name=step][value=start_review]"))
    olga.goto(f"{world.calls}/side-events/proposals/?state=under_review")
    expect(olga.locator("main tbody tr")).to_have_count(len(numbers))


def merge(olga: Page, amal: Page, bruno: Page, world: World, first: str, second: str) -> str:
    """The secretariat proposes that the two become one, and both leads accept it. Return the number of the joint proposal."""
    olga.goto(f"{world.calls}/side-events/mergers/new")
    fill(olga, proposals="P-0001, P-0002")
    save(olga, r"/mergers/\d*")
    for person, language, number in ((amal, "ar", first), (bruno, "en", second)):
        person.goto(f"/{language}/proposals/{number}/merger")
        press(person.locator("main form:has([name=said][value=accept]) button"))
        arrive(person, f"/proposals/{number}/merger")
    link = bruno.locator("main a.button[href^='/en/proposals/']").first
    joint = str(link.get_attribute("href")).split("/")[-1]
    assert joint not in (first, second)
    olga.goto(f"{world.calls}/side-events/proposals/?state=merged")
    expect(olga.locator("main tbody tr")).to_have_count(2)
    return joint


def review(olga: Page, rita: Page, world: World) -> None:
    """The secretariat says what counts and gives the proposals out; Rita scores both."""
    pages = f"{world.calls}/side-events/review"
    olga.goto(f"{pages}/criteria/new")
    fill(olga, names__en="Relevance", names__ar="الصلة بالموضوع")
    save(olga, "/criteria/")
    olga.goto(f"{pages}/assign")
    press(olga.locator("main form[method=post] button[type=submit]"))
    for code, points in (("P-0001", "5"), ("P-0002", "3")):
        rita.goto(f"/manage/{world.slug}/reviews/")
        rita.locator("main a", has_text=code).first.click()
        rita.locator(f"main input[type=radio][name^=c][value='{points}']").check()
        press(rita.locator("main button[name=done]"))
    olga.goto(f"{pages}/results")
    results = olga.locator("main tbody tr", has_text="P-000")
    expect(results).to_have_count(2)
    expect(results.first).to_contain_text("P-0001")
    # More than the reviews a reviewer does not see.
    assert rita.request.get(f"{world.calls}/side-events/proposals/").status == 403


def decide(olga: Page, smtp: MailServer, world: World, joint: str) -> None:
    """The joint proposal takes the only place; the letters arrive, each in its reader's language."""
    board = f"{world.calls}/side-events/decisions"
    olga.goto(f"{board}/")
    press(olga.locator("main form[action$='/scenarios'] button"))
    row = olga.locator(f"tr#p-{joint}")
    row.locator("button.board-accept").click()
    expect(olga.locator(f"tr#p-{joint} button.board-accept")).to_have_attribute("aria-pressed", "true")
    olga.goto(f"{board}/send")
    save(olga, "/decisions/send")
    letter(smtp, BRUNO, lambda text: "We are glad to tell you" in text and TITLE in text)
    letter(smtp, AMAL, lambda text: "(P-0003)" in text and TITLE_AR in text)


def take_the_place(olga: Page, amal: Page, world: World, joint: str) -> str:
    """The secretariat offers a place, Amal takes it. Return the code of the event that comes of it."""
    olga.goto(f"/manage/{world.slug}/proposals/P-0003/offer")
    save(olga, "/side-events/offers/")
    amal.goto(f"/ar/proposals/{joint}")
    amal.locator("main form[action$='/offer/accept'] button").click()
    expect(amal.locator("#event")).to_be_visible()
    amal.goto(f"/ar/proposals/{joint}")
    return str(amal.locator("section:has(#event) .ltr").first.text_content()).strip()


def programme(olga: Page, world: World, code: str) -> None:
    """The event waits in the tray; the secretariat places and releases it."""
    pages = f"/manage/{world.slug}/programme"
    olga.goto(f"{pages}/")
    expect(olga.locator("main")).to_contain_text(code)
    olga.goto(f"{pages}/events/{code}/place")
    select(olga, day=world.day)
    fill(olga, starts="10:00", ends="11:30")
    select_by_text(olga, "room_id", world.room)
    save(olga, f"/programme/events/{code}")
    olga.goto(f"{pages}/release")
    save(olga, "/programme/releases")


def wall(at: datetime) -> str:
    """Return an instant as a field takes it."""
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
