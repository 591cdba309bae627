"""Nominations and quotas from spreadsheets: every row is shown before anything is done, and only that is done."""

from __future__ import annotations

import io
import re
import time
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html as lxml_html
from sqlalchemy import func, select

from eventsapp.accounts.enums import Role
from eventsapp.core import clock, sheets, tables
from eventsapp.core.audit import AuditEntry
from eventsapp.core.errors import Invalid
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.enums import MemberRole
from eventsapp.registration.models import Registration
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.sheets import PEOPLE as PEOPLE_COLUMNS
from tests import factories
from tests.support.signing import sign_in

pytestmark = pytest.mark.sqlite_only


class Pages:
    """An organization with two places for delegates, its focal point (ana), a member (ben) and a registrar (rita)."""

    def __init__(self, app: Flask) -> None:
        self.app, self.client = app, app.test_client()
        with app.app_context(), transaction():
            conference = factories.make_conference(registration_opens_at=clock.now() - timedelta(days=1))
            mission = factories.make_organization(
                slug="mission", names={"en": "Permanent Mission"}, acronyms={"en": "PM"}
            )
            delegates = factories.make_category(conference, names={"en": "Delegate", "fr": "Délégué"})
            factories.make_category(conference, names={"en": "Assistant"}, in_quota=False)
            self.quota = factories.make_quota(conference, mission, delegates, places=2).id
            factories.make_registration(conference, category=delegates, email="known@example.org")
            users = {name: factories.make_user(name=name) for name in ("ana", "ben", "rita", "sam")}
            factories.make_member(users["ana"], mission)
            factories.make_member(users["ben"], mission, role=MemberRole.MEMBER)
            factories.make_role(users["rita"], conference, Role.REGISTRAR)
            self.ids = {name: user.get_id() for name, user in users.items()}
            self.people = f"/account/organizations/mission/delegations/{conference.slug}"
            self.quotas = f"/manage/{conference.slug}/registration/quotas"

    def sign_in(self, who: str) -> None:
        sign_in(self.client, self.ids[who])

    def send(self, address: str, content: bytes, name: str = "people.csv") -> Any:
        return self.client.post(f"{address}/sheet", data={"file": (io.BytesIO(content), name)})

    def confirm(self, preview: Any) -> Any:
        (form,) = lxml_html.document_fromstring(preview.text).cssselect("form[action$='/confirm']")
        hidden = {one.get("name"): one.get("value") for one in form.cssselect("input[type=hidden]")}
        return self.client.post(form.get("action"), data=hidden)

    def nominated(self) -> list[tuple[str, str]]:
        with self.app.app_context():
            rows = db.session.execute(
                select(Registration.name, Registration.email)
                .where(Registration.nominated_for_id.is_not(None))
                .order_by(Registration.email)
            )
            return [(name, email) for name, email in rows]

    def taken(self) -> int:
        with self.app.app_context():
            return db.session.get_one(Quota, self.quota).taken


@pytest.fixture
def pages(app: Flask) -> Pages:
    return Pages(app)


PEOPLE = """Nom;Adresse électronique;category;country;Phone
Ana One;one@example.org;Délégué;Kenya;1
=HYPERLINK("x");formula@example.org;delegate;KE;
Three;three@example.org;Delegate;;
Four;four@example.org;Assistant;;
Five;known@example.org;Delegate;;
Six;six@;Delegate;;
Seven;seven@example.org;Minister;Atlantis;
Eight;ten@example.org;Assistant;;
Nine;Ten@example.org;Assistant;;
"""


def test_each_row_is_shown_and_only_what_was_shown_is_done(pages: Pages):
    content = PEOPLE.replace("Nom;Adresse électronique", "Name;email").encode()
    pages.sign_in("ana")
    preview = pages.send(pages.people, content)
    said = " ".join(preview.text.split())
    for sentence in (
        "These columns are not understood and left out:",
        "The organization has used all places of its quota.",
        "Somebody is registered with this address already.",
        "This is not an e-mail address.",
        "The organization cannot nominate in a category “Minister”.",
        "No country is called “Atlantis”.",
        "Several rows have this address.",
        "Nominate 3 people",
    ):
        assert sentence in said, sentence
    assert pages.nominated() == []
    assert pages.confirm(preview).status_code == 303
    assert pages.nominated() == [
        ('=HYPERLINK("x")', "formula@example.org"),
        ("Four", "four@example.org"),
        ("Ana One", "one@example.org"),
    ]
    assert pages.taken() == 2
    # The same confirmation once more: those people are registered by now, so it is shown and not done.
    again = pages.confirm(preview)
    assert (again.status_code, "Nothing was done" in again.text) == (409, True)
    # What goes out again starts no formula.
    table = pages.client.post(f"{pages.people}/people.csv").text
    assert "'=HYPERLINK" in table
    with pages.app.app_context():
        written = select(AuditEntry.detail).where(AuditEntry.action == "delegation.export")
        assert db.session.scalars(written).all() == [{"kind": "csv", "people": 3}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        ("Name,Email\nRené,r@example.org".encode("latin-1"), "Row 2 is not UTF-8."),
        ("Name,Email\nRené,r@example.org".encode("utf-16"), "Row 1 is not UTF-8."),
        (b"Title,Code\nx,y", "No row has all of these headings"),
        (b"PK\x03\x04 no workbook", "This file cannot be read as a spreadsheet."),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(pages: Pages, content: bytes, reason: str):
    pages.sign_in("ana")
    answer = pages.send(pages.people, content)
    assert (answer.status_code, reason in answer.text) == (422, True)


def test_a_hundred_thousand_rows_are_refused_before_they_are_all_read(pages: Pages):
    content = b"Name,Email\n" + b"x,x@example.org\n" * 100_000
    begun = time.monotonic()
    with pages.app.app_context(), pytest.raises(Invalid) as refused:
        sheets.lines(content, "x.csv", PEOPLE_COLUMNS, needed=("name", "email"), most=1_000)
    assert time.monotonic() - begun < 5
    assert refused.value.errors["file"] == ["These are more than 1000 rows."]


def workbook(rows: str) -> bytes:
    """A workbook with these rows as XML: so large ones are quickly made."""
    made, began = io.BytesIO(), tables.xlsx("People", ["Name", "Email"], [])
    with zipfile.ZipFile(io.BytesIO(began)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                begin, end = re.sub(rb"<dimension[^>]*/>", b"", content).split(b"</sheetData>")
                content = begin + rows.encode() + b"</sheetData>" + end
            new.writestr(name, content)
    return made.getvalue()


def text_row(*cells: str) -> str:
    return "<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in cells) + "</row>"


def test_a_workbook_of_a_hundred_thousand_rows_is_refused_and_formulas_are_not_reckoned(pages: Pages):
    large = workbook(text_row("x", "x@example.org") * 100_000)
    begun = time.process_time()
    with pages.app.app_context(), pytest.raises(Invalid) as refused:
        sheets.lines(large, "x.xlsx", PEOPLE_COLUMNS, needed=("name", "email"), most=1_000)
    assert time.process_time() - begun < 5
    assert refused.value.errors["file"] == ["These are more than 1000 rows."]
    # What a formula gave when it was saved is taken; one that gave nothing is an empty cell.
    kept = (
        '<row><c t="str"><f>UPPER("ana")</f><v>ANA</v></c><c t="inlineStr"><is><t>a@x.org</t></is></c></row>'
    )
    empty = (
        '<row><c><f>WEBSERVICE("http://x")</f></c><c t="inlineStr"><is><t>b@example.org</t></is></c></row>'
    )
    with pages.app.app_context():
        read = sheets.lines(
            workbook(kept + empty), "x.xlsx", PEOPLE_COLUMNS, needed=("name", "email"), most=9
        )
    assert [(row.text("name"), row.text("email")) for row in read.rows] == [
        ("ANA", "a@x.org"),
        ("", "b@example.org"),
    ]


def test_quotas_are_set_from_a_sheet_and_what_was_exported_changes_nothing(pages: Pages):
    pages.sign_in("rita")
    exported = pages.client.get(f"{pages.quotas}/quotas.xlsx").data
    assert "There is nothing to import in this file." in pages.send(pages.quotas, exported, "q.xlsx").text
    sheet = tables.xlsx(
        "Quotas",
        ["Organization", "Category", "Places"],
        [["PM", "Delegate", 9], ["Nobody", "Delegate", 1], ["PM", "Assistant", 1], ["PM", "Délégué", "many"]],
    )
    preview = pages.send(pages.quotas, sheet, "q.xlsx")
    for sentence in (
        "2 before, 9 now",
        "The directory has no organization “Nobody”.",
        "No category with quotas is called “Assistant”.",
        "Places: a whole number",
    ):
        assert sentence in preview.text, sentence
    assert pages.confirm(preview).status_code == 303
    with pages.app.app_context():
        assert db.session.get_one(Quota, pages.quota).places == 9
        assert db.session.scalar(select(func.count()).select_from(Quota)) == 1


def test_a_focal_point_nominates_and_a_member_only_looks_on(pages: Pages):
    pages.sign_in("ana")
    with pages.app.app_context():
        category = db.session.get_one(Quota, pages.quota).category_id
    form = {
        "name": "Dora",
        "email": "Dora@Example.org",
        "category_id": category,
        "language": "fr",
        "another": "1",
    }
    answer = pages.client.post(f"{pages.people}/nominate", data=form)
    assert answer.headers["Location"].endswith(f"/nominate?category={category}")
    refused = pages.client.post(f"{pages.people}/nominate", data=form)
    assert (refused.status_code, "registered with this address already" in refused.text) == (422, True)
    assert pages.nominated() == [("Dora", "dora@example.org")]
    page = pages.client.get(pages.people).text
    assert "dora@example.org" in page
    assert "Not confirmed yet" in page
    assert "dora@example.org" in pages.client.get(f"{pages.people}?state=waits&page=9").text
    pages.sign_in("ben")
    assert pages.client.get(pages.people).status_code == 200
    assert pages.client.get(f"{pages.people}/nominate").status_code == 403
    for who in ("sam", "rita"):
        pages.sign_in(who)
        assert pages.client.get(pages.people).status_code == 404
