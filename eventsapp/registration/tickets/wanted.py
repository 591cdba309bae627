"""Whom tickets are wanted for: addresses and numbers out of what was written, and out of a spreadsheet. Hostile until read."""

from __future__ import annotations

import re
from typing import Final

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from eventsapp.core.errors import Invalid
from eventsapp.core.sheets import LARGEST, as_text, cells_of

MOST: Final = 5_000
_PARTS = re.compile(r"[\s,;]+")


def read(written: str, upload: FileStorage | None) -> list[str]:
    """Return the addresses and numbers, in their order, each once. A row of a sheet says its first address, else its first number.

    Raises :class:`Invalid` (``people`` or ``file``). Words that are neither are kept as they are, for the preview to say so.
    """
    words = [word for word in _PARTS.split(written) if word]
    if upload is not None and upload.filename:
        for row in cells_of(upload.stream.read(LARGEST + 1), most=MOST):
            texts = [as_text(cell) for cell in row]
            address = next((text for text in texts if "@" in text), None)
            number = next((text for text in texts if text.isascii() and text.isdigit()), None)
            if address or number:
                words.append(address or number or "")
    found = list(dict.fromkeys(word[:254].lower() for word in words))
    if not found:
        raise Invalid({"people": _("Write down whom you mean, or choose a file.")})
    if len(found) > MOST:
        raise Invalid({"people": _("These are more than %(count)s rows.", count=MOST)})
    return found
