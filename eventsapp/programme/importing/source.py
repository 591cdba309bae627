"""The bytes of a file, looked at before any format is."""

from __future__ import annotations

from pathlib import Path

from eventsapp.programme.importing.document import BadFile

LARGEST = 32 * 1024 * 1024
"""Bytes that an imported file may have."""

_PACKED = {
    b"PK": "zip",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"(\xb5/\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
}


def load(path: Path) -> bytes:
    """Return the content of a file. Raises :class:`BadFile` when it is no plain file, too large, or unreadable."""
    if not path.is_file():
        raise BadFile(path.name, "", "not a file")
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise BadFile(path.name, "", error.strerror or "cannot be read") from error
    if len(content) > LARGEST:
        raise BadFile(path.name, "", f"larger than {LARGEST // 1024 // 1024} MB")
    return content


def decode(content: bytes, name: str) -> str:
    """Return ``content`` as text.

    Raises :class:`BadFile` when it is empty, packed, too large, not UTF-8, or holds a NUL character.
    """
    if len(content) > LARGEST:
        raise BadFile(name, "", f"larger than {LARGEST // 1024 // 1024} MB")
    for magic, kind in _PACKED.items():
        if content.startswith(magic):
            raise BadFile(name, "", f"a packed file ({kind}): unpack it first")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile(name, 1, "not UTF-8 but UTF-16")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadFile(name, line, f"not UTF-8 (byte 0x{content[error.start]:02x})") from None
    nul = text.find("\0")
    if nul >= 0:
        raise BadFile(name, text.count("\n", 0, nul) + 1, "a NUL character")
    if not text.strip():
        raise BadFile(name, "", "empty")
    return text
