"""Which proposals are alike, and in which words. Pure.

Each proposal is a vector of its words in all languages together, weighted by how often it uses them and how rare they are in
the call (TF-IDF: Salton and Buckley 1988), a title's words and its themes counting more; alike are two vectors at a small
angle (cosine, from 0 to 1). Only the ``KEPT`` heaviest words of each are kept, and an inverted index finds the pairs, so
that not every pair of proposals has to be looked at.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import nlargest
from math import log, sqrt
from typing import Final

from eventsapp.core.search import normalize

KEPT: Final = 40
"""Words of each proposal that are compared."""
LEAST: Final = 0.25
"""From where on two are called alike."""
TITLE: Final = 3
THEME: Final = 2
"""How often a word of the title, and a theme, counts."""
SHARED: Final = 6
"""Words that are said of a pair."""

_WORD = re.compile(r"[^\W_]+")
# Scripts without spaces: Chinese, Japanese, Thai, Lao, Khmer, Burmese.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
_THEME: Final = "\0"
"""Before the id of a theme, so that it is no word."""

Words = Mapping[str, int]
"""How often each term stands in a proposal."""


def words(titles: Iterable[str], texts: Iterable[str], themes: Iterable[int]) -> Counter[str]:
    """Return the terms of a proposal with their counts: words as ``core.search.normalize`` writes them, and themes."""
    found: Counter[str] = Counter()
    for text in titles:
        for term in terms(text):
            found[term] += TITLE
    for text in texts:
        found.update(terms(text))
    for theme in themes:
        found[f"{_THEME}{theme}"] += THEME
    return found


def terms(text: str) -> Iterator[str]:
    """Give the words of a text; in scripts without spaces, pairs of neighbouring characters. Single letters are none."""
    for word in _WORD.findall(normalize(text)):
        if word.isascii():
            if len(word) > 1 and not word.isdigit():
                yield word
            continue
        rest = word
        for run in _SPACELESS.findall(word):
            rest = rest.replace(run, " ", 1)
            yield from (run[at : at + 2] for at in range(len(run) - 1))
        for one in rest.split():
            if len(one) > 1 and not one.isdigit():
                yield one


@dataclass(frozen=True, slots=True)
class Pair:
    """Two proposals that are alike, ``first`` < ``second``, and the words (or ids of themes) that they share, heaviest first."""

    first: int
    second: int
    likeness: float
    words: tuple[str, ...]
    theme_ids: tuple[int, ...]


def vectors(documents: Mapping[int, Words]) -> dict[int, dict[str, float]]:
    """Return the vectors of a call's proposals, of length 1; empty for one that has nothing of its own to say."""
    frequency: Counter[str] = Counter()
    for document in documents.values():
        frequency.update(document.keys())
    count = len(documents)
    # A word that every second proposal has says nothing; in a handful of proposals, all words do.
    common = max(count / 2, 4)
    rarity = {
        term: log(1 + count / times) for term, times in frequency.items() if times <= common and times > 1
    }
    lonely = log(1 + count)
    found: dict[int, dict[str, float]] = {}
    for id_, document in documents.items():
        weighted = [
            (rarity.get(term, lonely if frequency[term] == 1 else 0.0) * (1 + log(times)), term)
            for term, times in document.items()
        ]
        heaviest = nlargest(KEPT, weighted)
        length = sqrt(sum(weight * weight for weight, _term in heaviest))
        # What nobody else says makes a proposal less like the others, but is in no pair.
        found[id_] = (
            {term: weight / length for weight, term in heaviest if weight and frequency[term] > 1}
            if length
            else {}
        )
    return found


def pairs(
    documents: Mapping[int, Words], *, least: float = LEAST, most: int = 500, only: int | None = None
) -> list[Pair]:
    """Return the pairs that are at least ``least`` alike, the most alike first, at most ``most``.

    ``only``: those with this proposal.
    """
    made = vectors(documents)
    index: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for id_ in sorted(made):
        for term, weight in made[id_].items():
            index[term].append((id_, weight))
    found: list[tuple[float, int, int]] = []
    for id_ in [only] if only is not None else sorted(made):
        sums: dict[int, float] = defaultdict(float)
        for term, weight in made.get(id_, {}).items():
            for other, theirs in index[term]:
                if other > id_ or only is not None:
                    sums[other] += weight * theirs
        sums.pop(id_, None)
        found += [
            (likeness, min(id_, other), max(id_, other))
            for other, likeness in sums.items()
            if likeness >= least
        ]
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return [_pair(made, *one) for one in found[:most]]


def _pair(made: Mapping[int, Mapping[str, float]], likeness: float, first: int, second: int) -> Pair:
    one, other = made[first], made[second]
    shared = sorted(
        (term for term in one if term in other), key=lambda term: (-one[term] * other[term], term)
    )
    return Pair(
        first,
        second,
        min(likeness, 1.0),
        tuple(_telling([term for term in shared if not term.startswith(_THEME)])),
        tuple(int(term.removeprefix(_THEME)) for term in shared if term.startswith(_THEME)),
    )


def _telling(shared: list[str]) -> list[str]:
    """The words to be said: pairs of Latin letters ("se", "de") only where there are no others."""
    longer = [term for term in shared if len(term) > 2 or not term.isascii()]
    return (longer or shared)[:SHARED]
