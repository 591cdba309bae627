"""Reading a conference's working programme with all that bears upon it. A fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, and_, select
from sqlalchemy.orm import aliased

from eventsapp.conferences.models import (
    Conference,
    Constituency,
    EventType,
    Room,
    RoomClosure,
    Slot,
    Theme,
    Venue,
)
from eventsapp.core.intervals import Interval
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme import hooks
from eventsapp.programme.enums import HalfDay, OrganizationRole
from eventsapp.programme.facts import (
    DEFAULT_WEIGHTS,
    EventFacts,
    Kind,
    PairFacts,
    Planning,
    RoomFacts,
    Rules,
    SlotFacts,
    SpeakerFacts,
)
from eventsapp.programme.models import (
    Event,
    EventOrganization,
    EventPair,
    EventSpeaker,
    Placement,
    ProgrammeSettings,
    ProgrammeVersion,
    Speaker,
    SpeakerAbsence,
    event_constituency,
    event_theme,
)
from eventsapp.programme.releases import NOWHERE, Place

USUAL_MINUTES = 90
"""Length of an event whose own and whose type's length nobody gave."""


def rules_of(conference_id: int) -> Rules:
    """Return a conference's settings for its timetable; the defaults when it has none. One statement."""
    row = db.session.get(ProgrammeSettings, conference_id)
    if row is None:
        return Rules()
    known = {kind.value: kind for kind in Kind}
    weights = {known[name]: int(weight) for name, weight in row.weights.items() if name in known}
    return Rules(
        weights=MappingProxyType({**DEFAULT_WEIGHTS, **weights}),
        day_starts=row.day_starts,
        day_ends=row.day_ends,
        turnover=timedelta(minutes=row.turnover_minutes),
        walking=timedelta(minutes=row.walking_minutes),
        interpreter_teams=row.interpreter_teams,
        sole_rank=row.sole_rank,
    )


def load_planning(conference: Conference) -> Planning:
    """Return a conference's working programme with all that bears upon it. The number of statements is fixed.

    Drafts and cancelled events are in it. Reads only.
    """
    id_ = conference.id
    versions = {
        number: (version_id, edits)
        for version_id, number, edits in db.session.execute(
            select(ProgrammeVersion.id, ProgrammeVersion.number, ProgrammeVersion.edits).where(
                ProgrammeVersion.conference_id == id_
            )
        )
    }
    numbers = [number for number in versions if number is not None]
    # Nothing has the id 0: a join with it finds no placement.
    working_id, edit = versions.get(None, (0, 0))
    newest_id = versions[max(numbers)][0] if numbers else 0
    organizations, countries, leads, others = _organizations(id_)
    return Planning(
        conference_id=id_,
        zone=ZoneInfo(conference.zone),
        days=tuple(
            conference.start_date + timedelta(days=n)
            for n in range((conference.end_date - conference.start_date).days + 1)
        ),
        rooms=_rooms(id_),
        events=_events(id_, working_id, newest_id, leads, others),
        speakers=_speakers(id_),
        slots=_slots(id_),
        pairs=_pairs(id_),
        rules=rules_of(id_),
        edit=edit,
        organizations=organizations,
        organization_regions=countries,
        themes=_names(Theme, id_),
        constituencies=_names(Constituency, id_),
        venues=_names(Venue, id_),
        type_names=_names(EventType, id_),
        type_colours=_colours(id_),
    )


def _names(model: type[Any], conference_id: int) -> dict[int, dict[str, str]]:
    rows = db.session.execute(
        select(model.id, model.names)
        .where(model.conference_id == conference_id)
        .order_by(model.position, model.id)
    )
    return {id_: names for id_, names in rows}  # noqa: C416 - a Row is no pair for mypy


def _colours(conference_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(EventType.id, EventType.colour).where(EventType.conference_id == conference_id)
    )
    return {id_: colour for id_, colour in rows}  # noqa: C416


def _rooms(conference_id: int) -> dict[int, RoomFacts]:
    closures: dict[int, list[Interval]] = defaultdict(list)
    for room_id, starts_at, ends_at in db.session.execute(
        select(RoomClosure.room_id, RoomClosure.starts_at, RoomClosure.ends_at)
        .join(Room)
        .where(Room.conference_id == conference_id)
        .order_by(RoomClosure.starts_at, RoomClosure.id)
    ):
        closures[room_id].append(Interval(starts_at, ends_at))
    rows = db.session.execute(
        select(
            Room.id, Room.slug, Room.names, Room.venue_id, Room.capacity, Room.safety_limit, Room.equipment, Room.booths,
            Room.step_free, Room.opens, Room.closes,
        )
        .where(Room.conference_id == conference_id)
        .order_by(Room.position, Room.id)
    )  # fmt: skip
    return {
        row.id: RoomFacts(
            id=row.id,
            slug=row.slug,
            names=row.names,
            venue_id=row.venue_id,
            capacity=row.capacity,
            safety_limit=row.safety_limit,
            equipment=words(row.equipment),
            booths=row.booths,
            step_free=row.step_free,
            opens=row.opens,
            closes=row.closes,
            closures=tuple(closures[row.id]),
        )
        for row in rows
    }


def words(given: Iterable[str]) -> frozenset[str]:
    """Return equipment as it is compared: without regard to capitals and spaces around."""
    return frozenset(word.strip().casefold() for word in given if word.strip())


def _speakers(conference_id: int) -> dict[int, SpeakerFacts]:
    absences: dict[int, list[Interval]] = defaultdict(list)
    for speaker_id, starts_at, ends_at in db.session.execute(
        select(SpeakerAbsence.speaker_id, SpeakerAbsence.starts_at, SpeakerAbsence.ends_at)
        .join(Speaker)
        .where(Speaker.conference_id == conference_id)
        .order_by(SpeakerAbsence.starts_at, SpeakerAbsence.id)
    ):
        absences[speaker_id].append(Interval(starts_at, ends_at))
    rows = db.session.execute(
        select(Speaker.id, Speaker.name, Speaker.zone).where(Speaker.conference_id == conference_id)
    )
    return {row.id: SpeakerFacts(row.id, row.name, row.zone, tuple(absences[row.id])) for row in rows}


def _slots(conference_id: int) -> tuple[SlotFacts, ...]:
    rows = db.session.execute(
        select(Slot.type_id, Slot.day, Slot.starts, Slot.ends)
        .join(EventType)
        .where(EventType.conference_id == conference_id)
        .order_by(Slot.type_id, Slot.starts, Slot.ends, Slot.id)
    )
    return tuple(SlotFacts(*row) for row in rows)


def _pairs(conference_id: int) -> tuple[PairFacts, ...]:
    rows = db.session.execute(
        select(EventPair.kind, EventPair.first_id, EventPair.second_id)
        .join(Event, Event.id == EventPair.first_id)
        .where(Event.conference_id == conference_id)
        .order_by(EventPair.id)
    )
    return tuple(PairFacts(*row) for row in rows)


def _organizations(
    conference_id: int,
) -> tuple[dict[int, dict[str, str]], dict[int, str], dict[int, set[int]], dict[int, set[int]]]:
    """Return names, countries, and by event id those who lead and those who co-organize."""
    names: dict[int, dict[str, str]] = {}
    countries: dict[int, str] = {}
    leads: dict[int, set[int]] = defaultdict(set)
    others: dict[int, set[int]] = defaultdict(set)
    for event_id, role, id_, full, acronyms, country in db.session.execute(
        select(
            EventOrganization.event_id, EventOrganization.role, Organization.id, Organization.names, Organization.acronyms,
            Organization.country,
        )
        .join(Organization)
        .join(Event, Event.id == EventOrganization.event_id)
        .where(Event.conference_id == conference_id, EventOrganization.role != OrganizationRole.CO_SPONSOR)
    ):  # fmt: skip
        names[id_] = {**full, **acronyms}
        if country:
            countries[id_] = country
        (leads if role is OrganizationRole.LEAD else others)[event_id].add(id_)
    return names, countries, leads, others


def _events(
    conference_id: int,
    working_id: int,
    newest_id: int,
    leads: dict[int, set[int]],
    others: dict[int, set[int]],
) -> dict[int, EventFacts]:
    speakers, online = _speakers_of(conference_id)
    themes = _linked(event_theme, "theme_id", conference_id)
    constituencies = _linked(event_constituency, "constituency_id", conference_id)
    interest: dict[int, int] = {}
    for count in hooks.interest:
        interest.update(count(conference_id))
    working, released = aliased(Placement), aliased(Placement)
    rows: Sequence[Any] = db.session.execute(
        select(
            Event.id, Event.code, Event.titles, Event.state, Event.type_id, EventType.rank, Event.length_minutes,
            EventType.default_minutes, Event.expected_attendance, Event.seats, Event.equipment, Event.interpretation,
            Event.step_free, Event.wished_days, Event.wished_halves, working.pinned,
            working.room_id, working.day, working.end_day, working.starts_at, working.ends_at,
            released.id.label("released_id"), released.room_id, released.day, released.end_day, released.starts_at,
            released.ends_at,
        )
        .join(EventType, EventType.id == Event.type_id)
        .outerjoin(working, and_(working.event_id == Event.id, working.version_id == working_id))
        .outerjoin(released, and_(released.event_id == Event.id, released.version_id == newest_id))
        .where(Event.conference_id == conference_id)
        .order_by(Event.code)
    ).all()  # fmt: skip
    found: dict[int, EventFacts] = {}
    for row in rows:
        id_ = row.id
        attendance = row.expected_attendance
        found[id_] = EventFacts(
            id=id_,
            code=row.code,
            titles=row.titles,
            state=row.state,
            type_id=row.type_id,
            rank=row.rank,
            minutes=row.length_minutes or row.default_minutes or USUAL_MINUTES,
            place=Place(*row[16:21]),
            pinned=bool(row.pinned),
            released=Place(*row[22:27]) if row.released_id is not None else None,
            lead_ids=frozenset(leads.get(id_, ())),
            co_ids=frozenset(others.get(id_, set()) - leads.get(id_, set())),
            speaker_ids=frozenset(speakers.get(id_, ())),
            online_ids=frozenset(online.get(id_, ())),
            theme_ids=frozenset(themes.get(id_, ())),
            constituency_ids=frozenset(constituencies.get(id_, ())),
            attendance=attendance if attendance is not None else interest.get(id_),
            seats=row.seats,
            equipment=words(row.equipment),
            booths=len(row.interpretation),
            step_free=row.step_free,
            wished_days=frozenset(_days(row.wished_days)),
            wished_halves=frozenset(HalfDay(half) for half in row.wished_halves if half in set(HalfDay)),
        )
    return found


def _days(given: Iterable[str]) -> list[date]:
    return [date.fromisoformat(one) for one in given]


def _speakers_of(conference_id: int) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    all_: dict[int, set[int]] = defaultdict(set)
    online: dict[int, set[int]] = defaultdict(set)
    for event_id, speaker_id, is_online in db.session.execute(
        select(EventSpeaker.event_id, EventSpeaker.speaker_id, EventSpeaker.online)
        .join(Event, Event.id == EventSpeaker.event_id)
        .where(Event.conference_id == conference_id)
    ):
        all_[event_id].add(speaker_id)
        if is_online:
            online[event_id].add(speaker_id)
    return all_, online


def _linked(table: Table, column: str, conference_id: int) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for event_id, other_id in db.session.execute(
        select(table.c.event_id, table.c[column])
        .join(Event, Event.id == table.c.event_id)
        .where(Event.conference_id == conference_id)
    ):
        found[event_id].add(other_id)
    return found


def places(planning: Planning) -> dict[int, Place]:
    """Return where the working programme has each event that has any place. Pure."""
    return {event.id: event.place for event in planning.events.values() if event.place != NOWHERE}
