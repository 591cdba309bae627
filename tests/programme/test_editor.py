"""The timetable editor's page and data, through real requests."""

from __future__ import annotations

import gzip
import json
import re
import time
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from eventsapp.accounts.enums import Role
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from tests import factories
from tests.factories import START
from tests.support.signing import sign_in
from tests.support.statements import statements

DAY = START.date().isoformat()


class Stage(NamedTuple):
    """What a test starts with: addresses, ids, people."""

    base: str
    conference_id: int
    rooms: tuple[int, int]
    placed: int
    placed_code: str
    waiting: int
    waiting_code: str
    foreign: int
    foreign_room: int
    owner: str
    officer: str
    viewer: str


@pytest.fixture
def stage(app) -> Stage:
    with app.app_context(), transaction():
        conference, other = factories.make_conference(), factories.make_conference()
        rooms = [factories.make_room(conference, capacity=n) for n in (40, 200)]
        kind = factories.make_type(conference)
        factories.make_slot(kind)
        lead = factories.make_organization(acronyms={"en": "UCLG"})
        placed = factories.make_event(
            conference, type=kind, leads=[lead], room=rooms[0], start=START, end=START + timedelta(hours=1)
        )
        waiting = factories.make_event(conference, type=kind, leads=[lead], length_minutes=60)
        people = [factories.make_user(name=name) for name in ("Otto Owner", "Paule Officer", "Vera Viewer")]
        for person, role in zip(people, (Role.OWNER, Role.PROGRAMME_OFFICER, Role.VIEWER), strict=True):
            factories.make_role(person, conference, role)
        return Stage(
            f"/manage/{conference.slug}/programme", conference.id, (rooms[0].id, rooms[1].id), placed.id, placed.code,
            waiting.id, waiting.code, factories.make_event(other).id, factories.make_room(other).id,
            *(person.get_id() for person in people),
        )  # fmt: skip


def at(room: int | None, hours: float = 0, length: int = 60, **over: Any) -> dict[str, Any]:
    start = START + timedelta(hours=hours)
    return {
        "room": room, "day": DAY, "end_day": None, "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(minutes=length)).isoformat(), **over,
    }  # fmt: skip


def move(client: FlaskClient, stage: Stage, event: int, place: Any, base: int = 0, **more: Any) -> Any:
    sent = {"base": base, "moves": [{"event": event, "place": place, **more}]}
    return client.post(f"{stage.base}/moves.json", json=sent, headers={"Accept": "application/json"})


def whole(client: FlaskClient, stage: Stage) -> dict[str, Any]:
    found = client.get(f"{stage.base}/timetable.json").get_json()
    assert isinstance(found, dict)
    return found


def test_a_move_answers_what_was_made_of_it_and_what_speaks_against_it(client, stage):
    sign_in(client, stage.owner)
    answer = move(client, stage, stage.waiting, at(stage.rooms[0]))
    assert answer.status_code == 200
    [edit] = answer.json["edits"]
    assert (answer.json["edit"], edit["number"], edit["actor"], edit["pinned"]) == (1, 1, "Otto Owner", False)
    assert edit["place"]["starts_at"] == "2027-06-15T18:00Z"
    assert edit["said"].startswith(f"Otto Owner put {stage.waiting_code} here: Room ")
    assert answer.json["marks"] == {str(stage.placed): 2, str(stage.waiting): 2}
    said = answer.json["violations"][str(stage.waiting)]
    assert {one["kind"] for one in said if one["severity"] == "hard"} == {"room", "lead"}
    assert any("UCLG" in one["text"] for one in said)
    assert said[0]["events"] == [stage.placed, stage.waiting]
    kept = whole(client, stage)
    assert (kept["edit"], kept["marks"]) == (1, answer.json["marks"])
    # Back out again: nothing is left of it.
    answer = move(client, stage, stage.waiting, None, base=1)
    assert (answer.json["marks"], answer.json["edits"][0]["place"]) == ({}, None)


def test_what_somebody_else_changed_is_not_overwritten(app, client, stage):
    sign_in(client, stage.owner)
    other = app.test_client()
    sign_in(other, stage.officer)
    assert move(other, stage, stage.placed, at(stage.rooms[1], 2)).status_code == 200
    refused = move(client, stage, stage.placed, at(stage.rooms[1]), base=0)
    assert refused.status_code == 409
    assert refused.json["error"]["detail"].startswith(f"Paule Officer put {stage.placed_code} here: Room ")
    assert [one["number"] for one in refused.json["edits"]] == [1]
    assert whole(client, stage)["edit"] == 1
    # Another event is nobody's business; and who has seen the change may make the next one.
    assert move(client, stage, stage.waiting, at(stage.rooms[0]), base=0).status_code == 200
    assert move(client, stage, stage.placed, None, base=1).status_code == 200


@pytest.mark.sqlite_only
def test_several_move_together_or_not_at_all(client, stage):
    sign_in(client, stage.owner)

    def both(second: dict[str, Any]) -> Any:
        moves = [{"event": stage.placed, "place": at(stage.rooms[1])}, second]
        return client.post(f"{stage.base}/moves.json", json={"base": 0, "moves": moves})

    assert both({"event": stage.foreign, "place": None}).status_code == 404
    assert both({"event": stage.waiting, "place": at(stage.foreign_room)}).status_code == 422
    assert whole(client, stage)["edit"] == 0
    assert both({"event": stage.waiting, "place": at(stage.rooms[0]), "pinned": True}).status_code == 200
    found = {event["id"]: event for event in whole(client, stage)["events"]}
    assert found[stage.placed]["place"]["room"] == stage.rooms[1]
    assert found[stage.waiting]["pinned"] is True


@pytest.mark.parametrize(
    "sent",
    [
        None, [], {}, {"base": 0}, {"base": "0", "moves": []}, {"base": 0, "moves": []}, {"base": 0, "moves": [7]},
        {"base": 0, "moves": [{"event": "1", "place": None}]}, {"base": 0, "moves": [{"event": 1}]},
        {"base": 0, "moves": [{"event": 1, "place": {"day": "x"}}]}, {"base": 0, "moves": [{"event": 1, "place": "x"}]},
        {"base": 0, "moves": [{"event": 1, "place": None, "pinned": "yes"}]},
    ],
)  # fmt: skip
@pytest.mark.sqlite_only
def test_what_is_not_understood_is_refused_in_json(client, stage, sent):
    sign_in(client, stage.owner)
    answer = client.post(f"{stage.base}/moves.json", json=sent)
    assert (answer.status_code, answer.json["error"]["status"]) == (422, 422)


@pytest.mark.sqlite_only
def test_an_end_before_the_start_is_said_in_words(client, stage):
    sign_in(client, stage.owner)
    answer = move(client, stage, stage.waiting, at(stage.rooms[0], length=-5))
    assert (answer.status_code, answer.json["error"]["detail"]) == (422, "The end comes after the start.")


@pytest.mark.sqlite_only
def test_who_may_only_look_cannot_move(app, client, stage):
    sign_in(client, stage.viewer)
    assert whole(client, stage)["editable"] is False
    page = client.get(f"{stage.base}/")
    assert page.status_code == 200
    assert "/place" not in page.text.split('id="timetable-plain"')[1]
    assert move(client, stage, stage.waiting, at(stage.rooms[0])).status_code == 403
    assert client.get(f"{stage.base}/events/{stage.waiting_code}/options").status_code == 403
    with app.app_context(), transaction():
        db.session.get_one(Conference, stage.conference_id).state = ConferenceState.ARCHIVED
    sign_in(client, stage.owner)
    assert whole(client, stage)["editable"] is False
    answer = move(client, stage, stage.waiting, at(stage.rooms[0]))
    assert (answer.status_code, answer.json["error"]["title"]) == (409, "This cannot be done now")


def test_others_follow_with_one_statement_while_nothing_is_new(app, client, stage):
    sign_in(client, stage.owner)
    first = client.get(f"{stage.base}/changes.json?since=0")
    assert (first.json["edits"], first.json["edit"]) == ([], 0)
    with statements(app) as sent:
        same = client.get(
            f"{stage.base}/changes.json?since=0", headers={"If-None-Match": first.headers["ETag"]}
        )
    assert (same.status_code, same.data) == (304, b"")
    # Who asks, the conference, the role; and what is the newest edit.
    assert len([one for one in sent if "programme" in one]) == 1
    assert len(sent) <= 4
    other = app.test_client()
    sign_in(other, stage.officer)
    move(other, stage, stage.placed, at(stage.rooms[0]), pinned=True)
    move(other, stage, stage.waiting, at(stage.rooms[0]))
    news = client.get(f"{stage.base}/changes.json?since=0", headers={"If-None-Match": first.headers["ETag"]})
    assert [one["said"].split(":")[0] for one in news.json["edits"]] == [
        f"Paule Officer pinned {stage.placed_code}.", f"Paule Officer put {stage.waiting_code} here",
    ]  # fmt: skip
    assert news.json["marks"][str(stage.placed)] == 2
    assert client.get(f"{stage.base}/changes.json?since=1").json["edits"] == news.json["edits"][1:]


@pytest.mark.sqlite_only
def test_where_an_event_can_go_with_reasons(client, stage):
    sign_in(client, stage.viewer)
    found = client.get(f"{stage.base}/options.json?event={stage.waiting}").json
    here = [one for one in found["places"] if one["place"]["day"] == DAY]
    assert len(found["places"]) == 10
    # The slot runs from 13:15: the lead is busy until 14:00, and so is the first room.
    assert [one["allowed"] for one in here] == [False, False]
    assert here[0]["place"]["starts_at"] == "2027-06-15T18:15Z"
    assert any("UCLG" in found["words"][n] for n in here[0]["words"])
    others = [one for one in found["places"] if one["place"]["day"] != DAY]
    assert all(one["allowed"] for one in others)
    checked = client.get(
        f"{stage.base}/check.json",
        query_string={"event": stage.waiting, **{name: value for name, value in at(stage.rooms[1], 1).items() if value}},
    )  # fmt: skip
    assert [one for one in checked.json["violations"] if one["severity"] == "hard"] == []
    assert client.get(f"{stage.base}/check.json?event={stage.placed}").json["facts"][0] == "90 minutes"
    for bad, status in (("event=999999", 404), ("event=x", 404), (f"event={stage.placed}&day=x", 422)):
        assert client.get(f"{stage.base}/check.json?{bad}").status_code == status


@pytest.mark.sqlite_only
def test_an_event_is_placed_from_the_plain_list_of_options(client, stage):
    sign_in(client, stage.owner)
    address = f"{stage.base}/events/{stage.waiting_code}/options"
    page = client.get(address)
    assert page.text.index("Place here") < page.text.index("Place all the same")
    assert "UCLG" in page.text
    button = json.dumps(at(stage.rooms[1], 5))
    placed = client.post(address, data={"base": 0, "place": button})
    assert placed.status_code == 302
    assert placed.location.endswith(f"?event={stage.waiting_code}&day={DAY}")
    refused = client.post(address, data={"base": 0, "place": json.dumps(at(stage.rooms[0]))})
    assert refused.status_code == 422
    assert f"Otto Owner put {stage.waiting_code} here" in refused.text
    assert client.post(address, data={"base": 1, "place": "nonsense"}).status_code == 422
    assert whole(client, stage)["edit"] == 1


@pytest.mark.sqlite_only
def test_without_scripts_a_day_is_a_table(client, stage):
    sign_in(client, stage.owner)
    page = client.get(f"{stage.base}/").text.split('id="timetable-plain"')[1]
    assert stage.placed_code in page
    assert stage.waiting_code not in page
    assert f'href="{stage.base}/events/{stage.placed_code}/place"' in page
    assert "1 event has no time." in page
    assert "Nothing is placed on this day." in client.get(f"{stage.base}/?day=2027-06-16").text


@pytest.mark.sqlite_only
def test_a_thousand_events_stay_quick_and_small(app, client, stage):
    with app.app_context(), transaction():
        conference = db.session.get_one(Conference, stage.conference_id)
        for _ in range(28):
            factories.make_room(conference)
        factories.fill(conference, 998, factories.make_event(conference), every=timedelta(minutes=4))
    sign_in(client, stage.owner)
    client.get(f"{stage.base}/changes.json")
    with statements(app) as sent:
        answer = client.get(f"{stage.base}/timetable.json", headers={"Accept-Encoding": "gzip"})
    many = len(sent)
    assert len(json.loads(gzip.decompress(answer.data))["events"]) > 1000
    assert len(answer.data) < 150_000
    with statements(app) as sent:
        began = time.perf_counter()
        assert move(client, stage, stage.waiting, at(stage.rooms[1], 3)).status_code == 200
        took = time.perf_counter() - began
    assert len(sent) <= many + 12
    # A guard against quadratic work, not a benchmark: machines differ.
    assert took < 3


# --- the plain form


@pytest.mark.sqlite_only
def test_the_plain_form_takes_a_slot_and_pins(client, stage):
    sign_in(client, stage.owner)
    address = f"{stage.base}/events/{stage.waiting_code}/place"
    page = client.get(address)
    assert "Wednesday 16 June \u206613:15–14:15\u2069" in page.text
    chosen = page.text.split('value="2027-06-16/')[1].split('"')[0]
    form = {"base": 0, "slot": f"2027-06-16/{chosen}", "room_id": stage.rooms[1], "pinned": "y"}
    assert client.post(address, data=form).status_code == 302
    [event] = [one for one in whole(client, stage)["events"] if one["id"] == stage.waiting]
    assert event["pinned"] is True
    assert event["place"] == {
        "room": stage.rooms[1], "day": "2027-06-16", "end_day": None, "starts_at": "2027-06-16T18:15Z",
        "ends_at": "2027-06-16T19:15Z",
    }  # fmt: skip
    assert re.search(r'<input[^>]* checked [^>]*name="pinned"', client.get(address).text)


def test_the_plain_form_says_what_happened_meanwhile_and_keeps_what_was_typed(app, client, stage):
    sign_in(client, stage.owner)
    other = app.test_client()
    sign_in(other, stage.officer)
    move(other, stage, stage.placed, at(stage.rooms[1], 2))
    address = f"{stage.base}/events/{stage.placed_code}/place"
    form = {"base": 0, "day": "2027-06-17", "starts": "10:20", "ends": "11:20", "room_id": stage.rooms[0]}
    refused = client.post(address, data=form)
    assert refused.status_code == 409
    assert f"Paule Officer put {stage.placed_code} here" in refused.text
    assert 'value="10:20"' in refused.text
    assert '<input type="hidden" name="base" value="1">' in refused.text
    assert whole(client, stage)["edit"] == 1
    assert client.post(address, data={**form, "base": 1}).status_code == 302
    assert whole(client, stage)["edit"] == 2
