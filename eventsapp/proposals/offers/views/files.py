"""Files that only some people may have."""

from __future__ import annotations

from flask import send_file
from werkzeug.wrappers import Response

from eventsapp.core import files
from eventsapp.core.errors import NotFound
from eventsapp.extensions import db


def hand_over(file_id: int) -> Response:
    """Return a stored file as an attachment that nobody keeps. Raises :class:`NotFound`."""
    stored = db.session.get(files.StoredFile, file_id)
    if stored is None or not files.path_of(stored).is_file():
        raise NotFound
    response = send_file(
        files.path_of(stored), mimetype=stored.content_type, as_attachment=True, download_name=stored.name
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
