"""What depends on a row, read from the foreign keys: so that nothing is deleted that something else stands on.

A reference without ON DELETE blocks the deletion; one that cascades goes away with the row, and people are told before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask_babel import ngettext
from sqlalchemy import func, select

from eventsapp.extensions import db

Words = Callable[[int], str]

words: dict[str, Words] = {}
"""By table: says in the reader's language how many rows there are, such as "3 events". Features add theirs."""


@dataclass(frozen=True, slots=True)
class References:
    """What refers to a row: ``blocking`` forbids its deletion, ``going`` disappears with it. Sentences such as "3 events"."""

    blocking: list[str]
    going: list[str]


def say(table: str, count: int) -> str:
    """Return how many rows of a table there are, in the reader's words, such as "3 events"."""
    if table in words:
        return words[table](count)
    return str(ngettext("%(num)d other entry", "%(num)d other entries", count))


def of(row: Any) -> References:
    """Return what refers to ``row``; one statement, whatever the number of tables and rows."""
    target = type(row).__table__
    asked = [
        (table.name, key.ondelete == "CASCADE", key.parent)
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table is target and key.ondelete != "SET NULL"
    ]
    if not asked:
        return References([], [])
    columns = [
        select(func.count()).select_from(parent.table).where(parent == row.id).scalar_subquery()
        for _name, _cascades, parent in asked
    ]
    counts = db.session.execute(select(*columns)).one()
    found: dict[bool, dict[str, int]] = {True: {}, False: {}}
    for (name, cascades, _parent), count in zip(asked, counts, strict=True):
        if count:
            found[cascades][name] = found[cascades].get(name, 0) + count
    said = {kind: [say(name, count) for name, count in tables.items()] for kind, tables in found.items()}
    return References(blocking=said[False], going=said[True])
