"""What registration tells those of its parts, and the features, that follow.

Called inside the transaction of the change; may write, but not commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from eventsapp.core.audit import Actor
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.transitions import RegistrationAction

moved: list[Callable[[Registration, RegistrationAction, RegistrationState, Actor], None]] = []
"""Called with a registration whose state has just changed, the action, the state before, and who did it."""

changed: list[Callable[[Registration, Actor, Sequence[str]], None]] = []
"""Called with a registration of which something was changed, who did it, and the names of what differs: those of the columns,
``passport`` for its page."""

erased: list[Callable[[Registration], None]] = []
"""Called with a registration that is being erased: take out what says who it was."""

replaced: list[Callable[[Registration, Registration, Sequence[int], Actor], None]] = []
"""Called with a nominee who was withdrawn, who comes instead, and the ids of the kept seats (``SeatBlock``) that the first had
until now. The events of these seats are still held."""


def tell_changed(registration: Registration, actor: Actor, names: Sequence[str]) -> None:
    """Tell everybody in ``changed``. Raises what they raise, such as :class:`Invalid` for a quota that is used up."""
    for told in changed:
        told(registration, actor, names)
