"""Bytes: folding, escaping, what must not get in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.calendars import ical
from eventsapp.calendars.ical import Entry, Feed, Status, fold, one_line, plain, to_bytes
from tests.calendars.reading import properties, read, unescape, unfold

WHEN = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)

ENTRY = Entry(
    uid="5c5f0a7e@eventsapp",
    sequence=3,
    modified=WHEN,
    start=datetime(2027, 6, 15, 18, 0, tzinfo=UTC),
    end=datetime(2027, 6, 15, 19, 30, tzinfo=UTC),
    zone="America/Guayaquil",
    status=Status.CONFIRMED,
    summary="Migration in cities",
    description="What cities do.\n\nhttps://example.org/en/c/events/SE-001",
    url="https://example.org/en/c/events/SE-001",
    location="Room 1, House, Quito",
)
FEED = Feed(
    name="Habitat III",
    description="United Nations Conference",
    url="https://example.org/en/c/",
    source="https://example.org/en/c/calendar.ics",
    modified=WHEN,
    zone="America/Guayaquil",
    first=date(2027, 6, 14),
    last=date(2027, 6, 18),
    colour="navy",
    entries=(ENTRY,),
)


def feed_with(**changes: object) -> bytes:
    return to_bytes(replace(FEED, entries=(replace(ENTRY, **changes),)))  # type: ignore[arg-type]


def test_a_feed_says_everything_once_in_a_fixed_order():
    assert to_bytes(FEED).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventsapp//eventsapp//EN",
        "NAME:Habitat III",
        "X-WR-CALNAME:Habitat III",
        "DESCRIPTION:United Nations Conference",
        "X-WR-CALDESC:United Nations Conference",
        "URL:https://example.org/en/c/",
        "SOURCE;VALUE=URI:https://example.org/en/c/calendar.ics",
        "LAST-MODIFIED:20260504T030201Z",
        "X-WR-TIMEZONE:America/Guayaquil",
        "COLOR:navy",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
        "BEGIN:VTIMEZONE",
        "TZID:America/Guayaquil",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:-0500",
        "TZOFFSETTO:-0500",
        "TZNAME:-05",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        "UID:5c5f0a7e@eventsapp",
        "SEQUENCE:3",
        "DTSTAMP:20260504T030201Z",
        "LAST-MODIFIED:20260504T030201Z",
        "DTSTART;TZID=America/Guayaquil:20270615T130000",
        "DTEND;TZID=America/Guayaquil:20270615T143000",
        "SUMMARY:Migration in cities",
        "LOCATION:Room 1\\, House\\, Quito",
        "DESCRIPTION:What cities do.\\n\\nhttps://example.org/en/c/events/SE-001",
        "URL:https://example.org/en/c/events/SE-001",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_the_same_feed_gives_the_same_bytes():
    ical.entry_bytes.cache_clear()
    first = to_bytes(FEED)
    ical.entry_bytes.cache_clear()
    assert to_bytes(replace(FEED)) == first


def test_the_bytes_of_an_entry_are_kept_by_its_content():
    ical.entry_bytes.cache_clear()
    to_bytes(FEED)
    to_bytes(replace(FEED, entries=(replace(ENTRY),)))
    assert (ical.entry_bytes.cache_info().hits, ical.entry_bytes.cache_info().misses) == (1, 1)
    to_bytes(replace(FEED, entries=(replace(ENTRY, summary="Another"),)))
    assert ical.entry_bytes.cache_info().misses == 2


@pytest.mark.parametrize(
    "text",
    [
        "难民与城市:移民问题特别会议" * 12,
        "الهجرة والمدن: جلسة خاصة عن اللاجئين في المناطق الحضرية" * 6,
        "Жильё и города " * 20,
        "🏙️🏘️👩‍👩‍👧‍👦" * 30,
        "a" * 73 + "é" * 40,
    ],
    ids=["zh", "ar", "ru", "emoji", "odd"],
)
def test_lines_are_folded_by_octets_and_never_inside_a_character(text):
    data = feed_with(summary=text, description=text)
    (seen,) = read(data)
    assert seen.summary == one_line(text)
    assert seen.description == text
    # Folded as late as possible: the next character would not have fitted.
    lines = data.split(b"\r\n")
    for line, following in pairwise(lines):
        if following.startswith(b" "):
            assert len(line) + len(following[1:].decode()[0].encode()) > 75


@pytest.mark.parametrize(
    "text",
    [
        "semi;colon, comma \\ backslash",
        r"C:\New\folder, \N and \n are letters here",
        "a\\",
        "\\,\\;\\\\",
        "BEGIN:VEVENT",
        "x\nEND:VEVENT\nEND:VCALENDAR\nBEGIN:VCALENDAR",
        'quotes " and : colons',
        "^n ^^ ^'",
    ],
)
def test_text_is_escaped_exactly_once(text):
    data = feed_with(description=text)
    (written,) = [value for value in properties(data, "DESCRIPTION") if value != FEED.description]
    assert unescape(written) == text
    (seen,) = read(data)
    assert seen.description == text


def test_all_line_breaks_become_one_kind_and_control_characters_go():
    told = "a\rb\r\nc\x0bd\x0ce\x85f\u2028g\u2029h\ti\x00\x07\x1b\x7f\x9fj\ud800k"
    assert plain(told) == "a\nb\nc\nd\ne\nf\ng\nh ijk"
    assert one_line("a\r\nATTENDEE:mailto:x\t y") == "a ATTENDEE:mailto:x y"
    (seen,) = read(feed_with(summary="one\r\nATTENDEE:x", description=told, location="a\rb"))
    assert (seen.summary, seen.location) == ("one ATTENDEE:x", "a b")
    assert seen.description == "a\nb\nc\nd\ne\nf\ng\nh ijk"


@pytest.mark.parametrize("bad", ["https://example.org/\r\nATTENDEE:x", "https://example.org/\nx", "a\rb"])
def test_an_address_with_a_line_break_is_refused_rather_than_written(bad):
    with pytest.raises(ValueError, match=r"line break|CR or LF"):
        feed_with(url=bad)
    with pytest.raises(ValueError, match="line break"):
        fold(b"URL:" + bad.encode())


def test_a_label_cannot_end_its_quotes():
    data = feed_with(online="https://meet.example.org/1", online_label='On"line:;,\r\nX')
    assert 'LABEL="On\'line:;, X"' in "\n".join(unfold(data))
    assert properties(data, "CONFERENCE") == ["https://meet.example.org/1"]
    read(data)


def test_what_is_optional_is_written_where_it_is_known():
    data = feed_with(
        categories=("Side event", "Housing"),
        latitude=-0.21,
        longitude=-78.5,
        online="https://meet.example.org/1",
        online_label="Online",
        image="https://example.org/files/3/logo.webp",
        image_type="image/webp",
    )
    lines = unfold(data)
    for line in (
        "CATEGORIES:Side event,Housing",
        "GEO:-0.21;-78.5",
        "CONFERENCE;FEATURE=VIDEO;LABEL=Online;VALUE=URI:https://meet.example.org/1",
        "IMAGE;DISPLAY=BADGE;FMTTYPE=image/webp;VALUE=URI:https://example.org/files/3/logo.webp",
    ):
        assert line in lines
    read(data)


def test_days_are_dates_and_the_end_is_the_day_after():
    data = feed_with(start=date(2027, 6, 14), end=date(2027, 6, 19))
    lines = unfold(data)
    assert "DTSTART;VALUE=DATE:20270614" in lines
    assert "DTEND;VALUE=DATE:20270619" in lines
    (seen,) = read(data)
    assert (seen.start, seen.end) == (date(2027, 6, 14), date(2027, 6, 19))


def test_a_calendar_without_events_still_has_its_zone():
    data = to_bytes(replace(FEED, entries=()))
    assert properties(data, "TZID") == ["America/Guayaquil"]
    assert read(data) == []


# Whatever people type. Surrogates do not come out of a database, but a wrong one must not break a feed.
ANY_TEXT = st.text(st.characters(), max_size=400)


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_comes_back_as_it_was(summary, description):
    data = feed_with(summary=summary, description=description)
    assert unescape(properties(data, "SUMMARY")[0]) == one_line(summary)
    assert unescape(properties(data, "DESCRIPTION")[1]) == plain(description)


# What the three libraries agree on reading: they disagree about empty text, and about white space at the ends.
PLAIN_TEXT = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp")), min_size=1, max_size=300
).filter(lambda text: text.strip() == text)


@given(PLAIN_TEXT)
def test_three_libraries_read_any_text_alike(text):
    (seen,) = read(feed_with(summary=text, description=text))
    assert (seen.summary, seen.description) == (one_line(text), text)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=600))
def test_folding_can_be_undone(text):
    folded = fold(text.encode())
    assert all(len(line) <= 75 for line in folded.split(b"\r\n"))
    assert folded.removesuffix(b"\r\n").replace(b"\r\n ", b"").decode() == text


@given(
    st.integers(0, 90 * 365 * 24 * 60).map(lambda n: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(minutes=n)),
    st.integers(1, 3 * 24 * 60),
    st.sampled_from(["Europe/London", "America/Guayaquil", "Australia/Sydney", "Pacific/Kiritimati", "UTC"]),
)
def test_every_instant_is_read_as_it_was_meant(start, minutes, zone):
    end = start + timedelta(minutes=minutes)
    entry = replace(ENTRY, start=start, end=end, zone=zone)
    days = {"first": start.date(), "last": end.date()}
    (seen,) = read(to_bytes(replace(FEED, zone=zone, entries=(entry,), **days)))
    assert (seen.start, seen.end) == (start, end)
