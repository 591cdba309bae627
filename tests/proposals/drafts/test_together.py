"""Consent, reminders, the lead, and submission, through the services, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations.enums import OrganizationType
from eventsapp.programme.enums import OrganizationRole
from eventsapp.proposals.drafts import beginning, consents, content, links, service, submission
from eventsapp.proposals.eligibility import Rules
from eventsapp.proposals.enums import Consent, LatePolicy, ProposalState
from eventsapp.proposals.models import Extension, Proposal, ProposalOrganization, ProposalVersion
from tests import factories


@pytest.fixture
def there(app: Flask) -> Iterator[SimpleNamespace]:
    """A call, a lead with a focal point, a partner with one, and a draft; everything in one transaction."""
    with app.test_request_context(), transaction():
        conference = factories.make_conference(zone="Europe/London")
        call = factories.make_call(conference)
        lead, partner = factories.make_organization(), factories.make_organization()
        lena, pavel = (factories.make_user(name=name) for name in ("Lena Lead", "Pavel Partner"))
        factories.make_member(lena, lead)
        factories.make_member(pavel, partner)
        who = Actor(lena.name, lena.id)
        draft = beginning.begin(call, lead, lena, actor=who)
        yield SimpleNamespace(
            conference=conference, call=call, lead=lead, partner=partner, draft=draft, lena=who,
            pavel=Actor(pavel.name, pavel.id),
        )  # fmt: skip
        db.session.rollback()


def told(template: str = "proposal_moved") -> list[str]:
    """Who has been written to, and forget it."""
    found = list(db.session.scalars(select(Message).where(Message.template == template).order_by(Message.id)))
    for one in found:
        db.session.delete(one)
    db.session.flush()
    return [one.to_email for one in found]


def complete(draft: Proposal, actor: Actor) -> None:
    values = {"titles": {"en": "Homes"}, "summaries": {"en": "Why."}, "format": "hybrid", "languages": ["en"]}
    assert service.save(draft, values, base=draft.version, actor=actor).conflicts == ()


@pytest.mark.sqlite_only
def test_the_life_of_a_consent(there: SimpleNamespace):
    draft = there.draft
    row = consents.invite(draft, organization=there.partner, actor=there.lena)
    assert len(told("consent")) == 1
    first = links.token(row)
    assert links.holder(first) is row
    with pytest.raises(Invalid):
        consents.invite(draft, organization=there.partner, actor=there.lena)
    with pytest.raises(Conflict):
        consents.remind(row, actor=there.lena)

    consents.answer(row, consent=False, by="Pavel", reason="No time.", actor=there.pavel)
    assert (row.consent, row.reason, len(told())) == (Consent.REFUSED, "No time.", 1)
    again = consents.invite(draft, organization=there.partner, actor=there.lena)
    assert again.id == row.id
    assert links.holder(first) is None, "the older address is dead"

    consents.answer(row, consent=True, by="Pavel", actor=there.pavel)
    consents.answer(row, consent=True, by="Pavel", actor=there.pavel)
    assert (row.consent, len(told())) == (Consent.ACCEPTED, 1), "said twice, told once"
    consents.answer(row, consent=False, by="Pavel", actor=there.pavel)
    assert row.consent is Consent.REFUSED
    told()
    consents.answer(row, consent=True, by="A stranger with the link", actor=Actor("participant"))
    assert len(told()) == 2, "the team, and the organization's own focal point"

    token = links.token(row)
    consents.take_back(row, actor=there.lena)
    assert links.holder(token) is None
    assert [one.role for one in draft.organizations] == [OrganizationRole.LEAD]


@pytest.mark.sqlite_only
def test_one_invited_by_mail_says_which_organization_it_is(there: SimpleNamespace):
    with pytest.raises(Invalid):
        consents.invite(there.draft, name="Tiny Network", actor=there.lena)
    row = consents.invite(there.draft, name="Tiny Network", email="tiny@example.org", actor=there.lena)
    with pytest.raises(Invalid):
        consents.answer(row, consent=True, by="Tina", actor=Actor("participant"))
    with pytest.raises(Invalid):
        consents.answer(row, consent=True, by="Tina", organization=there.lead, actor=Actor("participant"))
    consents.answer(row, consent=True, by="Tina", organization=there.partner, actor=Actor("participant"))
    assert (row.consent, row.organization_id) == (Consent.ACCEPTED, there.partner.id)


@pytest.mark.sqlite_only
def test_a_reminder_comes_once_and_only_while_the_call_is_open(there: SimpleNamespace):
    row = consents.invite(there.draft, organization=there.partner, actor=there.lena)
    there.call.consent_reminder_days = 5
    db.session.flush()
    told("consent")
    now = clock.now()
    consents.remind_those_due(now + timedelta(days=4))
    assert told("consent") == []
    consents.remind_those_due(now + timedelta(days=31))
    assert told("consent") == [], "the call is closed then"
    consents.remind_those_due(now + timedelta(days=5))
    consents.remind_those_due(now + timedelta(days=6))
    assert len(told("consent")) == 1
    assert row.reminded_at == now + timedelta(days=5)


def test_the_lead_moves_only_with_consent(there: SimpleNamespace):
    row = consents.invite(there.draft, organization=there.partner, actor=there.lena)
    with pytest.raises(Conflict):
        consents.transfer_lead(row, actor=there.lena)
    consents.answer(row, consent=True, by="Pavel", actor=there.pavel)
    consents.transfer_lead(row, actor=there.lena)
    consents.answer_lead(row, agree=False, actor=there.pavel)
    with pytest.raises(Conflict):
        consents.answer_lead(row, agree=True, actor=there.pavel)
    consents.transfer_lead(row, actor=there.lena)
    consents.answer_lead(row, agree=True, actor=there.pavel)
    db.session.refresh(there.draft)
    assert [(one.organization_id, one.role.value) for one in there.draft.organizations] == [
        (there.partner.id, "lead"),
        (there.lead.id, "co_organizer"),
    ]
    with pytest.raises(Conflict):
        consents.answer(row, consent=False, by="Pavel", actor=there.pavel)


@pytest.mark.sqlite_only
def test_only_what_is_complete_and_eligible_is_submitted(there: SimpleNamespace):
    draft = there.draft
    there.lead.type = OrganizationType.MEMBER_STATE
    there.partner.type = OrganizationType.NGO
    rules = Rules(
        partners={OrganizationType.MEMBER_STATE: frozenset({OrganizationType.NGO})}, least_speakers=1
    )
    there.call.rules = rules.to_json()
    with pytest.raises(Invalid) as refused:
        submission.submit(draft, actor=there.lena)
    assert set(refused.value.errors) == {"titles-en", "summaries-en", "format", "languages", "eligibility"}
    complete(draft, there.lena)
    row = consents.invite(draft, organization=there.partner, actor=there.lena)
    service.save(draft, {"speakers": [content.SpeakerLine("Amina")]}, base=draft.version, actor=there.lena)
    with pytest.raises(Invalid) as refused:
        submission.submit(draft, actor=there.lena)
    assert set(refused.value.errors) == {"eligibility"}, "invited is not enough"
    consents.answer(row, consent=True, by="Pavel", actor=there.pavel)
    there.call.summary_words = 1
    long = {"summaries": {"en": "Two words"}}
    service.save(draft, long, base=draft.version, actor=there.lena)
    with pytest.raises(Invalid) as refused:
        submission.submit(draft, actor=there.lena)
    assert set(refused.value.errors) == {"summaries-en"}
    there.call.summary_words = 2
    submission.submit(draft, actor=there.lena)
    assert (draft.state, draft.submitted_version, draft.late) == (
        ProposalState.SUBMITTED,
        draft.version,
        False,
    )
    with pytest.raises(Conflict):
        service.save(draft, {"titles": {"en": "Later"}}, base=draft.version, actor=there.lena)
    consents.answer(row, consent=False, by="Pavel", actor=there.pavel)
    with pytest.raises(Conflict):
        consents.answer(row, consent=True, by="Pavel", actor=there.pavel)


def test_the_closing_time_is_exact_and_extensions_count(there: SimpleNamespace):
    draft, call = there.draft, there.call
    complete(draft, there.lena)
    with pytest.raises(Conflict):
        submission.submit(draft, actor=there.lena, now=call.closes_at)
    assert draft.state is ProposalState.DRAFT
    submission.submit(draft, actor=there.lena, now=call.closes_at - timedelta(seconds=1))
    with pytest.raises(Conflict):
        submission.recall(draft, actor=there.lena, now=call.closes_at)
    submission.recall(draft, actor=there.lena, now=call.closes_at - timedelta(seconds=1))
    db.session.add(
        Extension(
            call_id=call.id, organization_id=there.lead.id, until=call.closes_at + timedelta(days=1), reason="Flood",
            granted_at=clock.now(), granted_by="Olga",
        )
    )  # fmt: skip
    submission.submit(draft, actor=there.lena, now=call.closes_at + timedelta(hours=23))
    assert (draft.state, draft.late) == (ProposalState.SUBMITTED, False)
    submission.recall(draft, actor=there.lena, now=call.closes_at + timedelta(hours=23))
    call.late = LatePolicy.WAITLIST
    submission.submit(draft, actor=there.lena, now=call.closes_at + timedelta(days=1))
    assert (draft.state, draft.late, draft.waiting_position) == (ProposalState.WAITLISTED, True, 1)


def test_one_person_s_typing_is_one_version_unless_somebody_came_between(there: SimpleNamespace):
    draft = there.draft
    for title in ("H", "Ho", "Homes"):
        service.save(draft, {"titles": {"en": title}}, base=draft.version, actor=there.lena)
    service.save(draft, {"apart_from": "SE-001"}, base=draft.version, actor=there.pavel)
    service.save(draft, {"titles": {"en": "Houses"}}, base=draft.version, actor=there.lena)
    stale = service.save(draft, {"titles": {"en": "Flats"}}, base=1, actor=there.pavel)
    rows = db.session.scalars(select(ProposalVersion).order_by(ProposalVersion.number)).all()
    assert [(one.number, one.actor, one.changes) for one in rows] == [
        (1, "Lena Lead", {"titles.en": [None, "Homes"]}),
        (2, "Pavel Partner", {"apart_from": [None, "SE-001"]}),
        (3, "Lena Lead", {"titles.en": ["Homes", "Houses"]}),
    ]
    assert [(one.part, one.theirs, one.mine) for one in stale.conflicts] == [("titles.en", "Houses", "Flats")]
    service.go_back(draft, 1, actor=there.pavel)
    assert (draft.titles, draft.apart_from, draft.version) == ({"en": "Homes"}, None, 4)


@pytest.mark.sqlite_only
def test_an_organization_of_another_proposal_is_not_found(there: SimpleNamespace):
    other = factories.make_proposal(there.call, lead=there.partner)
    row = db.session.scalars(
        select(ProposalOrganization).where(ProposalOrganization.proposal_id == other.id)
    ).one()
    with pytest.raises(NotFound):
        consents.of_proposal(there.draft, row.id)
