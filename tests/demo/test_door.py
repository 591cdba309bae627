"""The demo's assembly that is under way: everybody's state, badges and doors."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import func, select

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.demo import build, calls, stage_door
from eventsapp.demo.telling import Stage, user_of
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.door.models import Scan
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.figures import attendance, door
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.transitions import GONE
from tests import factories


@pytest.mark.sqlite_only
def test_the_assembly_shows_every_state_and_a_busy_door(app, monkeypatch: pytest.MonkeyPatch):
    def organization(_stage: Stage) -> None:
        """Stands for the sample call: the organization that the participant is the focal point of."""
        own = factories.make_organization(slug=calls.OWN_LEAD)
        factories.make_member(user_of("participant@example.org"), own)

    monkeypatch.setattr(build, "_habitat", lambda: None)
    monkeypatch.setattr(build, "_sample", lambda: None)
    monkeypatch.setattr(build, "_call", organization)
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        with transaction():
            build.load(lambda _what: None, stage=Stage.CALL, door=True)
        now = clock.now()
        here = db.session.scalars(select(Conference).where(Conference.slug == stage_door.SLUG)).one()
        assert here.start_date < clock.today(here.zone) < here.end_date
        states = Counter(
            db.session.scalars(select(Registration.state).where(Registration.conference_id == here.id))
        )
        assert set(states) == set(RegistrationState)
        # The places are what the states say.
        media = db.session.scalars(
            select(Category).where(Category.conference_id == here.id, Category.slug == "media")
        ).one()
        held = select(func.count()).where(
            Registration.category_id == media.id,
            Registration.state.in_([RegistrationState.CONFIRMED, RegistrationState.OFFERED]),
        )
        assert media.taken == db.session.scalar(held) == media.capacity
        assert (db.session.scalar(select(func.count()).where(Badge.revoked_at.is_not(None))) or 0) >= 2
        # So are those of quotas, also where the one who was nominated has left.
        for quota in db.session.scalars(select(Quota).where(Quota.conference_id == here.id)):
            kept = Registration.quota_id == quota.id, Registration.state.not_in(GONE)
            assert quota.taken == db.session.scalar(select(func.count()).where(*kept))
        used = db.session.scalar(select(func.sum(Quota.taken)).where(Quota.conference_id == here.id))
        assert (used or 0) > 10
        found = door.figures(here, now)
        assert found.pace.hour > 20
        assert found.inside > 30
        assert sum(1 for gate in found.gates if gate.pace.today) == 3
        rows = attendance.rows(here.id, here.zone, now)
        assert any(row.over and row.came and row.missing for row in rows)
        latest = db.session.scalar(select(func.max(AuditEntry.at)))
        assert latest is not None
        assert latest <= clock.now()
        assert max(db.session.scalars(select(Scan.at))) <= clock.now()
        late = select(func.count(Message.id)).where(
            Message.conference_id == here.id,
            Message.template != "role_granted",
            Message.state == MessageState.QUEUED,
        )
        assert db.session.scalar(late) == 0
