"""The programme for other programs: JSON, schedule XML and CSV, as a program that reads them sees it."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from lxml import etree
from schedule_convert.exporters.frab_xml import FrabXmlExporter
from schedule_convert.importers.frab_xml import FrabXmlImporter

from eventsapp.conferences.models import Conference
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.importing import frab
from tests import factories
from tests.site.sample import DAY, at

BASE = "http://localhost/en/quito"


@pytest.fixture
def fetch(client, quito):
    """``fetch("programme.json?type=side", lang="fr")`` gives the answer; it must be there."""

    def get(path: str, lang: str = "en") -> Any:
        answer = client.get(f"/{lang}/{quito}/{path}")
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return answer

    return get


def rows_of(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def unzipped(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


# --- JSON


def test_the_document_says_all_of_an_event(fetch):
    answer = fetch("programme.json")
    assert answer.content_type == "application/json"
    found = answer.get_json()
    assert found["language"] == "en"
    assert found["release"]["number"] == 2
    assert found["conference"]["time_zone"] == "America/Guayaquil"
    assert found["conference"]["url"] == f"{BASE}/"
    event = next(one for one in found["events"] if one["code"] == "PL-001")
    uid, updated_at = event.pop("uid"), event.pop("updated_at")
    assert uuid.UUID(uid)
    assert datetime.fromisoformat(updated_at).utcoffset() is not None
    assert event == {
        "code": "PL-001",
        "sequence": 0,
        "status": "scheduled",
        "url": f"{BASE}/events/PL-001",
        "type": {"slug": "plenary", "name": "Plenary"},
        "title": "Opening plenary",
        "subtitle": "With all heads of delegation",
        "summary": "The conference begins.",
        "description": "## Agenda\n\n1. Opening\n2. Election",
        "day": "2027-06-15",
        "end_day": None,
        "starts_at": "2027-06-15T09:00:00-05:00",
        "ends_at": "2027-06-15T11:00:00-05:00",
        "room": {"slug": "hall", "name": "Great Hall", "venue": "House of Culture", "capacity": 800},
        "languages": ["en", "fr"],
        "interpretation": ["ar", "zh"],
        "access": "registered",
        "only_for": None,
        "seats": None,
        "themes": [{"slug": "land", "name": "Land"}],
        "organizations": [
            {
                "slug": "iom",
                "name": "International Organization for Migration",
                "acronym": "IOM",
                "type": "un_entity",
                "role": "lead",
            },
            {
                "slug": "uclg",
                "name": "United Cities and Local Governments",
                "acronym": "UCLG",
                "type": "network",
                "role": "co_organizer",
            },
        ],
        "speakers": [
            {
                "slug": "amina-diallo",
                "name": "Amina Diallo",
                "role": "chair",
                "affiliation": "City of Example",
            }
        ],
        "materials": [{"title": "Concept note", "url": "https://example.org/note", "language": None}],
    }


def test_what_is_not_known_or_does_not_take_place_is_said(fetch):
    events = {one["code"]: one for one in fetch("programme.json").get_json()["events"]}
    assert events["SE-003"]["day"] == "2027-06-15"
    assert events["SE-003"]["starts_at"] is None
    assert events["SE-004"]["day"] is None
    assert events["SE-004"]["room"] is None
    assert events["SE-005"]["status"] == "cancelled"
    assert events["SE-001"]["seats"] == 30
    assert "DR-001" not in events


def test_texts_are_in_the_language_of_the_address_with_fallback(fetch):
    found = fetch("programme.json", lang="fr").get_json()
    events = {one["code"]: one for one in found["events"]}
    assert found["conference"]["name"] == "Conférence sur le logement"
    assert events["PL-001"]["title"] == "Plénière d’ouverture"
    assert events["PL-001"]["organizations"][0]["acronym"] == "OIM"
    assert events["SE-001"]["title"] == "Migration toolbox"


def test_the_filters_of_the_page_choose(fetch):
    for query in (
        "type=plenary",
        "organization=iom&theme=water",
        "q=toolbox",
        "day=2027-06-16",
        "type=nothing",
    ):
        page = fetch(f"programme?{query}").text
        chosen = [one["code"] for one in fetch(f"programme.json?{query}").get_json()["events"]]
        assert all(f"/events/{code}" in page for code in chosen), query
        assert [row["Code"] for row in rows_of(fetch(f"programme.csv?{query}"))] == chosen, query
    assert chosen == []


# --- schedule XML


def only(texts: Any) -> str:
    """Return the text of a file that has one language, which readers guess."""
    (text,) = texts.values()
    return str(text)


def test_the_schedule_is_read_by_the_importer(fetch):
    """What it has a place for comes back as it was; what is cancelled or has no time is not in it."""
    answer = fetch("programme.xml")
    assert answer.content_type == "application/xml; charset=utf-8"
    read = frab.read(answer.data, "programme.xml")
    assert read.conference.zone == "America/Guayaquil"
    assert (read.conference.start_date, read.conference.end_date) == (date(2027, 6, 14), date(2027, 6, 18))
    events = {(only(event.titles), event.day): event for event in read.events}
    assert {title for title, _day in events} == {
        "Opening plenary", "Migration toolbox", "Full house", "Exhibition of models", "Long night of the cities", "On the move",
    }  # fmt: skip
    opening = events["Opening plenary", DAY]
    assert (opening.starts_at, opening.ends_at) == (at(9), at(11))
    assert only(opening.summaries) == "The conference begins."
    assert "1. Opening" in only(opening.descriptions)
    night = events["Long night of the cities", DAY]
    assert (night.starts_at, night.ends_at) == (at(24, 30), at(26))
    # Each day of an exhibition stands for itself.
    assert [day for title, day in sorted(events) if title == "Exhibition of models"] == [
        date(2027, 6, 15),
        date(2027, 6, 16),
        date(2027, 6, 17),
    ]
    assert [only(room.names) for room in read.rooms] == ["Great Hall", "Annex"]


def test_ids_of_the_schedule_are_unique_and_last(fetch, app):
    def ids() -> dict[str, str]:
        root: Any = etree.fromstring(fetch("programme.xml").data)
        found = [(one.get("id"), one.get("guid")) for one in root.iterfind("day/room/event")]
        assert all(str(uuid.UUID(guid)) == guid and 0 <= int(id_) < 2**31 for id_, guid in found)
        assert len({id_ for id_, _guid in found}) == len(found)
        return {guid: id_ for id_, guid in found}

    before = ids()
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug="quito").one()
        factories.make_event(
            conference, code="AA-001", titles={"en": "First of all"}, day=DAY, start=at(7), end=at(8)
        )
        factories.release(conference)
    after = ids()
    assert len(after) == len(before) + 1
    assert before.items() <= after.items()


def test_the_order_of_elements_is_that_of_the_schema(fetch):
    event: Any = etree.fromstring(fetch("programme.xml").data).find("day/room/event")
    assert [child.tag for child in event] == [
        "date", "start", "duration", "room", "slug", "url", "title", "subtitle", "track", "type", "language", "abstract",
        "description", "logo", "persons", "links", "attachments",
    ]  # fmt: skip
    assert event.findtext("duration") == "02:00"
    assert event.findtext("date") == "2027-06-15T09:00:00-05:00"


# --- CSV


def test_the_table_has_a_line_for_each_event(fetch):
    answer = fetch("programme.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quito-programme.csv"'
    rows = {row["Code"]: row for row in rows_of(answer)}
    opening = rows["PL-001"]
    assert opening["Title"] == "Opening plenary"
    assert (opening["Day"], opening["Start"], opening["End"]) == (
        "2027-06-15",
        "2027-06-15 09:00:00",
        "2027-06-15 11:00:00",
    )
    assert opening["Time zone"] == "America/Guayaquil"
    assert opening["Lead organizations"] == "International Organization for Migration"
    assert opening["Co-organizers"] == "United Cities and Local Governments"
    assert opening["Languages"] == "English; French"
    assert opening["Page"] == f"{BASE}/events/PL-001"
    assert rows["SE-005"]["State"] == "Cancelled"
    assert rows["SE-004"]["Start"] == ""


def test_headings_are_in_the_readers_language(fetch):
    assert rows_of(fetch("programme.csv", lang="fr"))[0].keys() >= {"Titre", "Salle"}


# --- XLSX


@pytest.mark.sqlite_only
def test_the_workbook_has_days_and_times_as_such(fetch):
    answer = fetch("programme.xlsx")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quito-programme.xlsx"'
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
    header, *lines = sheet.iter_rows(values_only=True)
    rows = {line[0]: dict(zip(header, line, strict=True)) for line in lines}
    opening = rows["PL-001"]
    assert opening["Title"] == "Opening plenary"
    # Wall times of the conference: no zone, and no text.
    assert opening["Day"] == datetime(2027, 6, 15)  # noqa: DTZ001
    assert opening["Start"] == datetime(2027, 6, 15, 9)  # noqa: DTZ001
    assert opening["End"] == datetime(2027, 6, 15, 11)  # noqa: DTZ001
    assert opening["Time zone"] == "America/Guayaquil"
    assert rows["SE-004"]["Start"] is None
    assert rows["SE-005"]["State"] == "Cancelled"
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions


# --- a reader of other people's


@pytest.mark.sqlite_only
def test_a_foreign_reader_takes_the_schedule(fetch, quito):
    """``schedule-convert`` reads what frab and pentabarf write; it knows nothing of us."""
    conference = FrabXmlImporter().parse(io.BytesIO(fetch("programme.xml").data))
    assert conference.title == "Conference on Housing"
    assert conference.slug == quito
    assert DAY in conference.days
    opening = next(event for event in conference.events if event.title == "Opening plenary")
    assert opening.room.name == "Great Hall"
    assert (opening.start.hour, opening.start.minute, opening.duration) == (9, 0, 120)
    assert [speaker.name for speaker in opening.speakers] == ["Amina Diallo"]
    assert opening.url == f"{BASE}/events/PL-001"
    assert isinstance(opening.guid, uuid.UUID)
    # And what it writes of it is read here, with the same times.
    written = io.StringIO()
    FrabXmlExporter().write(written, conference)
    again = frab.read(written.getvalue().encode(), "again.xml", zone="America/Guayaquil", slug="again")
    assert {title for event in again.events for title in event.titles.values()} == {
        event.title for event in conference.events
    }


# --- all of them


@pytest.mark.parametrize("kind", ["json", "xml", "csv", "xlsx"])
def test_an_export_is_public_and_the_same_while_nothing_changes(fetch, client, kind):
    first, second = fetch(f"programme.{kind}"), fetch(f"programme.{kind}")
    assert first.data == second.data
    assert first.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert "Set-Cookie" not in first.headers
    again = client.get(f"/en/quito/programme.{kind}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("kind", ["json", "xml", "csv", "xlsx"])
@pytest.mark.sqlite_only
def test_hostile_texts_stay_texts(app, client, kind):
    title = "=HYPERLINK(1)</title><script>alert(1)</script>]]>&"
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="evil", zone="UTC")
        made = factories.make_event(
            conference,
            code="E-1",
            titles={"en": f"{title}\x00\x0b"},
            descriptions={"en": "<script>alert(2)</script> [x](javascript:alert(3))"},
            start=datetime(2027, 6, 15, 9, tzinfo=UTC),
            end=datetime(2027, 6, 15, 10, tzinfo=UTC),
            day=DAY,
        )
        factories.make_material(made, url="javascript:alert(4)")
        factories.release(conference)
    data = client.get(f"/en/evil/programme.{kind}").data
    if kind == "json":
        assert json.loads(data)["events"][0]["title"] == title
        assert json.loads(data)["events"][0]["materials"][0]["url"] is None
    elif kind == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
        assert sheet["B2"].data_type == "s"
        assert str(sheet["B2"].value).startswith("'=HYPERLINK(1)")
    elif kind == "csv":
        (row,) = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        assert row["Title"].startswith("'=HYPERLINK(1)")
    else:
        event: Any = etree.fromstring(data).find("day/room/event")
        assert event.findtext("title") == title
        assert "<script" not in event.findtext("description")
        assert len(event.find("links")) == 0
        assert "<a" not in event.findtext("description")


@pytest.mark.parametrize("kind", ["json", "xml", "csv", "xlsx"])
def test_nothing_is_exported_of_what_is_not_public(app, client, kind):
    with app.app_context(), transaction():
        conference = factories.make_conference(slug="empty")
        factories.make_event(conference, code="E-1", titles={"en": "Not yet"})
    answer = client.get(f"/en/empty/programme.{kind}")
    assert answer.status_code == 200
    assert b"Not yet" not in (unzipped(answer.data) if kind == "xlsx" else answer.data)
    assert client.get(f"/en/nothing/programme.{kind}").status_code == 404
    assert client.get("/en/empty/programme.exe").status_code == 404


@pytest.mark.sqlite_only
def test_an_old_address_leads_to_the_new_one(app, client, quito):
    with app.app_context(), transaction():
        factories.rename(db.session.query(Conference).filter_by(slug=quito).one(), "cuenca")
    answer = client.get("/en/quito/programme.json?type=side")
    assert answer.status_code == 301
    assert answer.headers["Location"].endswith("/en/cuenca/programme.json?type=side")


@pytest.mark.sqlite_only
def test_the_page_leads_to_them_with_its_filters(get, quito):
    page = get(f"/en/{quito}/programme?type=side")
    links = [one.get("href") for one in page.cssselect(".feed-line a") if "/programme." in one.get("href")]
    printed = [f"/en/{quito}/programme.pdf?type=side{by}" for by in ("", "&by=room", "&by=organization")]
    kinds = ("xlsx", "csv", "json", "xml")
    assert links[1:] == [*printed, *(f"/en/{quito}/programme.{kind}?type=side" for kind in kinds)]
