"""How like each other names are, so that an organization is found although it is spelt otherwise. Pure.

Names are cut into groups of three letters (within words, so that their order does not matter), and weighed by how rare a group
is in the directory: that two bodies are both "International" says little. Small spelling differences, swapped words, missing
words and a long name for an acronym are found; five thousand organizations are searched in a few thousandths of a second.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import log

from eventsapp.core.search import normalize

ALIKE = 0.5
"""From here on a name may be meant by what was typed."""
SAME = 0.62
"""From here on two names are likely those of one body."""

_WORD = re.compile(r"\w+")
_SMALL_WORDS = (
    "a an and at by for from in of on the to with au aux d de des du en et l la le les pour sur y del el los las para por e"
    " и в на по для"
)
_SMALL = frozenset(_SMALL_WORDS.split())


@dataclass(frozen=True, slots=True)
class Like:
    """An organization that may be meant: ``score`` from 0 to 1, and the ``name`` (normalized) that is like what was asked."""

    id: int
    score: float
    name: str


def words(text: str) -> list[str]:
    """Return the words of a normalized text but for articles and the like (all of them, when it has no others)."""
    found = _WORD.findall(text)
    return [word for word in found if word not in _SMALL] or found


@lru_cache(maxsize=20_000)
def _of_word(word: str) -> tuple[str, ...]:
    padded = f"  {word} "
    return tuple(padded[n : n + 3] for n in range(len(word) + 1))


def groups(text: str) -> set[str]:
    """Return the groups of three letters of a normalized text's words; beginnings are groups of their own."""
    return set().union(*map(_of_word, words(text)))


def initials(text: str) -> str:
    """Return the first letters of a normalized name's words, such as "iucn"; "" for fewer than three words."""
    found = words(text)
    return "".join(word[0] for word in found) if len(found) >= 3 else ""


class Likeness:
    """All names of a directory, made once and asked often. Not changed after."""

    def __init__(self, names: Iterable[tuple[int, Iterable[str]]]) -> None:
        """Take pairs of an organization's id and its names, acronyms and aliases, normalized."""
        self._ids = array("l")
        self._names: list[str] = []
        self._with: dict[str, array[int]] = defaultdict(lambda: array("l"))
        self._by_initials: dict[str, set[int]] = defaultdict(set)
        self._by_short: dict[str, set[int]] = defaultdict(set)
        kept: list[set[str]] = []
        for id_, called in names:
            for name in called:
                number = len(self._names)
                self._ids.append(id_)
                self._names.append(name)
                kept.append(groups(name))
                for group in kept[-1]:
                    self._with[group].append(number)
                if short := initials(name):
                    self._by_initials[short].add(number)
                if " " not in name and len(name) <= 12:
                    self._by_short[name].add(number)
        count = len(self._names)
        self._weights = {group: log(1 + count / len(numbers)) for group, numbers in self._with.items()}
        self._sizes = [sum(self._weights[group] for group in found) for found in kept]
        self._rare = log(1 + max(1, count))

    def like(
        self, text: str, *, most: int = 8, least: float = ALIKE, whole: bool = False, but: int | None = None
    ) -> list[Like]:
        """Return the organizations with a name like ``text``, the most alike first, each once.

        While something is typed, a name of which it may be a part is like it; ``whole`` compares it with whole names.
        """
        text = normalize(text)
        asked = groups(text)
        size = sum(self._weights.get(group, self._rare) for group in asked)
        common: dict[int, float] = defaultdict(float)
        if len(text) >= 4:
            for group in asked:
                weight = self._weights.get(group)
                if weight is not None:
                    for number in self._with[group]:
                        common[number] += weight
        best: dict[int, Like] = {}
        for number, shared in common.items():
            alike = 2 * shared / (size + self._sizes[number])
            score = alike if whole else (alike + shared / size) / 2
            if score >= least:
                self._keep(best, number, score)
        for number in self._short_for(text):
            self._keep(best, number, max(least, 0.75))
        if but is not None:
            best.pop(but, None)
        return sorted(best.values(), key=lambda one: (-one.score, one.id))[:most]

    def _short_for(self, text: str) -> set[int]:
        """Names that ``text`` is the acronym of, or acronyms of ``text``."""
        plain = text.replace(".", "")
        found = set(self._by_initials.get(plain, ())) if 3 <= len(plain) <= 12 and " " not in plain else set()
        if short := initials(text):
            found |= self._by_short.get(short, set())
        return found

    def _keep(self, best: dict[int, Like], number: int, score: float) -> None:
        id_ = self._ids[number]
        if id_ not in best or best[id_].score < score:
            best[id_] = Like(id_, min(1.0, score), self._names[number])
