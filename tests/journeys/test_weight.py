"""How much a reader in a corridor has to load: a public page with its styles, scripts and signs, compressed.

Fonts are not counted: they are fetched once, and the text is readable without them.
"""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import pytest
from sqlalchemy import select

from eventsapp.extensions import db
from eventsapp.programme.models import Event

MOST = 60_000
SMALL = 1_000
"""What is smaller need not be compressed."""

PAGES = {
    "home": "/en/",
    "conference": "/en/habitat-iii/",
    "programme": "/en/habitat-iii/programme",
    "programme in Russian": "/ru/habitat-iii/programme",
    "grid": "/en/habitat-iii/programme?view=grid",
    "organizations": "/en/habitat-iii/organizations",
    "event": "/en/habitat-iii/events/{code}",
    "changes": "/ru/habitat-iii/releases",
    "programme of the sample": "/ar/sample-cities/programme",
    "grid of the sample": "/ar/sample-cities/programme?view=grid",
}


class Parts(HTMLParser):
    """The addresses of what a page loads at once, but for fonts and pictures of its contents."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") == "stylesheet":
            self.found.add(given["href"] or "")
        elif tag == "script" and given.get("src"):
            self.found.add(given["src"] or "")
        elif tag == "use" and given.get("href"):
            self.found.add((given["href"] or "").split("#")[0])


def load(address: str) -> tuple[int, str]:
    """Return how many octets come over the line, and the text they are."""
    request = Request(address, headers={"Accept-Encoding": "gzip"})
    with urlopen(request, timeout=20) as answer:
        data = answer.read()
        packed = answer.headers["Content-Encoding"] == "gzip"
        assert packed or len(data) < SMALL, f"{address} came as it is"
        return len(data), (gzip.decompress(data) if packed else data).decode()


def weigh(address: str) -> dict[str, int]:
    """Return the octets of a page and of everything that it loads, also of what scripts and styles load."""
    size, html = load(address)
    parts = Parts()
    parts.feed(html)
    found = {address: size}
    wanted = {urljoin(address, part) for part in parts.found}
    while wanted:
        part = wanted.pop()
        found[part], text = load(part)
        imports = re.findall(r'(?:\bfrom|\bimport|@import)\s*\(?\s*"([^"]+)"', text)
        wanted |= {urljoin(part, one) for one in imports} - set(found)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light(demo, name):
    with demo.app.app_context():
        code = db.session.scalars(select(Event.code).where(Event.source_id == "h3-046")).one()
        db.session.rollback()
    found = weigh(demo.url + PAGES[name].format(code=code))
    told = "\n".join(
        f"{size:>7} {address}" for address, size in sorted(found.items(), key=lambda one: -one[1])
    )
    print(f"{sum(found.values())} octets\n{told}")
    assert len(found) > 4
    assert sum(found.values()) < MOST, told
