"""The filters as people see them: what can be chosen, with how many events each, and what is chosen. Pure.

Counts are made with all the other filters applied: they say what choosing one more value would show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from eventsapp.programme.filters import NAMES, UNDATED, Filters, apply, days_of
from eventsapp.programme.snapshot import EventInfo, Snapshot, Texts

MOST_ORGANIZATIONS = 12
"""Organizations offered beside those chosen: the ones with most events. The index of organizations has all."""


@dataclass(frozen=True, slots=True)
class Option:
    """A value that can be chosen. ``colour`` is that of an event type."""

    value: str
    label: str
    count: int
    chosen: bool
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter and its values. ``more``: there are others that are not listed."""

    name: str
    options: tuple[Option, ...]
    more: bool = False

    @property
    def chosen(self) -> int:
        """How many values are chosen."""
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value, and the filters without it."""

    name: str
    value: str
    label: str
    without: Filters


@dataclass(frozen=True, slots=True)
class Way:
    """A way out of an empty result: the filter to drop (or, with ``alone``, the only one to keep), the filters that
    leaves, and how many events they show."""

    name: str
    label: str
    filters: Filters
    count: int
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """How values are called in the reader's language."""

    text: Callable[[Texts], str]
    day: Callable[[date], str]
    language: Callable[[str], str]
    access: Mapping[str, str]
    undated: str


def _values(name: str, event: EventInfo) -> Iterable[str]:
    match name:
        case "day":
            return [day.isoformat() for day in days_of(event)] or [UNDATED]
        case "type":
            return [event.type.slug]
        case "theme":
            return [theme.slug for theme in event.themes]
        case "room":
            return [event.room.slug] if event.room is not None else []
        case "organization":
            return dict.fromkeys(one.organization.slug for one in event.organizations)
        case "language":
            return dict.fromkeys((*event.languages, *event.interpretation))
        case _:
            return [event.access.value] if event.access is not None else []


class Found:
    """The events that filters let through, each question asked of a snapshot once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._kept: dict[Filters, list[EventInfo]] = {Filters(): list(snapshot.events)}

    def __call__(self, filters: Filters) -> list[EventInfo]:
        """Return what :func:`apply` gives; the same list for the same filters, not to be changed."""
        if filters not in self._kept:
            self._kept[filters] = apply(filters, self.snapshot)
        return self._kept[filters]


def counts(found: Found, filters: Filters, name: str) -> Counter[str]:
    """Return how many events each value of a filter would show, the other filters as they are."""
    return Counter(value for event in found(filters.without(name)) for value in _values(name, event))


def label_of(snapshot: Snapshot, words: Words, name: str, value: str) -> str:
    """Return what a value is called; the value itself when nothing has it."""
    match name:
        case "day":
            if value == UNDATED:
                return words.undated
            try:
                return words.day(date.fromisoformat(value))
            except ValueError:
                return value
        case "type":
            return next((words.text(one.names) for one in snapshot.types if one.slug == value), value)
        case "theme":
            return next((words.text(one.names) for one in snapshot.themes if one.slug == value), value)
        case "room":
            return next((words.text(one.names) for one in snapshot.rooms if one.slug == value), value)
        case "organization":
            found = snapshot.organizations.get(value)
            return value if found is None else words.text(found.acronyms) or words.text(found.names)
        case "language":
            return words.language(value)
        case "access":
            return words.access.get(value, value)
        case _:
            return value


def facets(found: Found, filters: Filters, words: Words) -> list[Facet]:
    """Return what can be chosen: values that some event of the conference has, or that are chosen."""
    snapshot = found.snapshot
    facets = []
    for name in ("type", "theme", "organization", "room", "language", "access"):
        there = counts(found, Filters(), name)
        shown = counts(found, filters, name)
        chosen: tuple[str, ...] = getattr(filters, name)
        order = _order(snapshot, name, there)
        values = [*(value for value in chosen if value not in there), *order]
        more = False
        if name == "organization" and len(values) > MOST_ORGANIZATIONS + len(chosen):
            most = sorted(order, key=lambda value: -shown[value])[:MOST_ORGANIZATIONS]
            values = [value for value in values if value in most or value in chosen]
            more = True
        if len(values) < 2 and not chosen:
            continue
        colours = {one.slug: one.colour for one in snapshot.types} if name == "type" else {}
        options = (
            Option(
                value,
                label_of(snapshot, words, name, value),
                shown[value],
                value in chosen,
                colours.get(value),
            )
            for value in values
        )
        facets.append(Facet(name, tuple(options), more))
    return facets


def _order(snapshot: Snapshot, name: str, there: Counter[str]) -> list[str]:
    """Return the values in the order that the conference gives them, or by how often they occur."""
    given = {
        "type": [one.slug for one in snapshot.types],
        "theme": [one.slug for one in snapshot.themes],
        "room": [one.slug for one in snapshot.rooms],
    }.get(name)
    if given is not None:
        return [slug for slug in given if slug in there]
    if name == "access":
        return sorted(there)
    return [value for value, _ in sorted(there.items(), key=lambda pair: (-pair[1], pair[0]))]


def chips(snapshot: Snapshot, filters: Filters, words: Words) -> list[Chip]:
    """Return what is chosen, each to be taken off."""
    return [
        Chip(name, value, label_of(snapshot, words, name, value), filters.without(name, value))
        for name, value in filters.pairs()
    ]


def ways_out(found: Found, filters: Filters, words: Words) -> list[Way]:
    """Return the filters that, dropped alone, make an empty result show something again; most events first.

    When it takes more than one, the filters that show something when they are the only one.
    """
    chosen = {name: getattr(filters, name) for name in NAMES if getattr(filters, name)}

    def ways(left: Callable[[str], Filters], alone: bool) -> list[Way]:
        ways = []
        for name, values in chosen.items():
            count = len(found(left(name)))
            if count:
                each = [values] if isinstance(values, str) else values
                label = ", ".join(label_of(found.snapshot, words, name, value) for value in each)
                ways.append(Way(name, label, left(name), count, alone))
        return sorted(ways, key=lambda way: -way.count)

    return ways(filters.without, False) or ways(lambda name: replace(Filters(), **{name: chosen[name]}), True)
