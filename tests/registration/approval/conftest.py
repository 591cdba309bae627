"""What the tests of the approval desk and of the queue share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.registration import life, places
from eventsapp.registration.enums import Approval, RegistrationState, WaitlistMode
from eventsapp.registration.models import Category, Registration, RegistrationSettings
from eventsapp.registration.transitions import HOLDING
from tests import factories

DESK = Actor("Rita Registrar")
S = RegistrationState


@dataclass(frozen=True)
class Lobby:
    """A conference with limits, its categories by number, and people who have not got a place yet."""

    app: Flask
    conference_id: int
    categories: list[int]
    people: list[int]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction in a context of its own, for threads too."""
        with self.app.app_context(), transaction():
            yield

    def admit(self, id_: int) -> bool:
        with self.writing():
            registration, held = life.hold(id_)
            return life.admit(registration, held, actor=DESK)

    def move(self, id_: int, action: life.A) -> bool:
        with self.writing():
            registration, held = life.hold(id_)
            return life.move(registration, action, held=held, actor=DESK)

    def states(self) -> list[RegistrationState]:
        """The states of the people, in their order; also holds the counters against the rows."""
        with self.app.app_context():
            rows = db.session.execute(
                select(Registration.id, Registration.state, Registration.position, Registration.category_id)
                .where(Registration.conference_id == self.conference_id)
                .order_by(Registration.id)
            ).all()
            settings = db.session.get(RegistrationSettings, self.conference_id)
            holding = [row for row in rows if row.state in HOLDING]
            queue = sorted(row.position for row in rows if row.state is S.WAITLISTED)
            assert len(set(queue)) == len(queue)
            if settings is not None:
                if settings.capacity is not None:
                    assert settings.taken == len(holding)
                assert settings.waiting == len(queue)
                assert max(queue, default=0) <= settings.queue_tail
            categories = select(Category).where(Category.conference_id == self.conference_id)
            for category in db.session.scalars(categories):
                if category.capacity is not None:
                    assert category.taken == sum(row.category_id == category.id for row in holding)
            if queue:
                assert places.next_in_queue(self.conference_id) is None, "a place is free, and somebody waits"
            db.session.rollback()
            return [row.state for row in rows]

    def queue(self) -> list[int]:
        """Who waits, in order."""
        with self.app.app_context():
            found = db.session.scalars(
                select(Registration.id)
                .where(Registration.conference_id == self.conference_id, Registration.state == S.WAITLISTED)
                .order_by(Registration.position)
            ).all()
            db.session.rollback()
            return list(found)


MakeLobby = Callable[..., Lobby]


@pytest.fixture
def lobby(app: Flask) -> MakeLobby:
    """``lobby(places=10, people=[30])`` makes one: people[n] are in review in category n, of ``rooms[n]`` places."""

    def make(
        *,
        places_: int | None = None,
        rooms: list[int | None] | None = None,
        people: list[int],
        mode: WaitlistMode = WaitlistMode.AUTOMATIC,
        settings: bool = True,
        submitted_at: datetime | None = None,
    ) -> Lobby:
        limits = rooms or [None] * len(people)
        with app.app_context(), transaction():
            conference = factories.make_conference()
            if settings:
                factories.make_settings(conference, waitlist=mode, offer_hours=24)
            categories = [
                factories.make_category(conference, approval=Approval.REGISTRAR, capacity=limit)
                for limit in limits
            ]
            if places_ is not None:
                places.set_capacity(conference.id, places_)
            ids = [
                factories.make_registration(
                    conference,
                    category=category,
                    state=S.IN_REVIEW,
                    confirmed_at=None,
                    submitted_at=submitted_at or clock.now(),
                    address_confirmed_at=clock.now(),
                ).id
                for category, number in zip(categories, people, strict=True)
                for _n in range(number)
            ]
            return Lobby(app, conference.id, [one.id for one in categories], ids)

    return make


def count_of(states: list[RegistrationState]) -> dict[RegistrationState, int]:
    """How often each state occurs."""
    return {state: states.count(state) for state in set(states)}


def rows(app: Flask, model: type, *conditions: object) -> int:
    with app.app_context():
        found = db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0  # type: ignore[arg-type]
        db.session.rollback()
        return found
