"""``eventsapp serve``, ``doctor``, ``db backup``: what operators type."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Protocol

import pytest
from flask import Flask
from sqlalchemy import select, text

from eventsapp import create_app
from eventsapp.core import clock
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from tests import factories
from tests.cli.conftest import Command
from tests.conftest import SECRET_KEY, StartServer
from tests.mail.support import queue_many
from tests.support import processes
from tests.support.mail import MailServer
from tests.support.server import environment, run

ADDRESS = Path(sys.executable).parent / "eventsapp"


def get(port: int, path: str = "/health/ready") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


# --- serve


class Running:
    """``eventsapp serve`` with these arguments, its log, and whether it still runs."""

    def __init__(self, folder: Path, settings: dict[str, object], *arguments: str) -> None:
        self.port = processes.free_port()
        self.log = folder / "serve.log"
        with self.log.open("wb") as log:
            self.process = processes.start(
                [ADDRESS, "serve", "--port", str(self.port), *arguments],
                log=log,
                environment=environment(folder, {"SECRET_KEY": SECRET_KEY, **settings}),
                folder=folder,
            )

    def wait(self) -> None:
        def ready() -> bool:
            assert self.process.poll() is None, self.log.read_text()
            try:
                return get(self.port) == 200
            except OSError:
                return False

        processes.wait_until(ready, seconds=60, what="the server to be ready", complaint=self.log.read_text)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[object]:
    started: list[Running] = []

    def start(settings: dict[str, object], *arguments: str) -> Running:
        folder = tmp_path / f"serve-{len(started)}"
        folder.mkdir()
        started.append(Running(folder, settings, *arguments))
        return started[-1]

    yield start
    for one in started:
        processes.kill_session(one.process)
        one.process.wait(10)


def session_of(process: subprocess.Popen[bytes]) -> list[int]:
    """Return the processes that belong to what ``processes.start`` made and still run."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
                if os.getsid(int(folder.name)) == process.pid and state != "Z":
                    found.append(int(folder.name))
            except (OSError, IndexError):
                continue
    return found


class Make(Protocol):
    def __call__(self, url: str) -> Flask: ...


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """``make(url)`` gives an application on another database, with an instance folder of its own."""
    made: list[Flask] = []

    def one(url: str) -> Flask:
        settings = {"SECRET_KEY": SECRET_KEY, "SQLALCHEMY_DATABASE_URI": url}
        made.append(create_app(settings, instance=tmp_path / "instance"))
        return made[-1]

    yield one
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def test_a_database_that_is_behind_is_refused_with_the_command_that_helps(
    empty_database: str, tmp_path: Path, make: Make, command: Command
):
    app = make(empty_database)
    for arguments in (("serve", "--port", str(processes.free_port())), ("worker", "--once")):
        done = command(*arguments, on=app)
        assert done.exit_code == 1
        assert "eventsapp db upgrade" in done.stderr
    # Looking has made nothing.
    assert not (tmp_path / "empty.db").exists()


def test_a_newer_database_is_refused(app: Flask, command: Command):
    with app.app_context(), transaction():
        db.session.execute(text("UPDATE alembic_version SET version_num = '20991231'"))
    done = command("worker", "--once")
    assert (done.exit_code, "newer than this version" in done.stderr) == (1, True)


@pytest.mark.sqlite_only
def test_a_taken_port_is_said(command: Command, app: Flask):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = command("serve", "--port", port)
    assert done.exit_code == 1
    assert f"port {port} is taken" in done.stderr


@pytest.mark.sqlite_only
def test_a_wrong_setting_is_said_by_its_name(database: str, tmp_path: Path):
    done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database, "SMTP_SECURITY": "perhaps"}, "serve")
    assert done.returncode == 2
    assert "SMTP_SECURITY" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.sqlite_only
def test_the_life_of_a_server(database: str, serve):
    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--workers", "2", "--worker")
    running.wait()
    # Without a public address of its own, links lead to where it listens.
    assert f"people reach it at http://127.0.0.1:{running.port}" in running.log.read_text()
    own = {running.process.pid, mail_worker(running.process)}
    before = set(session_of(running.process)) - own
    assert len(before) == 2

    # A process that dies is replaced.
    os.kill(min(before), signal.SIGKILL)
    processes.wait_until(
        lambda: len(set(session_of(running.process)) - before - own) == 1, seconds=30, what="another process"
    )
    running.wait()

    # A request whose body is still on its way when the server is told to stop is answered.
    body = b"email=ana%40example.org&password=wrong+password"
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        head = (
            "POST /account/sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:-1])
        # Other requests after it, to both processes: the first one is being worked on by now.
        assert {get(running.port) for _ in range(20)} == {200}
        running.process.send_signal(signal.SIGTERM)
        connection.sendall(body[-1:])
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 422 ")

    # Then all of it ends.
    assert running.process.wait(30) == 0
    processes.wait_until(lambda: session_of(running.process) == [], seconds=10, what="all processes to end")
    with pytest.raises(OSError, match="refused"):
        get(running.port)


def mail_worker(process: subprocess.Popen[bytes]) -> int:
    """Return the process of the mail worker beside a server."""
    [found] = [
        number
        for number in session_of(process)
        if b"--parent" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    return found


@pytest.mark.sqlite_only
def test_killed_from_outside_nothing_of_it_stays(database: str, serve):
    """Orphans would keep the port, and send mail beside the next worker."""
    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--worker")
    running.wait()
    running.process.kill()
    running.process.wait(10)
    processes.wait_until(lambda: session_of(running.process) == [], seconds=60, what="all processes to end")


@pytest.mark.sqlite_only
def test_without_its_mail_worker_the_server_ends_too(database: str, serve):
    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--worker")
    running.wait()
    os.kill(mail_worker(running.process), signal.SIGKILL)
    running.process.wait(30)
    assert "the mail worker ended" in running.log.read_text()


def test_messages_leave_while_it_runs(server: StartServer, smtp: MailServer):
    running = server(worker=True, workers=1, **smtp.settings)
    token_page = http.client.HTTPConnection("127.0.0.1", running.port, timeout=10)
    token_page.request("GET", "/account/sign-up")
    answer = token_page.getresponse()
    cookie = (answer.getheader("Set-Cookie") or "").split(";")[0]
    token = answer.read().decode().split('name="csrf_token" value="')[1].split('"')[0]
    token_page.request(
        "POST",
        "/account/sign-up",
        body=f"csrf_token={token}&email=ana%40example.org",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie},
    )
    assert token_page.getresponse().status == 302
    token_page.close()
    [received] = smtp.wait_for(1, seconds=30)
    assert received.recipients == ("ana@example.org",)
    assert f"{running.url}/account/confirm/" in received.text()


# --- doctor


def findings(output: str) -> dict[str, str]:
    """Return {what: worst level} of the doctor's lines."""
    order = ("ok", "warning", "error")
    found: dict[str, str] = {}
    for line in output.splitlines():
        level, _, rest = line.partition(" ")
        name = rest.strip().split(":")[0]
        found[name] = max(level, found.get(name, "ok"), key=order.index)
    return found


def test_the_doctor_finds_what_is_missing_and_changes_nothing(
    app: Flask, command: Command, smtp: MailServer, tmp_path: Path
):
    app.config.update(PUBLIC_URL="https://events.example.org", **smtp.settings)
    before = set(tmp_path.rglob("*"))
    done = command("doctor")
    assert done.exit_code == 0, done.output
    found = findings(done.output)
    assert (found["database"], found["uploads"], found["mail"]) == ("ok", "ok", "ok")
    assert found["administrators"] == "warning"
    assert {path for path in tmp_path.rglob("*") if not path.name.endswith(("-wal", "-shm"))} <= before
    app.config.update(SMTP_PORT=processes.free_port())
    done = command("doctor")
    assert (done.exit_code, findings(done.output)["mail"]) == (1, "error")
    assert command("doctor", "--no-mail").exit_code == 0
    app.config.update(DEMO=True)
    done = command("doctor", "--no-mail")
    assert (done.exit_code, findings(done.output)["settings"]) == (1, "error")


def test_the_doctor_counts_administrators_and_messages(app: Flask, command: Command):
    with app.app_context(), transaction():
        factories.make_user(is_administrator=True, password_hash="x")
        queue_many(4)
        db.session.flush()
        dead, late, unreached, _ = db.session.scalars(select(Message).order_by(Message.id))
        dead.state = MessageState.DEAD
        late.due_at = clock.now() - timedelta(hours=1)
        # Tried every few seconds, but the server is away.
        unreached.created_at = clock.now() - timedelta(hours=1)
    done = command("doctor", "--no-mail")
    found = findings(done.output)
    assert (found["administrators"], found["outbox"]) == ("ok", "warning")
    assert "3 queued, 0 sending, 0 sent, 1 dead" in done.output
    assert "2 messages should have left" in done.output


@pytest.mark.sqlite_only
def test_the_doctor_says_when_the_database_is_missing_or_damaged(
    tmp_path: Path, make: Make, command: Command
):
    done = command("doctor", on=make(f"sqlite:///{tmp_path}/none.db"))
    assert (done.exit_code, findings(done.output)["database"]) == (1, "error")
    assert not (tmp_path / "none.db").exists()
    rubbish = tmp_path / "rubbish.db"
    rubbish.write_bytes(b"not a database" * 1000)
    done = command("doctor", on=make(f"sqlite:///{rubbish}"))
    assert (done.exit_code, findings(done.output)["database"]) == (1, "error")


def test_the_doctor_says_when_the_database_does_not_answer(make: Make, command: Command):
    url = f"postgresql+psycopg://nobody:secret@127.0.0.1:{processes.free_port()}/none"
    done = command("doctor", on=make(url))
    assert (done.exit_code, findings(done.output)["database"]) == (1, "error")
    assert "secret" not in done.output


def test_a_misspelt_setting_is_noticed(tmp_path: Path, make: Make, command: Command, sqlite_database: str):
    app = make(sqlite_database)
    (tmp_path / "instance" / "config.py").write_text('PUBLIC_ULR = "https://events.example.org"\n')
    assert "PUBLIC_ULR" in command("doctor", on=app).output


# --- backup


@pytest.mark.sqlite_only
def test_a_backup_is_whole_while_others_write(app: Flask, database: str, command: Command, tmp_path: Path):
    path = database.removeprefix("sqlite:///")
    stop = False

    def write() -> None:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            number = 0
            while not stop:
                number += 1
                connection.execute("BEGIN IMMEDIATE")
                for half in ("a", "b"):
                    connection.execute(
                        "INSERT INTO rate_count VALUES (?, '2027-01-01 00:00:00', 1)", (f"{number}{half}",)
                    )
                connection.execute("COMMIT")

    writer = Thread(target=write)
    writer.start()
    try:
        target = tmp_path / "copy.db"
        done = command("db", "backup", str(target))
    finally:
        stop = True
        writer.join()
    assert done.exit_code == 0, done.output
    assert target.stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in tmp_path.glob("copy.db*")) == ["copy.db"]
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count = connection.execute("SELECT count(*) FROM rate_count").fetchone()[0]
        assert count % 2 == 0
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    again = command("db", "backup", str(target))
    assert (again.exit_code, "exists" in again.stderr) == (1, True)


@pytest.mark.postgresql_only
def test_of_postgresql_the_backup_is_its_own_tool_s_business(app: Flask, command: Command, tmp_path: Path):
    done = command("db", "backup", str(tmp_path / "copy"))
    assert (done.exit_code, "pg_dump" in done.stderr) == (1, True)
