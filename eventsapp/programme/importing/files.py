"""Which reader a file is for, and the companion of translations that lies beside it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from eventsapp.programme.importing import frab, habitat
from eventsapp.programme.importing.document import BadFile, Document
from eventsapp.programme.importing.source import decode, load


class Format(StrEnum):
    """A format that can be read; ``auto`` looks at the first character."""

    AUTO = "auto"
    HABITAT = "habitat"
    FRAB = "frab"


def read(
    path: Path, *, format: Format = Format.AUTO, zone: str | None = None, slug: str | None = None
) -> Document:
    """Return what the file at ``path`` says; ``<name>-translations.json`` beside a JSON file is read with it.

    ``zone`` (IANA name) is taken where the file names none, ``slug`` instead of the conference's own. Raises
    :class:`BadFile`. Reads files; writes nothing.
    """
    content = load(path)
    if format is Format.AUTO:
        format = detect(content, path.name)
    if format is Format.FRAB:
        return frab.read(content, path.name, zone=zone, slug=slug)
    beside = path.with_name(f"{path.stem}-translations.json")
    companion = (load(beside), beside.name) if beside.is_file() else None
    return habitat.read(content, path.name, companion=companion, zone=zone, slug=slug)


def detect(content: bytes, name: str) -> Format:
    """Return the format of a file by its first character. Raises :class:`BadFile` when it is neither JSON nor XML."""
    first = decode(content, name).lstrip()[:1]
    if first == "<":
        return Format.FRAB
    if first in ("{", "["):
        return Format.HABITAT
    raise BadFile(name, 1, "neither JSON nor XML")
