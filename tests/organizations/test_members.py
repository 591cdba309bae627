"""Acting for an organization: asking, agreeing, handing over, leaving, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core.audit import Actor, AuditEntry
from eventsapp.core.errors import Conflict, Invalid, NotAllowed
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations import hooks, members
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.hooks import Address
from eventsapp.organizations.models import OrganizationMember
from tests import factories
from tests.support.concurrency import together

F, M = MemberRole.FOCAL_POINT, MemberRole.MEMBER


def acting(user: User) -> Actor:
    return Actor(user.name, user.id)


@pytest.fixture
def here(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """An organization with a focal point (Ana) and a member (Ben), and somebody else (Cleo), inside a transaction."""
    monkeypatch.setattr(hooks, "secretariats", [lambda: [Address("Secretariat", "desk@example.org", "en")]])
    with app.app_context(), transaction():
        found = SimpleNamespace(
            organization=factories.make_organization(names={"en": "Alliance"}, acronyms={})
        )
        for name in ("Ana", "Ben", "Cleo"):
            user = factories.make_user(name=name, email=f"{name.lower()}@example.org")
            setattr(found, name.lower(), user)
        found.focal = factories.make_member(found.ana, found.organization)
        found.member = factories.make_member(found.ben, found.organization, role=M)
        yield found


def told() -> list[tuple[str, str]]:
    """Return (to, subject) of all messages."""
    rows = db.session.execute(select(Message.to_email, Message.subject).order_by(Message.id))
    return [(to, subject) for to, subject in rows]


def test_a_focal_point_is_asked_and_agrees_and_everybody_is_told(here: SimpleNamespace):
    row = members.request(
        here.organization, here.cleo, role=M, note="  Programme assistant ", actor=acting(here.cleo)
    )
    assert (row.state, row.note) == (MembershipState.REQUESTED, "Programme assistant")
    assert members.organizations_of(here.cleo.id) == []
    members.decide(row, agree=True, actor=acting(here.ana))
    assert members.organizations_of(here.cleo.id) == [here.organization]
    assert [one.name for one in members.focal_points(here.organization.id)] == ["Ana"]
    assert row.decided_by == "Ana"
    assert told() == [
        ("ana@example.org", "Alliance: Cleo asks to be a member."),
        ("cleo@example.org", "Alliance: You can act for this organization now."),
    ]
    actions = select(AuditEntry.action, AuditEntry.actor).where(
        AuditEntry.subject == members.subject(here.organization)
    )
    assert [tuple(one) for one in db.session.execute(actions.order_by(AuditEntry.id))] == [
        ("organization.member_request", "Cleo"),
        ("organization.member_agree", "Ana"),
    ]
    with pytest.raises(Conflict):
        members.decide(row, agree=False, actor=acting(here.ana))


def test_without_a_focal_point_the_secretariat_is_told(here: SimpleNamespace):
    other = factories.make_organization(names={"en": "Network"}, acronyms={})
    row = members.request(other, here.cleo, role=F, note="Director", actor=acting(here.cleo))
    members.decide(row, agree=False, actor=Actor("Olga Officer"))
    assert told() == [
        ("desk@example.org", "Network: Cleo asks to be a focal point."),
        ("cleo@example.org", "Network: Your request to act for this organization was refused."),
    ]
    # Who was refused may ask again: with better words.
    members.request(other, here.cleo, role=M, note="Assistant of the director", actor=acting(here.cleo))
    assert (row.state, row.role, row.decided_at) == (MembershipState.REQUESTED, M, None)


def test_what_cannot_be_asked(here: SimpleNamespace):
    ask = members.request
    stranger = factories.make_user(email_confirmed_at=None)
    with pytest.raises(NotAllowed):
        ask(here.organization, stranger, role=M, note="Me", actor=acting(stranger))
    with pytest.raises(Conflict):
        ask(here.organization, here.ben, role=F, note="Me", actor=acting(here.ben))
    for note in (None, "  ", "x" * 501):
        with pytest.raises(Invalid) as refused:
            ask(here.organization, here.cleo, role=M, note=note, actor=acting(here.cleo))
        assert list(refused.value.errors) == ["note"]
    ask(here.organization, here.cleo, role=M, note="Me", actor=acting(here.cleo))
    with pytest.raises(Conflict):
        ask(here.organization, here.cleo, role=M, note="Me", actor=acting(here.cleo))
    for _ in range(members.MOST_OPEN - 1):
        ask(factories.make_organization(), here.cleo, role=M, note="Me", actor=acting(here.cleo))
    with pytest.raises(Conflict):
        ask(factories.make_organization(), here.cleo, role=M, note="Me", actor=acting(here.cleo))


def test_the_only_focal_point_of_an_organization_with_proposals_stays_or_hands_over(
    here: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hooks, "answering", [lambda id_: id_ == here.organization.id])
    for leave in (
        lambda: members.end(here.focal, actor=acting(here.ana)),
        lambda: members.set_role(here.focal, M, actor=acting(here.ana)),
    ):
        with pytest.raises(Conflict):
            leave()
    members.hand_over(here.focal, here.member, actor=acting(here.ana))
    assert (here.focal.role, here.member.role) == (M, F)
    members.end(here.focal, actor=acting(here.ana))
    assert here.focal.state is MembershipState.ENDED
    members.end(here.member, actor=Actor("Olga Officer"), by_secretariat=True)
    assert members.focal_points(here.organization.id) == []
    assert told() == [
        ("ben@example.org", "Alliance: Ana has made you the focal point of this organization."),
        ("ana@example.org", "Alliance: Ben is the focal point of this organization now."),
        ("ben@example.org", "Alliance: Ana no longer acts for the organization."),
        ("ben@example.org", "Alliance: You no longer act for this organization."),
    ]


def test_without_proposals_an_organization_may_be_left_without_a_focal_point(here: SimpleNamespace):
    assert members.is_last(here.focal)
    members.end(here.focal, actor=acting(here.ana))
    assert members.focal_points(here.organization.id) == []


def test_a_hand_over_leads_to_somebody_of_the_same_organization(here: SimpleNamespace):
    foreign = factories.make_member(here.cleo, factories.make_organization())
    asking = factories.make_member(here.cleo, here.organization, state=MembershipState.REQUESTED)
    for to in (foreign, asking, here.focal):
        with pytest.raises(Conflict):
            members.hand_over(here.focal, to, actor=acting(here.ana))
    with pytest.raises(Conflict):
        members.hand_over(here.member, here.focal, actor=acting(here.ben))
    members.hand_over(here.focal, here.member, stay=False, actor=acting(here.ana))
    assert (here.focal.state, here.focal.role) == (MembershipState.ENDED, M)
    assert [one.name for one in members.focal_points(here.organization.id)] == ["Ben"]


def test_of_two_focal_points_who_leave_at_once_the_second_is_the_last(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(hooks, "answering", [lambda _id: True])
    with app.app_context(), transaction():
        organization = factories.make_organization()
        ids = [factories.make_member(factories.make_user(), organization).id for _ in range(2)]
        organization_id = organization.id

    def leave(member_id: int) -> None:
        with app.app_context(), transaction():
            members.end(db.session.get_one(OrganizationMember, member_id), actor=Actor("Themselves"))

    outcomes = together(leave, ids)
    assert sorted(type(one).__name__ for one in outcomes) == ["Conflict", "NoneType"]
    with app.app_context():
        assert len(members.focal_points(organization_id)) == 1
