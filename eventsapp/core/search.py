"""Finding text whatever its marks, case or script.

Neither SQLite nor PostgreSQL by itself finds unaccented French, unvocalized Arabic or two Chinese characters, so both
what is searched and what is asked are written the same way by :func:`normalize`, and a plain substring match is made.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

# Arabic letters that people write one for the other, and the letter-stretching tatweel.
_ARABIC = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "و", "ئ": "ي", "ـ": None})
_OTHER = str.maketrans({"ё": "е", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "’": "'"})


def normalize(value: str) -> str:
    """Return ``value`` in lower case, without marks, in compatibility forms, white space folded."""
    value = unicodedata.normalize("NFKD", value.casefold().translate(_ARABIC))
    value = "".join(c for c in value if not unicodedata.combining(c))
    value = unicodedata.normalize("NFC", value.translate(_OTHER).translate(_ARABIC))
    return re.sub(r"\s+", " ", value).strip()


def searchable(*parts: str | None | Mapping[str, str] | Iterable[str]) -> str:
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
