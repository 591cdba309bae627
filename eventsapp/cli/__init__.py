"""The command line: ``eventsapp demo | import | db | users | serve | worker | doctor``."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from eventsapp import __version__
from eventsapp.cli.backup import backup
from eventsapp.cli.context import EventsappGroup
from eventsapp.cli.doctor import doctor
from eventsapp.cli.serve import serve
from eventsapp.cli.users import users
from eventsapp.cli.worker import worker


@click.group(cls=EventsappGroup)
@click.version_option(__version__)
def cli() -> None:
    """Run conferences and their side events."""


cli.add_command(serve)
cli.add_command(worker)
cli.add_command(users)
cli.add_command(doctor)


@cli.group("db")
def database() -> None:
    """Make and keep the database."""


@database.command("upgrade")
@with_appcontext
def upgrade() -> None:
    """Bring the database to the newest schema; makes it when there is none."""
    from flask_migrate import upgrade as migrate_upgrade

    migrate_upgrade()
    click.echo(f"The database is up to date: {current_app.extensions['sqlalchemy'].engine.url!r}")


database.add_command(backup)


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="eventsapp")


__all__ = ["cli", "main"]
