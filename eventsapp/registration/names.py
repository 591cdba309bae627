"""Names of people, written in one way, so that the same name is found however it was typed. Pure."""

from __future__ import annotations

import re
from typing import Final

from eventsapp.core.search import normalize

LONGEST: Final = 200
_WORD: Final = re.compile(r"\w+")
_TITLES: Final = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "hrh", "mme", "mlle", "sra")
)


def words(name: str) -> list[str]:
    """Return the words of a name, normalized, without titles (all of them when there is nothing else)."""
    found = _WORD.findall(normalize(name))
    return [word for word in found if word not in _TITLES] or found


def name_key(name: str) -> str:
    """Return what two spellings of one name have in common: its words in the order of the alphabet, without titles and marks."""
    return " ".join(sorted(words(name)))[:LONGEST]
