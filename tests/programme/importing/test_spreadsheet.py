"""Import from a spreadsheet in the workspace: look, confirm, and what comes between the two."""

from __future__ import annotations

import io
import os
import re
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import releases
from eventsapp.programme.importing import spreadsheet
from eventsapp.programme.models import Event, Placement, ProgrammeEdit
from tests import factories
from tests.site import sample
from tests.support.signing import sign_in


class Desk:
    """An officer of the sample conference with a spreadsheet in hand."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.slug = sample.build(app)
        with app.app_context(), transaction():
            conference = self.conference()
            officer, viewer = factories.make_user(), factories.make_user()
            factories.make_role(officer, conference, Role.PROGRAMME_OFFICER)
            factories.make_role(viewer, conference, Role.VIEWER)
            self.officer, self.viewer = officer.get_id(), viewer.get_id()
        self.client = app.test_client()
        sign_in(self.client, self.officer)
        self.address = f"/manage/{self.slug}/programme/import/"

    def conference(self) -> Conference:
        return db.session.scalars(select(Conference).where(Conference.slug == self.slug)).one()

    def send(self, content: bytes | str, name: str = "programme.csv") -> Any:
        content = content.encode() if isinstance(content, str) else content
        return self.client.post(self.address, data={"file": (io.BytesIO(content), name)})

    def confirm(self, preview: Any, **over: str) -> Any:
        page = lxml_html.document_fromstring(preview.text)
        (form,) = page.cssselect("form[action$='/confirm']")
        given: dict[str, Any] = {
            str(one.get("name")): one.get("value") for one in form.cssselect("input[type=hidden]")
        }
        return self.client.post(form.get("action") or "", data={**given, **over})

    def event(self, code: str) -> Event:
        return db.session.scalars(
            select(Event).where(Event.code == code, Event.conference_id == self.conference().id)
        ).one()

    def place(self, code: str) -> Placement | None:
        version = releases.working_version_if_any(self.conference().id)
        assert version is not None
        return releases.placements(version).get(self.event(code).id)


@pytest.fixture
def desk(app: Any) -> Desk:
    return Desk(app)


def counts(page: Any) -> dict[str, int]:
    found = re.findall(r'<li><strong class="num">(\d+)</strong> ([^<]+)</li>', page.text)
    return {words: int(number) for number, words in found}


FILE = """Code,Title,Type,Day,Start,End,Room,Lead,Persons expected
PL-001,Grand opening,,,10:00,12:00,,,
SE-001,,,,,,Nowhere,,
,Brand new,Side event,2027-06-16,13:15,14:30,Annex,UCLG,60
"""


def test_a_file_is_looked_at_then_done(desk, app):
    preview = desk.send(FILE)
    assert preview.status_code == 200
    assert counts(preview) == {"to create": 1, "to change": 1, "unchanged": 0, "refused": 1}
    assert "Room: nothing here is called “Nowhere”." in preview.text
    assert re.search(
        r"<del><bdi>2027-06-15 09:00</bdi></del>.*<ins><bdi>2027-06-15 10:00</bdi></ins>", preview.text
    )
    with app.app_context():
        # Nothing is done yet, not even a number taken.
        assert desk.event("PL-001").titles["en"] == "Opening plenary"
        assert db.session.scalars(select(ProgrammeEdit)).all() == []
        next_code = desk.conference().next_code
    answer = desk.confirm(preview)
    assert answer.status_code == 302
    with app.app_context():
        opening = desk.event("PL-001")
        assert opening.titles == {
            "en": "Grand opening",
            "fr": "Plénière d’ouverture",
            "ar": "الجلسة الافتتاحية",
        }
        placement = desk.place("PL-001")
        assert placement is not None
        assert placement.room is not None
        assert placement.room.slug == "hall"
        assert (placement.starts_at, placement.ends_at) == (sample.at(10), sample.at(12))
        made = desk.event(f"{desk.conference().code_prefix}-{next_code:03d}")
        assert made.titles == {"en": "Brand new"}
        assert made.expected_attendance == 60
        assert [link.organization.slug for link in made.organizations] == ["uclg"]
        placement = desk.place(made.code)
        assert placement is not None
        assert placement.starts_at == sample.at(13, 15, day=sample.DAY + timedelta(days=1))
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "programme.import")).one()
        assert entry.detail == {
            "file": "programme.csv",
            "create": 1,
            "change": 1,
            "unchanged": 0,
            "refused": 1,
        }
        (group,) = {edit.group for edit in db.session.scalars(select(ProgrammeEdit))}
        assert group


@pytest.mark.parametrize(
    "path", ["en/quito/programme.xlsx", "fr/quito/programme.csv", "ar/quito/programme.xlsx"]
)
@pytest.mark.sqlite_only
def test_what_was_exported_changes_nothing(desk, path):
    exported = desk.client.get(f"/{path}")
    preview = desk.send(exported.data, path.rpartition("/")[2])
    assert preview.status_code == 200
    found = counts(preview)
    assert found.pop("unchanged") > 8
    assert set(found.values()) == {0}, preview.text
    assert "There is nothing to import in this file." in preview.text


def test_what_was_changed_meanwhile_is_not_overwritten(desk, app):
    preview = desk.send(FILE)
    with app.app_context(), transaction():
        # Another event: that is no matter.
        factories.place(desk.event("SE-004"), start=sample.at(20), end=sample.at(21), day=sample.DAY)
    with app.app_context(), transaction():
        factories.place(desk.event("PL-001"), start=sample.at(8), end=sample.at(9), day=sample.DAY)
    answer = desk.confirm(preview)
    assert answer.status_code == 409
    assert "Somebody changed these events after you looked." in answer.text
    assert "2027-06-15 08:00" in answer.text
    with app.app_context():
        assert desk.event("PL-001").titles["en"] == "Opening plenary"
    assert desk.confirm(answer).status_code == 302
    with app.app_context():
        assert desk.event("PL-001").titles["en"] == "Grand opening"


@pytest.mark.sqlite_only
def test_what_the_services_refuse_is_said_beside_the_row(desk, app):
    preview = desk.send(
        "Code,Title,Type,Day,Start,End,Seats to book\n"
        "PL-001,,,2031-01-01,,,\nSE-004,,,,,,12\n,Fine,side,2027-06-15,09:00,10:00,\n"
    )
    assert counts(preview) == {"to create": 1, "to change": 0, "unchanged": 0, "refused": 2}
    assert "This day is far away from the conference." in preview.text
    assert "Only an event with access by booking has seats to book." in preview.text
    assert desk.confirm(preview).status_code == 302


@pytest.mark.sqlite_only
def test_bad_files_other_peoples_and_old_ones(desk, app):
    for content, name in ((b"", "a.csv"), (b"\x89PNG", "a.xlsx"), (b"one,two\n1,2\n", "a.csv")):
        answer = desk.send(content, name)
        assert answer.status_code == 422
        assert "field-error" in answer.text or "summary" in answer.text
    assert desk.client.post(desk.address).status_code == 422
    preview = desk.send(FILE)
    assert desk.confirm(preview, file="forged").status_code == 422
    viewer = app.test_client()
    sign_in(viewer, desk.viewer)
    assert viewer.get(desk.address).status_code == 403
    (kept,) = (Path(app.config["UPLOADS"]) / "imports").iterdir()
    long_ago = time.time() - spreadsheet.KEPT - 10
    os.utime(kept, (long_ago, long_ago))
    desk.send("Code,Title\nPL-001,Other\n")
    assert not kept.exists()
    gone = desk.confirm(preview)
    assert gone.status_code == 422
    assert "The file is no longer kept here. Please send it again." in gone.text


@pytest.mark.sqlite_only
def test_the_file_to_fill_in_is_understood(desk):
    answer = desk.client.get(f"{desk.address}template.xlsx")
    preview = desk.send(answer.data, "template.xlsx")
    assert counts(preview) == {"to create": 1, "to change": 0, "unchanged": 0, "refused": 0}


@pytest.mark.sqlite_only
def test_the_page_of_what_can_be_printed(desk, app):
    page = lxml_html.document_fromstring(desk.client.get(f"/manage/{desk.slug}/programme/print").text)
    links = {one.get("href") for one in page.cssselect("main a")}
    assert f"/ar/{desk.slug}/programme.pdf?by=room" in links
    assert f"/en/{desk.slug}/rooms/hall/display" in links
    answer = desk.client.get(f"/manage/{desk.slug}/programme/door-signs.pdf?day=&room=hall&lang=fr")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "private, no-store"
