"""What texts, colours and codes need on paper. Pure."""

from __future__ import annotations

import io
import re
from typing import Final

from eventsapp.core.translations import clean_text

# The palette of static/css/tokens.css, as it is on light paper.
COLOURS: Final = (
    "#0859ac", "#d45b3d", "#127946", "#5a2b92", "#a57c00", "#037a89",
    "#a2054a", "#324b10", "#6977d3", "#7a4306", "#c151ad", "#0d3d51",
)  # fmt: skip

_LONGEST_WORD: Final = 24
_LONG = re.compile(rf"[^\s\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]{{{_LONGEST_WORD},}}")
_BREAK: Final = "\u200b"


def plain(text: str) -> str:
    """Return a text for one paragraph: white space folded, and very long words breakable, so that nothing leaves the page."""

    def breakable(found: re.Match[str]) -> str:
        word = found[0]
        return _BREAK.join(word[at : at + 12] for at in range(0, len(word), 12))

    return _LONG.sub(breakable, " ".join(clean_text(text).split()))


def qr(address: str) -> str:
    """Return an address as a QR code: an SVG picture without a quiet zone."""
    import segno

    target = io.BytesIO()
    segno.make_qr(address, error="m").save(target, kind="svg", xmldecl=False, border=0, nl=False)
    return target.getvalue().decode()
