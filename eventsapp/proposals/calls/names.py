"""What the parts of a call are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_pgettext

from eventsapp.proposals.calls.rules import Window
from eventsapp.questions.names import KINDS

__all__ = ["KINDS", "WINDOWS"]

WINDOWS: Final[Mapping[Window, tuple[object, str]]] = {
    Window.COMING: (lazy_pgettext("call", "not open yet"), "info"),
    Window.OPEN: (lazy_pgettext("call", "open"), "good"),
    Window.LATE: (lazy_pgettext("call", "closed, late proposals go to the waiting list"), "warning"),
    Window.CLOSED: (lazy_pgettext("call", "closed"), "quiet"),
}
"""How a call stands, and the kind of badge."""
