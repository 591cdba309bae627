"""From data to PDF: a process sets it, and what was made is kept in a folder, under what it was made of.

The name of a kept file is a hash of the template, the fonts and every word on the pages, so it can never be out of date: who
asks for the same gets the same bytes, and their hash is the ETag. Setting is work for the processor. So each web process has
at most :data:`AT_ONCE` orders in hand, those that wait included; who comes then is told to come again (:class:`Busy`): a burst
of requests leaves the other threads to the pages.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from eventsapp.core.errors import DomainError
from eventsapp.core.printing import fonts

CONTENT_TYPE: Final = "application/pdf"
AT_ONCE: Final = 2
"""Orders that one process has in hand; each takes a thread of the server."""
SECONDS: Final = 45
"""How long setting may take."""
MEMORY: Final = 2 * 1024**3
"""Bytes of address space that the process may have; it uses a tenth of it."""
RETRY_AFTER: Final = 4

_HERE: Final = Path(__file__).resolve().parent
_log = logging.getLogger(__name__)
_places = threading.BoundedSemaphore(AT_ONCE)
_making: dict[str, threading.Lock] = {}
_lock = threading.Lock()


class Busy(DomainError):
    """Others are being printed for; come again in :data:`RETRY_AFTER` seconds."""


class CannotPrint(RuntimeError):
    """The document could not be set. The reason is in the log and in the message."""


class Picture(NamedTuple):
    """A picture on the paper, cut to ``width`` × ``height`` pixels; a ``width`` of 0 leaves it whole, within the height.

    The template finds it under ``name``: ``/pictures/{name}.jpg``, or ``.png`` where it is left whole. ``kept``: where the cut
    picture is kept for the next time; it is made and put there where it is not there yet.
    """

    path: Path
    name: str
    width: int
    height: int
    kept: Path | None = None


class Order:
    """A document to be made: a template (``.typ``), which may include others of its folder, and the data for it."""

    def __init__(
        self,
        template: Path,
        data: Mapping[str, Any],
        timestamp: int,
        *,
        pictures: Iterable[Picture] = (),
        format: Literal["pdf", "svg"] = "pdf",
        tagged: bool = True,
    ) -> None:
        """``timestamp`` is the date that the file carries, in seconds since 1970: never the clock's.

        ``format`` ``"svg"`` gives a picture of the first page instead of PDF. ``tagged`` False leaves out what readers of
        screens need: for what is only ever printed, and much of it.
        """
        self.template = template
        self.pictures = tuple(pictures)
        self.format = format
        self.tagged = tagged
        self.data = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        self.timestamp = timestamp
        digest = hashlib.sha256(f"{_made_with(template.parent)}\0{template.name}\0{timestamp}\0".encode())
        digest.update(f"{format}\0{tagged}\0{self.pictures}\0".encode())
        digest.update(self.data.encode())
        self.key = digest.hexdigest()


def etag(key: str) -> str:
    """Return what tells the bytes with this key from others: known before they are made."""
    return key[:32]


@lru_cache(maxsize=16)
def _made_with(folder: Path) -> str:
    """Return a hash of what else the bytes depend on: the templates of a folder and the versions of typst and the fonts."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.typ")):
        digest.update(path.read_bytes())
    for name in ("typst", *(package.replace("_", "-") for package in fonts.PACKAGES)):
        with suppress(PackageNotFoundError):
            digest.update(f"{name} {version(name)}\n".encode())
    return digest.hexdigest()


def printed(order: Order, folder: Path, *, most: int) -> bytes:
    """Return the PDF, kept or made now. ``folder`` keeps up to ``most`` bytes; those not asked for longest go first.

    Raises :class:`Busy` and :class:`CannotPrint`. Writes in ``folder``; starts a process.
    """
    there = kept(order.key, folder)
    if there is not None:
        return there
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        with _lock:
            mine = _making.setdefault(order.key, threading.Lock())
        with mine:
            there = kept(order.key, folder)
            if there is not None:
                return there
            new = _set(order)
            _keep(folder / f"{order.key}.pdf", new, most)
            return new
    finally:
        with _lock:
            _making.pop(order.key, None)
        _places.release()


def made(order: Order) -> bytes:
    """Return the document, made now and kept nowhere: for what says something of a person.

    Raises :class:`Busy` and :class:`CannotPrint`. Starts a process.
    """
    if not _places.acquire(blocking=False):
        raise Busy
    try:
        return _set(order)
    finally:
        _places.release()


def kept(key: str, folder: Path) -> bytes | None:
    """Return the PDF with this key, if ``folder`` has it; it counts as just used."""
    path = folder / f"{key}.pdf"
    try:
        content = path.read_bytes()
        os.utime(path)
    except OSError:
        return None
    return content


def _keep(path: Path, content: bytes, most: int) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(path)
        _make_room(path.parent, most)
    except OSError as error:
        # It is given out all the same, and made again for the next one.
        _log.warning("a printed document cannot be kept: %s", error)


def _make_room(folder: Path, most: int) -> None:
    there = []
    for file in folder.iterdir():
        with suppress(OSError):
            found = file.stat()
            there.append((found.st_mtime, found.st_size, file))
    size = sum(one[1] for one in there)
    for _at, bytes_, file in sorted(there, key=lambda one: one[0]):
        if size <= most:
            break
        with suppress(OSError):
            file.unlink()
            size -= bytes_


def _set(order: Order) -> bytes:
    """Have a process of its own set the document, of lower priority than the server."""
    said = {
        "template": str(order.template),
        "data": order.data,
        "fonts": list(fonts.folders()),
        "system_fonts": bool(fonts.missing()),
        "timestamp": order.timestamp,
        "format": order.format,
        "tagged": order.tagged,
        "pictures": [
            (str(one.path), one.name, one.width, one.height, str(one.kept) if one.kept else None)
            for one in order.pictures
        ],
        "seconds": SECONDS,
        "bytes": MEMORY,
    }
    # Of the environment only what Python needs: no settings, no secrets.
    environment = {
        name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "SYSTEMROOT")
    }
    # The packages are where this process has them.
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-B", str(_HERE / "child.py")],
            input=json.dumps(said, ensure_ascii=False).encode(),
            capture_output=True,
            timeout=SECONDS,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise CannotPrint(f"{order.template.name} took longer than {SECONDS} s") from None
    begins = b"%PDF-" if order.format == "pdf" else b"<svg"
    if done.returncode != 0 or not done.stdout.startswith(begins):
        reason = done.stderr.decode(errors="replace").strip()[-2000:]
        raise CannotPrint(f"{order.template.name}: ended with {done.returncode}: {reason}")
    return done.stdout
