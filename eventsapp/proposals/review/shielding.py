"""A blind review: what reviewers read without what names those who propose. Pure.

Organizations, people and their addresses are not shown at all; where the text itself names them, the name is blacked out, as
are all e-mail and web addresses, which lead to somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

BLACK: Final = "█████"
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s)\]>]+|[^\s@<>()\[\]]+@[^\s@<>()\[\]]+\.[^\s@<>()\[\],;]+", re.IGNORECASE
)


class Shield:
    """Blacks names out of texts. ``names``: of organizations (also acronyms) and people, in any language.

    Names of one or two letters are left: they are words as well.
    """

    def __init__(self, names: Iterable[str]) -> None:
        known = sorted(
            {" ".join(name.split()) for name in names if len(name.strip()) > 2},
            key=lambda name: (-len(name), name),
        )
        parts = [r"\s+".join(map(re.escape, name.split())) for name in known]
        # A whole word, where the script has words; a name is one whatever its case, an acronym only in capitals.
        self._names = [
            re.compile(rf"(?<!\w){part}(?!\w)", 0 if name.isupper() else re.IGNORECASE)
            for name, part in zip(known, parts, strict=True)
        ] + [
            re.compile(part)
            for name, part in zip(known, parts, strict=True)
            if re.search("[\u3040-\u30ff\u3400-\u9fff]", name)
        ]

    def text(self, text: str) -> str:
        """Return a text without the names."""
        text = _ADDRESS.sub(BLACK, text)
        for name in self._names:
            text = name.sub(BLACK, text)
        return text

    def texts(self, texts: Mapping[str, str]) -> dict[str, str]:
        """Return a text in several languages without the names."""
        return {language: self.text(text) for language, text in texts.items()}
