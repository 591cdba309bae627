"""The structure of one conference as the start of another. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.conferences import hooks
from eventsapp.conferences.catalogue import MOST
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import (
    Conference,
    Constituency,
    EventType,
    Page,
    Room,
    Slot,
    Theme,
    Venue,
)
from eventsapp.core import audit
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.extensions import db


def copy_structure(source: Conference, target: Conference, *, actor: Actor, pages: bool = False) -> Copied:
    """Give a draft conference what another one is made of: venues, rooms, event types with their slots, themes,
    constituencies, with ``pages`` its pages as drafts, and what the later features add (``hooks.structure_copied``).

    What has the same address in the target already is left as it is, so that copying again changes nothing. Slots of one
    day move with the first day of the conference. Closures of rooms, events and people stay where they are.

    Whether the actor may see the source is the caller's question. Raises :class:`Conflict` unless the target is a draft,
    and for a list that would be too long; :class:`Invalid` (``source``) for the conference itself.
    """
    if target.state is not ConferenceState.DRAFT:
        raise Conflict(_("Only a draft can be given the structure of another conference."))
    if source.id == target.id:
        raise Invalid({"source": _("Choose another conference than this one.")})
    copied = Copied()
    rows(copied, Venue, source, target)
    rows(copied, Room, source, target, own={"venue_id": copied.ids["venue"]})
    for model in (EventType, Theme, Constituency):
        rows(copied, model, source, target)
    _slots(copied, source, target)
    if pages:
        rows(copied, Page, source, target, fixed={"published": False})
    for more in hooks.structure_copied:
        more(source, target, copied, actor)
    if copied.total:
        audit.record(
            actor,
            "conference.copy_structure",
            f"conference:{target.slug}",
            conference_id=target.id,
            detail={"from": source.slug, "counts": dict(copied.counts)},
        )
    return copied


_NOT_COPIED = frozenset({"id", "conference_id", "created_at", "updated_at"})


def rows(
    copied: Copied,
    model: type[Any],
    source: Conference,
    target: Conference,
    *,
    own: Mapping[str, Mapping[int, int]] | None = None,
    fixed: Mapping[str, Any] | None = None,
) -> None:
    """Copy the rows of a model with the mixin ``OfConference``; what the functions of ``hooks.structure_copied`` need.

    ``own``: for columns that name other rows, ids in the source → ids in the target; ``fixed``: values that all get.
    Three statements, and those that insert. Raises :class:`Conflict` for a list that would be too long.
    """
    found = db.session.execute(select(model.slug, model.id).where(model.conference_id == target.id))
    there: dict[str, int] = {slug: id_ for slug, id_ in found}  # noqa: C416 - a Row is no pair for mypy
    last = db.session.scalar(select(func.max(model.position)).where(model.conference_id == target.id)) or 0
    originals = db.session.scalars(
        select(model).where(model.conference_id == source.id).order_by(model.position, model.id)
    ).all()
    columns = [
        name for column in model.__table__.columns if (name := column.key) not in _NOT_COPIED | {"position"}
    ]
    made = {}
    for original in originals:
        if original.slug in there:
            continue
        last += 1
        values = {name: _copy(getattr(original, name)) for name in columns}
        values |= {
            name: ids[values[name]] for name, ids in (own or {}).items() if values[name] is not None
        } | dict(fixed or {})
        made[original.slug] = model(conference_id=target.id, position=last, **values)
    if len(there) + len(made) > MOST:
        raise Conflict(
            _("There are %(most)d already. That is the most that one conference can have.", most=MOST)
        )
    db.session.add_all(made.values())
    db.session.flush()
    there |= {slug: row.id for slug, row in made.items()}
    copied.ids[model.__tablename__] = {original.id: there[original.slug] for original in originals}
    copied.counts[model.__tablename__] = len(made)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list) else value


def _slots(copied: Copied, source: Conference, target: Conference) -> None:
    types = copied.ids["event_type"]
    found = db.session.execute(
        select(Slot.type_id, Slot.day, Slot.starts, Slot.ends)
        .where(Slot.type_id.in_(types))
        .order_by(Slot.id)
    ).all()
    of_target = select(Slot.type_id, Slot.day, Slot.starts, Slot.ends).where(Slot.type_id.in_(types.values()))
    known = {tuple(row) for row in db.session.execute(of_target)}
    moved = target.start_date - source.start_date
    made = []
    for type_id, day, starts, ends in found:
        new_day: date | None = day + moved if day is not None else None
        if new_day is not None and not target.start_date <= new_day <= target.end_date:
            copied.left_out += 1
            continue
        if (types[type_id], new_day, starts, ends) not in known:
            made.append(Slot(type_id=types[type_id], day=new_day, starts=starts, ends=ends))
    db.session.add_all(made)
    db.session.flush()
    copied.counts["slot"] = len(made)
