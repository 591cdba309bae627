"""Who may nominate, replace and withdraw whom, and until when. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.rules import Window
from eventsapp.registration.transitions import GONE


class Closed(StrEnum):
    """Why nobody can be nominated, or replaced."""

    NOT_OPEN = "not_open"
    """Registration is not open."""
    CATEGORY = "category"
    """The category does not take anybody now."""
    QUOTA = "quota"
    """The organization has no quota in the category."""
    LATE = "late"
    """The day until which nominees may be replaced is over."""
    HERE = "here"
    """The person has come through a door already."""
    ENDED = "ended"
    """The registration is cancelled, withdrawn or rejected."""


def may_nominate(
    where: Window,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    in_quota: bool,
    has_quota: bool,
    now: datetime,
) -> Closed | None:
    """Return why an organization cannot nominate anybody in a category now, or None.

    ``opens_at`` and ``closes_at`` are the category's. ``has_quota``: in this category, or for one that is left out of the
    quotas (``in_quota`` is False) in any. Whether the public can choose the category does not matter.
    """
    if where is not Window.OPEN:
        return Closed.NOT_OPEN
    if (opens_at is not None and now < opens_at) or (closes_at is not None and now >= closes_at):
        return Closed.CATEGORY
    return None if has_quota else Closed.QUOTA


def may_withdraw(state: RegistrationState, *, came: bool) -> Closed | None:
    """Return why a nominee cannot be withdrawn, or None. ``came``: through a door of the conference."""
    if state in GONE or state is RegistrationState.REJECTED:
        return Closed.ENDED
    return Closed.HERE if came else None


def may_replace(state: RegistrationState, *, came: bool, until: datetime, now: datetime) -> Closed | None:
    """Return why a nominee cannot be replaced by somebody else, or None. ``until`` is the first instant at which it is late."""
    return may_withdraw(state, came=came) or (Closed.LATE if now >= until else None)
