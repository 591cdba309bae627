"""Makes the pictures of README.md from the demo, in docs/screenshots/ (`make screenshots`).

Names given on the command line choose some of them: `make screenshots ARGS="workspace ticket"`. The demo is loaded into a
database of its own; instance/ is not touched.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from eventsapp.demo.build import PASSWORD
from tests.support.browser import Viewport, launch, new_page
from tests.support.server import Server, run

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
SAMPLE = "sample-cities"
LARGEST = 200_000
"""Bytes of one picture: the README stays light."""


def _open(path: str) -> Callable[[Page], None]:
    def go(page: Page) -> None:
        page.goto(path)

    return go


def _by_title(language: str, words: str) -> Callable[[Page], None]:
    """Go to the event whose title has these words."""

    def go(page: Page) -> None:
        page.goto(f"/{language}/{SAMPLE}/programme?q={words}")
        page.click(".programme-main .entry-title a >> nth=0")
        page.wait_for_load_state()

    return go


def _ticket(page: Page) -> None:
    """A participant's own page, reached by their account."""
    page.goto("/account/registrations")
    page.click("main .card-title a >> nth=0")
    page.wait_for_load_state()


def _clash(page: Page) -> None:
    """Try to place an event where another one is."""
    page.goto(f"/manage/{SAMPLE}/programme/events?q=SC-010")
    page.click("main a[href*='/programme/events/SC-010'] >> nth=0")
    taken = page.url
    page.goto(f"{taken}/place")
    chosen = {
        name: page.locator(f"main [name={name}]").input_value()
        for name in ("day", "starts", "ends", "room_id")
    }
    page.goto(f"/manage/{SAMPLE}/programme/events/SC-011/place")
    for name in ("day", "room_id"):
        page.select_option(f"main [name={name}]", chosen[name])
    for name in ("starts", "ends"):
        page.fill(f"main [name={name}]", chosen[name])
    page.click("main .form-actions button[type=submit]")
    page.wait_for_selector("main [role=alert]")


def _timetable(page: Page) -> None:
    """The editor, once it has drawn the day."""
    page.goto(f"/manage/{SAMPLE}/programme/")
    page.get_by_text("Opening plenary").first.wait_for()


def _proposal(page: Page) -> None:
    """The page of a proposal for those who have made it."""
    page.goto("/account/proposals")
    page.click("main a[href*='/proposals/'] >> nth=0")
    page.wait_for_load_state()


@dataclass(frozen=True)
class Picture:
    """One picture: where to go, as whom, on what."""

    name: str
    go: Callable[[Page], None]
    size: Viewport = "desk"
    who: str = ""
    language: str = "en"
    dark: bool = False


PICTURES = (
    Picture("programme-grid", _open(f"/en/{SAMPLE}/programme?view=grid")),
    Picture("programme-phone", _open(f"/en/{SAMPLE}/programme"), "phone"),
    Picture("event-arabic", _by_title("ar", "SC-010"), language="ar"),
    Picture("workspace", _open(f"/manage/{SAMPLE}/"), who="owner@example.org"),
    Picture("timetable", _timetable, who="owner@example.org"),
    Picture("conflicts", _open("/manage/habitat-iii/programme/conflicts/"), who="owner@example.org"),
    Picture("conference", _open("/fr/habitat-iii/"), language="fr"),
    Picture("programme-dark", _open(f"/en/{SAMPLE}/programme?access=booking"), dark=True),
    Picture("ticket", _ticket, "phone", who="participant@example.org"),
    Picture(
        "decision-board",
        _open("/manage/sample-climate/calls/side-events/decisions/"),
        who="owner@example.org",
    ),
    Picture("proposal", _proposal, "phone", who="participant@example.org", language="ar"),
    Picture("clash", _clash, who="programme@example.org"),
)


def _sign_in(page: Page, who: str, language: str) -> None:
    page.goto("/account/sign-in")
    page.fill("main input[name=email]", who)
    page.fill("main input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda address: "/account/sign-in" not in address)
    page.goto(f"/language/{language}?next=/account/profile")


def _small(png: bytes) -> bytes:
    """Return a picture with at most 256 colours, which is enough for pages and a third of the size."""
    out = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main(names: list[str]) -> int:
    """Make the pictures; returns 1 and says which when one is too large or unknown."""
    unknown = set(names) - {one.name for one in PICTURES}
    if unknown:
        print(f"no such picture: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    wrong = 0
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = Path(made)
        database = f"sqlite:///{folder / 'eventsapp.db'}"
        settings = {
            "SQLALCHEMY_DATABASE_URI": database,
            "SECRET_KEY": "of-the-screenshots-only",
            "DEMO": True,
        }
        loaded = run(folder, settings, "demo")
        if loaded.returncode:
            print(loaded.stdout + loaded.stderr, file=sys.stderr)
            return 1
        server = Server(folder, database=database, settings=settings)
        browser = launch(playwright)
        try:
            for one in PICTURES:
                if names and one.name not in names:
                    continue
                page = new_page(
                    browser,
                    base_url=server.url,
                    locale=one.language,
                    viewport=one.size,
                    timezone="Europe/Lisbon",
                    dark=one.dark,
                    scripts=True,
                    device_scale_factor=2 if one.size == "phone" else 1,
                )
                if one.who:
                    _sign_in(page, one.who, one.language)
                one.go(page)
                page.wait_for_load_state("networkidle")
                page.evaluate("document.fonts.ready")
                data = _small(page.screenshot())
                (FOLDER / f"{one.name}.png").write_bytes(data)
                print(f"{len(data):>7} {one.name}.png")
                if len(data) > LARGEST:
                    wrong += 1
                    print(f"{one.name}.png is larger than {LARGEST} bytes", file=sys.stderr)
                page.context.close()
        finally:
            browser.close()
            server.kill()
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
