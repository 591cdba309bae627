"""Commands in this process: a real one needs seconds to start."""

from __future__ import annotations

from typing import Protocol

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from eventsapp.cli import cli


class Command(Protocol):
    def __call__(self, *arguments: str, input: str | None = None, on: Flask | None = None) -> Result: ...


@pytest.fixture
def command(request: pytest.FixtureRequest) -> Command:
    """``command("users", "list", input=…)`` runs one on the test's application, or on another one."""

    def call(*arguments: str, input: str | None = None, on: Flask | None = None) -> Result:
        app = on or request.getfixturevalue("app")
        return CliRunner().invoke(cli, list(arguments), input=input, obj=ScriptInfo(create_app=lambda: app))

    return call
