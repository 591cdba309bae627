"""Handing over the files of a proposal to those who may see them."""

from __future__ import annotations

from flask import Response, send_file

from eventsapp.core import files
from eventsapp.core.errors import NotFound
from eventsapp.core.files import StoredFile


def send(found: StoredFile | None) -> Response:
    """Return a file, as one to be saved and never opened in the page. Raises :class:`NotFound`."""
    if found is None or not (path := files.path_of(found)).is_file():
        raise NotFound
    response = send_file(
        path, mimetype=found.content_type, as_attachment=True, download_name=found.name, etag=found.sha256
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
