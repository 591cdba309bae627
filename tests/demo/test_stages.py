"""The sample call: the same each time, and brought to each stage by what people do."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.demo import build, calls, stage_offers
from eventsapp.demo.calls import Fate
from eventsapp.demo.telling import Stage
from eventsapp.extensions import db
from eventsapp.mail.models import Message, MessageState
from eventsapp.organizations.geography import Region, region_of
from eventsapp.organizations.members import organizations_of
from eventsapp.programme.conflicts import load_conflicts
from eventsapp.programme.current import snapshot_of
from eventsapp.proposals.enums import Gender, ProposalState, ReviewState
from eventsapp.proposals.models import Call, Proposal, ProposalVersion
from eventsapp.proposals.review.models import Review

S = ProposalState


def test_the_sample_is_the_same_each_time_and_has_of_everything():
    calls.sample.cache_clear()
    first = calls.sample()
    calls.sample.cache_clear()
    assert calls.sample() == first
    assert {region_of(body.country) for body in first.bodies} == {*Region, None}
    assert len({body.type for body in first.bodies}) >= 9
    assert all(len(one.voices) >= 2 for one in first.sketches)
    assert {fate: n > 0 for fate, n in Counter(one.fate for one in first.sketches).items()} == dict.fromkeys(
        Fate, True
    )
    assert {"en", "fr", "es", "ar", "zh", "ru"} <= {code for one in first.sketches for code in one.titles}
    assert {voice.gender for one in first.sketches for voice in one.voices} >= {
        Gender.WOMAN,
        Gender.MAN,
        None,
    }
    assert len([one for one in first.sketches if one.like is not None]) == 5
    # Mild ones give more than harsh ones for the same work.
    points: dict[bool, list[int]] = {True: [], False: []}
    for one, reviewer in product(first.sketches, first.reviewers):
        if abs(reviewer.shift) > 0.1:
            points[reviewer.shift > 0] += calls.opinion(one, reviewer).points
    mild, harsh = (sum(found) / len(found) for found in (points[True], points[False]))
    assert mild > harsh + 1


@pytest.mark.sqlite_only
@pytest.mark.parametrize("stage", [Stage.CALL, Stage.PROGRAMME])
def test_the_call_is_brought_to_a_stage(app, stage: Stage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build, "_habitat", lambda: None)
    monkeypatch.setattr(build, "_sample", lambda: None)
    with app.test_request_context(base_url=app.config["PUBLIC_URL"]):
        with transaction():
            build.load(lambda _what: None, stage=stage)
        now = clock.now()
        conference = db.session.scalars(select(Conference).where(Conference.slug == calls.SLUG)).one()
        call = db.session.scalars(select(Call)).one()
        states = Counter(db.session.scalars(select(Proposal.state).where(~Proposal.composed)))
        assert (call.closes_at > now) is (stage is Stage.CALL)
        assert conference.start_date > now.date()
        # Nothing is said to happen in the future, and nobody is written to about the past.
        assert max(db.session.scalars(select(AuditEntry.at))) <= clock.now()
        assert (
            min(db.session.scalars(select(AuditEntry.at).where(AuditEntry.action == "proposal.begin"))) < now
        )
        late = select(func.count(Message.id)).where(
            Message.conference_id == conference.id,
            Message.template != "role_granted",
            Message.state == MessageState.QUEUED,
        )
        assert db.session.scalar(late) == 0
        versions = db.session.scalar(select(func.count(ProposalVersion.id)))
        assert (versions or 0) >= sum(states.values())
        participant = db.session.scalars(select(User).where(User.email == "participant@example.org")).one()
        assert [one.slug for one in organizations_of(participant.id)] == [calls.OWN_LEAD]
        reviews = Counter(db.session.scalars(select(Review.state)))
        if stage is Stage.CALL:
            assert set(states) == {S.DRAFT, S.SUBMITTED, S.WITHDRAWN}
            assert not reviews
            return
        assert sum(states.values()) == calls.PROPOSALS
        assert states[S.INELIGIBLE] > 0
        assert reviews[ReviewState.DONE] > 90
        assert states[S.MERGED] == 2
        own = set(db.session.scalars(select(Proposal.state).where(Proposal.created_by_id == participant.id)))
        assert {S.CONFIRMED, S.DRAFT} <= own
        # One place was given to what two became together.
        assert states[S.CONFIRMED] == calls.PLACES - 1
        shown = snapshot_of(calls.SLUG)
        assert shown is not None
        placed = [one for one in shown.events if one.starts_at is not None]
        assert len(placed) == calls.PLACES - stage_offers.IN_TRAY + 1
        assert load_conflicts(conference).hard == []
