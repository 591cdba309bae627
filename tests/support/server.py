"""The production server as a real process, the way `make demo` starts it."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support import processes

TRACEBACK = "Traceback (most recent call last)"


class Server:
    """``eventsapp serve`` with two workers on a port of its own.

    ``url`` stays the same over ``restart()``. ``kill()`` is SIGKILL to all its processes: nothing is
    flushed, nothing said goodbye to. ``log`` is all it has written so far. A traceback in the log fails the test
    at its end, unless ``allow_tracebacks`` is set.
    """

    def __init__(
        self,
        folder: Path,
        *,
        database: str,
        settings: Mapping[str, object],
        workers: int = 2,
        worker: bool = False,
    ) -> None:
        self.folder = folder
        self.workers = workers
        self.worker = worker
        self.allow_tracebacks = False
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log_file = folder / f"server-{self.port}.log"
        self.environment = environment(
            folder, {"SQLALCHEMY_DATABASE_URI": database, "PUBLIC_URL": self.url, **settings}
        )
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def log(self) -> str:
        return self._log_file.read_text(errors="replace") if self._log_file.exists() else ""

    def start(self) -> None:
        """Start it, and return when /health/ready answers 200."""
        command: list[str | Path] = [
            Path(sys.executable).parent / "eventsapp",
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--workers",
            str(self.workers),
        ]
        if self.worker:
            command.append("--worker")
        with self._log_file.open("ab") as log:
            self.process = processes.start(command, log=log, environment=self.environment, folder=self.folder)
        try:
            processes.wait_until(
                self._ready, seconds=60, what=f"{self.url} to be ready", complaint=lambda: self.log
            )
        except BaseException:
            self.kill()
            raise

    def _ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"the server ended at once:\n{self.log}")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """Kill every process of it, at once."""
        if self.process is None:
            return
        processes.kill_session(self.process)
        self.process.wait(30)
        self.process = None
        self._wait_until_gone()

    def stop(self) -> None:
        """Ask it to end, as an operator would; kill it when it does not within 20 seconds."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        # Whoever is left now has been forgotten by its parent.
        processes.kill_session(self.process)
        self.process = None
        self._wait_until_gone()

    def restart(self) -> None:
        """Stop it if it runs, and start it again at the same address."""
        self.stop()
        self.start()

    def _wait_until_gone(self) -> None:
        def gone() -> bool:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=1)
            try:
                connection.connect()
            except OSError:
                return True
            finally:
                connection.close()
            return False

        processes.wait_until(gone, seconds=20, what=f"port {self.port} to be free")


def environment(folder: Path, settings: Mapping[str, object]) -> dict[str, str]:
    """The environment of an ``eventsapp`` command: this one's, with exactly ``settings`` and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVENTSAPP_")}
    given = {f"EVENTSAPP_{name}": _written(value) for name, value in settings.items()}
    return {**kept, "EVENTSAPP_INSTANCE": str(folder / "instance"), **given}


def _written(value: object) -> str:
    """A setting as the environment has it: true and false in small letters, a limit as times/seconds."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "/".join(str(part) for part in value)
    return str(value)


def run(folder: Path, settings: Mapping[str, object], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one ``eventsapp`` command to its end, with these settings; the caller looks at ``returncode``."""
    return subprocess.run(
        [Path(sys.executable).parent / "eventsapp", *arguments],
        env=environment(folder, settings),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
