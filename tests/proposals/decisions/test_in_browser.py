"""The decision board in a real browser: by mouse and by keys, two people at once, in Arabic on a phone."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from eventsapp.accounts import passwords
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.proposals.decisions import service
from eventsapp.proposals.enums import ProposalState
from tests import factories
from tests.conftest import OpenPage, StartServer
from tests.journeys.steps import sign_in
from tests.support.browser import violations

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def address(app: Flask) -> str:
    """The board of a call with two places and four proposals, none scored, of which one is from Africa."""
    with app.app_context(), transaction():
        conference = factories.make_conference(languages=["en", "ar"])
        call = factories.make_call(conference, places=2, reviews_wanted=0)
        for n in range(4):
            lead = factories.make_organization(country="KE" if n == 3 else "FR")
            factories.make_proposal(call, lead=lead, state=ProposalState.UNDER_REVIEW)
        kept = passwords.hashed(PASSWORD)
        for name in ("otto", "paule"):
            factories.make_user(
                email=f"{name}@example.org", name=name.title(), password_hash=kept, is_administrator=True
            )
        service.set_targets(call, {"region": {"africa": 50}}, actor=COMMAND_LINE)
        service.create(call, name="First", actor=COMMAND_LINE)
        return f"/manage/{conference.slug}/calls/{call.slug}/decisions/"


def button(page: Page, code: str, word: str) -> Locator:
    return page.get_by_role("button", name=f"{word} {code}", exact=True)


@pytest.mark.allow_console(r"status of 409")
def test_two_people_at_one_board(address: str, server: StartServer, page: OpenPage):
    url = server(workers=1).url
    otto, paule = page(url), page(url, viewport="phone")
    for one, who in ((otto, "otto"), (paule, "paule")):
        sign_in(one, f"{who}@example.org")
    paule.goto("/language/ar?next=/account/sent")
    for one in (otto, paule):
        one.goto(address)
    taken = otto.locator("[data-counts] strong").first
    accept = button(otto, "P-0001", "Accept")
    accept.click()
    expect(taken).to_have_text("1")
    expect(accept).to_be_focused()
    expect(accept).to_have_attribute("aria-pressed", "true")
    expect(otto.locator(".balance-short")).to_have_text("target 50 %, 1 short")
    # By keys alone, faster than the answers come.
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "Enter"):
        otto.keyboard.press(key)
    expect(button(otto, "P-0004", "Accept")).to_have_attribute("aria-pressed", "true")
    expect(otto.locator(".balance-short")).to_have_count(0)
    expect(otto.locator("[data-board-status]")).to_contain_text("2 of 2 places")
    # Somebody who has not seen that is told, and shown it.
    paule.locator("#p-2 button").first.click()
    expect(paule.get_by_role("alert")).to_contain_text("Otto")
    expect(paule.locator("[data-counts] strong").first).to_have_text("2")
    paule.locator("#p-2 button").first.click()
    expect(paule.locator("[data-counts] strong").first).to_have_text("3")
    expect(paule.get_by_role("alert")).to_be_hidden()
    for one in (otto, paule):
        assert violations(one) == []
    # Pressed again, it is taken back.
    otto.goto(address)
    accept.click()
    expect(taken).to_have_text("2")
    expect(accept).to_have_attribute("aria-pressed", "false")
    assert re.search(r"decisions/$", otto.url)
