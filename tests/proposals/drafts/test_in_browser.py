"""Two people of two organizations write one proposal in two browsers, one of them in Arabic."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventsapp import create_app
from eventsapp.accounts import passwords
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.extensions import db
from eventsapp.proposals.models import Proposal, ProposalVersion
from tests import factories
from tests.conftest import SECRET_KEY
from tests.journeys.steps import sign_in
from tests.support.browser import Watch, new_page, violations
from tests.support.server import TRACEBACK, Server

Open = Callable[..., Page]
LENA, PAVEL = "lena@example.org", "pavel@example.org"


@pytest.fixture
def draft(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """A draft that two organizations write, and the address of its form, without the language."""
    shutil.copyfile(sqlite_template, tmp_path / "drafts.db")
    settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'drafts.db'}"}
    app = create_app(settings, instance=tmp_path / "instance")
    with app.app_context(), transaction():
        conference = factories.make_conference(languages=["en", "ar"])
        call = factories.make_call(conference, summary_words=5)
        lead, partner = factories.make_organization(), factories.make_organization()
        kept = passwords.hashed(PASSWORD)
        for email, name, body in ((LENA, "Lena Lead", lead), (PAVEL, "Pavel Partner", partner)):
            factories.make_member(factories.make_user(email=email, name=name, password_hash=kept), body)
        id_ = factories.make_proposal(call, lead=lead, partners=[partner], titles={}, summaries={}).id
    server = Server(
        tmp_path, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings, workers=1, worker=False
    )
    yield app, f"{server.url}/{{lang}}/proposals/{id_}/edit"
    server.stop()
    assert TRACEBACK not in server.log, server.log
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def person(browser: Browser, draft: tuple[Flask, str]) -> Iterator[Open]:
    """``person(who, language)`` opens a browser of somebody's own, signed in, at the form."""
    # While there is no connection a font may be missing; that is all.
    opened: list[tuple[Page, Watch]] = []

    def make(who: str, language: str) -> Page:
        address = draft[1].replace("{lang}", language)
        base = re.match(r"https?://[^/]+", address)
        assert base is not None
        page = new_page(
            browser, base_url=base[0], locale="en-GB", viewport="desk", timezone="Europe/Paris", dark=False, scripts=True
        )  # fmt: skip
        opened.append((page, Watch(page.context, [r"ERR_INTERNET_DISCONNECTED .*woff2"])))
        sign_in(page, who)
        page.goto(address)
        return page

    yield make
    problems = [problem for _page, watch in opened for problem in watch.problems]
    for page, _watch in opened:
        page.context.close()
    assert problems == []


def write(page: Page, name: str, text: str) -> None:
    """Type, and wait until it has been sent and answered."""
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.locator(f"[name='{name}']").fill(text)
        page.locator(f"[name='{name}']").blur()


def look(page: Page) -> None:
    """Come back to the window: then the page looks for what others did."""
    page.evaluate("() => { document.dispatchEvent(new Event('visibilitychange')); }")


def test_two_people_write_one_proposal(draft: tuple[Flask, str], person: Open):
    lena, pavel = person(LENA, "en"), person(PAVEL, "ar")
    expect(pavel.locator("html")).to_have_attribute("dir", "rtl")
    saved = lena.locator("[data-draft-status]")

    write(lena, "titles-en", "Homes for all")
    expect(saved).to_have_text(re.compile(r"^Saved at \d\d:\d\d$"))
    lena.get_by_label("Hybrid: in a room and online").check()
    expect(lena.locator("[data-fragment=progress]")).not_to_contain_text("Say how people take part.")
    look(pavel)
    expect(pavel.locator("[name='titles-en']")).to_have_value("Homes for all")
    expect(pavel.locator("[name=format][value=hybrid]")).to_be_checked()

    # Both write the same: the second chooses, and takes the other's for one text, and keeps their own for the other.
    write(lena, "summaries-en", "Hers, said first.")
    write(lena, "apart_from", "SE-001")
    expect(saved).to_have_text(re.compile("^Saved at"))
    pavel.locator("[name='apart_from']").fill("SE-002")
    write(pavel, "summaries-en", "His, said later, and with too many words.")
    conflicts = pavel.locator("[data-conflict]")
    expect(conflicts).to_have_count(2)
    expect(conflicts.first).to_contain_text("Hers, said first.")
    assert violations(pavel) == []
    pavel.locator("[data-conflict='summaries.en'] [value^=theirs]").click()
    expect(pavel.locator("[name='summaries-en']")).to_have_value("Hers, said first.")
    pavel.locator("[data-conflict='apart_from'] [value^=mine]").click()
    expect(conflicts).to_have_count(0)
    expect(pavel.locator("[data-draft-status]")).to_have_attribute("data-kind", "good")

    # Without a connection what is typed waits, and is saved as soon as there is one again.
    lena.context.set_offline(True)
    lena.locator("[name='titles-ar']").evaluate("one => document.getElementById(`${one.id}-tab`).click()")
    lena.locator("[name='titles-ar']").fill("مساكن للجميع")
    lena.locator("[name='titles-ar']").blur()
    expect(saved).to_contain_text("You are offline.")
    lena.context.set_offline(False)
    expect(saved).to_have_text(re.compile("^(Saved at|Somebody else has just changed)"))
    look(lena)
    expect(lena.locator("[name='apart_from']")).to_have_value("SE-002")

    app = draft[0]
    with app.app_context():
        said = db.session.scalars(select(Proposal)).one()
        assert said.titles == {"en": "Homes for all", "ar": "مساكن للجميع"}
        assert (said.summaries, said.apart_from) == ({"en": "Hers, said first."}, "SE-002")
        who = db.session.scalars(select(ProposalVersion.actor).order_by(ProposalVersion.number)).all()
        assert who == ["Lena Lead", "Pavel Partner", "Lena Lead"]
