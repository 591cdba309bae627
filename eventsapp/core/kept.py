"""Files that came with a form that was refused: kept for a day, so that nobody has to choose them again. No table.

Each is a file in a folder of its own in ``SEALED``, named by a digest of its token and encrypted (AES-256-GCM) with a key that
is derived from ``SECRET_KEY`` and the token. The token stands only in the page of whoever sent the file, so a copy of the
server's disk and secret opens nothing. What is sent again with the token counts as sent; the housekeeping deletes the rest.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flask import current_app

# The functions that encrypt import what they need themselves: it takes 7 MB, which most processes never use.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECONDS: Final = 24 * 3600
"""How long a file is kept."""
MOST_BYTES: Final = 2 * 1024**3
"""Of all files together. When there is more, files have to be chosen again for a while."""
FOLDER: Final = "kept"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_NONCE: Final = 12
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file as it was sent."""

    content: bytes
    name: str


def keep(content: bytes, name: str) -> str | None:
    """Keep a file and return its token; None where too much is kept already. Writes to the disk, not to the database."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if sum(one.stat().st_size for one in os.scandir(folder)) + len(content) > MOST_BYTES:
        current_app.logger.warning("files of refused forms are not kept: there are too many")
        return None
    token = secrets.token_urlsafe(32)
    nonce = os.urandom(_NONCE)
    # A line of its own for the name: it has no control characters.
    line = "".join(one for one in name if one.isprintable())[:200].encode() + b"\n"
    sealed = nonce + _cipher(token).encrypt(nonce, line + content, None)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="part-", delete=False) as part:
        part.write(sealed)
    Path(part.name).replace(_path(token))
    return token


def read(token: str) -> Kept | None:
    """Return the file of a token; None for one that was never given out, or is over."""
    from cryptography.exceptions import InvalidTag

    if not _TOKEN.fullmatch(token):
        return None
    path = _path(token)
    try:
        if path.stat().st_mtime < time.time() - SECONDS:
            return None
        sealed = path.read_bytes()
        plain = _cipher(token).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (OSError, InvalidTag):
        return None
    line, _newline, content = plain.partition(b"\n")
    return Kept(content, line.decode())


def forget_old(now: datetime) -> None:
    """Delete what was kept long enough at ``now``. For the housekeeping."""
    folder = _folder()
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        try:
            if path.stat().st_mtime < now.timestamp() - SECONDS:
                path.unlink()
        except FileNotFoundError:
            pass  # Somebody else's housekeeping was faster.


def _folder() -> Path:
    return Path(current_app.config["SEALED"]) / FOLDER


def _path(token: str) -> Path:
    return _folder() / hashlib.sha256(token.encode()).hexdigest()


def _cipher(token: str) -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    secret = current_app.config["SECRET_KEY"].encode()
    return AESGCM(
        HKDF(algorithm=SHA256(), length=32, salt=token.encode(), info=b"eventsapp kept files").derive(secret)
    )
