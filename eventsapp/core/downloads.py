"""Stored files by their address ``/files/{sha256}/{name}``: known only to who was shown it, and the same for ever.

Pictures are ours (WebP, written by us) and shown; everything else is handed over as an attachment, never opened here.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from flask import Flask, Response, g, send_file, url_for
from sqlalchemy import select

from eventsapp.core.errors import NotFound
from eventsapp.core.files import PICTURE_TYPE, StoredFile, path_of
from eventsapp.extensions import db


class Stored(Protocol):
    """A stored file, or the public snapshot of one."""

    @property
    def sha256(self) -> Any: ...
    @property
    def name(self) -> Any: ...


def file_url(file: Stored) -> str:
    """Return the address (path) of a stored file."""
    return url_for("file", sha256=file.sha256, name=file.name)


def file(sha256: str, name: str) -> Response:
    """Answer the bytes of a stored file."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise NotFound
    # The same bytes may have been sent under several names.
    stored = db.session.scalars(
        select(StoredFile)
        .where(StoredFile.sha256 == sha256)
        .order_by((StoredFile.name == name).desc(), StoredFile.id)
        .limit(1)
    ).first()
    if stored is None or stored.name != name or not path_of(stored).is_file():
        raise NotFound
    response = send_file(
        path_of(stored),
        mimetype=stored.content_type,
        as_attachment=stored.content_type != PICTURE_TYPE,
        download_name=stored.name,
        conditional=True,
        etag=stored.sha256,
        max_age=31536000,
    )
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    g.public = True
    return response


def register(app: Flask) -> None:
    """Add the address, and ``file_url`` to the templates."""
    file.guard = "open"  # type: ignore[attr-defined]
    app.add_url_rule("/files/<sha256>/<name>", "file", file)
    app.jinja_env.globals["file_url"] = file_url
