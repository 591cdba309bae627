"""Runs migrations inside the application: ``eventsapp db upgrade``."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy.types import JSON, TypeEngine

from eventsapp.core.db import Translated, UTCDateTime

target = current_app.extensions["migrate"].db


def render_item(kind: str, obj: Any, _context: object) -> str | Literal[False]:
    """Write our column types as the plain ones underneath, so that old migrations never depend on today's code."""
    if kind == "type" and isinstance(obj, TypeEngine):
        if isinstance(obj, UTCDateTime):
            return "sa.DateTime(timezone=True)"
        if isinstance(obj, Translated | JSON):
            return "sa.JSON()"
    return False


def run() -> None:
    """Migrate the application's database, in one transaction where the database can."""
    with target.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target.metadata,
            render_item=render_item,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
