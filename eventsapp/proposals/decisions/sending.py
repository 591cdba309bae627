"""Sending decisions that somebody asked for: a job of the worker. Any number of workers may run.

Each transaction decides about some proposals, writes their letters, and moves ``Sending.position`` on from where it was, in one
conditional UPDATE: whoever comes second, or again after a crash, finds it moved and writes nothing twice.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update

from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.decisions import service
from eventsapp.proposals.decisions.models import Sending
from eventsapp.proposals.enums import Decision
from eventsapp.proposals.models import Call

PART: Final = 20
"""Proposals of one transaction: short enough that nobody else waits long for the database's writer."""


def send_due() -> bool:
    """Send the next part of what was asked for; return whether there was something. In a transaction of its own."""
    with db.engine.connect() as connection:
        open_ = connection.scalar(
            select(Sending.id).where(Sending.finished_at.is_(None)).order_by(Sending.id).limit(1)
        )
    if open_ is None:
        return False
    with transaction():
        return part(open_)


def part(sending_id: int) -> bool:
    """Send the next part of one, in the caller's transaction; return whether it was its turn."""
    sending = db.session.get(Sending, sending_id)
    if sending is None or sending.finished_at is not None:
        return False
    begin, all_ = sending.position, list(sending.choices)
    choices = [(int(id_), Decision(said)) for id_, said in all_[begin : begin + PART]]
    done = begin + len(choices)
    taken = db.session.execute(
        update(Sending)
        .where(Sending.id == sending_id, Sending.position == begin, Sending.finished_at.is_(None))
        .values(position=done, finished_at=clock.now() if done >= len(all_) else None)
        .execution_options(synchronize_session=False)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]
        return False
    call = db.session.get_one(Call, sending.call_id)
    actor = Actor(sending.asked_by, sending.asked_by_id)
    result = service.carry_out(call, choices, actor=actor)
    db.session.refresh(sending)
    sending.sent += result.sent
    sending.letters += result.letters
    if result.skipped:
        sending.skipped = [*sending.skipped, *(list(one) for one in result.skipped)]
    return True
