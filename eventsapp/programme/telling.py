"""Who is told what of a change of the programme. Pure.

A person is an e-mail address, without regard to capitals: whoever has to do with an event in several roles, or with several
events, gets one message that says all of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from eventsapp.core import zones
from eventsapp.core.intervals import daily
from eventsapp.programme.enums import Audience, ChangeKind
from eventsapp.programme.releases import Place, Version

PREFERENCE = (
    Audience.BOOKED, Audience.SUBSCRIBERS, Audience.SPEAKERS, Audience.LEADS, Audience.CO_ORGANIZERS,
)  # fmt: skip
"""Whose name and language a message takes for somebody in several roles: first what people said of themselves."""


@dataclass(frozen=True, slots=True)
class Link:
    """Somebody who has to do with an event. ``language`` None: the conference's; ``email`` None: nobody can be reached."""

    audience: Audience
    event_id: int
    name: str
    email: str | None
    language: str | None = None
    page: str = ""
    """The absolute address of the person's own page."""
    knows_cancellation: bool = False
    """Whether a cancellation was told to this person when it happened."""


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to an event. ``before`` is None for a new one, ``after`` for one that is withdrawn."""

    event_id: int
    kind: ChangeKind
    before: Place | None
    after: Place | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with all that they are told, in the order of the changes."""

    key: str
    """The address as persons are told apart and ordered by."""
    email: str
    name: str
    language: str | None
    page: str
    audiences: tuple[Audience, ...]
    changes: tuple[Change, ...]


def key_of(email: str) -> str:
    """Return an address as persons are told apart by it."""
    return email.strip().casefold()


def ended(place: Place, zone: ZoneInfo, now: datetime) -> bool:
    """Return whether whatever takes place there is over at ``now``; what has no day never is."""
    if place.day is None:
        return False
    if place.starts_at is None:
        after = (place.end_day or place.day) + timedelta(days=1)
        return zones.instant(after, time(0), zone.key) <= now
    end = place.ends_at or place.starts_at + timedelta(minutes=1)
    return daily(place.starts_at, end, place.day, place.end_day, zone)[-1].end <= now


def changes(before: Version, after: Version, zone: ZoneInfo, now: datetime) -> list[Change]:
    """Return what people are told of the difference between two versions, in order of code.

    Not told: where a cancelled event would have been, and what is over on both sides.
    """
    kinds = before.until(after).kinds()
    found = []
    for event_id in [*after.places, *(id_ for id_ in before.places if id_ not in after.places)]:
        kind = kinds.get(event_id)
        if kind is None or (event_id in after.off and kind is not ChangeKind.CANCELLED):
            continue
        if kind is ChangeKind.WITHDRAWN and event_id in before.off:
            continue
        old, new = before.places.get(event_id), after.places.get(event_id)
        if any(not ended(place, zone, now) for place in (old, new) if place is not None):
            found.append(Change(event_id, kind, old, new))
    return found


def people(links: Iterable[Link], changed: Sequence[Change], audiences: Collection[Audience]) -> list[Person]:
    """Return who is told what, each person once, in order of their addresses.

    ``links`` are of all audiences, also of those that are not chosen: a cancellation that somebody was told when it
    happened is not told again, in whatever role.
    """
    by_event = {change.event_id: (number, change) for number, change in enumerate(changed)}
    mine: dict[str, list[Link]] = {}
    knowing: set[tuple[str, int]] = set()
    for link in links:
        if link.email and link.event_id in by_event:
            mine.setdefault(key_of(link.email), []).append(link)
            if link.knows_cancellation:
                knowing.add((key_of(link.email), link.event_id))
    found = []
    for key in sorted(mine):
        told: dict[int, Change] = {}
        chosen = []
        for link in mine[key]:
            number, change = by_event[link.event_id]
            known = change.kind is ChangeKind.CANCELLED and (key, link.event_id) in knowing
            if link.audience in audiences and not known:
                told[number] = change
                chosen.append(link)
        if chosen:
            chosen.sort(key=lambda link: PREFERENCE.index(link.audience))
            found.append(
                Person(
                    key=key,
                    email=(chosen[0].email or "").strip(),
                    name=next((link.name for link in chosen if link.name), ""),
                    language=next((link.language for link in chosen if link.language), None),
                    page=next((link.page for link in chosen if link.page), ""),
                    audiences=tuple(dict.fromkeys(link.audience for link in chosen)),
                    changes=tuple(told[number] for number in sorted(told)),
                )
            )
    return found


def unreachable(links: Iterable[Link], changed: Iterable[Change], audience: Audience) -> int:
    """Return how many of an audience have no address to be told at, each counted once by name."""
    ids = {change.event_id for change in changed}
    return len(
        {link.name for link in links if link.audience is audience and link.event_id in ids and not link.email}
    )
