"""The list of participants that registered people see: those who agreed to stand in it, of categories that are listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Table, func, or_, select

from eventsapp.core import search
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Category, Registration

PER_PAGE: Final = 100
_R, _CAT, _ORG = (cast(Table, model.__table__) for model in (Registration, Category, Organization))


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in the list: nothing more is shown of them."""

    name: str
    original_name: str | None
    country: str | None
    category_names: Texts
    organization_names: Texts | None
    organization_name: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``total`` counts all that fit, ``pages`` is at least 1. ``categories``: id and names."""

    rows: list[Listed]
    total: int
    page: int
    pages: int
    categories: list[tuple[int, Texts]]


def listed_categories(conference_id: int) -> list[tuple[int, Texts]]:
    """Return the categories whose people can be listed. One statement."""
    found = db.session.execute(
        select(Category.id, Category.names)
        .where(Category.conference_id == conference_id, Category.listed)
        .order_by(Category.position, Category.id)
    )
    return [(row.id, row.names) for row in found]


def listing(conference_id: int, *, query: str = "", category: str = "", page: int = 1) -> Listing:
    """Return a page of the list by name, of those who fit all words of ``query`` and have a category. Three statements.

    Words are looked for in names and organizations, never in addresses.
    """
    where: list[Any] = [
        _R.c.conference_id == conference_id,
        _R.c.state == RegistrationState.CONFIRMED,
        _R.c.listed.is_(True),
        _R.c.erased_at.is_(None),
        _CAT.c.listed.is_(True),
    ]
    for term in search.terms(query):
        pattern = search.like_pattern(term)
        where.append(
            or_(
                # Without the address, which nobody shall find out by trying.
                func.replace(_R.c.search_text, _R.c.email, "").like(pattern, escape="\\"),
                _ORG.c.search_text.like(pattern, escape="\\"),
            )
        )
    categories = listed_categories(conference_id)
    if category:
        chosen = [id_ for id_, _names in categories if str(id_) == category]
        where.append(_R.c.category_id.in_(chosen))
    joined = _R.join(_CAT, _R.c.category_id == _CAT.c.id).outerjoin(_ORG, _R.c.organization_id == _ORG.c.id)
    total = db.session.execute(select(func.count()).select_from(joined).where(*where)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = db.session.execute(
        select(
            _R.c.name,
            _R.c.original_name,
            _R.c.country,
            _CAT.c.names,
            _ORG.c.names.label("organization_names"),
            _R.c.organization_name,
        )
        .select_from(joined)
        .where(*where)
        .order_by(_R.c.search_text, _R.c.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    return Listing([Listed(*row) for row in rows], total, page, pages, categories)
