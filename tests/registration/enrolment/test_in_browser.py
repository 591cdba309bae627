"""Registering in a category in a real browser: a question that another one opens, a photo cut by hand, a refusal, a draft."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from eventsapp import create_app
from eventsapp.core import clock, files
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.questions import service as questions
from eventsapp.questions.enums import QuestionKind
from eventsapp.questions.rules import Condition
from eventsapp.questions.service import QuestionData
from eventsapp.registration.enrolment import sealed
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from tests import factories
from tests.conftest import SECRET_KEY
from tests.journeys.steps import press
from tests.support.browser import Watch, new_page, violations
from tests.support.server import TRACEBACK, Server

pytestmark = pytest.mark.xdist_group("enrolment-browser")

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 60), (30, 60, 200)


@pytest.fixture
def running(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Flask, str]]:
    """An application with a category that has a form, and the address of the form."""
    shutil.copyfile(sqlite_template, tmp_path / "enrolment.db")
    settings = {
        "SECRET_KEY": SECRET_KEY,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'enrolment.db'}",
        "SEALED": str(tmp_path / "sealed"),
        "UPLOADS": str(tmp_path / "uploads"),
    }
    app = create_app(settings, instance=tmp_path / "instance")
    with app.test_request_context(), transaction():
        conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
        form = factories.make_form(conference, details={"photo": True, "passport": True})
        for kind, data in (
            (
                QuestionKind.CHOICE,
                QuestionData(
                    labels={"en": "Do you need a visa?"},
                    options=(("yes", {"en": "Yes, I do"}), ("no", {"en": "Not me"})),
                    required=True,
                ),
            ),
            (
                QuestionKind.TEXT,
                QuestionData(
                    labels={"en": "Which embassy"},
                    required=True,
                    condition=Condition("do-you-need-a-visa", frozenset({"yes"})),
                ),
            ),
            (QuestionKind.FILE, QuestionData(labels={"en": "Letter"}, required=True)),
        ):
            questions.add(form.questionnaire, kind, data, default="en", actor=COMMAND_LINE)
        factories.make_category(conference, slug="press", names={"en": "Press"}, form_id=form.id)
        slug = conference.slug
    server = Server(
        tmp_path, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings, workers=1, worker=False
    )
    yield app, f"{server.url}/en/{slug}/register"
    server.stop()
    assert TRACEBACK not in server.log, server.log
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def stripes() -> bytes:
    """A picture of 900 × 400 pixels: red, green and blue, each as wide as what is kept of it."""
    picture = Image.new("RGB", (900, 400), GREEN)
    picture.paste(RED, (0, 0, 300, 400))
    picture.paste(BLUE, (600, 0, 900, 400))
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


def shown(page: Page) -> str:
    """The colour in the middle of the part that is kept, as the page shows it."""
    red, green, blue = page.locator("[data-crop-picture]").evaluate(
        "one => [...one.getContext('2d').getImageData(one.width / 2, one.height / 2, 1, 1).data].slice(0, 3)"
    )
    return {red: "red", green: "green", blue: "blue"}[max(red, green, blue)]


def slider(page: Page, name: str) -> str:
    return f"input[name='photo-{name}']"


def test_a_form_with_a_photo_cut_by_hand_a_refusal_and_a_draft(
    running: tuple[Flask, str], browser: Browser
) -> None:
    app, address = running
    page = new_page(
        browser,
        base_url=address,
        locale="en-GB",
        viewport="desk",
        timezone="UTC",
        dark=False,
        scripts=True,
    )
    watch = Watch(page.context, ())
    page.goto(address)
    expect(page).to_have_url(re.compile("/register/as/press$"))
    page.fill("input[name=name]", "Ana Ruiz")
    page.fill("input[name=email]", "ana@example.org")
    page.fill("input[name=organization]", "El Diario")
    # A question that is opened by the answer to another one.
    embassy = page.get_by_label("Which embassy")
    expect(embassy).to_be_hidden()
    page.get_by_label("Yes, I do").check()
    expect(embassy).to_be_visible()
    embassy.fill("Quito")
    page.set_input_files(
        "input[name=passport]",
        {"name": "page.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 page"},
    )
    page.set_input_files(
        "input[name=q-letter]",
        {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 hi"},
    )
    # The middle of the photo first; dragged to the left by the mouse, its right part.
    tools, canvas = page.locator("[data-crop-tools]"), page.locator("[data-crop-picture]")
    expect(tools).to_be_hidden()
    page.set_input_files(
        "input[name=photo]", {"name": "me.png", "mimeType": "image/png", "buffer": stripes()}
    )
    expect(canvas).to_have_attribute("data-ready", "yes")
    assert shown(page) == "green"
    canvas.scroll_into_view_if_needed()
    canvas.hover(position={"x": 135, "y": 90})
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.down()
    page.mouse.move(box["x"] - 200, box["y"] + 90, steps=4)
    page.mouse.up()
    expect(page.locator(slider(page, "across"))).to_have_value("1")
    assert shown(page) == "blue"
    assert violations(page) == []
    # An address that is none, and no country: all that was typed is there, the files too, and the photo as it was cut.
    page.fill("input[name=email]", "nowhere@")
    press(page.get_by_role("button", name="Register", exact=True))
    expect(page.locator("[data-summary] li")).to_have_count(2)
    expect(page.locator("[data-summary]")).to_contain_text("Country")
    expect(page.locator("input[name=name]")).to_have_value("Ana Ruiz")
    expect(page.get_by_label("Which embassy")).to_have_value("Quito")
    for name in ("me.png", "page.pdf", "letter.pdf"):
        expect(page.locator("main")).to_contain_text(f"Sent already: {name}")
    expect(page.locator("[data-crop-picture]")).to_have_attribute("data-ready", "yes")
    assert shown(page) == "blue"
    assert violations(page) == []
    page.fill("input[name=email]", "ana@example.org")
    # By keys alone it is the left part. The draft is saved; its address came by mail.
    page.locator(slider(page, "across")).press("Home")
    expect(page.locator(slider(page, "across"))).to_have_value("0")
    assert shown(page) == "red"
    press(page.get_by_role("button", name="Save it and go on later"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    with app.app_context():
        body = db.session.scalars(select(Message.text_body)).one()
        link = re.search(r"https?://\S+/registrations/\S+", body)
        assert link is not None
        [row] = db.session.scalars(select(Registration))
        assert (row.state, row.answers["which-embassy"]) == (RegistrationState.DRAFT, "Quito")
        assert row.photo is not None
        with Image.open(files.path_of(row.photo)) as photo:
            kept = photo.convert("RGB")
        assert (kept.width * 4, max(abs(a - b) for a, b in zip(pixel(kept), RED, strict=True)) < 12) == (
            kept.height * 3,
            True,
        )
        assert sealed.of(row.id) is not None
    page.goto(urlsplit(address)._replace(path=urlsplit(link[0]).path).geturl())
    page.get_by_role("link", name="Complete my registration").click()
    expect(page.get_by_label("Which embassy")).to_have_value("Quito")
    page.get_by_label("Not me").check()
    expect(page.get_by_label("Which embassy")).to_be_hidden()
    page.select_option("select[name=country]", "EC")
    press(page.get_by_role("button", name="Hand in"))
    expect(page.locator(".ticket")).to_contain_text("Registered")
    assert watch.problems == []
    page.context.close()


def pixel(picture: Image.Image) -> tuple[int, ...]:
    found = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(found, tuple)
    return found
