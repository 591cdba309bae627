"""The pages about acting for organizations, and about those that were entered twice.

The participant is the focal point of one organization, with a member, somebody who asks, and proposals (``tour_proposals``).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.conferences import accreditation
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import COMMAND_LINE, Actor
from eventsapp.extensions import db
from eventsapp.organizations import members
from eventsapp.organizations.enums import MemberRole
from eventsapp.organizations.models import Organization, OrganizationMember
from tests import factories

NAME = "Alliance of Smaller Cities"


def things(conference: Conference, lead: Organization, focal_point: User) -> SimpleNamespace:
    """Return what the pages are about: ``lead`` with its people, its double, and one that is proposed. Makes them once."""
    found = SimpleNamespace(lead=lead, conference=conference)
    found.double = db.session.scalar(select(Organization).where(Organization.slug == "lead-entered-twice"))
    if found.double is None:
        _make(conference, lead, focal_point)
        found.double = db.session.scalars(
            select(Organization).where(Organization.slug == "lead-entered-twice")
        ).one()
    found.proposed = db.session.scalars(select(Organization).where(~Organization.confirmed)).first()
    people = select(OrganizationMember).where(OrganizationMember.organization_id == lead.id)
    found.people = {one.user.name: one for one in db.session.scalars(people)}
    return found


def _make(conference: Conference, lead: Organization, focal_point: User) -> None:
    double = factories.make_organization(
        slug="lead-entered-twice", names={"en": NAME, "fr": "Alliance des petites villes"}, country="EC"
    )
    proposed = factories.make_organization(names={"en": "Alliance of Small Citys"}, confirmed=False)
    colleague, stranger = (
        factories.make_user(name="Carla Colleague"),
        factories.make_user(name="Sam Stranger"),
    )
    factories.make_member(colleague, lead, role=MemberRole.MEMBER)
    for organization in (lead, double, proposed):
        note = "Programme officer in the secretariat of the alliance, see our website."
        by = Actor(stranger.name, stranger.id)
        members.request(organization, stranger, role=MemberRole.MEMBER, note=note, actor=by)
    by = Actor(focal_point.name, focal_point.id)
    members.request(double, focal_point, role=MemberRole.FOCAL_POINT, note="Director", actor=by)
    accreditation.add(conference, [lead.names["en"]], actor=COMMAND_LINE)


def stops(tour: Any, here: SimpleNamespace, *, owner: str, participant: str) -> None:
    """Add the pages."""
    own, slug = "organizations_own", here.lead.slug
    for query in ("", "q=smal%20citys", "q=nothing-is-called-this"):
        tour.add(f"{own}.index", participant, query=query)
    tour.add(f"{own}.index", owner)
    tour.add(f"{own}.ask", owner, slug=here.double.slug)
    tour.add(f"{own}.new", participant, query="name=Alliance")
    for endpoint in ("page", "edit", "hand_over"):
        tour.add(f"{own}.{endpoint}", participant, slug=slug)
        tour.add(f"{own}.{endpoint}", owner, slug=slug, status=404)
    for address in (slug, here.double.slug):
        tour.add(f"{own}.leave", participant, slug=address)
    colleague, stranger = here.people["Carla Colleague"], here.people["Sam Stranger"]
    for action, person in (("agree", stranger), ("refuse", stranger), ("focal_point", colleague)):
        tour.add(f"{own}.person", participant, slug=slug, member_id=person.id, action=action)
    manage = "organizations_members"
    tour.add(f"{manage}.requests", owner)
    tour.add(f"{manage}.of_one", owner, id_=here.lead.id)
    tour.add(f"{manage}.of_one", owner, id_=here.double.id)
    for endpoint in ("confirm", "refuse"):
        tour.add(f"{manage}.{endpoint}", owner, id_=here.proposed.id)
    tour.add("organizations_manage.edit", owner, id_=here.double.id)
    tour.add("organizations_merging.choose", owner, query=f"kept={here.lead.id}")
    tour.add("organizations_merging.merge", owner, id_=here.lead.id, other_id=here.double.id)
    at = here.conference.slug
    for query in ("", "q=alliance", "q=nothing-is-called-this"):
        tour.add("setup_accreditation.index", owner, conference=at, query=query)
