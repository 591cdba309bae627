"""Which badges are printed, and what the press is told: by category, new ones, since an instant, one person. Reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import contains_eager

from eventsapp.conferences.models import Conference
from eventsapp.core.files import path_of
from eventsapp.core.printing.press import Order
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.registration.badges import codes, content, templates
from eventsapp.registration.badges.content import Card, Event
from eventsapp.registration.badges.design import Design
from eventsapp.registration.badges.models import Badge, BadgeTemplate
from eventsapp.registration.enums import BadgePaper, RegistrationState
from eventsapp.registration.models import Category, Registration

MOST: Final = 500
"""Badges of one PDF: a few seconds of work, and as many as one person hands out from one box."""


class Who(StrEnum):
    """Whose badges."""

    NEW = "new"
    """Never printed, or changed since."""
    SINCE = "since"
    """Registered since an instant."""
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Count:
    """How many badges a category has. ``waiting``: registered people whose badge was never printed."""

    id: int
    names: Texts
    colour: int
    template_id: int | None
    registered: int
    waiting: int
    changed: int


@dataclass(frozen=True, slots=True)
class Run:
    """Badges that were printed together; ``valid`` of them are good still."""

    number: int
    at: datetime
    badges: int
    valid: int


_good = and_(Badge.registration_id == Registration.id, Badge.revoked_at.is_(None))
_registered = Registration.state == RegistrationState.CONFIRMED


def counts(conference_id: int) -> list[Count]:
    """Return how many badges each category has, in the categories' order. One statement."""
    rows = db.session.execute(
        select(
            Category.id,
            Category.names,
            Category.colour,
            Category.badge_template_id,
            func.count(Registration.id),
            func.count(case((and_(Registration.id.is_not(None), Badge.printed_at.is_(None)), 1))),
            func.count(Badge.changed_at),
        )
        .outerjoin(Registration, and_(Registration.category_id == Category.id, _registered))
        .outerjoin(Badge, _good)
        .where(Category.conference_id == conference_id)
        .group_by(Category.id)
        .order_by(Category.position, Category.id)
    )
    return [Count(*row) for row in rows]


def chosen(
    conference_id: int, who: Who, *, category_id: int | None = None, since: datetime | None = None
) -> tuple[list[Registration], int]:
    """Return whose badges are to be printed, at most :data:`MOST`, and how many more there are. Two statements.

    ``since`` (aware) belongs to ``Who.SINCE``. In the order in which they were registered.
    """
    wanted = [Registration.conference_id == conference_id, _registered]
    if category_id is not None:
        wanted.append(Registration.category_id == category_id)
    if who is Who.NEW:
        wanted.append(or_(Badge.printed_at.is_(None), Badge.changed_at.is_not(None)))
    if who is Who.SINCE and since is not None:
        wanted.append(Registration.confirmed_at >= since)
    found = select(Registration).outerjoin(Badge, _good).where(*wanted)
    many = db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
    first = found.order_by(Registration.confirmed_at, Registration.id).limit(MOST)
    return list(db.session.scalars(first)), max(0, many - MOST)


def runs(conference_id: int, most: int = 10) -> list[Run]:
    """Return what was printed last, the newest first. One statement."""
    at = func.max(Badge.printed_at)
    rows = db.session.execute(
        select(Badge.run, at, func.count(), func.count(case((Badge.revoked_at.is_(None), 1))))
        .where(Badge.conference_id == conference_id, Badge.run.is_not(None))
        .group_by(Badge.run)
        .order_by(at.desc(), Badge.run.desc())
        .limit(most)
    )
    return [
        Run(number, when, many, good)
        for number, when, many, good in rows
        if number is not None and when is not None
    ]


def run(conference: Conference, number: int, paper: BadgePaper | None = None) -> tuple[Order, int] | None:
    """Return the order for the badges of a run that are good still, and how many; None where there are none.

    By category, then by name. ``paper`` None: that of the first badge's template. Three statements and the pictures' rows.
    """
    badges = list(
        db.session.scalars(
            select(Badge)
            .join(Badge.registration)
            .join(Registration.category)
            .where(Badge.conference_id == conference.id, Badge.run == number, Badge.revoked_at.is_(None))
            .options(
                contains_eager(Badge.registration).contains_eager(Registration.category),
                contains_eager(Badge.registration).joinedload(Registration.organization),
                contains_eager(Badge.registration).joinedload(Registration.photo),
            )
        )
    )
    if not badges:
        return None
    badges.sort(
        key=lambda one: (
            one.registration.category.position,
            one.registration.category_id,
            one.registration.name.casefold(),
        )
    )
    return order(conference, badges, templates.all_of(conference.id), paper), len(badges)


def order(
    conference: Conference,
    badges: Sequence[Badge],
    known: Sequence[BadgeTemplate],
    paper: BadgePaper | None = None,
) -> Order:
    """Return the order for some badges, whose registrations are loaded, by the templates of the conference."""
    numbers = {template.id: number for number, template in enumerate(known, 1)}
    designs = [Design(), *(Design.of(template.design) for template in known)]
    if paper is None:
        first = numbers.get(badges[0].registration.category.badge_template_id or 0)
        paper = known[first - 1].paper if first else BadgePaper.A6
    cards = [
        card(badge, conference, numbers.get(badge.registration.category.badge_template_id or 0, 0))
        for badge in badges
    ]
    return content.order(event(conference), designs, cards, paper)


def card(badge: Badge, conference: Conference, design: int) -> Card:
    """Return what a badge says of its person."""
    person = badge.registration
    return Card(
        design=design,
        number=f"{person.id:05}",
        code=codes.text_of(badge.id, conference),
        name=person.name,
        original_name=person.original_name,
        job_title=person.job_title,
        organization_names=person.organization.names if person.organization else None,
        organization_name=person.organization_name,
        country=person.country,
        language=person.language,
        category_names=person.category.names,
        colour=person.category.colour,
        levels=person.category.levels,
        photo=path_of(person.photo) if person.photo else None,
    )


def event(conference: Conference) -> Event:
    """Return the conference as its badges name it."""
    return Event(
        names=conference.names,
        short_name=conference.short_name,
        cities=conference.cities,
        country=conference.country,
        start_date=conference.start_date,
        end_date=conference.end_date,
        default_language=conference.default_language,
        accent=conference.accent,
        picture=path_of(conference.picture) if conference.picture else None,
    )
