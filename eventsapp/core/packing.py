"""Static files travel compressed. Public pages do so by the front (``core/front.py``); a proxy may do it for the rest."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Response, request
from werkzeug.security import safe_join

_KINDS = {
    "text/css",
    "text/javascript",
    "application/javascript",
    "application/json",
    "image/svg+xml",
    "text/plain",
}
"""Fonts and pictures are compressed already."""
_WORTH_PACKING = 600
"""Bytes from which it is worth it."""


@lru_cache(maxsize=128)
def _bytes(path: str, modified: int, size: int) -> tuple[bytes, str]:
    """Return a file, compressed, and its entity tag; the same in every process."""
    data = gzip.compress(Path(path).read_bytes(), 9, mtime=0)
    return data, hashlib.sha256(data).hexdigest()[:32]


def packed(folder: str | None, name: str) -> Response | None:
    """Return a static file, compressed, if it is worth it and the request takes that; else None."""
    kind = mimetypes.guess_type(name)[0]
    if kind not in _KINDS or not request.accept_encodings["gzip"] or "Range" in request.headers:
        return None
    path = safe_join(folder or "", name)
    try:
        facts = Path(path or "").stat()
    except OSError:
        return None
    if path is None or facts.st_size < _WORTH_PACKING or not Path(path).is_file():
        return None
    data, tag = _bytes(path, facts.st_mtime_ns, facts.st_size)
    response = Response(data, mimetype=kind)
    response.headers["Content-Encoding"] = "gzip"
    response.set_etag(tag)
    response.last_modified = facts.st_mtime  # type: ignore[assignment]
    response.make_conditional(request)
    return response
