"""Uploaded files: typed by their content, stored under their hash, served as attachments.

Pictures are decoded and written again as WebP in a bounded size, so that nothing but pixels gets through.
"""

from __future__ import annotations

import hashlib
import io
import re
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, Protocol

from flask import current_app
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from eventsapp.core.db import Stamped
from eventsapp.extensions import Model, db

PICTURE_TYPE = "image/webp"
_MAX_PIXELS = 40_000_000

# Leading bytes of the kinds of files that organizers hand out. Everything else is refused.
_MAGIC: list[tuple[bytes, str, str]] = [
    (b"%PDF-", "application/pdf", ".pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png", ".png"),
    (b"\xff\xd8\xff", "image/jpeg", ".jpg"),
]
_OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", ".pptx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
}


class FileRefused(ValueError):
    """The upload is empty or not of a kind that is taken."""


class StoredFile(Stamped, Model):
    """A file in the uploads folder, named by its SHA-256."""

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """Bytes."""


class HasDigest(Protocol):
    """A stored file, or the public snapshot of one."""

    @property
    def sha256(self) -> Any: ...


def path_of(file: HasDigest) -> Path:
    """Return where the bytes of ``file`` are."""
    digest = str(file.sha256)
    return Path(current_app.config["UPLOADS"]) / digest[:2] / digest


def beside(path: Path) -> Path:
    """Return where a picture made of a stored one is kept; :func:`unlink` deletes both."""
    return path.with_name(f"{path.name}.jpg")


def unlink(digest: str) -> None:
    """Delete the bytes of a stored file and what was made of them. Whether a row names them still is for the caller to know."""
    path = Path(current_app.config["UPLOADS"]) / digest[:2] / digest
    path.unlink(missing_ok=True)
    # Last: who makes it anew looks whether the file is there still.
    beside(path).unlink(missing_ok=True)


def safe_name(name: str, suffix: str) -> str:
    """Return ``name`` without folders or characters that a header or a file system minds, ending in ``suffix``."""
    stem = Path(name.replace("\\", "/")).stem
    stem = re.sub(r"[^\w. -]+", "", stem).strip(" .")[:120] or "file"
    return stem + suffix


def detect(content: bytes) -> tuple[str, str]:
    """Return (content type, suffix) of a document by its bytes; raises :class:`FileRefused` for other kinds."""
    for magic, content_type, suffix in _MAGIC:
        if content.startswith(magic):
            return content_type, suffix
    if content.startswith(b"PK\x03\x04"):
        import zipfile

        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                names = archive.namelist()
        except zipfile.BadZipFile as error:
            raise FileRefused("not a readable document") from error
        if "[Content_Types].xml" in names:
            for folder, (content_type, suffix) in _OFFICE.items():
                if any(name.startswith(folder) for name in names):
                    return content_type, suffix
    raise FileRefused("not a kind of file that is taken")


def _write(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    target = Path(current_app.config["UPLOADS"]) / digest[:2] / digest
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(content)
        Path(part.name).replace(target)
    return digest


def store_document(stream: IO[bytes], name: str) -> StoredFile:
    """Keep an uploaded document (PDF, PNG, JPEG, DOCX, PPTX, XLSX) and return its new row.

    The bytes are on disk before the row is committed; a rolled back row leaves bytes that nothing refers to.
    Raises :class:`FileRefused`.
    """
    content = stream.read()
    content_type, suffix = detect(content)
    stored = StoredFile(
        sha256=_write(content), name=safe_name(name, suffix), content_type=content_type, size=len(content)
    )
    db.session.add(stored)
    return stored


Box = tuple[int, int, int, int]
"""Left, top, right and bottom edge in pixels."""


def store_picture(
    stream: IO[bytes],
    name: str,
    *,
    width: int,
    height: int,
    crop: Callable[[int, int], Box] | None = None,
) -> StoredFile:
    """Keep an uploaded picture, scaled down to fit ``width`` × ``height`` pixels, as WebP. Raises :class:`FileRefused`.

    ``crop`` is given its width and height as people see it, and says which part is kept.
    """
    written = as_webp(stream.read(), width=width, height=height, crop=crop)
    stored = StoredFile(
        sha256=_write(written), name=safe_name(name, ".webp"), content_type=PICTURE_TYPE, size=len(written)
    )
    db.session.add(stored)
    return stored


def as_webp(
    content: bytes, *, width: int, height: int, crop: Callable[[int, int], Box] | None = None
) -> bytes:
    """Return a picture written anew, as :func:`store_picture` keeps it. Raises :class:`FileRefused`."""
    # Not above: it takes 6 MB, and most processes never see a picture.
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
                if opened.width * opened.height > _MAX_PIXELS:
                    raise FileRefused("too many pixels")
                picture = ImageOps.exif_transpose(opened)
                if crop is not None:
                    picture = picture.crop(crop(picture.width, picture.height))
                picture.thumbnail((width, height))
                target = io.BytesIO()
                mode = "RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB"
                picture.convert(mode).save(target, "WEBP", quality=82, method=4)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombWarning,
    ) as error:
        raise FileRefused("not a readable picture") from error
    return target.getvalue()
