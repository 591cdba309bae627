"""Chromium for the tests: how it is found and started, and what it must not complain about."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

ROOT = Path(__file__).resolve().parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FAILURES = ROOT / "tests" / "failures"

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Without these Chromium looks for updates, accounts and the like on the network at every start.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
)
VIEWPORTS = {"desk": (1280, 900), "phone": (390, 844)}
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
LOCAL = {"localhost", "127.0.0.1", "::1"}

Viewport = Literal["desk", "phone"] | tuple[int, int]


def find() -> str:
    """The browser's program. Raises FileNotFoundError, with what to do, when there is none."""
    named = os.environ.get("CHROMIUM")
    for name in (named,) if named else NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise FileNotFoundError(
        "no Chromium on this machine: `make test` installs it or says how (scripts/browser.sh)"
    )


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=find(), args=list(FLAGS), headless=True)


class Watch:
    """Collects what a browser context complains about; ``problems`` is what no ``allowed`` pattern explains.

    Problems are errors on the console (violations of the content security policy among them), exceptions in
    scripts, resources that could not be loaded, and requests to any other host. The answer to a navigation may
    have any status below 500: tests visit missing pages and refused forms on purpose.
    """

    def __init__(self, context: BrowserContext, allowed: Iterable[str]) -> None:
        self.allowed = [re.compile(pattern) for pattern in allowed]
        self.found: list[str] = []
        self.not_loaded: list[tuple[str, str]] = []
        self.visited: set[str] = set()
        context.on("console", self._console)
        context.on("weberror", lambda error: self.found.append(f"exception in a script: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)

    def allow(self, *patterns: str) -> None:
        """Complaints that match one of these regular expressions are expected from now on."""
        self.allowed += [re.compile(pattern) for pattern in patterns]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" or "Content Security Policy" in message.text:
            address = str(message.location.get("url", ""))
            text = f"console: {message.text} ({address})"
            if urlsplit(address).path == "/favicon.ico":
                return  # the browser's own guess, made now and then for what is not an HTML page
            if message.text.startswith("Failed to load resource"):
                self.not_loaded.append((address, text))
            else:
                self.found.append(text)

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL:
            self.found.append(f"request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request():
            if response.status < 500:
                self.visited.add(response.url)
            else:
                self.found.append(f"{response.status}: {response.url}")

    @property
    def problems(self) -> list[str]:
        found = self.found + [text for address, text in self.not_loaded if address not in self.visited]
        return [text for text in found if not any(pattern.search(text) for pattern in self.allowed)]


def new_page(
    browser: Browser,
    *,
    base_url: str | None,
    locale: str,
    viewport: Viewport,
    timezone: str,
    dark: bool,
    scripts: bool,
    **options: Any,
) -> Page:
    """A page in a context of its own: no cookies, no cache shared with any other."""
    width, height = VIEWPORTS[viewport] if isinstance(viewport, str) else viewport
    phone = viewport == "phone"
    context = browser.new_context(
        base_url=base_url,
        locale=locale,
        viewport={"width": width, "height": height},
        timezone_id=timezone,
        color_scheme="dark" if dark else "light",
        java_script_enabled=scripts,
        has_touch=phone,
        is_mobile=phone,
        reduced_motion="reduce",
        **options,
    )
    context.set_default_timeout(10_000)
    return context.new_page()


def with_camera(browser: Browser, picture: bytes, folder: Path) -> Browser:
    """Start another browser, whose camera sees nothing but a picture (PNG or JPEG); whoever starts it closes it."""
    frame = Image.new("RGB", (640, 480), "white")
    shown = Image.open(io.BytesIO(picture)).convert("RGB")
    shown = shown.resize((440, round(440 * shown.height / shown.width)))
    frame.paste(shown, (100, (480 - shown.height) // 2))
    still = io.BytesIO()
    frame.save(still, "JPEG", quality=92)
    video = folder / "camera.mjpeg"
    video.write_bytes(still.getvalue() * 4)
    camera = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    return browser.browser_type.launch(
        executable_path=find(), args=[*FLAGS, *camera, f"--use-file-for-fake-video-capture={video}"]
    )


def violations(
    page: Page, *, only: str | None = None, without: Iterable[str] = (), rules: Iterable[str] = ()
) -> list[str]:
    """What axe-core finds on the page as it is now, one line for each element; [] when it is accessible.

    ``only`` is a CSS selector of the part to look at; ``without`` names rules to leave out, ``rules`` the only ones to
    try. The script goes in through the debugging protocol, which the page's content security policy does not govern.
    """
    chosen = list(rules)
    session = page.context.new_cdp_session(page)
    try:
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        options = {
            "runOnly": {"type": "rule" if chosen else "tag", "values": chosen or list(TAGS)},
            "rules": {name: {"enabled": False} for name in without},
            "resultTypes": ["violations"],
        }
        call = (
            f"axe.run({json.dumps(only) if only else 'document'}, {json.dumps(options)}).then(JSON.stringify)"
        )
        answer = session.send(
            "Runtime.evaluate", {"expression": call, "awaitPromise": True, "returnByValue": True}
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"axe failed on {page.url}: {answer['exceptionDetails']}")
        results = json.loads(answer["result"]["value"])
    finally:
        session.detach()
    return [
        f"{rule['id']}: {rule['help']}: {' '.join(str(part) for part in node['target'])}: "
        f"{' '.join(node.get('failureSummary', '').split())}"
        for rule in results["violations"]
        for node in rule["nodes"]
    ]


def picture_of_failure(page: Page, test: str) -> None:
    """Keep what the page looked like when the test failed, in tests/failures/ (not in git)."""
    FAILURES.mkdir(exist_ok=True)
    name = re.sub(r"[^\w.-]+", "-", test)[-150:]
    page.screenshot(path=FAILURES / f"{name}.png", full_page=True)
