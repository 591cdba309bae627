"""What a report on participation says: people by category, region, country, organization, gender, day and first time.

Erased registrations count like others: what they are counted by stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import case, func, select

from eventsapp.conferences.models import Conference
from eventsapp.core import locale, templating, zones
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.forms import ORGANIZATION_TYPES
from eventsapp.organizations.geography import REGIONS, Region, region_name, region_of
from eventsapp.organizations.models import Organization
from eventsapp.registration.door.models import Gate, Scan
from eventsapp.registration.enums import GateKind, Gender, RegistrationState, ScanKind
from eventsapp.registration.figures.words import GENDERS
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.transitions import GONE

NOT_GIVEN: Final = "–"


@dataclass(frozen=True, slots=True)
class Counts:
    """People: who handed in (and did not cancel), who is registered, who came; of these how many women, where given."""

    handed_in: int = 0
    registered: int = 0
    came: int = 0
    women: int = 0
    gender_given: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.handed_in + other.handed_in,
            self.registered + other.registered,
            self.came + other.came,
            self.women + other.women,
            self.gender_given + other.gender_given,
        )

    @property
    def women_per_cent(self) -> int | None:
        """Of the registered who gave a gender; None when nobody did."""
        return round(100 * self.women / self.gender_given) if self.gender_given else None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table."""

    label: str
    counts: Counts


@dataclass(frozen=True, slots=True)
class Table:
    """One way of dividing the people. ``key`` names it in addresses and on the page."""

    key: str
    title: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Report:
    """All of it. ``days``: (day, persons let in on that day, of these for the first time)."""

    total: Counts
    tables: list[Table]
    days: list[tuple[date, int, int]]


@dataclass(frozen=True, slots=True)
class _Group:
    """People who are the same in all that is counted."""

    category_id: int
    country: str | None
    kind: OrganizationType | None
    gender: Gender | None
    first_time: bool | None
    counts: Counts


def report(conference: Conference, *, category_id: int | None = None) -> Report:
    """Return the report, of one category or of all. Four statements, whatever the number of people."""
    groups = _groups(conference.id, category_id)
    categories = db.session.execute(
        select(Category.id, Category.names)
        .where(Category.conference_id == conference.id)
        .order_by(Category.position, Category.id)
    ).all()
    names = {
        row.id: pick(row.names, locale.current(), conference.default_language) for row in categories
    }  # fmt: skip
    tables = [
        Table(
            "categories",
            _("By category"),
            _lines(groups, lambda one: one.category_id, list(names.items())),
        ),
        Table("regions", _("By region"), _lines(groups, _region, _regions())),
        Table(
            "organizations",
            _("By type of organization"),
            _lines(
                groups,
                lambda one: one.kind,
                [*((kind, str(said)) for kind, said in ORGANIZATION_TYPES.items()), (None, _("Not in the directory"))],
            ),
        ),
        Table(
            "genders",
            _("By gender, where given"),
            _lines(
                groups,
                lambda one: one.gender,
                [*((gender, str(said)) for gender, said in GENDERS.items()), (None, _("Not given"))],
            ),
        ),
        Table(
            "first",
            _("First time at such a conference"),
            _lines(
                groups,
                lambda one: one.first_time,
                [(True, _("First time")), (False, _("Was at one before")), (None, _("Not given"))],
            ),
        ),
        Table("countries", _("By country"), _countries(groups)),
    ]  # fmt: skip
    total = sum((one.counts for one in groups), Counts())
    return Report(total, tables, _days(conference, category_id))


def _groups(conference_id: int, category_id: int | None) -> list[_Group]:
    """Return the people in groups: by the database, so that 97,000 are a few thousand rows. One statement."""
    confirmed = Registration.state == RegistrationState.CONFIRMED
    keys = (
        Registration.category_id,
        Registration.country,
        Organization.type,
        Registration.gender,
        Registration.first_time,
    )

    def count(condition: Any) -> Any:
        return func.sum(case((condition, 1), else_=0))

    rows = db.session.execute(
        select(
            *keys,
            func.count(),
            count(confirmed),
            count(confirmed & Registration.checked_in_at.is_not(None)),
            count(confirmed & (Registration.gender == Gender.WOMAN)),
            count(confirmed & Registration.gender.is_not(None)),
        )
        .select_from(Registration)
        .outerjoin(Organization, Organization.id == Registration.organization_id)
        .where(
            Registration.conference_id == conference_id,
            Registration.state.not_in([*GONE, RegistrationState.DRAFT]),
            *([Registration.category_id == category_id] if category_id is not None else []),
        )
        .group_by(*keys)
    )
    return [
        _Group(row[0], row[1], row[2], row[3], row[4], Counts(*(int(value) for value in row[5:])))
        for row in rows
    ]


def _lines(
    groups: Iterable[_Group], key: Callable[[_Group], Any], order: Iterable[tuple[Any, str]]
) -> list[Line]:
    """Return the groups put together by ``key``, in an order of (key, label); those without anybody are left out."""
    found: dict[Any, Counts] = {}
    for one in groups:
        found[key(one)] = found.get(key(one), Counts()) + one.counts
    return [Line(label, found[value]) for value, label in order if value in found]


def _region(group: _Group) -> Region | str | None:
    return region_of(group.country) if group.country else NOT_GIVEN


def _regions() -> list[tuple[Any, str]]:
    return [
        *((region, region_name(region)) for region in REGIONS),
        (None, _("Other")),
        (NOT_GIVEN, _("Not given")),
    ]


def _countries(groups: Iterable[_Group]) -> list[Line]:
    codes = {one.country for one in groups}
    named: list[tuple[Any, str]] = sorted(
        ((code, templating.country_name(code)) for code in codes if code), key=lambda pair: pair[1]
    )
    return _lines(groups, lambda one: one.country, [*named, (None, _("Not given"))])


def _days(conference: Conference, category_id: int | None) -> list[tuple[date, int, int]]:
    """Return for each day of the conference who was let in, each person once, and who came for the first time. One statement
    for each."""
    starts = {
        day: zones.instant(day, datetime.min.time(), conference.zone)
        for day in (
            conference.start_date + timedelta(days=n)
            for n in range((conference.end_date - conference.start_date).days + 2)
        )
    }
    order = list(starts.items())

    def day_of(column: Any) -> Any:
        # The conference's own days, whatever the zone of the database's connection.
        return case(
            *(
                ((column >= begins) & (column < order[n + 1][1]), n)
                for n, (_day, begins) in enumerate(order[:-1])
            ),
            else_=-1,
        )  # fmt: skip

    of = [Registration.category_id == category_id] if category_id is not None else []
    seen = db.session.execute(
        select(day_of(Scan.at).label("number"), func.count(Scan.registration_id.distinct()))
        .join(Gate, Gate.id == Scan.gate_id)
        .join(Registration, Registration.id == Scan.registration_id)
        .where(
            Scan.conference_id == conference.id,
            Scan.kind == ScanKind.IN,
            Gate.kind == GateKind.CONFERENCE,
            *of,
        )
        .group_by("number")
    )
    first = db.session.execute(
        select(day_of(Registration.checked_in_at).label("number"), func.count())
        .where(
            Registration.conference_id == conference.id,
            Registration.checked_in_at.is_not(None),
            *of,
        )
        .group_by("number")
    )
    let_in: Mapping[int, int] = {row[0]: row[1] for row in seen}
    new: Mapping[int, int] = {row[0]: row[1] for row in first}
    return [(day, let_in.get(n, 0), new.get(n, 0)) for n, (day, _begins) in enumerate(order[:-1])]


def rows(made: Report) -> Iterable[tuple[Any, ...]]:
    """Give the report as the rows of one table, each with the name of the part it belongs to."""
    yield (_("All"), "", *_numbers(made.total))
    for table in made.tables:
        for line in table.lines:
            yield (table.title, line.label, *_numbers(line.counts))
    for day, let_in, _new in made.days:
        yield (_("By day"), day.isoformat(), None, None, let_in, None)


def _numbers(counts: Counts) -> tuple[int | None, ...]:
    return (counts.handed_in, counts.registered, counts.came, counts.women_per_cent)


def header() -> list[str]:
    """Return the headings of :func:`rows`."""
    return [_("Part"), _("Group"), _("Handed in"), _("Registered"), _("Came"), _("Women, per cent")]


def timestamp(at: datetime) -> int:
    """Return an instant as a paper carries it."""
    return int(at.astimezone(UTC).timestamp())
