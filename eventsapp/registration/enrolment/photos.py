"""Photos of people: kept as WebP of at most 600 × 800 pixels, shown to officers and to the person.

Beside each stands the same as a small JPEG, cut as badges show it: hundreds are printed at once, and to make them then would
take most of the time.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Final

from flask import url_for

from eventsapp.conferences.models import Conference
from eventsapp.core import files
from eventsapp.core.files import StoredFile
from eventsapp.core.printing import child
from eventsapp.extensions import db
from eventsapp.registration.enrolment.cropping import Crop
from eventsapp.registration.models import Registration

FULL: Final = "full"
SMALL: Final = "small"
SIZES: Final = {FULL: (600, 800), SMALL: (120, 160)}
"""Pixels."""
PAPER: Final = (300, 375)
"""Pixels of a photo on paper: 30 × 37.5 mm at 254 dots per inch."""


def store(stream: IO[bytes], crop: Crop) -> StoredFile:
    """Keep the named part of an uploaded picture and return its row, flushed. Raises ``files.FileRefused``."""
    width, height = SIZES[FULL]
    stored = files.store_picture(stream, "photo", width=width, height=height, crop=crop.box)
    db.session.flush()
    path = files.path_of(stored)
    paper = child.cut(path, *PAPER)
    if paper is not None:
        child.keep(paper, on_paper(path), path)
    return stored


def on_paper(path: Path) -> Path:
    """Return where the picture for badges is kept, beside a stored photo; it may not be there yet."""
    return files.beside(path)


def address_of(registration: Registration, size: str = FULL) -> str | None:
    """Return the path of a person's photo for officers, or None where there is none. It changes with the photo."""
    if registration.photo_id is None:
        return None
    conference = db.session.get_one(Conference, registration.conference_id)
    return path_of(conference.slug, registration.id, registration.photo_id, size)


def path_of(slug: str, registration_id: int, photo_id: int, size: str = FULL) -> str:
    """The same from what a list has read."""
    return url_for(
        "registration_files.photo",
        conference=slug,
        registration_id=registration_id,
        size=size,
        v=photo_id,
    )


def file_of(registration: Registration) -> Path | None:
    """Return where the bytes of a person's photo (WebP) are, or None."""
    stored = registration.photo
    if stored is None:
        return None
    path = files.path_of(stored)
    return path if path.is_file() else None


def small(path: Path) -> io.BytesIO:
    """Return a photo in its small size, as WebP."""
    width, height = SIZES[SMALL]
    return io.BytesIO(files.as_webp(path.read_bytes(), width=width, height=height))
