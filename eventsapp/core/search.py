"""Finding text whatever its marks, case or script.

Neither SQLite nor PostgreSQL by itself finds unaccented French, unvocalized Arabic or two Chinese characters, so both
what is searched and what is asked are written the same way by :func:`normalize`, and a plain substring match is made.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

# Arabic letters that people write one for the other, and the letter-stretching tatweel.
_ARABIC = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None}
)
_OTHER = str.maketrans({"ё": "е", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "’": "'"})


class _Unmarked(dict[int, int | None]):
    """What is left of each character when marks go, filled as characters are met: four times as fast as asking each time."""

    def __missing__(self, character: int) -> int | None:
        left = self[character] = None if unicodedata.combining(chr(character)) else character
        return left


_UNMARKED = _Unmarked()


def normalize(value: str) -> str:
    """Return ``value`` in lower case, without marks, in compatibility forms, white space folded."""
    if value.isascii():
        return " ".join(value.lower().split())
    value = unicodedata.normalize("NFKD", value.casefold().translate(_ARABIC)).translate(_UNMARKED)
    # Once more, as a sign such as № comes apart into capitals.
    value = unicodedata.normalize("NFC", value.casefold().translate(_OTHER).translate(_ARABIC))
    return " ".join(value.split())


def searchable(*parts: str | Mapping[str, str] | Iterable[str] | None) -> str:
    """Return the normalized text to keep for something with these names, texts by language, or lists of names."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, str):
            words.append(part)
        elif isinstance(part, Mapping):
            words.extend(part.values())
        elif part is not None:
            words.extend(part)
    return " | ".join(dict.fromkeys(normalize(word) for word in words if word))


def terms(query: str, *, most: int = 8) -> list[str]:
    """Return the words of a query, normalized, at most ``most``; all of them must be found."""
    return normalize(query[:200]).split()[:most]


def like_pattern(term: str) -> str:
    """Return ``term`` as a LIKE pattern for "contains", with ``\\`` as the escape character."""
    escaped = term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
