"""How a command gets its application: made when it runs, not when the command line is read."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup

from eventsapp.config import WrongSetting


class EventsappGroup(FlaskGroup):
    """A click group whose commands run in an application context. A wrong setting ends the command with its name."""

    def __init__(self, **extra: object) -> None:
        super().__init__(
            create_app=_create,
            add_default_commands=False,
            add_version_option=False,
            load_dotenv=False,
            **extra,  # type: ignore[arg-type]
        )
        # Settings come from instance/config.py and the environment, nothing else.
        self.params = [one for one in self.params if one.name not in ("env_file", "app", "debug")]


def _create() -> Flask:
    from eventsapp import create_app

    try:
        return create_app()
    except WrongSetting as error:
        click.echo(f"eventsapp: {error}", err=True)
        sys.exit(2)
