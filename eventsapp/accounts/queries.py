"""What pages about accounts show, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from eventsapp.accounts import hooks
from eventsapp.accounts.enums import Role
from eventsapp.accounts.hooks import OwnRegistration
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.extensions import Model, db

PAGE = 50


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of a person, with the conference's slug and short name."""

    role: Role
    conference_slug: str
    conference_name: str


@dataclass(frozen=True, slots=True)
class UserLine:
    """One person in the administrators' list."""

    id: int
    name: str
    email: str
    is_active: bool
    is_administrator: bool
    is_confirmed: bool
    created_at: datetime
    roles: tuple[RoleLine, ...]


@dataclass(frozen=True, slots=True)
class UserPage:
    """A page of the list: the lines, how many there are in all, and which page this is (from 1)."""

    lines: list[UserLine]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a conference's team."""

    user_id: int
    name: str
    email: str
    is_active: bool
    is_confirmed: bool
    roles: tuple[Role, ...]


def registrations(user_id: int) -> list[OwnRegistration]:
    """Return a person's registrations, as the features that know of them tell."""
    return [line for ask in hooks.registrations_of for line in ask(user_id)]


def has_roles(user_id: int) -> bool:
    """Return whether a person has a role in any conference."""
    found = select(ConferenceRole.id).where(ConferenceRole.user_id == user_id).limit(1)
    return db.session.scalar(found) is not None


def users(*, search: str = "", kind: str = "", page: int = 1) -> UserPage:
    """Return one page of all people, by name. ``kind``: "", "administrators", "closed" or "unconfirmed". Three statements."""
    wanted = select(User)
    words = search.strip().lower().split()[:6]
    for word in words:
        pattern = f"%{_escaped(word)}%"
        wanted = wanted.where(
            or_(func.lower(User.name).like(pattern, escape="\\"), User.email.like(pattern, escape="\\"))
        )
    if kind == "administrators":
        wanted = wanted.where(User.is_administrator)
    elif kind == "closed":
        wanted = wanted.where(~User.is_active)
    elif kind == "unconfirmed":
        wanted = wanted.where(User.password_hash.is_(None))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = max(1, min(page, -(-total // PAGE) or 1))
    rows = db.session.scalars(
        wanted.order_by(func.lower(User.name), User.email).limit(PAGE).offset((page - 1) * PAGE)
    ).all()
    roles = roles_of([row.id for row in rows])
    lines = [
        UserLine(
            id=row.id,
            name=row.name,
            email=row.email,
            is_active=row.is_active,
            is_administrator=row.is_administrator,
            is_confirmed=row.password_hash is not None,
            created_at=row.created_at,
            roles=tuple(roles.get(row.id, ())),
        )
        for row in rows
    ]
    return UserPage(lines, total, page)


def roles_of(user_ids: Sequence[int]) -> dict[int, list[RoleLine]]:
    """Return the roles of some people in all conferences, the newest conference first. One statement."""
    if not user_ids:
        return {}
    # By its name, because accounts come before conferences.
    conference = Model.metadata.tables["conference"].c
    rows = db.session.execute(
        select(ConferenceRole.user_id, ConferenceRole.role, conference.slug, conference.short_name)
        .join(conference.slug.table, conference.id == ConferenceRole.conference_id)
        .where(ConferenceRole.user_id.in_(user_ids))
        .order_by(conference.start_date.desc(), conference.slug, ConferenceRole.id)
    )
    found: dict[int, list[RoleLine]] = {}
    for user_id, role, slug, name in rows:
        found.setdefault(user_id, []).append(RoleLine(role, slug, name))
    return found


def team(conference_id: int) -> list[Member]:
    """Return the people with a role in a conference, by name, each with their roles. One statement."""
    rows = db.session.execute(
        select(
            User.id,
            User.name,
            User.email,
            User.is_active,
            User.password_hash.is_not(None),
            ConferenceRole.role,
        )
        .join(ConferenceRole, ConferenceRole.user_id == User.id)
        .where(ConferenceRole.conference_id == conference_id)
        .order_by(func.lower(User.name), User.email, ConferenceRole.id)
    )
    found: dict[int, Member] = {}
    for id_, name, email, active, confirmed, role in rows:
        before = found[id_].roles if id_ in found else ()
        found[id_] = Member(id_, name, email, active, confirmed, (*before, role))
    return list(found.values())


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
