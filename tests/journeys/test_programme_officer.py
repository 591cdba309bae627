"""A programme officer's day: from events without a place to a released programme, and a room that closes at the last hour.

In a real browser, with the worker beside the server: it makes the timetable and sends the messages, which arrive at a real
mail server.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from flask import Flask
from lxml import etree
from playwright.sync_api import Page, expect
from sqlalchemy import select as query

from eventsapp.accounts import passwords
from eventsapp.accounts.enums import Role
from eventsapp.conferences.models import Slot
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.programme.models import Event, Placement, ProgrammeSettings, ProgrammeVersion
from tests import factories
from tests.journeys.steps import fill, press, save, select, sign_in
from tests.support.mail import MailServer

pytestmark = [pytest.mark.timeout(240), pytest.mark.sqlite_only]

PASSWORD = "a long walk along the river"
EVENTS = 14
SPEAKER = "ines@example.org"
ZONE = ZoneInfo("America/Guayaquil")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def slug(app: Flask) -> str:
    """A conference with fourteen events that nobody has placed, in three rooms; two of them with one speaker and one lead."""
    with app.app_context(), transaction():
        conference = factories.make_conference()
        kind = factories.make_type(conference, default_minutes=75)
        for starts, ends in ((time(9), time(10, 30)), (time(13, 15), time(14, 30))):
            factories._add(Slot(type_id=kind.id, starts=starts, ends=ends), {})
        factories._add(ProgrammeSettings(conference_id=conference.id, weights={}, quiet_minutes=60), {})
        for capacity in (40, 80, 200):
            factories.make_room(conference, capacity=capacity)
        busy = factories.make_speaker(conference, name="Inés Abad", email=SPEAKER, language="es")
        uclg = factories.make_organization(acronyms={"en": "UCLG"})
        for n in range(EVENTS):
            factories.make_event(
                conference,
                type=kind,
                code=f"SE-{n + 1:03}",
                expected_attendance=150 if n < 4 else 30,
                speakers=[busy] if n in (0, 5) else [],
                leads=[uclg] if n in (0, 5, 7) else [],
            )
        owner = factories.make_user(email="officer@example.org", password_hash=passwords.hashed(PASSWORD))
        factories.make_role(owner, conference, Role.OWNER)
        return conference.slug


def test_from_nothing_to_a_released_programme_and_through_the_last_hour(
    app: Flask, server, page, smtp: MailServer, slug: str
):
    running = server(worker=True, **smtp.settings)
    officer: Page = page(running.url)
    sign_in(officer, "officer@example.org", PASSWORD)
    manage = f"/manage/{slug}/programme"

    # A timetable by itself, as a proposal.
    officer.goto(f"{manage}/schedule/")
    fill(officer, time_limit_s="5")
    save(officer, r"/schedule/\d+")
    expect(officer.locator("[data-run=over]")).to_be_attached(timeout=60_000)
    officer.reload()
    expect(officer.locator("main tbody input[name=event]")).to_have_count(EVENTS)
    press(officer.get_by_role("button", name="Keep all of it"))
    officer.goto(f"{manage}/conflicts/?severity=hard&state=all")
    expect(officer.locator("main")).not_to_contain_text("at the same time")
    expect(officer.locator("main .badge-bad")).to_have_count(0)
    officer.goto(f"{manage}/")
    expect(officer.locator("main")).to_contain_text("SE-0")

    # The first release: everybody sees it, and nobody has been told yet.
    officer.goto(f"{manage}/release")
    save(officer, "/releases")
    visitor: Page = page(running.url)
    visitor.goto(f"/en/{slug}/programme?view=list")
    expect(visitor.get_by_role("link", name=re.compile(r"^Event \d+"))).to_have_count(EVENTS)
    assert smtp.received == []

    # The room of the first event closes: the officer takes what is proposed, and those concerned are told at once.
    was = place(app, "SE-001")
    officer.goto(f"{manage}/emergency")
    select(officer, room_id=str(was.room_id))
    fill(officer, starts_at=wall(was.starts_at), ends_at=wall(was.ends_at))
    officer.locator("main .form-actions button[type=submit]").first.click()
    expect(officer.locator("main")).to_contain_text("SE-001")
    officer.get_by_role("button", name="Close the room, release and tell now").click()
    expect(officer).to_have_url(re.compile("/releases$"))
    now = place(app, "SE-001")
    assert (now.room_id, now.starts_at) != (was.room_id, was.starts_at)
    smtp.wait_for(1, seconds=60)
    (received,) = smtp.to(SPEAKER)
    (attachment,) = received.message.iter_attachments()
    events: list[Any] = icalendar.Calendar.from_ical(attachment.get_content()).walk("VEVENT")
    starts = {str(one["UID"]): one["DTSTART"].dt for one in events}
    assert starts[f"{now.event_uid}@eventsapp"] == now.starts_at

    # The public sees what changed, and so does a feed reader.
    visitor.goto(f"/en/{slug}/releases")
    expect(visitor.locator("main")).to_contain_text("Release 2")
    feed = etree.fromstring(visitor.request.get(f"/en/{slug}/releases.atom").body())
    assert len(feed.findall(f"{ATOM}entry")) == 2
    visitor.goto(f"/en/{slug}/events/SE-001")
    expect(visitor.locator("main")).to_contain_text(now.starts_at.astimezone(ZONE).strftime("%H:%M"))


@dataclass(frozen=True)
class Placed:
    event_uid: str
    room_id: int
    starts_at: datetime
    ends_at: datetime


def place(app: Flask, code: str) -> Placed:
    """Return where the working programme has an event."""
    with app.app_context():
        statement = (
            query(Event.uid, Placement.room_id, Placement.starts_at, Placement.ends_at)
            .join(Placement, Placement.event_id == Event.id)
            .join(ProgrammeVersion, ProgrammeVersion.id == Placement.version_id)
            .where(Event.code == code, ProgrammeVersion.number.is_(None))
        )
        found: Any = db.session.execute(statement).one()
        return Placed(*found)


def wall(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")
