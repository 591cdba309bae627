"""What the sample conference's timetable is made by: slots, needs, wishes and contacts, typed in through the services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import time, timedelta
from typing import Any

from sqlalchemy import select

from eventsapp.conferences import catalogue, kinds
from eventsapp.conferences.models import Conference, EventType, Room
from eventsapp.core import zones
from eventsapp.core.audit import COMMAND_LINE
from eventsapp.demo import sample as samples
from eventsapp.demo import texts
from eventsapp.extensions import db
from eventsapp.organizations import service as organizations
from eventsapp.organizations.models import Organization
from eventsapp.organizations.service import OrganizationData
from eventsapp.programme import closures, pairs, settings, slots, speakers
from eventsapp.programme import service as programme
from eventsapp.programme.enums import HalfDay
from eventsapp.programme.models import Event, Speaker
from eventsapp.programme.speakers import SpeakerData

SLOTS: Mapping[str, list[slots.Clocks]] = {
    "plenary": [samples.SLOTS[0], samples.SLOTS[4]],
    "special-session": samples.SLOTS[:5],
    "side-event": samples.SLOTS,
    "training-event": samples.SLOTS,
    "networking-event": [*samples.SLOTS, (time(20, 0), time(22, 0))],
    "press": [samples.SLOTS[1], samples.SLOTS[3]],
}
"""By address of the type. Exhibitions have none: they are there all day."""
EQUIPMENT = ("Projector", "Video link", "Stage")
UNPLACED = ("sample-unplaced", "sample-no-day", samples.DRAFT)


def fill(conference: Conference) -> None:
    """Type in all of it. Writes; does not commit."""
    # Some of its evenings go on past midnight.
    chosen = settings.SettingsData(day_ends=time(2), turnover_minutes=10)
    settings.save(conference, chosen, actor=COMMAND_LINE)
    _rooms(conference)
    for kind in catalogue.rows(kinds.EVENT_TYPES, conference):
        _slots(conference, kind)
    events = {
        event.source_id: event
        for event in db.session.scalars(select(Event).where(Event.conference_id == conference.id))
    }
    _wishes(conference, events)
    _contacts(conference)


def _rooms(conference: Conference) -> None:
    rooms: list[Room] = catalogue.rows(kinds.ROOMS, conference)
    for number, room in enumerate(rooms):
        values = {
            "equipment": list(EQUIPMENT[: 3 if number < 2 else 2 if number < 6 else 1]),
            "booths": 6 if number < 2 else 2,
            "safety_limit": (room.capacity or 0) + 20,
        }
        catalogue.update(kinds.ROOMS, conference, room, values, slug=None, actor=COMMAND_LINE)
    # The stage goes up before anything begins.
    day = conference.start_date
    closures.close(
        conference,
        actor=COMMAND_LINE,
        room_id=rooms[1].id,
        starts_at=zones.instant(day, time(6), conference.zone),
        ends_at=zones.instant(day, time(8, 45), conference.zone),
        reasons=texts.STAGE,
    )


def _slots(conference: Conference, kind: EventType) -> None:
    clocks = SLOTS.get(kind.slug)
    if clocks:
        slots.add(conference, actor=COMMAND_LINE, type_id=kind.id, day=None, clocks=clocks)


def _wishes(conference: Conference, events: Mapping[str | None, Event]) -> None:
    def change(source_id: str, **values: Any) -> None:
        event = events[source_id]
        data = replace(programme.data_of(event), **values)
        programme.update_event(conference, event, data, actor=COMMAND_LINE)

    last = (conference.end_date - timedelta(days=1)).isoformat()
    change(UNPLACED[0], expected_attendance=70, equipment=("Projector",), wished_halves=(HalfDay.AFTERNOON,))
    change(UNPLACED[1], expected_attendance=110, step_free=True, wished_days=(last,))
    change("sample-opening", expected_attendance=900, equipment=("Stage",))
    change("sample-closing", expected_attendance=700, equipment=("Stage",))
    for first, wish, second in (
        (UNPLACED[0], pairs.Wish.APART, "sample-opening"),
        (UNPLACED[1], pairs.Wish.AFTER, UNPLACED[0]),
        (UNPLACED[2], pairs.Wish.NEXT, samples.MOVED),
    ):
        pairs.add(conference, events[first], events[second].id, wish, actor=COMMAND_LINE)


def _contacts(conference: Conference) -> None:
    found = db.session.scalars(
        select(Speaker).where(Speaker.conference_id == conference.id).order_by(Speaker.id).limit(12)
    )
    for number, speaker in enumerate(found):
        data = SpeakerData(
            name=speaker.name,
            biographies=speaker.biographies,
            website=speaker.website,
            email=samples.address(speaker.name),
            language=texts.LANGUAGES[number % len(texts.LANGUAGES)],
        )
        speakers.update(conference, speaker, data, actor=COMMAND_LINE)
    slugs = [slug for slug, *_rest in texts.ORGANIZATIONS]
    for row in db.session.scalars(select(Organization).where(Organization.slug.in_(slugs))):
        now = {one.name: getattr(row, one.name) for one in fields(OrganizationData)}
        kept = OrganizationData(
            **{**now, "contact_email": f"events@{row.slug}.example.org", "contact_language": "en"}
        )
        organizations.update(row, kept, slug=None, actor=COMMAND_LINE)
