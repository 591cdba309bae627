"""Pages of passports: encrypted in a folder of their own, opened only under audit, deleted by a set day.

The bytes are in ``SEALED``, each under a random name, encrypted with a key that is derived from ``SECRET_KEY`` (AES-256-GCM;
the name is authenticated with them). What no row names is swept out: so a page is gone at most half an hour after its row,
and what a transaction wrote and then gave up goes too.
"""

from __future__ import annotations

import os
import secrets
import tempfile
import time as clock_time
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from flask import current_app
from sqlalchemy import delete as deleting
from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, files, zones
from eventsapp.core.audit import Actor
from eventsapp.core.errors import NotFound
from eventsapp.core.files import FileRefused
from eventsapp.extensions import db
from eventsapp.registration.enrolment.models import SealedFile
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.life import SYSTEM
from eventsapp.registration.models import Registration, RegistrationSettings
from eventsapp.registration.transitions import GONE, RegistrationAction

# The functions that encrypt import what they need themselves: it takes 7 MB, which most processes never use.
if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PDF: Final = "application/pdf"
_LARGEST: Final = 2400
"""Pixels of the longer side: what is needed to read the lines at the bottom of the page."""
_NONCE: Final = 12
"""Bytes."""
_UNNAMED_SECONDS: Final = 15 * 60
"""How old a file that no row names must be: its transaction may still be under way."""


def _folder() -> Path:
    return Path(current_app.config["SEALED"])


def _cipher() -> AESGCM:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"eventsapp sealed files")
    return AESGCM(derived.derive(current_app.config["SECRET_KEY"].encode()))


def of(registration_id: int) -> SealedFile | None:
    """Return the row of a person's page, which tells that there is one, and since when."""
    return db.session.scalar(select(SealedFile).where(SealedFile.registration_id == registration_id))


def keep(registration: Registration, stream: IO[bytes]) -> SealedFile:
    """Keep an uploaded page (PDF or picture) instead of the one there was, and return its row.

    Pictures are written anew, so that nothing but pixels gets through. The bytes are on disk before the commit. Raises
    ``files.FileRefused``. Writes; does not commit.
    """
    content, content_type = _readable(stream.read())
    name = secrets.token_hex(32)
    nonce = os.urandom(_NONCE)
    _write(name, nonce + _cipher().encrypt(nonce, content, name.encode()))
    delete(registration.id)
    made = SealedFile(
        registration_id=registration.id,
        name=name,
        content_type=content_type,
        size=len(content),
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


def _readable(content: bytes) -> tuple[bytes, str]:
    if content.startswith(b"%PDF-"):
        return content, PDF
    if not content:
        raise FileRefused("empty")
    return files.as_webp(content, width=_LARGEST, height=_LARGEST), files.PICTURE_TYPE


def _write(name: str, sealed: bytes) -> None:
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix="part-", delete=False) as part:
        part.write(sealed)
    Path(part.name).replace(folder / name)


def open_page(registration: Registration, *, actor: Actor) -> tuple[bytes, str]:
    """Return (bytes, content type) of a person's page, and write down who looked. Raises :class:`NotFound`.

    Writes; does not commit.
    """
    from cryptography.exceptions import InvalidTag

    row = of(registration.id)
    if row is None:
        raise NotFound
    try:
        sealed = (_folder() / row.name).read_bytes()
        content = _cipher().decrypt(sealed[:_NONCE], sealed[_NONCE:], row.name.encode())
    except (OSError, InvalidTag) as error:
        current_app.logger.error("the sealed file %d cannot be opened: %r", row.id, error)
        raise NotFound from error
    audit.record(
        actor,
        "registration.passport_seen",
        f"registration:{registration.id}",
        conference_id=registration.conference_id,
    )
    return content, row.content_type


def delete(registration_id: int) -> bool:
    """Delete a person's page; return whether there was one. Writes; does not commit."""
    gone = db.session.execute(
        deleting(SealedFile).where(SealedFile.registration_id == registration_id).returning(SealedFile.id)
    )
    return gone.first() is not None


# --- what is no longer needed


def follow(
    registration: Registration, action: RegistrationAction, before: RegistrationState, actor: Actor
) -> None:
    """Delete the page of somebody who is not coming. For ``hooks.moved``."""
    if registration.state in GONE:
        delete(registration.id)


def erase(registration: Registration) -> None:
    """Delete the page of somebody who is being erased. For ``hooks.erased``."""
    delete(registration.id)


def sweep(now: datetime) -> None:
    """Delete the pages of conferences whose day for it is over, and files that no row names."""
    _delete_due(now)
    _delete_unnamed()


def _delete_due(now: datetime) -> None:
    # Conference by conference: each has a day and a zone of its own.
    with_pages = select(Registration.conference_id).join(
        SealedFile, SealedFile.registration_id == Registration.id
    )
    found = db.session.execute(
        select(Conference, RegistrationSettings.passports_deleted_on)
        .outerjoin(RegistrationSettings, RegistrationSettings.conference_id == Conference.id)
        .where(Conference.id.in_(with_pages))
        .order_by(Conference.id)
    )
    for conference, day in found.all():
        last = day or conference.end_date
        if zones.instant(last + timedelta(days=1), time(0), conference.zone) <= now:
            _delete_all(conference)


def _delete_all(conference: Conference) -> None:
    people = select(Registration.id).where(Registration.conference_id == conference.id)
    gone = db.session.execute(
        deleting(SealedFile).where(SealedFile.registration_id.in_(people)).returning(SealedFile.id)
    ).all()
    audit.record(
        SYSTEM,
        "registration.passports_deleted",
        f"conference:{conference.slug}",
        conference_id=conference.id,
        detail={"count": len(gone)},
    )


def _delete_unnamed() -> None:
    folder = _folder()
    if not folder.is_dir():
        return
    old = clock_time.time() - _UNNAMED_SECONDS
    named = set(db.session.scalars(select(SealedFile.name)))
    for path in folder.iterdir():
        # A folder in it has other files (``core/kept.py``).
        if path.is_file() and path.name not in named and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
