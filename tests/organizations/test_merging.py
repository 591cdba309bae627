"""Two entries of the directory become one: everything that refers to an organization follows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.core import clock
from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict
from eventsapp.core.renames import OldSlug
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.organizations import merging, queries
from eventsapp.organizations.enums import MemberRole, MembershipState, OrganizationType
from eventsapp.organizations.merging import Side
from eventsapp.organizations.models import Accreditation, Organization, OrganizationMember
from eventsapp.programme.enums import OrganizationRole
from eventsapp.programme.models import EventOrganization
from eventsapp.proposals.enums import Consent
from eventsapp.proposals.models import Extension, Proposal, ProposalOrganization
from eventsapp.registration.models import Registration, SeatBlock
from tests import factories

OFFICER = Actor("Olga Officer")


def accredit(organization: Organization, conference: Any, days_ago: int, by: str) -> Accreditation:
    row = Accreditation(
        organization_id=organization.id,
        conference_id=conference.id,
        granted_at=clock.now() - timedelta(days=days_ago),
        granted_by=by,
    )
    db.session.add(row)
    db.session.flush()
    return row


@pytest.fixture
def here(app: Flask) -> Iterator[SimpleNamespace]:
    """UN-Habitat twice, and a row of every table that refers to an organization for the second entry."""
    with app.app_context(), transaction():
        kept = factories.make_organization(
            slug="un-habitat",
            names={"en": "UN-Habitat", "fr": "ONU-Habitat"},
            acronyms={"en": "UNHSP"},
            aliases=["Habitat"],
            type=OrganizationType.UN_ENTITY,
            country=None,
        )
        gone = factories.make_organization(
            slug="unhabitat",
            names={"en": "United Nations Human Settlements Programme", "es": "ONU-Hábitat"},
            acronyms={"en": "UNCHS"},
            aliases=["Centre for Human Settlements"],
            country="KE",
            website="https://unhabitat.org",
        )
        factories.rename(gone, "un-human-settlements")
        conference = factories.make_conference()
        call = factories.make_call(conference)
        event = factories.make_event(conference, co_organizers=[gone])
        proposal = factories.make_proposal(call, lead=gone)
        registration = factories.make_registration(
            conference, organization_id=gone.id, nominated_for_id=gone.id
        )
        quota = factories.make_quota(conference, gone, registration.category, places=3, taken=1)
        registration.quota_id = quota.id
        member = factories.make_member(factories.make_user(), gone)
        accreditation = accredit(gone, conference, 3, "Ana")
        extension = Extension(
            call_id=call.id,
            organization=gone,
            until=clock.now(),
            reason="Late",
            granted_at=clock.now(),
            granted_by="Ana",
        )
        block = SeatBlock(
            event_id=event.id, organization=gone, seats=4, used=1, given_by="Ana", created_at=clock.now()
        )
        db.session.add_all([extension, block])
        db.session.flush()
        yield SimpleNamespace(
            kept=kept, gone=gone, conference=conference, call=call, event=event, proposal=proposal,
            rows=[
                event.organizations[0], proposal.organizations[0], registration, member, accreditation, extension,
                quota, block,
            ],
        )  # fmt: skip


def test_no_column_that_refers_to_organizations_is_forgotten(here: SimpleNamespace):
    """A new table that refers to organizations needs a row in the fixture, and thought about what follows."""
    columns = merging.references()
    assert {column.table.name for column in columns} == {type(row).__tablename__ for row in here.rows}
    used = {
        column.table.name
        for column in columns
        if db.session.execute(select(column).where(column == here.gone.id)).first() is not None
    }
    assert used == {column.table.name for column in columns}
    gone_id, kept_id = here.gone.id, here.kept.id
    told = merging.following(here.gone, here.kept)
    assert {one.table: (one.rows, one.united) for one in told} == dict.fromkeys(used, (1, 0)) | {
        # For its own organization, and for the one that nominated.
        "registration": (2, 0),
    }
    merging.merge(here.gone, here.kept, {}, actor=OFFICER)
    for column in columns:
        assert db.session.execute(select(column).where(column == gone_id)).first() is None, column
        assert db.session.execute(select(column).where(column == kept_id)).first() is not None, column
    assert db.session.get(Organization, gone_id) is None


def test_facts_are_taken_as_chosen_and_every_name_still_finds_it(here: SimpleNamespace):
    names = [
        "UN-Habitat", "ONU-Habitat", "UNHSP", "Habitat", "United Nations Human Settlements Programme", "ONU-Hábitat",
        "UNCHS", "Centre for Human Settlements",
    ]  # fmt: skip
    choice = {"names": Side.GONE, "country": Side.GONE, "website": Side.GONE}
    merging.merge(here.gone, here.kept, choice, actor=OFFICER)
    kept = here.kept
    assert kept.names == {
        "en": "United Nations Human Settlements Programme",
        "fr": "ONU-Habitat",
        "es": "ONU-Hábitat",
    }
    assert kept.acronyms == {"en": "UNHSP"}
    assert kept.aliases == ["Habitat", "Centre for Human Settlements", "UN-Habitat", "UNCHS"]
    assert (kept.type, kept.country, kept.website) == (
        OrganizationType.UN_ENTITY,
        "KE",
        "https://unhabitat.org",
    )
    for name, found in queries.called(names).items():
        assert [one.slug for one in found] == ["un-habitat"], name
    db.session.refresh(here.proposal)
    assert "unhsp" in here.proposal.search_text


def test_all_its_addresses_lead_to_the_one_that_stays_and_it_is_written_down(here: SimpleNamespace):
    merging.merge(here.gone, here.kept, {"type": Side.GONE}, actor=OFFICER)
    rows = db.session.execute(
        select(OldSlug.slug, OldSlug.object_id).where(OldSlug.kind == "organization").order_by(OldSlug.slug)
    )
    assert [tuple(row) for row in rows] == [
        ("un-human-settlements", here.kept.id),
        ("unhabitat", here.kept.id),
    ]
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "organization.merge")).one()
    assert (entry.actor, entry.subject) == ("Olga Officer", "organization:un-habitat")
    assert entry.detail["merged"]["slug"] == "un-human-settlements"
    assert entry.detail["choice"] == {"type": "gone"}
    assert set(entry.detail["followed"]) == {type(row).__tablename__ for row in here.rows}


def test_where_both_are_named_the_two_become_one_with_the_stronger_role_and_consent(here: SimpleNamespace):
    """Both behind one event, in one proposal, accredited, and the same person in both."""
    kept, gone = here.kept, here.gone
    here.event.organizations.append(
        EventOrganization(organization=kept, role=OrganizationRole.CO_SPONSOR, position=4)
    )
    here.proposal.organizations.append(
        ProposalOrganization(
            organization=kept,
            role=OrganizationRole.CO_ORGANIZER,
            consent=Consent.REFUSED,
            email="a@example.org",
            position=1,
        )
    )
    other = factories.make_proposal(
        here.call, lead=factories.make_organization(), partners=[kept], invited=[gone]
    )
    accredit(kept, here.conference, 1, "Ben")
    nominated = here.rows[2]
    quota = factories.make_quota(here.conference, kept, nominated.category, places=5, taken=4)
    person = here.rows[3].user
    mine = factories.make_member(person, kept, role=MemberRole.MEMBER)
    asking = factories.make_user()
    factories.make_member(asking, kept, state=MembershipState.REFUSED)
    factories.make_member(asking, gone, state=MembershipState.REQUESTED)
    db.session.flush()
    assert {one.table: one.united for one in merging.following(gone, kept)} == {
        "organization_member": 1 + 1,
        "event_organization": 1,
        "proposal_organization": 2,
        "accreditation": 1,
        "registration": 0,
        "extension": 0,
        "quota": 1,
        "seat_block": 0,
    }
    merging.merge(gone, kept, {}, actor=OFFICER)
    db.session.expire_all()
    [behind] = here.event.organizations
    assert (behind.organization, behind.role, behind.position) == (kept, OrganizationRole.CO_ORGANIZER, 0)
    [leading] = here.proposal.organizations
    assert (leading.organization, leading.role, leading.consent) == (
        kept,
        OrganizationRole.LEAD,
        Consent.ACCEPTED,
    )
    assert [(one.role, one.consent) for one in other.organizations if one.organization is kept] == [
        (OrganizationRole.CO_ORGANIZER, Consent.ACCEPTED)
    ]
    assert (mine.role, mine.state) == (MemberRole.FOCAL_POINT, MembershipState.ACTIVE)
    states = select(OrganizationMember.state).where(OrganizationMember.user_id == asking.id)
    assert list(db.session.scalars(states)) == [MembershipState.REQUESTED]
    granted = select(Accreditation.granted_by).where(Accreditation.organization_id == kept.id)
    assert list(db.session.scalars(granted)) == ["Ana"]
    assert (quota.places, quota.taken, nominated.quota_id) == (8, 5, quota.id)
    assert factories.count(Proposal) == 2
    assert factories.count(Registration) == 1


def test_what_cannot_be_merged(here: SimpleNamespace):
    with pytest.raises(Conflict):
        merging.merge(here.kept, here.kept, {}, actor=OFFICER)
    proposed = factories.make_organization(confirmed=False)
    with pytest.raises(Conflict):
        merging.merge(here.kept, proposed, {}, actor=OFFICER)
    asking = factories.make_member(factories.make_user(), proposed, state=MembershipState.REQUESTED)
    merging.merge(proposed, here.kept, {}, actor=OFFICER)
    # Nobody comes to act for an organization by a merger: the request is still one.
    assert (asking.organization_id, asking.state) == (here.kept.id, MembershipState.REQUESTED)
