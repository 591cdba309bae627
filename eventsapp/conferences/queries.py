"""What the workspace's pages about a conference need, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import ConferenceRole, User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference, Room
from eventsapp.core.audit import AuditEntry
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState


@dataclass(frozen=True, slots=True)
class OwnConference:
    """A conference in somebody's list, with their roles there."""

    slug: str
    state: ConferenceState
    short_name: str
    names: dict[str, str]
    default_language: str
    cities: dict[str, str]
    country: str | None
    start_date: date
    end_date: date
    roles: tuple[Role, ...]


def conferences_of(user: User) -> list[OwnConference]:
    """Return the conferences in which a person has a role (all, for an administrator), the latest first. Two statements."""
    roles: dict[int, list[Role]] = defaultdict(list)
    held = select(ConferenceRole.conference_id, ConferenceRole.role).where(ConferenceRole.user_id == user.id)
    for conference_id, role in db.session.execute(held.order_by(ConferenceRole.id)):
        roles[conference_id].append(role)
    c = Conference
    statement = select(
        c.id,
        c.slug,
        c.state,
        c.short_name,
        c.names,
        c.default_language,
        c.cities,
        c.country,
        c.start_date,
        c.end_date,
    ).order_by(c.start_date.desc(), c.id)
    if not user.is_administrator:
        statement = statement.where(c.id.in_(roles))
    return [
        OwnConference(
            slug=row.slug,
            state=row.state,
            short_name=row.short_name,
            names=row.names,
            default_language=row.default_language,
            cities=row.cities,
            country=row.country,
            start_date=row.start_date,
            end_date=row.end_date,
            roles=tuple(roles.get(row.id, ())),
        )
        for row in db.session.execute(statement)
    ]


def counts(models: Mapping[str, type[Any]], conference_id: int) -> dict[str, int]:
    """Return how many rows each of the models has in a conference, by the names given. One statement."""
    columns = [
        select(func.count())
        .select_from(model)
        .where(model.conference_id == conference_id)
        .scalar_subquery()
        .label(name)
        for name, model in models.items()
    ]
    if not columns:
        return {}
    return dict(db.session.execute(select(*columns)).one()._mapping)


def texts(model: type[Any], column: str, conference_id: int) -> list[dict[str, str]]:
    """Return one translated column of all rows of a model in a conference. One statement."""
    statement = select(getattr(model, column)).where(model.conference_id == conference_id)
    return list(db.session.scalars(statement))


def missing_texts(found: Sequence[Mapping[str, str]], languages: Sequence[str]) -> dict[str, int]:
    """Return, for each language, how many of the texts that exist in any language are missing in it. Pure."""
    return {language: sum(1 for text in found if text and not text.get(language)) for language in languages}


def equipment_words(conference_id: int) -> list[str]:
    """Return what the rooms of a conference have, each word once whatever its capitals, in order. One statement."""
    lists = db.session.scalars(
        select(Room.equipment).where(Room.conference_id == conference_id).order_by(Room.position, Room.id)
    )
    found: dict[str, str] = {}
    for words in lists:
        for word in words:
            found.setdefault(word.casefold(), word)
    return sorted(found.values(), key=str.casefold)


def dead_messages(conference_id: int) -> int:
    """Return how many messages about a conference were given up. One statement."""
    statement = select(func.count()).where(
        Message.conference_id == conference_id, Message.state == MessageState.DEAD
    )
    return db.session.scalar(statement) or 0


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that somebody did, for the list of latest changes."""

    at: datetime
    actor: str
    action: str
    subject: str


def latest_deeds(conference_id: int, *, most: int = 12) -> list[Deed]:
    """Return what was done last in a conference. One statement."""
    statement = (
        select(AuditEntry.at, AuditEntry.actor, AuditEntry.action, AuditEntry.subject)
        .where(AuditEntry.conference_id == conference_id)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(most)
    )
    return [Deed(*row) for row in db.session.execute(statement)]
