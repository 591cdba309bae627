"""What pages show, worked out from a snapshot. Pure: plain data and ``now`` in, plain data out.

An *occurrence* is an event on one of its days: an exhibition of four days occurs four times, at the same wall times.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from typing import Protocol
from zoneinfo import ZoneInfo

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core import zones
from eventsapp.core.intervals import daily
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.filters import days_of
from eventsapp.programme.snapshot import (
    EventInfo,
    OrganizationInfo,
    RoomInfo,
    Snapshot,
    SpeakerInfo,
    Texts,
    ThemeInfo,
)
from eventsapp.proposals.calls.answers import PART as ANSWERS
from eventsapp.proposals.calls.answers import EventAnswers
from eventsapp.proposals.calls.snapshot import PART, CallInfo
from eventsapp.registration.rules import Window, window


class Phase(StrEnum):
    """Where a conference is in time."""

    CURRENT = "current"
    COMING = "coming"
    PAST = "past"


def bounds(start: date, end: date, zone: str) -> tuple[datetime, datetime]:
    """Return the instants at which the first day begins and the last one is over."""
    tz = ZoneInfo(zone)
    return zones.instant(start, time(), tz.key), zones.instant(end + timedelta(days=1), time(), tz.key)


def phase(start: date, end: date, zone: str, now: datetime) -> Phase:
    """Return where a conference with these days is at ``now``."""
    begins, ends = bounds(start, end, zone)
    return Phase.COMING if now < begins else Phase.CURRENT if now < ends else Phase.PAST


class InTime(Protocol):
    """What of a conference depends on the time: a row of the list of conferences, or the snapshot's."""

    @property
    def state(self) -> ConferenceState: ...
    @property
    def start_date(self) -> date: ...
    @property
    def end_date(self) -> date: ...
    @property
    def zone(self) -> str: ...
    @property
    def registration_opens_at(self) -> datetime | None: ...
    @property
    def registration_closes_at(self) -> datetime | None: ...


def registration(conference: InTime, now: datetime) -> Window:
    """Return whether registration is open at ``now``."""
    _, ends = bounds(conference.start_date, conference.end_date, conference.zone)
    return window(
        conference.state, conference.registration_opens_at, conference.registration_closes_at, ends, now
    )


def instants(conference: InTime) -> list[datetime | None]:
    """Return when registration opens and closes, and when the conference begins and is over."""
    return [
        conference.registration_opens_at,
        conference.registration_closes_at,
        *bounds(conference.start_date, conference.end_date, conference.zone),
    ]


def next_of(instants: Iterable[datetime | None], now: datetime) -> datetime | None:
    """Return the first of the instants that is still to come."""
    return min((instant for instant in instants if instant is not None and instant > now), default=None)


def next_change(snapshot: Snapshot, now: datetime, *others: datetime | None) -> datetime | None:
    """Return the next instant after ``now`` at which any page of a conference looks different although nothing changed.

    Registration or a call opens or closes, the conference begins or is over, news comes out; and ``others``.
    """
    news = (item.published_at for item in snapshot.news)
    of_calls = (at for call in calls(snapshot) for at in (call.opens_at, call.closes_at))
    return next_of([*instants(snapshot.conference), *news, *of_calls, *others], now)


def calls(snapshot: Snapshot) -> tuple[CallInfo, ...]:
    """Return the published calls of a conference."""
    return snapshot.parts.get(PART, ())


def public_answers(snapshot: Snapshot, event: EventInfo) -> EventAnswers | None:
    """Return what the proposal of an event answered to public questions; None where nothing is known."""
    found: tuple[EventAnswers, ...] = snapshot.parts.get(ANSWERS, ())
    return next((one for one in found if one.slug == event.code), None)


def midnight_after(now: datetime, zone: str) -> datetime:
    """Return when the day that it is in ``zone`` is over."""
    tz = ZoneInfo(zone)
    return zones.instant(now.astimezone(tz).date() + timedelta(days=1), time(), tz.key)


# --- the programme by day and time


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event on one of its days. ``number`` of ``of`` days; instants in UTC, None where not known."""

    event: EventInfo
    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    number: int = 1
    of: int = 1

    def runs_at(self, now: datetime) -> bool:
        """Whether it has begun and, as far as known, is not over. Without an end it counts for an hour."""
        if self.starts_at is None:
            return False
        return self.starts_at <= now < over_at(self)


def over_at(one: Occurrence) -> datetime:
    """Return when an occurrence is over: without an end it counts for an hour. Raises ``ValueError`` without a start."""
    return one.ends_at or _start_of(one) + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Start:
    """What begins at one time."""

    starts_at: datetime
    occurrences: tuple[Occurrence, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A programme day: by time, then what has no time yet."""

    day: date
    starts: tuple[Start, ...]
    untimed: tuple[Occurrence, ...]

    @property
    def count(self) -> int:
        """How many events there are on it."""
        return sum(len(start.occurrences) for start in self.starts) + len(self.untimed)


def occurrences(event: EventInfo, zone: ZoneInfo) -> list[Occurrence]:
    """Return the event on each of its days, in order; none while its day is not known."""
    days = days_of(event)
    if event.starts_at is None or not days:
        return [Occurrence(event, day, None, None, n, len(days)) for n, day in enumerate(days, 1)]
    # An end that is not known is put a minute after the start to move both by days, and taken off again.
    end = event.ends_at or event.starts_at + timedelta(minutes=1)
    intervals = daily(event.starts_at, end, days[0], event.end_day, zone)
    return [
        Occurrence(event, day, one.start, one.end if event.ends_at else None, n, len(days))
        for n, (day, one) in enumerate(zip(days, intervals, strict=True), 1)
    ]


def by_day(events: Iterable[EventInfo], zone: ZoneInfo, only: Iterable[date] | None = None) -> list[Day]:
    """Return the events by programme day (those ``only`` asked for) and start, in the order they come in."""
    asked = None if only is None else set(only)
    found: dict[date, list[Occurrence]] = {}
    for event in events:
        for one in occurrences(event, zone):
            if asked is None or one.day in asked:
                found.setdefault(one.day, []).append(one)
    return [_day(day, found[day]) for day in sorted(found)]


def _day(day: date, on_it: list[Occurrence]) -> Day:
    timed = sorted((one for one in on_it if one.starts_at is not None), key=_start_of)
    return Day(
        day=day,
        starts=tuple(Start(start, tuple(group)) for start, group in groupby(timed, key=_start_of)),
        untimed=tuple(one for one in on_it if one.starts_at is None),
    )


def _start_of(one: Occurrence) -> datetime:
    if one.starts_at is None:
        raise ValueError("an occurrence without a time has no start")
    return one.starts_at


def all_days(snapshot: Snapshot) -> list[date]:
    """Return the days on which something takes place, also for its second day or a later one."""
    return sorted({day for event in snapshot.events for day in days_of(event)})


def undated(events: Iterable[EventInfo]) -> list[EventInfo]:
    """Return the events whose day is still to be announced."""
    return [event for event in events if event.day is None]


@dataclass(frozen=True, slots=True)
class Now:
    """What runs at an instant, and what comes next, nearest first; ``changes_at``: when that will be different."""

    running: tuple[Occurrence, ...]
    coming: tuple[Start, ...]
    changes_at: datetime | None


COMING_STARTS = 4
"""How many next starts are shown beside what runs."""


def around(events: Iterable[EventInfo], zone: ZoneInfo, now: datetime) -> Now:
    """Return what runs at ``now`` and the next starts. Cancelled events do not run."""
    timed = sorted(
        (
            one
            for event in events
            if not event.cancelled
            for one in occurrences(event, zone)
            if one.starts_at is not None
        ),
        key=_start_of,
    )
    ahead = [one for one in timed if _start_of(one) > now]
    starts = [Start(start, tuple(group)) for start, group in groupby(ahead, key=_start_of)]
    running = [one for one in timed if one.runs_at(now)]
    moments = [one.ends_at for one in running] + [one.starts_at for one in ahead[:1]]
    moments += [_start_of(one) + timedelta(hours=1) for one in running if one.ends_at is None]
    return Now(
        running=tuple(running),
        coming=tuple(starts[:COMING_STARTS]),
        changes_at=min((moment for moment in moments if moment is not None), default=None),
    )


def by_room(running: Iterable[Occurrence], rooms: Sequence[RoomInfo]) -> list[list[Occurrence]]:
    """Return occurrences that run together by room, in the order of ``rooms``; those without a room at the end."""
    found: dict[int | None, list[Occurrence]] = {}
    for one in running:
        found.setdefault(one.event.room.id if one.event.room is not None else None, []).append(one)
    return [found[key] for key in [*(room.id for room in rooms), None] if key in found]


def minutes_until(instant: datetime, now: datetime) -> int:
    """Return the whole minutes from ``now`` until ``instant``, rounded up."""
    return -((now - instant) // timedelta(minutes=1))


def next_events(snapshot: Snapshot, now: datetime, most: int = 6) -> list[Occurrence]:
    """Return the next occurrences that have not begun; when all is over, or nothing has a time yet, the first ones."""
    zone = snapshot.conference.tzinfo
    timed = sorted(
        (one for event in snapshot.events for one in occurrences(event, zone) if one.starts_at is not None),
        key=_start_of,
    )
    ahead = [one for one in timed if _start_of(one) >= now and not one.event.cancelled]
    return (ahead or timed)[:most]


# --- around an event


@dataclass(frozen=True, slots=True)
class Related:
    """Where to go on from an event. None of them is cancelled, none is named twice."""

    theme: tuple[EventInfo, ...]
    organization: tuple[EventInfo, ...]
    organization_named: OrganizationInfo | None
    next_in_room: Occurrence | None


def related(snapshot: Snapshot, event: EventInfo, most: int = 4) -> Related:
    """Return what comes next in its room on its day, what its (lead) organizations do else, and what shares its themes."""
    seen = {event.code}
    follows = _next_in_room(snapshot, event)
    if follows is not None:
        seen.add(follows.event.code)

    def take(candidates: Iterable[EventInfo]) -> tuple[EventInfo, ...]:
        chosen: list[EventInfo] = []
        for one in candidates:
            if one.code not in seen and not one.cancelled and len(chosen) < most:
                seen.add(one.code)
                chosen.append(one)
        return tuple(chosen)

    same_organization: tuple[EventInfo, ...] = ()
    named = None
    for organizing in event.organizations:
        same_organization = take(snapshot.events_of_organization.get(organizing.organization.slug, ()))
        if same_organization:
            named = organizing.organization
            break
    themes = {theme.slug for theme in event.themes}
    sharing = [(len(themes & {theme.slug for theme in one.themes}), one) for one in snapshot.events]
    nearest = sorted(
        (pair for pair in sharing if pair[0]), key=lambda pair: (-pair[0], _days_apart(pair[1], event))
    )
    return Related(take(one for _, one in nearest), same_organization, named, follows)


def _days_apart(one: EventInfo, other: EventInfo) -> int:
    return 1000 if one.day is None or other.day is None else abs((one.day - other.day).days)


def _next_in_room(snapshot: Snapshot, event: EventInfo) -> Occurrence | None:
    if event.room is None or event.starts_at is None:
        return None
    after = event.ends_at or event.starts_at
    following = [
        one
        for other in snapshot.events_of_room[event.room.slug]
        if other.code != event.code and not other.cancelled
        for one in occurrences(other, snapshot.conference.tzinfo)
        if one.day == event.day and one.starts_at is not None and one.starts_at >= after
    ]
    return min(following, key=_start_of, default=None)


def in_roles(event: EventInfo) -> list[tuple[OrganizationRole, list[OrganizationInfo]]]:
    """Return its organizations by role, in the order of the roles."""
    return [
        (role, [one.organization for one in event.organizations if one.role is role])
        for role in OrganizationRole
        if any(one.role is role for one in event.organizations)
    ]


# --- organizations, speakers, themes


def events_in_roles(snapshot: Snapshot, slug: str) -> list[tuple[OrganizationRole, list[EventInfo]]]:
    """Return what an organization leads, co-organizes and supports, each in programme order."""
    found: dict[OrganizationRole, list[EventInfo]] = {role: [] for role in OrganizationRole}
    for event in snapshot.events_of_organization.get(slug, []):
        for organizing in event.organizations:
            if organizing.organization.slug == slug:
                found[organizing.role].append(event)
    return [(role, events) for role, events in found.items() if events]


def sort_key(text: str) -> str:
    """Return what to sort a name by: without case and marks, so that É stands with E."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in folded if not unicodedata.combining(c))


def initial(text: str) -> str:
    """Return the heading under which a name stands in an index: its first letter, "#" for anything else."""
    for character in unicodedata.normalize("NFKD", text.strip().upper()):
        if character.isalpha():
            return character
        if character.isalnum():
            break
    return "#"


@dataclass(frozen=True, slots=True)
class Letter:
    """One heading of an index and what stands under it."""

    letter: str
    organizations: tuple[OrganizationInfo, ...] = ()
    speakers: tuple[SpeakerInfo, ...] = ()


def organizations_by_letter(
    organizations: Iterable[OrganizationInfo], language: str, default: str
) -> list[Letter]:
    """Return organizations in the order of what readers of ``language`` call them."""
    named = sorted(
        ((one.short(language, default), one) for one in organizations),
        key=lambda pair: (sort_key(pair[0]), pair[1].slug),
    )
    return [
        Letter(letter, organizations=tuple(one for _, one in group))
        for letter, group in groupby(named, key=lambda pair: initial(pair[0]))
    ]


def family_name(name: str) -> str:
    """Return the part of a name that it is sorted by: its last word, or all of a name written without spaces."""
    return name.split()[-1] if name.split() else name


def speakers_by_letter(speakers: Iterable[SpeakerInfo]) -> list[Letter]:
    """Return speakers in the order of their last names."""
    ordered = sorted(
        speakers, key=lambda one: (sort_key(family_name(one.name)), sort_key(one.name), one.slug)
    )
    return [
        Letter(letter, speakers=tuple(group))
        for letter, group in groupby(ordered, key=lambda one: initial(family_name(one.name)))
    ]


def affiliation_of(snapshot: Snapshot, slug: str) -> str | None:
    """Return the affiliation with which a speaker is named most often."""
    said = [
        one.affiliation
        for event in snapshot.events_of_speaker.get(slug, [])
        for one in event.speakers
        if one.speaker.slug == slug and one.affiliation
    ]
    return max(said, key=said.count, default=None)


@dataclass(frozen=True, slots=True)
class Area:
    """Themes of one area; ``names`` is empty for themes that belong to none."""

    names: Texts
    themes: tuple[ThemeInfo, ...]


def themes_by_area(themes: Iterable[ThemeInfo]) -> list[Area]:
    """Return themes by the area they belong to, both in the order they come in."""
    found: dict[str, list[ThemeInfo]] = {}
    for theme in themes:
        found.setdefault(repr(sorted(theme.areas.items())), []).append(theme)
    return [Area(group[0].areas, tuple(group)) for group in found.values()]


def rooms_by_venue(rooms: Iterable[RoomInfo]) -> dict[str, list[RoomInfo]]:
    """Return rooms by the slug of their venue."""
    found: dict[str, list[RoomInfo]] = {}
    for room in rooms:
        found.setdefault(room.venue.slug, []).append(room)
    return found


def shown_news(snapshot: Snapshot, now: datetime) -> list[int]:
    """Return the positions in ``snapshot.news`` of what is out at ``now``."""
    return [n for n, item in enumerate(snapshot.news) if item.published_at <= now]


def other_names(texts: Texts, shown: str) -> list[tuple[str, str]]:
    """Return (language, text) of the other languages' texts that differ from the one that is ``shown``."""
    said = {shown}
    found = []
    for language, text in texts.items():
        if text not in said:
            said.add(text)
            found.append((language, text))
    return found


def day_to_show(days: Sequence[date], today: date) -> date | None:
    """Return the day that a page of one day opens with: today when it is one of them, else the next one, else the first."""
    if not days:
        return None
    return next((day for day in days if day >= today), days[0])
