"""How feeds are served: conditional requests, compression, redirects, who gets them."""

from __future__ import annotations

import gzip
import itertools
from datetime import UTC, datetime, timedelta

from sqlalchemy import event as sqlalchemy_event

from eventsapp import create_app
from eventsapp.calendars import ical
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, EventType, Room, Theme
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.models import Event
from tests import factories
from tests.calendars.reading import read
from tests.factories import START

FEEDS = [
    "calendar.ics",
    "events/A.ics",
    "organizations/iom.ics",
    "rooms/hall.ics",
    "themes/housing.ics",
    "types/side-event.ics",
    "programme.ics",
    "programme.ics?type=side-event",
]


def test_every_feed_in_every_language_is_a_calendar_for_everybody(client, programme):
    for language, path in itertools.product(LANGUAGES, FEEDS):
        response = client.get(f"/{language}/urban/{path}")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert response.headers["Content-Disposition"].startswith('inline; filename="urban')
        assert response.headers["Content-Disposition"].endswith('.ics"')
        assert "Set-Cookie" not in response.headers
        assert response.headers["ETag"].startswith('"')
        assert response.last_modified is not None
        assert read(response.data)


def test_the_same_bytes_and_the_same_tag_when_nothing_changed(client, programme):
    for path in FEEDS:
        one, two = (client.get(f"/en/urban/{path}") for _ in range(2))
        assert one.data == two.data
        assert one.headers["ETag"] == two.headers["ETag"]


def test_another_process_makes_the_same_bytes(app, client, programme, tmp_path):
    first = {path: client.get(f"/en/urban/{path}") for path in FEEDS}
    with app.app_context(), transaction():
        # Nobody outside sees this, so it must not make the two differ.
        db.session.get_one(Event, programme.events["A"]).organizer_notes = "Ask about the projector."
    ical.entry_bytes.cache_clear()
    another = create_app(dict(app.config), instance=tmp_path / "another")
    for path, response in first.items():
        again = another.test_client().get(f"/en/urban/{path}")
        assert again.data == response.data
        assert again.headers["ETag"] == response.headers["ETag"]
        assert again.headers["Last-Modified"] == response.headers["Last-Modified"]
    with another.app_context():
        db.engine.dispose()


def test_whoever_has_it_already_is_told_so(client, programme, app):
    first = client.get("/en/urban/calendar.ics")
    tag = first.headers["ETag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/en/urban/calendar.ics", headers={"If-None-Match": asked})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
    # The tag decides, whatever the date says.
    later = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    assert client.get("/en/urban/calendar.ics", headers={"If-None-Match": '"x"', **later}).status_code == 200
    with app.app_context(), transaction():
        db.session.get_one(Event, programme.events["A"]).titles = {"en": "Another title"}
    changed = client.get("/en/urban/calendar.ics", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag
    assert b"Another title" in changed.data


def test_a_change_elsewhere_is_no_change_of_a_feed(client, programme, app):
    with app.app_context(), transaction():
        other = factories.make_conference(slug="other").id
    first = client.get("/en/urban/calendar.ics")
    with app.app_context(), transaction():
        db.session.get_one(Conference, other).names = {"en": "Another name"}
    assert client.get("/en/urban/calendar.ics").headers["ETag"] == first.headers["ETag"]


def test_only_the_changed_event_is_written_anew(client, programme, app):
    client.get("/en/urban/calendar.ics")
    with app.app_context(), transaction():
        db.session.get_one(Event, programme.events["A"]).titles = {"en": "Another title"}
    before = ical.entry_bytes.cache_info().misses
    client.get("/en/urban/calendar.ics")
    assert ical.entry_bytes.cache_info().misses == before + 1


def test_an_organization_that_leaves_an_event_makes_its_feed_newer(client, programme, app, monkeypatch):
    from eventsapp.core import clock

    first = client.get("/en/urban/organizations/uclg.ics")
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with app.app_context(), transaction():
        event = db.session.get_one(Event, programme.events["A"])
        event.organizations = [one for one in event.organizations if one.organization.slug != "uclg"]
    second = client.get("/en/urban/organizations/uclg.ics")
    assert len(read(second.data)) == len(read(first.data)) - 1
    assert second.last_modified == later
    assert first.last_modified is not None
    assert first.last_modified < second.last_modified


def test_head_says_what_get_would(client, programme):
    got, head = client.get("/en/urban/calendar.ics"), client.head("/en/urban/calendar.ics")
    assert (head.status_code, head.data) == (200, b"")
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[name] == got.headers[name]


def test_compressed_for_those_who_take_it(client, programme):
    plain = client.get("/en/urban/calendar.ics")
    packed = client.get("/en/urban/calendar.ics", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_no_accept_header_or_cookie_changes_anything(client, programme):
    plain = client.get("/en/urban/calendar.ics").data
    for headers in (
        {"Accept": "application/json"}, {"Accept": "text/html"}, {"Accept-Language": "fr"}, {"Cookie": "eventsapp=x"},
        {"Host": "evil.example.org"}, {"X-Forwarded-Host": "evil.example.org"},
    ):  # fmt: skip
        assert client.get("/en/urban/calendar.ics", headers=headers).data == plain


def test_the_number_of_statements_does_not_grow_with_the_programme(app, client):
    sent = []

    def keep(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    with app.app_context():
        sqlalchemy_event.listen(db.engine, "before_cursor_execute", keep)
    counts = []
    for slug, number in (("small", 1), ("large", 200)):
        with app.app_context(), transaction():
            conference = factories.make_conference(slug=slug)
            room, lead = factories.make_room(conference), factories.make_organization()
            event = factories.make_event(conference, leads=[lead], room=room, start=START)
            factories.fill(conference, number - 1, event)
            factories.release(conference)
        sent.clear()
        assert len(read(client.get(f"/en/{slug}/calendar.ics").data)) == number
        counts.append(len(sent))
    assert counts[0] == counts[1]
    # What was read for one feed serves all others.
    sent.clear()
    client.get("/fr/large/calendar.ics")
    assert len(sent) == 1


def test_an_old_address_leads_to_the_new_one(client, programme, app):
    with app.app_context(), transaction():
        factories.rename(db.session.get_one(Event, programme.events["A"]), "SE-001")
        factories.rename(db.session.get_one(Room, programme.rooms["hall"]), "great-hall")
        factories.rename(db.session.get_one(Organization, programme.organization), "un-migration")
        factories.rename(db.session.get_one(Theme, programme.theme), "homes")
        factories.rename(db.session.get_one(EventType, programme.type), "side")
    for old, new in (
        ("events/A", "events/SE-001"),
        ("rooms/hall", "rooms/great-hall"),
        ("organizations/iom", "organizations/un-migration"),
        ("themes/housing", "themes/homes"),
        ("types/side-event", "types/side"),
    ):
        response = client.get(f"/fr/urban/{old}.ics")
        assert (response.status_code, response.headers["Location"]) == (301, f"/fr/urban/{new}.ics")
        assert client.get(response.headers["Location"]).status_code == 200
    # A filter in somebody's subscription goes on working.
    assert read(client.get("/en/urban/programme.ics?theme=housing").data)
    with app.app_context(), transaction():
        factories.rename(db.session.get_one(Conference, programme.conference), "urban-forum")
    for path in ("calendar.ics", "events/SE-001.ics", "programme.ics?type=side&q=x"):
        response = client.get(f"/en/urban/{path}")
        assert (response.status_code, response.headers["Location"]) == (301, f"/en/urban-forum/{path}")


def test_what_there_is_not_is_not_found(client, programme):
    for path in (
        "/en/nothing/calendar.ics",
        "/en/urban/events/X.ics",
        "/en/urban/events/nothing.ics",
        "/en/urban/organizations/nothing.ics",
        "/en/urban/rooms/nothing.ics",
        "/en/urban/themes/nothing.ics",
        "/en/urban/types/nothing.ics",
        "/de/urban/calendar.ics",
        "/en/urban/rooms/%F0%9F%8F%99.ics",
        "/en/%27%20OR%201=1/calendar.ics",
    ):
        assert client.get(path).status_code == 404, path


def test_what_is_not_published_is_in_no_feed(client, programme, app):
    for state, status in (
        (ConferenceState.ARCHIVED, 200),
        (ConferenceState.DRAFT, 404),
        (ConferenceState.PUBLISHED, 200),
    ):
        with app.app_context(), transaction():
            db.session.get_one(Conference, programme.conference).state = state
        assert [client.get(f"/en/urban/{path}").status_code for path in FEEDS] == [status] * len(FEEDS)


def test_nobody_writes_to_a_feed(client, programme):
    for method in ("post", "put", "delete", "patch"):
        assert getattr(client, method)("/en/urban/calendar.ics").status_code == 405


def test_the_date_of_a_feed_is_that_of_its_newest_change(client, programme, app):
    response = client.get("/en/urban/calendar.ics")
    newest = max(seen.modified for seen in read(response.data))
    assert response.last_modified is not None
    assert response.last_modified >= newest
    assert response.last_modified <= datetime.now(UTC)
