"""Text in several languages: ``{language: text}`` with fallback.

A *Texts* value is a plain dict from a two-letter language code to a non-empty string. Empty strings are
never stored, so that "not translated" has one form.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TypeAlias

Texts: TypeAlias = Mapping[str, str]

LANGUAGES: dict[str, str] = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "zh": "中文",
    "ru": "Русский",
}
"""The six languages of the interface and of content, with their own names, in the order they are offered."""

RIGHT_TO_LEFT = frozenset({"ar"})


def direction(language: str) -> str:
    """Return ``"rtl"`` or ``"ltr"`` for a language code."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def pick_language(texts: Texts | None, language: str, default: str = "en") -> str:
    """Return the language whose text a reader of ``language`` is shown: theirs, the default, English, any; else ``""``."""
    if not texts:
        return ""
    for candidate in (language, default, "en", *texts):
        if texts.get(candidate):
            return candidate
    return ""


def pick(texts: Texts | None, language: str, default: str = "en") -> str:
    """Return the text for a reader of ``language``, falling back as :func:`pick_language` says; ``""`` if there is none."""
    chosen = pick_language(texts, language, default)
    return texts[chosen] if texts and chosen else ""


def clean(texts: Mapping[str, str | None] | None) -> dict[str, str]:
    """Return ``texts`` with control characters and outer white space taken off and empty entries dropped."""
    cleaned = {language: clean_text(text or "") for language, text in (texts or {}).items()}
    return {language: text for language, text in cleaned.items() if text}


def clean_text(text: str) -> str:
    """Return ``text`` normalized (NFC), newlines as LF, without control characters and outer white space.

    Control characters have no place in what people read, and break mail headers, XML and calendar lines.
    """
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    return "".join(kept).strip()
