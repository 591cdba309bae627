"""Slugs: the readable part of an address, made from a name once and kept from then on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container

LONGEST = 70
"""Characters of a slug before a number is added to tell it from others; the columns hold 80 and more."""

# Letters that do not come apart into a plain letter and a mark.
_LETTERS = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
        "ŋ": "n", "&": " and ", "@": " at ", "'": "", "’": "", "ʼ": "", "·": "",
        # Russian, as ISO/R 9 and most passports write it: readable, and the same for everybody.
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z", "и": "i",
        "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
        "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "",
        "э": "e", "ю": "iu", "я": "ia",
    }
)  # fmt: skip


def slugify(text: str, taken: Container[str] = ()) -> str:
    """Return a slug for ``text`` that is not in ``taken``.

    Lower-case ASCII letters, digits and single hyphens, cut at a word near :data:`LONGEST` characters; ``-2``, ``-3`` …
    is added when it is taken. Latin letters lose their marks, Russian is transliterated. A name with nothing of that
    in it (Arabic, Chinese) gets ``x`` and eight hexadecimal digits of its hash: the same name, the same slug.
    """
    base = _plain(text)
    slug, number = base, 2
    while slug in taken:
        slug = f"{base}-{number}"
        number += 1
    return slug


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    folded = unicodedata.normalize("NFKD", folded).translate(_LETTERS)
    ascii_only = "".join(c for c in folded if not unicodedata.combining(c))
    ascii_only = ascii_only.encode("ascii", "replace").decode().replace("?", " ")
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")
    if not slug:
        return "x" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
    if len(slug) > LONGEST:
        cut = slug[: LONGEST + 1].rpartition("-")[0]
        slug = (cut if len(cut) > LONGEST // 2 else slug[:LONGEST]).strip("-")
    return slug
