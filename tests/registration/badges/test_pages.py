"""Badges in the workspace and on the person's own page, through real requests."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.printing import press
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration import links
from eventsapp.registration.badges.models import Badge, BadgeTemplate
from eventsapp.registration.enums import BadgePaper, RegistrationState
from eventsapp.registration.models import Category, Registration
from tests import factories
from tests.support.signing import sign_in

pytestmark = pytest.mark.sqlite_only


class Here(NamedTuple):
    base: str
    registrar: str
    desk: str
    viewer: str
    delegates: int
    media: int
    people: list[int]
    foreign: int
    token: str


@pytest.fixture
def here(app: Flask) -> Here:
    """Two delegates and one journalist who are registered, one who is not, and somebody of another conference."""
    with app.app_context(), transaction():
        conference = factories.make_conference()
        delegates, media = factories.make_category(conference), factories.make_category(conference)
        people = [
            factories.make_registration(conference, category=category, name=name)
            for name, category in (
                ("Zoë Diallo", delegates),
                ("Ana Diallo", delegates),
                ("Max Presser", media),
            )
        ]
        waiting = factories.make_registration(conference, category=media, state=RegistrationState.SUBMITTED)
        foreign = factories.make_registration(factories.make_conference())
        users = [factories.make_user() for _n in range(3)]
        for user, role in zip(users, (Role.REGISTRAR, Role.DESK_OFFICER, Role.VIEWER), strict=True):
            factories.make_role(user, conference, role)
        registrar, desk, viewer = (user.get_id() for user in users)
        return Here(
            f"/manage/{conference.slug}/badges",
            registrar,
            desk,
            viewer,
            delegates.id,
            media.id,
            [one.id for one in (*people, waiting)],
            foreign.id,
            links.page_token(people[0].id, people[0].secret_version),
        )


@pytest.fixture
def registrar(client: FlaskClient, here: Here) -> FlaskClient:
    sign_in(client, here.registrar)
    return client


def text(answer) -> str:
    return answer.get_data(as_text=True)


def printed(client: FlaskClient, here: Here, **form: object) -> list[str]:
    """Print badges, and return what stands on each page."""
    answer = client.post(f"{here.base}/", data={"who": "new", **form})
    assert answer.status_code == 303, text(answer)
    page = text(client.get(answer.location))
    address = re.search(r'href="([^"]+/printed/\d+\.pdf[^"]*)"', page)
    assert address is not None
    pdf = client.get(address[1].replace("&amp;", "&"))
    assert (pdf.status_code, pdf.content_type) == (200, "application/pdf")
    assert pdf.headers["Cache-Control"] == "private, no-store"
    return [" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(pdf.data)).pages]


def badges(app: Flask, registration_id: int) -> list[tuple[bool, bool]]:
    """Return (printed, revoked) of each badge of a person."""
    with app.app_context():
        rows = db.session.scalars(
            select(Badge).where(Badge.registration_id == registration_id).order_by(Badge.id)
        )
        return [(row.printed_at is not None, row.revoked_at is not None) for row in rows]


def test_who_may_do_what(client, here):
    one = here.people[0]
    for who, expected in (
        (here.viewer, (403, 403, 403, 403, 403)),
        (here.desk, (200, 303, 403, 403, 403)),
        (here.registrar, (200, 303, 200, 200, 200)),
    ):
        sign_in(client, who)
        found = (
            client.get(f"{here.base}/").status_code,
            client.post(f"{here.base}/people/{one}/print").status_code,
            client.get(f"{here.base}/templates/new").status_code,
            client.get(f"{here.base}/people/{one}/revoke").status_code,
            client.get(f"{here.base}/preview.svg").status_code,
        )
        assert found == expected
    assert client.post(f"{here.base}/people/{here.foreign}/print").status_code == 404
    assert client.get(f"{here.base}/people/{here.foreign}/revoke").status_code == 404


def test_new_badges_are_printed_by_category_once(app, registrar, here):
    sheets = printed(registrar, here, category=here.delegates)
    assert [name in sheet for name, sheet in zip(("Ana Diallo", "Zoë Diallo"), sheets, strict=True)] == [
        True,
        True,
    ]
    sheets = printed(registrar, here)
    assert len(sheets) == 1
    assert "Max Presser" in sheets[0]
    answer = registrar.post(f"{here.base}/", data={"who": "new"}, follow_redirects=True)
    assert "There is nobody whose badge is to be printed." in text(answer)
    assert badges(app, here.people[0]) == [(True, False)]
    assert badges(app, here.people[3]) == []


def test_printing_everybody_again_revokes_what_was_printed(app, registrar, here):
    printed(registrar, here)
    assert len(printed(registrar, here, who="all", paper="a4_four")) == 1
    assert badges(app, here.people[0]) == [(True, True), (True, False)]
    page = text(registrar.get(f"{here.base}/"))
    assert "3 of them are worthless by now." in page
    assert page.count("Open the PDF") == 1
    with app.app_context():
        gone = db.session.scalar(select(Badge.run).where(Badge.revoked_at.is_not(None)).limit(1))
    assert registrar.get(f"{here.base}/printed/{gone}.pdf").status_code == 404


def test_printing_since_an_instant_asks_for_it(app, registrar, here):
    answer = registrar.post(f"{here.base}/", data={"who": "since"})
    assert answer.status_code == 422
    assert "Say since when." in text(answer)
    with app.app_context(), transaction():
        late = db.session.get_one(Registration, here.people[2])
        late.confirmed_at = clock.now() + timedelta(days=3)
        since = late.confirmed_at - timedelta(days=1)
    sheets = printed(registrar, here, who="since", since=since.strftime("%Y-%m-%dT%H:%M"))
    assert len(sheets) == 1
    assert "Max Presser" in sheets[0]


def test_one_person_s_badge_is_one_step_away(app, client, here):
    sign_in(client, here.desk)
    one = here.people[0]
    answer = client.post(f"{here.base}/people/{one}/print")
    assert answer.status_code == 303
    pdf = client.get(answer.location)
    assert pdf.content_type == "application/pdf"
    assert client.get(answer.location).data[:5] == b"%PDF-"
    again = client.post(f"{here.base}/people/{one}/print")
    assert client.get(answer.location).status_code == 404
    assert client.get(again.location).status_code == 200
    assert client.post(f"{here.base}/people/{here.people[3]}/print").status_code == 409


def test_who_is_registered_at_the_door_has_the_badge_printed_there(app, registrar, here):
    """From the form at the door to the paper, by the buttons of the pages."""
    door = here.base.removesuffix("/badges") + "/desk"
    data = {
        "name": "Walter Walkin",
        "email": "walter@example.org",
        "category_id": str(here.media),
        "country": "KE",
    }
    answer = registrar.post(f"{door}/walk-in", data=data, follow_redirects=True)
    assert answer.status_code == 200, text(answer)
    button = re.search(r'action="([^"]+/badges/people/\d+/print)"', text(answer))
    assert button is not None
    pdf = registrar.post(button[1], follow_redirects=True)
    assert pdf.content_type == "application/pdf"
    [sheet] = PdfReader(io.BytesIO(pdf.data)).pages
    assert "Walter Walkin" in " ".join(sheet.extract_text().split())
    with app.app_context():
        person = db.session.scalars(select(Registration).where(Registration.name == "Walter Walkin")).one()
        person_id = person.id
    assert badges(app, person_id) == [(True, False)]


def test_when_others_print_one_waits(registrar, here, monkeypatch):
    def busy(order: press.Order) -> bytes:
        raise press.Busy

    answer = registrar.post(f"{here.base}/people/{here.people[0]}/print")
    monkeypatch.setattr(press, "made", busy)
    waiting = registrar.get(answer.location)
    assert waiting.status_code == 503
    assert waiting.headers["Retry-After"]


def test_a_revoked_badge_is_said_where_it_matters(app, client, registrar, here):
    one = here.people[0]
    own = f"/en/registrations/{here.token}"
    registrar.post(f"{here.base}/people/{one}/print")
    assert "ticket-code" in text(client.get(own))
    assert registrar.post(f"{here.base}/people/{one}/revoke", data={"why": ""}).status_code == 422
    answer = registrar.post(f"{here.base}/people/{one}/revoke", data={"why": "Stolen"}, follow_redirects=True)
    assert "The badge was revoked: Stolen" in text(answer)
    page = text(client.get(own))
    assert "ticket-code" not in page
    assert "Please ask for one at the registration desk." in page


def test_a_template_is_designed_seen_saved_and_deleted(app, registrar, here):
    form = {
        "names-en": "Press", "categories": [here.media], "paper": "printer", "parts": ["code", "photo"],
        "name_size": "huge", "align": "start", "band": "top", "language": "person", "example": "arabic",
    }  # fmt: skip
    # Without scripts the button shows it.
    looked = registrar.post(f"{here.base}/templates/new", data={**form, "preview": "1"})
    assert looked.status_code == 200
    address = re.search(r'src="([^"]+preview\.svg\?[^"]+)"', text(looked))
    assert address is not None
    picture = registrar.get(address[1].replace("&amp;", "&"))
    assert (picture.status_code, picture.content_type) == (200, "image/svg+xml")
    assert picture.data.startswith(b"<svg")
    with app.app_context():
        assert db.session.scalar(select(BadgeTemplate.id)) is None
    assert registrar.post(f"{here.base}/templates/new", data={**form, "names-en": ""}).status_code == 422
    assert registrar.post(f"{here.base}/templates/new", data=form).status_code == 303
    with app.app_context():
        template = db.session.scalars(select(BadgeTemplate)).one()
        slug = template.slug
        assert template.paper is BadgePaper.PRINTER
        assert template.design["parts"] == ["photo", "code"]
        assert db.session.get_one(Category, here.media).badge_template_id == template.id
    assert 'value="person" selected' in text(registrar.get(f"{here.base}/templates/{slug}"))
    [sheet] = printed(registrar, here, category=here.media)
    assert "Max Presser" in sheet
    assert "The common look" in text(registrar.get(f"{here.base}/"))
    assert registrar.post(f"{here.base}/templates/{slug}/delete").status_code == 303
    with app.app_context():
        assert db.session.get_one(Category, here.media).badge_template_id is None


def test_the_pages_take_as_many_statements_for_many_as_for_few(app, registrar, here, statements):
    counted = []
    for _n in range(2):
        registrar.get(f"{here.base}/")
        statements.clear()
        registrar.get(f"{here.base}/")
        counted.append(len(statements))
        with app.app_context(), transaction():
            category = db.session.get_one(Category, here.media)
            first = db.session.get_one(Registration, here.people[0])
            for _m in range(5):
                factories.make_registration(first.conference, category=category)
    assert counted[0] == counted[1]
