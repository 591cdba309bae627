"""What devices fetch and hand over: who may, what is in it, and in how many statements."""

from __future__ import annotations

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.offers import reports
from eventsapp.registration.badges import service as badges
from eventsapp.registration.door import queries, service
from eventsapp.registration.door.models import Scan
from eventsapp.registration.door.scans import ScanData
from eventsapp.registration.enums import Approval, RegistrationState, ScanKind
from eventsapp.registration.models import Category, Registration
from tests import factories
from tests.support.statements import statements
from tests.support.workspace import Workspace, make_workspace


@pytest.fixture
def workspace(app: Flask) -> Workspace:
    return make_workspace(app)


def hand_over(
    workspace: Workspace, who: str, key: str, *scans: dict[str, object], since: int | None = None
) -> Any:
    """Answer of a device that hands scans over."""
    about = {"key": key, "name": "Phone", "gate": None, "list": None, "waiting": 0}
    sent = {"device": about, "since": since, "scans": list(scans)}
    return workspace.client(who).post(f"/manage/{workspace.slug}/desk/sync.json", json=sent)


def test_the_list_is_for_known_devices_of_those_who_check_in_and_says_no_more_than_the_door_needs(
    workspace: Workspace,
):
    key, at = str(uuid4()), f"/manage/{workspace.slug}/desk"
    with workspace.app.app_context(), transaction():
        conference = workspace.conference()
        person = factories.make_registration(
            conference, name="Amina", email="amina@example.org", phone="+254 700"
        )
        factories.make_registration(
            conference, name="Dario Draft", state=RegistrationState.DRAFT, confirmed_at=None
        )
        badges.ensure([person], actor=COMMAND_LINE)
        factories.make_gate(conference)
    desk = Role.DESK_OFFICER.value
    for who, status in ((Role.VIEWER.value, 403), ("stranger", 404), (desk, 403)):
        assert workspace.client(who).get(f"{at}/list.json?device={key}").status_code == status
    assert hand_over(workspace, desk, key).status_code == 200
    answer = workspace.client(desk).get(f"{at}/list.json?device={key}")
    said = answer.get_data(as_text=True)
    assert [row[1] for row in json.loads(said)["people"]] == ["Amina"]
    assert "amina@example.org" not in said
    assert "+254" not in said
    assert answer.headers["Cache-Control"] == "private, no-store"
    with workspace.app.app_context(), transaction():
        [(device, _user, _gate)] = queries.devices(workspace.conference().id)
        service.block(workspace.conference(), device.id, actor=COMMAND_LINE)
    assert workspace.client(desk).get(f"{at}/list.json?device={key}").status_code == 403
    assert workspace.client(desk).get(f"{at}/state.json?device={key}").status_code == 403
    assert hand_over(workspace, desk, key).status_code == 403
    page = workspace.client(desk).get(at)
    assert "'wasm-unsafe-eval'" in page.headers["Content-Security-Policy"]
    assert (
        "wasm"
        not in workspace.client(desk)
        .get(f"/manage/{workspace.slug}/doors/")
        .headers["Content-Security-Policy"]
    )


def test_a_blocked_browser_is_no_new_device_until_somebody_signs_in_again(workspace: Workspace):
    key, at = str(uuid4()), f"/manage/{workspace.slug}/desk"
    browser = workspace.client(Role.DESK_OFFICER.value)

    def come(as_: str) -> int:
        about = {"key": as_, "name": "Phone", "gate": None, "list": None, "waiting": 0}
        sent: dict[str, Any] = {"device": about, "since": None, "scans": []}
        return browser.post(f"{at}/sync.json", json=sent).status_code

    assert come(key) == 200
    with workspace.app.app_context(), transaction():
        conference = workspace.conference()
        known = queries.device(conference.id, key)
        assert known is not None
        service.block(conference, known.id, actor=COMMAND_LINE)
        taken = select(AuditEntry.actor).where(AuditEntry.action == "door.take_list")
        assert len(db.session.scalars(taken).all()) == 1
    # What the browser kept was cleared, so that it gives itself another key.
    other = str(uuid4())
    assert come(other) == 403
    for page in (f"state.json?device={other}", f"list.json?device={other}", "photo/1"):
        assert browser.get(f"{at}/{page}").status_code == 403, page


def test_the_app_has_pictures_for_the_screens_of_devices(workspace: Workspace):
    client = workspace.client(Role.DESK_OFFICER.value)
    icons = client.get(f"/manage/{workspace.slug}/desk/app.webmanifest").get_json(force=True)["icons"]
    drawn = [one for one in icons if one["type"] == "image/png"]
    assert {(one["sizes"], one["purpose"]) for one in drawn} == {
        ("192x192", "any"), ("512x512", "any"), ("512x512", "maskable"),
    }  # fmt: skip
    for one in drawn:
        with client.get(one["src"]) as answer:
            width, height = Image.open(io.BytesIO(answer.data)).size
        assert one["sizes"] == f"{width}x{height}"


def test_what_cannot_be_read_is_refused_alone_and_others_hear_of_the_rest(workspace: Workspace):
    desk, key = Role.DESK_OFFICER.value, str(uuid4())
    with workspace.app.app_context(), transaction():
        conference = workspace.conference()
        gate, person = factories.make_gate(conference).id, factories.make_registration(conference).id
    a_moment_ago = int(clock.now().timestamp()) * 1000 - 60_000
    right = {"key": str(uuid4()), "gate": gate, "kind": "in", "at": a_moment_ago, "person": person}
    answer = hand_over(workspace, desk, key, right, {**right, "key": "wrong"}, {"key": str(uuid4())})
    assert sorted(answer.json["outcomes"].values()) == ["recorded", "refused", "refused"]
    assert hand_over(workspace, desk, key, right).json["outcomes"] == {right["key"]: "known"}
    heard = hand_over(workspace, desk, str(uuid4()), since=answer.json["at"]).json
    assert heard["presences"] == [[person, "conference", 1, a_moment_ago]]
    device = {"key": key}
    unreadable: list[Any] = [
        None,
        [],
        {},
        {"device": {"key": "x"}, "scans": []},
        {"device": device, "scans": 5},
    ]
    for wrong in unreadable:
        at = f"/manage/{workspace.slug}/desk/sync.json"
        assert workspace.client(desk).post(at, json=wrong).status_code == 422
    with workspace.app.app_context():
        assert factories.count(Scan) == 1


def test_list_and_hand_over_take_the_same_number_of_statements_for_many_as_for_few(workspace: Workspace):
    desk, key = Role.DESK_OFFICER.value, str(uuid4())
    client = workspace.client(desk)
    seen = []
    for more in (1, 30):
        with workspace.app.app_context(), transaction():
            conference = workspace.conference()
            gate = factories.make_gate(conference).id
            people = [factories.make_registration(conference) for _ in range(more)]
            badges.ensure(people, actor=COMMAND_LINE)
            ids = [person.id for person in people]
        hand_over(workspace, desk, key)
        with statements(workspace.app) as asked:
            client.get(f"/manage/{workspace.slug}/desk/list.json?device={key}")
        seen.append(len(asked))
        assert hand_over(workspace, desk, key, *[
            {"key": str(uuid4()), "gate": gate, "kind": "in", "at": 1_700_000_000_000, "person": id_} for id_ in ids
        ]).status_code == 200  # fmt: skip
    assert seen[0] == seen[1]


@pytest.mark.sqlite_only
def test_an_officer_at_the_desk_registers_people_only_where_nobody_approves(workspace: Workspace):
    with workspace.app.app_context(), transaction():
        db.session.get_one(Category, workspace.ids["categories"]).approval = Approval.REGISTRAR
    data = {
        "name": "Walter",
        "email": "walter@example.org",
        "category_id": workspace.ids["categories"],
        "country": "KE",
    }
    at = f"/manage/{workspace.slug}/desk/walk-in"
    assert workspace.client(Role.DESK_OFFICER.value).post(at, data=data).status_code == 422
    assert workspace.client(Role.REGISTRAR.value).post(at, data=data).status_code == 302
    with workspace.app.app_context():
        made = db.session.query(Registration).filter_by(name="Walter").one()
        assert made.state is RegistrationState.CONFIRMED
        assert badges.valid(made.id) is not None


@pytest.mark.sqlite_only
def test_a_report_of_an_event_is_filled_in_from_its_door(workspace: Workspace):
    with workspace.app.app_context(), transaction():
        conference = workspace.conference()
        event = factories.make_event(conference)
        gate, person = factories.make_gate(conference), factories.make_registration(conference)
        came = ScanData(
            str(uuid4()), gate.id, ScanKind.IN, clock.now(), registration_id=person.id, event_id=event.id
        )
        service.record(conference, None, [came], user=None, actor=COMMAND_LINE)
        assert reports.checked_in([event.id]) == {event.id: 1}
