"""Two entries of the directory that are one organization become one, and everything that refers to it follows.

What refers to an organization is read from the foreign keys of all tables, so that no table, also one of a later feature, can
be forgotten. Where a table has at most one row for an organization and something else (an event, a proposal, a person, a
conference), and both have one, the two rows become one: as :data:`unite` says for that table; without a word there the row of
the organization that stays is kept as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Column, Row, Table, UniqueConstraint, and_, delete, func, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from eventsapp.core import audit, clock, renames
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict
from eventsapp.core.search import searchable
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.organizations import hooks, members
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import Organization

Uniting = Callable[[Row[Any], Row[Any]], Mapping[str, Any]]
"""From the row that stays and the row that goes: what of the first is changed, by column."""

unite: Final[dict[str, Uniting]] = {}
"""By table. Features add theirs when they are registered."""


class Side(StrEnum):
    """Which of the two a fact is taken from."""

    KEPT = "kept"
    GONE = "gone"


FACTS: Final = ("names", "acronyms", "type", "country", "website", "logo", "contact")
"""What is chosen of one of the two. Names and acronyms of the other become its other names, so that it is found by them."""


@dataclass(frozen=True, slots=True)
class Following:
    """What will follow, of one table: how many rows, and how many of them become one with a row that is there."""

    table: str
    rows: int
    united: int


def following(gone: Organization, kept: Organization) -> list[Following]:
    """Return what refers to ``gone``, by table, the most first. Two statements for each column that refers to organizations."""
    found: dict[str, Following] = {}
    for column in references():
        count = db.session.scalar(select(func.count()).select_from(column.table).where(column == gone.id))
        if count:
            before = found.get(column.table.name, Following(column.table.name, 0, 0))
            united = len(list(_pairs(column, gone.id, kept.id)))
            found[column.table.name] = Following(before.table, before.rows + count, before.united + united)
    return sorted(found.values(), key=lambda one: (-one.rows, one.table))


def merge(gone: Organization, kept: Organization, choice: Mapping[str, Side], *, actor: Actor) -> None:
    """Make ``gone`` part of ``kept``: facts as chosen (by :data:`FACTS`; those of ``kept`` where nothing is said), everything
    that refers to it, and its addresses, which lead to ``kept`` from now on. It cannot be undone.

    Raises :class:`Conflict` for one and the same, or when one of them is not confirmed yet and the other would be hidden by it.
    """
    if gone.id == kept.id:
        raise Conflict(_("Choose two different organizations."))
    if gone.confirmed and not kept.confirmed:
        raise Conflict(_("The secretariat has to confirm the organization first."))
    db.session.flush()
    # Both in one order, so that two merges at once wait for each other instead of blocking each other.
    for row in sorted((gone, kept), key=lambda one: one.id):
        db.session.refresh(row, with_for_update=True)
    before = {"slug": gone.slug, "names": dict(gone.names), "acronyms": dict(gone.acronyms)}
    _take_facts(gone, kept, choice)
    moved: dict[str, int] = {}
    for column in references():
        count = _follow(column, gone.id, kept.id)
        if count:
            moved[column.table.name] = moved.get(column.table.name, 0) + count
    subject = members.subject(gone)
    renames.lead_on(gone, kept)
    kept.updated_at = clock.now()
    db.session.flush()
    db.session.expire_all()
    for told in hooks.merged:
        told(gone, kept, actor)
    detail = {
        "merged": before,
        "followed": moved,
        "choice": {name: side.value for name, side in choice.items()},
    }
    audit.record(actor, "organization.merge", members.subject(kept), detail=detail)
    audit.record(actor, "organization.merged", subject, detail={"into": kept.slug})
    db.session.delete(gone)
    db.session.flush()


def references() -> list[Column[Any]]:
    """Return all columns that refer to an organization, in the order in which rows can be changed."""
    return [
        key.parent
        for table in db.metadata.sorted_tables
        for key in sorted(table.foreign_keys, key=lambda one: one.parent.name)
        if key.column.table is Organization.__table__
    ]


def _uniques(
    table: Table, column: Column[Any]
) -> Iterator[tuple[list[Column[Any]], ColumnElement[bool] | None]]:
    """The sets of columns that no two rows have alike, and that hold ``column``: the others, and of which rows it is true."""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint) and column in list(constraint.columns):
            yield [one for one in constraint.columns if one is not column], None
    if column in list(table.primary_key.columns):
        yield [one for one in table.primary_key.columns if one is not column], None
    for index in table.indexes:
        if index.unique and column in list(index.columns):
            where = index.dialect_options["postgresql"].get("where")
            yield [one for one in index.columns if one is not column], where


def _pairs(column: Column[Any], gone_id: int, kept_id: int) -> Iterator[tuple[Row[Any], Row[Any]]]:
    """Rows of both organizations that cannot both stay: (the one that stays, the one that goes)."""
    table = column.table
    assert isinstance(table, Table)
    stays, goes = table.alias("stays"), table.alias("goes")
    same = [
        and_(*(stays.c[one.name] == goes.c[one.name] for one in others))
        for others, _where in _uniques(table, column)
    ]
    if not same:
        return
    ids = [one.name for one in table.primary_key.columns]
    rows = db.session.execute(
        select(
            *(stays.c[name].label(f"stays_{name}") for name in ids),
            *(goes.c[name].label(f"goes_{name}") for name in ids),
        )
        .where(stays.c[column.name] == kept_id, goes.c[column.name] == gone_id, or_(*same))
        .order_by(*(stays.c[name] for name in ids))
    ).mappings()
    for row in list(rows):
        yield _row(table, row, "stays_"), _row(table, row, "goes_")


def _row(table: Table, keys: Mapping[Any, Any], prefix: str) -> Row[Any]:
    return db.session.execute(
        select(table).where(
            _is(table, {one.name: keys[prefix + one.name] for one in table.primary_key.columns})
        )
    ).one()


def _is(table: Table, key: Mapping[str, Any]) -> ColumnElement[bool]:
    return and_(*(table.c[name] == value for name, value in key.items()))


def _key(table: Table, row: Row[Any]) -> dict[str, Any]:
    return {one.name: row._mapping[one] for one in table.primary_key.columns}


def _follow(column: Column[Any], gone_id: int, kept_id: int) -> int:
    """Turn a column's references to the one organization into such to the other; return how many there were."""
    table = column.table
    assert isinstance(table, Table)
    count = 0
    for stays, goes in _pairs(column, gone_id, kept_id):
        said = unite.get(table.name)
        changed = said(stays, goes) if said is not None else {}
        # First away with the other: what it was alone, such as the lead of a proposal, this one may become.
        _bequeath(table, goes, stays)
        db.session.execute(delete(table).where(_is(table, _key(table, goes))))
        if changed:
            db.session.execute(update(table).where(_is(table, _key(table, stays))).values(**changed))
        count += 1
    result = db.session.execute(update(table).where(column == gone_id).values({column.name: kept_id}))
    return count + int(result.rowcount)  # type: ignore[attr-defined]


def _bequeath(table: Table, goes: Row[Any], stays: Row[Any]) -> None:
    """Let what refers to the row that goes refer to the one that stays."""
    for other in db.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table:
                name = key.column.name
                db.session.execute(
                    update(other)
                    .where(key.parent == goes._mapping[table.c[name]])
                    .values({key.parent.name: stays._mapping[table.c[name]]})
                )


def _take_facts(gone: Organization, kept: Organization, choice: Mapping[str, Side]) -> None:
    def taken(name: str) -> bool:
        return choice.get(name) is Side.GONE

    called = [*kept.names.values(), *kept.acronyms.values(), *gone.names.values(), *gone.acronyms.values()]
    kept.names = _united(kept.names, gone.names, theirs=taken("names"))
    kept.acronyms = _united(kept.acronyms, gone.acronyms, theirs=taken("acronyms"))
    if taken("type"):
        kept.type = gone.type
    if taken("contact"):
        kept.contact_email, kept.contact_language = gone.contact_email, gone.contact_language
    for name in ("country", "website", "logo_id"):
        if taken(name.removesuffix("_id")):
            setattr(kept, name, getattr(gone, name))
    now = {*kept.names.values(), *kept.acronyms.values()}
    others = [*kept.aliases, *gone.aliases, *called]
    kept.aliases = [text for text in dict.fromkeys(others) if text and text not in now]
    kept.search_text = searchable(kept.names, kept.acronyms, kept.aliases)
    db.session.flush()


def _united(mine: Texts, others: Texts, *, theirs: bool) -> dict[str, str]:
    return {**mine, **others} if theirs else {**others, **mine}


# --- what is ours to say

_STATES = (
    MembershipState.ACTIVE, MembershipState.REQUESTED, MembershipState.REFUSED, MembershipState.ENDED,
)  # fmt: skip


def _members(stays: Row[Any], goes: Row[Any]) -> Mapping[str, Any]:
    """Whoever acts for one of them acts for both; of two active roles the stronger one."""
    first, second = (MembershipState(one.state) for one in (stays, goes))
    better = goes if _STATES.index(second) < _STATES.index(first) else stays
    values = {name: better._mapping[name] for name in ("role", "state", "note", "decided_at", "decided_by")}
    if first is second and MemberRole.FOCAL_POINT in (MemberRole(stays.role), MemberRole(goes.role)):
        values["role"] = MemberRole.FOCAL_POINT
    return values


def _accreditations(stays: Row[Any], goes: Row[Any]) -> Mapping[str, Any]:
    """The older one."""
    older = min(stays, goes, key=lambda one: one.granted_at)
    return {"granted_at": older.granted_at, "granted_by": older.granted_by}


unite["organization_member"] = _members
unite["accreditation"] = _accreditations
