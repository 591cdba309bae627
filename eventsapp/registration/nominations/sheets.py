"""What the rows of a spreadsheet would do: people to nominate, or quotas to set. Pure but for the reader's language.

``core/sheets.py`` reads the file; ``imports.py`` asks the database what is known, and writes.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.forms.choices import countries
from eventsapp.core.search import normalize
from eventsapp.core.sheets import Line, Lines
from eventsapp.core.translations import LANGUAGES
from eventsapp.registration.nominations import service
from eventsapp.registration.nominations.service import Nominee

PEOPLE: Final[Mapping[str, object]] = {
    "name": _l("Name"),
    "email": _l("E-mail address"),
    "category": _l("Category"),
    "country": _l("Country"),
    "job_title": _l("Position"),
    "language": _l("Language"),
}
QUOTAS: Final[Mapping[str, object]] = {
    "organization": _l("Organization"),
    "category": _l("Category"),
    "places": _l("Places"),
    "note": _l("Note"),
}
GREATEST: Final = 100_000
"""Places of a quota."""


class Doing(StrEnum):
    """What a row would do."""

    CREATE = "create"
    CHANGE = "change"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(slots=True)
class RowPlan:
    """What one row would do. ``said``: pairs of a label and a text; ``key``: what is done, for the fingerprint and the service."""

    number: int
    title: str
    doing: Doing
    said: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    key: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a file would do, row by row."""

    name: str
    rows: tuple[RowPlan, ...]
    unknown: tuple[str, ...]

    def of(self, doing: Doing) -> list[RowPlan]:
        """Return the rows that would do this."""
        return [row for row in self.rows if row.doing is doing]

    @property
    def work(self) -> list[RowPlan]:
        """The rows that would do something."""
        return [row for row in self.rows if row.doing in (Doing.CREATE, Doing.CHANGE)]

    @property
    def fingerprint(self) -> str:
        """The same for a file that would do the same."""
        said = [[row.number, row.doing.value, list(row.key)] for row in self.rows]
        return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """A category as a row may name it. ``left``: how many more may be nominated; None: as many as they like."""

    id: int
    names: tuple[str, ...]
    """What it is called: in all languages, and its address."""
    label: str
    left: int | None = None
    closed: str = ""
    """Why nobody can be nominated in it now, in the reader's words."""


def people(read: Lines, places: Sequence[Place], registered: Set[str], only: int | None = None) -> Plan:
    """Return whom the rows would nominate. ``registered``: addresses that are in use; ``only``: the category of all rows without one.

    Rows are taken in their order while the quotas have places; those after them are refused.
    """
    called = {normalize(name): place for place in places for name in place.names if name}
    by_id = {place.id: place for place in places}
    left = {place.id: place.left for place in places}
    lands = _countries()
    times = Counter(row.text("email").lower() for row in read.rows)
    found: list[RowPlan] = []
    for row in read.rows:
        said_category, said_country = row.text("category"), row.text("country")
        language = _language(row.text("language"))
        nominee = service.tidy(
            Nominee(
                name=row.text("name"),
                email=row.text("email"),
                country=lands.get(normalize(said_country)) if said_country else None,
                job_title=row.text("job_title"),
                language=language,
            )
        )
        problems = [
            f"{PEOPLE[name]}: {why}" for name, why in service.check(nominee).items() if name != "language"
        ]
        if said_country and nominee.country is None:
            problems.append(_("No country is called “%(name)s”.", name=said_country[:80]))
        if row.text("language") and language is None:
            problems.append(
                _("This language is not one we write in: %(name)s.", name=row.text("language")[:80])
            )
        place = called.get(normalize(said_category)) if said_category else by_id.get(only or 0)
        if place is None:
            problems.append(
                _("The organization cannot nominate in a category “%(name)s”.", name=said_category[:80])
                if said_category
                else _("The row says no category.")
            )
        elif place.closed:
            problems.append(place.closed)
        if nominee.email in registered:
            problems.append(_("Somebody is registered with this address already."))
        elif times[row.text("email").lower()] > 1 and nominee.email:
            problems.append(_("Several rows have this address."))
        if place is not None and not problems:
            rest = left[place.id]
            if rest == 0:
                problems.append(_("The organization has used all places of its quota."))
            elif rest is not None:
                left[place.id] = rest - 1
        plan = RowPlan(row.number, nominee.name or nominee.email, Doing.CREATE, problems=problems)
        plan.said = [(str(PEOPLE["email"]), nominee.email)]
        if place is not None:
            plan.said.append((str(PEOPLE["category"]), place.label))
        for name, text in (("country", said_country), ("job_title", nominee.job_title or "")):
            if text:
                plan.said.append((str(PEOPLE[name]), text))
        if problems:
            plan.doing = Doing.REFUSED
        elif place is not None:
            plan.key = (
                place.id, nominee.name, nominee.email, nominee.country, nominee.job_title, nominee.language,
            )  # fmt: skip
        found.append(plan)
    return Plan(read.name, tuple(found), read.unknown)


def _countries() -> dict[str, str]:
    """Return the codes of countries by their names in all languages, and by the codes themselves."""
    known: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in countries(language):
            known.setdefault(normalize(name), code)
            known[normalize(code)] = code
    return known


def _language(said: str) -> str | None:
    """Return the code of a language of the interface that is said by its code or its own name."""
    plain = normalize(said)
    return next(
        (code for code, name in LANGUAGES.items() if plain and plain in (code, normalize(name))), None
    )


@dataclass(frozen=True, slots=True)
class Existing:
    """A quota that there is."""

    places: int
    taken: int
    note: str | None


def quotas(
    read: Lines,
    places: Sequence[Place],
    organizations: Mapping[str, Sequence[tuple[int, str]]],
    existing: Mapping[tuple[int, int], Existing],
) -> Plan:
    """Return which quotas the rows would set. ``organizations``: (id, label) of those that each text of the column means;
    ``existing``: by (organization, category)."""
    called = {normalize(name): place for place in places for name in place.names if name}
    seen: set[tuple[int, int]] = set()
    found: list[RowPlan] = []
    for row in read.rows:
        said = row.text("organization")
        meant = organizations.get(said, ())
        problems: list[str] = []
        if not said:
            problems.append(_("The row says no organization."))
        elif not meant:
            problems.append(_("The directory has no organization “%(name)s”.", name=said[:80]))
        elif len(meant) > 1:
            problems.append(_("Several organizations are called “%(name)s”.", name=said[:80]))
        place = called.get(normalize(row.text("category")))
        if place is None:
            problems.append(
                _("No category with quotas is called “%(name)s”.", name=row.text("category")[:80])
            )
        count = _whole(row)
        if count is None:
            problems.append(_("Places: a whole number from 0 to %(most)s.", most=GREATEST))
        note = row.text("note")[:300] or None
        plan = RowPlan(row.number, meant[0][1] if len(meant) == 1 else said, Doing.REFUSED, problems=problems)
        if place is not None:
            plan.said.append((str(QUOTAS["category"]), place.label))
        if not problems and place is not None and count is not None:
            key = (meant[0][0], place.id)
            if key in seen:
                plan.problems.append(_("Several rows are about this organization and category."))
            else:
                seen.add(key)
                _decide(plan, existing.get(key), count, note)
                plan.key = (*key, count, note)
        found.append(plan)
    return Plan(read.name, tuple(found), read.unknown)


def _decide(plan: RowPlan, before: Existing | None, count: int, note: str | None) -> None:
    label = str(QUOTAS["places"])
    if before is None:
        plan.doing = Doing.CREATE
        plan.said.append((label, str(count)))
    elif (before.places, before.note) == (count, note or before.note):
        plan.doing = Doing.UNCHANGED
        plan.said.append((label, str(count)))
    else:
        plan.doing = Doing.CHANGE
        plan.said.append((label, _("%(before)s before, %(after)s now", before=before.places, after=count)))
        if count < before.taken:
            plan.said.append(("", _("%(num)s are nominated already: nobody more can be.", num=before.taken)))


def _whole(row: Line) -> int | None:
    cell = row.cells.get("places")
    if isinstance(cell, bool):
        return None
    text = row.text("places")
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return None
    return int(text) if int(text) <= GREATEST else None
