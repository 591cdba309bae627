"""What each row of a spreadsheet would do: create, change (field by field), nothing, or be refused and why. Pure.

What a sheet does not say stays: a column that is not there, and a cell that is empty. A lone "-" takes away what there is. A
text is compared with what a reader of the column's language sees, so an exported file that was not changed changes nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from eventsapp.core import zones
from eventsapp.core.search import normalize
from eventsapp.core.translations import Texts, pick
from eventsapp.programme.enums import Access, OrganizationRole
from eventsapp.programme.importing import columns
from eventsapp.programme.importing.columns import TEXTS, Column
from eventsapp.programme.importing.sheet import Row, Sheet, as_text
from eventsapp.programme.releases import NOWHERE, Place
from eventsapp.programme.service import EventData, SpeakerLine

NONE: Final = frozenset({"-", "–", "—"})
"""What stands in a cell to take away what there is."""

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}")
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.h]([0-5][0-9])(?::[0-5][0-9])?")
_DAY = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_PARTS = re.compile(r"[;；؛\n]")
_FIELDS: Final = {
    Column.TITLE: "titles",
    Column.SUBTITLE: "subtitles",
    Column.SUMMARY: "summaries",
    Column.DESCRIPTION: "descriptions",
}
_ROLES: Final = {
    Column.LEAD: OrganizationRole.LEAD,
    Column.CO_ORGANIZERS: OrganizationRole.CO_ORGANIZER,
    Column.CO_SPONSORS: OrganizationRole.CO_SPONSOR,
}
_LONGEST: Final = {Column.TITLE: 300, Column.SUBTITLE: 300, Column.SUMMARY: 5_000, Column.DESCRIPTION: 20_000}


class Action(StrEnum):
    """What happens to a row."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Thing:
    """A type, room, theme or organization as people may write it. ``venue`` is a room's, also by any of its names."""

    id: int
    slug: str
    names: Texts
    others: tuple[str, ...] = ()
    venues: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Existing:
    """An event of the working programme."""

    id: int
    code: str
    data: EventData
    place: Place


class Names:
    """Things by everything they are called."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self.by_id: dict[int, Thing] = {}
        self._called: dict[str, set[int]] = {}
        for thing in things:
            self.by_id[thing.id] = thing
            for word in (thing.slug, *thing.names.values(), *thing.others):
                self._called.setdefault(_folded(word), set()).add(thing.id)

    def find(self, word: str) -> set[int]:
        """Return the ids of all that are called so."""
        return self._called.get(_folded(word), set())


@dataclass(frozen=True, slots=True)
class Known:
    """What there is: the conference's things, the directory's organizations, and its events by code."""

    zone: str
    default_language: str
    language: str
    """The reader's: names in the preview are in it."""
    types: Names
    rooms: Names
    themes: Names
    organizations: Names
    events: Mapping[str, Existing]
    languages: Mapping[str, str]
    """Folded name of a language in any of ours → its code."""
    access: Mapping[str, Access]
    language_name: Callable[[str], str]
    access_name: Callable[[Access], str]

    def name(self, names: Names, id_: int | None) -> str:
        """Return what the reader calls a thing."""
        thing = names.by_id.get(id_) if id_ is not None else None
        return pick(thing.names, self.language, self.default_language) if thing is not None else ""


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it is called, what it says now, and what it would say."""

    label: str
    before: str
    after: str


@dataclass(slots=True)
class RowPlan:
    """What one row would do."""

    number: int
    code: str
    title: str
    action: Action = Action.UNCHANGED
    changes: list[Change] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    event_id: int | None = None
    data: EventData | None = None
    place: Place = NOWHERE
    moved: bool = False

    def refuse(self, problems: Iterable[str]) -> None:
        """Leave the row out, with these reasons."""
        self.problems += problems
        self.action = Action.REFUSED


@dataclass(slots=True)
class Plan:
    """What a file would do."""

    sheet: Sheet
    rows: list[RowPlan]

    def count(self, action: Action) -> int:
        """Return how many rows do this."""
        return sum(row.action is action for row in self.rows)

    def of(self, action: Action) -> list[RowPlan]:
        """Return the rows that do this."""
        return [row for row in self.rows if row.action is action]

    @property
    def fingerprint(self) -> str:
        """What would be done, as a hash: another one as soon as anything that a row is about says something else."""
        said = [
            (
                row.number,
                row.action.value,
                row.code,
                [(one.label, one.before, one.after) for one in row.changes],
                row.data,
                row.place,
            )
            for row in self.rows
            if row.action in (Action.CREATE, Action.CHANGE)
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()


def plan(sheet: Sheet, known: Known) -> Plan:
    """Return what each row would do."""
    titles = {
        normalize(title): event.code
        for event in known.events.values()
        for title in event.data.titles.values()
    }
    first: dict[str, int] = {}
    rows = []
    for row in sheet.rows:
        made = _Reader(row, sheet, known).plan()
        if made.code:
            if made.code in first:
                made.refuse([_("Row %(row)s has the same code.", row=first[made.code])])
            first.setdefault(made.code, row.number)
        elif made.action is Action.CREATE and normalize(made.title) in titles:
            code = titles[normalize(made.title)]
            made.refuse([_("%(code)s has this title already. Give its code to change it.", code=code)])
        rows.append(made)
    return Plan(sheet, rows)


class _Wrong(ValueError):
    """A cell cannot be taken; the message says why."""


class _Reader:
    """Reads one row."""

    def __init__(self, row: Row, sheet: Sheet, known: Known) -> None:
        self.row = row
        self.known = known
        code = row.text(Column.CODE)
        self.code = "" if code in NONE else code
        self.event = known.events.get(self.code)
        self.data = self.event.data if self.event else EventData(type_id=0, titles={})
        self.now = self.event.place if self.event else NOWHERE
        self.place = self.now
        self.changes: list[Change] = []
        self.problems: list[str] = []

    def plan(self) -> RowPlan:
        for read in (
            self._code, self._zone, self._texts, self._type, self._place, self._themes, self._organizations, self._speakers,
            self._languages, self._access, self._numbers,
        ):  # fmt: skip
            try:
                read()
            except _Wrong as wrong:
                self.problems.append(str(wrong))
        title = pick(self.data.titles, self.known.language, self.known.default_language)
        if self.event is None:
            if not self.data.titles:
                self.problems.append(_("An event needs a title."))
            if not self.data.type_id and not self.row.text(Column.TYPE):
                self.problems.append(_("A new event needs a type."))
        made = RowPlan(
            number=self.row.number,
            code=self.code,
            title=title,
            changes=self.changes,
            event_id=self.event.id if self.event else None,
            data=self.data,
            place=self.place,
            moved=self.place != self.now,
        )
        made.action = (
            Action.CREATE if self.event is None else Action.CHANGE if self.changes else Action.UNCHANGED
        )
        if self.problems:
            made.refuse(self.problems)
        return made

    # --- the fields

    def _code(self) -> None:
        if self.code and self.event is None and not _CODE.fullmatch(self.code):
            raise _Wrong(
                _(
                    "“%(code)s” cannot be a code: letters, digits and hyphens, at most 20.",
                    code=self.code[:40],
                )
            )

    def _zone(self) -> None:
        zone = self.row.text(Column.ZONE)
        if zone and zone != self.known.zone:
            raise _Wrong(
                _(
                    "The times are said to be in %(given)s, but the conference's are in %(zone)s.",
                    given=zone[:60],
                    zone=self.known.zone,
                )
            )

    def _texts(self) -> None:
        for heading, cell in self.row.cells.items():
            if heading.column not in TEXTS:
                continue
            name = _FIELDS[heading.column]
            texts: Texts = getattr(self.data, name)
            label = columns.label(heading.column)
            said = as_text(cell, lines=heading.column in (Column.SUMMARY, Column.DESCRIPTION))
            if len(said) > _LONGEST[heading.column]:
                self.problems.append(
                    _(
                        "%(field)s: more than %(count)s characters.",
                        field=label,
                        count=_LONGEST[heading.column],
                    )
                )
                continue
            shown = pick(texts, heading.language, self.known.default_language)
            if _folded_lines(said) == _folded_lines(shown):
                continue
            if said in NONE:
                wanted = {language: text for language, text in texts.items() if language != heading.language}
                if wanted == texts or (heading.column is Column.TITLE and not wanted):
                    continue
                self._change(f"{label} ({heading.language})", texts[heading.language], "")
            else:
                wanted = {**texts, heading.language: said}
                self._change(f"{label} ({heading.language})", texts.get(heading.language, ""), said)
            self._set(name, wanted)

    def _type(self) -> None:
        said = self.row.text(Column.TYPE)
        if not said:
            return
        id_ = self._one(self.known.types, Column.TYPE, said, {self.data.type_id})
        if id_ != self.data.type_id:
            self._change(
                columns.label(Column.TYPE),
                self.known.name(self.known.types, self.data.type_id),
                self.known.name(self.known.types, id_),
            )
            self._set("type_id", id_)

    def _themes(self) -> None:
        ids = self._several(self.known.themes, Column.THEMES, set(self.data.theme_ids))
        if ids is None or set(ids) == set(self.data.theme_ids):
            return
        self._change_list(Column.THEMES, self.known.themes, self.data.theme_ids, ids)
        self._set("theme_ids", tuple(ids))

    def _organizations(self) -> None:
        now = {role: [id_ for id_, its in self.data.organizations if its is role] for role in _ROLES.values()}
        wanted = dict(now)
        before = {id_ for id_, _role in self.data.organizations}
        for column, role in _ROLES.items():
            try:
                ids = self._several(self.known.organizations, column, before)
            except _Wrong as wrong:
                self.problems.append(str(wrong))
                continue
            if ids is not None:
                wanted[role] = ids
        if wanted == now:
            return
        found: dict[int, OrganizationRole] = {}
        for role, ids in wanted.items():
            for id_ in ids:
                if found.setdefault(id_, role) is not role:
                    name = self.known.name(self.known.organizations, id_)
                    raise _Wrong(_("%(name)s is named in two roles.", name=name))
        for column, role in _ROLES.items():
            if wanted[role] != now[role]:
                self._change_list(column, self.known.organizations, now[role], wanted[role])
        self._set("organizations", tuple(found.items()))

    def _speakers(self) -> None:
        said = self.row.text(Column.SPEAKERS)
        if not said:
            return
        names = (
            []
            if said in NONE
            else list(dict.fromkeys(_parts(as_text(self.row.cell(Column.SPEAKERS), lines=True))))
        )
        if any(len(name) > 200 for name in names):
            raise _Wrong(
                _(
                    "%(field)s: more than %(count)s characters.",
                    field=columns.label(Column.SPEAKERS),
                    count=200,
                )
            )
        now = list(dict.fromkeys(line.name for line in self.data.speakers))
        if [normalize(name) for name in names] == [normalize(name) for name in now]:
            return
        lines: list[SpeakerLine] = []
        for name in names:
            kept = [line for line in self.data.speakers if normalize(line.name) == normalize(name)]
            lines += kept or [SpeakerLine(name)]
        self._change(columns.label(Column.SPEAKERS), "; ".join(now), "; ".join(names))
        self._set("speakers", tuple(lines))

    def _languages(self) -> None:
        for column, name in ((Column.LANGUAGES, "languages"), (Column.INTERPRETATION, "interpretation")):
            said = self.row.text(column)
            if not said:
                continue
            codes = []
            for word in (
                [] if said in NONE else _parts(said.replace(",", ";").replace("，", ";").replace("،", ";"))
            ):
                code = self.known.languages.get(normalize(word))
                if code is None:
                    self.problems.append(_("“%(name)s” is no language that is known here.", name=word[:60]))
                else:
                    codes.append(code)
            now = list(getattr(self.data, name))
            if codes != now:
                say = self.known.language_name
                self._change(columns.label(column), "; ".join(map(say, now)), "; ".join(map(say, codes)))
                self._set(name, tuple(codes))

    def _access(self) -> None:
        said = self.row.text(Column.ACCESS)
        if not said:
            return
        access = None if said in NONE else self.known.access.get(_folded(said))
        if access is None and said not in NONE:
            raise _Wrong(_("“%(name)s” is no kind of access.", name=said[:60]))
        now = self.data.access
        if access is not now:
            say = self.known.access_name
            self._change(columns.label(Column.ACCESS), say(now) if now else "", say(access) if access else "")
            self._set("access", access)
            if (
                access is not Access.BOOKING
                and self.data.seats is not None
                and not self.row.text(Column.SEATS)
            ):
                self._change(columns.label(Column.SEATS), str(self.data.seats), "")
                self._set("seats", None)

    def _numbers(self) -> None:
        for column, name in (
            (Column.SEATS, "seats"), (Column.ATTENDANCE, "expected_attendance"), (Column.LENGTH, "length_minutes"),
        ):  # fmt: skip
            said = self.row.text(column)
            if not said:
                continue
            if said not in NONE and not (said.isascii() and said.isdigit() and len(said) <= 7):
                self.problems.append(
                    _(
                        "%(field)s: “%(text)s” is not a whole number.",
                        field=columns.label(column),
                        text=said[:40],
                    )
                )
                continue
            number = None if said in NONE else int(said)
            now: int | None = getattr(self.data, name)
            if number != now:
                self._change(
                    columns.label(column),
                    "" if now is None else str(now),
                    "" if number is None else str(number),
                )
                self._set(name, number)

    # --- where and when

    def _place(self) -> None:
        place = self.now
        room = self.row.text(Column.ROOM)
        if room:
            id_ = (
                None if room in NONE else self._one(self.known.rooms, Column.ROOM, room, {place.room_id or 0})
            )
            place = replace(place, room_id=id_)
        place = self._times(place)
        if place == self.now:
            return
        tz = ZoneInfo(self.known.zone)

        def wall(moment: datetime | None) -> str:
            return moment.astimezone(tz).strftime("%Y-%m-%d %H:%M") if moment else ""

        for column, before, after in (
            (
                Column.ROOM,
                self.known.name(self.known.rooms, self.now.room_id),
                self.known.name(self.known.rooms, place.room_id),
            ),
            (Column.DAY, str(self.now.day or ""), str(place.day or "")),
            (Column.LAST_DAY, str(self.now.end_day or ""), str(place.end_day or "")),
            (Column.START, wall(self.now.starts_at), wall(place.starts_at)),
            (Column.END, wall(self.now.ends_at), wall(place.ends_at)),
        ):
            if before != after:
                self._change(columns.label(column), before, after)
        self.place = place

    def _times(self, place: Place) -> Place:
        start, end = self._moment(Column.START), self._moment(Column.END)
        day = self._day_of(Column.DAY)
        last = self._day_of(Column.LAST_DAY)
        if day == "-":
            return replace(NOWHERE, room_id=place.room_id)
        if isinstance(day, date):
            place = self._on(day, place)
        elif isinstance(start, datetime) and place.day is None:
            place = replace(place, day=start.date())
        if last == "-":
            place = replace(place, end_day=None)
        elif isinstance(last, date):
            place = replace(place, end_day=last if last != place.day else None)
        if start == "-":
            return replace(place, starts_at=None, ends_at=None)
        if start is not None:
            if place.day is None:
                raise _Wrong(_("A time needs a day."))
            moment = self._instant(start, place.day)
            if moment != place.starts_at:
                # As long as it was, unless an end is said.
                length = place.ends_at - place.starts_at if place.starts_at and place.ends_at else None
                place = replace(place, starts_at=moment, ends_at=moment + length if length else None)
        if end == "-":
            place = replace(place, ends_at=None)
        elif end is not None:
            if place.starts_at is None or place.day is None:
                raise _Wrong(_("An end needs a start."))
            begins = place.starts_at.astimezone(ZoneInfo(self.known.zone))
            moment = self._instant(end, begins.date())
            if isinstance(end, time) and moment <= place.starts_at:
                moment = self._instant(end, begins.date() + timedelta(days=1))
            place = replace(place, ends_at=moment)
        return place

    def _on(self, day: date, place: Place) -> Place:
        """Return a place moved to another day, at the same times on the wall."""
        if place.day is None or day == place.day:
            return replace(place, day=day)
        by = day - place.day
        tz = ZoneInfo(self.known.zone)

        def moved(moment: datetime | None) -> datetime | None:
            if moment is None:
                return None
            wall = moment.astimezone(tz)
            return self._instant(wall.time(), wall.date() + by)

        return replace(
            place,
            day=day,
            end_day=place.end_day + by if place.end_day else None,
            starts_at=moved(place.starts_at),
            ends_at=moved(place.ends_at),
        )

    def _instant(self, said: time | datetime | str, day: date) -> datetime:
        if isinstance(said, datetime):
            day, said = said.date(), said.time()
        if not isinstance(said, time):
            raise _Wrong(_("A time needs a day."))
        said = said.replace(second=0, microsecond=0)
        if zones.oddity(day, said, self.known.zone) is zones.Oddity.SKIPPED:
            raise _Wrong(
                _(
                    "There is no %(time)s on this day in %(zone)s: the clocks are put forward over it.",
                    time=said.strftime("%H:%M"),
                    zone=self.known.zone,
                )
            )
        try:
            return zones.instant(day, said, self.known.zone)
        except OverflowError:
            raise _Wrong(_("This day is far away from the conference.")) from None

    def _moment(self, column: Column) -> time | datetime | str | None:
        """Return a cell as a time of day, or a wall time with its day; ``"-"`` for none; None when nothing is said."""
        cell = self.row.cell(column)
        if isinstance(cell, datetime):
            return cell.replace(tzinfo=None)
        if isinstance(cell, time):
            return cell
        if isinstance(cell, timedelta) and timedelta(0) <= cell < timedelta(days=1):
            return (datetime.min.replace(tzinfo=UTC) + cell).time()
        if isinstance(cell, float) and not isinstance(cell, bool) and 0 <= cell < 1:
            return (datetime.min.replace(tzinfo=UTC) + timedelta(minutes=round(cell * 24 * 60))).time()
        said = as_text(cell)
        if not said or said in NONE:
            return "-" if said else None
        before, _space, clock = said.replace("T", " ").rpartition(" ")
        found = _CLOCK.fullmatch(clock)
        day = _a_day(before) if before else None
        if found is None or (before and day is None):
            raise _Wrong(
                _(
                    "%(field)s: “%(text)s” is not a time of day, such as 18:30.",
                    field=columns.label(column),
                    text=said[:40],
                )
            )
        at = time(int(found[1]), int(found[2]))
        return at if day is None else datetime.combine(day, at)

    def _day_of(self, column: Column) -> date | str | None:
        cell = self.row.cell(column)
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        said = as_text(cell)
        if not said or said in NONE:
            return "-" if said else None
        day = _a_day(said.removesuffix(" 00:00:00").removesuffix(" 00:00"))
        if day is None:
            raise _Wrong(
                _(
                    "%(field)s: “%(text)s” is not a date. It is written as year-month-day, such as 2027-06-14.",
                    field=columns.label(column),
                    text=said[:40],
                )
            )
        return day

    # --- names

    def _one(self, names: Names, column: Column, said: str, now: set[int]) -> int:
        found = names.find(said)
        if len(found) > 1 and column is Column.ROOM and self.row.text(Column.VENUE):
            venue = _folded(self.row.text(Column.VENUE))
            found = {id_ for id_ in found if venue in names.by_id[id_].venues} or found
        if len(found) > 1 and found & now:
            found = found & now
        if not found:
            raise _Wrong(
                _(
                    "%(field)s: nothing here is called “%(name)s”.",
                    field=columns.label(column),
                    name=said[:100],
                )
            )
        if len(found) > 1:
            raise _Wrong(
                _(
                    "%(field)s: more than one is called “%(name)s”.",
                    field=columns.label(column),
                    name=said[:100],
                )
            )
        return next(iter(found))

    def _several(self, names: Names, column: Column, now: set[int]) -> list[int] | None:
        """Return ids in the order of the cell, each once; None when it says nothing. A name may hold a semicolon."""
        said = as_text(self.row.cell(column), lines=True)
        if not said:
            return None
        if said.strip() in NONE:
            return []
        parts, found, at = _parts(said), [], 0
        while at < len(parts):
            longest = next(
                (to for to in range(len(parts), at, -1) if names.find("; ".join(parts[at:to]))), at + 1
            )
            found.append(self._one(names, column, "; ".join(parts[at:longest]), now))
            at = longest
        return list(dict.fromkeys(found))

    def _change_list(self, column: Column, names: Names, before: Sequence[int], after: Sequence[int]) -> None:
        say = self.known.name
        self._change(
            columns.label(column),
            "; ".join(say(names, id_) for id_ in before),
            "; ".join(say(names, id_) for id_ in after),
        )

    def _change(self, label: str, before: str, after: str) -> None:
        self.changes.append(Change(label, before, after))

    def _set(self, name: str, value: Any) -> None:
        changed: dict[str, Any] = {name: value}
        self.data = replace(self.data, **changed)


def _folded(word: str) -> str:
    return normalize(" ".join(word.split()))


def _folded_lines(text: str) -> str:
    return " ".join(text.split())


def _parts(said: str) -> list[str]:
    return [" ".join(part.split()) for part in _PARTS.split(said) if part.strip()]


def _a_day(said: str) -> date | None:
    for pattern, order in ((_DAY, (1, 2, 3)), (_DOTTED, (3, 2, 1))):
        found = pattern.fullmatch(said.strip())
        if found is not None:
            try:
                return date(*(int(found[n]) for n in order))
            except ValueError:
                return None
    return None
