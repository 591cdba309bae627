"""Work that features register for the worker, which does it beside delivering messages."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from eventsapp.core.transaction import transaction
from eventsapp.extensions import db

log: Final = logging.getLogger(__name__)
Item = TypeVar("Item")

jobs: list[Callable[[], bool]] = []
"""Each is called about every second, in an application context and outside a transaction, and does a small part of what is
due, in transactions of its own. It returns whether it did anything: then it is called again at once."""


def work() -> bool:
    """Call each job once; return whether any of them did something.

    One that fails is written to the log, and keeps neither the others nor the messages waiting.
    """
    did = False
    for job in jobs:
        try:
            did = job() or did
        except Exception:
            db.session.rollback()
            log.exception("%s.%s failed, and is tried again", job.__module__, job.__qualname__)
    return did


def each(items: Iterable[Item], do: Callable[[Item], object]) -> int:
    """Do something for each of ``items`` in a transaction of its own; return for how many it did anything.

    ``do`` returns something false where there was nothing to do. One that fails changes nothing, is written to the log and
    keeps those after it from nothing.
    """
    done = 0
    for item in items:
        try:
            with transaction():
                done += bool(do(item))
        except Exception:
            log.exception("%s failed for %r, and is tried again", do.__qualname__, item)
    return done
