"""What a document does to the database: the first time, the second time, and after changes on either side."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, Constituency, EventType, Room, Theme, Venue
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.core.errors import Conflict
from eventsapp.core.renames import OldSlug
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import materials, placing, releases, service
from eventsapp.programme.enums import Access, EventState, MaterialKind, OrganizationRole
from eventsapp.programme.importing import files, habitat
from eventsapp.programme.importing.apply import apply
from eventsapp.programme.importing.document import BadFile
from eventsapp.programme.models import Event, Material, Placement, Speaker
from eventsapp.programme.queries import load_snapshot
from eventsapp.programme.transitions import EventAction

ROWS: tuple[Any, ...] = (
    Conference,
    Venue,
    Room,
    EventType,
    Theme,
    Constituency,
    Organization,
    Speaker,
    Event,
)


@pytest.fixture
def ctx(app):
    with app.app_context():
        yield


def bring(data, **options):
    """Import a document, or a file's content in the project's own format."""
    document = habitat.read(json.dumps(data).encode(), "small.json") if isinstance(data, dict) else data
    with transaction():
        return apply(document, actor=COMMAND_LINE, **options)


def counts(report):
    return {
        kind: (len(line.created), len(line.updated), len(line.unchanged), len(line.missing))
        for kind, line in report.lines.items()
        if line.created or line.updated or line.unchanged or line.missing
    }


def changes(report):
    return {
        kind: (line.created, line.updated, line.missing)
        for kind, line in report.lines.items()
        if line.created or line.updated or line.missing
    }


def one(model, **by):
    return db.session.scalars(select(model).filter_by(**by)).one()


def event(code):
    return one(Event, code=code)


def place(code):
    return db.session.scalars(
        select(Placement).join(Event).join(Placement.version).where(Event.code == code).filter_by(number=None)
    ).one_or_none()


def state_of_all():
    """Every row with its time of change, the revisions, and the number of entries in the audit."""
    db.session.rollback()
    rows = {
        (model.__name__, row.id): row.updated_at
        for model in ROWS
        for row in db.session.scalars(select(model))
    }
    revisions = {row.slug: row.revision for row in db.session.scalars(select(Conference))}
    placements = sorted(
        db.session.execute(select(Placement.id, Placement.starts_at, Placement.room_id)), key=str
    )
    return rows, revisions, placements, db.session.scalar(select(func.count(AuditEntry.id)))


@pytest.fixture
def later(monkeypatch):
    """From now on the clock is an hour ahead, so that every change of a row shows."""

    def move():
        real = clock.now()
        monkeypatch.setattr(clock, "now", lambda: real + timedelta(hours=1))

    return move


# --- the samples


def test_the_whole_of_habitat_iii(ctx, habitat_file, later):
    report = bring(files.read(habitat_file))
    assert counts(report) == {
        "conference": (1, 0, 0, 0),
        "venues": (5, 0, 0, 0),
        "rooms": (28, 0, 0, 0),
        "types": (18, 0, 0, 0),
        "themes": (22, 0, 0, 0),
        "constituencies": (16, 0, 0, 0),
        "organizations": (149, 0, 0, 0),
        "speakers": (76, 0, 0, 0),
        "events": (80, 0, 0, 0),
    }
    (warning,) = report.warnings
    assert warning == (
        "LSE Cities, London School of Economics and Political Science leads two events on 2016-10-18 "
        "from 15:00 to 18:00: H3-001 and H3-026."
    )
    conference = one(Conference, slug="habitat-iii")
    assert conference.state is ConferenceState.DRAFT
    assert conference.languages == ["ar", "zh", "en", "fr", "ru", "es"]
    assert (conference.code_prefix, conference.next_code) == ("H3", 81)
    assert db.session.scalar(select(func.count(Placement.id)).where(Placement.starts_at.is_not(None))) == 16

    before = state_of_all()
    later()
    again = bring(files.read(habitat_file))
    assert again.changed is False
    assert counts(again) == {kind: (0, 0, created, 0) for kind, (created, *_) in counts(report).items()}
    assert state_of_all() == before


def test_the_migration_events_as_the_public_sees_them(ctx, habitat_file):
    bring(files.read(habitat_file), publish=True)
    with transaction():
        conference = one(Conference, slug="habitat-iii")
        releases.release(conference, actor=COMMAND_LINE)
    assert conference.state is ConferenceState.PUBLISHED
    snapshot = load_snapshot(conference.id)
    assert len(snapshot.events) == 80
    assert len(snapshot.rooms) == 28

    def behind(code):
        found = snapshot.event_by_code[code]
        return [(o.organization.acronyms.get("fr"), o.role) for o in found.organizations]

    lead, partner = OrganizationRole.LEAD, OrganizationRole.CO_ORGANIZER
    assert behind("H3-046")[:3] == [("OIM", lead), ("HCR", lead), ("HCDH", lead)]
    assert behind("H3-041") == [("OIM", lead), ("CGLU", partner)]
    assert behind("H3-042")[:3] == [("UNITAR", lead), ("OIM", lead), ("ONU-Habitat", lead)]
    managing = snapshot.event_by_code["H3-042"]
    assert managing.room is not None
    assert managing.room.names["fr"] == "Pavillon One UN – salle A"
    assert (managing.day, managing.starts_at) == (date(2016, 10, 19), None)
    assert [material.kind for material in managing.materials] == [MaterialKind.SOURCE] * 2
    assert managing.type.names["es"] == "Evento del Pabellón One UN"
    codes = {found.code for found in snapshot.events_of_organization["iom"]}
    assert {"H3-041", "H3-042", "H3-046"} <= codes
    special = snapshot.event_by_code["H3-046"]
    assert special.type.rank > managing.type.rank


def test_an_event_keeps_its_uid_in_a_database_made_anew(ctx, small):
    bring(small)
    assert event("S-001").uid == "93a61214-a253-50d9-8c96-f8f1d28a6d07"


def test_the_whole_of_fosdem(ctx, fosdem_file, later):
    report = bring(files.read(fosdem_file, zone="Europe/Brussels"))
    assert counts(report) == {
        "conference": (1, 0, 0, 0),
        "venues": (1, 0, 0, 0),
        "rooms": (28, 0, 0, 0),
        "types": (6, 0, 0, 0),
        "themes": (30, 0, 0, 0),
        "speakers": (278, 0, 0, 0),
        "events": (275, 0, 0, 0),
    }
    # Nobody was in two places on that day: the only thing to look at are broken links.
    assert len(report.warnings) == 1
    assert event("FOSDEM-3782").titles == {"en": "Re-thinking Linux Distributions"}
    before = state_of_all()
    later()
    assert bring(files.read(fosdem_file, zone="Europe/Brussels")).changed is False
    assert state_of_all() == before


def test_overlaps_are_said_and_taken(ctx, fosdem_file, write):
    text = fosdem_file.read_text(encoding="utf-8")
    text = re.sub(
        r'(?s)<room name="(?!Janson").*?</room>\s*(?=<room name|</day>)', "", text
    )  # one room is enough
    talk = text.index('<event id="4288">')
    text = text[:talk] + text[talk:].replace("<start>11:00</start>", "<start>10:30</start>", 1)
    report = bring(files.read(write(text, "fosdem.xml"), zone="Europe/Brussels"))
    assert report.warnings == [
        "Room Janson has two events on 2016-01-31 from 10:30 to 10:50: FOSDEM-3782 and FOSDEM-4288."
    ]
    assert len(report.lines["events"].created) == 9


def test_two_conferences_share_their_organizations(ctx, small):
    bring(small)
    small["conference"]["slug"] = "other"
    report = bring(small)
    assert counts(report)["organizations"] == (0, 0, 2, 0)
    assert counts(report)["events"] == (2, 0, 0, 0)
    assert len(db.session.scalars(select(Event.uid)).unique().all()) == 4


# --- what is written


def test_everything_of_a_small_file(ctx, small):
    bring(small)
    first, second = event("S-001"), event("S-002")
    assert first.state is EventState.SCHEDULED
    assert first.search_text == "s-001 | first"
    assert [(link.organization.slug, link.role) for link in first.organizations] == [
        ("iom", OrganizationRole.LEAD),
        ("ghana", OrganizationRole.CO_ORGANIZER),
    ]
    assert [(link.speaker.name, link.affiliation) for link in first.speakers] == [("Ada", "IOM")]
    assert [theme.areas for theme in first.themes] == [{"en": "Area"}]
    assert [group.slug for group in first.constituencies] == ["women"]
    assert [(material.titles, material.url) for material in first.materials] == [
        ({"en": "example.org"}, "https://www.example.org/first")
    ]
    put = place("S-001")
    assert (put.day, put.starts_at, put.ends_at) == (
        date(2026, 10, 24),
        datetime(2026, 10, 24, 9, tzinfo=UTC),
        datetime(2026, 10, 24, 10, tzinfo=UTC),
    )
    assert put.room.slug == "r1"
    assert place("S-002") is None
    assert (second.organizations, second.access) == ([], None)
    assert one(Organization, slug="iom").search_text == "iom | oim"
    assert one(AuditEntry, action="programme.import").detail["events"] == {"created": 2, "updated": 0}


def test_types_get_their_usual_rank_and_colour(ctx, small):
    small["event_types"] += [
        {"slug": "plenary", "name": "Plenary"},
        {"slug": "tour", "name": "Tour"},
        {"slug": "walk", "name": "Walk", "rank": 7, "colour": 9, "usual_duration_minutes": 90},
    ]
    bring(small)
    rows = {
        row.slug: (row.rank, row.colour, row.default_minutes) for row in db.session.scalars(select(EventType))
    }
    assert rows == {
        "side-event": (20, 7, None),
        "plenary": (100, 1, None),
        "tour": (0, 2, None),
        "walk": (7, 9, 90),
    }


def test_booking_with_seats(ctx, small):
    small["events"][0] |= {"access": "booking", "seats": 40}
    bring(small)
    assert (event("S-001").access, event("S-001").seats) == (Access.BOOKING, 40)
    small["events"][0] |= {"access": "open"}
    del small["events"][0]["seats"]
    assert changes(bring(small)) == {"events": ([], ["S-001"], [])}
    assert (event("S-001").access, event("S-001").seats) == (Access.OPEN, None)


def test_what_the_services_refuse_is_refused_with_its_place(ctx, small):
    small["events"][1]["access"] = "booking"
    with pytest.raises(BadFile) as caught:
        bring(small)
    assert str(caught.value) == "small.json: events[1]: Say how many seats can be booked."
    assert db.session.scalar(select(func.count(Conference.id))) == 0
    del small["events"][1]["access"]
    small["events"][1]["date"] = "2027-10-24"
    with pytest.raises(BadFile) as caught:
        bring(small)
    assert str(caught.value) == "small.json: events[1]: This day is far away from the conference."


def test_codes_go_on_after_those_of_the_file(ctx, small):
    small["events"].append({"id": "x", "title": "Third", "type": "side_event"})
    small["conference"]["code_prefix"] = "S"
    bring(small)
    assert [row.code for row in db.session.scalars(select(Event).order_by(Event.id))] == [
        "S-001",
        "S-002",
        "S-003",
    ]
    small["events"][2]["id"] = "s-003"  # an event of the file has by now the code that another was given
    report = bring(small)
    assert report.lines["events"].created == ["S-004"]
    assert report.lines["events"].missing == ["S-003"]


# --- the second time


def test_nothing_changes_twice(ctx, small, later):
    bring(small)
    before = state_of_all()
    later()
    assert bring(small).changed is False
    assert state_of_all() == before


@pytest.mark.parametrize(
    ("change", "updated"),
    [
        (lambda d: d["conference"].update(country="FR"), {"conference": ["small"]}),
        (lambda d: d["conference"]["names"].update(fr="Une petite conférence"), {"conference": ["small"]}),
        (lambda d: d["venues"][0].update(address="Street 1"), {"venues": ["hall"]}),
        (lambda d: d["rooms"][1].update(capacity=80), {"rooms": ["r2"]}),
        (lambda d: d["event_types"][0].update(name="Side events"), {"types": ["side-event"]}),
        (lambda d: d["themes"][0].update(number=2), {"themes": ["housing"]}),
        (lambda d: d["constituencies"][0].update(name="All women"), {"constituencies": ["women"]}),
        (lambda d: d["organizations"][0]["acronyms"].update(es="OIM"), {"organizations": ["iom"]}),
        (lambda d: d["events"][0].update(title="First!"), {"events": ["S-001"]}),
        (lambda d: d["events"][0].update(subtitle="More"), {"events": ["S-001"]}),
        (lambda d: d["events"][0].update(end_time="11:30"), {"events": ["S-001"]}),
        (lambda d: d["events"][0].update(room="r2"), {"events": ["S-001"]}),
        (lambda d: d["events"][0].update(themes=[]), {"events": ["S-001"]}),
        (lambda d: d["events"][0].update(constituencies=[]), {"events": ["S-001"]}),
        (lambda d: d["events"][0].update(partner_organizations=[]), {"events": ["S-001"]}),
        (lambda d: d["events"][0]["speakers"][0].update(role="host"), {"events": ["S-001"]}),
        (lambda d: d["events"][0]["sources"].append("https://x.org/"), {"events": ["S-001"]}),
        (lambda d: d["events"][1].update(note="Ask again"), {"events": ["S-002"]}),
        (lambda d: d["events"][1].update(access="open"), {"events": ["S-002"]}),
        (lambda d: d["events"][1].update(date="2026-10-25"), {"events": ["S-002"]}),
    ],
)
@pytest.mark.sqlite_only
def test_one_field_changes_one_thing(ctx, small, later, change, updated):
    bring(small)
    rows, *_ = state_of_all()
    later()
    change(small)
    assert {kind: line.updated for kind, line in bring(small).lines.items() if line.updated} == updated
    after, *_ = state_of_all()
    moved = {name for (name, _id), at in after.items() if rows.get((name, _id)) != at}
    names = {
        "conference": "Conference", "venues": "Venue", "rooms": "Room", "types": "EventType", "themes": "Theme",
        "constituencies": "Constituency", "organizations": "Organization", "events": "Event",
    }  # fmt: skip
    only_placed = set(updated) == {"events"} and moved == set()
    assert only_placed or moved == {names[kind] for kind in updated}
    assert bring(small).changed is False


def test_the_revision_grows_with_what_the_public_sees(ctx, small):
    bring(small)

    def revision():
        db.session.rollback()
        return db.session.scalar(select(Conference.revision))

    for change in (
        lambda: small["events"][0].update(title="Other"),
        lambda: small["events"][0].update(themes=[]),
        lambda: small["events"][0]["sources"].append("https://x.org/"),
        lambda: small["organizations"][0]["acronyms"].update(es="OIM"),
        lambda: small["rooms"][0].update(name="Room one"),
    ):
        before = revision()
        change()
        bring(small)
        assert revision() > before
    before = revision()
    bring(small)
    assert revision() == before


def test_what_is_missing_is_said_and_stays(ctx, small):
    bring(small)
    gone = {
        **small,
        "events": small["events"][1:],
        "rooms": small["rooms"][1:],
        "organizations": small["organizations"][1:],
    }
    report = bring(gone)
    assert changes(report) == {
        "rooms": ([], [], ["r1"]),
        "organizations": ([], [], ["iom"]),
        "speakers": ([], [], ["Ada"]),
        "events": ([], [], ["S-001"]),
    }
    assert report.changed is False
    assert event("S-001").titles == {"en": "First"}


def test_what_was_made_here_is_not_missing(ctx, small):
    bring(small)
    with transaction():
        conference = one(Conference, slug="small")
        kind = one(EventType, slug="side-event")
        service.create_event(conference, service.EventData(kind.id, {"en": "Ours"}), actor=COMMAND_LINE)
        service.create_speaker(conference, name="Grace")
    assert changes(bring(small)) == {}


# --- changes on both sides


def test_a_field_that_the_file_does_not_state_stays(ctx, small):
    bring(small)
    with transaction():
        conference = one(Conference, slug="small")
        conference.contact_email = "ask@example.org"
        one(Room, slug="r1").names = {"en": "R1", "fr": "Salle 1"}
        first, second = event("S-001"), event("S-002")
        first.titles = {"en": "Edited here", "fr": "Premier"}
        first.languages = ["en", "fr"]
        second.summaries = {"en": "Written here"}
        materials.add_link(
            conference, first, actor=COMMAND_LINE, titles={"en": "Slides"}, url="https://x.org/s"
        )
    report = bring(small)
    assert changes(report) == {"events": ([], ["S-001"], [])}
    first = event("S-001")
    assert first.titles == {"en": "First", "fr": "Premier"}  # the file states the English title
    assert first.languages == ["en", "fr"]
    assert event("S-002").summaries == {"en": "Written here"}
    assert one(Room, slug="r1").names == {"en": "R1", "fr": "Salle 1"}
    assert one(Conference, slug="small").contact_email == "ask@example.org"
    assert sorted(str(link.url) for link in first.materials) == [
        "https://www.example.org/first",
        "https://x.org/s",
    ]


def test_a_time_found_here_stays_until_the_file_has_another_day(ctx, small):
    small["events"][1] |= {"date": "2026-10-24", "room": "r1"}
    bring(small)
    start = datetime(2026, 10, 24, 13, tzinfo=UTC)
    with transaction():
        placing.place(
            one(Conference, slug="small"),
            event("S-002"),
            actor=COMMAND_LINE,
            room_id=one(Room, slug="r2").id,
            day=date(2026, 10, 24),
            starts_at=start,
            ends_at=start + timedelta(hours=1),
        )
    del small["events"][1]["room"]
    assert bring(small).changed is False
    small["events"][1]["start_time"] = "15:00"  # another start: the old end means nothing any more
    assert changes(bring(small)) == {"events": ([], ["S-002"], [])}
    put = place("S-002")
    assert (put.starts_at, put.ends_at, put.room.slug) == (start + timedelta(hours=1), None, "r2")
    del small["events"][1]["start_time"]
    assert bring(small).changed is False
    small["events"][1]["date"] = "2026-10-25"
    bring(small)
    put = place("S-002")
    assert (put.day, put.starts_at, put.ends_at) == (date(2026, 10, 25), None, None)


def test_an_event_over_several_days(ctx, small):
    small["events"][0]["end_date"] = "2026-10-25"
    bring(small)
    assert place("S-001").end_day == date(2026, 10, 25)
    assert bring(small).changed is False


def test_renamed_addresses_are_still_known(ctx, small):
    bring(small)
    with transaction():
        conference = one(Conference, slug="small")
        room, organization = one(Room, slug="r1"), one(Organization, slug="iom")
        for row, scope in ((conference, None), (room, conference.id), (organization, None)):
            kind, old = str(row.__tablename__), row.slug
            db.session.add(OldSlug(kind=kind, conference_id=scope, slug=old, object_id=row.id))
            row.slug = f"new-{old}"
    report = bring(small)
    assert report.changed is False
    assert report.slug == "new-small"
    assert changes(report) == {}


def test_a_released_title_that_changes_raises_the_sequence(ctx, small):
    bring(small)
    with transaction():
        releases.release(one(Conference, slug="small"), actor=COMMAND_LINE)
    small["events"][0]["title"] = "First, renamed"
    bring(small)
    assert (event("S-001").sequence, event("S-002").sequence) == (1, 0)
    small["events"][0]["start_time"] = "10:30"
    bring(small)
    assert event("S-001").sequence == 1  # moved in the working programme only
    with transaction():
        releases.release(one(Conference, slug="small"), actor=COMMAND_LINE)
    assert event("S-001").sequence == 2


def test_a_cancelled_event_stays_cancelled(ctx, small):
    bring(small)
    with transaction():
        service.change_state(
            one(Conference, slug="small"), event("S-001"), EventAction.CANCEL, actor=COMMAND_LINE
        )
    small["events"][0]["title"] = "First, renamed"
    assert changes(bring(small)) == {"events": ([], ["S-001"], [])}
    assert event("S-001").state is EventState.CANCELLED


def test_an_archived_conference_is_left_alone(ctx, small):
    bring(small)
    with transaction():
        one(Conference, slug="small").state = ConferenceState.ARCHIVED
    with pytest.raises(Conflict):
        bring(small)


@pytest.mark.parametrize("slug", ["en", "manage", "account"])
@pytest.mark.sqlite_only
def test_an_address_of_the_site_itself_is_refused(ctx, small, slug):
    small["conference"]["slug"] = slug
    with pytest.raises(BadFile) as caught:
        bring(small)
    assert str(caught.value) == f"small.json: the site itself has the address {slug!r}: choose another"


def test_publishing(ctx, small):
    assert one_state(bring(small)) is ConferenceState.DRAFT
    report = bring(small, publish=True)
    assert one_state(report) is ConferenceState.PUBLISHED
    assert changes(report) == {"conference": ([], ["small"], [])}
    assert bring(small, publish=True).changed is False


def one_state(report):
    return one(Conference, id=report.conference_id).state


# --- speakers


def test_speakers_are_known_by_id_then_by_name(ctx, small):
    bring(small)
    ada = one(Speaker, name="Ada")
    small["events"][0]["speakers"][0]["id"] = "77"  # the file has ids by now
    assert changes(bring(small)) == {"speakers": ([], ["Ada"], [])}
    assert one(Speaker, name="Ada").id == ada.id
    small["events"][0]["speakers"][0]["name"] = "Ada Lovelace"
    report = bring(small)
    assert changes(report)["speakers"] == ([], ["Ada Lovelace"], [])
    found = one(Speaker, source_id="77")
    assert (found.id, found.name, found.slug) == (ada.id, "Ada Lovelace", "ada")


def test_two_people_of_one_name_are_two(ctx, small):
    small["events"][0]["speakers"] = [{"name": "Ada", "id": "1"}]
    small["events"][1]["speakers"] = [{"name": "Ada", "id": "2"}]
    bring(small)
    assert [
        (row.source_id, row.slug) for row in db.session.scalars(select(Speaker).order_by(Speaker.id))
    ] == [
        ("1", "ada"),
        ("2", "ada-2"),
    ]
    assert bring(small).changed is False


# --- materials


def test_pages_of_sources_come_and_go_with_the_file(ctx, small):
    bring(small)
    small["events"][0] |= {
        "sources": ["https://b.org/"],
        "materials": [{"title": "Paper", "url": "https://p.org/"}],
    }
    bring(small)
    found = [(link.kind, link.url) for link in event("S-001").materials]
    assert found == [(MaterialKind.LINK, "https://p.org/"), (MaterialKind.SOURCE, "https://b.org/")]
    small["events"][0]["materials"][0]["title"] = "The paper"
    bring(small)
    assert one(Material, url="https://p.org/").titles == {"en": "The paper"}
    del small["events"][0]["materials"]
    assert bring(small).changed is False
