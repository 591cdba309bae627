"""From a nomination to the door, and the report after it: four people in four browsers, one of them in Arabic on a phone.

Regina keeps the register, Faisal speaks for an organization, Nadia comes for it, Dario stands at the door. What Nadia is told
comes by mail, from a real mail server; at the door her badge is read from the code on her own page.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from eventsapp.accounts import passwords
from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.programme.enums import Access
from eventsapp.registration.enums import Approval, Detail
from tests import factories
from tests.journeys.steps import arrive, fill, letter, press, save, select_by_text, sign_in
from tests.support.browser import Watch, new_page, with_camera
from tests.support.mail import MailServer

pytestmark = [pytest.mark.timeout(600), pytest.mark.sqlite_only]

PASSWORD = "a long walk along the river"
REGINA, FAISAL, NADIA, DARIO = (f"{name}@example.org" for name in ("regina", "faisal", "nadia", "dario"))
GUARDIANS, DIALOGUE = "River Guardians", "Dialogue on rivers"


@dataclass(frozen=True)
class World:
    """What is there before anybody opens a browser."""

    slug: str
    body: str
    event: str
    gate: int

    @property
    def desk(self) -> str:
        return f"/manage/{self.slug}/registration"


@pytest.fixture
def world(app: Flask) -> World:
    with app.app_context(), transaction():
        kept = passwords.hashed(PASSWORD)
        now = clock.now()
        conference = factories.make_conference(
            start_date=now.date(),
            end_date=now.date() + timedelta(days=1),
            zone="UTC",
            languages=["en", "ar"],
            registration_opens_at=now - timedelta(days=9),
        )
        body = factories.make_organization(names={"en": GUARDIANS, "ar": "حراس النهر"}, country="EG")
        member = factories.make_user(email=FAISAL, name="Faisal", language="ar", password_hash=kept)
        factories.make_member(member, body)
        for email, name, role in ((REGINA, "Regina", Role.REGISTRAR), (DARIO, "Dario", Role.DESK_OFFICER)):
            factories.make_role(
                factories.make_user(email=email, name=name, password_hash=kept), conference, role
            )
        form = factories.make_form(
            conference,
            names={"en": "Delegates", "ar": "المندوبون"},
            details={Detail.PHOTO.value: True, Detail.GENDER.value: False},
        )
        factories.make_category(
            conference,
            names={"en": "Delegate", "ar": "مندوب"},
            form_id=form.id,
            approval=Approval.REGISTRAR,
            in_quota=True,
        )
        gate = factories.make_gate(conference, names={"en": "Main door"})
        event = factories.make_event(
            conference,
            room=factories.make_room(conference, safety_limit=40),
            start=now + timedelta(hours=3),
            end=now + timedelta(hours=4),
            titles={"en": DIALOGUE, "ar": "حوار حول الأنهار"},
            access=Access.BOOKING,
            seats=1,
        )
        factories.release(conference)
        return World(conference.slug, body.slug, event.code, gate.id)


@pytest.fixture
def camera(browser: Browser, tmp_path: Path) -> Iterator[Callable[[str, bytes], Page]]:
    """``camera(url, picture)`` opens a page of a browser whose camera sees the picture."""
    opened: list[tuple[Browser, Watch]] = []

    def open_page(url: str, picture: bytes) -> Page:
        own = with_camera(browser, picture, tmp_path)
        made = new_page(
            own, base_url=url, locale="en-GB", viewport="phone", timezone="UTC", dark=False, scripts=True
        )
        opened.append((own, Watch(made.context, [])))
        return made

    yield open_page
    problems = [problem for _own, watch in opened for problem in watch.problems]
    for own, _watch in opened:
        own.close()
    assert problems == []


def test_from_a_nomination_to_the_door(server, page, smtp: MailServer, world: World, camera):
    running = server(worker=True, **smtp.settings)
    regina: Page = page(running.url)
    faisal: Page = page(running.url, locale="ar-EG")
    nadia: Page = page(running.url, locale="ar-EG", viewport="phone")
    for person, email in ((regina, REGINA), (faisal, FAISAL)):
        sign_in(person, email, PASSWORD)

    give_places(regina, world)
    nominate(faisal, world)
    own = complete(nadia, smtp)
    approve(regina, nadia, smtp, world, own)
    book(nadia, world, own)
    badge = print_badge(regina, nadia, world, own)
    dario: Page = camera(running.url, badge)
    let_in(dario, world)
    report(regina, faisal, world)


def give_places(regina: Page, world: World) -> None:
    """The registrar gives the organization two places."""
    regina.goto(f"{world.desk}/quotas/new")
    regina.locator("main [name=organization]").fill(GUARDIANS)
    select_by_text(regina, "category_id", "Delegate")
    fill(regina, places="2")
    save(regina, "/quotas/")
    expect(regina.locator("main")).to_contain_text(GUARDIANS)


def nominate(faisal: Page, world: World) -> None:
    """The focal point names one person, and sees that a place is taken."""
    delegation = f"/account/organizations/{world.body}/delegations/{world.slug}"
    faisal.goto(f"{delegation}/nominate")
    expect(faisal.locator("html")).to_have_attribute("dir", "rtl")
    faisal.locator("main [name=category_id]").first.check()
    fill(faisal, name="نادية حسن", email=NADIA)
    faisal.locator("main [name=country]").select_option("EG")
    faisal.locator("main [name=language]").select_option("ar")
    save(faisal, f"/delegations/{world.slug}")
    expect(faisal.locator("main")).to_contain_text("نادية حسن")


def complete(nadia: Page, smtp: MailServer) -> str:
    """The nominee agrees by the link of the message, and completes what is missing; the photo is cut to what she chose."""
    said = letter(smtp, NADIA, lambda text: "/nominations/" in text)
    found = re.search(r"https?://\S+/nominations/\S+", said)
    assert found, said
    nadia.goto(found[0])
    press(nadia.locator("main button[name=answer][value=yes]"))
    picture = io.BytesIO()
    Image.new("RGB", (900, 900), "teal").save(picture, "JPEG")
    handing_in = nadia.locator("main button[name=hand_in]")
    press(handing_in)
    expect(nadia.locator(".summary a[href='#photo']")).to_be_visible()
    nadia.locator("main input[type=file][name=photo]").set_input_files(
        {"name": "me.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    press(handing_in)
    arrive(nadia, r"/registrations/[^/]+")
    expect(nadia.locator("main .ticket.ticket-void")).to_be_visible()
    return nadia.url


def approve(regina: Page, nadia: Page, smtp: MailServer, world: World, own: str) -> None:
    """The registrar looks at what she said, with the photo, and approves; the message says so in Arabic."""
    regina.goto(f"{world.desk}/approval/")
    regina.locator("main tbody a", has_text="نادية حسن").click()
    expect(regina.locator(".approval-photo")).to_be_visible()
    press(regina.locator("main button[name=step][value=approve]"))
    letter(smtp, NADIA, lambda text: "/registrations/" in text and "/nominations/" not in text)
    nadia.goto(own)
    expect(nadia.locator("main .ticket:not(.ticket-void) .ticket-code svg")).to_be_visible()


def book(nadia: Page, world: World, own: str) -> None:
    """She takes the only seat, and the event stands in her programme."""
    nadia.goto(f"{own}/bookings/{world.event}")
    press(nadia.locator("main form[action$='/bookings/" + world.event + "'] button"))
    expect(nadia.locator(".booking-outcome")).to_be_visible()
    nadia.goto(own)
    expect(nadia.locator(f"#{world.event}")).to_contain_text("حوار حول الأنهار")


def print_badge(regina: Page, nadia: Page, world: World, own: str) -> bytes:
    """Her badge is printed; on the phone she holds the same code, of which a picture is returned (PNG)."""
    regina.goto(f"{world.desk}/?q={NADIA}")
    regina.locator("main tbody a", has_text="نادية حسن").first.click()
    press(regina.locator("form[action*='/print'] button"))
    arrive(regina, r"/printed/\d+\.pdf")
    printed = regina.request.get(regina.url)
    assert printed.ok
    assert printed.body().startswith(b"%PDF")
    nadia.goto(own)
    return nadia.locator(".ticket-code").screenshot()


def let_in(dario: Page, world: World) -> None:
    """At the door the camera reads her phone; a second look finds her inside."""
    sign_in(dario, DARIO, PASSWORD)
    dario.goto(f"/manage/{world.slug}/desk")
    expect(dario.locator("#door[data-ready][data-kept]")).to_have_attribute("data-state", "online")
    dario.select_option("#door-gate", str(world.gate))
    dario.locator("[data-door=camera]").click()
    expect(dario.locator(".door-card")).to_have_attribute("data-verdict", "good")
    expect(dario.locator(".door-card")).to_contain_text("نادية حسن")
    expect(dario.locator("#door")).to_have_attribute("data-waiting", "0")
    expect(dario.locator("[data-door=inside]")).to_contain_text("1")


def report(regina: Page, faisal: Page, world: World) -> None:
    """The registrar counts one who came; the focal point sees a place taken and the other free."""
    regina.goto(f"{world.desk}/reports")
    expect(regina.locator(".figures .figure b")).to_have_text(["1", "1", "1"])
    faisal.goto(f"/account/organizations/{world.body}/delegations/{world.slug}")
    expect(faisal.locator("main")).to_contain_text("نادية حسن")
