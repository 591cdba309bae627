"""What pages about the directory need, in a fixed number of statements."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select

from eventsapp.core import locale
from eventsapp.core.errors import NotFound
from eventsapp.core.search import like_pattern, normalize, terms
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.organizations import directory
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.likeness import SAME
from eventsapp.organizations.models import Organization

PER_PAGE = 50
SORTS = ("name", "type", "country", "changed")
_MOST_NEAR = 8
_MOST_CALLED = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One organization in the list."""

    id: int
    slug: str
    type: OrganizationType
    names: dict[str, str]
    acronyms: dict[str, str]
    country: str | None
    has_logo: bool
    updated_at: datetime
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``total`` counts all that fit the filters, ``pages`` is at least 1."""

    rows: list[Row]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organization that a typed text may mean."""

    id: int
    slug: str
    names: dict[str, str]
    acronyms: dict[str, str]
    aliases: list[str]
    country: str | None

    @property
    def label(self) -> str:
        """Name and acronym in the reader's language, such as "International Organization for Migration (IOM)"."""
        return label(self.names, self.acronyms)

    @property
    def exact(self) -> str:
        """The label with the slug, which no other organization has: "… (IOM) [iom]"."""
        return f"{self.label} [{self.slug}]"

    def is_called(self, text: str) -> bool:
        """Return whether ``text`` (normalized) is one of its names, acronyms, aliases, or a label."""
        called = [*self.names.values(), *self.acronyms.values(), *self.aliases]
        # As label() writes it, in any language: a page may have been opened in another one.
        called += [
            _joined(name, acronym) for name in self.names.values() for acronym in self.acronyms.values()
        ]
        return text in {normalize(name) for name in called}


def _joined(name: str, acronym: str) -> str:
    return f"{name} ({acronym})" if name and acronym and acronym != name else name or acronym


def label(names: dict[str, str], acronyms: dict[str, str]) -> str:
    """Return how an organization is shown in a list of choices, in the reader's language."""
    language = locale.current()
    return _joined(pick(names, language), pick(acronyms, language))


def one(organization_id: int) -> Organization:
    """Return an organization. Raises :class:`NotFound`."""
    found = db.session.get(Organization, organization_id) if 0 < organization_id < 2**31 else None
    if found is None:
        raise NotFound
    return found


def _containing(words: Sequence[str]) -> list[ColumnElement[bool]]:
    return [Organization.search_text.like(like_pattern(word), escape="\\") for word in words]


def listing(
    *,
    query: str = "",
    type: OrganizationType | None = None,
    country: str | None = None,
    sort: str = "name",
    backwards: bool = False,
    page: int = 1,
) -> Listing:
    """Return a page of the organizations that contain all words of ``query`` in any of their names. Two statements."""
    where = _containing(terms(query))
    if type is not None:
        where.append(Organization.type == type)
    if country is not None:
        where.append(Organization.country == country)
    total = db.session.scalar(select(func.count()).select_from(Organization).where(*where)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    by_name = Organization.search_text
    key: ColumnElement[object] = {  # type: ignore[assignment]
        "type": Organization.type,
        "country": func.coalesce(Organization.country, "~"),
        "changed": Organization.updated_at,
    }.get(sort, by_name)
    statement = (
        select(
            Organization.id, Organization.slug, Organization.type, Organization.names, Organization.acronyms,
            Organization.country, Organization.logo_id.is_not(None), Organization.updated_at,
            Organization.confirmed,
        )
        .where(*where)
        .order_by(key.desc() if backwards else key.asc(), by_name, Organization.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )  # fmt: skip
    return Listing([Row(*row) for row in db.session.execute(statement)], total, page, pages)


def countries_used() -> list[str]:
    """Return the codes of the countries that organizations are of."""
    statement = select(Organization.country).where(Organization.country.is_not(None)).distinct()
    return sorted(str(code) for code in db.session.scalars(statement))


def _is_one_of_its_names(text: str) -> ColumnElement[bool]:
    # search_text holds the names between bars, see core.search.searchable.
    return (" | " + Organization.search_text + " | ").like(like_pattern(f" | {text} | "), escape="\\")


def _candidates(statement: Select[Organization]) -> list[Candidate]:
    columns = statement.with_only_columns(
        Organization.id, Organization.slug, Organization.names, Organization.acronyms, Organization.aliases,
        Organization.country,
    )  # fmt: skip
    return [Candidate(*row) for row in db.session.execute(columns)]


def by_ids(ids: Collection[int]) -> dict[int, Candidate]:
    """Return the organizations with these ids, by id. One statement."""
    if not ids:
        return {}
    found = _candidates(select(Organization).where(Organization.id.in_(sorted(ids))))
    return {candidate.id: candidate for candidate in found}


_WITH_SLUG = re.compile(r"\[([a-z0-9-]{1,120})\]$")
_WITH_ACRONYM = re.compile(r"^(.+) \(([^()]+)\)$")


def called(texts: Iterable[str], *, proposed: bool = False) -> dict[str, list[Candidate]]:
    """Return, for each text, the organizations whose name, acronym or alias it is, in any language. One statement.

    Upper and lower case, marks and white space do not matter. A text that ends in ``[slug]`` means that one only.
    ``proposed``: also those that the secretariat has not confirmed yet, which no form may offer.
    """
    wanted = {text: normalize(text) for text in texts}
    where: list[ColumnElement[bool]] = []
    for text, plain in wanted.items():
        slug = _WITH_SLUG.search(text.strip())
        if slug:
            where.append(Organization.slug == slug[1])
        elif plain:
            # A label is the name and, in brackets, the acronym; the name alone is enough to look for.
            parts = {plain} | ({found[1]} if (found := _WITH_ACRONYM.match(plain)) else set())
            where += [_is_one_of_its_names(part) for part in parts]
    if not where:
        return {text: [] for text in wanted}
    statement = select(Organization).where(or_(*where)).order_by(Organization.id).limit(_MOST_CALLED)
    found_rows = _candidates(statement if proposed else statement.where(Organization.confirmed))
    answer: dict[str, list[Candidate]] = {}
    for text, plain in wanted.items():
        slug = _WITH_SLUG.search(text.strip())
        if slug:
            answer[text] = [row for row in found_rows if row.slug == slug[1]]
        else:
            answer[text] = [row for row in found_rows if plain and row.is_called(plain)]
    return answer


def near(text: str, *, most: int = _MOST_NEAR) -> list[Candidate]:
    """Return organizations that ``text`` may mean: first those that contain all its words in any of their names (those that
    begin with it before the others), then those whose names are like it, see ``likeness``. At most five statements.
    """
    words = terms(text)
    if not words:
        return []
    begins = Organization.search_text.like(like_pattern(words[0]).removeprefix("%"), escape="\\")
    statement = (
        select(Organization)
        .where(Organization.confirmed, *_containing(words))
        .order_by(begins.desc(), func.length(Organization.search_text), Organization.id)
        .limit(most)
    )
    found = _candidates(statement)
    if len(found) < most:
        known = {one.id for one in found}
        more = [one.id for one in directory.like(text[:200], most=most) if one.id not in known]
        rows = by_ids(more[: most - len(found)])
        found += [rows[id_] for id_ in more if id_ in rows]
    return found


def similar(
    texts: Iterable[str], *, but: int | None = None, most: int = _MOST_NEAR
) -> list[tuple[Candidate, float]]:
    """Return the organizations with a name like one of ``texts`` (whole names), the most alike first, with how much (0 to 1).

    For finding those that are in the directory twice.
    """
    best: dict[int, float] = {}
    for text in dict.fromkeys(text[:250] for text in texts if text):
        for one in directory.like(text, most=most, least=SAME, whole=True, but=but):
            best[one.id] = max(one.score, best.get(one.id, 0.0))
    order = sorted(best, key=lambda id_: (-best[id_], id_))[:most]
    rows = by_ids(order)
    return [(rows[id_], best[id_]) for id_ in order if id_ in rows]
