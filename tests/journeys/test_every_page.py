"""Every page of the application as somebody sees it: accessible, whole on a phone, in the reader's language, silent.

The demo is looked at in English on a desk, light and dark, and in Arabic on a phone; and at the other size for what
would stick out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.journeys import tour
from tests.journeys.conftest import Demo
from tests.journeys.steps import sign_in
from tests.support.browser import VIEWPORTS, Watch, new_page, violations

pytestmark = pytest.mark.timeout(600)


def of_registration(stop: tour.Stop) -> bool:
    return stop.endpoint.startswith(("registration", "door"))


SIZES = {"en": ("desk", "phone"), "ar": ("phone", "desk")}
PARTS = {
    "visitors": lambda stop: stop.who in (tour.VISITOR, tour.PARTICIPANT),
    "organizers": lambda stop: stop.who in (tour.OWNER, tour.ADMIN) and not of_registration(stop),
    "registrars": lambda stop: stop.who in (tour.OWNER, tour.ADMIN) and of_registration(stop),
}

FACTS = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const wide = window.innerWidth;
  return {
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
    title: document.title.trim(),
    headings: [...document.querySelectorAll("h1")].map((one) => one.textContent.trim()),
    mains: document.querySelectorAll("main").length,
    twice: ids.filter((id, n) => ids.indexOf(id) !== n),
    hashes: [...document.querySelectorAll('a[href^="#"]')].map((one) => one.getAttribute("href").slice(1))
      .filter((id) => id && !document.getElementById(id)),
    links: [...document.querySelectorAll("a[href], form[action]")]
      .map((one) => one.matches("form")
        ? [one.getAttribute("method")?.toUpperCase() ?? "GET", new URL(one.getAttribute("action"), location.href).href]
        : ["GET", one.href])
      .filter(([, address]) => address.startsWith(location.origin + "/")),
    placeholders: (document.body.innerText.match(/%\\(\\w+\\)[sd]|\\bNone\\b|\\bundefined\\b|\\[object /g) ?? []),
  };
}"""

OVERFLOW = """() => {
  const root = document.documentElement;
  const excess = root.scrollWidth - window.innerWidth;
  if (excess <= 0 && document.body.scrollWidth <= window.innerWidth) return "";
  const out = [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    if (!box.width || !box.height) return false;
    if (box.right <= window.innerWidth + 0.5 && box.left >= -0.5) return false;
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement)
      if (getComputedStyle(up).overflowX !== "visible") return false;
    return true;
  });
  return `${excess}px too wide: ` + out.slice(0, 4).map((one) =>
    `${one.tagName.toLowerCase()}.${one.getAttribute("class") ?? ""} ${one.textContent.trim().slice(0, 30)}`).join("; ");
}"""


def resize(page: Page, size: str) -> None:
    width, height = VIEWPORTS[size]
    page.set_viewport_size({"width": width, "height": height})


def look(page: Page, stop: tour.Stop, language: str, app: Flask) -> Iterator[str]:
    """Yield what is wrong with one page."""
    first, second = SIZES[language]
    resize(page, first)
    answer = page.goto(stop.path.replace("{lang}", language))
    assert answer is not None
    if answer.status != stop.status:
        yield f"answers {answer.status}"
        return
    facts = page.evaluate(FACTS)
    if (facts["lang"], facts["dir"]) != (language, "rtl" if language == "ar" else "ltr"):
        yield f"is in {facts['lang']!r}, {facts['dir']!r}"
    if not facts["title"] or facts["title"].startswith(("–", "-", ":")):
        yield f"has the title {facts['title']!r}"
    if len(facts["headings"]) != 1 or not facts["headings"][0]:
        yield f"has these first headings: {facts['headings']}"
    if facts["mains"] != 1:
        yield f"has {facts['mains']} main parts"
    for name in ("twice", "hashes", "placeholders"):
        if facts[name]:
            yield f"{name}: {sorted(set(facts[name]))}"
    for method, link in sorted({tuple(one) for one in facts["links"]}):
        if not leads_somewhere(app, method, urlsplit(link).path):
            yield f"leads to {method} {link}"
    yield from overflow(page, first)
    # Colours are the same in every language, and comparing them is most of the work.
    same = [] if language == "en" else ["color-contrast"]
    yield from (f"[{first}, light] {one}" for one in violations(page, without=same))
    if language == "en":
        page.emulate_media(color_scheme="dark")
        yield from (f"[{first}, dark] {one}" for one in violations(page, rules=["color-contrast"]))
        page.emulate_media(color_scheme="light")
    resize(page, second)
    yield from overflow(page, second)


def overflow(page: Page, size: str) -> Iterator[str]:
    said = page.evaluate(OVERFLOW)
    if said:
        yield f"[{size}] {said}"


@cache
def leads_somewhere(app: Flask, method: str, path: str) -> bool:
    """Whether a path is one that the application knows, without sending on."""
    try:
        endpoint, _values = app.url_map.bind("localhost").match(path, method)
    except (RequestRedirect, HTTPException):
        return False
    return endpoint not in ("site.choose_language_of_page", "site.choose_language")


@contextmanager
def person(browser: Browser, demo: Demo, who: str, language: str) -> Iterator[tuple[Page, Watch]]:
    """Open a browser of somebody's own, signed in unless it is a visitor, set to a language."""
    page = new_page(
        browser,
        base_url=demo.url,
        locale="en-GB",
        viewport="desk",
        timezone="Europe/Paris",
        dark=False,
        scripts=True,
    )
    watch = Watch(page.context, [])
    try:
        if who != tour.VISITOR:
            sign_in(page, who)
        page.goto(f"/language/{language}?next=/account/sent")
        yield page, watch
    finally:
        page.context.close()


def test_no_page_is_forgotten(demo):
    known = {stop.endpoint for stop in tour.stops(demo.app)}
    there = tour.pages(demo.app)
    assert sorted(there - known) == [], "pages that nobody looks at: name them in tests/journeys/tour.py"
    assert sorted(known - there) == []
    assert sorted(set(tour.NO_PAGES) - {rule.endpoint for rule in demo.app.url_map.iter_rules()}) == []


@pytest.mark.parametrize("language", SIZES)
@pytest.mark.parametrize("part", PARTS)
def test_every_page(demo, browser, part, language):
    problems: list[str] = []
    chosen = [stop for stop in tour.stops(demo.app) if PARTS[part](stop)]
    for who, stops in tour.grouped(chosen):
        with person(browser, demo, who, language) as (page, watch):
            for stop in stops:
                found = [*look(page, stop, language, demo.app), *watch.problems]
                watch.found.clear()
                watch.not_loaded.clear()
                problems += [f"{stop.path} ({who.split('@')[0]}): {one}" for one in found]
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems)


REFUSED = [
    (tour.VISITOR, "/{lang}/sample-cities/register"),
    (tour.VISITOR, "/{lang}/sample-cities/register/find"),
    (tour.VISITOR, "/account/sign-in"),
    (tour.ADMIN, "/manage/new"),
    (tour.OWNER, "/manage/sample-cities/setup/conference"),
    (tour.OWNER, "/manage/sample-cities/setup/rooms/new"),
    (tour.OWNER, "/manage/sample-cities/programme/events/new"),
    (tour.OWNER, "/manage/organizations/new"),
    (tour.OWNER, "/manage/sample-cities/team"),
]


@pytest.mark.parametrize("language", SIZES)
def test_refused_forms(demo, browser, language):
    """A form that is refused says so in front, with links to the fields, has the focus there, and is accessible."""
    problems: list[str] = []
    for who in dict.fromkeys(who for who, _path in REFUSED):
        with person(browser, demo, who, language) as (page, watch):
            resize(page, SIZES[language][0])
            for path in [path for name, path in REFUSED if name == who]:
                page.goto(path.replace("{lang}", language))
                form = page.locator("main form.form").first
                for field in form.locator("input[type=text]:visible, input:not([type]):visible").all():
                    field.fill("")
                with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
                    form.locator(".form-actions button[type=submit], button.button-primary").first.click()
                page.wait_for_load_state()
                if answer.value.status != 422:
                    problems.append(f"{path}: answers {answer.value.status}")
                    continue
                summary = page.locator("[data-summary]")
                if not summary.evaluate("one => one === document.activeElement"):
                    problems.append(f"{path}: the summary of errors does not have the focus")
                targets = summary.locator("a").evaluate_all("all => all.map((one) => one.hash.slice(1))")
                lost = "ids => ids.filter((id) => !document.getElementById(id))"
                problems += [f"{path}: the summary links to {one}" for one in page.evaluate(lost, targets)]
                problems += [
                    f"{path}: {one}" for one in [*overflow(page, SIZES[language][0]), *violations(page)]
                ]
            problems += [one for one in watch.problems if not re.search(r"status of 422", one)]
    assert not problems, f"{len(problems)} problems\n" + "\n".join(problems)
