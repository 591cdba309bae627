"""The sign at a door in a real browser: it follows what is released, and the time, without anybody touching it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect

from eventsapp import create_app
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from tests import factories
from tests.conftest import SECRET_KEY
from tests.support.server import Server

pytestmark = pytest.mark.xdist_group("site-browser")

ADDRESS = "/en/doors/rooms/{}/display"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application of which each of two rooms has something on now and something else in twenty minutes, and its server's address."""
    tmp_path = tmp_path_factory.mktemp("display")
    shutil.copyfile(sqlite_template, tmp_path / "site.db")
    settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'site.db'}"}
    app = create_app(settings, instance=tmp_path / "instance")
    now = clock.now()
    with app.app_context(), transaction():
        conference = factories.make_conference(
            slug="doors", zone="UTC", start_date=now.date(), end_date=now.date() + timedelta(days=1)
        )
        for name in ("hall", "annex"):
            room = factories.make_room(conference, slug=name, names={"en": name.title()})
            for number, title, start in ((1, "First", now - 10 * MINUTE), (2, "Second", now + 20 * MINUTE)):
                factories.make_event(
                    conference,
                    code=f"{name.upper()}-{number}",
                    titles={"en": title},
                    room=room,
                    start=start,
                    end=start + 30 * MINUTE,
                    day=start.date(),
                )
        factories.release(conference)
    server = Server(
        tmp_path, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings, workers=1, worker=False
    )
    yield app, server.url
    server.stop()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_it_follows_a_release_without_being_loaded_again(running, page):
    app, url = running
    display = page(url)
    display.clock.install()
    display.goto(ADDRESS.format("hall"))
    expect(display.locator(".sign-now:visible h2")).to_have_text(["First"])
    display.evaluate("() => { window.untouched = true; }")
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug="doors").one()
        hall = db.session.query(Room).filter_by(slug="hall").one()
        first, second = db.session.query(Event).filter(Event.code.like("HALL-%")).order_by(Event.code)
        start = clock.now() - MINUTE
        factories.place(first, room=None, start=start, end=start + 30 * MINUTE, day=start.date())
        factories.place(second, room=hall, start=start, end=start + 30 * MINUTE, day=start.date())
        factories.release(conference)
    with display.expect_response(lambda answer: answer.url.endswith("/hall/display")) as answer:
        display.clock.run_for(16_000)
    assert answer.value.status == 200
    expect(display.locator(".sign-now:visible h2")).to_have_text(["Second"])
    expect(display.locator("[data-next]")).to_be_hidden()
    assert display.evaluate("() => window.untouched") is True


def test_it_goes_on_without_a_network_and_says_since_when(running, page):
    _app, url = running
    display = page(url, allow=("ERR_INTERNET_DISCONNECTED",))
    display.clock.install()
    with display.expect_response(lambda answer: answer.url.endswith("/annex/display")):
        display.goto(ADDRESS.format("annex"))
    stale = display.locator("[data-stale]")
    expect(display.locator(".sign-next li:visible b")).to_have_text(["Second"])
    expect(stale).to_be_hidden()
    display.context.set_offline(True)
    display.clock.run_for(16_000)
    expect(stale).to_contain_text("No connection since")
    # What begins meanwhile is shown when it begins.
    display.clock.run_for(20 * 60_000)
    expect(display.locator(".sign-now:visible h2")).to_have_text(["Second"])
    expect(stale).to_be_visible()
    display.context.set_offline(False)
    display.clock.run_for(6_000)
    expect(stale).to_be_hidden()
    # The server knows better what time it is.
    expect(display.locator(".sign-now:visible h2")).to_have_text(["First"])
