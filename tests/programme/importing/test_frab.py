"""Schedule XML: the whole sample, other writers' ways, and everything that can be wrong."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from eventsapp.core.markdown import to_html
from eventsapp.programme.enums import MaterialKind
from eventsapp.programme.importing import files, frab
from eventsapp.programme.importing.document import BadFile

HEAD = "<title>Sample Days</title><start>2026-10-24</start><end>2026-10-25</end>"
EVENT = '<event id="1"><start>10:00</start><duration>00:30</duration><title>One</title></event>'


def schedule(*events, head=HEAD, day="2026-10-24", room="Hall"):
    """A schedule of one day and one room, each part on a line of its own."""
    inside = "\n".join(events)
    return (
        f"<schedule>\n<conference>{head}</conference>\n"
        f'<day index="1" date="{day}">\n<room name="{room}">\n{inside}\n</room>\n</day>\n</schedule>\n'
    )


def event(inside="", *, attributes='id="1"', start="10:00", duration="00:30", title="One"):
    return (
        f"<event {attributes}><start>{start}</start><duration>{duration}</duration>"
        f"<title>{title}</title>{inside}</event>"
    )


def read(text, zone="Europe/London", **options):
    content = text if isinstance(text, bytes) else text.encode()
    return frab.read(content, "schedule.xml", zone=zone, **options)


def only(text, zone="Europe/London"):
    (found,) = read(text, zone).events
    return found


def refusal(text, zone="Europe/London"):
    with pytest.raises(BadFile) as caught:
        read(text, zone)
    return str(caught.value)


# --- the sample


@pytest.fixture(scope="module")
def sample(fosdem_file):
    return files.read(fosdem_file, zone="Europe/Brussels")


def test_the_sample_is_the_file_as_it_was_found(fosdem_file):
    digest = hashlib.sha256(fosdem_file.read_bytes()).hexdigest()
    assert digest == "f3f353946be39d4e08b4409743719653cd38e3b839574340244cee28c6caeeb2"


def test_all_of_the_sample_is_read(sample):
    assert len(sample.events) == 275
    assert len(sample.speakers) == 278
    assert len(sample.rooms) == 28
    assert len({event.room for event in sample.events}) == 26
    assert len(sample.themes) == 30
    assert [kind.names["en"] for kind in sample.types] == [
        "Maintrack",
        "Keynote",
        "Lightningtalk",
        "Devroom",
        "Certification",
        "Keysigning",
    ]
    assert sum(event.appearances == () for event in sample.events) == 4
    assert all(event.starts_at and event.ends_at for event in sample.events)
    assert {event.day for event in sample.events} == {date(2016, 1, 31)}
    assert sample.warnings == (
        "Links that are no web addresses were left out: lines 2607, 2731, 5493, 5588, 6738, 7794.",
    )


def test_the_conference_of_the_sample(sample):
    conference = sample.conference
    assert (conference.slug, conference.short_name, conference.code_prefix) == (
        "fosdem-2016",
        "FOSDEM 2016",
        "FOSDEM",
    )
    assert (conference.start_date, conference.end_date) == (date(2016, 1, 30), date(2016, 1, 31))
    assert conference.zone == "Europe/Brussels"
    assert conference.cities == {"en": "Brussels"}
    assert sample.venues[0].names == {"en": "ULB (Université Libre de Bruxelles)"}


def test_a_session_of_the_sample(sample):
    talk = next(event for event in sample.events if event.id == "3782")
    assert talk.titles == {"en": "Re-thinking Linux Distributions"}
    assert talk.code == "FOSDEM-3782"
    assert talk.themes == ("distros",)
    assert talk.room == "janson"
    assert (talk.starts_at, talk.ends_at) == (
        datetime(2016, 1, 31, 9, tzinfo=UTC),
        datetime(2016, 1, 31, 9, 50, tzinfo=UTC),
    )
    assert [one.speaker for one in talk.appearances or ()] == ["1335"]
    assert (talk.descriptions or {})["en"].startswith("### Long Description\n\nAs the power pendulum swings")
    assert [one.titles["en"] for one in talk.materials or ()] == [
        "Other formats available",
        "FOSDEM 2016 Video (mp4)",
        "Submit feedback",
    ]


def test_all_texts_of_the_sample_are_harmless_and_complete(sample):
    for one in sample.events:
        for text in (one.descriptions or {}).values():
            shown = to_html(text)
            assert "<script" not in shown
            assert "&lt;p&gt;" not in shown
        for text in (one.summaries or {}).values():
            assert len(text) <= frab.SUMMARY
    assert sum(one.summaries is not None for one in sample.events) == 193
    assert sum(one.descriptions is not None for one in sample.events) == 216


# --- times


@pytest.mark.parametrize(
    ("start", "change", "starts_at"),
    [
        ("10:00", "<day_change>09:00:00</day_change>", datetime(2026, 10, 24, 9, tzinfo=UTC)),
        ("09:00", "<day_change>09:00:00</day_change>", datetime(2026, 10, 24, 8, tzinfo=UTC)),
        # From here on the next date, when London's clocks have gone back.
        ("08:55", "<day_change>09:00:00</day_change>", datetime(2026, 10, 25, 8, 55, tzinfo=UTC)),
        ("03:59", "", datetime(2026, 10, 25, 3, 59, tzinfo=UTC)),
        ("04:00", "", datetime(2026, 10, 24, 3, tzinfo=UTC)),
        ("00:00", "<day_change/>", datetime(2026, 10, 24, 23, tzinfo=UTC)),
        ("00:30", "<day_change>00:00</day_change>", datetime(2026, 10, 23, 23, 30, tzinfo=UTC)),
        ("9:15", "", datetime(2026, 10, 24, 8, 15, tzinfo=UTC)),
    ],
)
def test_what_starts_past_midnight_belongs_to_the_evening_before(start, change, starts_at):
    found = only(schedule(event(start=start), head=HEAD + change))
    assert found.day == date(2026, 10, 24)
    assert found.starts_at == starts_at


def test_past_midnight_while_the_clocks_go_back_in_london():
    document = read(
        schedule(event(start="23:30", duration="03:00"), event(attributes='id="2"', start="01:30"))
    )
    long, twice = document.events
    assert long.starts_at == datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    assert long.ends_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 01:30, the second one
    assert twice.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 01:30, the first one
    assert document.warnings == (
        "Line 6: 01:30 comes twice on 2026-10-25 in Europe/London, as clocks go back; the first is taken.",
    )


def test_past_midnight_while_the_clocks_go_forward_in_sydney():
    head = "<title>Sample Days</title><start>2026-10-03</start><end>2026-10-04</end>"
    text = schedule(
        event(start="01:30", duration="1:00"),
        event(attributes='id="2"', start="02:30"),
        head=head,
        day="2026-10-03",
    )
    document = read(text, "Australia/Sydney")
    first, skipped = document.events
    assert first.day == skipped.day == date(2026, 10, 3)
    assert first.starts_at == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)
    assert first.ends_at == datetime(2026, 10, 3, 16, 30, tzinfo=UTC)  # an hour later clocks there show 03:30
    assert skipped.starts_at == datetime(2026, 10, 3, 16, 30, tzinfo=UTC)
    assert document.warnings == (
        "Line 6: There is no 02:30 on 2026-10-04 in Australia/Sydney, as clocks go forward; 03:30 is taken.",
    )


def test_a_date_with_an_offset_is_believed_and_the_zone_in_the_file_is_taken():
    inside = "<date>2026-10-25T00:30:00+02:00</date>"
    head = HEAD + "<time_zone_name>Europe/Berlin</time_zone_name>"
    document = read(schedule(event(inside, start="00:30"), head=head), None)
    assert document.conference.zone == "Europe/Berlin"
    assert document.events[0].starts_at == datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    assert document.events[0].day == date(2026, 10, 24)
    assert document.warnings == ()
    assert read(schedule(event(inside, start="00:30"), head=head), "Europe/Rome").warnings == (
        "The file names its own time zone, Europe/Berlin; Europe/Rome is not used.",
    )


def test_start_and_date_that_disagree_are_pointed_out():
    document = read(schedule(event("<date>2026-10-24T10:00:00+02:00</date>")), "Europe/London")
    assert document.events[0].starts_at == datetime(2026, 10, 24, 8, tzinfo=UTC)
    assert document.warnings == ("Date and start disagree in Europe/London, the date was taken: line 5.",)


def test_offsets_alone_give_a_zone_when_they_agree():
    one = event("<date>2026-10-24T10:00:00+02:00</date>")
    document = read(schedule(one), None)
    assert document.conference.zone == "Etc/GMT-2"
    assert document.warnings == (
        "The file names no time zone, only how far its clocks are from UTC (Etc/GMT-2 is taken): say --zone.",
    )
    two = event("<date>2026-10-25T10:00:00+01:00</date>", attributes='id="2"')
    assert refusal(schedule(one, two), None) == (
        "schedule.xml:2: no time zone: say which, such as --zone Europe/Brussels"
    )


def test_when_a_day_starts_may_be_said_on_the_day():
    text = schedule(event(start="05:00")).replace(
        'date="2026-10-24"',
        'date="2026-10-24" start="2026-10-24T10:00:00+01:00" end="2026-10-25T06:00:00+00:00"',
    )
    assert only(text).starts_at == datetime(2026, 10, 25, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "duration", "length"),
    [
        ("10:00", "01:30", 90),
        ("10:00", "1:05:00", 65),
        ("10:00", "", None),
        ("10:00", "00:00", None),
        ("", "01:00", None),
    ],
)
def test_what_is_not_said_is_not_invented(start, duration, length):
    found = only(schedule(event(start=start, duration=duration)))
    assert (found.starts_at is None) == (start == "")
    assert found.ends_at == (
        found.starts_at + timedelta(minutes=length) if found.starts_at and length else None
    )


def test_more_than_a_day_has_no_end_that_can_be_kept():
    document = read(schedule(event(duration="26:30")))
    assert document.events[0].ends_at is None
    assert document.warnings == ("Line 5: an event of more than a day; its end is left out.",)


# --- ids


def test_missing_ids_are_made_from_what_stays():
    events = [
        event(attributes='guid="9f2c"'),
        event("<slug>two</slug>", attributes=""),
        event(attributes="", title="Three"),
    ]
    ids = [one.id for one in read(schedule(*events)).events]
    assert ids[:2] == ["guid:9f2c", "slug:two"]
    assert ids[2].startswith("made:")
    assert [one.id for one in read(schedule(*reversed(events))).events] == ids[::-1]
    assert [one.code for one in read(schedule(*events)).events] == [None, None, None]


def test_an_id_twice_is_refused():
    assert (
        refusal(schedule(EVENT, EVENT)) == "schedule.xml:6: the id '1' is already that of the event in line 5"
    )
    same = event(attributes="")
    assert refusal(schedule(same, same)) == (
        "schedule.xml:6: the same event is in line 5, and neither has an id"
    )


# --- content


def test_persons_links_and_materials():
    found = read(
        schedule(
            event(
                '<persons><person id="7">Ada  Lovelace</person><person>Grace</person><person id="7">Ada Lovelace</person>'
                "<person> </person></persons>"
                '<links><link href="https://x.org/a">Paper</link><link href="https://x.org/b"/><link href="/c">C</link>'
                '<link href="javascript:alert(1)">bad</link></links>'
                '<attachments><attachment href="https://x.org/slides.pdf">Slides</attachment></attachments>'
                "<url>https://www.x.org/talk</url><video_download_url>https://x.org/v.mp4</video_download_url>"
            ),
            head=HEAD + "<base_url>https://y.org/</base_url>",
        )
    )
    (one,) = found.events
    assert [(speaker.id, speaker.name) for speaker in found.speakers] == [
        ("7", "Ada Lovelace"),
        ("name:Grace", "Grace"),
    ]
    assert [appearance.speaker for appearance in one.appearances or ()] == ["7", "name:Grace"]
    assert [(link.kind, link.titles["en"], link.url) for link in one.materials or ()] == [
        (MaterialKind.LINK, "Paper", "https://x.org/a"),
        (MaterialKind.LINK, "x.org", "https://x.org/b"),
        (MaterialKind.LINK, "C", "https://y.org/c"),
        (MaterialKind.LINK, "Slides", "https://x.org/slides.pdf"),
        (MaterialKind.LINK, "Video", "https://x.org/v.mp4"),
        (MaterialKind.SOURCE, "x.org", "https://www.x.org/talk"),
    ]
    assert found.warnings == ("Links that are no web addresses were left out: line 5.",)


def test_what_a_file_leaves_out_stays_unsaid():
    one = only(schedule(EVENT))
    assert (one.appearances, one.materials, one.themes, one.languages, one.subtitles) == (None,) * 5
    assert one.type == "talk"
    empty = only(schedule(event("<persons/><links/><subtitle/><track/><type/><language/>")))
    assert (empty.appearances, empty.materials) == ((), ())
    assert (empty.subtitles, empty.themes, empty.languages) == (None, None, None)


def test_languages():
    text = schedule(
        event("<language>de</language>"),
        event("<language>en-US</language>", attributes='id="2"'),
        event("<language>German</language>", attributes='id="3"'),
        event("<language>??</language>", attributes='id="4"'),
        event("<language>fr</language>", attributes='id="5"'),
    )
    document = read(text)
    assert [one.languages for one in document.events] == [("de",), ("en",), ("de",), None, ("fr",)]
    assert document.events[0].titles == {"de": "One"}
    assert document.conference.languages == ("en", "fr")


@pytest.mark.parametrize(
    ("abstract", "description", "summary", "said"),
    [
        ("&lt;p&gt;Short &lt;b&gt;one&lt;/b&gt;&lt;/p&gt;", "Long", "Short one", "Long"),
        ("Same", "Same", "Same", None),
        ("x" * 601, "", None, "x" * 601),
        ("x" * 601, "More", None, "x" * 601 + "\n\nMore"),
        ("x" * 601, "x" * 601 + " and more", None, "x" * 601 + " and more"),
        ("", "<p>As <b>elements</b></p>", None, "As **elements**"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;ok&lt;/p&gt;", "", "ok", None),
        ("<![CDATA[<p onclick='x'>ok</p>]]>", "", "ok", None),
    ],
)
def test_an_abstract_is_the_summary_or_opens_the_description(abstract, description, summary, said):
    one = only(schedule(event(f"<abstract>{abstract}</abstract><description>{description}</description>")))
    assert one.summaries == ({"en": summary} if summary else None)
    assert one.descriptions == ({"en": said} if said else None)


def test_rooms_and_types_that_look_alike_stay_apart():
    one, two = event("<type>lightning_talk</type>"), event("<type>Lightning-Talk</type>", attributes='id="2"')
    three, four = event("<room>B</room>", attributes='id="3"'), event(attributes='id="4"')
    text = (
        f"<schedule><conference>{HEAD}</conference><day date='2026-10-24'><room name='A 1'>{one}</room>"
        f"<room name='A-1'>{two}</room><room name=''>{three}{four}</room></day></schedule>"
    )
    document = read(text)
    assert [one.room for one in document.events] == ["a-1", "a-1-2", "b", None]
    assert [one.type for one in document.events] == ["lightning-talk", "lightning-talk-2", "talk", "talk"]


def test_dates_may_come_from_the_days():
    text = schedule(EVENT, head="<title>Sample Days</title>")
    conference = read(text).conference
    assert (conference.start_date, conference.end_date) == (date(2026, 10, 24), date(2026, 10, 24))
    text = schedule(EVENT, day="2026-10-23")
    assert read(text).warnings == ("None of the conference's days: 2026-10-23.",)


# --- what is refused


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (schedule(EVENT).replace("</room>", ""), ":7: not XML: Opening and ending tag mismatch: room line 4 and day"),
        ("<html/>", ":1: not a schedule: the root is <html>"),
        ("<schedule>\n</schedule>", ":1: no <conference>"),
        (schedule(EVENT, head="<start>2026-10-24</start>"), ":2: the conference has no <title>"),
        (schedule(EVENT, head="<title>T</title><start>24/10</start>"), ":2: '24/10' is not a date: YYYY-MM-DD"),
        (
            schedule(EVENT, head="<title>T</title><start>2026-10-24</start><end>2026-10-23</end>"),
            ":2: it ends on 2026-10-23, before it starts on 2026-10-24",
        ),
        (schedule(EVENT, head=HEAD + "<day_change>9</day_change>"), ":2: '9' is not a time: HH:MM, from 00:00 to 23:59"),
        (
            schedule(EVENT, head=HEAD + "<time_zone_name>CEST</time_zone_name>"),
            ":2: 'CEST' is not an IANA time zone such as Europe/Brussels",
        ),
        (schedule(EVENT, day="2026-02-30"), ":3: '2026-02-30' is not a date: YYYY-MM-DD"),
        (schedule(EVENT, day=""), ":3: a day without a date"),
        (schedule(EVENT, day="0001-01-01"), ":3: the year 1 is not from 1900 to 2200"),
        (schedule(EVENT, room="x" * 301), ":4: the name of the room is longer than 300 characters"),
        (schedule(EVENT, event(title="", attributes='id="2"')), ":6: an event without a title"),
        (schedule(event(title="x" * 301)), ":5: <title> is longer than 300 characters"),
        (schedule(event(start="24:00")), ":5: '24:00' is not a time: HH:MM, from 00:00 to 23:59"),
        (schedule(event(start="noon")), ":5: 'noon' is not a time: HH:MM, from 00:00 to 23:59"),
        (schedule(event(duration="90")), ":5: '90' is not a duration: HH:MM"),
        (schedule(event(duration="00:75")), ":5: '00:75' is not a duration: HH:MM"),
        (schedule(event("<date>soon</date>")), ":5: 'soon' is not a date and time"),
        (
            schedule(event("<date>2026-10-27T10:00:00+00:00</date>")),
            ":5: it is listed on 2026-10-24, but its date is 2026-10-27 10:00 in Europe/London",
        ),
        (schedule(event("<abstract>" + "x" * 100_001 + "</abstract>")), ":5: <abstract> is longer than 100000 characters"),
        (schedule(event(f"<persons><person>{'x' * 201}</person></persons>")),
            ":5: the name of a person is longer than 200 characters"),
        (schedule(event(attributes=f'id="{"x" * 121}"')), ":5: the id is longer than 120 characters"),
        (schedule(EVENT.replace("One", "&nope;")), ":5: not XML: Entity 'nope' not defined"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_line(text, said):
    assert refusal(text) == f"schedule.xml{said}"


BILLION_LAUGHS = (
    '<?xml version="1.0"?>\n<!DOCTYPE schedule [\n <!ENTITY a "ha">\n'
    + "".join(
        f' <!ENTITY {name} "{f"&{before};" * 10}">\n'
        for before, name in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>\n<schedule>&j;</schedule>"
)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "schedule.xml: empty"),
        (b"<schedule>\n\xff</schedule>", "schedule.xml:2: not UTF-8 (byte 0xff)"),
        (b"<schedule>\n\n\x00</schedule>", "schedule.xml:3: a NUL character"),
        ("<schedule/>".encode("utf-16"), "schedule.xml:1: not UTF-8 but UTF-16"),
        (
            b'<?xml version="1.0" encoding="ISO-8859-1"?><schedule/>',
            "schedule.xml:1: the encoding 'ISO-8859-1' is not UTF-8",
        ),
        (
            b"<?xml version=\"1.0\" encoding='UTF-7'?><schedule/>",
            "schedule.xml:1: the encoding 'UTF-7' is not UTF-8",
        ),
        (BILLION_LAUGHS.encode(), "schedule.xml:2: a document type (DOCTYPE) is not taken"),
        (
            b'<!-- x -->\n<?y z?>\n<!DOCTYPE schedule SYSTEM "file:///etc/passwd">\n<schedule/>',
            "schedule.xml:3: a document type (DOCTYPE) is not taken",
        ),
        (
            b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<schedule>&x;</schedule>',
            "schedule.xml:1: a document type (DOCTYPE) is not taken",
        ),
        (b"BZh9rest", "schedule.xml: a packed file (bzip2): unpack it first"),
        (b"<schedule>" + b" " * (32 * 1024 * 1024), "schedule.xml: larger than 32 MB"),
    ],
)
def test_what_is_no_such_file_is_refused(content, said):
    assert refusal(content) == said


def test_nesting_without_end_is_refused():
    said = refusal("<schedule>\n" + "<a>\n" * 10_000 + "</a>" * 10_000 + "</schedule>")
    assert said.startswith("schedule.xml:2")
    assert "depth" in said.lower()


def test_a_whole_text_may_speak_of_a_document_type():
    one = only(schedule(event("<abstract><![CDATA[Write <!DOCTYPE html> first]]></abstract>")))
    assert one.summaries == {"en": "Write <!DOCTYPE html> first"}


FULL = """<schedule>
<version>1</version>
<conference><title>Full</title><acronym>full</acronym><start>2026-10-24</start><end>2026-10-25</end>
<day_change>04:00</day_change><time_zone_name>Europe/London</time_zone_name><base_url>https://x.org</base_url>
<venue>Hall</venue><city>London</city></conference>
<day index="1" date="2026-10-24" start="2026-10-24T10:00:00+01:00" end="2026-10-25T04:00:00+00:00"><room name="A">
<event id="1" guid="g"><date>2026-10-24T10:00:00+01:00</date><start>10:00</start><duration>00:30</duration><room>A</room>
<slug>one</slug><title>One</title><subtitle>S</subtitle><track>T</track><type>talk</type><language>en</language>
<abstract>A</abstract><description>D</description><persons><person id="7">Ada</person></persons>
<links><link href="https://x.org">L</link></links><attachments><attachment href="/a">A</attachment></attachments></event>
</room></day></schedule>"""
ODD = [
    "",
    " ",
    "x",
    "-1",
    "x" * 5000,
    "2026-10-24",
    "9999-99-99",
    "10:00",
    "99:99",
    "<b>b</b>",
    "&amp;&lt;",
    "\u202e\u0085",
]


def test_whatever_is_missing_or_odd_the_answer_is_a_document_or_a_refusal():
    texts = re.findall(r">([^<>\n]+)<|\"([^\"]+)\"", FULL)
    parts = {said for pair in texts for said in pair if said}
    elements = re.findall(r"<([a-z_]+)[ >]", FULL)
    broken = [FULL.replace(f">{part}<", f">{odd}<") for part in parts for odd in ODD]
    broken += [FULL.replace(f'"{part}"', f'"{odd}"') for part in parts for odd in ODD if "<" not in odd]
    broken += [re.sub(f"(?s)<{tag}[ >].*?</{tag}>", "", FULL) for tag in set(elements)]
    broken += [re.sub(f"<(/?){tag}(?=[ >])", r"<\1other", FULL) for tag in set(elements)]
    broken += [
        re.sub(f' {name}="[^"]*"', "", FULL)
        for name in ("id", "guid", "date", "start", "end", "name", "href")
    ]
    refused: list[str] = []
    taken = 0
    for text in broken:
        for zone in (None, "Europe/London"):
            try:
                read(text, zone)
                taken += 1
            except BadFile as error:
                refused.append(str(error))
    assert [said for said in refused if not said.startswith("schedule.xml")] == []
    assert len(refused) > 50
    assert taken > 50
