"""What later features add to the snapshot of a conference: things with an address of their own, such as calls.

A feature appends itself when it is registered: ``parts["call"] = load``, by the name of the table, which also makes renamed
addresses lead on. ``load`` is handed what is open to the database (the same as everything else of the snapshot is read
from) and the conference's id; it returns what of them the public may ever see, as plain frozen data with ``id`` and
``slug``, in a fixed number of statements. Whatever depends on the time is decided where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from eventsapp.core.translations import Texts

Restrictions = Mapping[int, tuple[Texts, ...]]
"""Event id → the names of the categories of registration that alone may come to it (beside people with a ticket); none of them
where it is by ticket alone. What is not restricted so is missing."""

restrictions: list[Callable[[Connection | Session, int], Restrictions]] = []
"""Who says to whom events are restricted, in a fixed number of statements; handed the same as ``parts``."""

parts: dict[str, Callable[[Connection | Session, int], Sequence[Any]]] = {}
