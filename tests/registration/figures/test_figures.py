"""Figures of the doors, attendance and reports, through real requests."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import AuditEntry
from eventsapp.core.printing import press
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.models import Event
from eventsapp.registration.door.models import Attendance, Presence, Scan
from eventsapp.registration.enums import Gender, RegistrationState, ScanKind, ScanReason
from eventsapp.registration.figures import attendance, door, report
from eventsapp.registration.models import Booking, Registration
from tests import factories
from tests.support.signing import sign_in
from tests.support.statements import statements


@dataclass(frozen=True)
class Here:
    conference_id: int
    slug: str
    desk: str
    registrar: str


@pytest.fixture
def here(app: Flask) -> Here:
    """A conference of today at Quito: two doors, three people inside, one refused; an event that is over."""
    now = clock.now()
    with app.app_context(), transaction():
        today = clock.today("America/Guayaquil")
        conference = factories.make_conference(
            start_date=today - timedelta(days=1), end_date=today + timedelta(days=1), zone="America/Guayaquil"
        )
        delegates, media = factories.make_category(conference), factories.make_category(conference)
        ministry = factories.make_organization(type=OrganizationType.MEMBER_STATE)
        gates = [factories.make_gate(conference, names={"en": f"Gate {n}"}) for n in (1, 2)]
        room = factories.make_room(conference, safety_limit=1)
        inner = factories.make_gate(conference, room=room)
        event = factories.make_event(
            conference, seats=9, access="booking", room=room, start=now - timedelta(hours=5)
        )
        factories.release(conference)
        people = []
        for n, (country, gender, first) in enumerate(
            [
                ("KE", Gender.WOMAN, True),
                ("EC", Gender.WOMAN, False),
                ("EC", Gender.MAN, None),
                (None, None, None),
            ]
        ):
            people.append(
                factories.make_registration(
                    conference, category=media if n == 2 else delegates, country=country, gender=gender, first_time=first,
                    organization_id=ministry.id if n < 2 else None,
                    checked_in_at=now - timedelta(minutes=3) if n < 3 else None,
                )
            )  # fmt: skip
        factories.make_registration(
            conference, category=media, state=RegistrationState.IN_REVIEW, confirmed_at=None, country="FR"
        )
        factories.make_registration(conference, category=media, state=RegistrationState.CANCELLED)
        for n, person in enumerate(people[:3]):
            at = now - timedelta(minutes=3)
            _scan(conference, gates[0 if n < 2 else 1], n, ScanKind.IN, at, person.id)
            db.session.add(
                Presence(
                    conference_id=conference.id, registration_id=person.id, place="conference", inside=True, at=at
                )
            )  # fmt: skip
        db.session.add(
            Presence(
                conference_id=conference.id, registration_id=people[0].id, place=f"room-{room.id}", inside=True,
                at=now - timedelta(minutes=1),
            )
        )  # fmt: skip
        _scan(conference, inner, 7, ScanKind.IN, now - timedelta(minutes=1), people[0].id)
        _scan(conference, gates[1], 8, ScanKind.REFUSED, now, None, ScanReason.REVOKED)
        for n in (0, 1, 3):
            factories.make_booking(event, people[n])
        for n in (0, 2):
            db.session.add(Attendance(event_id=event.id, registration_id=people[n].id, at=now))
        users = [factories.make_user() for _n in range(2)]
        for user, role in zip(users, (Role.DESK_OFFICER, Role.REGISTRAR), strict=True):
            factories.make_role(user, conference, role)
        return Here(conference.id, conference.slug, *(user.get_id() for user in users))


def _scan(conference, gate, n, kind, at, person_id, reason=None) -> None:
    db.session.add(
        Scan(
            key=f"{n:036d}", conference_id=conference.id, gate_id=gate.id, registration_id=person_id, kind=kind,
            reason=reason, at=at, received_at=at,
        )
    )  # fmt: skip


def test_the_doors_are_counted_by_minute_gate_category_and_room(app: Flask, here: Here):
    with app.app_context():
        conference = db.session.get_one(Conference, here.conference_id)
        with statements(app) as sent:
            found = door.figures(conference, clock.now())
    assert len(sent) <= 9
    assert [count for _minute, count in found.minutes if count] == [3]
    assert [(gate.pace.today, gate.pace.hour, gate.refused) for gate in found.gates] == [(2, 2, 0), (1, 1, 1)]
    assert [(one.registered, one.came, one.hour) for one in found.categories] == [(3, 2, 2), (1, 1, 1)]
    assert [(room.inside, room.full) for room in found.rooms] == [(1, True)]
    assert found.refused == [(ScanReason.REVOKED, 1)]
    assert (found.inside, found.registered, found.came) == (3, 4, 3)
    assert found.minutes_left == 2  # one is left, at three in five minutes


def test_no_shows_are_those_who_booked_and_did_not_come(app: Flask, here: Here):
    with app.app_context():
        rows = attendance.rows(here.conference_id, "America/Guayaquil", clock.now())
    [row] = rows
    assert (row.booked, row.came, row.missing, row.unbooked) == (3, 2, 2, 1)
    assert attendance.sums(rows) == attendance.Sums(1, 3, 2, 2, 3)
    # Where nobody was scanned, nobody is said to have stayed away.
    unseen = replace(row, came=0, kept=0)
    assert unseen.missing is None
    assert attendance.sums([row, unseen]) == attendance.Sums(2, 6, 2, 2, 3)


@pytest.mark.sqlite_only
def test_those_who_stayed_away_are_named_to_those_who_see_registrations(
    app: Flask, client: FlaskClient, here: Here
):
    with app.app_context(), transaction():
        event = db.session.scalars(select(Event)).one()
        later = factories.make_event(
            db.session.get_one(Conference, here.conference_id), seats=2, access="booking"
        )
        base, codes = f"/manage/{here.slug}/door/attendance", (event.code, later.code)
        names = list(
            db.session.scalars(
                select(Registration.name)
                .join(Booking)
                .outerjoin(Attendance, Attendance.registration_id == Registration.id)
                .where(Attendance.id.is_(None))
            )
        )
        viewer = factories.make_user()
        factories.make_role(viewer, db.session.get_one(Conference, here.conference_id), Role.VIEWER)
        viewer_id = viewer.get_id()
    sign_in(client, viewer_id)
    assert client.get(f"{base}/{codes[0]}").status_code == 403
    assert client.post(f"{base}/{codes[0]}/export.csv").status_code == 403
    sign_in(client, here.registrar)
    assert f"{base}/{codes[0]}" in client.get(base).text
    page = client.get(f"{base}/{codes[0]}").text
    assert len(names) == 2
    assert all(name in page for name in names)
    lines = client.post(f"{base}/{codes[0]}/export.csv").text.splitlines()
    assert sorted(line.split(",")[1] for line in lines[1:]) == sorted(names)
    assert sorted(line.split(",")[-1] for line in lines[1:]) == ["no", "yes"]
    assert "not over yet" not in page
    assert "not over yet" in client.get(f"{base}/{codes[1]}").text
    assert client.get(f"{base}/nothing").status_code == 404
    with app.app_context():
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "attendance.export")).one()
        assert (entry.subject, entry.detail["count"]) == (f"event:{codes[0]}", 2)


def test_a_report_divides_people_as_governing_bodies_ask(app: Flask, here: Here):
    with app.test_request_context():
        conference = db.session.get_one(Conference, here.conference_id)
        with statements(app) as sent:
            made = report.report(conference)
        only = report.report(conference, category_id=made_category(here, 1))
    assert len(sent) == 4
    assert made.total == report.Counts(5, 4, 3, 2, 3)
    assert made.total.women_per_cent == 67
    tables = {
        one.key: {line.label: (line.counts.handed_in, line.counts.came) for line in one.lines}
        for one in made.tables
    }
    assert tables["regions"] == {
        "Africa": (1, 1),
        "Latin America and the Caribbean": (2, 2),
        "Western Europe and others": (1, 0),
        "Not given": (1, 0),
    }
    assert tables["organizations"] == {"Member State": (2, 2), "Not in the directory": (3, 1)}
    assert tables["genders"] == {"Women": (2, 2), "Men": (1, 1), "Not given": (2, 0)}
    assert tables["first"] == {"First time": (1, 1), "Was at one before": (1, 1), "Not given": (3, 1)}
    local = (clock.now() - timedelta(minutes=3)).astimezone(ZoneInfo("America/Guayaquil")).date()
    assert {day: counts for day, *counts in made.days if any(counts)} == {local: [3, 3]}
    assert only.total.handed_in == 2


def made_category(here: Here, n: int) -> int:
    from eventsapp.registration import lists

    return lists.categories(here.conference_id)[n][0]


@pytest.mark.sqlite_only
def test_the_pages_show_the_figures_and_every_export_is_recorded(
    app: Flask, client: FlaskClient, here: Here, monkeypatch: pytest.MonkeyPatch
):
    sign_in(client, here.desk)
    base = f"/manage/{here.slug}"
    page = client.get(f"{base}/door/figures")
    assert page.status_code == 200
    assert "Gate 1" in page.text
    assert "was revoked" in client.get(f"{base}/door/figures/live").text
    assert client.get(f"{base}/door/attendance").status_code == 200
    assert client.get(f"{base}/door/attendance?day=never").status_code == 200
    sheet = client.post(f"{base}/door/attendance/export.xlsx")
    active = load_workbook(io.BytesIO(sheet.data)).active
    assert active is not None
    [header, row] = active.iter_rows(values_only=True)
    assert (header[4:], row[4:]) == (
        ("Booked", "Came", "Booked and did not come", "Came without booking"),
        (3, 2, 2, 1),
    )
    assert client.get(f"{base}/registration/reports?category=x").status_code == 200
    csv = client.post(f"{base}/registration/reports/export.csv").text
    assert "By region,Africa,1,1,1,100" in csv
    pdf = client.post(f"{base}/registration/reports/export.pdf")
    assert pdf.data.startswith(b"%PDF-")

    def busy(_order: press.Order) -> bytes:
        raise press.Busy

    monkeypatch.setattr(press, "made", busy)
    assert client.post(f"{base}/registration/reports/export.pdf").status_code == 303
    sign_in(client, here.registrar)
    assert "Exported a report" in client.get(f"{base}/registration/privacy").text
    with app.app_context():
        actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("%.export")))
        assert sorted(actions) == ["attendance.export", "report.export", "report.export"]
