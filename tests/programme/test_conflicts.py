"""The page of conflicts: in words, filtered, accepted with a reason until the facts change."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Conference, Room
from eventsapp.core import locale
from eventsapp.core.audit import COMMAND_LINE, AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme import placing, releases, words
from eventsapp.programme.constraints import Violation
from eventsapp.programme.facts import Kind
from eventsapp.programme.models import Event
from tests import factories
from tests.factories import START
from tests.programme.plannings import at, during, event, planning, room
from tests.support.signing import sign_in
from tests.support.statements import statements


@dataclass
class Stage:
    slug: str
    owner: str
    viewer: str
    first: int
    second: int
    room: int

    @property
    def url(self) -> str:
        return f"/manage/{self.slug}/programme/conflicts/"


@pytest.fixture
def stage(app: Flask) -> Stage:
    with app.app_context(), transaction():
        conference = factories.make_conference()
        uclg = factories.make_organization(acronyms={"en": "UCLG"})
        room = factories.make_room(conference, capacity=50)
        end = START + timedelta(hours=1)
        first = factories.make_event(
            conference, code="SE-014", leads=[uclg], room=room, start=START, end=end, expected_attendance=60
        )
        second = factories.make_event(
            conference, code="SE-031", leads=[uclg], start=START + timedelta(minutes=30), end=end
        )
        owner = factories.make_user()
        viewer = factories.make_user()
        factories.make_role(owner, conference, Role.OWNER)
        factories.make_role(viewer, conference, Role.VIEWER)
        return Stage(conference.slug, owner.get_id(), viewer.get_id(), first.id, second.id, room.id)


def text(page: str) -> str:
    """Return what a page says, without tags, isolates and runs of white space."""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069]", "", plain))


LEADS = "UCLG leads SE-014 and SE-031 at the same time, Tuesday 15 June 13:30–14:00."
SEATS = "SE-014 expects 10 persons more than"


def test_conflicts_are_said_in_words_and_filtered_by_the_address(client: FlaskClient, stage: Stage):
    sign_in(client, stage.owner)
    page = client.get(stage.url)
    assert LEADS in text(page.text)
    assert SEATS in text(page.text)
    for query, said, unsaid in (
        ("kind=lead", LEADS, SEATS),
        ("kind=capacity", SEATS, LEADS),
        ("event=se-031", LEADS, SEATS),
        ("day=2027-06-15&kind=lead", LEADS, SEATS),
    ):
        answer = text(client.get(f"{stage.url}?{query}").text)
        assert said in answer
        assert unsaid not in answer
    for nothing in ("severity=soft", "day=2027-06-16", "state=accepted", "kind=unheard-of"):
        answer = text(client.get(f"{stage.url}?{nothing}").text)
        assert LEADS not in answer
        assert "Nothing matches these filters." in answer


def test_a_conflict_is_accepted_with_a_reason_until_its_facts_change(
    app: Flask, client: FlaskClient, stage: Stage
):
    sign_in(client, stage.owner)
    (address,) = set(
        re.findall(r'href="([^"]+/conflicts/[0-9a-f]{64})"', client.get(f"{stage.url}?kind=lead").text)
    )
    assert LEADS in text(client.get(address).text)
    refused = client.post(address, data={"reason": " "})
    assert refused.status_code == 422
    assert client.post(address, data={"reason": "Two teams will be there."}).status_code == 302
    assert LEADS not in text(client.get(stage.url).text)
    accepted = text(client.get(f"{stage.url}?state=accepted").text)
    assert LEADS in accepted
    assert "Two teams will be there." in accepted
    with app.app_context():
        entry = db.session.query(AuditEntry).filter_by(action="conflict.accept").one()
        assert entry.detail == {"events": [stage.first, stage.second], "reason": "Two teams will be there."}
    # Accepting again says who did.
    assert client.post(address, data={"reason": "Again"}).status_code == 409
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=stage.slug).one()
        placing.place(
            conference,
            db.session.get_one(Event, stage.second),
            actor=COMMAND_LINE,
            room_id=None,
            day=START.date(),
            starts_at=START + timedelta(minutes=15),
            ends_at=START + timedelta(minutes=60),
        )
    assert "UCLG leads SE-014 and SE-031 at the same time, Tuesday 15 June 13:15–14:00." in text(
        client.get(stage.url).text
    )
    assert client.get(address).status_code == 404


def test_an_accepted_conflict_can_be_counted_again(client: FlaskClient, stage: Stage):
    sign_in(client, stage.owner)
    (address, *_) = re.findall(r'href="([^"]+/conflicts/[0-9a-f]{64})"', client.get(stage.url).text)
    client.post(address, data={"reason": "It is well so."})
    assert client.post(f"{address}/take-back").status_code == 302
    assert LEADS in text(client.get(stage.url).text)
    assert client.post(f"{address}/take-back").status_code == 404


def test_a_safety_limit_is_never_accepted(app: Flask, client: FlaskClient, stage: Stage):
    with app.app_context(), transaction():
        db.session.get_one(Room, stage.room).safety_limit = 55
    sign_in(client, stage.owner)
    page = client.get(f"{stage.url}?kind=safety").text
    assert "than its safety limit allows" in page
    assert "Accept with a reason" not in page


def test_nothing_is_released_that_exceeds_a_safety_limit(app: Flask, client: FlaskClient, stage: Stage):
    with app.app_context(), transaction():
        db.session.get_one(Room, stage.room).safety_limit = 55
    sign_in(client, stage.owner)
    release = f"/manage/{stage.slug}/programme/release"
    refused = client.post(release, data={})
    assert refused.status_code == 409
    assert "SE-014 would bring 5 persons more into" in text(refused.text)
    with app.app_context():
        assert releases.newest_release(db.session.get_one(Event, stage.first).conference_id) is None
    with app.app_context(), transaction():
        db.session.get_one(Room, stage.room).safety_limit = 60
    assert client.post(release, data={}).status_code == 302


def test_viewers_see_conflicts_and_accept_none(client: FlaskClient, stage: Stage):
    sign_in(client, stage.viewer)
    page = client.get(stage.url)
    assert LEADS in text(page.text)
    assert "Accept with a reason" not in page.text


def test_the_number_of_statements_is_fixed(app: Flask, client: FlaskClient, stage: Stage):
    sign_in(client, stage.owner)
    client.get(stage.url)
    with statements(app) as few:
        client.get(stage.url)
    with app.app_context(), transaction():
        conference = db.session.query(Conference).filter_by(slug=stage.slug).one()
        factories.fill(conference, 60, db.session.get_one(Event, stage.first))
    with statements(app) as many:
        client.get(stage.url)
    assert len(many) == len(few)


@pytest.mark.sqlite_only
def test_every_kind_has_its_sentence_in_every_language(app: Flask):
    given_ = planning(
        [event(1, at(0, room=1), wished_days=frozenset({at(0).day})), event(2, at(0, room=1))],
        rooms=[room(1)],
    )
    with app.test_request_context():
        for language in ("en", "fr", "es", "ar", "zh", "ru"):
            with locale.speaking(language):
                for kind in Kind:
                    one = Violation(kind, (1, 2), 1, during(0, 60), 3, _words(kind))
                    said = words.sentence(one, given_)
                    assert "SE-001" in said or kind is Kind.SPREAD
                    assert "%" not in said
                    assert words.kind_name(kind)


def _words(kind: Kind) -> tuple[Any, ...]:
    return {Kind.ONLINE_HOURS: ("Asia/Tokyo",), Kind.EQUIPMENT: ("projector",), Kind.SPREAD: ("EC",)}.get(
        kind, ()
    )
