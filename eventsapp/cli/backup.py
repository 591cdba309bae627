"""``eventsapp db backup``: a copy of the embedded database, made while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import click
from flask.cli import with_appcontext

from eventsapp.extensions import db


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Copy the SQLite database to FILE, as it is at one instant, while the site runs. Uploads are not in it."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite":
        raise click.ClickException(
            f"this is PostgreSQL: pg_dump --format=custom --file={file} {url.database or ''}".rstrip()
        )
    if file.exists():
        raise click.ClickException(f"{file} exists; choose another name")
    if not Path(url.database or "").is_file():
        raise click.ClickException("there is no database yet")
    partial = file.with_name(file.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        # For the owner's eyes only, from the first byte.
        os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        with (
            closing(sqlite3.connect(f"file:{url.database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(partial)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
            damage = target.execute("PRAGMA quick_check").fetchone()[0]
        if damage != "ok":
            raise click.ClickException(f"the copy is damaged: {damage}")
        partial.rename(file)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"cannot write {file}: {error}") from None
    finally:
        partial.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size:,} bytes")
