"""What the feeds contain and say, over HTTP, as four readers see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from eventsapp.calendars import feeds
from eventsapp.calendars.ical import to_bytes
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import clock, locale
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import releases, service
from eventsapp.programme.enums import SpeakerRole
from eventsapp.programme.models import Event
from eventsapp.programme.queries import load_snapshot
from eventsapp.programme.transitions import EventAction
from eventsapp.site.current import snapshot_of
from tests import factories
from tests.calendars.reading import Seen, properties, read, unfold
from tests.factories import START

HOUR = timedelta(hours=1)


def get(client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    return response.data


def seen_at(client, path: str) -> dict[str, Seen]:
    return {seen.url.rsplit("/", 1)[1]: seen for seen in read(get(client, path))}


def test_every_feed_has_its_events_and_no_others(client, programme):
    found = {
        path: "".join(seen_at(client, f"/en/urban/{path}"))
        for path in (
            "calendar.ics",
            "events/A.ics",
            "events/D.ics",
            "organizations/iom.ics",
            "organizations/uclg.ics",
            "organizations/bank.ics",
            "rooms/hall.ics",
            "rooms/empty.ics",
            "themes/housing.ics",
            "types/side-event.ics",
            "types/fair.ics",
            "programme.ics",
            "programme.ics?organization=iom&day=2027-06-15",
            "programme.ics?type=side-event&q=open",
            "programme.ics?type=nothing",
            "programme.ics?day=2027-06-18",
        )
    }
    # D has no day, so it is nowhere; X is no event of the public.
    assert found == {
        "calendar.ics": "CAEB",
        "events/A.ics": "A",
        "events/D.ics": "",
        "organizations/iom.ics": "AE",
        "organizations/uclg.ics": "AB",
        "organizations/bank.ics": "A",
        "rooms/hall.ics": "CAE",
        "rooms/empty.ics": "",
        "themes/housing.ics": "A",
        "types/side-event.ics": "AEB",
        "types/fair.ics": "C",
        "programme.ics": "CAEB",
        "programme.ics?organization=iom&day=2027-06-15": "AE",
        "programme.ics?type=side-event&q=open": "B",
        "programme.ics?type=nothing": "",
        "programme.ics?day=2027-06-18": "C",
    }


def test_a_day_without_a_time_stands_over_the_day_and_says_so(app, client, programme):
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, programme.conference)
        factories.make_event(conference, code="T", day=date(2027, 6, 16), titles="Some hour")
        factories.release(conference)
    seen = seen_at(client, "/en/urban/events/T.ics")["T"]
    assert (seen.start, seen.end) == (date(2027, 6, 16), date(2027, 6, 17))
    assert (seen.status, seen.summary) == ("TENTATIVE", "Some hour (time to be announced)")
    assert "The time is not announced yet." in seen.description
    assert b"TRANSP:TRANSPARENT" in client.get("/en/urban/events/T.ics").data
    with app.app_context(), transaction():
        event = db.session.scalars(select(Event).where(Event.code == "T")).one()
        start = datetime(2027, 6, 16, 15, 0, tzinfo=UTC)
        factories.place(event, start=start, end=start + HOUR)
        factories.release(db.session.get_one(Conference, programme.conference))
    placed = seen_at(client, "/en/urban/events/T.ics")["T"]
    assert placed.uid == seen.uid
    assert (placed.start, placed.status, placed.summary) == (start, "CONFIRMED", "Some hour")
    assert placed.sequence == seen.sequence + 1


def test_an_event_says_what_its_page_says(client, programme):
    seen = seen_at(client, "/en/urban/events/A.ics")["A"]
    assert seen.uid == programme.uids["A"]
    assert (seen.status, seen.sequence) == ("CONFIRMED", 0)
    assert seen.summary == "Homes; migrants, refugees"
    assert seen.location == "Stand B 12, Hall, House of Culture, Quito"
    assert (seen.start, seen.end) == (START, START + 1.5 * HOUR)
    assert seen.wall == datetime(2027, 6, 15, 13, 0)  # noqa: DTZ001 - what the clock on the wall shows
    assert seen.url == "https://events.example.org/en/urban/events/A"
    assert seen.description.split("\n") == [
        "What to do",
        "",
        "In short: **homes**.",
        "",
        "A long text with a link (https://example.org/x).",
        "",
        "- one",
        "- two",
        "",
        "Organized by: Migration Office (IOM)",
        "Together with: United Cities (UCLG)",
        "Supported by: Bank",
        "Speakers: Ana Ruiz (University), Li Wei",
        "Languages: English, Spanish",
        "Interpretation: French",
        "Seats must be booked",
        "Online: https://meet.example.org/room%201?x=%C3%A9",
        "",
        "https://events.example.org/en/urban/events/A",
    ]
    lines = unfold(get(client, "/en/urban/events/A.ics"))
    assert "CATEGORIES:Side event,Housing" in lines
    assert "GEO:-0.21;-78.5" in lines
    assert (
        "CONFERENCE;FEATURE=VIDEO;LABEL=Online;VALUE=URI:https://meet.example.org/room%201?x=%C3%A9" in lines
    )


def test_the_whole_conference_is_said_in_few_words(client, programme):
    seen = seen_at(client, "/en/urban/calendar.ics")["A"]
    assert seen.description.split("\n") == [
        "In short: **homes**.",
        "",
        "Organized by: IOM",
        "Together with: UCLG",
        "Online: https://meet.example.org/room%201?x=%C3%A9",
        "",
        "https://events.example.org/en/urban/events/A",
    ]


def test_the_calendar_says_what_it_is(client, programme):
    def head(path: str) -> dict[str, str]:
        lines = unfold(get(client, path))
        pairs = [line.partition(":") for line in lines[1 : lines.index("BEGIN:VTIMEZONE")]]
        return {name: value for name, _, value in pairs}

    whole = head("/en/urban/calendar.ics")
    assert whole["NAME"] == whole["X-WR-CALNAME"] == "Urban Forum"
    assert whole["DESCRIPTION"] == whole["X-WR-CALDESC"] == "World Forum"
    assert whole["URL"] == "https://events.example.org/en/urban/"
    assert whole["SOURCE;VALUE=URI"] == "https://events.example.org/en/urban/calendar.ics"
    assert whole["X-WR-TIMEZONE"] == "America/Guayaquil"
    assert whole["COLOR"] == "steelblue"
    french = head("/fr/urban/organizations/iom.ics")
    assert (french["NAME"], french["DESCRIPTION"]) == ("Urban Forum – OIM", "Forum mondial")
    assert french["SOURCE;VALUE=URI"] == "https://events.example.org/fr/urban/organizations/iom.ics"
    assert head("/en/urban/rooms/hall.ics")["NAME"] == "Urban Forum – Hall"
    assert head("/en/urban/themes/housing.ics")["NAME"] == "Urban Forum – Housing"
    assert head("/en/urban/types/side-event.ics")["NAME"] == "Urban Forum – Side event"
    assert head("/en/urban/events/B.ics")["NAME"] == "Urban Forum – Open end"
    some = head("/en/urban/programme.ics?q=a%26b&view=grid&type=side-event&day=")
    assert some["NAME"] == "Urban Forum – selection"
    assert some["SOURCE;VALUE=URI"] == (
        "https://events.example.org/en/urban/programme.ics?type=side-event&q=a%26b"
    )


def test_each_language_has_its_own_texts_and_the_same_events(client, programme):
    english = seen_at(client, "/en/urban/calendar.ics")
    french = seen_at(client, "/fr/urban/calendar.ics")
    assert french["A"].summary == "Logement des migrants"
    assert french["A"].location.endswith("Salle, Maison, Quito")
    assert french["A"].url == "https://events.example.org/fr/urban/events/A"
    # What there is in English only is said in English.
    assert french["B"].summary == "Open end"
    for other in ("fr", "es", "ar", "zh", "ru"):
        there = seen_at(client, f"/{other}/urban/calendar.ics")
        assert [(s.uid, s.sequence, s.status, s.start, s.end) for s in there.values()] == [
            (s.uid, s.sequence, s.status, s.start, s.end) for s in english.values()
        ]


def test_an_event_without_a_known_end_has_one_and_says_so(client, programme, app):
    seen = seen_at(client, "/en/urban/events/B.ics")["B"]
    assert seen.end == START + 25.5 * HOUR
    assert seen.status == "TENTATIVE"
    assert "The end is not announced yet" in seen.description
    with app.app_context(), transaction():
        db.session.get_one(Event, programme.events["B"]).type.default_minutes = None
    assert seen_at(client, "/en/urban/events/B.ics")["B"].end == START + 25 * HOUR


def test_an_event_of_several_days_has_days_and_says_its_hours(client, programme, app):
    seen = seen_at(client, "/en/urban/events/C.ics")["C"]
    assert (seen.start, seen.end) == (date(2027, 6, 14), date(2027, 6, 19))
    assert seen.status == "CONFIRMED"
    assert "Daily from 13:00 to 17:00 (Ecuador Time)" in seen.description
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, programme.conference)
        event = db.session.get_one(Event, programme.events["C"])
        factories.place(event, day=date(2027, 6, 14), end_day=date(2027, 6, 16), start=START - 24 * HOUR)
        factories.release(conference)
    seen = seen_at(client, "/en/urban/events/C.ics")["C"]
    assert (seen.start, seen.end, seen.sequence) == (date(2027, 6, 14), date(2027, 6, 17), 1)
    assert "Daily from 13:00 (Ecuador Time)" in seen.description
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, programme.conference)
        event = db.session.get_one(Event, programme.events["C"])
        factories.place(event, day=date(2027, 6, 14), end_day=date(2027, 6, 16))
        factories.release(conference)
    # Hours that are not known any more: it stays over its days, and says so.
    seen = seen_at(client, "/en/urban/events/C.ics")["C"]
    assert (seen.start, seen.end, seen.sequence) == (date(2027, 6, 14), date(2027, 6, 17), 2)
    assert (seen.status, seen.summary) == ("TENTATIVE", "Exhibition (time to be announced)")


def test_a_cancelled_event_stays_and_says_so_first(client, programme, app):
    for path in ("calendar.ics", "organizations/iom.ics", "rooms/hall.ics", "events/E.ics"):
        seen = seen_at(client, f"/en/urban/{path}")["E"]
        assert (seen.status, seen.sequence, seen.summary) == ("CANCELLED", 1, "Cancelled: Off")
        assert seen.uid == programme.uids["E"]
        assert (seen.start, seen.end) == (START, START + 1.5 * HOUR)
        assert seen.description.startswith("This event is cancelled. Strike.\n\n")
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, programme.conference)
        event = db.session.get_one(Event, programme.events["E"])
        service.change_state(conference, event, EventAction.REINSTATE, actor=COMMAND_LINE)
    seen = seen_at(client, "/en/urban/events/E.ics")["E"]
    assert (seen.status, seen.sequence, seen.summary) == ("TENTATIVE", 2, "Off")


def test_a_moved_event_keeps_its_uid_and_counts_up(client, programme, app):
    before = seen_at(client, "/en/urban/calendar.ics")
    with app.app_context(), transaction():
        event = db.session.get_one(Event, programme.events["A"])
        empty = db.session.scalars(db.select(Room).where(Room.slug == "empty")).one()
        factories.place(event, room=empty, start=START + 3 * HOUR, end=START + 4 * HOUR)
    # Not released yet: nobody hears of it.
    assert seen_at(client, "/en/urban/calendar.ics") == before
    with app.app_context(), transaction():
        releases.release(db.session.get_one(Conference, programme.conference), actor=COMMAND_LINE)
    after = seen_at(client, "/en/urban/calendar.ics")
    assert after["A"].uid == before["A"].uid
    assert after["A"].sequence == before["A"].sequence + 1
    assert (after["A"].start, after["A"].end) == (START + 3 * HOUR, START + 4 * HOUR)
    assert after["A"].location != before["A"].location
    # And nothing else moved.
    assert {code: seen for code, seen in after.items() if code != "A"} == {
        code: seen for code, seen in before.items() if code != "A"
    }
    assert "A" not in seen_at(client, "/en/urban/rooms/hall.ics")
    with app.app_context(), transaction():
        event = db.session.get_one(Event, programme.events["A"])
        factories.place(event)
        releases.release(db.session.get_one(Conference, programme.conference), actor=COMMAND_LINE)
    # Its time is open again: it is in no feed until it has one.
    assert "A" not in seen_at(client, "/en/urban/calendar.ics")


def test_a_change_of_anything_rendered_moves_the_date_but_not_the_sequence(
    client, programme, app, monkeypatch
):
    before = seen_at(client, "/en/urban/calendar.ics")
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    with app.app_context(), transaction():
        db.session.get_one(Room, programme.rooms["hall"]).names = {"en": "Great Hall"}
    after = seen_at(client, "/en/urban/calendar.ics")
    changed = {code for code in before if before[code] != after[code]}
    assert changed == {"A", "C", "E"}
    for code in changed:
        assert after[code].modified == later
        assert after[code].sequence == before[code].sequence
    monkeypatch.setattr(clock, "now", lambda: later + timedelta(hours=1))
    with app.app_context(), transaction():
        db.session.get_one(Organization, programme.organization).acronyms = {"en": "IOM-UN"}
    last = seen_at(client, "/en/urban/calendar.ics")
    assert last["A"].modified == later + timedelta(hours=1)
    assert last["C"].modified == later


NIGHTS = [
    # The night in which the clocks go back: the hour from 00:00 to 01:00 UTC is shown as 01:00 to 02:00, and so is the
    # next.
    ("Europe/London", datetime(2026, 10, 24, 20, tzinfo=UTC)),
    ("Europe/London", datetime(2027, 3, 27, 20, tzinfo=UTC)),
    ("America/Guayaquil", datetime(2026, 10, 24, 20, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2027, 4, 3, 10, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2026, 10, 3, 10, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(2026, 12, 31, 2, tzinfo=UTC)),
    ("UTC", datetime(2026, 12, 31, 20, tzinfo=UTC)),
]


def test_all_hours_of_a_night_are_the_same_for_all_readers(app, client):
    with app.app_context(), transaction():
        for number, (zone, start) in enumerate(NIGHTS):
            first = start.astimezone(ZoneInfo(zone)).date()
            conference = factories.make_conference(
                slug=f"night-{number}", zone=zone, start_date=first, end_date=first + timedelta(days=1)
            )
            for n in range(20):
                # All of them belong to the evening's programme day, also those past midnight.
                at = start + n * timedelta(minutes=30)
                factories.make_event(conference, code=f"N-{n:02}", start=at, end=at + HOUR, day=first)
            factories.release(conference)
    for number, (zone, start) in enumerate(NIGHTS):
        tz = ZoneInfo(zone)
        path = f"/en/night-{number}/calendar.ics"
        seen = seen_at(client, path)
        times = [start + n * timedelta(minutes=30) for n in range(20)]
        assert list(seen) == [f"N-{n:02}" for n in range(20)]
        assert [(one.start, one.end) for one in seen.values()] == [(at, at + HOUR) for at in times]
        written = properties(get(client, path), "DTSTART")[-20:]
        for at, one, text in zip(times, seen.values(), written, strict=True):
            expected = at if text.endswith("Z") else at.astimezone(tz)
            assert one.wall == expected.replace(tzinfo=None, fold=0)
            assert text.rstrip("Z") == f"{expected:%Y%m%dT%H%M%S}"


def test_a_conference_without_a_programme_has_an_empty_calendar(app, client):
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="soon", zone="Europe/London")
        factories.make_event(conference, start=START)
    data = get(client, "/en/soon/calendar.ics")
    assert read(data) == []
    assert properties(data, "TZID") == ["Europe/London"]


HOSTILE = (
    "<script>alert(1)</script>\r\nATTENDEE:mailto:victim@example.org\x07\x0b\u2028BEGIN:VALARM; , \\n \\"
)


def test_whatever_people_type_a_feed_stays_a_feed(app, client):
    with app.app_context(), transaction():
        conference = factories.make_conference(
            slug="urban", short_name=HOSTILE[:80], names=HOSTILE, cities=HOSTILE
        )
        venue = factories.make_venue(conference, names=HOSTILE)
        room = factories.make_room(conference, venue=venue, names=HOSTILE, slug="room")
        theme = factories.make_theme(conference, names=HOSTILE, slug="theme")
        organization = factories.make_organization(names=HOSTILE, acronyms=HOSTILE, slug="org")
        speaker = factories.make_speaker(conference, name=HOSTILE)
        factories.make_event(
            conference,
            code="A",
            titles=HOSTILE,
            subtitles=HOSTILE,
            summaries=HOSTILE,
            descriptions=HOSTILE,
            speakers=[(speaker, SpeakerRole.SPEAKER, HOSTILE)],
            leads=[organization],
            themes=[theme],
            room=room,
            start=START,
            stand="B\r\n1",
            online_url="https://x.example.org/\r\nATTENDEE:mailto:y",
            languages=["en", "x;y\r\nz"],
        )
        factories.make_event(conference, code="B", start=START, online_url="javascript:alert(1)")
        factories.release(conference)
    for path in (
        "calendar.ics",
        "events/A.ics",
        "organizations/org.ics",
        "rooms/room.ics",
        "themes/theme.ics",
    ):
        data = get(client, f"/en/urban/{path}")
        lines = unfold(data)
        assert not [line for line in lines if line.startswith(("ATTENDEE", "BEGIN:VALARM"))]
        assert b"javascript:" not in data
    # What a person wrote as text is text, also an address.
    event = next(line for line in lines if line.startswith("SUMMARY"))
    assert event.startswith("SUMMARY:<script>alert(1)</script> ATTENDEE:mailto:victim@example.org")


def test_no_mail_address_of_a_contact_gets_into_a_feed(client, programme):
    for path in ("calendar.ics", "events/A.ics"):
        data = get(client, f"/en/urban/{path}").decode()
        assert "maria" not in data.lower()
        assert "@" not in data.replace("@eventsapp", "")


# --- size and speed, on a programme of a thousand made from one


@pytest.fixture
def thousand(app, programme):
    """A snapshot with a thousand events, 40 on each of its days, and one of the languages they are written in."""
    with app.app_context():
        snapshot = load_snapshot(programme.conference)
    pattern = snapshot.event_by_code["A"]
    text = "Migration in cities, and what local governments make of it: homes, work and a place to be heard. "
    chinese = "移民与城市:地方政府如何应对住房、工作和公共参与。"

    def event(n: int):
        at = START + timedelta(minutes=15 * n)
        return replace(
            pattern,
            code=f"SE-{n:04}",
            uid=f"5d0c7d1e-6f0e-5e0a-9d0b-{n:012}",
            starts_at=at,
            ends_at=at + HOUR,
            titles={"en": f"{text[:60]} {n}", "zh": f"{chinese[:22]}{n}"},
            summaries={},
            descriptions={"en": text * 7, "zh": chinese * 25},
        )

    return replace(snapshot, events=tuple(event(n) for n in range(1000)))


@pytest.mark.sqlite_only
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_thousand_events_stay_below_what_google_takes(app, thousand, language):
    with app.app_context(), locale.speaking(language):
        data = to_bytes(
            feeds.feed_of(feeds.whole_conference(thousand), thousand, language, "https://events.example.org")
        )
        assert len(data) < 1_000_000
        assert len(read(data)) == 1000
        # A feed that says all of the text does so only while it fits.
        large = feeds.of_organization(thousand.organizations["iom"], thousand, language)
        shortened = to_bytes(feeds.feed_of(large, thousand, language, "https://events.example.org"))
        assert len(shortened) < 1_000_000
        few = replace(large, events=large.events[:20])
        whole = to_bytes(feeds.feed_of(few, thousand, language, "https://events.example.org"))
        assert len(whole) / 20 > 1.5 * len(shortened) / 1000


def test_words_are_few_but_whole():
    assert feeds.shorten("Short  enough\nas it is.", 300) == "Short enough as it is."
    text = "migration and refugees in urban areas, " * 20
    short = feeds.shorten(text, 100)
    assert (
        short
        == "migration and refugees in urban areas, migration and refugees in urban areas, migration and…"
    )
    for sample in (text, "移民与城市" * 50, "é" * 200, "الهجرة والمدن " * 30, "🏙️" * 100):
        for octets in (10, 99, 100, 101, 300):
            found = feeds.shorten(sample, octets)
            assert len(found.encode()) <= octets
            assert found.endswith("…")
            assert sample.startswith(found[:-1])


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://example.org/a b?c=é", "https://example.org/a%20b?c=%C3%A9"),
        ("  http://exämple.org/\r\n", "http://xn--exmple-cua.org/"),
        ("javascript:alert(1)", None),
        ("//example.org/", None),
        ("meet.example.org/1", None),
        ("https://", None),
        ("http://[::1", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_links(typed, address):
    assert feeds.web_address(typed) == address


def test_the_snapshot_of_a_feed_is_that_of_the_page(app, client, programme):
    """Same revision, same content: whoever makes pages and feeds from a snapshot never shows two states at once."""
    with app.app_context():
        snapshot = snapshot_of("urban")
    assert snapshot is not None
    assert {event.code for event in snapshot.events if feeds.is_shown(event)} == set(
        seen_at(client, "/en/urban/calendar.ics")
    )
