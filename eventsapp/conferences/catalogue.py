"""The lists that a conference is made of: rooms, event types, themes, registration categories and so on.

A :class:`Kind` describes one of them. All kinds share the same rules (here) and the same pages (``views/catalogue.py``);
a feature adds its own with ``conferences.add_kind(app, kind)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.sql.base import ExecutableOption

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, references, renames
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.forms import Form
from eventsapp.core.references import References
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import pick
from eventsapp.extensions import db

MOST = 500
"""Entries of one kind in one conference."""


@dataclass(frozen=True)
class Column:
    """A column of a kind's list, beside the name. ``text`` gives what to show for a row: text, or markup that is safe."""

    label: object
    text: Callable[[Any, Conference], object]
    numeric: bool = False


@dataclass(frozen=True)
class State:
    """What a badge says of a row."""

    label: str
    level: str = ""
    """good, warning, bad, info, or nothing."""


@dataclass(frozen=True)
class Action:
    """Something to be done with a row by one button. ``possible`` says for which rows; ``apply`` changes the row."""

    name: str
    label: object
    done: object
    """What is said afterwards."""
    possible: Callable[[Any], bool]
    apply: Callable[[Any], None]


@dataclass(frozen=True)
class Kind:
    """One of the lists. ``model`` is a table with the mixin ``OfConference``; ``form``'s fields are named like its columns."""

    name: str
    """In addresses, such as ``rooms``."""
    model: type[Any]
    form: type[Form]
    one: object
    many: object
    new: object
    """The words on the button that adds one."""
    about: object
    """What belongs there, for the empty page."""
    permission: Permission = Permission.EDIT_CONFERENCE
    title: str = "names"
    """The column (texts by language) that names a row."""
    columns: tuple[Column, ...] = ()
    state: Callable[[Any], State | None] | None = None
    actions: tuple[Action, ...] = ()
    public_endpoint: str | None = None
    """The public page of a row, which takes ``lang``, ``conference`` and ``slug``."""
    prepare: Callable[[Any, Conference], None] | None = None
    """Given the form and the conference: sets choices that depend on the conference."""
    preview: tuple[str, ...] = ()
    """Markdown fields that can be looked at before they are saved."""
    loads: tuple[ExecutableOption, ...] = ()
    """What to read together with the rows, so that the list needs no statement for each of them."""
    needs: tuple[str, object] | None = None
    """(name of another kind, sentence) when there must be one of that kind first."""
    apart: tuple[str, ...] = ()
    """Fields that are no plain columns: not set on the row, but given to ``keep``."""
    keep: Callable[[Any, Mapping[str, Any], Actor], None] | None = None
    """Called with a row that was just saved, the values of the fields ``apart``, and who did it. Writes; does not commit."""

    @property
    def blueprint(self) -> str:
        """The name of the blueprint of its pages."""
        return f"setup_{self.name}"

    def name_of(self, row: Any, language: str, default: str) -> str:
        """Return what a row is called."""
        return pick(getattr(row, self.title), language, default) or str(row.slug)


def rows(kind: Kind, conference: Conference) -> list[Any]:
    """Return all rows of a kind in their order. One statement."""
    model = kind.model
    statement = select(model).where(model.conference_id == conference.id).order_by(model.position, model.id)
    return list(db.session.scalars(statement.options(*kind.loads)))


def row(kind: Kind, conference: Conference, id_: int) -> Any:
    """Return a row of this conference. Raises :class:`NotFound`, also for one of another conference."""
    found = None
    if 0 < id_ < 2**31:
        statement = select(kind.model).where(kind.model.id == id_, kind.model.conference_id == conference.id)
        found = db.session.scalar(statement)
    if found is None:
        raise NotFound
    return found


def create(
    kind: Kind, conference: Conference, values: Mapping[str, Any], *, slug: str | None, actor: Actor
) -> Any:
    """Add a row at the end of its list. ``values`` are columns; ``slug`` defaults to one made of the name.

    Raises :class:`Invalid` for a slug that is taken, :class:`Conflict` when the list is full.
    """
    model = kind.model
    count, last = db.session.execute(
        select(func.count(), func.max(model.position)).where(model.conference_id == conference.id)
    ).one()
    if count >= MOST:
        raise Conflict(
            _("There are %(most)d already. That is the most that one conference can have.", most=MOST)
        )
    made = model(conference_id=conference.id, position=(last or 0) + 1, slug="")
    _fill(kind, made, values)
    name = pick(values.get(kind.title), "en", conference.default_language)
    if slug:
        # "" is nobody's slug, so this is only the check.
        renames.rename(made, slug, keep=False)
    else:
        made.slug = slugify(name, renames.slugs(model, conference.id))
    db.session.add(made)
    db.session.flush()
    _keep(kind, made, values, actor)
    _record(kind, conference, "create", made, actor)
    return made


def update(
    kind: Kind,
    conference: Conference,
    changed: Any,
    values: Mapping[str, Any],
    *,
    slug: str | None,
    actor: Actor,
) -> None:
    """Change a row. A renamed slug goes on redirecting once the conference is public. Raises :class:`Invalid`."""
    if slug:
        renames.rename(changed, slug, keep=conference.state is not ConferenceState.DRAFT)
    _fill(kind, changed, values)
    db.session.flush()
    _keep(kind, changed, values, actor)
    _record(kind, conference, "update", changed, actor)


def _fill(kind: Kind, target: Any, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name not in kind.apart:
            setattr(target, name, value)


def _keep(kind: Kind, saved: Any, values: Mapping[str, Any], actor: Actor) -> None:
    if kind.keep is not None:
        kind.keep(saved, {name: values[name] for name in kind.apart if name in values}, actor)


def dependents(gone: Any) -> References:
    """Return what refers to a row: what forbids its deletion, and what would disappear with it."""
    return references.of(gone)


def delete(kind: Kind, conference: Conference, gone: Any, *, actor: Actor) -> None:
    """Delete a row. Raises :class:`Conflict` when something stands on it."""
    used = dependents(gone)
    if used.blocking:
        raise Conflict(
            _(
                "“%(name)s” cannot be deleted: it is used by %(uses)s.",
                name=kind.name_of(gone, "en", conference.default_language),
                uses=", ".join(used.blocking),
            )
        )
    renames.forget(gone)
    _record(kind, conference, "delete", gone, actor)
    db.session.delete(gone)
    db.session.flush()


def move(kind: Kind, conference: Conference, moved: Any, *, by: int, actor: Actor) -> None:
    """Move a row up (``by`` -1) or down (1) in its list; at the end of the list nothing happens."""
    order = rows(kind, conference)
    old = next(number for number, one in enumerate(order) if one.id == moved.id)
    new = min(max(0, old + by), len(order) - 1)
    if new == old:
        return
    order.insert(new, order.pop(old))
    for number, one in enumerate(order, start=1):
        if one.position != number:
            one.position = number
    db.session.flush()
    _record(kind, conference, "move", moved, actor)


def act(kind: Kind, conference: Conference, changed: Any, name: str, *, actor: Actor) -> Action:
    """Do one of the kind's actions with a row and return it. Raises :class:`NotFound`, :class:`Conflict`."""
    action = next((one for one in kind.actions if one.name == name), None)
    if action is None:
        raise NotFound
    if not action.possible(changed):
        raise Conflict(_("That was done already."))
    action.apply(changed)
    db.session.flush()
    _record(kind, conference, name, changed, actor)
    return action


def _record(kind: Kind, conference: Conference, action: str, about: Any, actor: Actor) -> None:
    table: str = kind.model.__tablename__
    audit.record(actor, f"{table}.{action}", f"{table}:{about.slug}", conference_id=conference.id)


def possible_actions(kind: Kind, one: Any) -> Sequence[Action]:
    """Return the actions that a row's state allows."""
    return [action for action in kind.actions if action.possible(one)]
