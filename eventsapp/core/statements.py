"""Statements that are sent thousands of times a second: compiled once for each kind of database.

SQLAlchemy spends several times what the driver needs on finding a compiled statement again and on its parameters. Where
that is the greater part of a request, and a lock is held meanwhile, the statement is written with SQLAlchemy as always
and sent by its text. Errors are SQLAlchemy's, and its events see it, as for all others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, CursorResult, Dialect
from sqlalchemy.sql.dml import UpdateBase

Processor = Callable[[Any], Any]


class _Compiled:
    """The text of a statement for one dialect, and how its parameters are handed to the driver."""

    def __init__(self, statement: UpdateBase, dialect: Dialect, names: list[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=names)
        self.text: str = compiled.string
        self.order: list[str] | None = list(compiled.positiontup) if compiled.positional else None
        self.processors: dict[str, Processor | None] = {
            name: bind.type.dialect_impl(dialect).bind_processor(dialect)
            for bind, name in compiled.bind_names.items()
        }
        # What the statement itself says, such as a state it compares with.
        self.constants: dict[str, Any] = {}
        for name, value in compiled.params.items():
            if value is not None and name not in (names or ()):
                processor = self.processors.pop(name)
                self.constants[name] = value if processor is None else processor(value)

    def parameters(self, given: Mapping[str, Any]) -> Any:
        values = dict(self.constants)
        for name, processor in self.processors.items():
            values[name] = given[name] if processor is None else processor(given[name])
        return values if self.order is None else tuple([values[name] for name in self.order])


class Statement:
    """An INSERT, UPDATE or DELETE to be sent often.

    ``make`` is given the dialect's name and returns the statement; it is called once for each dialect. An INSERT of plain
    values is told its columns (``columns``), all of which are then to be given.
    """

    def __init__(self, make: Callable[[str], UpdateBase], columns: list[str] | None = None) -> None:
        self._make = make
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def send(self, connection: Connection, values: Mapping[str, Any]) -> CursorResult[Any]:
        """Send it with ``values`` for its parameters. What it returns comes as the driver gives it, unprocessed."""
        dialect = connection.dialect
        compiled = self._compiled.get(dialect.name)
        if compiled is None:
            compiled = _Compiled(self._make(dialect.name), dialect, self._columns)
            self._compiled[dialect.name] = compiled
        return connection.exec_driver_sql(compiled.text, compiled.parameters(values))
