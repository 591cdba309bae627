"""``eventsapp serve``, ``doctor``, ``db backup``: what operators type."""

from __future__ import annotations

import http.client
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import SECRET_KEY, StartServer
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
    import os

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


@pytest.mark.sqlite_only
def test_a_database_that_is_behind_is_refused_with_the_command_that_helps(
    empty_database: str, tmp_path: Path, database_kind: str
):
    settings = {"SQLALCHEMY_DATABASE_URI": empty_database}
    done = run(tmp_path, settings, "serve", "--port", str(processes.free_port()))
    assert done.returncode == 1
    assert "eventsapp db upgrade" in done.stderr
    assert "Traceback" not in done.stderr
    # Looking has made nothing.
    assert not (tmp_path / "empty.db").exists()
    assert run(tmp_path, settings, "worker", "--once").returncode == 1


@pytest.mark.sqlite_only
def test_a_taken_port_is_said(database: str, tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database}, "serve", "--port", port)
    assert done.returncode == 1
    assert f"port {port} is taken" in done.stderr


@pytest.mark.sqlite_only
def test_a_wrong_setting_is_said_by_its_name(database: str, tmp_path: Path):
    done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database, "SMTP_SECURITY": "perhaps"}, "serve")
    assert done.returncode == 2
    assert "SMTP_SECURITY" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.sqlite_only
def test_without_a_public_address_links_lead_to_where_it_listens(database: str, serve):
    running = serve({"SQLALCHEMY_DATABASE_URI": database})
    running.wait()
    assert f"people reach it at http://127.0.0.1:{running.port}" in running.log.read_text()


def test_told_to_stop_all_of_it_ends(database: str, serve):
    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--worker")
    running.wait()
    assert len(session_of(running.process)) >= 4
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    processes.wait_until(lambda: session_of(running.process) == [], seconds=10, what="all processes to end")
    with pytest.raises(OSError, match="refused"):
        get(running.port)


@pytest.mark.sqlite_only
def test_killed_from_outside_nothing_of_it_stays(database: str, serve):
    """Orphans would keep the port, and send mail beside the next worker."""
    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--worker")
    running.wait()
    running.process.kill()
    running.process.wait(10)
    processes.wait_until(lambda: session_of(running.process) == [], seconds=20, what="all processes to end")


@pytest.mark.sqlite_only
def test_without_its_mail_worker_the_server_ends_too(database: str, serve):
    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--worker")
    running.wait()
    import os

    [worker] = [
        number
        for number in session_of(running.process)
        if b"--parent" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    os.kill(worker, signal.SIGKILL)
    running.process.wait(30)
    assert "the mail worker ended" in running.log.read_text()


@pytest.mark.sqlite_only
def test_a_dead_process_is_replaced(database: str, serve):
    import os

    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--workers", "2")
    running.wait()
    before = set(session_of(running.process)) - {running.process.pid}
    assert len(before) == 2
    os.kill(min(before), signal.SIGKILL)
    processes.wait_until(
        lambda: len(set(session_of(running.process)) - before - {running.process.pid}) == 1,
        seconds=30,
        what="another process",
    )
    running.wait()


@pytest.mark.sqlite_only
def test_what_is_in_hand_is_answered_before_it_ends(database: str, serve):
    """A request whose body is still on its way when the server is told to stop."""
    running = serve({"SQLALCHEMY_DATABASE_URI": database}, "--workers", "1")
    running.wait()
    body = b"email=ana%40example.org&password=wrong+password"
    with socket.create_connection(("127.0.0.1", running.port), timeout=20) as connection:
        head = (
            "POST /account/sign-in HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        connection.sendall(head.encode() + body[:-1])
        # Another request after it: the first one is being worked on by now.
        assert get(running.port) == 200
        running.process.send_signal(signal.SIGTERM)
        connection.sendall(body[-1:])
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    assert answer.startswith(b"HTTP/1.1 422 ")
    assert running.process.wait(30) == 0


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


def findings(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return {what: worst level} of the doctor's lines."""
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        level, _, rest = line.partition(" ")
        name = rest.strip().split(":")[0]
        if found.get(name) != "error":
            found[name] = level if level != "ok" else found.get(name, "ok")
    return found


def test_the_doctor_finds_what_is_missing_and_changes_nothing(
    database: str, tmp_path: Path, smtp: MailServer
):
    settings = {
        "SQLALCHEMY_DATABASE_URI": database,
        "PUBLIC_URL": "https://events.example.org",
        **smtp.settings,
    }
    done = run(tmp_path, settings, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    found = findings(done)
    assert (found["database"], found["uploads"], found["mail"]) == ("ok", "ok", "ok")
    assert found["administrators"] == "warning"
    assert "password" not in done.stdout or "***" in done.stdout

    done = run(tmp_path, {**settings, "SMTP_PORT": processes.free_port()}, "doctor")
    assert (done.returncode, findings(done)["mail"]) == (1, "error")
    assert (
        run(tmp_path, {**settings, "SMTP_PORT": processes.free_port()}, "doctor", "--no-mail").returncode == 0
    )

    done = run(tmp_path, {**settings, "DEMO": True}, "doctor")
    assert (done.returncode, findings(done)["settings"]) == (1, "error")


@pytest.mark.sqlite_only
def test_the_doctor_says_when_the_database_is_missing_or_damaged(tmp_path: Path, database: str):
    done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path}/none.db"}, "doctor")
    assert (done.returncode, findings(done)["database"]) == (1, "error")
    assert not (tmp_path / "none.db").exists()
    rubbish = tmp_path / "rubbish.db"
    rubbish.write_bytes(b"not a database" * 1000)
    done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{rubbish}"}, "doctor")
    assert (done.returncode, findings(done)["database"]) == (1, "error")
    assert "Traceback" not in done.stderr


@pytest.mark.sqlite_only
def test_a_misspelt_setting_is_noticed(tmp_path: Path, database: str):
    (tmp_path / "instance").mkdir()
    (tmp_path / "instance" / "config.py").write_text('PUBLIC_ULR = "https://events.example.org"\n')
    done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database}, "doctor")
    assert "PUBLIC_ULR" in done.stdout


# --- backup


@pytest.mark.sqlite_only
def test_a_backup_is_whole_while_others_write(database: str, tmp_path: Path):
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
        done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database}, "db", "backup", str(target))
    finally:
        stop = True
        writer.join()
    assert done.returncode == 0, done.stderr
    assert target.stat().st_mode & 0o077 == 0
    assert sorted(one.name for one in tmp_path.glob("copy.db*")) == ["copy.db"]
    with closing(sqlite3.connect(target)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        count = connection.execute("SELECT count(*) FROM rate_count").fetchone()[0]
        assert count % 2 == 0
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)
    again = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database}, "db", "backup", str(target))
    assert (again.returncode, "exists" in again.stderr) == (1, True)


@pytest.mark.postgresql_only
def test_of_postgresql_the_backup_is_its_own_tool_s_business(database: str, tmp_path: Path):
    done = run(tmp_path, {"SQLALCHEMY_DATABASE_URI": database}, "db", "backup", str(tmp_path / "copy"))
    assert done.returncode == 1
    assert "pg_dump" in done.stderr
