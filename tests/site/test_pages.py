"""What stands on the public pages."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.programme.models import Event
from tests import factories
from tests.site import sample
from tests.site.sample import DAY, PAGES, at
from tests.support.signing import sign_in


@contextmanager
def statements(app):
    """Collect what is sent to the database in a block, but for what begins a transaction."""
    sent: list[str] = []

    def keep(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    with app.app_context():
        engine = db.engine
    sqlalchemy_event.listen(engine, "before_cursor_execute", keep)
    try:
        yield sent
    finally:
        sqlalchemy_event.remove(engine, "before_cursor_execute", keep)


PLAIN = [path for path in PAGES if "?" not in path]


def titles(page) -> list[str]:
    """The titles of the events listed on a page, in order."""
    return [" ".join(link.text_content().split()) for link in page.cssselect(".entry-title a, .cell-title")]


# --- every page


@pytest.mark.sqlite_only
def test_each_page_is_there_in_each_language(get, quito):
    for language in LANGUAGES:
        for path in PAGES:
            page = get(f"/{language}/{quito}/{path}")
            root = page.getroottree().getroot()
            assert root.get("lang") == language
            assert root.get("dir") == ("rtl" if language == "ar" else "ltr")
            assert page.cssselect("title")[0].text_content().strip()
            assert len(page.cssselect("h1")) == 1, path
            assert len(page.cssselect("main#content")) == 1


@pytest.mark.sqlite_only
def test_a_page_names_its_address_and_itself_in_other_languages(get, quito):
    for path in PLAIN:
        page = get(f"/fr/{quito}/{path}")
        here = f"http://localhost/fr/{quito}/{path}"
        assert [link.get("href") for link in page.cssselect("link[rel=canonical]")] == [here]
        alternates = {
            link.get("hreflang"): link.get("href") for link in page.cssselect("link[rel=alternate][hreflang]")
        }
        assert alternates == {
            **{language: f"http://localhost/{language}/{quito}/{path}" for language in LANGUAGES},
            "x-default": f"http://localhost/{quito}/{path}",
        }
        if not path.endswith("/display"):
            switch = {a.get("hreflang"): a.get("href") for a in page.cssselect(".menu-panel a[hreflang]")}
            assert switch == {language: f"/{language}/{quito}/{path}" for language in LANGUAGES}
        assert page.cssselect("meta[property='og:url']")[0].get("content") == here
        assert page.cssselect("meta[property='og:locale']")[0].get("content") == "fr_FR"
        assert page.cssselect("meta[name=description]")[0].get("content").strip()


def test_the_language_switch_keeps_the_filters(get, quito):
    page = get(f"/en/{quito}/programme?type=side&q=caf%C3%A9")
    french = page.cssselect(".menu-panel a[hreflang=fr]")[0].get("href")
    assert french in (
        f"/fr/{quito}/programme?type=side&q=caf%C3%A9",
        f"/fr/{quito}/programme?q=caf%C3%A9&type=side",
    )


@pytest.mark.sqlite_only
def test_a_page_is_the_same_for_everybody_and_sets_no_cookie(app, client, quito):
    with app.app_context(), transaction():
        identity = factories.make_user(name="Somebody Special", is_administrator=True).get_id()
    known = app.test_client()
    sign_in(known, identity)
    for path in PAGES:
        # The signed-in person first: nothing of them may be kept for the others.
        second, first = known.get(f"/en/{quito}/{path}"), client.get(f"/en/{quito}/{path}")
        for answer in (first, second):
            assert answer.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
            assert "Set-Cookie" not in answer.headers
            assert "X-Eventsapp-Public" not in answer.headers
        assert "Somebody Special" not in second.text
        assert first.data == second.data


@pytest.mark.sqlite_only
def test_the_number_of_statements_does_not_grow_with_the_programme(app, client, quito):
    counts: list[dict[str, int]] = []
    for more in (0, 40):
        with app.app_context(), transaction():
            conference = db.session.query(Conference).filter_by(slug=quito).one()
            for n in range(more):
                factories.make_event(
                    conference,
                    room=factories.make_room(conference),
                    start=at(8 + n % 10),
                    end=at(9 + n % 10),
                    leads=[factories.make_organization()],
                    speakers=[factories.make_speaker(conference)],
                    themes=[factories.make_theme(conference)],
                )
            if more:
                factories.release(conference)
        found = {}
        for path in PAGES:
            with app.app_context(), transaction():
                factories.make_page(db.session.query(Conference).filter_by(slug=quito).one())
            with statements(app) as sent:
                assert client.get(f"/en/{quito}/{path}").status_code == 200
            found[path] = len(sent)
        counts.append(found)
    assert counts[0] == counts[1]
    assert max(counts[0].values()) <= 23


@pytest.mark.sqlite_only
def test_a_page_weighs_less_than_sixty_kilobytes_with_styles_and_scripts(app, client, quito):
    import gzip

    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=quito).one()
        rooms = [factories.make_room(conference) for _ in range(28)]
        organizations = [factories.make_organization() for _ in range(60)]
        for n in range(280):
            factories.make_event(
                conference,
                room=rooms[n % 28],
                start=at(8 + n // 28),
                end=at(9 + n // 28),
                titles={
                    "en": f"Number {n * 7919 % 1000} of events on {hash(str(n)) & 0xFFFF:x} and what follows from it"
                },
                leads=[organizations[n % 60]],
                co_organizers=[organizations[(n * 7 + 1) % 60]],
            )
        factories.release(conference)
    for path in (
        "",
        "programme",
        "programme?day=2027-06-15",
        "programme?view=grid",
        "organizations",
        "events/PL-001",
    ):
        answer = client.get(f"/ru/{quito}/{path}")
        weight = len(gzip.compress(answer.data))
        for address in set(
            re.findall(r'(?:href|src)="(/(?:static|accent)/[^"#]+?\.(?:css|js|svg)[^"#]*)', answer.text)
        ):
            with client.get(address.replace("&amp;", "&")) as part:
                weight += len(gzip.compress(part.data))
        assert weight < 60_000, path


# --- who may see what


def test_nothing_of_a_draft_is_public(app, client):
    slug = sample.build(app, state=ConferenceState.DRAFT)
    for path in [*PLAIN, "sitemap.xml"]:
        for language in ("en/", ""):
            answer = client.get(f"/{language}{slug}/{path}")
            assert answer.status_code == 404
            assert "Housing" not in answer.text
    assert slug not in client.get("/en/").text
    assert slug not in client.get("/sitemap.xml").text


def test_what_is_not_released_or_not_out_is_not_there(client, quito):
    assert client.get(f"/en/{quito}/events/DR-001").status_code == 404
    assert client.get(f"/en/{quito}/news/later").status_code == 404
    for path in PAGES:
        said = client.get(f"/en/{quito}/{path}").text
        assert "Not released" not in said
        assert "Secret until June" not in said


def test_what_is_not_there_is_not_found(client, quito):
    for path in (
        "events/XX-999", "organizations/none", "speakers/none", "rooms/none", "pages/none", "news/none", "nowhere",
        "rooms/none/display", "events/", "events/PL-001/more",
    ):  # fmt: skip
        assert client.get(f"/en/{quito}/{path}").status_code == 404, path


def test_events_of_another_conference_are_not_found(app, client, quito):
    with app.app_context(), transaction():
        other = factories.make_conference(slug="other")
        factories.make_event(other, code="OT-001")
        factories.make_speaker(other, slug="other-speaker")
        factories.make_room(other, slug="other-room")
        factories.release(other)
    assert client.get("/en/other/events/OT-001").status_code == 200
    for path in ("events/OT-001", "speakers/other-speaker", "rooms/other-room"):
        assert client.get(f"/en/{quito}/{path}").status_code == 404


# --- addresses that have changed, or say no language


def test_old_addresses_lead_on_for_good(app, client, quito):
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=quito).one()
        event = db.session.query(Event).filter_by(code="SE-001").one()
        factories.rename(event, "SE-100")
        factories.rename(db.session.query(Room).filter_by(slug="hall").one(), "great-hall")
        factories.rename(event.organizations[0].organization, "oim")
        speaker = db.session.query(Event).filter_by(code="PL-001").one().speakers[0].speaker
        factories.rename(speaker, "a-diallo")
        factories.rename(conference, "ecuador")
    for old, new in (
        ("/en/quito/", "/en/ecuador/"),
        ("/en/quito/programme?type=side&view=grid", "/en/ecuador/programme?type=side&view=grid"),
        ("/fr/quito/events/SE-001", "/fr/ecuador/events/SE-001"),
        ("/fr/ecuador/events/SE-001", "/fr/ecuador/events/SE-100"),
        ("/en/ecuador/rooms/hall", "/en/ecuador/rooms/great-hall"),
        ("/en/ecuador/organizations/iom", "/en/ecuador/organizations/oim"),
        ("/en/ecuador/speakers/amina-diallo", "/en/ecuador/speakers/a-diallo"),
    ):
        answer = client.get(old)
        assert answer.status_code == 301, old
        assert answer.headers["Location"].endswith(new)
        assert client.get(new).status_code in (200, 301)
    assert titles_in(client.get("/en/ecuador/programme?room=hall")) == titles_in(
        client.get("/en/ecuador/programme?room=great-hall")
    )


def titles_in(answer) -> list[str]:
    return re.findall(r'class="entry-title"[^>]*><a[^>]*>([^<]*)', answer.text)


def test_an_address_without_a_language_leads_to_the_readers(app, client):
    sample.build(app, default_language="es")
    for accepted, language in {
        "fr-CH, fr;q=0.9, en;q=0.8": "fr",
        "ar": "ar",
        "de": "es",
        "": "es",
        "zh-Hans-CN": "zh",
    }.items():
        headers = {"Accept-Language": accepted} if accepted else {}
        for path in ("", "programme?type=side&q=a+b", "events/PL-001"):
            answer = client.get(f"/quito/{path}", headers=headers)
            assert answer.status_code == 302
            assert answer.headers["Location"].endswith(f"/{language}/quito/{path}")
            assert "Accept-Language" in answer.headers["Vary"]
            assert "public" not in answer.headers.get("Cache-Control", "")
        answer = client.get("/quito", headers=headers, follow_redirects=True)
        assert answer.request.path == f"/{language}/quito/"


def test_an_address_without_a_language_of_nothing_is_not_found(client, quito):
    assert client.get("/nothing/").status_code == 404
    assert client.get("/nothing/programme").status_code == 404
    assert client.get("/de/quito/").status_code == 404


# --- home


def test_home_tells_current_coming_and_past_conferences_apart(app, get, text_of):
    today = clock.now().date()
    with app.app_context(), transaction():
        for slug, days in (("now", (-1, 1)), ("soon", (30, 33)), ("gone", (-400, -398))):
            factories.make_conference(
                slug=slug,
                short_name=slug.title(),
                start_date=today + timedelta(days=days[0]),
                end_date=today + timedelta(days=days[1]),
                registration_opens_at=clock.now() - timedelta(days=1) if slug == "soon" else None,
            )
        factories.make_conference(slug="hidden", short_name="Hidden", state=ConferenceState.DRAFT)
    page = get("/en/")
    found = {
        section.get("aria-labelledby"): [link.get("href") for link in section.cssselect("h3 a")]
        for section in page.cssselect("main section")
    }
    assert found == {"h-current": ["/en/now/"], "h-coming": ["/en/soon/"], "h-past": ["/en/gone/"]}
    assert [text_of(item) for item in page.cssselect(".conference-open")] == ["Registration is open"]
    assert get("/", headers={"Accept-Language": "fr"}).getroottree().getroot().get("lang") == "fr"


def test_home_without_conferences_says_so(get, text_of, app):
    assert "No conference is public yet" in text_of(get("/en/").cssselect("main")[0])


# --- the programme


def test_the_list_goes_by_day_and_start(get, quito, text_of):
    page = get(f"/en/{quito}/programme")
    days = [text_of(title) for title in page.cssselect(".day-title time")]
    assert days == ["Tuesday 15 June", "Wednesday 16 June", "Thursday 17 June"]
    first = page.cssselect("#day-2027-06-15")[0]
    assert [text_of(start) for start in first.cssselect(".start-time")] == [
        "09:00", "12:00", "15:00", "17:00", "00:30", "Time to be announced",
    ]  # fmt: skip
    assert [text_of(link) for link in first.cssselect(".entry-title a")] == [
        "Opening plenary", "Exhibition of models", "Migration toolbox", "Full house", "Called off", "On the move",
        "Long night of the cities", "Some time that day",
    ]  # fmt: skip
    assert [text_of(link) for link in page.cssselect("#undated .entry-title a")] == ["Some day"]
    assert [text_of(count) for count in page.cssselect(".day-title .day-count")] == [
        "8 events", "1 event", "1 event", "1 event",
    ]  # fmt: skip


def test_an_entry_says_what_one_decides_by(get, quito, text_of):
    entries = {
        text_of(entry.cssselect(".entry-title")[0]): [
            text_of(fact) for fact in entry.cssselect(".entry-facts > li")
        ]
        for entry in get(f"/en/{quito}/programme").cssselect("#day-2027-06-15 .entry")
    }
    assert entries["Opening plenary"] == [
        "until 11:00", "Plenary", "Great Hall", "IOM · UCLG", "English and French", "Open to all registered participants",
    ]  # fmt: skip
    assert entries["Migration toolbox"][-2:] == ["By booking", "7 seats left"]
    assert entries["Full house"][-2:] == ["By booking", "Full; there is a waiting list"]
    assert entries["Exhibition of models"][2:] == ["Annex, stand B 12", "day 1 of 3"]


def test_an_event_of_several_days_stands_on_each_of_them(get, quito):
    for day in ("2027-06-15", "2027-06-16", "2027-06-17"):
        assert "Exhibition of models" in titles(get(f"/en/{quito}/programme?day={day}"))
    assert titles(get(f"/en/{quito}/programme?day=2027-06-18")) == []


def test_an_event_past_midnight_stays_on_its_programme_day(get, quito, text_of):
    assert "Long night of the cities" in titles(get(f"/en/{quito}/programme?day=2027-06-15"))
    assert "Long night of the cities" not in titles(get(f"/en/{quito}/programme?day=2027-06-16"))
    facts = text_of(get(f"/en/{quito}/events/NI-001").cssselect(".event-facts")[0])
    assert "Tuesday, 15 June 2027 00:30–02:00" in facts
    assert "In the night to Wednesday 16 June" in facts


FILTERED = {
    "type=plenary": ["Opening plenary"],
    "theme=land": ["Opening plenary", "Migration toolbox"],
    "theme=land&type=side": ["Migration toolbox"],
    "theme=water&theme=land&language=fr": ["Opening plenary"],
    "language=zh": ["Opening plenary"],
    "access=booking&organization=uclg": ["Migration toolbox", "Full house"],
    "room=hall&q=migraTION": ["Opening plenary", "Migration toolbox"],
    "room=hall&q=TOOLbox": ["Migration toolbox"],
    "q=organisation+internationale": ["Opening plenary", "Migration toolbox"],
    "day=tba": ["Some day"],
    "day=2027-06-16&day=2027-06-17": ["Exhibition of models", "Exhibition of models"],
    "type=none": [],
    "day=yesterday": [],
}


def test_filters_combine(get, quito):
    found = {query: titles(get(f"/en/{quito}/programme?{query}")) for query in FILTERED}
    assert found == FILTERED


def test_what_is_chosen_can_be_taken_off(get, quito, text_of):
    page = get(f"/en/{quito}/programme?theme=land&type=side&q=tool")
    chips = {text_of(chip): chip.get("href") for chip in page.cssselect("a.chip:not(.chip-plain)")}
    assert chips == {
        "Take off: Type: Side event": "/en/quito/programme?theme=land&q=tool",
        "Take off: Theme: Land": "/en/quito/programme?type=side&q=tool",
        "Take off: Words: tool": "/en/quito/programme?type=side&theme=land",
    }
    assert page.cssselect("a.chip-plain")[0].get("href") == "/en/quito/programme"
    assert text_of(page.cssselect(".results-count")[0]).startswith("1 of 9 events")
    form = page.cssselect("form[data-filters]")[0]
    assert {box.get("value") for box in form.cssselect("input[type=checkbox][checked]")} == {"side", "land"}
    assert form.cssselect("input[name=q]")[0].get("value") == "tool"


def test_a_choice_says_how_many_events_it_shows(get, quito, text_of):
    page = get(f"/en/{quito}/programme?type=side")
    counts = {
        box.get("name") + "=" + box.get("value"): text_of(box.getparent().cssselect(".choice-count")[0])
        for box in page.cssselect("form[data-filters] input[type=checkbox]")
    }
    assert counts["type=plenary"] == "1"
    assert counts["type=side"] == "8"
    assert counts["theme=land"] == "1"
    assert counts["access=registered"] == "0"
    assert counts["organization=uclg"] == "3"
    days = {
        link.get("data-day"): text_of(link.cssselect(".day-link-count > span")[0])
        for link in page.cssselect("a[data-day]")
    }
    assert days == {"2027-06-15": "7", "2027-06-16": "1", "2027-06-17": "1"}


def test_an_empty_result_names_the_filter_to_drop(get, quito, text_of):
    page = get(f"/en/{quito}/programme?type=plenary&room=annex")
    ways = {text_of(way): way.get("href") for way in page.cssselect(".ways-out a")}
    assert ways == {
        "Without “Type: Plenary” 3 events": "/en/quito/programme?room=annex",
        "Without “Room: Annex” 1 event": "/en/quito/programme?type=plenary",
    }
    page = get(f"/en/{quito}/programme?type=plenary&room=annex&q=zzz")
    assert [text_of(way) for way in page.cssselect(".ways-out a")] == [
        "Only “Room: Annex” 3 events", "Only “Type: Plenary” 1 event",
    ]  # fmt: skip
    page = get(f"/en/{quito}/programme?q=zzz&type=none")
    assert "Take all filters off" in text_of(page.cssselect(".empty")[0])


def test_filters_keep_their_meaning_in_all_views(get, quito):
    assert titles(get(f"/en/{quito}/programme?view=grid&type=side&q=tool")) == ["Migration toolbox"]
    page = get(f"/en/{quito}/programme?view=grid&type=side")
    views = {link.text_content().strip(): link.get("href") for link in page.cssselect("nav.switch a")}
    assert views == {
        "List": "/en/quito/programme?type=side",
        "Grid": "/en/quito/programme?view=grid&type=side",
        "Now": "/en/quito/programme?view=now&type=side",
    }
    assert page.cssselect("form[data-filters] input[type=hidden][name=view]")[0].get("value") == "grid"


def test_the_feed_of_what_is_shown_is_offered(get, quito, client):
    page = get(f"/en/{quito}/programme?type=plenary")
    address = page.cssselect(".feed-line a")[0].get("href")
    assert address == "/en/quito/programme.ics?type=plenary"
    assert client.get(address).text.count("BEGIN:VEVENT") == 1


def test_a_large_programme_shows_one_day(app, get, quito):
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=quito).one()
        for n in range(210):
            factories.make_event(conference, day=DAY + timedelta(days=n % 3))
        factories.release(conference)
    page = get(f"/en/{quito}/programme")
    assert len(page.cssselect(".day")) == 1
    assert [link.get("data-day") for link in page.cssselect(".days [aria-current]")] == ["2027-06-15"]
    assert get(f"/en/{quito}/programme?day=2027-06-16").cssselect("#day-2027-06-16")
    # Few are left by a filter: all days again.
    assert len(get(f"/en/{quito}/programme?organization=uclg").cssselect(".day")) > 0


def test_before_the_first_release_the_programme_says_so(app, get, text_of):
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="early")
        factories.make_event(conference, titles={"en": "Too early"})
    for path in ("", "programme", "programme?view=grid"):
        page = get(f"/en/early/{path}")
        assert "The programme is not out yet" in text_of(page.cssselect("main")[0])
        assert "Too early" not in text_of(page)


# --- now


def test_now_says_what_runs_and_what_comes(app, get, quito, text_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(11, 40))
    page = get(f"/en/{quito}/programme?view=now")
    doors = {
        text_of(door.cssselect(".door-name")[0]): [text_of(one) for one in door.cssselect("h3")]
        for door in page.cssselect(".door-sign")
    }
    assert doors == {"Annex": ["Exhibition of models"]}
    assert text_of(page.cssselect(".start-time")[0]) == "12:00 in 20 minutes"
    coming = page.cssselect("section[aria-labelledby=h-next]")[0]
    assert [text_of(link) for link in coming.cssselect(".entry-title")][:2] == [
        "Migration toolbox",
        "Full house",
    ]
    assert "Called off" not in text_of(page.cssselect("main")[0])


def test_after_the_end_nothing_is_on(get, quito, text_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(12, day=DAY + timedelta(days=90)))
    said = text_of(get(f"/en/{quito}/programme?view=now").cssselect("main")[0])
    assert "Nothing is on at this moment." in said
    assert "Nothing more is to come." in said


def test_the_sign_at_a_door(get, quito, text_of, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: at(9, 30))
    page = get(f"/fr/{quito}/rooms/hall/display")
    assert text_of(page.cssselect("h1")[0]) == "Grande salle"
    assert [text_of(one) for one in page.cssselect(".sign-now:not([hidden]) h2")] == ["Plénière d’ouverture"]
    assert [text_of(one) for one in page.cssselect(".sign-next li:not([hidden]) b")] == [
        "Migration toolbox", "On the move", "Long night of the cities",
    ]  # fmt: skip


# --- an event


def test_an_event_page_tells_all_that_is_known(get, quito, text_of):
    page = get(f"/en/{quito}/events/PL-001")
    said = text_of(page.cssselect("main")[0])
    for part in (
        "Plenary PL-001",
        "Opening plenary",
        "With all heads of delegation",
        "Tuesday, 15 June 2027",
        "09:00–11:00",
        "Ecuador Time",
        "Great Hall",
        "House of Culture",
        "Step-free access",
        "English and French",
        "Interpretation into Arabic and Chinese",
        "Open to all registered participants",
        "Lead organization International Organization for Migration IOM",
        "Co-organizer United Cities and Local Governments UCLG",
        "Amina Diallo Chair City of Example",
        "Concept note",
        "Agenda",
        "Land",
        "Women",
        "Protocol",
    ):
        assert part in said, part
    links = {a.get("href") for a in page.cssselect("main a")}
    assert {
        "https://example.org/note",
        "https://example.org/live",
        "mailto:protocol@example.org",
        "/en/quito/rooms/hall",
        "/en/quito/organizations/iom",
        "/en/quito/speakers/amina-diallo",
        "/en/quito/programme?theme=land",
        "webcal://localhost/en/quito/events/PL-001.ics",
        "http://localhost/en/quito/events/PL-001.ics",
    } <= links
    assert any(link.startswith("https://calendar.google.com/") for link in links if link)
    assert any(link.startswith("https://outlook.live.com/") for link in links if link)


def test_an_event_leads_on_to_related_ones(get, quito, text_of):
    related = {
        text_of(section.cssselect("h2")[0]): [text_of(one) for one in section.cssselect(".entry-title")]
        for section in get(f"/en/{quito}/events/PL-001").cssselect(".related section")
    }
    assert related["Next in this room"] == ["Migration toolbox"]
    assert related["Also by UCLG"] == ["Full house", "Some time that day"]
    assert "On the same theme" not in related
    toolbox = get(f"/en/{quito}/events/SE-001")
    assert text_of(toolbox.cssselect(".related h2")[0]) == "Next in this room"
    assert "Also by IOM" in [text_of(title) for title in toolbox.cssselect(".related h2")]


def test_a_cancelled_event_says_so_first(get, quito, text_of):
    page = get(f"/en/{quito}/events/SE-005")
    article = page.cssselect("article")[0]
    assert text_of(article).startswith("This event is cancelled. The delegation cannot travel.")
    assert "is-cancelled" in article.get("class")
    assert text_of(page.cssselect("title")[0]).startswith("Cancelled: Called off")
    entry = next(e for e in get(f"/en/{quito}/programme").cssselect(".entry") if "Called off" in text_of(e))
    assert text_of(entry.cssselect(".entry-status")[0]) == "Cancelled The delegation cannot travel."


def test_a_moved_event_says_from_where_and_when(get, quito, text_of):
    page = get(f"/en/{quito}/events/SE-006")
    assert (
        text_of(page.cssselect(".event-status")[0])
        == "This event has been moved from Tue 15 Jun, 16:00, Annex"
    )
    page = get(f"/en/{quito}/programme")
    assert "Moved from Tue 15 Jun, 16:00, Annex" in text_of(page)


def test_what_is_not_known_is_said_to_be_announced(get, quito, text_of):
    for code, parts in {
        "SE-003": ["Tuesday, 15 June 2027", "Time to be announced"],
        "SE-004": ["Day and time to be announced", "Room to be announced"],
    }.items():
        facts = text_of(get(f"/en/{quito}/events/{code}").cssselect(".event-facts")[0])
        for part in parts:
            assert part in facts


def test_text_falls_back_and_says_in_which_language_it_is(get, quito, text_of):
    page = get(f"/ar/{quito}/events/PL-001")
    title = page.cssselect("h1")[0]
    assert (text_of(title), title.get("lang")) == ("الجلسة الافتتاحية", None)
    subtitle = page.cssselect(".event-subtitle")[0]
    assert (subtitle.get("lang"), subtitle.get("dir")) == ("en", "ltr")
    prose = page.cssselect(".prose")[0]
    assert (prose.get("lang"), prose.get("dir")) == ("en", "ltr")
    page = get(f"/fr/{quito}/events/SE-001")
    assert page.cssselect("h1")[0].get("lang") == "en"
    assert "OIM" in text_of(page.cssselect("main")[0])


def test_booking_and_registering_are_offered_only_while_they_can_be(app, get, quito, text_of):
    assert get(f"/en/{quito}/").cssselect(".masthead-register") == []
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=quito).one()
        conference.registration_opens_at = clock.now() - timedelta(days=1)
        conference.registration_closes_at = clock.now() + timedelta(days=1)
    assert get(f"/en/{quito}/").cssselect(".masthead-register")
    assert (
        text_of(get(f"/en/{quito}/events/SE-001").cssselect(".event-facts .button-primary")[0])
        == "Book a seat"
    )
    full = get(f"/en/{quito}/events/SE-002").cssselect(".event-facts .button-primary")[0]
    assert text_of(full) == "Join the waiting list"
    assert get(f"/en/{quito}/events/SE-005").cssselect(".event-facts .button-primary") == []
    with app.app_context(), transaction():
        db.session.query(Conference).filter_by(slug=quito).one().state = ConferenceState.ARCHIVED
    assert get(f"/en/{quito}/").cssselect(".masthead-register") == []
    assert get(f"/en/{quito}/events/SE-001").cssselect(".event-facts .button-primary") == []


# --- organizations, speakers, places


def test_an_organization_shows_its_names_and_its_part(get, quito, text_of):
    page = get(f"/fr/{quito}/organizations/iom")
    assert text_of(page.cssselect("h1")[0]) == "Organisation internationale pour les migrations"
    assert text_of(page.cssselect(".profile-acronym")[0]) == "OIM"
    names = [(name.get("lang"), text_of(name)) for name in page.cssselect(".other-name")]
    assert names == [("en", "International Organization for Migration (IOM)")]
    assert [text_of(one) for one in page.cssselect(".entry-title")] == [
        "Plénière d’ouverture",
        "Migration toolbox",
    ]
    assert "webcal://localhost/fr/quito/organizations/iom.ics" in [a.get("href") for a in page.cssselect("a")]
    roles = {
        section.get("aria-labelledby"): [text_of(one) for one in section.cssselect(".entry-title")]
        for section in get(f"/en/{quito}/organizations/uclg").cssselect("section[aria-labelledby]")
    }
    assert roles == {
        "h-lead": ["Full house", "Some time that day"],
        "h-co_organizer": ["Opening plenary", "Migration toolbox"],
    }


def test_organizations_are_found_by_any_of_their_names(get, quito, text_of):
    for query, expected in {
        "": ["IOM", "UCLG"],
        "?q=migrations": ["IOM"],
        "?q=oim": ["IOM"],
        "?q=cities+united": ["UCLG"],
        "?type=network": ["UCLG"],
        "?type=network&q=iom": [],
        "?type=wrong": [],
    }.items():
        page = get(f"/en/{quito}/organizations{query}")
        assert [text_of(name) for name in page.cssselect(".index-list b")] == expected, query


def test_organizations_stand_under_the_name_that_the_reader_knows(get, quito, text_of):
    letters = [text_of(letter) for letter in get(f"/fr/{quito}/organizations").cssselect(".letter-title")]
    assert letters == ["O", "U"]


def test_a_speaker_shows_where_they_speak(get, quito, text_of):
    page = get(f"/en/{quito}/speakers/amina-diallo")
    assert text_of(page.cssselect("h1")[0]) == "Amina Diallo"
    assert text_of(page.cssselect(".event-subtitle")[0]) == "City of Example"
    assert [text_of(one) for one in page.cssselect(".entry-title")] == ["Opening plenary"]
    index = get(f"/en/{quito}/speakers?q=city+of+example")
    assert [text_of(name) for name in index.cssselect(".index-list b")] == ["Amina Diallo"]
    assert get(f"/en/{quito}/speakers?q=nobody").cssselect(".index-list") == []


def test_the_venue_lists_its_rooms_and_a_room_its_events(get, quito, text_of):
    said = text_of(get(f"/en/{quito}/venue").cssselect("main")[0])
    for part in (
        "House of Culture",
        "Avenida 6 de Diciembre",
        "Bus 11, north gate.",
        "Great Hall",
        "800 seats",
        "Only by steps",
    ):
        assert part in said
    page = get(f"/fr/{quito}/rooms/hall")
    assert text_of(page.cssselect("h1")[0]) == "Grande salle"
    assert len(page.cssselect(".entry")) == 4
    assert "webcal://localhost/fr/quito/rooms/hall.ics" in [a.get("href") for a in page.cssselect("a")]


def test_news_comes_out_when_it_is_due(app, get, quito, text_of, monkeypatch):
    assert [text_of(title) for title in get(f"/en/{quito}/news").cssselect(".news-list h2")] == [
        "Doors open early"
    ]
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [text_of(title) for title in get(f"/en/{quito}/news").cssselect(".news-list h2")] == [
        "Secret until June", "Doors open early",
    ]  # fmt: skip


# --- machines that read


def test_an_event_is_described_for_search_engines(get, quito):
    def data(code: str, language: str = "en"):
        scripts = get(f"/{language}/{quito}/events/{code}").cssselect("script[type='application/ld+json']")
        return json.loads(scripts[0].text_content()) if scripts else None

    opening = data("PL-001", "fr")
    assert opening["@context"] == "https://schema.org"
    assert opening["@type"] == "Event"
    assert opening["url"] == "http://localhost/fr/quito/events/PL-001"
    assert opening["name"] == "Plénière d’ouverture"
    assert opening["startDate"] == "2027-06-15T09:00:00-05:00"
    assert opening["endDate"] == "2027-06-15T11:00:00-05:00"
    assert opening["eventStatus"] == "https://schema.org/EventScheduled"
    assert opening["eventAttendanceMode"] == "https://schema.org/MixedEventAttendanceMode"
    assert opening["location"][0]["name"] == "Grande salle, Maison de la culture"
    assert opening["location"][0]["address"]["addressCountry"] == "EC"
    assert [one["alternateName"] for one in opening["organizer"]] == ["OIM", "UCLG"]
    assert opening["performer"][0]["name"] == "Amina Diallo"
    assert opening["superEvent"]["name"] == "Conférence sur le logement"
    assert data("SE-005")["eventStatus"] == "https://schema.org/EventCancelled"
    moved = data("SE-006")
    assert moved["eventStatus"] == "https://schema.org/EventRescheduled"
    assert moved["previousStartDate"] == "2027-06-15T16:00:00-05:00"
    assert data("SE-003")["startDate"] == "2027-06-15"
    assert data("SE-004") is None
    assert data("SE-001")["maximumAttendeeCapacity"] == 30


def test_the_conference_is_described_for_search_engines(get, quito):
    data = json.loads(get(f"/en/{quito}/").cssselect("script[type='application/ld+json']")[0].text_content())
    assert (data["startDate"], data["endDate"]) == ("2027-06-14", "2027-06-18")
    assert data["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": -0.2105, "longitude": -78.4957}


def test_robots_may_read_feeds_and_are_led_to_the_sitemaps(client, quito):
    from urllib.robotparser import RobotFileParser

    parser = RobotFileParser()
    parser.parse(client.get("/robots.txt").text.splitlines())
    for path in (
        "/en/quito/calendar.ics",
        "/calendars/secret.ics",
        "/en/quito/programme",
        "/en/quito/programme.ics?type=a",
    ):
        assert parser.can_fetch("Google-Calendar-Importer", f"http://localhost{path}"), path
    assert not parser.can_fetch("*", "http://localhost/manage/quito/programme")
    assert parser.site_maps() == ["http://localhost/sitemap.xml"]


def test_every_address_in_the_sitemaps_is_there(client, quito):
    from lxml import etree

    index = etree.fromstring(client.get("/sitemap.xml").data)
    maps = [loc.text for loc in index.iter("{*}loc")]
    assert maps == ["http://localhost/en/quito/sitemap.xml", "http://localhost/fr/quito/sitemap.xml"]
    found = [loc.text or "" for loc in etree.fromstring(client.get(maps[0] or "").data).iter("{*}loc")]
    assert "http://localhost/en/quito/events/SE-005" in found
    assert not [address for address in found if "DR-001" in address or "later" in address]
    for address in found:
        assert client.get(address.removeprefix("http://localhost")).status_code == 200, address
