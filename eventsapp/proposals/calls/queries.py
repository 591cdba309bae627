"""What pages about calls need, in a fixed number of statements."""

from __future__ import annotations

from sqlalchemy import select

from eventsapp.core.errors import NotFound
from eventsapp.extensions import db
from eventsapp.proposals.models import Call


def one(conference_id: int, slug: str) -> Call:
    """Return a call of a conference. Raises :class:`NotFound`."""
    found = db.session.scalar(select(Call).where(Call.conference_id == conference_id, Call.slug == slug))
    if found is None:
        raise NotFound
    return found
