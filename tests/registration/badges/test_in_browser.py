"""The designer of badges in a real browser: its picture follows what is chosen, and what is saved is what it showed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from eventsapp import create_app
from eventsapp.accounts import passwords
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.extensions import db
from eventsapp.registration.badges.models import BadgeTemplate
from tests import factories
from tests.conftest import SECRET_KEY
from tests.journeys.steps import sign_in
from tests.support.browser import Watch, new_page, violations
from tests.support.server import TRACEBACK, Server

pytestmark = pytest.mark.xdist_group("badges-browser")

OFFICER = "berta@example.org"


@pytest.fixture
def running(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """An application with an officer and a conference with a category, and the address of its badges."""
    shutil.copyfile(sqlite_template, tmp_path / "badges.db")
    settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'badges.db'}"}
    app = create_app(settings, instance=tmp_path / "instance")
    with app.app_context(), transaction():
        factories.make_user(
            email=OFFICER, name="Berta Badge", password_hash=passwords.hashed(PASSWORD), is_administrator=True
        )
        conference = factories.make_conference(slug="assembly")
        factories.make_category(conference, names={"en": "Delegate"})
    server = Server(
        tmp_path, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings, workers=1, worker=False
    )
    yield app, f"{server.url}/manage/assembly/badges"
    server.stop()
    assert TRACEBACK not in server.log, server.log
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_the_picture_beside_the_designer_follows_what_is_chosen(running: tuple[Flask, str], browser: Browser):
    app, url = running
    base = url.split("/manage")[0]
    page = new_page(
        browser, base_url=base, locale="en-GB", viewport="desk", timezone="Europe/Paris", dark=False, scripts=True
    )  # fmt: skip
    watch = Watch(page.context, [])
    sign_in(page, OFFICER)
    page.goto(f"{url}/templates/new")
    figure = page.locator("[data-badge-preview]")
    picture, status = figure.locator("img"), figure.get_by_role("status")
    expect(page.get_by_role("button", name="Show it as it would be")).to_be_hidden()
    first = picture.get_attribute("src")
    page.get_by_label("Badge printer, 86 × 124 mm").check()
    expect(status).to_have_text("The picture shows your changes.")
    expect(picture).to_have_attribute("src", re.compile("paper=printer"))
    page.get_by_label("Example").select_option("arabic")
    expect(picture).to_have_attribute("src", re.compile("example=arabic"))
    page.get_by_label("Photo", exact=True).uncheck()
    expect(picture).not_to_have_attribute("src", re.compile("parts=photo"))
    assert picture.get_attribute("src") != first
    # The picture is there, and as high as the paper of the badge printer is to its width.
    shape = picture.evaluate("one => one.complete && one.naturalHeight / one.naturalWidth")
    assert abs(shape - 124 / 86) < 0.02
    page.locator("#names-en").fill("Press")
    assert violations(page) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Press")).to_be_visible()
    assert watch.problems == []
    page.context.close()
    with app.app_context():
        made = db.session.scalars(select(BadgeTemplate)).one()
        assert (made.paper, "photo" in made.design["parts"]) == ("printer", False)
