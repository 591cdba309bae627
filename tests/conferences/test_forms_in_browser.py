"""What scripts add to the workspace's forms: tabs of languages, names while they are typed, texts that are not lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from eventsapp.conferences.models import Page as ContentPage
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from tests import factories
from tests.support.workspace import Workspace

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def opened(workspace: Workspace, server: Any, page: Any) -> Callable[..., Page]:
    """``opened(path)`` is the page as the owner of the conference sees it."""
    running = server(workers=1)

    def open_page(path: str, **options: Any) -> Page:
        shown: Page = page(running.url, **options)
        sign_in(shown, workspace)
        shown.goto(f"/manage/{workspace.slug}/{path}")
        return shown

    return open_page


def sign_in(page: Page, workspace: Workspace) -> None:
    cookie = workspace.client("owner").get_cookie("eventsapp")
    assert cookie is not None
    page.context.add_cookies(
        [{"name": "eventsapp", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )


def test_what_was_typed_survives_a_lost_session(
    workspace: Workspace, opened: Callable[..., Page], axe: Callable[..., list[str]]
) -> None:
    page = opened("setup/pages/new")
    address = page.url
    offer = page.locator("[data-keep-offer]")
    expect(offer).to_be_hidden()
    page.fill("[name=titles-en]", "Visas and letters")
    page.fill("[name=bodies-en]", "A long text")
    page.check("[name=published]")
    expect(page.locator("[data-keep-status]")).to_have_attribute("data-state", "saved")
    expect(page.locator("[data-keep-status]")).to_have_text("Kept on this device while you type.")

    # The session ends; the form is sent, and only the page to sign in answers.
    page.context.clear_cookies()
    page.click("main button.button-primary[type=submit]")
    page.wait_for_url("**/account/sign-in**")
    # What that page still asks for would bring the cookie of nobody back.
    page.wait_for_load_state("networkidle")
    sign_in(page, workspace)
    page.goto(address)
    expect(offer).to_be_visible()
    assert axe(page) == []
    page.click("[data-keep-restore]")
    expect(offer).to_be_hidden()
    expect(page.locator("[name=titles-en]")).to_have_value("Visas and letters")
    expect(page.locator("[name=bodies-en]")).to_have_value("A long text")
    expect(page.locator("[name=published]")).to_be_checked()

    # Sent again it is saved, and nothing is kept on the device any more.
    page.click("main button.button-primary[type=submit]")
    page.wait_for_url(f"**/manage/{workspace.slug}/setup/pages/")
    expect(page.locator("[data-saved-ok]")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('eventsapp-keep:'))") == []
    page.goto(address)
    expect(offer).to_be_hidden()
    with workspace.app.app_context():
        made = db.session.scalars(select(ContentPage).where(ContentPage.slug == "visas-and-letters")).one()
        assert (made.bodies, made.published) == ({"en": "A long text"}, True)


def test_a_refused_form_is_kept_and_can_be_discarded(opened: Callable[..., Page]) -> None:
    page = opened("setup/pages/new")
    page.fill("[name=titles-en]", "x" * 201)
    page.click("main button.button-primary[type=submit]")
    expect(page.locator("[data-summary]")).to_be_focused()
    expect(page.locator("[name=titles-en]")).to_have_value("x" * 201)
    # It is all there, so nothing is offered; somebody who comes back later is asked.
    expect(page.locator("[data-keep-offer]")).to_be_hidden()
    page.goto(page.url)
    expect(page.locator("[data-keep-offer]")).to_be_visible()
    page.click("[data-keep-discard]")
    page.reload()
    expect(page.locator("[data-keep-offer]")).to_be_hidden()


def test_languages_are_tabs_that_say_what_is_missing(
    opened: Callable[..., Page], axe: Callable[..., list[str]]
) -> None:
    page = opened("setup/pages/new")
    tabs = page.get_by_role("tablist").first.get_by_role("tab")
    expect(tabs).to_have_count(2)
    french, english = page.locator("[name=titles-fr]"), page.locator("[name=titles-en]")
    expect(english).to_be_visible()
    expect(french).to_be_hidden()
    tabs.nth(0).focus()
    page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(french).to_be_visible()
    expect(english).to_be_hidden()
    assert "language-missing" in (tabs.nth(1).get_attribute("class") or "")
    french.fill("Visas")
    assert "language-filled" in (tabs.nth(1).get_attribute("class") or "")
    assert axe(page) == []
    # The error is in English, so that tab is open, and the summary leads there from any other.
    page.click("main button.button-primary[type=submit]")
    expect(english).to_be_visible()
    expect(french).to_have_value("Visas")
    page.get_by_role("tablist").first.get_by_role("tab").nth(1).click()
    expect(english).to_be_hidden()
    page.locator("[data-summary] a").first.click()
    expect(english).to_be_focused()


def test_in_arabic_the_arrow_keys_follow_the_script(opened: Callable[..., Page]) -> None:
    page = opened("setup/pages/new")
    page.evaluate("document.documentElement.dir = 'rtl'")
    tabs = page.get_by_role("tablist").first.get_by_role("tab")
    tabs.nth(0).focus()
    page.keyboard.press("ArrowLeft")
    expect(tabs.nth(1)).to_be_focused()


def test_without_scripts_every_language_can_be_typed(opened: Callable[..., Page]) -> None:
    page = opened("setup/pages/new", scripts=False)
    expect(page.locator("[name=titles-en]")).to_be_visible()
    page.locator("summary").filter(has_text="French").first.click()
    page.fill("[name=titles-fr]", "Visas")
    page.fill("[name=titles-en]", "Visas")
    page.click("main button.button-primary[type=submit]")
    expect(page.locator("[data-saved-ok]")).to_be_visible()


def test_organizations_are_offered_while_their_name_is_typed(
    workspace: Workspace, opened: Callable[..., Page], axe: Callable[..., list[str]]
) -> None:
    """Also when it is spelt a little otherwise; chosen by the keys or by hand."""
    name = "International Organization for Migration (IOM)"
    with workspace.app.app_context(), transaction():
        factories.make_organization(
            names={"en": "International Organization for Migration"}, acronyms={"en": "IOM"}
        )
    page = opened("programme/events/new")
    field = page.locator("input[data-organizations]").first
    options = page.get_by_role("option", name=name)
    field.press_sequentially("migr")
    expect(options).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    assert axe(page) == []
    field.press("ArrowDown")
    expect(options).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value(name)
    expect(options).to_have_count(0)
    field.fill("")
    field.press_sequentially("Internatinal Organisation for Migrations")
    options.click()
    expect(field).to_have_value(name)
    field.press_sequentially(" x")
    expect(options).to_have_count(1)
    field.press("Escape")
    expect(options).to_have_count(0)
