"""What every step of the sample call's story shares: who takes part, and when things happen."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from eventsapp.accounts import service as accounts
from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference, Theme
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.demo import calls
from eventsapp.demo.calls import Fate, Sketch
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.proposals.models import Call, Proposal


class Stage(StrEnum):
    """How far the sample call has come."""

    CALL = "call"
    REVIEW = "review"
    DECISION = "decision"
    OFFER = "offer"
    PROGRAMME = "programme"


@dataclass(frozen=True, slots=True)
class Times:
    """When things happen, in days from today; negative: ago."""

    opens: int
    closes: int
    reviewed: int
    decided: int
    offered: int
    placed: int
    begins: int
    """The conference's first day, at least."""


TIMES = {
    Stage.CALL: Times(-20, 10, 40, 50, 52, 70, 120),
    Stage.REVIEW: Times(-45, -14, 10, 20, 22, 60, 110),
    Stage.DECISION: Times(-62, -28, -3, 10, 12, 50, 95),
    Stage.OFFER: Times(-80, -46, -18, -9, -8, 30, 75),
    Stage.PROGRAMME: Times(-120, -85, -60, -48, -45, -3, 24),
}


def first_day(today: date, stage: Stage) -> date:
    """Return the forum's first day: a Tuesday."""
    soon = today + timedelta(days=TIMES[stage].begins)
    return soon + timedelta(days=(1 - soon.weekday()) % 7)


class Telling:
    """One telling of the sample call, up to a stage. The steps fill it."""

    call: Call

    def __init__(self, conference: Conference, stage: Stage, *, password_hash: str) -> None:
        self.conference = conference
        self.stage = stage
        self.times = TIMES[stage]
        self.now = clock.now()
        self.sample = calls.sample()
        self.password_hash = password_hash
        slugs = [body.slug for body in self.sample.bodies]
        self.organizations = {
            row.slug: row
            for row in db.session.scalars(select(Organization).where(Organization.slug.in_(slugs)))
        }
        self.themes = {
            row.slug: row
            for row in db.session.scalars(select(Theme).where(Theme.conference_id == conference.id))
        }
        self.users: dict[str, User] = {}
        """Focal points by their organization's address, reviewers by their e-mail address."""
        self.proposals: dict[int, Proposal] = {}
        """By the number of the sketch."""
        self.keys: dict[str, str] = {}
        """Of the call's questions, by what the sketches call them."""
        self.officer = actor_of(user_of("programme@example.org"))

    def at(self, days: float, hours: float = 0) -> AbstractContextManager[None]:
        """Let it be so many days from now, but not later than now."""
        return clock.at(self.instant(days, hours))

    def instant(self, days: float, hours: float = 0) -> datetime:
        """Return that instant."""
        return min(self.now + timedelta(days=days, hours=hours), self.now)

    def focal(self, slug: str) -> Actor:
        """Return the focal point of an organization."""
        return actor_of(self.users[slug])

    def still(self, *fates: Fate) -> list[tuple[Sketch, Proposal]]:
        """Return the proposals of these fates that there are, in their order."""
        return [
            (one, self.proposals[one.number])
            for one in self.sample.sketches
            if one.fate in fates and one.number in self.proposals
        ]


def user_of(email: str) -> User:
    """Return somebody who has an account."""
    user = accounts.user_by_email(email)
    assert user is not None, email
    return user


def actor_of(user: User) -> Actor:
    """Return a person as one who acts."""
    return Actor(user.name, user.id)
