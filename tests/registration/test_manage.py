"""Registrations in the workspace, through real requests."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import insert, select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import AuditEntry
from eventsapp.core.search import searchable
from eventsapp.core.tables import csv_lines, safe, xlsx
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.registration import links, lists
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from tests import factories
from tests.registration.conftest import Hall, counters_of, make_hall
from tests.support.signing import sign_in


class Stage(NamedTuple):
    hall: Hall
    foreign: Hall
    registrar: str
    viewer: str
    desk: str
    stranger: str


@pytest.fixture
def stage(app: Flask) -> Stage:
    """Two conferences of four people each, and people with roles in the first; the stranger owns the second."""
    with app.app_context():
        hall, foreign = make_hall(seats=1, people=4), make_hall(seats=1, people=4)
        with transaction():
            conference = db.session.get_one(Conference, hall.conference_id)
            users = [factories.make_user() for _n in range(4)]
            for user, role in zip(users, (Role.REGISTRAR, Role.VIEWER, Role.DESK_OFFICER), strict=False):
                factories.make_role(user, conference, role)
            factories.make_role(users[3], db.session.get_one(Conference, foreign.conference_id))
            ids = [user.get_id() for user in users]
    return Stage(hall, foreign, *ids)


@pytest.fixture
def registrar(client: FlaskClient, stage: Stage) -> FlaskClient:
    sign_in(client, stage.registrar)
    return client


def base(hall: Hall) -> str:
    return f"/manage/{hall.slug}/registration"


def text(response) -> str:
    return response.get_data(as_text=True)


def row(app: Flask, id_: int) -> Registration:
    with app.app_context():
        found = db.session.get_one(Registration, id_)
        db.session.expunge(found)
        return found


def sent(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(Message.template, Message.to_email).order_by(Message.id)).all()
        return [(row.template, row.to_email) for row in rows]


# --- who may what

READING = [
    "/",
    "/{id}",
    "/events",
    "/events/{code}",
]
EXPORTS = ["/export.csv", "/export.xlsx", "/events/{code}/export.csv"]
WRITING = [
    "/{id}/edit",
    "/{id}/cancel",
    "/{id}/confirm",
    "/{id}/resend",
    "/{id}/revoke",
    "/{id}/bookings",
    "/{id}/bookings/{code}/cancel",
]


def paths(templates: list[str], hall: Hall, of: Hall | None = None) -> list[str]:
    of = of or hall
    return [base(hall) + one.format(id=of.people[0], code=of.code) for one in templates]


def test_only_who_may_see_registrations_sees_them(app, stage):
    for who, reading, writing in (
        (None, 302, 302),
        (stage.stranger, 404, 404),
        (stage.viewer, 403, 403),
        (stage.desk, 200, 403),
    ):
        client = app.test_client()
        if who is not None:
            sign_in(client, who)
        assert {client.get(path).status_code for path in paths(READING, stage.hall)} == {reading}
        assert {client.post(path).status_code for path in paths(EXPORTS, stage.hall)} == {reading}
        assert {client.post(path).status_code for path in paths(WRITING, stage.hall)} == {writing}
    assert row(app, stage.hall.people[0]).state is RegistrationState.CONFIRMED
    assert sent(app) == []


def test_people_and_events_of_another_conference_do_not_exist(app, registrar, stage):
    for path in paths(["/{id}", "/events/{code}"], stage.hall, stage.foreign):
        assert registrar.get(path).status_code == 404
    for path in paths([*WRITING, EXPORTS[-1]], stage.hall, stage.foreign):
        assert registrar.post(path, data={"code": stage.foreign.code}).status_code == 404
    own = base(stage.hall) + f"/{stage.hall.people[0]}/bookings"
    assert registrar.post(own, data={"code": stage.foreign.code}).status_code == 422
    assert registrar.post(f"{own}/{stage.foreign.code}/cancel").status_code == 404
    assert registrar.get(base(stage.hall) + "/99999999999999999999").status_code == 404
    assert row(app, stage.foreign.people[0]).state is RegistrationState.CONFIRMED
    with app.app_context():
        assert counters_of(stage.foreign.event_id).taken == 0


def test_the_list_has_nobody_of_another_conference(app, registrar, stage):
    with app.app_context(), transaction():
        db.session.get_one(Registration, stage.foreign.people[0]).name = "Stranger"
    listed, exported = paths(["/?q=stranger", "/export.csv"], stage.hall)
    assert "Stranger" not in text(registrar.get(listed))
    assert "Stranger" not in text(registrar.post(exported))


# --- the list


def listed(app: Flask, hall: Hall, **filters: str) -> list[str]:
    with app.app_context():
        found = lists.listing(hall.conference_id, lists.Filters.of(filters))
        names = [one.name for one in found.rows]
        assert found.total == len(names)
        assert [one.name for one in lists.everything(hall.conference_id, lists.Filters.of(filters))] == names
        db.session.rollback()
        return names


@pytest.fixture
def people(app: Flask) -> Hall:
    """Five people who differ in everything that can be asked for."""
    with app.app_context():
        hall = make_hall(seats=1, people=0)
        with transaction():
            conference = db.session.get_one(Conference, hall.conference_id)
            media = factories.make_category(conference, slug="media")
            iom = factories.make_organization(
                names={"en": "International Organization for Migration"}, acronyms={"en": "IOM", "fr": "OIM"}
            )
            now = clock.now()
            given: list[tuple[str, dict[str, Any]]] = [
                ("Zoë Müller", {"country": "DE", "organization": iom}),
                ("Ámbar Ñandú", {"country": "EC", "organization_name": "Casa de la Ciudad"}),
                ("عائشة", {"country": "EG", "category": media}),
                ("王小明", {"country": "CN", "state": RegistrationState.SUBMITTED, "confirmed_at": None}),
                ("Bob 100%_", {"country": None, "state": RegistrationState.CANCELLED}),
            ]
            for n, (name, over) in enumerate(given):
                made = factories.make_registration(
                    conference, name=name, created_at=now + timedelta(minutes=n), **over
                )
                made.search_text = searchable(made.name, made.email, made.organization_name)
    return hall


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["Bob 100%_", "王小明", "عائشة", "Ámbar Ñandú", "Zoë Müller"]),
        ({"backwards": "1"}, ["Zoë Müller", "Ámbar Ñandú", "عائشة", "王小明", "Bob 100%_"]),
        ({"q": "muller"}, ["Zoë Müller"]),
        ({"q": "OIM"}, ["Zoë Müller"]),
        ({"q": "casa"}, ["Ámbar Ñandú"]),
        ({"q": "example.org zoe"}, ["Zoë Müller"]),
        ({"q": "小明"}, ["王小明"]),
        ({"q": "%"}, ["Bob 100%_"]),
        ({"q": "nobody"}, []),
        ({"organization": "migration"}, ["Zoë Müller"]),
        ({"organization": "ciudad"}, ["Ámbar Ñandú"]),
        ({"organization": "zoe"}, []),
        ({"country": "ec"}, ["Ámbar Ñandú"]),
        ({"country": "XX"}, []),
        ({"state": "submitted"}, ["王小明"]),
        ({"state": "nonsense"}, []),
        ({"category": "nonsense"}, []),
        ({"category": "99999999999999999999"}, []),
        ({"sort": "name"}, ["Ámbar Ñandú", "Bob 100%_", "Zoë Müller", "عائشة", "王小明"]),
        ({"sort": "country", "state": "confirmed"}, ["Zoë Müller", "Ámbar Ñandú", "عائشة"]),
        ({"sort": "country", "state": "confirmed", "backwards": "1"}, ["عائشة", "Ámbar Ñandú", "Zoë Müller"]),
        ({"sort": "nonsense"}, ["Bob 100%_", "王小明", "عائشة", "Ámbar Ñandú", "Zoë Müller"]),
    ],
)
@pytest.mark.sqlite_only
def test_the_list_is_filtered_and_sorted(app, people, filters, expected):
    assert listed(app, people, **filters) == expected


@pytest.mark.postgresql_only
def test_the_list_is_filtered_and_sorted_in_the_same_way_by_the_other_database(app, people):
    assert listed(app, people, q="muller") == ["Zoë Müller"]
    assert listed(app, people, q="%") == ["Bob 100%_"]
    assert listed(app, people, organization="ciudad") == ["Ámbar Ñandú"]
    assert listed(app, people, sort="country", state="confirmed") == ["Zoë Müller", "Ámbar Ñandú", "عائشة"]
    assert listed(app, people)[0] == "Bob 100%_"


def test_the_page_of_the_list_keeps_its_filters(app, stage, registrar):
    page = text(registrar.get(base(stage.hall) + "/?q=person&state=confirmed&sort=name&backwards=1"))
    assert page.count("@example.org") == 4
    assert 'value="person"' in page
    assert "/export.csv?q=person&amp;state=confirmed&amp;sort=name&amp;backwards=1" in page
    assert 'aria-sort="descending"' in page
    assert "No registration fits" in text(registrar.get(base(stage.hall) + "/?q=nobody"))


def test_the_list_takes_as_many_statements_for_a_hundred_as_for_four(app, registrar, stage, statements):
    counted = []
    for extra in (0, 100):
        with app.app_context(), transaction():
            known = db.session.get_one(Registration, stage.hall.people[0])
            rows = [
                {
                    **{
                        c.name: getattr(known, c.name)
                        for c in Registration.__table__.columns
                        if c.name != "id"
                    },
                    "email": f"more{n}@example.org",
                }
                for n in range(extra)
            ]
            if rows:
                db.session.execute(insert(Registration), rows)
        for path in ("/", "/?page=2&q=person", "/?sort=country", "/events", "/export.csv"):
            statements.clear()
            ask = registrar.post if "export" in path else registrar.get
            assert ask(base(stage.hall) + path).status_code == 200
            counted.append(len([one for one in statements if one.startswith("SELECT")]))
    assert counted[:5] == counted[5:]


# --- one registration


def test_one_registration_with_bookings_and_messages(app, registrar, stage):
    here = f"{base(stage.hall)}/{stage.hall.people[0]}"
    assert registrar.post(f"{here}/bookings", data={"code": stage.hall.code.lower()}).status_code == 303
    again = registrar.post(f"{here}/bookings", data={"code": stage.hall.code})
    assert again.status_code == 303
    page = text(registrar.get(here))
    assert "person0@example.org" in page
    assert stage.hall.code in page
    assert "Seat booked" in page
    # Nobody of the team gets the key of somebody's page.
    assert stage.hall.tokens[0] not in page
    second = f"{base(stage.hall)}/{stage.hall.people[1]}"
    answer = registrar.post(f"{second}/bookings", data={"code": stage.hall.code}, follow_redirects=True)
    assert "number 1 in the queue" in text(answer)
    assert sent(app) == [
        ("booking_confirmed", "person0@example.org"),
        ("booking_waitlisted", "person1@example.org"),
    ]


@pytest.mark.parametrize("code", ["", "NOPE", "x" * 50, "'; --"])
def test_a_code_that_there_is_not_is_said_beside_the_field(registrar, stage, code):
    answer = registrar.post(f"{base(stage.hall)}/{stage.hall.people[0]}/bookings", data={"code": code})
    assert answer.status_code == 422
    assert 'id="code-error"' in text(answer)


def test_a_booking_is_cancelled_after_a_question(app, registrar, stage):
    here = f"{base(stage.hall)}/{stage.hall.people[0]}/bookings"
    for n in (0, 1):
        registrar.post(f"{base(stage.hall)}/{stage.hall.people[n]}/bookings", data={"code": stage.hall.code})
    cancel = f"{here}/{stage.hall.code}/cancel"
    assert "Person 0" in text(registrar.get(cancel))
    answer = registrar.post(cancel + "?back=event")
    assert answer.location == f"{base(stage.hall)}/events/{stage.hall.code}"
    assert registrar.post(cancel).location == f"{base(stage.hall)}/{stage.hall.people[0]}"
    assert sent(app)[2:] == [
        ("booking_cancelled", "person0@example.org"),
        ("booking_promoted", "person1@example.org"),
    ]
    page = text(registrar.get(f"{base(stage.hall)}/events/{stage.hall.code}"))
    assert "person1@example.org" in page
    assert "person0@example.org" not in page


def test_the_bookings_of_an_event_are_in_the_order_of_the_queue(app, registrar, stage):
    for n in (2, 0, 3, 1):
        registrar.post(f"{base(stage.hall)}/{stage.hall.people[n]}/bookings", data={"code": stage.hall.code})
    page = text(registrar.get(f"{base(stage.hall)}/events/{stage.hall.code}"))
    assert sorted(range(4), key=lambda n: page.index(f"Person {n}")) == [2, 0, 3, 1]
    exported = text(registrar.post(f"{base(stage.hall)}/events/{stage.hall.code}/export.csv"))
    lines = list(csv.DictReader(io.StringIO(exported.removeprefix("\ufeff"))))
    assert [(line["Name"], line["State"], line["Place in the queue"]) for line in lines] == [
        ("Person 2", "Seat", ""),
        ("Person 0", "Waiting", "1"),
        ("Person 3", "Waiting", "2"),
        ("Person 1", "Waiting", "3"),
    ]


def test_confirming_by_hand_and_resending(app, registrar, stage):
    with app.app_context(), transaction():
        found = db.session.get_one(Registration, stage.hall.people[0])
        found.state, found.confirmed_at = RegistrationState.SUBMITTED, None
    here = f"{base(stage.hall)}/{stage.hall.people[0]}"
    assert "Confirm by hand" in text(registrar.get(here))
    for action in ("resend", "confirm", "confirm", "resend"):
        assert registrar.post(f"{here}/{action}").status_code == 303
    assert row(app, stage.hall.people[0]).state is RegistrationState.CONFIRMED
    assert [template for template, _to in sent(app)] == [
        "confirm_registration",
        "registration_confirmed",
        "registration_link",
    ]


def test_revoking_makes_both_links_worthless(app, registrar, stage):
    assert registrar.get(f"/en/registrations/{stage.hall.tokens[0]}").status_code == 200
    assert registrar.post(f"{base(stage.hall)}/{stage.hall.people[0]}/revoke").status_code == 303
    assert registrar.get(f"/en/registrations/{stage.hall.tokens[0]}").status_code == 404
    found = row(app, stage.hall.people[0])
    assert (found.secret_version, found.calendar_version) == (1, 1)
    assert sent(app) == [("registration_link", "person0@example.org")]


def test_editing_and_cancelling(app, registrar, stage):
    here = f"{base(stage.hall)}/{stage.hall.people[0]}"
    assert registrar.get(f"{here}/edit").status_code == 200
    good = {
        "name": "Renamed",
        "email": "renamed@example.org",
        "country": "FR",
        "organization": "Somewhere",
        "language": "ar",
        "category_id": str(row(app, stage.hall.people[0]).category_id),
    }
    for wrong in ({"name": ""}, {"email": "x"}, {"email": "person1@example.org"}, {"category_id": "0"}):
        assert registrar.post(f"{here}/edit", data={**good, **wrong}).status_code == 422
    assert row(app, stage.hall.people[0]).name == "Person 0"
    assert registrar.post(f"{here}/edit", data=good).status_code == 303
    found = row(app, stage.hall.people[0])
    assert (found.name, found.email, found.organization_name) == (
        "Renamed",
        "renamed@example.org",
        "Somewhere",
    )
    assert registrar.post(f"{here}/bookings", data={"code": stage.hall.code}).status_code == 303
    assert stage.hall.code in text(registrar.get(f"{here}/cancel"))
    assert registrar.post(f"{here}/cancel").status_code == 303
    assert registrar.post(f"{here}/cancel").status_code == 303
    assert row(app, stage.hall.people[0]).state is RegistrationState.CANCELLED
    assert registrar.post(f"{here}/resend").status_code == 409
    assert [template for template, _to in sent(app)].count("registration_cancelled") == 1


def test_without_a_token_of_our_own_page_nothing_is_done(app, stage):
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    sign_in(client, stage.registrar)
    for path in paths(WRITING, stage.hall):
        data = {"code": stage.hall.code, "name": "X", "email": "x@example.org"}
        assert client.post(path, data=data).status_code in (303, 422)
    assert row(app, stage.hall.people[0]).state is RegistrationState.CONFIRMED
    assert row(app, stage.hall.people[0]).secret_version == 0
    assert sent(app) == []
    with app.app_context():
        assert counters_of(stage.hall.event_id).taken == 0


# --- tables


@pytest.mark.parametrize(
    "dangerous",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        " =1",
        "\n=1",
        "\t@x",
        "\r\n+1",
        "'=1",
        '"=1"',
        "\u200b=1",
        "＝1",
        "|calc",
        "%0A=1",
    ],
)
def test_no_cell_starts_a_formula(dangerous):
    assert safe(dangerous).startswith("'")


@pytest.mark.parametrize("harmless", ["Ada", "a=b", "O’Neill", "王小明", "2027", "c/o @home", ""])
def test_other_cells_stay_as_they_are(harmless):
    assert safe(harmless) == harmless


def test_exported_tables_hold_what_is_there_and_no_formula(app, registrar, stage):
    with app.app_context(), transaction():
        found = db.session.get_one(Registration, stage.hall.people[0])
        found.name = '=HYPERLINK("http://bad.example")'
        found.organization_name = "Cities, Towns\nand Villages"
    answer = registrar.post(base(stage.hall) + "/export.csv?sort=name")
    assert answer.headers["Content-Disposition"].startswith(
        f'attachment; filename="{stage.hall.slug}-registrations-'
    )
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.reader(io.StringIO(text(answer).removeprefix("\ufeff"))))
    assert len(lines) == 5
    [written] = [line for line in lines if line[0] == str(stage.hall.people[0])]
    assert written[1] == '\'=HYPERLINK("http://bad.example")'
    assert written[3] == "Cities, Towns and Villages"
    answer = registrar.post(base(stage.hall) + "/export.xlsx?sort=name")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = list(sheet.iter_rows())
    assert [row[1].value for row in cells if row[0].value == stage.hall.people[0]] == [written[1]]
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n"}
    assert len(cells) == 5
    with app.app_context():
        kept = select(AuditEntry.detail).where(AuditEntry.action == "registration.export")
        assert [detail["kind"] for detail in db.session.scalars(kept.order_by(AuditEntry.id))] == [
            "csv",
            "xlsx",
        ]


def test_tables_of_any_length_are_written(app):
    rows = [[n, f"name {n}", None] for n in range(1200)]
    lines = list(csv.reader(io.StringIO(b"".join(csv_lines(["a", "b", "c"], rows)).decode("utf-8-sig"))))
    assert len(lines) == 1201
    assert lines[1200] == ["1199", "name 1199", ""]
    assert xlsx("a/b:[c]", ["a"], [])[:2] == b"PK"


def test_links_in_the_workspace_are_not_keys(app, registrar, stage):
    pages = [registrar.get(path) for path in paths(READING, stage.hall)]
    token = links.page_token
    with app.app_context():
        keys = [token(id_, 0) for id_ in stage.hall.people]
    assert not [key for key in keys for page in pages if key.encode() in page.data]
