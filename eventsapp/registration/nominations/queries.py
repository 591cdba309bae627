"""What the pages of delegations show: typed rows, each read in a fixed number of statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import search
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.transitions import GONE

PAGE = 50


@dataclass(frozen=True, slots=True)
class Delegation:
    """An organization at one conference: places of its quotas, and people."""

    conference: Conference
    places: int
    taken: int
    nominated: int
    waiting: int
    """Nominees who have not confirmed yet."""


def delegations_of(organization_id: int) -> list[Delegation]:
    """Return the conferences at which an organization has a quota, or nominated somebody, the next first. Three statements."""
    quotas = {
        id_: (places, taken)
        for id_, places, taken in db.session.execute(
            select(Quota.conference_id, func.sum(Quota.places), func.sum(Quota.taken))
            .where(Quota.organization_id == organization_id)
            .group_by(Quota.conference_id)
        )
    }
    draft = and_(Registration.state == RegistrationState.DRAFT, Registration.address_confirmed_at.is_(None))
    people = {
        id_: (count, waiting or 0)
        for id_, count, waiting in db.session.execute(
            select(Registration.conference_id, func.count(), func.sum(case((draft, 1), else_=0)))
            .where(Registration.nominated_for_id == organization_id, Registration.state.not_in(GONE))
            .group_by(Registration.conference_id)
        )
    }
    conferences = db.session.scalars(
        select(Conference)
        .where(
            Conference.id.in_({*quotas, *people}),
            Conference.state != ConferenceState.DRAFT,
        )
        .order_by(Conference.start_date.desc(), Conference.id)
    )
    return [Delegation(one, *quotas.get(one.id, (0, 0)), *people.get(one.id, (0, 0))) for one in conferences]


@dataclass(frozen=True, slots=True)
class Room:
    """A category in which an organization may nominate. ``places`` is None for one that is left out of the quotas."""

    category: Category
    places: int | None
    taken: int

    @property
    def left(self) -> int | None:
        """How many more may be nominated; None: as many as they like."""
        return None if self.places is None else max(0, self.places - self.taken)


def rooms_of(conference_id: int, organization_id: int) -> list[Room]:
    """Return the categories of an organization's quotas, and, where it has any, those left out of them. Two statements."""
    counted = (
        select(func.count())
        .where(
            Registration.category_id == Category.id,
            Registration.nominated_for_id == organization_id,
            Registration.state.not_in(GONE | {RegistrationState.REJECTED}),
        )
        .correlate(Category)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Category, Quota, counted)
        .outerjoin(
            Quota,
            and_(
                Quota.category_id == Category.id,
                Quota.organization_id == organization_id,
                Quota.conference_id == conference_id,
            ),
        )
        .where(Category.conference_id == conference_id)
        .order_by(Category.position, Category.id)
        .execution_options(populate_existing=True)
    ).all()
    if not any(quota is not None for _category, quota, _count in rows):
        return []
    return [
        Room(category, quota.places, quota.taken)
        if category.in_quota and quota is not None
        else Room(category, None, count)
        for category, quota, count in rows
        if quota is not None or not category.in_quota
    ]


def people_of(conference_id: int, organization_id: int) -> list[Registration]:
    """Return everybody whom an organization nominated for a conference, those who do not come last. One statement."""
    gone = case((Registration.state.in_(GONE | {RegistrationState.REJECTED}), 1), else_=0)
    return list(
        db.session.scalars(
            select(Registration)
            .options(joinedload(Registration.category))
            .where(
                Registration.conference_id == conference_id,
                Registration.nominated_for_id == organization_id,
            )
            .order_by(gone, func.lower(Registration.name), Registration.id)
        )
    )


def nominee(registration_id: int, conference_id: int, organization_id: int) -> Registration | None:
    """Return one of them. One statement."""
    return db.session.scalar(
        select(Registration)
        .options(joinedload(Registration.category), joinedload(Registration.nominated_for))
        .where(
            Registration.id == registration_id,
            Registration.conference_id == conference_id,
            Registration.nominated_for_id == organization_id,
        )
    )


def conference_of(slug: str) -> Conference | None:
    """Return a conference that is public or was. One statement."""
    return db.session.scalar(
        select(Conference).where(Conference.slug == slug, Conference.state != ConferenceState.DRAFT)
    )


# --- the secretariat


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A quota as the secretariat sees it."""

    id: int
    organization: Organization
    category: Texts
    places: int
    taken: int
    note: str | None
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Quotas:
    """A page of quotas. ``places`` and ``taken`` are of all that fit."""

    rows: list[QuotaRow]
    total: int
    places: int
    taken: int
    page: int
    pages: int


def quotas_of(
    conference_id: int, *, query: str = "", category_id: int | None = None, page: int = 1
) -> Quotas:
    """Return quotas of a conference by organization, those that fit. Two statements."""
    where = [Quota.conference_id == conference_id]
    if plain := search.normalize(query):
        where.append(
            or_(
                Organization.search_text.contains(plain, autoescape=True),
                Organization.slug == query.strip().lower(),
            )
        )
    if category_id is not None:
        where.append(Quota.category_id == category_id)
    total, places, taken = db.session.execute(
        select(
            func.count(), func.coalesce(func.sum(Quota.places), 0), func.coalesce(func.sum(Quota.taken), 0)
        )
        .select_from(Quota)
        .join(Organization, Organization.id == Quota.organization_id)
        .where(*where)
    ).one()
    pages = max(1, -(-total // PAGE))
    page = min(max(1, page), pages)
    rows = db.session.execute(
        select(Quota, Organization, Category.names)
        .join(Organization, Organization.id == Quota.organization_id)
        .join(Category, Category.id == Quota.category_id)
        .where(*where)
        .order_by(Organization.slug, Category.position, Quota.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return Quotas(
        [
            QuotaRow(
                quota.id, organization, names, quota.places, quota.taken, quota.note, quota.updated_at
            )
            for quota, organization, names in rows
        ],
        total, int(places), int(taken), page, pages,
    )  # fmt: skip


def quota(id_: int, conference_id: int) -> Quota | None:
    """Return one of them. One statement."""
    return db.session.scalar(
        select(Quota)
        .options(joinedload(Quota.organization), joinedload(Quota.category))
        .where(Quota.id == id_, Quota.conference_id == conference_id)
    )


def quota_categories(conference_id: int) -> list[Category]:
    """Return the categories that have quotas. One statement."""
    return list(
        db.session.scalars(
            select(Category)
            .where(Category.conference_id == conference_id, Category.in_quota)
            .order_by(Category.position, Category.id)
        )
    )
