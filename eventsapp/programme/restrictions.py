"""To whom an event is restricted, in words: the same wherever people read of it, before they come to a door."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask_babel import gettext as _

from eventsapp.core.templating import join_list
from eventsapp.core.translations import Texts


def restriction(only_for: Sequence[Texts] | None, text: Callable[[Texts], str]) -> str:
    """Return it as a short phrase in the current language, "" for None. ``only_for``: as ``EventInfo`` has it."""
    if only_for is None:
        return ""
    names = [name for name in map(text, only_for) if name]
    return str(
        _("Only for: %(categories)s", categories=join_list(names)) if names else _("Only with a ticket")
    )
