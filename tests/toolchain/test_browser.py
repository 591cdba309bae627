"""That the browser checks see what they are there to see: a check that cannot fail checks nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Viewport, Watch, new_page, violations

PAGES = {
    "/sound": '<h1>Title</h1><img src="data:," alt="">',
    "/inline": "<h1>Title</h1><p style='color: red'>x</p>",
    "/missing-image": '<h1>Title</h1><img src="/none.png" alt="">',
    "/elsewhere": '<h1>Title</h1><script src="http://tracker.invalid/t.js"></script>',
    "/broken-script": '<h1>Title</h1><script src="/broken.js"></script>',
    "/no-alternative": '<h1>Title</h1><img src="data:,">',
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body, kind, status = "", "text/html; charset=utf-8", 200
        if self.path == "/broken.js":
            body, kind = "throw new Error('broken on purpose')", "text/javascript"
        elif self.path == "/crash":
            body, status = "<h1>Broken</h1>", 500
        elif self.path in PAGES:
            head = '<!doctype html><html lang="en"><title>Page</title><link rel="icon" href="data:,">'
            body = f"{head}<main>{PAGES[self.path]}</main>"
        else:
            body, status = "<h1>Nothing here</h1>", 404
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if "elsewhere" not in self.path:
            self.send_header("Content-Security-Policy", "default-src 'self'; img-src 'self' data:")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def complaints(browser: Browser, site: str, path: str, *, allowed: tuple[str, ...] = ()) -> list[str]:
    page = new_page(
        browser, base_url=site, locale="en", viewport="desk", timezone="UTC", dark=False, scripts=True
    )
    watch = Watch(page.context, allowed)
    page.goto(path)
    page.context.close()
    return watch.problems


@pytest.mark.parametrize("path", ["/sound", "/not-there"])
def test_a_sound_page_and_a_missing_one_are_no_problem(browser, site, path):
    assert complaints(browser, site, path) == []


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/inline", "Content Security Policy"),
        ("/missing-image", "none.png"),
        ("/elsewhere", "request to another host: http://tracker.invalid/t.js"),
        ("/broken-script", "broken on purpose"),
        ("/crash", "500: "),
    ],
)
def test_what_a_browser_complains_about_is_a_problem(browser, site, path, part):
    found = complaints(browser, site, path)
    assert [text for text in found if part in text] != []
    assert complaints(browser, site, path, allowed=(".",)) == []


def test_an_image_without_alternative_is_found_under_a_strict_policy(page, axe, site):
    opened = page(site)
    opened.goto("/no-alternative")
    assert [line.split(":")[0] for line in axe(opened)] == ["image-alt"]
    assert axe(opened, without=["image-alt"]) == []
    assert axe(opened, only="h1") == []


@pytest.mark.parametrize(("viewport", "width"), [("desk", 1280), ("phone", 390), ((700, 500), 700)])
def test_a_page_has_the_language_zone_and_size_asked_for(page, site, viewport: Viewport, width: int):
    opened = page(site, locale="ar", timezone="America/Guayaquil", viewport=viewport)
    opened.goto("/sound")
    found = opened.evaluate(
        "() => [navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, screen.width]"
    )
    assert found == ["ar", "America/Guayaquil", width]
    assert violations(opened) == []
