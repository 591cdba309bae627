"""A room that must be closed now, as an officer does it on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from eventsapp.accounts.enums import Role
from eventsapp.core.transaction import transaction
from tests import factories
from tests.factories import START
from tests.support.signing import sign_in


@pytest.mark.sqlite_only
def test_a_room_is_closed_and_the_public_reads_where_the_event_is_now(
    app: Any, server: Any, page: Any, axe: Any
) -> None:
    with app.app_context(), transaction():
        conference = factories.make_conference()
        here, _there = factories.make_room(conference), factories.make_room(conference)
        event = factories.make_event(conference, room=here, start=START, end=START + timedelta(hours=1))
        factories.release(conference)
        officer = factories.make_user()
        factories.make_role(officer, conference, Role.PROGRAMME_OFFICER)
        slug, code, room, who = conference.slug, event.code, here.names["en"], officer.get_id()
    client = app.test_client()
    sign_in(client, who)
    cookie = client.get_cookie("eventsapp")
    running = server(workers=1)
    shown = page(running.url, viewport="phone")
    shown.context.add_cookies(
        [{"name": "eventsapp", "value": cookie.value, "domain": "127.0.0.1", "path": "/"}]
    )
    shown.goto(f"/manage/{slug}/programme/release")
    shown.get_by_role("link", name="A room is closed now").click()
    shown.get_by_label("Room").select_option(label=room)
    shown.get_by_label("Closed from").fill("2027-06-15T08:00")
    shown.get_by_label("Closed until").fill("2027-06-15T20:00")
    shown.locator("[name=reasons-en]").fill("Water damage")
    shown.get_by_role("button", name="See which events that hits").click()
    expect(shown.get_by_label(f"Another place for {code}")).to_contain_text("same time")
    assert axe(shown) == []
    shown.get_by_role("button", name="Close the room, release and tell now").click()
    expect(shown.get_by_role("status")).to_contain_text("release 2 is public")
    shown.goto(f"/en/{slug}/releases")
    newest = shown.get_by_role("region", name="Release 2")
    expect(newest).to_contain_text(f"{room} is closed. Water damage")
    expect(newest.get_by_role("heading", name="Other room")).to_be_visible()
