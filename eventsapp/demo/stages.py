"""Bringing the sample call to a stage, by what people do one after the other. Each stage includes the ones before it.

What happened in the past is told at the instants at which it happened, so that pages and the audit log show a history. The
messages of that time count as sent.
"""

from __future__ import annotations

from sqlalchemy import func, select, update

from eventsapp.conferences.models import Conference
from eventsapp.demo import stage_call, stage_offers, stage_review
from eventsapp.demo.telling import Stage, Telling
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState

STEPS = (
    (Stage.CALL, stage_call.tell),
    (Stage.REVIEW, stage_review.tell),
    (Stage.DECISION, stage_offers.draft),
    (Stage.OFFER, stage_offers.decide),
    (Stage.OFFER, stage_offers.offer),
    (Stage.PROGRAMME, stage_offers.place),
)


def tell(conference: Conference, stage: Stage, *, password_hash: str) -> None:
    """Tell the sample call up to a stage; everybody in it signs in with one password. Writes; does not commit."""
    telling = Telling(conference, stage, password_hash=password_hash)
    newest = db.session.scalar(select(func.max(Message.id))) or 0
    order = list(Stage)
    for reached, step in STEPS:
        if order.index(reached) <= order.index(stage):
            step(telling)
    db.session.flush()
    # They were sent at the time.
    db.session.execute(
        update(Message)
        .where(Message.id > newest, Message.state == MessageState.QUEUED)
        .values(state=MessageState.SENT, sent_at=Message.created_at)
    )
