"""Work that features register for the worker, which does it beside delivering messages."""

from __future__ import annotations

from collections.abc import Callable

jobs: list[Callable[[], bool]] = []
"""Each is called about every second, in an application context and outside a transaction, and does a small part of what is
due, in transactions of its own. It returns whether it did anything: then it is called again at once."""


def work() -> bool:
    """Call each job once; return whether any of them did something."""
    return any(job() for job in jobs)
