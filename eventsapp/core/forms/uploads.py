"""Files that are sent: pictures and documents."""

from __future__ import annotations

import io
from typing import IO, Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage
from wtforms.widgets import FileInput

from eventsapp.core import files, kept
from eventsapp.core.errors import Invalid
from eventsapp.core.forms.base import Base


class _Upload(Base):
    """A file that is sent. ``data`` is the upload or None; what is stored already is ``current``.

    ``kept``: the token of an upload that came with a form that was refused, in forms whose ``meta`` says ``keep_uploads``.
    """

    widget = FileInput()
    layout = "file"
    accept = ""

    def __init__(self, label: object = None, *args: Any, removable: bool = True, **more: Any) -> None:
        super().__init__(label, *args, **more)
        self.removable = removable
        self.removed = False
        self.current: files.StoredFile | None = None
        self.kept = ""

    def process_data(self, value: Any) -> None:
        self.current = value if isinstance(value, files.StoredFile) else None
        self.data: FileStorage | None = None

    def process_formdata(self, valuelist: list[Any]) -> None:
        uploads = (value for value in valuelist if isinstance(value, FileStorage) and value.filename)
        self.data = next(uploads, None)
        self.removed = self.removable and bool(request.form.get(f"{self.name}-remove"))
        if self.data is None and not self.removed and self._keeps:
            token = request.form.get(f"{self.name}-kept", "")
            if (found := kept.read(token)) is not None:
                self.data = FileStorage(io.BytesIO(found.content), found.name)
                self.kept = token

    @property
    def _keeps(self) -> bool:
        return bool(getattr(self.meta, "keep_uploads", False))

    def keep(self) -> None:
        """Keep the upload, so that the page can send it again; not one that is refused itself."""
        if self.errors:
            self.kept = ""
        elif self.data is not None and not self.kept and self._keeps:
            self.kept = kept.keep(_stream(self.data).read(), self.data.filename or "") or ""

    def _refuse(self, reason: str) -> Invalid:
        return Invalid({self.short_name: [reason]})

    def _value(self) -> bool:
        return False


class PictureField(_Upload):
    """A picture: PNG, JPEG, WebP or GIF; kept as WebP within ``width`` × ``height`` pixels."""

    accept = "image/png,image/jpeg,image/webp,image/gif"
    layout = "picture"

    def __init__(
        self, label: object = None, *args: Any, width: int = 1600, height: int = 1600, **more: Any
    ) -> None:
        more.setdefault("description", _l("PNG, JPEG, WebP or GIF."))
        super().__init__(label, *args, **more)
        self.width, self.height = width, height

    def store(self) -> files.StoredFile | None:
        """Return the row of the picture that the thing has from now on: the new one, the one it had, or none.

        Raises :class:`Invalid` for a file that is no picture; call it inside ``saving(form)``.
        """
        if self.data is None:
            return None if self.removed else self.current
        try:
            return files.store_picture(
                _stream(self.data), self.data.filename or "", width=self.width, height=self.height
            )
        except files.FileRefused:
            raise self._refuse(_("This file cannot be read as a picture.")) from None


class DocumentField(_Upload):
    """A document to hand out: PDF, PNG, JPEG, DOCX, PPTX or XLSX."""

    accept = ".pdf,.png,.jpg,.jpeg,.docx,.pptx,.xlsx"

    def __init__(self, label: object = None, *args: Any, **more: Any) -> None:
        more.setdefault("description", _l("PDF, PNG, JPEG, DOCX, PPTX or XLSX."))
        super().__init__(label, *args, **more)

    def store(self) -> files.StoredFile | None:
        """Like :meth:`PictureField.store`, for a document."""
        if self.data is None:
            return None if self.removed else self.current
        try:
            return files.store_document(_stream(self.data), self.data.filename or "")
        except files.FileRefused:
            raise self._refuse(_("This is not a kind of file that is taken, or it is empty.")) from None


def _stream(upload: FileStorage) -> IO[bytes]:
    upload.stream.seek(0)
    return upload.stream
