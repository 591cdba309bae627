"""The app at the door in a real browser: badges of all kinds, the network cut, two devices reunited, a blocked one."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import segno
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from eventsapp import create_app
from eventsapp.accounts import passwords
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.demo.build import PASSWORD
from eventsapp.extensions import db
from eventsapp.registration.badges import codes
from eventsapp.registration.badges import service as badges
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.door import queries
from eventsapp.registration.door.models import Attendance, DoorDevice, Gate, Scan
from eventsapp.registration.enrolment import photos
from eventsapp.registration.enrolment.cropping import Crop
from eventsapp.registration.enums import RegistrationState, ScanKind
from eventsapp.registration.models import EventAdmission, EventCategory, Registration
from tests import factories
from tests.conftest import SECRET_KEY
from tests.journeys.steps import sign_in
from tests.support.browser import Watch, new_page, violations, with_camera
from tests.support.server import TRACEBACK, Server

pytestmark = pytest.mark.xdist_group("door-browser")

OFFICER = "dora@example.org"
CUT = (r"ERR_INTERNET_DISCONNECTED", r"Failed to fetch", r"sync")


@pytest.fixture(scope="module")
def running(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application with an officer, and its server's address."""
    folder = tmp_path_factory.mktemp("door")
    shutil.copyfile(sqlite_template, folder / "door.db")
    settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'door.db'}"}
    app = create_app(settings, instance=folder / "instance")
    with app.app_context(), transaction():
        factories.make_user(
            email=OFFICER, name="Dora Door", password_hash=passwords.hashed(PASSWORD), is_administrator=True
        )
    server = Server(
        folder, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings, workers=1, worker=False
    )
    yield app, server.url
    server.stop()
    assert TRACEBACK not in server.log, server.log
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass
class World:
    """A conference that runs today: its address, a main door, a room's door (two persons at most), people and codes."""

    app: Flask
    url: str
    slug: str
    conference_id: int
    gate: int
    door: int
    people: dict[str, int]
    codes: dict[str, str]


NAMES = ("Amina Okafor", "Bruno Díaz", "Chen Wei", "Daria Petrova")


@pytest.fixture
def world(running: tuple[Flask, str]) -> World:
    app, url = running
    with app.test_request_context(), transaction():
        today = clock.now().date()
        conference = factories.make_conference(
            start_date=today, end_date=today, zone="UTC", languages=["en", "ar"]
        )
        other = factories.make_conference(start_date=today, end_date=today)
        delegate = factories.make_category(conference, names={"en": "Delegate"}, levels=["PL"])
        media = factories.make_category(conference, names={"en": "Media"}, colour=7)
        people = {
            name: factories.make_registration(
                conference, category=media if name == "Daria Petrova" else delegate, name=name
            )
            for name in NAMES
        }
        people["Amina Okafor"].door_note = "Lift B"
        waiting = factories.make_registration(
            conference,
            category=delegate,
            name="Wanda Waits",
            state=RegistrationState.IN_REVIEW,
            confirmed_at=None,
        )
        room = factories.make_room(conference, safety_limit=2)
        gate, door = factories.make_gate(conference), factories.make_gate(conference, room=room)
        now = clock.now()
        event = factories.make_event(
            conference,
            room=room,
            start=now - timedelta(minutes=10),
            end=now + timedelta(hours=2),
            titles={"en": "Closed round"},
        )
        db.session.add(EventAdmission(event_id=event.id, by_category=True))
        db.session.add(EventCategory(event_id=event.id, category_id=delegate.id))
        db.session.flush()
        made = badges.ensure([*people.values()], actor=COMMAND_LINE)
        said = {name: codes.code_of(made[person.id]) for name, person in people.items()}
        stranger = badges.ensure([factories.make_registration(other)], actor=COMMAND_LINE)
        genuine = codes.read(said["Bruno Díaz"])
        assert genuine is not None
        said |= {
            "foreign": codes.code_of(next(iter(stranger.values()))),
            "expired": codes.signed(replace(genuine, last_day=today - timedelta(days=3))),
            "unknown": codes.signed(replace(genuine, badge_id=999_999)),
            # One letter of the signature is another.
            "forged": said["Bruno Díaz"][:-1] + ("A" if said["Bruno Díaz"][-1] != "A" else "B"),
            "chance": "https://example.org/not-a-badge",
        }
        revoked = made[people["Chen Wei"].id]
        said["revoked"] = codes.code_of(revoked)
        said["Chen Wei"] = codes.code_of(badges.make(people["Chen Wei"], actor=COMMAND_LINE))
        return World(
            app, f"{url}/manage/{conference.slug}/desk", conference.slug, conference.id, gate.id, door.id,
            {**{name: person.id for name, person in people.items()}, "Wanda Waits": waiting.id}, said,
        )  # fmt: skip


Open = Callable[..., Page]


@pytest.fixture
def device(browser: Browser, world: World) -> Iterator[Open]:
    """``device()`` is a device of its own, signed in, with the list on it, at the main door or another."""
    opened: list[tuple[Page, Watch]] = []

    def make(gate: int | None = None, viewport: Any = "phone", language: str = "en") -> Page:
        base = world.url.split("/manage")[0]
        page = new_page(browser, base_url=base, locale="en-GB", viewport=viewport, timezone="UTC", dark=False, scripts=True)  # fmt: skip
        opened.append((page, Watch(page.context, [*CUT, r"status of 403", r"status of 404.*person\.json"])))
        sign_in(page, OFFICER)
        page.goto(f"/language/{language}?next=/account/sent")
        page.goto(world.url)
        expect(page.locator("#door[data-ready][data-kept]")).to_have_attribute("data-state", "online")
        page.select_option("#door-gate", str(gate or world.gate))
        return page

    yield make
    problems = [problem for _page, watch in opened for problem in watch.problems]
    for page, _watch in opened:
        page.context.close()
    assert problems == []


def scan(page: Page, code: str) -> None:
    """As a scanner does: letters, then Enter, wherever the cursor is."""
    page.locator("#door-input").fill(code)
    page.keyboard.press("Enter")


def expect_verdict(page: Page, verdict: str, text: str = "") -> None:
    card = page.locator(".door-card")
    expect(card).to_contain_text(text)
    expect(card).to_have_attribute("data-verdict", verdict)


def handed_over(page: Page) -> None:
    expect(page.locator("#door")).to_have_attribute("data-waiting", "0")
    expect(page.locator("#door")).to_have_attribute("data-state", "online")


def recorded(world: World) -> list[tuple[str | None, str, str | None]]:
    """(name, kind, reason) of all scans, in the order in which they were made."""
    with world.app.app_context():
        rows = db.session.execute(
            select(Registration.name, Scan.kind, Scan.reason)
            .outerjoin(Registration, Registration.id == Scan.registration_id)
            .where(Scan.conference_id == world.conference_id)
            .order_by(Scan.at, Scan.id)
        )
        return [(row[0], row[1].value, row[2].value if row[2] else None) for row in rows]


def test_badges_of_all_kinds_are_told_apart_and_an_officer_may_decide_otherwise(world: World, device: Open):
    page = device()
    scan(page, world.codes["Amina Okafor"])
    expect_verdict(page, "good", "Amina Okafor")
    expect(page.locator(".door-card")).to_contain_text("Lift B")
    expect(page.locator("[data-door=inside]")).to_have_text("Inside: 1")
    for kind, says in (
        ("forged", "no valid badge code"), ("chance", "no valid badge code"), ("foreign", "another conference"),
        ("expired", "expired"), ("unknown", "nobody on the list"), ("revoked", "revoked"),
    ):  # fmt: skip
        scan(page, world.codes[kind])
        expect_verdict(page, "bad", says)
    assert violations(page) == []
    # A replayed badge: somebody else comes with a copy of it.
    page.evaluate("() => { const real = Date.now; Date.now = () => real() + 20000; }")
    scan(page, world.codes["Amina Okafor"])
    expect_verdict(page, "bad", "inside already")
    expect(page.locator(".door-card")).to_contain_text("Came in at")
    page.locator(".door-override button").click()
    expect(page.locator("#door-note-error")).to_be_visible()
    page.fill("#door-note", "Left by the garden")
    page.locator(".door-override button").click()
    expect_verdict(page, "good", "Amina Okafor")
    # By name: the officer looks, then decides.
    page.locator("#door-input").fill("diaz")
    page.keyboard.press("Enter")
    page.locator(".door-person").click()
    expect_verdict(page, "ask", "Bruno Díaz")
    page.get_by_role("button", name="Let in", exact=True).click()
    expect_verdict(page, "good", "Bruno Díaz")
    page.get_by_role("button", name="Leaves").click()
    expect_verdict(page, "out", "Bruno Díaz")
    page.locator("#door-input").fill("wanda")
    page.keyboard.press("Enter")
    page.locator(".door-person").click()
    expect_verdict(page, "bad", "not confirmed")
    handed_over(page)
    assert sorted(recorded(world), key=str) == sorted([
        ("Amina Okafor", "in", None), (None, "refused", "forged"), (None, "refused", "forged"), (None, "refused", "foreign"),
        ("Bruno Díaz", "refused", "expired"), (None, "refused", "unknown"), ("Chen Wei", "refused", "revoked"),
        ("Amina Okafor", "refused", "twice"), ("Amina Okafor", "in", "twice"),
        ("Bruno Díaz", "in", None), ("Bruno Díaz", "out", None),
    ], key=str)  # fmt: skip
    with world.app.app_context():
        assert queries.inside(world.conference_id) == {"conference": 1}


def test_an_officer_refuses_for_a_reason_of_their_own(world: World, device: Open):
    page = device()
    scan(page, world.codes["Bruno Díaz"])
    expect_verdict(page, "good", "Bruno Díaz")
    page.locator(".door-refuse summary").click()
    page.locator(".door-refuse button").click()
    expect(page.locator("#door-refusal-error")).to_be_visible()
    assert violations(page) == []
    page.fill("#door-refusal", "Carries a ladder")
    page.locator(".door-refuse button").click()
    expect_verdict(page, "bad", "Carries a ladder")
    expect(page.locator("[data-door=inside]")).to_have_text("Inside: 0")
    handed_over(page)
    assert recorded(world) == [
        ("Bruno Díaz", "in", None), ("Bruno Díaz", "out", None), ("Bruno Díaz", "refused", "officer"),
    ]  # fmt: skip
    page.goto(f"/manage/{world.slug}/doors/")
    expect(page.locator("section:has(#refusals)")).to_contain_text("Carries a ladder")
    page.get_by_role("link", name="Bruno Díaz").click()
    expect(page.locator("section:has(#door-scans) li")).to_have_count(3)


def test_photos_are_there_without_a_network_and_gone_with_the_list(world: World, device: Open):
    picture = io.BytesIO()
    Image.new("RGB", (600, 800), "teal").save(picture, "JPEG")
    picture.seek(0)
    with world.app.app_context(), transaction():
        person = db.session.get_one(Registration, world.people["Amina Okafor"])
        person.photo_id = photos.store(picture, Crop()).id
    page = device()
    page.get_by_text("This device", exact=True).click()
    expect(page.locator("[data-door=photos]")).to_have_text("Photos on this device: 1 of 1")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#door[data-ready]")).to_have_attribute("data-state", "offline")
    scan(page, world.codes["Amina Okafor"])
    expect_verdict(page, "good", "Amina Okafor")
    expect(page.locator(".door-photo img")).to_have_js_property("naturalWidth", 300)
    page.context.set_offline(False)
    handed_over(page)
    with world.app.app_context(), transaction():
        db.session.execute(update(DoorDevice).values(revoked_at=clock.now()))
    expect(page.locator("#door")).to_have_attribute("data-state", "blocked", timeout=15_000)
    assert (
        page.evaluate("async () => (await caches.keys()).filter((name) => name.startsWith('door-photos'))")
        == []
    )


def test_two_devices_at_one_door_go_on_without_a_network_and_are_reunited(world: World, device: Open):
    first, second = device(), device(viewport="desk")
    for page in (first, second):
        page.context.set_offline(True)
    scan(first, world.codes["Amina Okafor"])
    expect_verdict(first, "good", "Amina Okafor")
    expect(first.locator("#door")).to_have_attribute("data-state", "offline")
    expect(first.locator("[data-door=connection]")).to_contain_text("Offline")
    expect(first.locator("[data-door=waiting]")).to_have_text("Scans that wait: 1")
    expect(first.locator("[data-door=list]")).to_contain_text("List of")
    # Signatures and revocations hold without a network, also after the page was opened anew.
    first.reload()
    expect(first.locator("#door[data-ready]")).to_have_attribute("data-waiting", "1")
    for kind, says in (
        ("forged", "no valid badge code"),
        ("revoked", "revoked"),
        ("Amina Okafor", "inside already"),
    ):
        scan(first, world.codes[kind])
        expect_verdict(first, "bad", says)
    scan(first, world.codes["Chen Wei"])
    expect_verdict(first, "good", "Chen Wei")
    # The other device knows nothing of it: the same badge comes in there.
    scan(second, world.codes["Amina Okafor"])
    expect_verdict(second, "good", "Amina Okafor")
    scan(second, world.codes["Bruno Díaz"])
    expect_verdict(second, "good", "Bruno Díaz")
    expect(second.locator("[data-door=waiting]")).to_have_text("Scans that wait: 2")
    assert recorded(world) == []
    second.context.set_offline(False)
    handed_over(second)
    first.context.set_offline(False)
    handed_over(first)
    found = recorded(world)
    assert sorted((one for one in found if one[1] == "in"), key=str) == [
        ("Amina Okafor", "in", "twice"), ("Amina Okafor", "in", None), ("Bruno Díaz", "in", None), ("Chen Wei", "in", None),
    ]  # fmt: skip
    with world.app.app_context():
        assert queries.inside(world.conference_id) == {"conference": 3}
        entries = select(Scan.offline).where(
            Scan.conference_id == world.conference_id, Scan.kind == ScanKind.IN
        )
        assert all(db.session.scalars(entries))
        assert (
            len(
                db.session.scalars(
                    select(DoorDevice).where(DoorDevice.conference_id == world.conference_id)
                ).all()
            )
            == 2
        )
    # Each has heard of the other.
    expect(first.locator("[data-door=inside]")).to_have_text("Inside: 3")
    scan(first, world.codes["Bruno Díaz"])
    expect_verdict(first, "bad", "inside already")


def test_a_rooms_door_knows_rights_and_the_safety_limit(world: World, device: Open):
    page = device(gate=world.door)
    expect(page.locator("#door-event")).to_contain_text("Closed round")
    scan(page, world.codes["Daria Petrova"])
    expect_verdict(page, "bad", "no right")
    scan(page, world.codes["Amina Okafor"])
    expect_verdict(page, "good", "May come in")
    expect(page.locator("[data-door=inside]")).to_have_text("Inside: 1 of 2")
    scan(page, world.codes["Bruno Díaz"])
    expect_verdict(page, "good", "Bruno")
    expect(page.locator("[data-door=alarm]")).to_contain_text("Let nobody in")
    scan(page, world.codes["Chen Wei"])
    expect_verdict(page, "bad", "safety limit")
    page.check("input[name=door-mode][value=out]")
    scan(page, world.codes["Bruno Díaz"])
    expect_verdict(page, "out", "Bruno")
    expect(page.locator("[data-door=alarm]")).to_be_hidden()
    handed_over(page)
    with world.app.app_context():
        event = db.session.scalars(select(Attendance.event_id).distinct()).all()
        assert queries.attendance(event) == {event[0]: 2}
        gate = db.session.get_one(Gate, world.door)
        assert queries.inside(world.conference_id) == {f"room-{gate.room_id}": 1}


def test_a_badge_made_since_is_asked_for_and_a_blocked_device_forgets_its_list(world: World, device: Open):
    page = device()
    with world.app.test_request_context(), transaction():
        person = factories.make_registration(
            db.session.get_one(Conference, world.conference_id), name="Late Comer"
        )
        code = codes.code_of(badges.ensure([person], actor=COMMAND_LINE)[person.id])
    scan(page, code)
    expect_verdict(page, "good", "Late Comer")
    handed_over(page)
    page.goto(f"/manage/{world.slug}/doors/")
    page.get_by_role("button", name="Block").click()
    expect(page.get_by_role("button", name="Let it in again")).to_be_visible()
    page.goto(world.url)
    expect(page.locator("#door")).to_have_attribute("data-state", "blocked")
    expect(page.locator("[data-door=list]")).to_contain_text("There is no list")
    scan(page, code)
    expect(page.locator(".door-card")).to_have_count(0)


def test_signing_out_deletes_the_list_and_somebody_is_registered_at_the_desk(world: World, device: Open):
    page = device(viewport="desk")
    page.get_by_role("link", name="Register somebody").click()
    page.fill("main [name=name]", "Walter Walk-in")
    page.fill("main [name=email]", "walter@example.org")
    page.select_option("main [name=country]", "KE")
    page.select_option("main [name=category_id]", label="Delegate")
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.locator("h1")).to_have_text("Walter Walk-in")
    with world.app.app_context():
        made = db.session.scalars(select(Registration).where(Registration.name == "Walter Walk-in")).one()
        assert made.state is RegistrationState.CONFIRMED
        badge = db.session.scalars(select(Badge).where(Badge.registration_id == made.id)).one()
        code = codes.code_of(badge)
    page.goto(world.url)
    expect(page.locator("#door[data-ready]")).to_have_attribute("data-state", "online")
    scan(page, code)
    expect_verdict(page, "good", "Walter Walk-in")
    handed_over(page)
    page.get_by_text("This device", exact=True).click()
    page.locator("[data-door=sign-out] button").click()
    page.wait_for_url(lambda url: "/desk" not in url)
    names = page.evaluate("async () => (await indexedDB.databases()).map((one) => one.name)")
    assert names == ["door-scans"]


@pytest.fixture
def camera(world: World, tmp_path: Path, browser: Browser) -> Iterator[Page]:
    """A page in a browser of its own, whose camera sees nothing but Amina's badge."""
    picture = io.BytesIO()
    segno.make(world.codes["Amina Okafor"], micro=False).save(picture, kind="png", scale=6, border=8)
    own = with_camera(browser, picture.getvalue(), tmp_path)
    yield new_page(
        own, base_url=world.url.split("/manage")[0], locale="en-GB", viewport="phone", timezone="UTC", dark=False, scripts=True
    )  # fmt: skip
    own.close()


def test_the_camera_reads_a_badge_and_counts_it_once(world: World, camera: Page):
    watch = Watch(camera.context, [])
    sign_in(camera, OFFICER)
    camera.goto(world.url)
    expect(camera.locator("#door[data-ready][data-kept]")).to_be_visible()
    camera.select_option("#door-gate", str(world.gate))
    camera.get_by_role("button", name="Camera").click()
    expect_verdict(camera, "good", "Amina Okafor")
    camera.get_by_role("button", name="Stop the camera").click()
    expect(camera.locator("video")).to_be_hidden()
    handed_over(camera)
    assert recorded(world) == [("Amina Okafor", "in", None)]
    assert watch.problems == []
