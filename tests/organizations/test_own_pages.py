"""The pages of those who act for organizations, and of the secretariat that answers them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from eventsapp.accounts.enums import Role
from eventsapp.accounts.models import User
from eventsapp.core.audit import AuditEntry
from eventsapp.core.transaction import transaction
from eventsapp.extensions import db
from eventsapp.mail.models import Message
from eventsapp.organizations import members, queries
from eventsapp.organizations.enums import MemberRole, MembershipState
from eventsapp.organizations.models import Organization, OrganizationMember
from eventsapp.proposals.enums import ProposalState
from tests import factories
from tests.support.signing import sign_in
from tests.support.statements import statements

pytestmark = pytest.mark.sqlite_only
OWN = "/account/organizations"


@pytest.fixture
def here(app: Flask) -> SimpleNamespace:
    """The Alliance with a focal point (ana), a member (ben); cleo is nobody there, olga the programme officer."""
    with app.app_context(), transaction():
        conference = factories.make_conference(contact_email="desk@example.org")
        alliance = factories.make_organization(
            slug="alliance", names={"en": "Alliance of Cities"}, acronyms={}
        )
        found = SimpleNamespace(conference=conference.slug, id=alliance.id)
        for name in ("ana", "ben", "cleo", "olga"):
            user = factories.make_user(name=name.title(), email=f"{name}@example.org")
            if name in ("ana", "ben"):
                role = MemberRole.FOCAL_POINT if name == "ana" else MemberRole.MEMBER
                setattr(found, f"{name}_id", factories.make_member(user, alliance, role=role).id)
            if name == "olga":
                factories.make_role(user, conference, Role.PROGRAMME_OFFICER)
        call = factories.make_call(conference)
        factories.make_proposal(call, lead=alliance, state=ProposalState.SUBMITTED, titles={"en": "Streets"})
        factories.make_proposal(
            call, lead=factories.make_organization(), invited=[alliance], titles={"en": "Parks"}
        )
        factories.make_event(conference, leads=[alliance], titles={"en": "Opening"})
        factories.release(conference)
        factories.make_event(conference, leads=[alliance], titles={"en": "Not released"})
    return found


@pytest.fixture
def as_(app: Flask, here: SimpleNamespace) -> Callable[[str], FlaskClient]:
    """``as_("ana")`` is a client of somebody."""

    def client(name: str) -> FlaskClient:
        with app.app_context():
            user = db.session.scalars(select(User).where(User.email == f"{name}@example.org")).one()
            made = app.test_client()
            sign_in(made, user.get_id())
        return made

    return client


def member_of(app: Flask, name: str, slug: str = "alliance") -> tuple[MemberRole, MembershipState] | None:
    with app.app_context():
        row = db.session.execute(
            select(OrganizationMember.role, OrganizationMember.state)
            .join(User)
            .join(Organization)
            .where(User.email == f"{name}@example.org", Organization.slug == slug)
        ).one_or_none()
        return None if row is None else (row.role, row.state)


def told(app: Flask) -> list[tuple[str, str]]:
    with app.app_context():
        rows = db.session.execute(select(Message.to_email, Message.subject).order_by(Message.id))
        return [(to, subject) for to, subject in rows]


F, M = MemberRole.FOCAL_POINT, MemberRole.MEMBER
ACTIVE, REQUESTED = MembershipState.ACTIVE, MembershipState.REQUESTED


def test_somebody_finds_an_organization_asks_and_is_let_in_by_its_focal_point(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    cleo = as_("cleo")
    assert "/account/organizations/alliance/ask" in cleo.get(f"{OWN}/?q=aliance+citys").text
    asking = {"role": "member", "note": ""}
    assert cleo.post(f"{OWN}/alliance/ask", data=asking).status_code == 422
    assert cleo.post(f"{OWN}/alliance/ask", data=asking | {"note": "Assistant"}).location == f"{OWN}/"
    assert member_of(app, "cleo") == (M, REQUESTED)
    assert cleo.get(f"{OWN}/alliance").status_code == 404
    with app.app_context():
        row = db.session.scalars(
            select(OrganizationMember).where(OrganizationMember.note == "Assistant")
        ).one()
        agree = f"{OWN}/alliance/people/{row.id}/agree"
    # A member, and somebody from elsewhere, cannot.
    assert as_("ben").post(agree).status_code == 403
    assert cleo.post(agree).status_code == 404
    assert as_("ana").post(agree).location == f"{OWN}/alliance"
    assert member_of(app, "cleo") == (M, ACTIVE)
    assert cleo.get(f"{OWN}/alliance").status_code == 200
    assert told(app) == [
        ("ana@example.org", "Alliance of Cities: Cleo asks to be a member."),
        ("cleo@example.org", "Alliance of Cities: You can act for this organization now."),
    ]


def test_the_page_shows_people_proposals_events_and_history_in_few_statements(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    ana, ben = as_("ana"), as_("ben")
    ana.post(f"{OWN}/alliance/edit", data={"names-en": "Alliance of Small Cities", "country": "EC"})
    page = ben.get(f"{OWN}/alliance").text
    for words in (
        "Ana",
        "ben@example.org",
        "Streets",
        "submitted",
        "Parks",
        "invited, has not answered",
        "Opening",
    ):
        assert words in page, words
    assert "Not released" not in page
    assert "Changed: Name, Other names, and Country" in page
    assert f"{OWN}/alliance/edit" not in page
    with app.app_context(), transaction():
        organization = db.session.get_one(Organization, here.id)
        call = factories.make_call(factories.make_conference())
        for _ in range(5):
            factories.make_proposal(call, lead=organization)
    with statements(app) as sent:
        assert ben.get(f"{OWN}/alliance").status_code == 200
    assert len(sent) <= 14


def test_a_focal_point_corrects_the_organization_and_its_former_name_still_finds_it(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    with app.app_context(), transaction():
        factories.make_organization(names={"en": "World Bank"}, acronyms={})
    ana = as_("ana")
    data = {
        "names-en": "Alliance of Small Cities",
        "website": "https://alliance.example.org",
        "country": "EC",
    }
    assert as_("ben").post(f"{OWN}/alliance/edit", data=data).status_code == 403
    assert as_("cleo").post(f"{OWN}/alliance/edit", data=data).status_code == 404
    assert ana.post(f"{OWN}/alliance/edit", data=data).status_code == 302
    taken = ana.post(f"{OWN}/alliance/edit", data=data | {"names-en": "World Bank"})
    assert taken.status_code == 422
    assert "Another organization is called so: World Bank" in taken.text
    with app.test_request_context():
        row = db.session.get_one(Organization, here.id)
        assert (row.names, row.aliases) == ({"en": "Alliance of Small Cities"}, ["Alliance of Cities"])
        assert [one.slug for one in queries.called(["alliance of cities"])["alliance of cities"]] == [
            "alliance"
        ]
        entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "organization.update")).one()
        assert (entry.actor, entry.detail["changed"]["country"]) == ("Ana", [None, "EC"])


def test_the_only_focal_point_hands_over_before_leaving(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    ana = as_("ana")
    assert "you are its only focal point" in ana.get(f"{OWN}/alliance/leave").text
    assert ana.post(f"{OWN}/alliance/leave").status_code == 409
    assert as_("ben").post(f"{OWN}/alliance/hand-over", data={"to": here.ana_id}).status_code == 403
    assert ana.post(f"{OWN}/alliance/hand-over", data={"to": here.ana_id}).status_code == 422
    assert ana.post(f"{OWN}/alliance/hand-over", data={"to": here.ben_id, "stay": "y"}).status_code == 302
    assert (member_of(app, "ana"), member_of(app, "ben")) == ((M, ACTIVE), (F, ACTIVE))
    assert ana.post(f"{OWN}/alliance/leave").status_code == 302
    assert member_of(app, "ana") == (M, MembershipState.ENDED)
    # The secretariat may take away the last one.
    olga = as_("olga")
    assert olga.post(f"/manage/organizations/{here.id}/people/{here.ben_id}/remove").status_code == 302
    with app.app_context():
        assert members.focal_points(here.id) == []


def test_a_new_organization_waits_for_the_secretariat_and_nobody_else_sees_it(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    cleo, olga = as_("cleo"), as_("olga")
    data = {"names-en": "Aliance of Citys", "type": "ngo", "role": "focal_point", "note": "Founder"}
    alike = cleo.post("/account/new-organization", data=data)
    assert (alike.status_code, "Alliance of Cities" in alike.text) == (422, True)
    assert cleo.post("/account/new-organization", data=data | {"anyway": "y"}).status_code == 302
    assert ("desk@example.org", "Aliance of Citys: Cleo asks to be a focal point.") in told(app)
    with app.app_context():
        proposed = db.session.scalars(select(Organization).where(~Organization.confirmed)).one()
        id_, slug = proposed.id, proposed.slug
    suggested = app.test_client().get("/suggest/en/organizations?q=aliance+of+citys").json
    assert suggested == {"organizations": ["Alliance of Cities"]}
    assert as_("ben").get(f"{OWN}/{slug}/ask").status_code == 404
    overview = olga.get(f"/manage/{here.conference}/").text
    assert "1 person asks to act for an organization." in overview
    assert "/manage/organizations/requests" in overview
    assert f"/manage/organizations/{id_}/confirm" in olga.get("/manage/organizations/requests").text
    shown = olga.get(f"/manage/organizations/{id_}/confirm").text
    assert f"/manage/organizations/{here.id}/merge/{id_}" in shown
    assert olga.post(f"/manage/organizations/{id_}/confirm").status_code == 302
    assert member_of(app, "cleo", slug) == (F, ACTIVE)
    assert olga.post(f"/manage/organizations/{id_}/confirm").status_code == 409
    assert olga.post(f"/manage/organizations/{id_}/refuse").status_code == 409


def test_a_proposed_organization_that_is_refused_goes_away_and_the_person_is_told(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    data = {"names-en": "Quite Another", "type": "ngo", "role": "member", "note": "Founder"}
    assert as_("cleo").post("/account/new-organization", data=data).status_code == 302
    with app.app_context():
        id_ = db.session.scalars(select(Organization.id).where(~Organization.confirmed)).one()
    assert as_("olga").post(f"/manage/organizations/{id_}/refuse").status_code == 302
    with app.app_context():
        assert db.session.get(Organization, id_) is None
    assert told(app)[-1] == (
        "cleo@example.org",
        "Quite Another: The secretariat has not added this organization to the directory.",
    )


def test_the_secretariat_answers_where_nobody_else_can_and_names_focal_points(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    cleo, olga = as_("cleo"), as_("olga")
    cleo.post(f"{OWN}/alliance/ask", data={"role": "member", "note": "Assistant"})
    # Its focal point answers: nothing waits for the secretariat yet.
    assert "asks to act for an organization" not in olga.get(f"/manage/{here.conference}/").text
    people = f"/manage/organizations/{here.id}/people"
    assert olga.post(people, data={"email": "nobody@example.org", "role": "member"}).status_code == 422
    assert olga.post(people, data={"email": "cleo@example.org", "role": "focal_point"}).status_code == 302
    assert member_of(app, "cleo") == (F, ACTIVE)
    assert cleo.get("/manage/organizations/requests").status_code == 403


def test_merging_in_the_workspace_leads_the_old_addresses_on(
    app: Flask, here: SimpleNamespace, as_: Callable[[str], FlaskClient]
):
    with app.app_context(), transaction():
        double = factories.make_organization(
            slug="alianza", names={"es": "Alianza de Ciudades"}, country="EC"
        )
        event_conference = factories.make_conference(slug="earlier")
        factories.make_event(event_conference, leads=[double])
        factories.release(event_conference)
        id_ = double.id
    olga, visitor = as_("olga"), app.test_client()
    before = "/en/earlier/organizations/alianza"
    assert visitor.get(before).status_code == 200
    page = olga.get(f"/manage/organizations/{here.id}/merge/{id_}").text
    assert "Goes over to the one that stays: 1 event." in page
    assert olga.get(f"/manage/organizations/{here.id}/merge/{here.id}").status_code == 404
    data = dict.fromkeys(("names", "acronyms", "type", "website", "logo", "contact"), "kept") | {
        "country": "gone"
    }
    assert olga.post(f"/manage/organizations/{here.id}/merge/{id_}", data=data).status_code == 422
    done = olga.post(f"/manage/organizations/{here.id}/merge/{id_}", data=data | {"sure": "y"})
    assert done.location == f"/manage/organizations/{here.id}"
    for path in (before, f"{before}.ics"):
        moved = visitor.get(path)
        assert (moved.status_code, moved.location) == (301, path.replace("alianza", "alliance")), path
    assert visitor.get("/en/earlier/organizations/alliance").status_code == 200
    assert as_("ana").get(f"{OWN}/alianza").location == f"{OWN}/alliance"
