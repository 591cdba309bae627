"""Fixtures for all tests.

A test that uses ``database`` (or ``app``, ``client``, ``server``, which stand on it) runs twice: on SQLite and on
PostgreSQL; ``@pytest.mark.sqlite_only`` and ``@pytest.mark.postgresql_only`` choose one of them. Every test gets a
database of its own, a copy of one that the migrations have made.

No fixture holds an application context: the test client would share its ``g``, and the language with it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import hypothesis
import pytest
from jinja2.bccache import Bucket, BytecodeCache

from tests.support.mail import MailServer
from tests.support.postgresql import PostgreSQL
from tests.support.routing import CompiledOnce
from tests.support.server import TRACEBACK, Server

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page

    from tests.support.browser import Viewport, Watch


class CompiledTemplates(BytecodeCache):
    """Templates compiled by one test serve the others in the process: each has an application of its own."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


SECRET_KEY = "only-for-tests-0123456789abcdef"  # the same for `app` and `server`: secret addresses agree
KINDS = ("sqlite", "postgresql")
TEMPLATES = CompiledTemplates()
REPORTS = pytest.StashKey[dict[str, pytest.TestReport]]()
_numbers = count(1)
_used: list[str] = []

# The machine may be busy: no test fails for being slow once. In CI the same examples come every time.
hypothesis.settings.register_profile(
    "eventsapp", deadline=None, print_blob=True, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("eventsapp")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database" not in metafunc.fixturenames:
        return
    for mark in metafunc.definition.iter_markers("parametrize"):
        names = mark.args[0]
        if "database" in (names.replace(" ", "").split(",") if isinstance(names, str) else names):
            return
    only = [kind for kind in KINDS if metafunc.definition.get_closest_marker(f"{kind}_only")]
    metafunc.parametrize("database", only or KINDS, indirect=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash.setdefault(REPORTS, {})[report.when] = report
    return report


def failed(item: pytest.Item) -> bool:
    """Whether the test itself, not a fixture, has failed by now."""
    report = item.stash.get(REPORTS, {}).get("call")
    return report is not None and report.failed


# --- databases


def _migrate(url: str, folder: Path) -> None:
    """Bring an empty database to the newest version, by the migrations."""
    from flask_migrate import upgrade

    from eventsapp import create_app
    from eventsapp.extensions import db

    app = create_app(_settings(url, folder), instance=folder / "instance")
    with app.app_context():
        upgrade()
        db.session.remove()
        db.engine.dispose()


def _settings(url: str, folder: Path) -> dict[str, Any]:
    return {
        "TESTING": True,
        "SECRET_KEY": SECRET_KEY,
        "SQLALCHEMY_DATABASE_URI": url,
        "SQLITE_SYNCHRONOUS": "NORMAL",
        "PUBLIC_URL": "http://localhost",
        "UPLOADS": str(folder / "uploads"),
        "SEALED": str(folder / "sealed"),
        "WTF_CSRF_ENABLED": False,
    }


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database in one file; copies of it are what tests get."""
    folder = tmp_path_factory.mktemp("sqlite")
    path = folder / "template.db"
    _migrate(f"sqlite:///{path}", folder)
    # All into the one file: a copy must not depend on a log beside it.
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgreSQL]:
    """This test process's PostgreSQL server."""
    server = PostgreSQL()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: PostgreSQL, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a migrated database on it."""
    name = "template"
    _migrate(postgresql_server.create(name), tmp_path_factory.mktemp("postgresql"))
    return name


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database."""
    path = tmp_path / "eventsapp.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_database(postgresql_server: PostgreSQL, postgresql_template: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database."""
    while _used:
        postgresql_server.drop(_used.pop())
    name = f"test_{next(_numbers)}"
    yield postgresql_server.create(name, postgresql_template)
    # The next test removes it: the server has seen by then that the connections are closed, and does not wait for it.
    _used.append(name)


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it, for tests of the migrations themselves."""
    if database_kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql_server")
    name = f"empty_{next(_numbers)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both kinds in turn; only for what does not use ``database``."""
    return str(request.param)


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """The address of a fresh, migrated database; the test runs once for each kind."""
    return str(request.getfixturevalue(f"{request.param}_database"))


# --- the application


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings beyond the usual ones; a module or a test overrides this fixture."""
    return {}


@pytest.fixture
def app(database: str, tmp_path: Path, settings: dict[str, Any]) -> Iterator[Flask]:
    """The application on ``database``, uploads in ``tmp_path``, forms without CSRF tokens."""
    from eventsapp import create_app
    from eventsapp.core.web import EventsApp
    from eventsapp.extensions import db

    EventsApp.url_rule_class = CompiledOnce
    application = create_app({**_settings(database, tmp_path), **settings}, instance=tmp_path / "instance")
    application.jinja_env.bytecode_cache = TEMPLATES
    yield application
    with application.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class StartServer(Protocol):
    def __call__(self, *, workers: int = 2, worker: bool = False, **settings: object) -> Server: ...


@pytest.fixture
def server(database: str, tmp_path: Path) -> Iterator[StartServer]:
    """``server()`` starts the production server on ``database`` and gives it, ready (see ``support.server``).

    Keyword arguments: ``workers`` (2), ``worker`` (also run the mail worker), and settings by name.
    """
    started: list[Server] = []

    def start(*, workers: int = 2, worker: bool = False, **given: object) -> Server:
        folder = tmp_path / f"server-{len(started) + 1}"
        folder.mkdir()
        usual = {
            "SECRET_KEY": SECRET_KEY,
            "UPLOADS": str(tmp_path / "uploads"),
            "SEALED": str(tmp_path / "sealed"),
        }
        one = Server(folder, database=database, settings={**usual, **given}, workers=workers, worker=worker)
        started.append(one)
        return one

    yield start
    for one in started:
        one.kill()
    for one in started:
        print(f"--- log of {one.url}\n{one.log}")
    assert not [one.url for one in started if TRACEBACK in one.log and not one.allow_tracebacks], (
        "the server wrote a traceback"
    )


# --- mail


@pytest.fixture
def smtp() -> Iterator[MailServer]:
    """A mail server (see ``support.mail``); ``smtp.settings`` are the settings to reach it."""
    mail = MailServer()
    yield mail
    mail.stop()


# --- the browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, once for each test process."""
    from playwright.sync_api import sync_playwright

    from tests.support.browser import launch

    with sync_playwright() as playwright:
        running = launch(playwright)
        yield running
        running.close()


class OpenPage(Protocol):
    def __call__(
        self,
        base_url: str | None = None,
        *,
        locale: str = "en-GB",
        viewport: Viewport = "desk",
        timezone: str = "Europe/Paris",
        dark: bool = False,
        scripts: bool = True,
        allow: tuple[str, ...] = (),
        **options: Any,
    ) -> Page: ...


@pytest.fixture
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """``page(server.url)`` opens a page in a context of its own, as a person with a browser of their own.

    ``viewport`` is "desk" (1280 × 900), "phone" (390 × 844, touch) or (width, height); ``scripts=False`` switches
    JavaScript off. At the end of the test whatever the browser complained about fails it (see
    ``support.browser.Watch``), but for what matches a pattern in ``allow`` or in the mark ``allow_console``.
    """
    from tests.support.browser import Watch, new_page, picture_of_failure

    opened: list[tuple[Page, Watch]] = []
    expected = [pattern for mark in request.node.iter_markers("allow_console") for pattern in mark.args]

    def open_page(
        base_url: str | None = None,
        *,
        locale: str = "en-GB",
        viewport: Viewport = "desk",
        timezone: str = "Europe/Paris",
        dark: bool = False,
        scripts: bool = True,
        allow: tuple[str, ...] = (),
        **options: Any,
    ) -> Page:
        made = new_page(
            browser,
            base_url=base_url,
            locale=locale,
            viewport=viewport,
            timezone=timezone,
            dark=dark,
            scripts=scripts,
            **options,
        )
        opened.append((made, Watch(made.context, [*expected, *allow])))
        return made

    yield open_page
    problems: list[str] = []
    for number, (made, watch) in enumerate(opened):
        if failed(request.node) and not made.is_closed():
            picture_of_failure(made, f"{request.node.nodeid}-{number}")
        problems += watch.problems
        made.context.close()
    if problems:
        pytest.fail("the browser complained:\n" + "\n".join(problems), pytrace=False)


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """``axe(page) == []`` holds when the page, as it is now, has no accessibility violation (WCAG 2.2 AA)."""
    from tests.support.browser import violations

    return violations
