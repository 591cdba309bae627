"""What devices hand over adds up to the same, whatever the order, however often, from however many."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.core.errors import NotAllowed
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration.door import queries, scans, service
from eventsapp.registration.door.models import Attendance, DoorDevice, Presence, Scan
from eventsapp.registration.door.scans import Outcome, ScanData, Unreadable, read
from eventsapp.registration.enums import ScanKind, ScanReason
from eventsapp.registration.models import Registration
from tests import factories
from tests.support.concurrency import together

NOON = datetime(2027, 6, 15, 12, tzinfo=UTC)
IN, OUT, REFUSED = ScanKind.IN, ScanKind.OUT, ScanKind.REFUSED


def scan(gate: Any, person: Any, minutes: float = 0, kind: ScanKind = IN, **over: Any) -> ScanData:
    return ScanData(
        key=over.pop("key", str(uuid4())),
        gate_id=gate.id,
        kind=kind,
        at=NOON + timedelta(minutes=minutes),
        registration_id=person.id,
        **over,
    )


def take(conference: Conference, *given: ScanData, device: DoorDevice | None = None) -> list[str]:
    done = service.record(conference, device, given, user=None, actor=COMMAND_LINE)
    return [outcome.state for outcome in done]


def state_of(conference: Conference) -> dict[str, Any]:
    """All that follows from the scans."""
    return {
        "inside": queries.inside(conference.id),
        "presence": {tuple(row) for row in db.session.execute(select(Presence.registration_id, Presence.place, Presence.inside, Presence.at))},
        "came": {tuple(row) for row in db.session.execute(select(Attendance.event_id, Attendance.registration_id, Attendance.at))},
        "arrived": {row[0]: row[1] for row in db.session.execute(select(Registration.id, Registration.checked_in_at))},
        "twice": set(db.session.scalars(select(Scan.key).where(Scan.reason == ScanReason.TWICE))),
    }  # fmt: skip


@pytest.fixture
def inside(app: Flask) -> Any:
    """An application context at an hour after noon, in one transaction."""
    with app.app_context(), clock.at(NOON + timedelta(hours=2)), transaction():
        yield


def test_the_same_scans_in_any_order_and_repeated_add_up_to_the_same(inside):
    conference = factories.make_conference()
    gate, door = (
        factories.make_gate(conference),
        factories.make_gate(conference, room=factories.make_room(conference)),
    )
    other = factories.make_gate(conference, room=factories.make_room(conference))
    event = factories.make_event(conference)
    people = [factories.make_registration(conference) for _ in range(4)]
    a, b, c, d = people
    given = [
        scan(gate, a, 0), scan(gate, b, 1), scan(gate, a, 30, OUT), scan(gate, a, 50),
        # Two devices at the same door, neither of which knew of the other.
        scan(gate, c, 5, offline=True), scan(gate, c, 6, offline=True),
        scan(door, a, 55, event_id=event.id), scan(door, b, 57, event_id=event.id), scan(door, b, 58, event_id=event.id),
        scan(other, b, 70), scan(door, d, 20, event_id=event.id), scan(door, d, 20, OUT),
        scan(gate, b, 71, REFUSED, reason=ScanReason.EXPIRED),
    ]  # fmt: skip
    seen: list[dict[str, Any]] = []
    order = random.Random(7)
    for turn in range(6):
        for model in (Scan, Presence, Attendance):
            db.session.execute(delete(model))
        db.session.execute(update(Registration).values(checked_in_at=None))
        mixed = given * 2
        order.shuffle(mixed)
        size = order.choice([1, 3, len(mixed)]) if turn else 1
        for start in range(0, len(mixed), size):
            take(conference, *mixed[start : start + size])
        assert factories.count(Scan) == len(given)
        seen.append(state_of(conference))
    assert all(state == seen[0] for state in seen)
    # b entered another room without being scanned out of the first; d left at the instant of coming.
    assert seen[0]["inside"] == {"conference": 3, f"room-{door.room_id}": 1, f"room-{other.room_id}": 1}
    assert queries.attendance([event.id, 0]) == {event.id: 3}
    assert seen[0]["arrived"][d.id] == NOON + timedelta(minutes=20)
    assert seen[0]["twice"] == {given[5].key, given[8].key}


def test_a_repeated_scan_is_known_and_what_is_of_no_door_or_person_here_is_refused(inside):
    conference, elsewhere = factories.make_conference(), factories.make_conference()
    gate, foreign_gate = factories.make_gate(conference), factories.make_gate(elsewhere)
    person, stranger = factories.make_registration(conference), factories.make_registration(elsewhere)
    one = scan(gate, person)
    assert take(conference, one, one) == ["recorded", "recorded"]
    assert take(conference, one) == ["known"]
    assert take(elsewhere, scan(foreign_gate, stranger, key=one.key)) == ["known"]
    assert take(conference, scan(foreign_gate, person), scan(gate, stranger)) == ["refused", "refused"]
    badge = factories.make_badge(stranger)
    assert take(conference, ScanData(str(uuid4()), gate.id, IN, NOON, badge_id=badge.id)) == ["refused"]
    # Who was turned away with a code of somebody else is recorded without a person.
    turned = ScanData(str(uuid4()), gate.id, REFUSED, NOON, badge_id=badge.id, reason=ScanReason.FOREIGN)
    assert take(conference, turned) == ["recorded"]
    assert factories.count(Scan) == 2
    assert queries.inside(elsewhere.id) == {}


def test_a_badge_says_whose_it_is_even_when_it_was_revoked_since(inside):
    conference = factories.make_conference()
    person = factories.make_registration(conference)
    badge = factories.make_badge(person, revoked_at=NOON, revoked_why="lost")
    gate = factories.make_gate(conference)
    take(conference, ScanData(str(uuid4()), gate.id, IN, NOON, badge_id=badge.id))
    assert db.session.scalars(select(Scan.registration_id)).one() == person.id
    assert queries.inside(conference.id) == {"conference": 1}


def test_an_entry_that_an_officer_decided_with_a_note_is_no_open_question(inside):
    conference = factories.make_conference()
    gate, person = factories.make_gate(conference), factories.make_registration(conference)
    take(
        conference, scan(gate, person), scan(gate, person, 5, reason=ScanReason.TWICE, note="went for a coat")
    )
    second = db.session.scalars(select(Scan).order_by(Scan.at.desc())).first()
    assert second is not None
    assert (second.reason, second.note) == (ScanReason.TWICE, "went for a coat")
    # What one device wrongly took for a second use is none once the other tells that the person had left.
    other = factories.make_registration(conference)
    again = scan(gate, other, 20, reason=ScanReason.TWICE)
    take(conference, scan(gate, other), again)
    take(conference, scan(gate, other, 10, OUT, offline=True))
    assert db.session.scalars(select(Scan.reason).where(Scan.key == again.key)).one() is None


def test_nobody_is_inside_from_the_day_before_and_a_clock_that_is_ahead_does_not_win(inside):
    conference = factories.make_conference(zone="America/Guayaquil")
    gate, person, other = factories.make_gate(conference), factories.make_registration(conference), factories.make_registration(conference)  # fmt: skip
    take(conference, scan(gate, person, -24 * 60), scan(gate, other, 24 * 60))
    assert queries.inside(conference.id) == {"conference": 1}
    assert db.session.get_one(Presence, 2).at <= clock.now()
    take(conference, scan(gate, other, 121, OUT))
    assert queries.inside(conference.id) == {}


def test_devices_that_hand_over_at_the_same_instant_lose_nothing_and_count_nothing_twice(app: Flask):
    with app.app_context(), transaction():
        conference = factories.make_conference()
        gate = factories.make_gate(conference)
        event = factories.make_event(conference)
        people = [factories.make_registration(conference) for _ in range(12)]
        at = clock.now() - timedelta(seconds=30)
        given = [
            ScanData(str(uuid4()), gate.id, IN, at, registration_id=p.id, event_id=event.id) for p in people
        ]
        conference_id, event_id = conference.id, event.id

    def hand_over(number: int) -> list[Outcome]:
        mine = given.copy()
        random.Random(number).shuffle(mine)
        with app.app_context():
            for _attempt in range(5):
                try:
                    with transaction():
                        here = db.session.get_one(Conference, conference_id)
                        return service.record(here, None, mine, user=None, actor=COMMAND_LINE)
                except Exception as error:
                    if "deadlock" not in str(error):
                        raise
        raise AssertionError("never came through")

    done = together(hand_over, range(6))
    assert all(isinstance(one, list) for one in done), done
    states = [outcome.state for one in done if isinstance(one, list) for outcome in one]
    assert states.count("recorded") == 12
    with app.app_context():
        assert factories.count(Scan) == 12
        assert queries.inside(conference_id) == {"conference": 12}
        assert queries.attendance([event_id]) == {event_id: 12}


def test_a_device_says_how_it_is_and_a_blocked_one_is_shut_out(inside):
    conference, user = factories.make_conference(), factories.make_user()
    foreign = factories.make_gate(factories.make_conference())

    def greet(**over: Any) -> DoorDevice:
        said: dict[str, Any] = {"name": "Phone", "gate_id": foreign.id, "list_at": None, "waiting": 3, **over}
        return service.greet(conference, key=key, user=user, **said)

    key = str(uuid4())
    device = greet()
    assert (device.name, device.gate_id, device.waiting) == ("Phone", None, 3)
    assert greet(waiting=0, name="Tablet").id == device.id
    assert (device.waiting, device.name) == (0, "Tablet")
    service.block(conference, device.id, actor=COMMAND_LINE)
    with pytest.raises(NotAllowed):
        greet()
    service.unblock(conference, device.id, actor=COMMAND_LINE)
    assert greet().user_id == user.id


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "x"}, {"key": None}, {"gate": "1"}, {"gate": None}, {"gate": True}, {"gate": 2**40}, {"kind": "through"},
        {"kind": "refused"}, {"at": "now"}, {"at": -1}, {"at": float("inf")}, {"at": float("nan")}, {"at": None}, {"reason": "because"},
        {"kind": "refused", "reason": "officer"}, {"kind": "refused", "reason": "officer", "note": " "}, {"reason": "officer", "note": "No"},
        {"note": 5}, {"person": -1}, {"badge": 1.5},
    ],
)  # fmt: skip
def test_what_is_no_scan_is_not_taken_for_one(wrong):
    right = {"key": str(uuid4()), "gate": 1, "kind": "in", "at": 1_800_000_000_000.5, "person": 7}
    assert read(right).registration_id == 7
    with pytest.raises(Unreadable):
        read({**right, **wrong})
    with pytest.raises(Unreadable):
        read([right])


def test_a_note_is_text_that_can_be_kept_and_a_clock_that_is_years_wrong_is_not_believed():
    given = {
        "key": str(uuid4()),
        "gate": 1,
        "kind": "in",
        "at": 86_400_000,
        "person": 7,
        "note": "Lift\x00 \ud83d B",
    }
    scan = read(given)
    assert scan.note == "Lift B"
    now = datetime(2027, 6, 15, 9, tzinfo=UTC)
    assert scans.instant(scan.at, now) == now
    assert scans.instant(now - timedelta(days=3), now) == now - timedelta(days=3)


def test_the_day_of_a_door_begins_at_four_where_the_conference_is():
    four = datetime(2027, 6, 15, 9, tzinfo=UTC)  # in Quito
    for asked in (four, four + timedelta(hours=23, minutes=59)):
        assert scans.day_start(asked, "America/Guayaquil") == four
    assert scans.day_start(four - timedelta(seconds=1), "America/Guayaquil") == four - timedelta(days=1)
