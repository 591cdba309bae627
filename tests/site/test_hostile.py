"""Whatever people write stays text."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html as lxml_html

from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.programme.enums import EventState, SpeakerRole
from tests import factories
from tests.factories import START

EVIL = (
    """</script></title><script>alert(1)</script>"'><img src=x onerror=alert(2)>{{ 7*7 }}<style>*{}</style>"""
)
MARKDOWN = EVIL + "\n\n[link](javascript:alert(3)) <a href='javascript:alert(4)'>x</a> ![p](data:text/html,x)"


@pytest.fixture
def evil(app):
    """A conference in which every text is an attack; gives the code of its event."""
    texts = {"en": EVIL}
    with app.app_context(), transaction():
        conference = factories.make_conference(
            slug="evil",
            short_name=EVIL[:80],
            symbol=EVIL[:40],
            names=texts,
            descriptions={"en": MARKDOWN},
            cities=texts,
        )
        venue = factories.make_venue(
            conference,
            slug="v",
            names=texts,
            address=EVIL,
            directions={"en": MARKDOWN},
            latitude=1,
            longitude=2,
        )
        room = factories.make_room(
            conference,
            venue=venue,
            slug="r",
            names=texts,
            aliases=[EVIL],
            equipment=[EVIL],
            directions={"en": MARKDOWN},
        )
        organization = factories.make_organization(
            slug="o",
            names={"en": EVIL, "fr": EVIL + "!"},
            acronyms=texts,
            aliases=[EVIL],
            website="javascript:alert(5)",
        )
        speaker = factories.make_speaker(
            conference, slug="s", name=EVIL, biographies={"en": MARKDOWN}, website="javascript:alert(6)"
        )
        common: dict[str, Any] = {
            "type": factories.make_type(conference, slug="t", names=texts),
            "themes": [factories.make_theme(conference, slug="th", names=texts, areas=texts)],
            "constituencies": [factories.make_constituency(conference, slug="c", names=texts)],
            "leads": [organization],
            "speakers": [(speaker, SpeakerRole.CHAIR, EVIL)],
            "titles": texts,
            "subtitles": texts,
            "summaries": texts,
            "descriptions": {"en": MARKDOWN},
            "stand": EVIL[:40],
            "contact_name": EVIL,
            "online_url": "javascript:alert(7)",
            "cancellation_reasons": texts,
        }
        event = factories.make_event(
            conference, code="E-1", room=room, start=START, end=START.replace(hour=20), **common
        )
        cancelled = factories.make_event(
            conference, code="E-2", room=room, start=START, end=START.replace(hour=20), **common
        )
        factories.make_event(conference, code="E-3", day=START.date(), **common)
        factories.make_material(event, titles=texts, url="javascript:alert(8)")
        factories.release(conference)
        cancelled.state = EventState.CANCELLED
        factories.make_news(
            conference,
            slug="n",
            titles=texts,
            summaries=texts,
            bodies={"en": MARKDOWN},
            published_at=clock.now(),
        )
        factories.make_page(conference, slug="p", titles=texts, bodies={"en": MARKDOWN}, published=True)
    return "evil"


PAGES = (
    "", "programme", "programme?view=grid", "programme?view=now", "events/E-1", "events/E-2", "events/E-3",
    "organizations", "organizations/o", "speakers", "speakers/s", "venue", "rooms/r", "rooms/r/display", "news", "news/n",
    "pages/p",
)  # fmt: skip


def harmful(page: Any) -> list[str]:
    """What could run on a page."""
    found = []
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        ours = (element.get("src") or "").startswith("/static/") and not (element.text or "").strip()
        if element.tag == "script" and element.get("type") != "application/ld+json" and not ours:
            found.append(f"script: {element.get('src')} {element.text}")
        if element.tag in ("style", "iframe", "object", "embed", "base"):
            found.append(element.tag)
        for name, value in element.attrib.items():
            if name.startswith("on") or name == "style":
                found.append(f"{element.tag} {name}")
            if name in ("href", "src", "action", "formaction") and value.strip().lower().startswith(
                ("javascript:", "data:", "vbscript:")
            ):
                found.append(f"{element.tag} {name}={value}")
    return found


def test_no_text_becomes_markup(client, evil):
    for path in PAGES:
        for language in ("en", "ar"):
            answer = client.get(f"/{language}/{evil}/{path}")
            assert answer.status_code == 200, path
            page: Any = lxml_html.document_fromstring(answer.text)
            assert harmful(page) == [], path
            assert "49" not in "".join(str(part) for part in page.cssselect("h1")[0].itertext())
            assert len(page.cssselect("title")) == 1
            assert len(page.cssselect("html > head, html > body")) == 2


QUERIES = (
    "q=<script>alert(1)</script>", 'type="><script>alert(1)</script>', "day=<img src=x onerror=alert(1)>",
    "view=<script>", "q=%00%01", "theme=%ff%fe", "q=" + "a" * 5000, "&".join(f"type={n}" for n in range(500)),
    "room=%E2%80%AE%E2%80%AE", "q=%", "day=9999-99-99", "language=../../etc/passwd",
)  # fmt: skip


def test_no_argument_becomes_markup_or_an_error(client, evil):
    for query in QUERIES:
        for path in ("programme", "organizations", "speakers", "programme.ics"):
            answer = client.get(f"/en/{evil}/{path}?{query}")
            assert answer.status_code in (200, 400), query
            if path != "programme.ics":
                assert harmful(lxml_html.document_fromstring(answer.text)) == [], query


def test_no_path_becomes_markup(client, evil):
    for path in (
        "/en/%3Cscript%3Ealert(1)%3C/script%3E", "/%22%3E%3Cscript%3E/", "/en/evil/events/%3Cscript%3E",
        "/en/evil/%E2%80%AE", "/en//evil/",
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code in (404, 308), path
        if answer.status_code == 404:
            assert harmful(lxml_html.document_fromstring(answer.text)) == [], path
        else:
            assert answer.headers["Location"].startswith(("/", "http://localhost/")), path


def test_what_search_engines_read_cannot_leave_its_element(client, evil):
    import json

    page: Any = lxml_html.document_fromstring(client.get(f"/en/{evil}/events/E-1").text)
    data = json.loads(page.cssselect("script[type='application/ld+json']")[0].text or "")
    assert data["name"] == EVIL
