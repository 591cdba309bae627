"""The project's own JSON format: the whole sample, and everything that can be wrong."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest

from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import Access, MaterialKind, SpeakerRole
from eventsapp.programme.importing import files, habitat
from eventsapp.programme.importing.document import BadFile

SIX = {"en", "fr", "es", "ar", "zh", "ru"}


@pytest.fixture(scope="module")
def sample(habitat_file):
    return files.read(habitat_file)


def read(data, **options):
    return habitat.read(json.dumps(data).encode(), "small.json", **options)


def refusal(data, **options):
    with pytest.raises(BadFile) as caught:
        read(data, **options)
    return str(caught.value)


def test_the_sample_is_the_file_as_it_was_found(habitat_file):
    digest = hashlib.sha256(habitat_file.read_bytes()).hexdigest()
    assert digest == "5956a0f27d990c408fa2ae599e7a02946ac7034f525ca68e121ba260dfebf46a"


def test_all_of_the_sample_is_read(sample):
    assert len(sample.events) == 80
    assert len(sample.organizations) == 149
    assert len(sample.rooms) == 28
    assert len(sample.venues) == 5
    assert len(sample.types) == 18
    assert len(sample.themes) == 22
    assert len(sample.constituencies) == 16
    assert len(sample.speakers) == 76
    assert sum(event.appearances is not None for event in sample.events) == 25
    assert sample.warnings == ()


def test_times_of_the_sample_are_those_that_are_known(sample):
    events = sample.events
    assert sum(event.day is not None for event in events) == 56
    assert sum(event.room is not None for event in events) == 49
    assert sum(event.day is not None and event.room is not None for event in events) == 43
    assert sum(event.starts_at is not None for event in events) == 16
    assert sum(event.ends_at is not None for event in events) == 13
    assert sum(None not in (event.day, event.starts_at, event.room) for event in events) == 14
    assert sum(event.end_day is not None for event in events) == 3
    days = Counter(event.day for event in events)
    assert [days[date(2016, 10, day)] for day in range(15, 21)] == [1, 5, 17, 11, 15, 7]
    assert days[None] == 24


def test_roles_of_the_sample(sample):
    assert sum(bool(event.leads) for event in sample.events) == 67
    assert sum(bool(event.co_organizers) for event in sample.events) == 36
    assert sum(len((event.leads or ()) + (event.co_organizers or ())) >= 2 for event in sample.events) == 45
    roles = Counter(one.role for event in sample.events for one in event.appearances or ())
    assert roles == {
        SpeakerRole.SPEAKER: 72,
        SpeakerRole.HOST: 3,
        SpeakerRole.CHAIR: 1,
        SpeakerRole.ARTIST: 1,
        SpeakerRole.MODERATOR: 1,
        SpeakerRole.OPENING: 1,
    }
    assert Counter(organization.type for organization in sample.organizations) == {
        OrganizationType.NETWORK: 38,
        OrganizationType.NGO: 34,
        OrganizationType.UN_ENTITY: 27,
        OrganizationType.MEMBER_STATE: 13,
        OrganizationType.ACADEMIA: 13,
        OrganizationType.LOCAL_GOVERNMENT: 8,
        OrganizationType.INTERGOVERNMENTAL: 7,
        OrganizationType.FOUNDATION: 6,
        OrganizationType.PRIVATE_SECTOR: 3,
    }


def test_the_migration_events_and_who_leads_them(sample):
    by_id = {event.id: event for event in sample.events}
    toolbox, managing, special = by_id["h3-041"], by_id["h3-042"], by_id["h3-046"]
    assert toolbox.titles == {"en": "Migration Toolbox for Urban Governance"}
    assert (toolbox.leads, toolbox.co_organizers) == (("iom",), ("uclg",))
    assert managing.leads == ("unitar", "iom", "un-habitat")
    assert special.leads == ("iom", "unhcr", "ohchr")
    assert special.day == date(2016, 10, 19)
    assert special.starts_at is None
    assert toolbox.code == "H3-041"
    acronyms = {organization.slug: organization.acronyms for organization in sample.organizations}
    french = {slug: (acronyms[slug] or {})["fr"] for slug in ("iom", "unhcr", "ohchr", "uclg", "un-habitat")}
    assert french == {
        "iom": "OIM",
        "unhcr": "HCR",
        "ohchr": "HCDH",
        "uclg": "CGLU",
        "un-habitat": "ONU-Habitat",
    }


def test_times_of_the_sample_are_in_quito(sample):
    by_id = {event.id: event for event in sample.events}
    press, opening, stand = by_id["h3-007"], by_id["h3-008"], by_id["h3-001"]
    assert press.starts_at == datetime(2016, 10, 17, 13, tzinfo=UTC)
    assert press.ends_at == datetime(2016, 10, 17, 15, tzinfo=UTC)
    assert (opening.starts_at, opening.ends_at) == (datetime(2016, 10, 17, 14, tzinfo=UTC), None)
    assert (stand.day, stand.end_day, stand.stand) == (date(2016, 10, 15), date(2016, 10, 20), "33")


def test_details_of_the_sample(sample):
    by_id = {event.id: event for event in sample.events}
    assert by_id["h3-076"].access is Access.INVITATION
    assert by_id["h3-006"].organizer_notes == "Title spelled as on the source page."
    assert set(by_id["h3-029"].titles) == {"en", "es"}
    assert by_id["h3-014"].subtitles == {"en": "Parliamentarians for the New Urban Agenda"}
    sources = by_id["h3-037"].materials or ()
    assert [(one.kind, one.titles["en"]) for one in sources] == [(MaterialKind.SOURCE, "right2city.org")] * 2
    assert sample.venues[0].slug == "casa-de-la-cultura"
    room = next(room for room in sample.rooms if room.slug == "room-15")
    assert room.aliases == ("Demetrio Aguilera Theater",)
    kinds = {kind.slug: kind.default_minutes for kind in sample.types}
    assert (kinds["special-session"], kinds["side-event"], kinds["plenary"]) == (120, 60, None)


def test_the_companion_speaks_all_languages(sample):
    conference = sample.conference
    assert set(conference.names) == SIX
    assert set(conference.cities or {}) == SIX
    assert (
        conference.names["ar"]
        == "مؤتمر الأمم المتحدة المعني بالإسكان والتنمية الحضرية المستدامة (الموئل الثالث)"
    )
    brands = {"urban-talk"}
    for things in (sample.types, sample.themes, sample.constituencies, sample.venues):
        assert [thing.slug for thing in things if set(thing.names) != SIX and thing.slug not in brands] == []
    assert [theme.slug for theme in sample.themes if set(theme.areas or {}) != SIX] == []
    iom = next(organization for organization in sample.organizations if organization.slug == "iom")
    assert set(iom.names) == SIX
    assert (iom.acronyms or {})["ru"] == "МОМ"


def test_the_companion_changes_nothing_that_the_file_says(small):
    small["organizations"][0]["names"] = {"en": "IOM", "fr": "Organisation"}
    companion = json.dumps({"organizations": {"iom": {"names": {"fr": "Autre", "ru": "МОМ"}}}}).encode()
    document = read(small, companion=(companion, "small-translations.json"))
    assert document.organizations[0].names == {"en": "IOM", "fr": "Organisation", "ru": "МОМ"}


def test_a_companion_for_other_things_is_refused(small):
    companion = json.dumps({"organizations": {"iomm": {"names": {"ru": "МОМ"}}}}).encode()
    said = refusal(small, companion=(companion, "small-translations.json"))
    assert said == "small-translations.json: organizations.iomm: no 'iomm' in the file it belongs to"


def test_a_small_file_says_what_it_says(small):
    document = read(small)
    first, second = document.events
    assert first.starts_at == datetime(2026, 10, 24, 9, tzinfo=UTC)
    assert first.appearances is not None
    assert first.appearances[0].role is SpeakerRole.CHAIR
    assert first.type == "side-event"
    assert (second.day, second.room, second.leads, second.materials) == (None, None, None, None)
    assert document.conference.code_prefix == "S"
    assert document.warnings == ()


def test_keys_that_nobody_understands_are_named(small):
    small["events"][0]["start_tiem"] = "10:00"
    small["conference"]["colour"] = "red"
    assert read(small).warnings == ("Not understood and left out: conference.colour, events[].start_tiem.",)


def test_the_zone_may_come_from_outside(small):
    del small["conference"]["time_zone"]
    assert refusal(small).startswith("small.json: conference.time_zone: missing")
    assert read(small, zone="Asia/Tokyo").events[0].starts_at == datetime(2026, 10, 24, 1, tzinfo=UTC)


def test_another_slug_may_be_asked_for(small):
    assert read(small, slug="other").conference.slug == "other"


def test_an_end_at_night_is_on_the_next_day(small):
    # London's clocks go back in that night: it lasts an hour longer than they show.
    small["events"][0] |= {"start_time": "22:00", "end_time": "02:00"}
    event = read(small).events[0]
    assert event.starts_at == datetime(2026, 10, 24, 21, tzinfo=UTC)
    assert event.ends_at == datetime(2026, 10, 25, 2, tzinfo=UTC)


def test_a_time_that_comes_twice_is_pointed_out(small):
    small["events"][0] |= {"date": "2026-10-25", "start_time": "01:30", "end_time": "03:00"}
    document = read(small)
    assert document.events[0].starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert document.warnings == (
        "events[0].start_time: 01:30 comes twice on 2026-10-25 in Europe/London, as clocks go back; the first is taken.",
    )


def test_a_day_beside_the_conference_is_pointed_out(small):
    small["events"][0]["date"] = "2026-10-20"
    assert read(small).warnings == ("events[0].date: 2026-10-20 is none of the conference's days.",)
    small["conference"]["pre_conference_dates"] = ["2026-10-20"]
    assert read(small).warnings == ()


def test_an_organization_has_its_highest_role(small):
    small["events"][0]["partner_organizations"] = ["iom", "ghana", "ghana"]
    document = read(small)
    assert document.events[0].co_organizers == ("ghana",)
    assert document.warnings == (
        "events[0].partner_organizations: iom already stands in a higher role; that one is kept.",
    )


def test_an_end_without_a_start_is_left_out(small):
    del small["events"][0]["start_time"]
    document = read(small)
    assert (document.events[0].starts_at, document.events[0].ends_at) == (None, None)
    assert document.warnings == ("events[0].end_time: an end without a start is left out.",)


def test_control_characters_go(small):
    small["events"][0]["title"] = "One\u0000\u0007 \u202etwo\r\nthree\ud800"
    assert read(small).events[0].titles == {"en": "One \u202etwo three"}


def at(data, path, value):
    """Set, or with ... delete, what a path such as ``events.0.date`` leads to."""
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in steps:
        data = data[step]
    if value is ...:
        del data[last]
    else:
        data[last] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("conference", ..., "conference: missing"),
        ("conference", [], "conference: an object is expected here, not a list"),
        ("conference.slug", "No Slug", "conference.slug: 'No Slug' is not a slug: lower-case letters, digits and hyphens"),
        ("conference.slug", ..., "conference.slug: missing"),
        ("conference.names", {}, "conference.name: missing"),
        ("conference.names", {"English": "x"}, "conference.names.English: not a language code such as en"),
        ("conference.start_date", "24.10.2026", "conference.start_date: '24.10.2026' is not a date: YYYY-MM-DD"),
        ("conference.start_date", ..., "conference.start_date: missing"),
        ("conference.end_date", "2026-10-01", "conference.end_date: before the start_date"),
        ("conference.end_date", "2026-02-30", "conference.end_date: there is no day 2026-02-30"),
        ("conference.end_date", "9999-12-31", "conference.end_date: the year 9999 is not from 1900 to 2200"),
        ("conference.time_zone", "CET", "conference.time_zone: 'CET' is not an IANA time zone such as America/Guayaquil"),
        ("conference.country", "Ecuador", "conference.country: 'Ecuador' is not a country code of two capitals"),
        ("conference.venue", "nowhere", "conference.venue: no venue 'nowhere' in this file"),
        ("conference.short_name", "x" * 81, "conference.short_name: longer than 80 characters"),
        ("venues", {}, "venues: a list is expected here, not an object"),
        ("venues.0", 5, "venues[0]: an object is expected here, not a number"),
        ("venues.0.name", ..., "venues[0].name: missing"),
        ("venues.0.latitude", 91, "venues[0].latitude: not from -90 to 90"),
        ("venues.0.latitude", True, "venues[0].latitude: a number is expected here, not true or false"),
        ("rooms.1.slug", "r1", "rooms[1].slug: 'r1' is already the slug of rooms[0]"),
        ("rooms.0.venue", "nowhere", "rooms[0].venue: no venue 'nowhere' in this file"),
        ("rooms.0.venue", ..., "rooms[0].venue: missing"),
        ("rooms.0.capacity", "many", "rooms[0].capacity: a whole number is expected here, not a text"),
        ("rooms.0.capacity", 0, "rooms[0].capacity: not from 1 to 1000000"),
        ("rooms.0.step_free", "yes", "rooms[0].step_free: true or false is expected here, not a text"),
        ("themes.0.area", "other", "themes[0].area: no thematic area 'other' in this file"),
        ("organizations.0.type", "club", f"organizations[0].type: 'club' is none of {', '.join(habitat.TYPES)}"),
        ("organizations.0.website", "ftp://x.org", "organizations[0].website: 'ftp://x.org' is not a web address"),
        ("events", ..., "events: missing"),
        ("events", None, "events: missing"),
        ("events", "none", "events: a list is expected here, not a text"),
        ("events.1.id", "s-001", "events[1].id: 's-001' is already the id of events[0]"),
        ("events.1.id", ..., "events[1].id: missing"),
        ("events.1.title", "", "events[1].title: missing"),
        ("events.1.title", ["x"], "events[1].title: a text is expected here, not a list"),
        ("events.1.title", "x" * 301, "events[1].title: longer than 300 characters"),
        ("events.1.type", "plenary", "events[1].type: no event type 'plenary' in this file"),
        ("events.0.room", "r9", "events[0].room: no room 'r9' in this file"),
        ("events.0.date", 20261024, "events[0].date: a text is expected here, not a number"),
        ("events.0.date", "2026-13-01", "events[0].date: there is no day 2026-13-01"),
        ("events.0.date", ..., "events[0].start_time: given without a date"),
        ("events.0.end_date", "2026-10-23", "events[0].end_date: before the date"),
        ("events.0.start_time", "25:00", "events[0].start_time: '25:00' is not a time: HH:MM, from 00:00 to 23:59"),
        ("events.0.start_time", "9:00", "events[0].start_time: '9:00' is not a time: HH:MM, from 00:00 to 23:59"),
        ("events.0.end_time", "09:30", "events[0].end_time: not after the start_time"),
        ("events.0.end_time", "10:00", "events[0].end_time: not after the start_time"),
        ("events.0.lead_organizations", "iom", "events[0].lead_organizations: a list is expected here, not a text"),
        ("events.0.lead_organizations", ["who"], "events[0].lead_organizations[0]: no organization 'who' in this file"),
        ("events.0.themes", ["housing", 3], "events[0].themes[1]: a text is expected here, not a number"),
        ("events.0.speakers", [{"role": "chair"}], "events[0].speakers[0].name: missing"),
        ("events.0.speakers.0.role", "singer", f"events[0].speakers[0].role: 'singer' is none of {', '.join(habitat.ROLES)}"),
        ("events.0.access", "free", "events[0].access: 'free' is none of open, registered, booking, invitation, closed, public"),
        ("events.0.sources", ["javascript:alert(1)"], "events[0].sources[0]: 'javascript:alert(1)' is not a web address"),
        ("events.0.sources", ["https://u:p@x.org"], "events[0].sources[0]: 'https://u:p@x.org' is not a web address"),
        ("events.0.sources", ["http://[::1"], "events[0].sources[0]: 'http://[::1' is not a web address"),
        ("events.0.title_language", "English", "events[0].title_language: 'English' is not a language code such as en"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_refused_with_its_path(small, path, value, said):
    at(small, path, value)
    assert refusal(small) == f"small.json: {said}"


def test_a_speaker_twice_in_one_role_is_refused(small):
    small["events"][0]["speakers"] = [{"name": "Ada"}, {"name": "Ada"}]
    assert refusal(small) == "small.json: events[0].speakers[1].name: 'Ada' is already speaker of this event"


def test_a_skipped_hour_that_leaves_no_time_is_refused(small):
    small["conference"] |= {"start_date": "2026-03-28", "end_date": "2026-03-29"}
    small["events"][0] |= {"date": "2026-03-29", "start_time": "01:30", "end_time": "02:00"}
    assert refusal(small) == (
        "small.json: events[0].end_time: not after the start_time, as clocks change between them"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "small.json: empty"),
        (b" \n\t ", "small.json: empty"),
        (b"[1, 2]", "small.json: an object is expected here, not a list"),
        (b"null", "small.json: an object is expected here, not null"),
        (b'{"a": 1,\n "b": }', "small.json:2: not JSON: Expecting value, column 7"),
        (b'{"a": 1}\n\n{', "small.json:3: not JSON: Extra data, column 1"),
        (b'{\n"a": "\xff"}', "small.json:2: not UTF-8 (byte 0xff)"),
        (b'{\n\n"a": "\x00"}', "small.json:3: a NUL character"),
        ('{"a": 1}'.encode("utf-16"), "small.json:1: not UTF-8 but UTF-16"),
        (b'{"a": 1, "a": 2}', "small.json: an object has the key 'a' twice"),
        (b'{"a": NaN}', "small.json: NaN is not a number in JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "small.json: a number with too many digits"),
        (b'{"a": ' + b"[" * 100_000, "small.json: nested too deep"),
        (b"PK\x03\x04rest", "small.json: a packed file (zip): unpack it first"),
        (b"\x1f\x8brest", "small.json: a packed file (gzip): unpack it first"),
        (b"{" + b" " * (32 * 1024 * 1024), "small.json: larger than 32 MB"),
    ],
)
def test_what_is_no_such_file_is_refused(content, said):
    with pytest.raises(BadFile) as caught:
        habitat.read(content, "small.json")
    assert str(caught.value) == said


def test_a_byte_order_mark_is_no_error(small):
    document = habitat.read(b"\xef\xbb\xbf" + json.dumps(small).encode(), "small.json")
    assert len(document.events) == 2


def test_what_is_no_plain_file_is_refused(tmp_path):
    with pytest.raises(BadFile, match="not a file"):
        files.read(tmp_path)
    words = tmp_path / "words.txt"
    words.write_text("Dear all,")
    with pytest.raises(BadFile, match="neither JSON nor XML"):
        files.read(words)
    big = tmp_path / "big.json"
    with big.open("wb") as file:
        file.truncate(64 * 1024 * 1024)
    with pytest.raises(BadFile, match="larger than 32 MB"):
        files.read(big)


ODD: list[Any] = [
    None, True, 0, -1, 1e300, "", " ", "x", "x" * 6000, "\ud800", "<b>", "2026-10-24", "10:00", "en", [], [[]], [None],
    ["x", "x"], {}, {"en": 1}, {"en": "x"}, {"": ""},
]  # fmt: skip


def places(value, path=()):
    """All paths into a value."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        yield from places(inner, (*path, key))


def test_whatever_stands_wherever_the_answer_is_a_document_or_a_refusal(small):
    original = json.dumps(small)
    refused: list[str] = []
    taken = 0
    for path in list(places(small))[1:]:
        for odd in ODD:
            data = json.loads(original)
            inner = data
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = odd
            try:
                read(data)
                taken += 1
            except BadFile as error:
                refused.append(str(error))
    assert [said for said in refused if not said.startswith("small.json: ")] == []
    assert len(refused) > taken > 0
