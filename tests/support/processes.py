"""Child processes that never outlive the tests."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def start(
    command: Sequence[str | Path],
    *,
    log: IO[bytes],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    user: str | None = None,
    when_parent_dies: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start ``command`` as the leader of a session of its own.

    The kernel sends ``when_parent_dies`` to it when this process ends, however it ends (on Linux).
    ``user`` is honoured for root only: nobody else may, or needs to, become someone else.
    """
    options: dict[str, Any] = {}
    if user is not None and os.geteuid() == 0:
        options = {"user": user, "group": _group_of(user), "extra_groups": []}
    libc = _libc

    def tie() -> None:
        if libc is not None:
            libc.prctl(_PR_SET_PDEATHSIG, int(when_parent_dies))

    return subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=dict(environment) if environment is not None else None,
        cwd=folder,
        start_new_session=True,
        preexec_fn=tie,
        **options,
    )


def _group_of(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def kill_session(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for a process that ``start`` made and all that it started, in whatever process group; quiet when gone."""
    for number in [process.pid, *_all_processes()]:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if number == process.pid or os.getsid(number) == process.pid:
                os.kill(number, signal.SIGKILL)


def _all_processes() -> list[int]:
    if sys.platform == "linux":
        return [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    listed = subprocess.run(["ps", "-A", "-o", "pid="], capture_output=True, text=True, check=True)
    return [int(line) for line in listed.stdout.split()]


def wait_until(
    condition: Callable[[], bool],
    *,
    seconds: float,
    what: str,
    pause: float = 0.02,
    complaint: Callable[[], str] = lambda: "",
) -> None:
    """Return as soon as ``condition`` holds; after ``seconds`` raise TimeoutError with ``complaint``."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what} within {seconds:g} s\n{complaint()}")
        time.sleep(pause)


def free_port() -> int:
    """A TCP port on 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
