"""What the clock does with offers: they lapse, and before that their teams are reminded. Any number of workers may run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from eventsapp.core import clock
from eventsapp.core.errors import DomainError
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.proposals.enums import OfferState
from eventsapp.proposals.offers import rules, service, telling
from eventsapp.proposals.offers.models import Offer

BATCH: Final = 20
LONGEST: Final = timedelta(days=62)
"""Before its end nobody is reminded of an offer earlier than this, whatever a call says."""


def lapse_due() -> bool:
    """Let the offers lapse whose time is over, each in a transaction of its own; return whether there were any."""
    try:
        due = db.session.scalars(
            select(Offer.id)
            .where(Offer.state == OfferState.OPEN, Offer.due_at <= clock.now())
            .order_by(Offer.due_at, Offer.id)
            .limit(BATCH)
        ).all()
    finally:
        db.session.rollback()
    lapsed = [_lapse(id_) for id_ in due]
    return any(lapsed)


def _lapse(offer_id: int) -> bool:
    try:
        with transaction():
            return service.lapse(db.session.get_one(Offer, offer_id))
    except (DomainError, SQLAlchemyError):
        # Such as two transactions that wait for each other. The other offers must not wait for this one.
        current_app.logger.exception("offer %s could not lapse, and will be tried again", offer_id)
        return False


def remind(now: datetime) -> None:
    """Remind the teams whose time to answer ends soon, once for each offer. Runs in a transaction of its caller."""
    offers = db.session.scalars(
        select(Offer).where(
            Offer.state == OfferState.OPEN,
            Offer.reminded_at.is_(None),
            Offer.due_at > now,
            Offer.due_at <= now + LONGEST,
        )
    ).all()
    for offer in offers:
        call = offer.proposal.call
        at = rules.before(offer.due_at, call.offer_reminder_days, call.conference.zone)
        # One that was made with less time than that needs no reminder: the team has just heard of it.
        if offer.created_at < at <= now and _claim(offer, now):
            telling.remind(offer)


def _claim(offer: Offer, now: datetime) -> bool:
    done = db.session.execute(
        update(Offer)
        .where(Offer.id == offer.id, Offer.state == OfferState.OPEN, Offer.reminded_at.is_(None))
        .values(reminded_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
