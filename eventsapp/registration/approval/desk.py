"""What the approval desk sees: its queue, filtered; who looks alike; the history. Typed rows in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Table, and_, exists, func, or_, select

from eventsapp.core import search
from eventsapp.core.files import StoredFile
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.registration.approval.likeness import Facts, Likeness, compare, mailbox
from eventsapp.registration.approval.models import NotSame
from eventsapp.registration.approval.rules import FIRST, NOTE, Step, first_approval
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration, RegistrationStep
from eventsapp.registration.queries import CAT, ORG, R
from eventsapp.registration.transitions import GONE

PER_PAGE: Final = 50
QUEUES: Final = (
    RegistrationState.IN_REVIEW,
    RegistrationState.ENDORSING,
    RegistrationState.RETURNED,
    RegistrationState.REJECTED,
)
"""The states that the desk lists; the first is what waits for it."""
_MOST_ALIKE: Final = 200
STEP: Final = cast(Table, RegistrationStep.__table__)
PAIR: Final = cast(Table, NotSame.__table__)
FILE: Final = cast(Table, StoredFile.__table__)


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the queue, as it stands in the address. ``alike``, ``second``: "1" for those only."""

    q: str = ""
    state: str = ""
    category: str = ""
    country: str = ""
    alike: str = ""
    second: str = ""

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> Filters:
        """Return the filters in a query string."""
        return cls(**{field.name: arguments.get(field.name, "")[:200] for field in fields(cls)})

    @property
    def queue(self) -> RegistrationState:
        """The state that is listed."""
        return next((state for state in QUEUES if state.value == self.state), QUEUES[0])

    def __bool__(self) -> bool:
        """Whether anything beside the state is asked."""
        return any((self.q, self.category, self.country, self.alike, self.second))


@dataclass(frozen=True, slots=True)
class Row:
    """One registration in the queue. ``first``: who has approved it where a second officer is awaited."""

    id: int
    name: str
    email: str
    state: RegistrationState
    country: str | None
    category_names: Texts
    category_colour: int
    organization_names: Texts | None
    organization_acronyms: Texts | None
    organization_name: str | None
    nominated_for_id: int | None
    submitted_at: datetime | None
    alike: bool
    first: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the queue; ``total`` counts all that fit, ``pages`` is at least 1."""

    rows: list[Row]
    total: int
    page: int
    pages: int


def _namesake() -> ColumnElement[bool]:
    """Whether somebody else in the conference has the same name, and nobody has said that they are two. By the index."""
    other = R.alias()
    said = exists().where(
        or_(
            and_(PAIR.c.first_id == R.c.id, PAIR.c.second_id == other.c.id),
            and_(PAIR.c.first_id == other.c.id, PAIR.c.second_id == R.c.id),
        )
    )
    return (
        exists()
        .where(
            other.c.conference_id == R.c.conference_id,
            other.c.name_key == R.c.name_key,
            R.c.name_key != "",
            other.c.id != R.c.id,
            other.c.state.not_in([*GONE, RegistrationState.REJECTED]),
            ~said,
        )
        .correlate(R)
    )


def _approved_once() -> ColumnElement[bool]:
    later = STEP.alias()
    voided = exists().where(
        later.c.registration_id == STEP.c.registration_id,
        later.c.id > STEP.c.id,
        later.c.action.not_in((FIRST, NOTE)),
    )
    return exists().where(STEP.c.registration_id == R.c.id, STEP.c.action == FIRST, ~voided).correlate(R)


def _contains(column: ColumnElement[Any], term: str) -> ColumnElement[bool]:
    return column.like(search.like_pattern(term), escape="\\")


def _conditions(conference_id: int, filters: Filters) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [R.c.conference_id == conference_id, R.c.state == filters.queue]
    for term in search.terms(filters.q):
        called = R.c.organization_id.in_(select(ORG.c.id).where(_contains(ORG.c.search_text, term)))
        where.append(or_(_contains(R.c.search_text, term), called))
    if filters.category:
        plain = filters.category.isascii() and filters.category.isdigit() and len(filters.category) < 10
        where.append(R.c.category_id == (int(filters.category) if plain else -1))
    if filters.country:
        where.append(R.c.country == filters.country.upper())
    if filters.alike:
        where.append(_namesake())
    if filters.second:
        where.append(_approved_once())
    return where


_ORDER: Final = (R.c.submitted_at, R.c.id)
"""Who has waited longest comes first."""


def listing(conference_id: int, filters: Filters, *, page: int = 1) -> Listing:
    """Return a page of the queue. Three statements."""
    connection = db.session.connection()
    where = _conditions(conference_id, filters)
    total: int = connection.execute(select(func.count()).select_from(R).where(*where)).scalar_one()
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, page), pages)
    rows = connection.execute(
        select(
            R.c.id,
            R.c.name,
            R.c.email,
            R.c.state,
            R.c.country,
            CAT.c.names,
            CAT.c.colour,
            ORG.c.names,
            ORG.c.acronyms,
            R.c.organization_name,
            R.c.nominated_for_id,
            R.c.submitted_at,
            _namesake().label("alike"),
        )
        .select_from(R.join(CAT, R.c.category_id == CAT.c.id).outerjoin(ORG, R.c.organization_id == ORG.c.id))
        .where(*where)
        .order_by(*_ORDER)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    firsts = _first_approvals([row.id for row in rows])
    values: list[list[Any]] = [[*row, firsts.get(row.id)] for row in rows]
    return Listing([Row(*one) for one in values], total, page, pages)


def _first_approvals(ids: Sequence[int]) -> dict[int, str]:
    rows = db.session.connection().execute(
        select(STEP.c.registration_id, STEP.c.action, STEP.c.actor_id, STEP.c.actor)
        .where(STEP.c.registration_id.in_(ids))
        .order_by(STEP.c.at, STEP.c.id)
    )
    steps: dict[int, list[Step]] = {}
    for id_, action, actor_id, actor in rows:
        steps.setdefault(id_, []).append(Step(action, actor_id, actor))
    found = {id_: first_approval(history) for id_, history in steps.items()}
    return {id_: step.actor for id_, step in found.items() if step is not None}


def all_ids(conference_id: int, filters: Filters, *, most: int) -> list[int]:
    """Return the ids of what fits, those that have waited longest first. One statement."""
    statement = select(R.c.id).where(*_conditions(conference_id, filters)).order_by(*_ORDER).limit(most)
    return list(db.session.connection().execute(statement).scalars())


def known_ids(conference_id: int, ids: Sequence[int]) -> list[int]:
    """Return those of the ids that are of this conference. One statement."""
    statement = select(R.c.id).where(R.c.conference_id == conference_id, R.c.id.in_(ids))
    return list(db.session.connection().execute(statement).scalars())


def next_id(conference_id: int, filters: Filters, after: Registration) -> int | None:
    """Return what comes after a registration in the queue, or the first of it when it was the last. Two statements at most."""
    where = [*_conditions(conference_id, filters), R.c.id != after.id]
    statement = select(R.c.id).order_by(*_ORDER).limit(1)
    connection = db.session.connection()
    if after.submitted_at is not None:
        later = or_(
            R.c.submitted_at > after.submitted_at,
            and_(R.c.submitted_at == after.submitted_at, R.c.id > after.id),
        )
        found = connection.execute(statement.where(*where, later)).scalar()
        if found is not None:
            return int(found)
    found = connection.execute(statement.where(*where)).scalar()
    return None if found is None else int(found)


def counts(conference_id: int) -> dict[RegistrationState, int]:
    """Return how many registrations stand in each of the desk's queues. One statement."""
    rows = db.session.connection().execute(
        select(R.c.state, func.count())
        .where(R.c.conference_id == conference_id, R.c.state.in_(QUEUES))
        .group_by(R.c.state)
    )
    found: dict[RegistrationState, int] = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in QUEUES}


def history(registration_id: int) -> list[RegistrationStep]:
    """Return what happened to a registration, the newest first. One statement."""
    return list(
        db.session.scalars(
            select(RegistrationStep)
            .where(RegistrationStep.registration_id == registration_id)
            .order_by(RegistrationStep.at.desc(), RegistrationStep.id.desc())
        )
    )


# --- who looks alike


@dataclass(frozen=True, slots=True)
class Double:
    """Another registration that may be of the same person."""

    registration: Registration
    likeness: Likeness


def facts_of(registration: Registration, photo: bytes | str | None = None) -> Facts:
    """Return what is compared of a registration; ``photo``: the hash of its bytes."""
    return Facts(
        name=registration.name,
        email=registration.email,
        original_name=registration.original_name,
        birth_date=registration.birth_date,
        phone=registration.phone,
        photo=photo,
        organization_id=registration.organization_id,
        country=registration.country,
    )


def doubles(registration: Registration, *, also: int | None = None) -> list[Double]:
    """Return who in the conference may be the same person, the most alike first. Three statements.

    Those of whom an officer has said that they are somebody else are left out; ``also``: this one is compared in any case.
    """
    if registration.erased_at is not None:
        return []
    other = Registration
    signs = [other.name_key == registration.name_key] if registration.name_key else []
    # A name written with another letter still shares its longest word, or the birth date.
    longest = max(registration.name_key.split(), key=len, default="")
    if len(longest) >= 4:
        signs.append(other.search_text.like(search.like_pattern(longest), escape="\\"))
    if registration.birth_date is not None:
        signs.append(other.birth_date == registration.birth_date)
    if registration.phone:
        signs.append(other.phone == registration.phone)
    if registration.original_name:
        signs.append(other.original_name == registration.original_name)
    local = mailbox(registration.email).partition("@")[0]
    escaped = local.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    signs.append(other.email.like(f"{escaped}%", escape="\\"))
    if also is not None:
        signs.append(other.id == also)
    digest = (
        select(StoredFile.sha256).where(StoredFile.id == registration.photo_id).scalar_subquery()
        if registration.photo_id
        else None
    )
    if digest is not None:
        signs.append(other.photo_id.in_(select(StoredFile.id).where(StoredFile.sha256 == digest)))
    known = set(
        db.session.scalars(select(NotSame.second_id).where(NotSame.first_id == registration.id))
    ) | set(db.session.scalars(select(NotSame.first_id).where(NotSame.second_id == registration.id)))
    rows = db.session.execute(
        select(other, StoredFile.sha256)
        .outerjoin(StoredFile, StoredFile.id == other.photo_id)
        .where(
            other.conference_id == registration.conference_id,
            other.id != registration.id,
            other.state.not_in(GONE),
            other.erased_at.is_(None),
            or_(*signs),
        )
        .order_by((other.name_key == registration.name_key).desc(), other.id)
        .limit(_MOST_ALIKE)
    ).all()
    own_photo = (
        db.session.scalar(select(StoredFile.sha256).where(StoredFile.id == registration.photo_id))
        if registration.photo_id
        else None
    )
    mine = facts_of(registration, own_photo)
    found = [
        Double(row, likeness)
        for row, photo in rows
        for likeness in (compare(mine, facts_of(row, photo)),)
        if row.id == also or (likeness.alike and row.id not in known)
    ]
    return sorted(found, key=lambda one: (-one.likeness.points, one.registration.id))
