"""The filters of the programme: from an address to events and back. Pure.

Within one filter the values are alternatives; between filters all must hold. A value that nothing has gives no events
rather than an error. Old slugs in an address go on working.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from eventsapp.core import search
from eventsapp.core.translations import clean_text
from eventsapp.programme.snapshot import EventInfo, Snapshot

_MOST: Final = 60
"""Values that one filter takes; the rest of a longer address is not looked at."""
_LONGEST: Final = 200
UNDATED: Final = "tba"
"""The value of ``day`` for events whose day is still to be announced."""

# Filters whose values are slugs, with the table that old slugs are kept under.
_TABLES = {"type": "event_type", "theme": "theme", "room": "room", "organization": "organization"}


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the programme. An empty filter asks nothing.

    ``day`` has ISO dates (and :data:`UNDATED`), ``language`` ISO 639-1 codes (spoken or interpreted), ``access``
    values of :class:`~eventsapp.programme.enums.Access`, ``q`` words; the others have slugs. Values are unique and
    sorted, so equal questions are equal objects.
    """

    day: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    room: tuple[str, ...] = ()
    organization: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    q: str = ""

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return any(getattr(self, name) for name in NAMES)

    def pairs(self) -> list[tuple[str, str]]:
        """Return (name, value) of every value, in the canonical order."""
        found = [(name, value) for name in NAMES[:-1] for value in getattr(self, name)]
        return [*found, ("q", self.q)] if self.q else found

    def query(self) -> str:
        """Return the canonical query string, without a question mark; "" when nothing is asked."""
        return urlencode(self.pairs())

    def without(self, name: str, value: str | None = None) -> Filters:
        """Return these filters with one value, or a whole filter, taken off."""
        if name == "q" or value is None:
            return self._with(name, "" if name == "q" else ())
        return self._with(name, tuple(v for v in getattr(self, name) if v != value))

    def with_value(self, name: str, value: str) -> Filters:
        """Return these filters with one more value."""
        if name == "q":
            return replace(self, q=_clean(value))
        return self._with(name, _values([*getattr(self, name), value]))

    def _with(self, name: str, value: str | tuple[str, ...]) -> Filters:
        changed: dict[str, Any] = {name: value}
        return replace(self, **changed)


NAMES: Final = tuple(field.name for field in fields(Filters))
"""The names of all filters, as they stand in addresses; ``q`` is the last."""


def parse(args: MultiDict[str, str]) -> Filters:
    """Return the filters in the arguments of an address. Other arguments and empty values are passed over."""
    return Filters(
        **{name: _values(args.getlist(name)) for name in NAMES[:-1]},
        q=_clean(" ".join(args.getlist("q")[:_MOST])),
    )


def _values(given: Iterable[str]) -> tuple[str, ...]:
    cleaned = {_clean(value) for value in list(given)[:_MOST]}
    return tuple(sorted(cleaned - {""}))


def _clean(value: str) -> str:
    return " ".join(clean_text(value[:_LONGEST]).split())


def current(filters: Filters, snapshot: Snapshot) -> Filters:
    """Return the filters with old slugs replaced by today's."""
    changes: dict[str, Any] = {}
    for name, table in _TABLES.items():
        values: tuple[str, ...] = getattr(filters, name)
        if any((table, value) in snapshot.old_slugs for value in values):
            known = _known(name, snapshot)
            changes[name] = _values(
                value if value in known else snapshot.old_slugs.get((table, value), value) for value in values
            )
    return replace(filters, **changes) if changes else filters


def _known(name: str, snapshot: Snapshot) -> set[str]:
    if name == "organization":
        return set(snapshot.organizations)
    things: Sequence[Any] = {"type": snapshot.types, "theme": snapshot.themes, "room": snapshot.rooms}[name]
    return {thing.slug for thing in things}


def apply(filters: Filters, snapshot: Snapshot) -> list[EventInfo]:
    """Return the events that pass all filters, in programme order."""
    asked = current(filters, snapshot)
    tests = [make(asked) for name, make in _TESTS.items() if getattr(asked, name)]
    return [event for event in snapshot.events if all(test(event) for test in tests)]


Test = Callable[[EventInfo], bool]


def _by_day(filters: Filters) -> Test:
    undated = UNDATED in filters.day
    days = []
    for value in filters.day:
        try:
            days.append(date.fromisoformat(value))
        except ValueError:
            continue

    def test(event: EventInfo) -> bool:
        if event.day is None:
            return undated
        last = event.end_day or event.day
        return any(event.day <= day <= last for day in days)

    return test


def _by_type(filters: Filters) -> Test:
    asked = frozenset(filters.type)
    return lambda event: event.type.slug in asked


def _by_theme(filters: Filters) -> Test:
    asked = frozenset(filters.theme)
    return lambda event: any(theme.slug in asked for theme in event.themes)


def _by_room(filters: Filters) -> Test:
    asked = frozenset(filters.room)
    return lambda event: event.room is not None and event.room.slug in asked


def _by_organization(filters: Filters) -> Test:
    asked = frozenset(filters.organization)
    return lambda event: any(one.organization.slug in asked for one in event.organizations)


def _by_language(filters: Filters) -> Test:
    asked = frozenset(filters.language)
    return lambda event: not asked.isdisjoint(event.languages) or not asked.isdisjoint(event.interpretation)


def _by_access(filters: Filters) -> Test:
    asked = frozenset(filters.access)
    return lambda event: event.access is not None and event.access.value in asked


def _by_words(filters: Filters) -> Test:
    words = search.terms(filters.q)
    if not words:
        # Signs only: nothing is found by them.
        return lambda event: False
    return lambda event: all(word in event.search_text for word in words)


_TESTS: dict[str, Callable[[Filters], Test]] = {
    "day": _by_day,
    "type": _by_type,
    "theme": _by_theme,
    "room": _by_room,
    "organization": _by_organization,
    "language": _by_language,
    "access": _by_access,
    "q": _by_words,
}


def days_of(event: EventInfo) -> list[date]:
    """Return the programme days on which an event takes place; none while its day is not known."""
    if event.day is None:
        return []
    count = ((event.end_day or event.day) - event.day).days + 1
    return [event.day + timedelta(days=n) for n in range(count)]
