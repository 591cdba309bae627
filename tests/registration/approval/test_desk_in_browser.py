"""The approval desk in a real browser: two registrars go through the queue by keys, compare, ask, and approve with four eyes."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from eventsapp import create_app
from eventsapp.accounts import passwords
from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.extensions import db
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.names import name_key
from tests import factories
from tests.conftest import SECRET_KEY
from tests.journeys.steps import sign_in
from tests.support.browser import Watch, new_page, violations
from tests.support.server import TRACEBACK, Server

pytestmark = [pytest.mark.sqlite_only, pytest.mark.xdist_group("approval-browser")]

ROSA, RAMI = "rosa@example.org", "rami@example.org"
S = RegistrationState


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application, and its server's address."""
    folder = tmp_path_factory.mktemp("approval")
    shutil.copyfile(sqlite_template, folder / "approval.db")
    settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'approval.db'}"}
    app = create_app(settings, instance=folder / "instance")
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
def desk(running: tuple[Flask, str]) -> tuple[str, str, list[int]]:
    """The server's address, the desk's path, and the ids of three people in review: the first two have the same name."""
    app, url = running
    with app.app_context(), transaction():
        conference = factories.make_conference(languages=["en", "ar"])
        factories.make_settings(conference, four_eyes=True)
        for email, name in ((ROSA, "Rosa Registrar"), (RAMI, "Rami Registrar")):
            user = factories.make_user(email=email, name=name, password_hash=passwords.hashed(PASSWORD))
            factories.make_role(user, conference, Role.REGISTRAR)
        people = [
            factories.make_registration(
                conference,
                name=name,
                name_key=name_key(name),
                state=S.IN_REVIEW,
                confirmed_at=None,
                submitted_at=clock.now() - timedelta(days=3 - n),
            ).id
            for n, name in enumerate(("María Núñez", "NUNEZ Maria", "Chen Wei"))
        ]
        return url, f"/manage/{conference.slug}/registration/approval/", people


@pytest.fixture
def person(browser: Browser) -> Iterator[Callable[[str, str], Page]]:
    """``person(url, who)`` opens a browser of somebody's own, signed in."""
    opened: list[tuple[Page, Watch]] = []

    def make(url: str, who: str) -> Page:
        page = new_page(
            browser, base_url=url, locale="en-GB", viewport="desk", timezone="Europe/Paris", dark=False, scripts=True
        )  # fmt: skip
        opened.append((page, Watch(page.context, [r"status of 422"])))
        sign_in(page, who)
        return page

    yield make
    problems = [problem for _page, watch in opened for problem in watch.problems]
    for page, _watch in opened:
        page.context.close()
    assert problems == []


def by_key(control: Locator) -> None:
    """Press a link or a button as somebody without a mouse does."""
    control.focus()
    expect(control).to_be_focused()
    control.press("Enter")


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_two_registrars_decide_one_after_the_other_by_keys(
    running: tuple[Flask, str], desk: tuple[str, str, list[int]], person: Callable[[str, str], Page]
) -> None:
    app, _url = running
    url, path, [first, second, third] = desk
    rosa = person(url, ROSA)
    rosa.goto(path)
    rows = rosa.locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text="Perhaps twice")).to_have_count(2)
    by_key(rosa.get_by_role("link", name="María Núñez"))
    heading(rosa, "María Núñez")
    # Perhaps registered twice: looked at side by side, and it is one person.
    by_key(rosa.get_by_role("link", name="NUNEZ Maria"))
    heading(rosa, "One person or two?")
    assert violations(rosa) == []
    by_key(rosa.get_by_role("button", name=f"One person: reject No. {second}"))
    expect(rosa.get_by_text(f"Registration {second} is rejected")).to_be_visible()
    heading(rosa, "María Núñez")
    expect(rosa.get_by_text("Perhaps registered twice")).to_have_count(0)
    # Asking needs a question; what was typed elsewhere stays.
    by_key(rosa.get_by_role("button", name="Ask for more"))
    expect(rosa.locator(".field-invalid")).to_contain_text("This field is required.")
    heading(rosa, "María Núñez")
    by_key(rosa.get_by_role("button", name="Approve"))
    # Approved once; the next one is there.
    expect(rosa.get_by_text("waits for the approval of a second registrar")).to_be_visible()
    heading(rosa, "Chen Wei")
    rosa.get_by_label("Your words to the person").fill("Which university?")
    by_key(rosa.get_by_role("button", name="Ask for more"))
    expect(rosa.get_by_text("Done: 1 person was told.")).to_be_visible()
    # Nobody approves twice.
    heading(rosa, "María Núñez")
    expect(rosa.get_by_text("You have approved this already.")).to_be_visible()
    by_key(rosa.get_by_role("button", name="Approve"))
    expect(rosa.get_by_role("status").filter(has_text="Another registrar has to approve")).to_be_visible()

    rami = person(url, RAMI)
    rami.goto(f"{path}?second=1")
    expect(rami.locator("tbody tr")).to_have_count(1)
    by_key(rami.get_by_role("link", name="María Núñez"))
    expect(
        rami.get_by_text("Rosa Registrar has approved it. It needs a second approval: yours.")
    ).to_be_visible()
    assert violations(rami) == []
    by_key(rami.get_by_role("button", name="Approve"))
    expect(rami.get_by_text("1 person is registered and was told.")).to_be_visible()
    heading(rami, "Approval")
    with app.app_context():
        states = [db.session.get_one(Registration, id_).state for id_ in (first, second, third)]
        db.session.rollback()
    assert states == [S.CONFIRMED, S.REJECTED, S.RETURNED]
