"""Everything that a timetable must respect, as plain data: what constraints, options and the auto-scheduler work on. Pure.

A :class:`Planning` is read once (``planning.load_planning``) and holds no row and no session. All instants are aware; all
clocks are those of the conference's zone; lengths are minutes; attendance and limits are persons.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from eventsapp.core import zones
from eventsapp.core.intervals import Interval, daily
from eventsapp.programme.enums import EventState, HalfDay, PairKind
from eventsapp.programme.releases import NOWHERE, Place

Texts = Mapping[str, str]


class Severity(StrEnum):
    """Whether a timetable may not have it, or should rather not."""

    HARD = "hard"
    SOFT = "soft"


class Kind(StrEnum):
    """The constraints of a timetable. ``SEVERITY`` says which are hard, ``DEFAULT_WEIGHTS`` how much each counts."""

    ROOM = "room"
    """Two events in a room at once, or with less than the turnover time between them."""
    CLOSED = "closed"
    """The room is not open."""
    CAPACITY = "capacity"
    """More people are expected than the room has seats."""
    SAFETY = "safety"
    """More people are expected, or more seats can be booked, than the room may hold."""
    EQUIPMENT = "equipment"
    """The room lacks something the event needs."""
    BOOTHS = "booths"
    """The room has fewer interpretation booths than languages that are interpreted into."""
    STEP_FREE = "step_free"
    """The room is not reached without steps."""
    SPEAKER = "speaker"
    """Somebody speaks at two events at once."""
    ABSENCE = "absence"
    """A speaker cannot come then."""
    LEAD = "lead"
    """An organization leads two events at once."""
    OUTRANKED = "outranked"
    """Beside an event of a type that nothing may run beside: one whose rank is ``Rules.sole_rank`` or higher."""
    INTERPRETERS = "interpreters"
    """More events are interpreted in one block of three hours than there are teams."""
    THEME = "theme"
    """Two events of one theme at once."""
    CO_ORGANIZER = "co_organizer"
    """An organization that co-organizes is at two events at once (leading both is ``LEAD``)."""
    APART = "apart"
    """Two events that should not be at once, are."""
    WISHED_DAY = "wished_day"
    """Not on a day that was wished for."""
    WISHED_HALF = "wished_half"
    """Not in a half-day that was wished for."""
    ROOM_SIZE = "room_size"
    """A smaller room that would do stands empty meanwhile."""
    ORDER = "order"
    """Two events that should follow each other, do not."""
    NEXT = "next"
    """Two events that should be next to each other, are not."""
    SPREAD = "spread"
    """A region or a constituency has none of the best slots, or far less than its share of them."""
    ONLINE_HOURS = "online_hours"
    """It is night (22:00–07:00) where somebody speaks from."""
    WALKING = "walking"
    """Somebody has too little time to walk from one venue to another."""
    CHANGES = "changes"
    """Not where and when the newest release has it."""


HARD = frozenset(
    {
        Kind.ROOM, Kind.CLOSED, Kind.CAPACITY, Kind.SAFETY, Kind.EQUIPMENT, Kind.BOOTHS, Kind.STEP_FREE, Kind.SPEAKER,
        Kind.ABSENCE, Kind.LEAD, Kind.OUTRANKED, Kind.INTERPRETERS,
    }
)  # fmt: skip

DEFAULT_WEIGHTS: Mapping[Kind, int] = MappingProxyType(
    {
        **dict.fromkeys(sorted(HARD), 100),
        Kind.THEME: 5, Kind.CO_ORGANIZER: 10, Kind.APART: 20, Kind.WISHED_DAY: 8, Kind.WISHED_HALF: 5, Kind.ROOM_SIZE: 1,
        Kind.ORDER: 15, Kind.NEXT: 10, Kind.SPREAD: 3, Kind.ONLINE_HOURS: 8, Kind.WALKING: 6, Kind.CHANGES: 4,
    }
)  # fmt: skip
"""From 0 (does not apply) to 100. A hard constraint applies or not; SAFETY always applies."""

BLOCK = timedelta(hours=3)
"""How long a team of interpreters works; blocks begin with the conference's day (``Rules.day_starts``)."""
NIGHT = (time(22), time(7))
"""Between these clocks nobody should have to speak online."""


@dataclass(frozen=True, slots=True)
class Rules:
    """A conference's settings for its timetable."""

    weights: Mapping[Kind, int] = field(default_factory=lambda: DEFAULT_WEIGHTS)
    day_starts: time = time(8)
    day_ends: time = time(21)
    """Not after ``day_starts``: on the next day."""
    turnover: timedelta = timedelta(0)
    walking: timedelta = timedelta(minutes=15)
    interpreter_teams: int | None = None
    """None: not counted."""
    sole_rank: int = 100
    """Events of types with this rank or more have nothing beside them."""

    def weight(self, kind: Kind) -> int:
        """Return how much one violation counts; 0: the constraint does not apply."""
        return self.weights.get(kind, DEFAULT_WEIGHTS[kind])


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room. Unknown capacity, booths or access count as good enough: only what is certain is reported."""

    id: int
    slug: str
    names: Texts
    venue_id: int
    capacity: int | None = None
    safety_limit: int | None = None
    equipment: frozenset[str] = frozenset()
    """In casefolded words."""
    booths: int | None = None
    step_free: bool | None = None
    opens: time | None = None
    closes: time | None = None
    closures: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeakerFacts:
    """A speaker. ``zone`` is an IANA name."""

    id: int
    name: str
    zone: str | None = None
    absences: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event with its place in the working programme (``NOWHERE`` when it has none) and in the newest release."""

    id: int
    code: str
    titles: Texts
    state: EventState
    type_id: int
    rank: int = 0
    minutes: int = 90
    """How long it shall be: as wished, as is usual for its type, or an hour and a half."""
    place: Place = NOWHERE
    pinned: bool = False
    released: Place | None = None
    """None: the public does not know it."""
    lead_ids: frozenset[int] = frozenset()
    co_ids: frozenset[int] = frozenset()
    """Co-organizers that do not lead it."""
    speaker_ids: frozenset[int] = frozenset()
    """Also those who speak online."""
    online_ids: frozenset[int] = frozenset()
    theme_ids: frozenset[int] = frozenset()
    constituency_ids: frozenset[int] = frozenset()
    attendance: int | None = None
    """Expected: as given, else from bookings and stars; None: nobody knows."""
    seats: int | None = None
    equipment: frozenset[str] = frozenset()
    """In casefolded words."""
    booths: int = 0
    """One for each language that is interpreted into."""
    step_free: bool = False
    wished_days: frozenset[date] = frozenset()
    wished_halves: frozenset[HalfDay] = frozenset()

    @property
    def takes_place(self) -> bool:
        """Whether it occupies anything at all: a cancelled event does not."""
        return self.state is not EventState.CANCELLED

    def intervals(self, place: Place, zone: ZoneInfo) -> list[Interval]:
        """Return when it takes place at ``place``, one interval for each of its days; none without a start.

        An end that is not known counts as the first minute, so that only what is certain is reported.
        """
        if place.starts_at is None or place.day is None:
            return []
        end = place.ends_at or place.starts_at + timedelta(minutes=1)
        return daily(place.starts_at, end, place.day, place.end_day, zone)


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """A bookable time of a type; ``day`` None: on each day of the conference."""

    type_id: int
    day: date | None
    starts: time
    ends: time

    def on(self, day: date, zone: str) -> Interval:
        """Return the slot on a day."""
        end_day = day if self.ends > self.starts else day + timedelta(days=1)
        start, end = zones.instant(day, self.starts, zone), zones.instant(end_day, self.ends, zone)
        # A conference that was moved to where the clocks skip the time: an instant is left of it.
        return Interval(start, max(end, start + timedelta(minutes=1)))


@dataclass(frozen=True, slots=True)
class PairFacts:
    """What two events want of each other."""

    kind: PairKind
    first_id: int
    second_id: int


@dataclass(frozen=True)
class Planning:
    """A conference's working programme with all that bears upon it."""

    conference_id: int
    zone: ZoneInfo
    days: tuple[date, ...]
    """The days of the conference, in order."""
    rooms: Mapping[int, RoomFacts]
    """In the order of columns."""
    events: Mapping[int, EventFacts]
    """In order of code; drafts and cancelled ones among them."""
    speakers: Mapping[int, SpeakerFacts] = field(default_factory=dict)
    slots: tuple[SlotFacts, ...] = ()
    pairs: tuple[PairFacts, ...] = ()
    rules: Rules = field(default_factory=Rules)
    edit: int = 0
    """``ProgrammeVersion.edits`` when this was read."""
    organizations: Mapping[int, Texts] = field(default_factory=dict)
    """Acronym, else name, by language: for saying what is wrong."""
    organization_regions: Mapping[int, str] = field(default_factory=dict)
    """Country of each organization that has one (ISO 3166-1 alpha-2)."""
    themes: Mapping[int, Texts] = field(default_factory=dict)
    constituencies: Mapping[int, Texts] = field(default_factory=dict)
    venues: Mapping[int, Texts] = field(default_factory=dict)
    type_names: Mapping[int, Texts] = field(default_factory=dict)
    type_colours: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def slots_of(self) -> Mapping[int, tuple[tuple[date, Interval], ...]]:
        """The slots of each event type on the days of the conference, in order of time; types without slots are missing."""
        found: dict[int, set[tuple[date, Interval]]] = {}
        for slot in self.slots:
            for day in self.days if slot.day is None else (slot.day,):
                found.setdefault(slot.type_id, set()).add((day, slot.on(day, self.zone.key)))
        return {type_id: tuple(sorted(slots)) for type_id, slots in found.items()}

    def open(self, room: RoomFacts, day: date) -> Interval:
        """Return when a room is open on a day, its closures not counted."""
        starts, ends = room.opens or self.rules.day_starts, room.closes or self.rules.day_ends
        return SlotFacts(0, day, starts, ends).on(day, self.zone.key)


def half_of(at: datetime, zone: ZoneInfo) -> HalfDay:
    """Return the part of the day that an event starting ``at`` belongs to: until noon, until 17:00, or later."""
    clock = at.astimezone(zone).time()
    if time(5) <= clock < time(12):
        return HalfDay.MORNING
    return HalfDay.AFTERNOON if time(12) <= clock < time(17) else HalfDay.EVENING
