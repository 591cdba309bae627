"""The criteria of a call. A service."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.core import audit
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.extensions import db
from eventsapp.proposals import service
from eventsapp.proposals.enums import ReviewState
from eventsapp.proposals.models import Call, Proposal
from eventsapp.proposals.review.models import Criterion, Review
from eventsapp.proposals.review.reviewing import criteria


def one(call: Call, criterion_id: int) -> Criterion:
    """Return a criterion of a call. Raises :class:`NotFound`."""
    found = db.session.scalar(
        select(Criterion).where(Criterion.id == criterion_id, Criterion.call_id == call.id)
    )
    if found is None:
        raise NotFound
    return found


def save(
    call: Call,
    criterion: Criterion | None,
    *,
    names: Mapping[str, str],
    guidances: Mapping[str, str],
    weight: int,
    scale: int,
    actor: Actor,
) -> Criterion:
    """Add a criterion at the end, or change one. Writes; does not commit.

    Raises :class:`Conflict` for a smaller scale once somebody has scored by it: points would be cut off.
    """
    service.writable(call.conference)
    if criterion is None:
        last = db.session.scalar(
            select(func.coalesce(func.max(Criterion.position), 0)).where(Criterion.call_id == call.id)
        )
        criterion = Criterion(call_id=call.id, position=(last or 0) + 1)
        db.session.add(criterion)
    elif scale < criterion.scale and highest(criterion) > scale:
        raise Conflict(_("Somebody has given more points than that already."))
    criterion.names, criterion.guidances = dict(names), dict(guidances)
    criterion.weight, criterion.scale = weight, scale
    db.session.flush()
    audit.record(
        actor,
        "criterion.save",
        f"call:{call.slug}",
        conference_id=call.conference_id,
        detail={"criterion": criterion.id, "weight": weight, "scale": scale},
    )
    return criterion


def highest(criterion: Criterion) -> int:
    """Return the most points that anybody has given by a criterion; 0 where nobody has."""
    key = str(criterion.id)
    scores = db.session.scalars(
        select(Review.scores)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .where(Proposal.call_id == criterion.call_id, Review.state != ReviewState.DECLINED)
    )
    return max((int(one[key]) for one in scores if one.get(key) is not None), default=0)


def scored(call_id: int) -> int:
    """Return how many reviews of a call are done. One statement."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Review)
            .join(Proposal, Proposal.id == Review.proposal_id)
            .where(Proposal.call_id == call_id, Review.state == ReviewState.DONE)
        )
        or 0
    )


def remove(call: Call, criterion: Criterion, *, actor: Actor) -> None:
    """Delete a criterion; what was scored by it counts no more. Writes; does not commit."""
    service.writable(call.conference)
    audit.record(
        actor,
        "criterion.delete",
        f"call:{call.slug}",
        conference_id=call.conference_id,
        detail={"criterion": criterion.id, "names": criterion.names},
    )
    db.session.delete(criterion)


def move(call: Call, criterion: Criterion, *, up: bool, actor: Actor) -> None:
    """Exchange a criterion with its neighbour; nothing happens at the end. Writes; does not commit."""
    service.writable(call.conference)
    rows = criteria(call.id)
    at = next(number for number, one in enumerate(rows) if one.id == criterion.id)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(rows):
        return
    rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows, start=1):
        row.position = position
    audit.record(actor, "criterion.move", f"call:{call.slug}", conference_id=call.conference_id)
