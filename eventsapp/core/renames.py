"""Old addresses go on working: a slug that something had before it was renamed is kept, and leads to its new one."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.errors import Invalid
from eventsapp.extensions import Model, db


class OldSlug(Model):
    """A slug that something had before it was renamed: its public address goes on redirecting.

    ``kind`` is the table's name, ``object_id`` the row's id. Conferences and organizations have no ``conference_id``.
    """

    __table_args__ = (Index("ix_old_slug_scope", "kind", "conference_id", "slug", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    conference_id: Mapped[int | None] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(120))
    object_id: Mapped[int]


def taken(model: Any, conference_id: int | None, slug: str, *, by_other_than: int | None = None) -> bool:
    """Return whether another row of ``model`` has this slug, or had it, in the conference (None: on the whole site)."""
    rows = select(model.id).where(model.slug == slug)
    if conference_id is not None:
        rows = rows.where(model.conference_id == conference_id)
    old = select(OldSlug.object_id).where(
        OldSlug.kind == model.__tablename__, OldSlug.conference_id == conference_id, OldSlug.slug == slug
    )
    with db.session.no_autoflush:
        found = [*db.session.scalars(rows), *db.session.scalars(old)]
    return any(id_ != by_other_than for id_ in found)


def slugs(model: Any, conference_id: int | None) -> set[str]:
    """Return all slugs that rows of ``model`` have or had in the conference (None: on the whole site)."""
    rows = select(model.slug)
    if conference_id is not None:
        rows = rows.where(model.conference_id == conference_id)
    old = select(OldSlug.slug).where(
        OldSlug.kind == model.__tablename__, OldSlug.conference_id == conference_id
    )
    return {*db.session.scalars(rows), *db.session.scalars(old)}


def rename(row: Any, slug: str, *, keep: bool) -> None:
    """Give ``row`` another slug; ``keep``: the old one goes on leading to it.

    Raises :class:`Invalid` for a slug that another one has or had. Nothing happens when it is the same.
    """
    if slug == row.slug:
        return
    conference_id = getattr(row, "conference_id", None)
    if taken(type(row), conference_id, slug, by_other_than=row.id):
        raise Invalid({"slug": _("This address is taken already, or was before.")})
    # Named as it was once before: that address is the present one again.
    _forget(row, slug)
    if keep:
        db.session.add(
            OldSlug(kind=row.__tablename__, conference_id=conference_id, slug=row.slug, object_id=row.id)
        )
    row.slug = slug


def forget(row: Any) -> None:
    """Give up the old slugs of a row that is deleted."""
    _forget(row, None)


def lead_on(row: Any, to: Any) -> None:
    """Let the present and the old slugs of a row that is deleted next lead to another one of its kind.

    The row's slug is free for ``to`` when it has one of them already. Sends its statements at once.
    """
    kind, conference_id = row.__tablename__, getattr(row, "conference_id", None)
    ours = (OldSlug.kind == kind, OldSlug.object_id == row.id)
    db.session.execute(update(OldSlug).where(*ours).values(object_id=to.id))
    if row.slug != to.slug:
        db.session.add(OldSlug(kind=kind, conference_id=conference_id, slug=row.slug, object_id=to.id))
    db.session.flush()


def _forget(row: Any, slug: str | None) -> None:
    statement = delete(OldSlug).where(OldSlug.kind == row.__tablename__, OldSlug.object_id == row.id)
    db.session.execute(statement if slug is None else statement.where(OldSlug.slug == slug))
