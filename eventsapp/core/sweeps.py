"""Housekeeping that features register, and that the worker does every ten minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from eventsapp.core import clock, kept, limits
from eventsapp.core.transaction import transaction

sweeps: list[Callable[[datetime], None]] = [limits.forget_old, kept.forget_old]
"""Each is called with the present instant, in a transaction of its own, and deletes what is no longer needed."""


def sweep() -> None:
    """Do all of it now."""
    for one in sweeps:
        with transaction():
            one(clock.now())
