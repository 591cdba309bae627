"""``Conference.revision``: raised in the same transaction as any change that the public can see.

The revision is the cache key and the heart of the ETag of everything public. It is raised here and nowhere else:

* a flush listener looks at every new, changed or deleted object and asks its class for the conferences it is shown in
  (``__shown_in__``: a method giving conference ids, or :data:`EVERYWHERE`);
* code that writes without the ORM (the seat counters) calls :func:`touch`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from sqlalchemy import event, inspect, text
from sqlalchemy.orm import Session

EVERYWHERE: Final = "everywhere"
"""Given by things that all conferences may show, such as an organization."""

# Columns whose change nobody outside sees.
_UNSEEN = {"updated_at", "revision"}


def touch(session: Session, conference_id: int | None = None) -> None:
    """Raise the revision of one conference, or of all when ``conference_id`` is None. Writes; does not commit."""
    statement = "UPDATE conference SET revision = revision + 1"
    if conference_id is None:
        session.execute(text(statement))
    else:
        session.execute(text(statement + " WHERE id = :id"), {"id": conference_id})


def changed(session: Session, obj: object) -> bool:
    """Return whether this flush makes or deletes an object, or changes something of it that can be seen."""
    if obj in session.new or obj in session.deleted:
        return True
    state: Any = inspect(obj)
    unseen = _UNSEEN | set(getattr(obj, "__unseen__", ()))
    return any(attribute.history.has_changes() for attribute in state.attrs if attribute.key not in unseen)


def _raise(session: Session, *_: object) -> None:
    # After the statements and before the session forgets what changed: ids are known, and the history still is.
    touched: set[int | str | None] = set()
    for obj in [*session.new, *session.dirty, *session.deleted]:
        shown_in = getattr(obj, "__shown_in__", None)
        if shown_in is not None and changed(session, obj):
            where: Collection[int | None] | str = shown_in()
            touched |= {EVERYWHERE} if isinstance(where, str) else set(where)
    if EVERYWHERE in touched:
        touch(session)
        return
    for conference_id in touched:
        if isinstance(conference_id, int):
            touch(session, conference_id)


def listen(session_class: Any) -> None:
    """Install the listener on a session class or factory. Called once, by ``extensions.py``."""
    event.listen(session_class, "after_flush", _raise)
