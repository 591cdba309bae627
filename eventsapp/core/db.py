"""Column types, naming convention and the base class of every table.

* :class:`UTCDateTime` refuses naive values, so that a local time never slips into the database.
* :class:`Translated` holds ``{language: text}``.
* :class:`Stamped` gives a row its ``created_at`` and an ``updated_at`` that moves only when a column really changes.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData, String, TypeDecorator, event
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry

from eventsapp.core import clock, revision
from eventsapp.core.translations import clean

# Named constraints, so that a migration can drop or change any of them on both databases.
NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An instant. Takes aware datetimes only and gives them back in UTC; raises ``ValueError`` for a naive one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime has no place in the database: {value!r}")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Translated(TypeDecorator[dict[str, str]]):
    """Text in several languages, as a JSON object. Always assign a new dict: changes inside one are not noticed."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: dict[str, str] | None, dialect: Dialect) -> dict[str, str]:
        return clean(value)

    def process_result_value(self, value: dict[str, str] | None, dialect: Dialect) -> dict[str, str]:
        return value or {}


E_ = TypeVar("E_", bound=enum.StrEnum)


def choice(values: type[E_], name: str | None = None) -> Enum:
    """Return a column type for a string enum: the values are stored, and a CHECK holds them.

    ``name`` tells the CHECKs of two columns of one table apart.
    """
    longest = max(len(member.value) for member in values)
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        length=max(20, longest),
        values_callable=lambda members: [member.value for member in members],
        name=name or values.__name__.lower(),
        validate_strings=True,
    )


class Base(DeclarativeBase):
    """Base of every table. The table is named after the class, in snake case (Flask-SQLAlchemy does it)."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime(),
            dict[str, str]: Translated(),
            list[str]: JSON(),
            dict[str, Any]: JSON(),
            str: String(300),
        },
    )


class Stamped:
    """Mixin: when the row was made, and when something of it that can be seen last changed (UTC).

    ``updated_at`` and the conference's revision move by the same changes: it is part of what feeds say, and two processes
    must say the same at one revision.
    """

    created_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=clock.now, sort_order=900)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime(), default=clock.now, sort_order=901)


def _stamp(session: Session, *_: object) -> None:
    """Move ``updated_at`` of the rows that really change, and of the parents that show them (``__touches__``)."""
    now = clock.now()
    for obj in [*session.new, *session.dirty, *session.deleted]:
        if obj in session.dirty and not revision.changed(session, obj):
            continue
        if isinstance(obj, Stamped):
            obj.updated_at = now
        for parent_name in getattr(obj, "__touches__", ()):
            parent = getattr(obj, parent_name)
            if parent is not None and parent not in session.deleted:
                parent.updated_at = now


def listen(session_class: Any) -> None:
    """Install the stamping on a session class or factory. Called once, by ``extensions.py``."""
    event.listen(session_class, "before_flush", _stamp)
