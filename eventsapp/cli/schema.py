"""Whether the database has the schema that this version of the program needs."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sqlalchemy.exc import SQLAlchemyError

from eventsapp.config import PACKAGE
from eventsapp.extensions import db


def problem() -> str | None:
    """Return what stands in the way of running on the database, in words, or None when it is up to date. Only reads."""
    # Not above: the server's processes read this module too, and do not migrate.
    from alembic.migration import MigrationContext
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(str(PACKAGE / "migrations"))
    url = db.engine.url
    if url.get_backend_name() == "sqlite" and not sqlite_exists(url.database):
        return "there is no database yet: run `eventsapp db upgrade`"
    try:
        with db.engine.connect() as connection:
            have = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        return f"the database cannot be reached: {str(cause).strip().splitlines()[0]}"
    need = set(script.get_heads())
    if have == need:
        return None
    known = {revision.revision for revision in script.walk_revisions()}
    if have - known:
        return "the database is newer than this version of the program"
    return "the database's schema is behind: run `eventsapp db upgrade`"


def sqlite_exists(path: str | None) -> bool:
    """Return whether ``path`` is a SQLite database that can be read; looking must not make the file."""
    if not path:
        return False
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error:
        return False
    return True
