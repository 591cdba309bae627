"""What people do on pages, told by addresses and names of fields, so that it holds in every language."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.request import urlopen

from playwright.sync_api import Locator, Page, expect

from eventsapp.demo.build import PASSWORD
from tests.calendars.reading import Seen, read
from tests.support.mail import MailServer


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Sign in by the form."""
    page.goto("/account/sign-in")
    fill(page, email=email, password=password)
    page.click("main button[type=submit]")
    expect(page).not_to_have_url(re.compile("/account/sign-in"))


def fill(page: Page, **fields: str) -> None:
    """Type into fields of the page by their names, with - written as two _: ``names__en`` is ``names-en``.

    A text in a language whose tab is not open is typed after opening it.
    """
    for name, text in fields.items():
        field = page.locator(f"main [name='{name.replace('__', '-')}']")
        if not field.is_visible():
            page.locator(f"#{field.get_attribute('id')}-tab").click()
        field.fill(text)


def select(page: Page, **fields: str) -> None:
    """Choose in lists of the page by the names of the fields and the values."""
    for name, value in fields.items():
        page.locator(f"main select[name='{name}']").select_option(value)


def select_by_text(page: Page, name: str, text: str) -> None:
    """Choose what contains ``text`` in a list."""
    option = page.locator(f"main select[name='{name}'] option", has_text=text)
    value = option.get_attribute("value")
    assert value
    select(page, **{name: value})


def press(button: Locator) -> None:
    """Press a button that sends a form, and wait for the page that answers, also where its address stays the same.

    A click alone is over before the answer is there, and ``wait_for_load_state`` may then find the page that is left.
    """
    with button.page.expect_navigation():
        button.click()


def save(page: Page, to: str) -> None:
    """Send the form of the page, and arrive at an address that ends with the pattern ``to``."""
    press(page.locator("main .form-actions button[type=submit]").first)
    arrive(page, to)


def arrive(page: Page, pattern: str) -> None:
    """Wait until the address of the page ends with ``pattern`` (a regular expression)."""
    expect(page).to_have_url(re.compile(pattern + r"$"))
    page.wait_for_load_state()


def follow(page: Page, path: str) -> None:
    """Follow a link of the page to a path; on a phone it may be in a menu that has to be opened first."""
    links = page.locator(f"a[href='{path}']")
    expect(links.first).to_be_attached()
    shown = [link for link in links.all() if link.is_visible()]
    if shown:
        shown[0].click()
    else:
        opener_of(page, links.first).click()
        links.first.click()
    arrive(page, re.escape(path))


def opener_of(page: Page, link: Locator) -> Locator:
    """Return what opens the menu or the fold that a link is in."""
    popover = link.locator("xpath=ancestor::*[@popover]")
    if popover.count():
        return page.locator(f"[popovertarget='{popover.first.get_attribute('id')}']").first
    return link.locator("xpath=ancestor::details[1]/summary")


def feed(address: str) -> list[Seen]:
    """Fetch a feed as a calendar does, and return its events, after several parsers have seen the same in it."""
    with urlopen(address, timeout=20) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/calendar")
        return read(answer.read())


def letter(mail: MailServer, to: str, holds: Callable[[str], bool]) -> str:
    """Wait for a message to somebody whose text fits, and return the text."""
    seen = 0
    while True:
        # One more than was looked at: others may have come while it was.
        there = mail.wait_for(seen + 1)
        for received in there[seen:]:
            if to in received.recipients and holds(received.text()):
                return received.text()
        seen = len(there)


def address_in(text: str, ending: str) -> str:
    """Return the address in a message that ends so."""
    found = re.search(rf"https?://\S+{re.escape(ending)}(?=\s|$)", text)
    assert found, text
    return found[0]
