"""The page of releases and its feed: what each changed, for everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from lxml import etree
from lxml import html as lxml_html

from eventsapp.conferences.models import Conference
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from tests import factories
from tests.site.sample import HOUR, at
from tests.support.statements import statements

ATOM = "{http://www.w3.org/2005/Atom}"


def change(app, quito, **places: Any) -> None:
    """Move events, by code, and release."""
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=quito).one()
        for code, place in places.items():
            event = (
                db.session.query(Event)
                .filter_by(conference_id=conference.id, code=code.replace("_", "-"))
                .one()
            )
            factories.place(event, **place)
        factories.release(conference)


@pytest.fixture
def third(app, quito) -> None:
    """A release with hostile texts that moves one event and takes the time of another back."""
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=quito).one()
        event = db.session.query(Event).filter_by(conference_id=conference.id, code="SE-001").one()
        event.titles = {"en": "Tools <script>alert(1)</script> & more", "fr": "Outils"}
        room = factories.make_room(conference, slug="attic", names={"en": "Attic", "fr": "Grenier"})
        factories.place(event, room=room, start=at(15), end=at(16))
        opening = db.session.query(Event).filter_by(conference_id=conference.id, code="PL-001").one()
        factories.place(opening, day=at(9).date())
        factories.release(conference)


@pytest.mark.sqlite_only
def test_the_page_says_what_each_release_changed(app, get, text_of, quito, third):
    page = get(f"/en/{quito}/releases")
    sections = {text_of(one.find(".//h2")): one for one in page.findall(".//section")}
    assert list(sections) == ["Release 3", "Release 2", "Release 1"]
    newest = sections["Release 3"]
    assert [text_of(one) for one in newest.findall(".//h3")] == ["Moved 1", "Time or place taken back 1"]
    moved, taken_back = newest.findall(".//li")
    assert text_of(moved) == (
        "Tools <script>alert(1)</script> & more SE-001 Tuesday 15 June, 12:00–13:00, Great Hall "
        "becomes Tuesday 15 June, 15:00–16:00, Attic"
    )
    assert moved.find(".//a").get("href") == f"/en/{quito}/events/SE-001"
    assert text_of(taken_back).endswith("Great Hall becomes Tuesday 15 June")
    assert text_of(sections["Release 1"].find(".//h3")).startswith("New ")
    french = get(f"/fr/{quito}/releases")
    assert "Grenier" in text_of(french.find(".//section"))
    assert page.xpath(f"//a[@href='/en/{quito}/releases.atom']")
    programme = get(f"/en/{quito}/programme")
    [link] = programme.xpath("//link[@rel='alternate'][@type='application/atom+xml']")
    assert link.get("href") == f"/en/{quito}/releases.atom"
    assert programme.xpath(f"//main//a[@href='/en/{quito}/releases']")


def test_the_feed_has_lasting_ids_and_escaped_content(app, client, quito, third):
    def read(lang: str) -> Any:
        answer = client.get(f"/{lang}/{quito}/releases.atom")
        assert (answer.status_code, answer.content_type) == (200, "application/atom+xml; charset=utf-8")
        return etree.fromstring(answer.data)

    feed = read("en")
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(feed.findall(f"{ATOM}{name}")) == 1
    links = {one.get("rel"): one.get("href") for one in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": f"http://localhost/en/{quito}/releases.atom",
        "alternate": f"http://localhost/en/{quito}/releases",
    }
    entries = feed.findall(f"{ATOM}entry")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert len({*ids, feed.findtext(f"{ATOM}id")}) == 4
    assert all(one.startswith("tag:localhost,2026:conference/") for one in ids)
    assert [one.findtext(f"{ATOM}title") for one in entries] == ["Release 3", "Release 2", "Release 1"]
    updated = [datetime.fromisoformat(one.findtext(f"{ATOM}updated")) for one in entries]
    assert all(one.utcoffset() is not None for one in updated)
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == updated[0]
    content = entries[0].find(f"{ATOM}content")
    assert content.get("type") == "html"
    written = lxml_html.fragment_fromstring(content.text, create_parent="div")
    assert written.xpath(".//script") == []
    assert written.xpath(".//a/@href")[0] == f"http://localhost/en/{quito}/events/SE-001"
    assert "<script>alert(1)</script>" in written.text_content()
    assert "Ecuador Time" in written.text_content()
    # The ids stay, whatever is released later and however the conference is called then.
    change(app, quito, SE_001={"start": at(16), "end": at(16) + HOUR})
    with app.app_context(), transaction():
        factories.rename(db.session.query(Conference).filter_by(slug=quito).one(), "elsewhere")
    later = client.get("/en/elsewhere/releases.atom").data
    assert [one.findtext(f"{ATOM}id") for one in etree.fromstring(later).findall(f"{ATOM}entry")][1:] == ids
    assert client.get(f"/en/{quito}/releases.atom").status_code == 301


@pytest.mark.sqlite_only
def test_both_are_public_and_ask_one_thing_beside_the_snapshot(app, client, quito, third):
    for path in (f"/en/{quito}/releases", f"/en/{quito}/releases.atom"):
        first = client.get(path)
        assert "public" in first.headers["Cache-Control"]
        assert first.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
        with statements(app) as sent:
            # The layer in front answers by the revision alone.
            assert client.get(path).data == first.data
        assert len(sent) <= 1
    with statements(app) as sent:
        assert client.get(f"/fr/{quito}/releases").status_code == 200
    assert len(sent) <= 4


@pytest.mark.sqlite_only
def test_a_conference_without_a_release_has_an_empty_page_and_feed(app, client, get, text_of):
    with app.app_context(), transaction():
        slug = factories.make_conference().slug
    assert "The programme is not out yet" in text_of(get(f"/en/{slug}/releases"))
    feed = etree.fromstring(client.get(f"/en/{slug}/releases.atom").data)
    assert feed.findall(f"{ATOM}entry") == []
    assert feed.findtext(f"{ATOM}updated")
    assert client.get("/en/no-such-place/releases.atom").status_code == 404
