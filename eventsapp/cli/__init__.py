"""The command line: ``eventsapp demo | import | db | users | serve | worker | doctor``.

Each command's module is loaded when the command is asked for: the processes of the server read this too, and have no use
for what only others need.
"""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from eventsapp import __version__
from eventsapp.cli.backup import backup
from eventsapp.cli.context import EventsappGroup

_LATER = {
    "demo": "eventsapp.cli.demo:demo",
    "import": "eventsapp.cli.importing:import_command",
    "serve": "eventsapp.cli.serve:serve",
    "worker": "eventsapp.cli.worker:worker",
    "users": "eventsapp.cli.users:users",
    "doctor": "eventsapp.cli.doctor:doctor",
}


@click.group(cls=EventsappGroup, later=_LATER)
@click.version_option(__version__)
def cli() -> None:
    """Run conferences and their side events."""


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
