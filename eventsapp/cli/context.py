"""How a command gets its application: made when it runs, not when the command line is read."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module

import click
from flask import Flask
from flask.cli import FlaskGroup

from eventsapp.config import WrongSetting


class EventsappGroup(FlaskGroup):
    """A click group whose commands run in an application context. A wrong setting ends the command with its name.

    ``later`` has commands that are loaded when they are asked for: ``module:attribute`` by name.
    """

    def __init__(self, *, later: Mapping[str, str] | None = None, **extra: object) -> None:
        self._later = dict(later or {})
        super().__init__(
            create_app=_create,
            add_default_commands=False,
            add_version_option=False,
            load_dotenv=False,
            **extra,  # type: ignore[arg-type]
        )
        # Settings come from instance/config.py and the environment, nothing else.
        self.params = [one for one in self.params if one.name not in ("env_file", "app", "debug")]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the command with this name, loading it if it was not yet."""
        if name in self._later:
            module, _, attribute = self._later.pop(name).partition(":")
            self.add_command(getattr(import_module(module), attribute), name)
        return super().get_command(ctx, name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, loaded or not."""
        return sorted({*super().list_commands(ctx), *self._later})


def _create() -> Flask:
    from eventsapp import create_app

    try:
        return create_app()
    except WrongSetting as error:
        click.echo(f"eventsapp: {error}", err=True)
        sys.exit(2)
