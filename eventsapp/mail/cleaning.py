"""What people wrote, made harmless for messages. Pure.

A message goes out under the conference's name, so what somebody typed as their name or a title must not become a
link, a header or a paragraph of its own: a name such as ``Win at https://bad.example`` would make us send phishing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from eventsapp.core.translations import clean_text

WORD_JOINER: Final = "\u2060"

_SCHEME = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}:/+", re.IGNORECASE)
# A dot before a label that could be a top-level domain: mail programs make links of such words.
_DOMAIN_DOT = re.compile(r"(?<=\w)\.(?=[^\W\d_]{2})")
# Characters that turn the direction of what follows: a name must not mirror the sentence around it.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def one_line(text: str, longest: int = 500) -> str:
    """Return ``text`` without control characters, in one line, at most ``longest`` characters (cut with an ellipsis)."""
    line = " ".join(_TURNS.sub("", clean_text(text)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def unlinked(text: str) -> str:
    """Return ``text`` so that no mail program finds an address in it: schemes go, domains get an unseen joiner."""
    return _DOMAIN_DOT.sub(f".{WORD_JOINER}", _SCHEME.sub("", text))


def is_own_address(text: str, public_url: str) -> bool:
    """Return whether ``text`` is wholly an address on our own site."""
    return re.fullmatch(re.escape(public_url) + r"(/[!-~]*)?", text) is not None


def cleaned(value: Any, public_url: str) -> Any:
    """Return a context's value with all its text cleaned: addresses of our own site stay, all other text is unlinked.

    Takes text (lazy texts too), numbers, dates, None, and mappings and lists of these. Raises ``TypeError`` for anything
    else: a row handed to a template would bring text that nobody has looked at.
    """
    if value is None or isinstance(value, bool | int | float | date | datetime):
        return value
    if isinstance(value, Mapping):
        return {str(key): cleaned(item, public_url) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item, public_url) for item in value]
    if isinstance(value, str) or type(value).__name__ == "LazyString":
        text = str(value)
        return text if is_own_address(text, public_url) else unlinked(one_line(text))
    raise TypeError(f"a message's context is plain data, not {type(value).__name__}")
