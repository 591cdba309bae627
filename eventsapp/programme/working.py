"""The working programme, read for the workspace: typed rows, a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import aliased

from eventsapp.conferences.models import EventType, Room
from eventsapp.core import search
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import Access, EventState, OrganizationRole
from eventsapp.programme.models import (
    Event,
    EventOrganization,
    EventSpeaker,
    Placement,
    ProgrammeVersion,
)
from eventsapp.programme.releases import Place

Texts = dict[str, str]


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead organization."""

    id: int
    names: Texts
    acronyms: Texts


@dataclass(frozen=True, slots=True)
class WorkingEvent:
    """An event with its place in the working programme and, if the public knows it, in the newest release."""

    id: int
    code: str
    titles: Texts
    state: EventState
    access: Access | None
    seats: int | None
    seats_taken: int
    seats_waiting: int
    type_id: int
    type_names: Texts
    type_colour: int
    place: Place
    room_names: Texts
    released: Place | None
    leads: tuple[Lead, ...]
    speaker_ids: frozenset[int]
    search_text: str

    @property
    def changed(self) -> bool:
        """Whether the next release would show it otherwise than the newest one does."""
        if self.state is EventState.DRAFT:
            return False
        if self.released is None:
            return self.state is EventState.SCHEDULED
        return self.released != self.place


@dataclass(frozen=True)
class Working:
    """The whole working programme of a conference, by code."""

    events: tuple[WorkingEvent, ...]

    def by_id(self) -> dict[int, WorkingEvent]:
        """Return the events by id."""
        return {event.id: event for event in self.events}


def load_working(conference_id: int) -> Working:
    """Return the working programme of a conference. Four statements."""
    versions = {
        number: id_
        for id_, number in db.session.execute(
            select(ProgrammeVersion.id, ProgrammeVersion.number).where(
                ProgrammeVersion.conference_id == conference_id
            )
        )
    }
    # Nothing has the id 0: a join with it finds no release.
    newest_id = versions[max(n for n in versions if n is not None)] if set(versions) - {None} else 0
    working_id = versions.get(None, 0)
    working, released = aliased(Placement), aliased(Placement)
    rows = db.session.execute(
        select(
            Event.id, Event.code, Event.titles, Event.state, Event.access, Event.seats, Event.seats_taken,
            Event.seats_waiting, Event.type_id, EventType.names, EventType.colour, Event.search_text,
            working.room_id, working.day, working.end_day, working.starts_at, working.ends_at, Room.names,
            released.id, released.room_id, released.day, released.end_day, released.starts_at, released.ends_at,
        )
        .join(EventType, EventType.id == Event.type_id)
        .outerjoin(working, and_(working.event_id == Event.id, working.version_id == working_id))
        .outerjoin(released, and_(released.event_id == Event.id, released.version_id == newest_id))
        .outerjoin(Room, Room.id == working.room_id)
        .where(Event.conference_id == conference_id)
        .order_by(Event.code)
    ).all()  # fmt: skip
    leads = _leads(conference_id)
    speakers = _speakers(conference_id)
    return Working(tuple(_event(row, leads, speakers) for row in rows))


def _leads(conference_id: int) -> dict[int, list[Lead]]:
    found: dict[int, list[Lead]] = defaultdict(list)
    for event_id, organization_id, names, acronyms in db.session.execute(
        select(EventOrganization.event_id, Organization.id, Organization.names, Organization.acronyms)
        .join(Organization)
        .join(Event, Event.id == EventOrganization.event_id)
        .where(Event.conference_id == conference_id, EventOrganization.role == OrganizationRole.LEAD)
        .order_by(EventOrganization.event_id, EventOrganization.position)
    ):
        found[event_id].append(Lead(organization_id, names, acronyms))
    return found


def _speakers(conference_id: int) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for event_id, speaker_id in db.session.execute(
        select(EventSpeaker.event_id, EventSpeaker.speaker_id)
        .join(Event, Event.id == EventSpeaker.event_id)
        .where(Event.conference_id == conference_id)
    ):
        found[event_id].add(speaker_id)
    return found


def _event(row: Any, leads: dict[int, list[Lead]], speakers: dict[int, set[int]]) -> WorkingEvent:
    (
        id_, code, titles, state, access, seats, taken, waiting, type_id, type_names, colour, text,
        room_id, day, end_day, starts_at, ends_at, room_names, released_id, *released,
    ) = row  # fmt: skip
    own = leads.get(id_, [])
    return WorkingEvent(
        id=id_,
        code=code,
        titles=titles,
        state=state,
        access=access,
        seats=seats,
        seats_taken=taken,
        seats_waiting=waiting,
        type_id=type_id,
        type_names=type_names,
        type_colour=colour,
        place=Place(room_id, day, end_day, starts_at, ends_at),
        room_names=room_names or {},
        released=Place(*released) if released_id is not None else None,
        leads=tuple(own),
        speaker_ids=frozenset(speakers.get(id_, ())),
        search_text=" | ".join([text, *(search.searchable(lead.names, lead.acronyms) for lead in own)]),
    )


# --- filters of the list

MISSING: dict[str, Callable[[WorkingEvent], bool]] = {
    "time": lambda event: event.place.starts_at is None,
    "room": lambda event: event.place.room_id is None,
    "lead": lambda event: not event.leads,
}
"""What an event may lack."""


@dataclass(frozen=True, slots=True)
class ListFilters:
    """The filters of the events' list, as its address has them; unknown values find nothing."""

    q: str = ""
    state: str = ""
    """An :class:`EventState`, or ``changed`` or ``conflict``."""
    type_id: str = ""
    day: str = ""
    room_id: str = ""
    missing: str = ""
    sort: str = "code"


def select_events(
    working: Working, filters: ListFilters, conflicting: Collection[int] = ()
) -> list[WorkingEvent]:
    """Return the events of the list, filtered and sorted (``code``, ``time`` or ``title``). Pure.

    ``conflicting`` are the ids of the events that have a conflict.
    """
    terms = search.terms(filters.q)

    def wanted(event: WorkingEvent) -> bool:
        state = filters.state
        return (
            all(term in event.search_text for term in terms)
            and (
                not state
                or (state == "changed" and event.changed)
                or (state == "conflict" and event.id in conflicting)
                or event.state.value == state
            )
            and (not filters.type_id or str(event.type_id) == filters.type_id)
            and (not filters.day or _on(event.place, filters.day))
            and (not filters.room_id or str(event.place.room_id) == filters.room_id)
            and (not filters.missing or (filters.missing in MISSING and MISSING[filters.missing](event)))
        )

    found = [event for event in working.events if wanted(event)]
    if filters.sort == "time":
        return sorted(found, key=_time_order)
    if filters.sort == "title":
        return sorted(found, key=lambda event: search.normalize(next(iter(event.titles.values()), "")))
    return found


def _time_order(event: WorkingEvent) -> tuple[bool, float, date, str]:
    start = event.place.starts_at
    return start is None, start.timestamp() if start else 0.0, event.place.day or date.max, event.code


def _on(place: Place, day: str) -> bool:
    if place.day is None:
        return day == "none"
    return place.day.isoformat() <= day <= (place.end_day or place.day).isoformat()


def days(events: Iterable[WorkingEvent]) -> list[date]:
    """Return the days on which something is placed, in order."""
    return sorted({event.place.day for event in events if event.place.day is not None})
