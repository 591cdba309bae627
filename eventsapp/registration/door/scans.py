"""What a device hands over, read and judged without a database. Pure.

A scan is never altered by its order of arrival: everything that follows from scans (who is inside, who came first, which
badge was used twice) is a function of the set of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal, NoReturn
from uuid import UUID
from zoneinfo import ZoneInfo

from eventsapp.core.translations import clean_text
from eventsapp.registration.enums import GateKind, ScanKind, ScanReason

MOST: Final = 500
"""Scans that are taken at once; a device with more sends them one after the other."""
AHEAD: Final = timedelta(minutes=1)
"""A device's clock may be ahead of ours by so much; a scan of later than that is taken as of now."""
BEHIND: Final = timedelta(days=30)
"""No device waits so long for a network; a scan of before that is taken as of now."""
DAY_BEGINS: Final = 4
"""The hour, in the conference's zone, at which a door's day begins: nobody is inside from the day before."""
CONFERENCE: Final = "conference"
"""The place that the conference's own doors lead to; a room's is ``room-<id>``."""


@dataclass(frozen=True, slots=True)
class ScanData:
    """A scan as a device hands it over. ``at`` is aware. Either the badge or the registration says who it was, or nothing:
    a code that could not be read as ours."""

    key: str
    gate_id: int
    kind: ScanKind
    at: datetime
    badge_id: int | None = None
    registration_id: int | None = None
    event_id: int | None = None
    reason: ScanReason | None = None
    note: str | None = None
    offline: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a scan. ``known``: it was there already, and nothing changed.

    ``refused`` ones are never taken, however often they are sent: of no door or person of this conference, or not readable.
    """

    key: str
    state: Literal["recorded", "known", "refused"]


class Unreadable(ValueError):
    """What was handed over is no scan."""


def place_of(kind: GateKind, room_id: int | None) -> str:
    """Return the place that a door leads to."""
    return CONFERENCE if kind is GateKind.CONFERENCE else f"room-{room_id}"


def uuid(text: object) -> str:
    """Return a UUID in its usual spelling. Raises :class:`Unreadable`."""
    try:
        return str(UUID(str(text)))
    except ValueError:
        _no("not a UUID")


def read(given: object) -> ScanData:
    """Return a scan from JSON: ``key``, ``gate``, ``kind``, ``at`` (milliseconds since 1970), and where known ``badge``,
    ``person``, ``event``, ``reason``, ``note``, ``offline``. Raises :class:`Unreadable`.
    """
    if not isinstance(given, Mapping):
        _no("not an object")
    try:
        kind = ScanKind(str(given.get("kind")))
        reason = None if given.get("reason") is None else ScanReason(given["reason"])
    except ValueError:
        _no("an unknown kind or reason")
    at = given.get("at")
    if isinstance(at, bool) or not isinstance(at, int | float) or not 0 < at < 4_102_444_800_000:
        _no("not an instant")
    gate = _number(given, "gate")
    if gate is None:
        _no("no door")
    if kind is ScanKind.REFUSED and reason is None:
        _no("refused without a reason")
    note = given.get("note")
    if note is not None and not isinstance(note, str):
        _no("not a note")
    if reason is ScanReason.OFFICER and (kind is not ScanKind.REFUSED or not (note or "").strip()):
        _no("refused by an officer without saying why")
    return ScanData(
        key=uuid(given.get("key")),
        gate_id=gate,
        kind=kind,
        at=datetime.fromtimestamp(at / 1000, UTC),
        badge_id=_number(given, "badge"),
        registration_id=_number(given, "person"),
        event_id=_number(given, "event"),
        reason=reason,
        note=(" ".join(clean_text(note).split())[:300] or None) if note else None,
        offline=given.get("offline") is True,
    )


def _number(given: Mapping[str, Any], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        _no(f"{name} is no number")
    return int(value)


def _no(why: str) -> NoReturn:
    raise Unreadable(why)


def instant(at: datetime, now: datetime) -> datetime:
    """Return when a scan was, by our clock: neither in the future, nor so long ago that the device's clock must be wrong."""
    return now if at > now + AHEAD or at < now - BEHIND else at


def day_start(now: datetime, zone: str) -> datetime:
    """Return when the day of the doors began (aware, UTC): what was before says nothing about who is inside at ``now``."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() if local.hour >= DAY_BEGINS else local.date() - timedelta(days=1)
    return datetime(day.year, day.month, day.day, DAY_BEGINS, tzinfo=ZoneInfo(zone)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Passage:
    """A person's way through the doors of one place, as far as it tells of second uses."""

    id: int
    kind: ScanKind
    at: datetime
    reason: ScanReason | None
    note: str | None


def second_uses(passages: Iterable[Passage], zone: str) -> dict[int, ScanReason | None]:
    """Return the entries of one person at one place whose mark is not as it should be, with the right one.

    An entry that follows an entry of the same day, without having left between, is a second use of the badge. What an
    officer decided with a note, or was warned of otherwise, stays as it is.
    """
    wrong: dict[int, ScanReason | None] = {}
    before: Passage | None = None
    for one in sorted(passages, key=lambda passage: (passage.at, passage.id)):
        if one.kind is ScanKind.IN and one.note is None and one.reason in (None, ScanReason.TWICE):
            again = before is not None and before.kind is ScanKind.IN and before.at >= day_start(one.at, zone)
            right = ScanReason.TWICE if again else None
            if right is not one.reason:
                wrong[one.id] = right
        before = one
    return wrong
