"""Places that are offered for a time: those not taken go to the next in the queue, by the worker."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from eventsapp.core import clock, jobs
from eventsapp.extensions import db
from eventsapp.registration import life
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration

AT_ONCE: Final = 50
"""Offers that one call looks at."""


def work() -> bool:
    """Let offers lapse whose time is over; return whether there were any. Each in a transaction of its own: a worker's job."""
    return lapse_due() > 0


def lapse_due() -> int:
    """Do so and return how many lapsed. Writes and commits, each of them."""
    due = db.session.scalars(
        select(Registration.id)
        .where(
            Registration.state == RegistrationState.OFFERED,
            Registration.offer_until <= clock.now(),
        )
        .order_by(Registration.offer_until, Registration.id)
        .limit(AT_ONCE)
    ).all()
    db.session.rollback()
    return jobs.each(due, life.lapse)
