"""Who may register and who may book, and which of a person's own events overlap. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from eventsapp.conferences.enums import ConferenceState
from eventsapp.core.intervals import Interval, daily, overlaps
from eventsapp.programme.enums import Access, EventState
from eventsapp.registration.enums import OverlapRule, RegistrationState, ScanReason
from eventsapp.registration.transitions import GONE


class Window(StrEnum):
    """Where a conference stands between announcing its registration and closing it."""

    UNANNOUNCED = "unannounced"
    BEFORE = "before"
    OPEN = "open"
    CLOSED = "closed"


def window(
    state: ConferenceState,
    opens_at: datetime | None,
    closes_at: datetime | None,
    ends_at: datetime,
    now: datetime,
) -> Window:
    """Return whether registration is open at ``now``.

    ``closes_at`` is the first instant at which it is closed; without one it closes when the conference is over
    (``ends_at``: the end of its last day). A draft is announced to nobody; an archive takes nobody.
    """
    if state is ConferenceState.ARCHIVED:
        return Window.CLOSED
    if state is ConferenceState.DRAFT or opens_at is None:
        return Window.UNANNOUNCED if now < ends_at else Window.CLOSED
    if now < opens_at:
        return Window.BEFORE
    return Window.OPEN if now < min(closes_at or ends_at, ends_at) else Window.CLOSED


def within(opens_at: datetime | None, closes_at: datetime | None, now: datetime) -> bool:
    """Return whether ``now`` lies between two instants, either of which may be open. ``closes_at`` is outside."""
    return (opens_at is None or opens_at <= now) and (closes_at is None or now < closes_at)


class Refusal(StrEnum):
    """Why somebody cannot register or book."""

    NOT_OPEN = "not_open"
    """Registration is not open (:class:`Window` says which way)."""
    CATEGORY = "category"
    """The category is not one that people choose themselves."""
    ARCHIVED = "archived"
    """The conference is over and kept as it was."""
    UNCONFIRMED = "unconfirmed"
    """The e-mail address of the registration is not confirmed yet."""
    NOT_APPROVED = "not_approved"
    """The registration waits for approval or for a place."""
    CANCELLED = "cancelled"
    """The registration is cancelled, withdrawn or rejected."""
    NOTHING_TO_BOOK = "nothing_to_book"
    """The event takes no bookings."""
    EVENT_CANCELLED = "event_cancelled"
    EVENT_OVER = "event_over"
    NO_RIGHT = "no_right"
    """The event is for some categories, or by ticket, and this person is not among them."""
    OVERLAPS = "overlaps"
    """It takes place at the same time as something that the person has booked, and only one of them may be."""


def may_register(where: Window, *, category_open: bool) -> Refusal | None:
    """Return why nobody can register now in such a category, or None."""
    if where is not Window.OPEN:
        return Refusal.NOT_OPEN
    return None if category_open else Refusal.CATEGORY


def may_book(
    *,
    conference: ConferenceState,
    registration: RegistrationState,
    access: Access | None,
    seats: int | None,
    event: EventState,
    over: bool,
    right: bool = True,
) -> Refusal | None:
    """Return why this person cannot book (or wait for) a seat at this event, or None. Full is no reason: they wait."""
    if conference is not ConferenceState.PUBLISHED:
        return Refusal.ARCHIVED
    if registration is RegistrationState.SUBMITTED:
        return Refusal.UNCONFIRMED
    if registration in GONE or registration is RegistrationState.REJECTED:
        return Refusal.CANCELLED
    if registration is not RegistrationState.CONFIRMED:
        return Refusal.NOT_APPROVED
    if event is EventState.CANCELLED:
        return Refusal.EVENT_CANCELLED
    if event is not EventState.SCHEDULED or access is not Access.BOOKING or seats is None:
        return Refusal.NOTHING_TO_BOOK
    if over:
        return Refusal.EVENT_OVER
    return None if right else Refusal.NO_RIGHT


def entry(
    *, restricted: bool, right: bool, needs_seat: bool, seated: bool, speaks: bool
) -> ScanReason | None:
    """Return why a person whose registration is confirmed may not come into an event, or None.

    ``right``: by category, by ticket, or by a seat kept for their delegation. Who speaks at an event needs nothing else.
    """
    if speaks:
        return None
    if restricted and not right:
        return ScanReason.NO_RIGHT
    return ScanReason.NO_SEAT if needs_seat and not seated else None


def between(one: OverlapRule, other: OverlapRule) -> OverlapRule:
    """Return what holds for two events that overlap: what either allows is allowed, then what either refuses is refused."""
    for rule in (OverlapRule.ALLOWED, OverlapRule.REFUSED):
        if rule in (one, other):
            return rule
    return OverlapRule.WARNED


def promotes(*, event: EventState, over: bool, seats: int | None, taken: int, waiting: int) -> int:
    """Return how many of the queue get a seat now. Nobody is given a seat at what is cancelled or over."""
    if event is not EventState.SCHEDULED or over or seats is None:
        return 0
    return max(0, min(seats - taken, waiting))


def is_over(
    *,
    day: date | None,
    end_day: date | None,
    starts_at: datetime | None,
    ends_at: datetime | None,
    zone: str,
    now: datetime,
) -> bool:
    """Return whether an event, as released, is over at ``now``.

    Without an end it is over once it has begun; without a time, when its last day is over in the conference's zone
    (or, over several days, when the last of them ends). One with no date is still to come.
    """
    last_day = end_day or day
    if starts_at is None:
        return last_day is not None and last_day < now.astimezone(ZoneInfo(zone)).date()
    if ends_at is None:
        ends_at = starts_at
    if end_day is None or day is None or end_day <= day:
        return ends_at <= now
    return daily(starts_at, max(ends_at, starts_at + _MOMENT), day, end_day, ZoneInfo(zone))[-1].end <= now


_MOMENT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Timed:
    """When one of a person's own events takes place; all instants aware. Without an end it counts as a moment."""

    event_id: int
    day: date
    end_day: date | None
    starts_at: datetime
    ends_at: datetime | None


def own_overlaps(events: Iterable[Timed], zone: str) -> Mapping[int, tuple[int, ...]]:
    """Return, for each event that overlaps others of the same person, the ids of those, in order.

    Two that only touch do not overlap. An event that runs on several days is compared on each of them.
    """
    keyed: list[tuple[Interval, int]] = []
    for event in events:
        end = event.ends_at or event.starts_at + _MOMENT
        days = daily(event.starts_at, end, event.day, event.end_day, ZoneInfo(zone))
        keyed.extend((interval, event.event_id) for interval in days)
    found: dict[int, set[int]] = {}
    for one, other, _common in overlaps(keyed):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {event_id: tuple(sorted(others)) for event_id, others in sorted(found.items())}
