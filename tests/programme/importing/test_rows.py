"""What each row of a spreadsheet would do, without a database: headings, cells, names, times, and reasons to refuse."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from flask_babel import Babel

from eventsapp.config import PACKAGE
from eventsapp.core.errors import Invalid
from eventsapp.programme.enums import Access, OrganizationRole, SpeakerRole
from eventsapp.programme.importing import columns, rows, sheet
from eventsapp.programme.importing.rows import Action, Existing, Known, Names, RowPlan, Thing
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.service import EventData, SpeakerLine

DAY = date(2027, 6, 15)
OPENING = Existing(
    1,
    "PL-001",
    EventData(
        type_id=1,
        titles={"en": "Opening", "fr": "Ouverture"},
        organizations=((1, OrganizationRole.LEAD), (2, OrganizationRole.CO_ORGANIZER)),
        speakers=(SpeakerLine("Amina Diallo", SpeakerRole.CHAIR, "City", 7),),
        theme_ids=(1,),
        languages=("en", "fr"),
        access=Access.BOOKING,
        seats=40,
    ),
    Place(1, DAY, None, datetime(2027, 6, 15, 14, tzinfo=UTC), datetime(2027, 6, 15, 16, tzinfo=UTC)),
)


@pytest.fixture(autouse=True)
def speaking() -> Iterator[None]:
    """Texts in English, without a database."""
    app = Flask("only for texts")
    columns.known.cache_clear()
    Babel(app, default_translation_directories=str(PACKAGE / "translations"))
    with app.app_context():
        yield


def known(*events: Existing) -> Known:
    return Known(
        zone="America/Guayaquil",
        default_language="en",
        language="en",
        types=Names(
            [Thing(1, "plenary", {"en": "Plenary", "fr": "Plénière"}), Thing(2, "side", {"en": "Side event"})]
        ),
        rooms=Names(
            [
                Thing(1, "hall", {"en": "Hall"}, venues=frozenset({"house"})),
                Thing(2, "hall-2", {"en": "Hall"}, venues=frozenset({"school"})),
                Thing(3, "annex", {"en": "Annex"}),
            ]
        ),
        themes=Names([Thing(1, "land", {"en": "Land"}), Thing(2, "water", {"en": "Water; and soil"})]),
        organizations=Names(
            [
                Thing(1, "iom", {"en": "Migration Organization"}, ("IOM", "OIM")),
                Thing(2, "uclg", {"en": "United Cities"}, ("UCLG",)),
                Thing(3, "un", {"en": "United Nations"}, ("UN",)),
            ]
        ),
        events={event.code: event for event in events or (OPENING,)},
        languages={"en": "en", "english": "en", "fr": "fr", "francais": "fr", "french": "fr"},
        access={"open": Access.OPEN, "by booking": Access.BOOKING, "open to the public": Access.OPEN},
        language_name=str,
        access_name=lambda access: access.value,
    )


def csv(*lines: str) -> sheet.Sheet:
    return sheet.read("\n".join(lines).encode(), "file.csv", default_language="en")


def plan(*lines: str) -> list[RowPlan]:
    return rows.plan(csv(*lines), known()).rows


def changed(row: RowPlan) -> dict[str, tuple[str, str]]:
    assert row.problems == []
    return {one.label: (one.before, one.after) for one in row.changes}


def test_headings_are_understood_in_every_language_and_as_codes():
    read = csv("Code;Titre;Salle;Jour;title:es;Farbe", "A-1;Un;Grande;2027-06-15;Uno;rot")
    assert [(heading.column.value, heading.language) for heading in read.headings] == [
        ("code", ""), ("title", "fr"), ("room", ""), ("day", ""), ("title", "es"),
    ]  # fmt: skip
    assert read.unknown == ("Farbe",)
    assert [heading.language for heading in csv("code,title", "A-1,One").headings] == ["", "en"]
    # A title above the table, and rows that are empty, are passed over; numbers are those of the spreadsheet.
    assert [row.number for row in csv("Programme 2027,,", "", "Code,Title", ",", "A-1,One").rows] == [5]


def test_rows_create_change_or_leave_alone():
    same, other, new = plan(
        "Code,Title,Title:fr,Type,Day,Start,End,Room,Venue,Lead,Speakers",
        "PL-001,Opening,Ouverture,Plenary,2027-06-15,09:00,11:00,Hall,House,Migration Organization,Amina  Diallo",
        "PL-002,,,,,,,,,,",
        ",Walk on water,,side,15.06.2027,23:30,01:00,annex,,UN,Ban; Amina Diallo",
    )
    assert (same.action, same.changes) == (Action.UNCHANGED, [])
    assert other.action is Action.REFUSED
    assert other.problems == ["An event needs a title.", "A new event needs a type."]
    assert new.action is Action.CREATE
    assert new.place == Place(
        3, DAY, None, datetime(2027, 6, 16, 4, 30, tzinfo=UTC), datetime(2027, 6, 16, 6, tzinfo=UTC)
    )
    assert new.data is not None
    assert new.data.titles == {"en": "Walk on water"}
    assert new.data.organizations == ((3, OrganizationRole.LEAD),)
    assert [line.name for line in new.data.speakers] == ["Ban", "Amina Diallo"]


def test_changes_are_said_field_by_field():
    (row,) = plan(
        "Code,Title,Type,Start,Room,Lead,Co-organizers,Speakers,Languages,Access,Themes",
        "PL-001,Grand opening,Side event,10:00,Annex,UCLG,IOM,Amina Diallo;New One,French,Open to the public,"
        "Water; and soil",
    )
    assert changed(row) == {
        "Title (en)": ("Opening", "Grand opening"),
        "Type": ("Plenary", "Side event"),
        "Room": ("Hall", "Annex"),
        "Start": ("2027-06-15 09:00", "2027-06-15 10:00"),
        "End": ("2027-06-15 11:00", "2027-06-15 12:00"),
        "Themes": ("Land", "Water; and soil"),
        "Lead organizations": ("Migration Organization", "United Cities"),
        "Co-organizers": ("United Cities", "Migration Organization"),
        "Speakers": ("Amina Diallo", "Amina Diallo; New One"),
        "Languages": ("en; fr", "fr"),
        "Access": ("booking", "open"),
        "Seats to book": ("40", ""),
    }
    assert row.data is not None
    # What the file does not speak of stays: another language, the role and the affiliation of a speaker.
    assert row.data.titles == {"en": "Grand opening", "fr": "Ouverture"}
    assert row.data.speakers[0] == OPENING.data.speakers[0]


def test_empty_cells_change_nothing_and_a_dash_takes_away():
    empty, taken = (
        plan("Code,Room,Day,Start,Themes,Speakers,Languages", line)[0]
        for line in ("PL-001,,,,,,", "PL-001,-,-,-,–,-,-")
    )
    assert empty.action is Action.UNCHANGED
    assert taken.place == NOWHERE
    assert taken.data is not None
    assert (taken.data.theme_ids, taken.data.speakers, taken.data.languages) == ((), (), ())
    (untimed,) = plan("Code,Start", "PL-001,-")
    assert untimed.place == replace(OPENING.place, starts_at=None, ends_at=None)


def test_a_day_or_a_start_alone_takes_the_other_times_along():
    (day,) = plan("Code,Day", "PL-001,2027-06-17")
    assert changed(day) == {
        "Day": ("2027-06-15", "2027-06-17"),
        "Start": ("2027-06-15 09:00", "2027-06-17 09:00"),
        "End": ("2027-06-15 11:00", "2027-06-17 11:00"),
    }
    (end,) = plan("Code,End", "PL-001,00:30")
    assert changed(end) == {"End": ("2027-06-15 11:00", "2027-06-16 00:30")}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("PL-001,Cellar,,,,", "Room: nothing here is called “Cellar”."),
        ("X-1,Hall,,,,", "Room: more than one is called “Hall”."),
        ("PL-001,,noon,,,", "Start: “noon” is not a time of day, such as 18:30."),
        ("PL-001,,25:00,,,", "Start: “25:00” is not a time of day, such as 18:30."),
        ("PL-001,,,06/07/2027,,", "Day: “06/07/2027” is not a date. It is written as year-month-day, such as 2027-06-14."),
        ("PL-001,,,2027-02-30,,", "Day: “2027-02-30” is not a date. It is written as year-month-day, such as 2027-06-14."),
        ("PL-001,,,,Nobody,", "Lead organizations: nothing here is called “Nobody”."),
        ("PL-001,,,,UCLG,", "United Cities is named in two roles."),
        ("PL-001,,,,,Europe/Paris", "The times are said to be in Europe/Paris, but the conference's are in America/Guayaquil."),
        ("bad code!,,,,,", "“bad code!” cannot be a code: letters, digits and hyphens, at most 20."),
    ],
)  # fmt: skip
def test_a_row_is_refused_in_words(line, reason):
    (row,) = plan("Code,Room,Start,Day,Lead,Time zone", line)
    assert row.action is Action.REFUSED
    assert reason in row.problems


def test_codes_and_titles_that_are_there_already():
    rows_ = plan("Code,Title,Type", "PL-001,One,side", "PL-001,Two,side", ",OPENING,side", ",Third,side")
    assert [row.action for row in rows_] == [Action.CHANGE, Action.REFUSED, Action.REFUSED, Action.CREATE]
    assert rows_[1].problems == ["Row 2 has the same code."]
    assert rows_[2].problems == ["PL-001 has this title already. Give its code to change it."]


def test_the_fingerprint_is_of_the_rows_that_do_something():
    lines = ("Code,Title", "PL-001,Grand opening")
    first = rows.plan(csv(*lines), known()).fingerprint
    other = Existing(2, "SE-002", EventData(type_id=2, titles={"en": "Other"}), NOWHERE)
    assert rows.plan(csv(*lines), known(OPENING, other)).fingerprint == first
    moved = replace(OPENING, place=replace(OPENING.place, room_id=3))
    assert rows.plan(csv(*lines), known(moved)).fingerprint != first


def workbook(*lines: list[Any]) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet()
    clock = book.add_format({"num_format": "hh:mm"})
    for number, line in enumerate(lines):
        for column, cell in enumerate(line):
            page.write(number, column, cell, *([clock] if isinstance(cell, time) else []))
    book.close()
    return target.getvalue()


def test_cells_of_a_workbook_are_days_times_and_numbers():
    content = workbook(
        ["code", "title", "type", "day", "start", "end", "seats", "access"],
        [2027, "Numbers", "side", DAY, time(9, 30), datetime(2027, 6, 15, 10, 45), 12, "By booking"],  # noqa: DTZ001
    )
    read = sheet.read(content, "file.xlsx", default_language="en")
    (row,) = rows.plan(read, known()).rows
    assert row.problems == []
    assert (row.code, row.action) == ("2027", Action.CREATE)
    assert row.place == Place(
        None, DAY, None, datetime(2027, 6, 15, 14, 30, tzinfo=UTC), datetime(2027, 6, 15, 15, 45, tzinfo=UTC)
    )
    assert row.data is not None
    assert row.data.seats == 12


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (101 * 1024 * 1024))
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"x" * (sheet.LARGEST + 1), "The file is larger than 5 MB."),
        (
            b"PK\x03\x04 nonsense",
            "This file cannot be read as a spreadsheet. Save it as XLSX or as CSV (UTF-8).",
        ),
        (b"Code,Title\nA,\xe9t\xe9", "Row 2 is not UTF-8. Save the file as XLSX or as CSV (UTF-8)."),
        (b"one,two\n1,2", "No row has headings that are understood."),
        (b"Code,Title,Titre,title:fr\nA,b,c,d", "Two columns are both understood as “Title”."),
        (b"Code,Title\n", "There is no row below the headings."),
        (b"Code,Title\n" + b"a,b\n" * 2001, "These are more than 2000 rows."),
        (b"Code,Title\nA," + b"x" * 20_001, "Row 2 has a cell with more than 20000 characters."),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(content, reason):
    with pytest.raises(Invalid) as caught:
        sheet.read(content, "file", default_language="en")
    assert str(caught.value.errors["file"][0]).startswith(reason)


def test_a_workbook_that_grows_when_unpacked_is_refused():
    with pytest.raises(Invalid) as caught:
        sheet.read(bomb(), "file", default_language="en")
    assert caught.value.errors["file"] == ["The file is too large when it is unpacked."]
