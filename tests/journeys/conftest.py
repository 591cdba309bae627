"""The demo behind a real server, loaded once for each test process, and the people who use it.

It is on SQLite; the whole journey and the tests of the importer see to it that PostgreSQL does the same.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import SECRET_KEY
from tests.support.server import TRACEBACK, Server, run

if TYPE_CHECKING:
    from flask import Flask


@dataclass(frozen=True)
class Demo:
    """The demo: its server, and the application on the same database, for looking things up."""

    server: Server
    app: Flask

    @property
    def url(self) -> str:
        return self.server.url


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """Wait longer for what is expected of a page than Playwright would: the machine may be busy."""
    from playwright.sync_api import expect

    expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def demo(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Habitat III and the sample conference, as ``eventsapp demo`` loads them, served by two workers.

    Tests share it: they read, or write what no other test looks at.
    """
    from eventsapp import create_app
    from eventsapp.extensions import db

    folder = tmp_path_factory.mktemp("demo")
    database = folder / "eventsapp.db"
    shutil.copyfile(sqlite_template, database)
    settings: dict[str, Any] = {
        "SECRET_KEY": SECRET_KEY,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}",
        "SQLITE_SYNCHRONOUS": "NORMAL",
        "UPLOADS": str(folder / "uploads"),
        "DEMO": True,
        "LIMIT_SIGN_IN": (10_000, 600),
        "LIMIT_REGISTER": (10_000, 600),
        "LIMIT_MAIL": (10_000, 600),
        "LIMIT_ADDRESS": (10_000, 600),
    }
    loaded = run(folder, settings, "demo")
    assert loaded.returncode == 0, loaded.stdout + loaded.stderr
    server = Server(folder, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings)
    app = create_app({**settings, "PUBLIC_URL": server.url}, instance=folder / "instance")
    yield Demo(server, app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    server.kill()
    assert TRACEBACK not in server.log, server.log
