"""The demo behind a real server, loaded once for each test process, and the people who use it.

It is on SQLite; the whole journey and the tests of the importer see to it that PostgreSQL does the same.
"""

from __future__ import annotations

import fcntl
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


SETTINGS: dict[str, Any] = {
    "SECRET_KEY": SECRET_KEY,
    "SQLITE_SYNCHRONOUS": "NORMAL",
    "DEMO": True,
    "LIMIT_SIGN_IN": (10_000, 600),
    "LIMIT_REGISTER": (10_000, 600),
    "LIMIT_MAIL": (10_000, 600),
    "LIMIT_ADDRESS": (10_000, 600),
}


def _settings(folder: Path) -> dict[str, Any]:
    return {
        **SETTINGS,
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'eventsapp.db'}",
        "UPLOADS": str(folder / "uploads"),
        "SEALED": str(folder / "sealed"),
    }


@pytest.fixture(scope="session")
def loaded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The folder of the demo as ``eventsapp demo`` has loaded it, once for all test processes; only to be copied."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    folder = shared / "loaded-demo"
    with (shared / "loaded-demo.lock").open("w") as lock:
        # The first process loads it, the others wait; one that fails leaves it to the next.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            shutil.copyfile(sqlite_template, folder / "eventsapp.db")
            done = run(folder, _settings(folder), "demo")
            assert done.returncode == 0, done.stdout + done.stderr
            (folder / "complete").touch()
    return folder


@pytest.fixture(scope="session")
def demo(loaded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Habitat III and the sample conference, as ``eventsapp demo`` loads them, served by two workers.

    Tests in one process share it: they read, or write what no other test looks at.
    """
    from eventsapp import create_app
    from eventsapp.extensions import db

    folder = tmp_path_factory.mktemp("demo") / "copy"
    shutil.copytree(loaded, folder)
    settings = _settings(folder)
    server = Server(folder, database=settings["SQLALCHEMY_DATABASE_URI"], settings=settings)
    app = create_app({**settings, "PUBLIC_URL": server.url}, instance=folder / "instance")
    yield Demo(server, app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    server.kill()
    assert TRACEBACK not in server.log, server.log
