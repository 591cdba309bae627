"""The pages of registration and the door: a form, quotas, people in each state, badges and gates of the sample conference.

The participant is the focal point of the organization that the proposals' tour made (``tour_proposals``).
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import COMMAND_LINE, Actor
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.models import Speaker
from eventsapp.registration import links, queries
from eventsapp.registration.badges import service as badges
from eventsapp.registration.badges import templates
from eventsapp.registration.badges.design import Design
from eventsapp.registration.badges.models import BadgeTemplate
from eventsapp.registration.badges.templates import TemplateData
from eventsapp.registration.door.models import DoorDevice, Gate
from eventsapp.registration.enums import BadgePaper, RegistrationState
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.nominations import links as nomination_links
from eventsapp.registration.nominations import service as nominations
from eventsapp.registration.nominations import speakers
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.service import Nominee
from tests import factories
from tests.journeys import tour_approval, tour_tickets


def things(conference: Conference, lead: Organization, focal_point: User) -> SimpleNamespace:
    """Return what the pages are about. Makes it once: called again it finds what it made."""
    _doors(conference)
    somebody = _somebody(conference)
    return SimpleNamespace(
        conference=conference,
        lead=lead,
        focal_point=focal_point,
        seats=tour_tickets.things(conference, lead, somebody),
        delegation=_delegation(conference, lead, focal_point),
        approval=tour_approval.things(conference, lead),
        somebody=somebody,
        template=_template(conference, somebody),
    )


def _doors(conference: Conference) -> None:
    """Make a door of the conference, and a device that scans there."""
    if db.session.scalar(select(Gate.id).where(Gate.conference_id == conference.id)) is None:
        gate = Gate(conference_id=conference.id, slug="main", names={"en": "Main entrance"}, room_id=None)
        db.session.add(gate)
        db.session.flush()
        db.session.add(
            DoorDevice(
                conference_id=conference.id, key=str(uuid4()), name="Phone 1", gate_id=gate.id, seen_at=clock.now(), waiting=2
            )
        )  # fmt: skip
        db.session.flush()


def _somebody(conference: Conference) -> Registration:
    """Return a registered person of the sample conference who agreed to be seen by others."""
    found = (
        select(Registration)
        .where(Registration.conference_id == conference.id, Registration.state == RegistrationState.CONFIRMED)
        .order_by(Registration.id)
    )
    person = db.session.scalars(found.limit(1)).one()
    person.listed = person.category.listed = True
    db.session.flush()
    return person


def _template(conference: Conference, somebody: Registration) -> BadgeTemplate:
    """Return a template of badges; a person of its category has a badge that was printed."""
    badge = badges.valid(somebody.id)
    if badge is None or badge.printed_at is None:
        badges.prepare([somebody], actor=COMMAND_LINE)
    there = templates.all_of(conference.id)
    if there:
        return there[0]
    data = TemplateData({"en": "Delegates"}, BadgePaper.A6, Design(), [somebody.category_id])
    return templates.save(conference, None, data, actor=COMMAND_LINE)


def _data(tour: Any, here: SimpleNamespace, owner: str) -> None:
    """What is kept of people: their own pages, and those of the workspace."""
    person, slug = here.somebody, here.conference.slug
    token = links.page_token(person.id, person.secret_version)
    for endpoint in ("data", "erase", "people"):
        tour.add(f"registration_data.{endpoint}", token=token)
    tour.add("registration_privacy.index", owner, conference=slug)
    tour.add("registration_privacy.erase", owner, conference=slug, registration_id=person.id)


def _delegation(conference: Conference, lead: Organization, focal_point: User) -> SimpleNamespace:
    """Let the organization nominate three people: one waits, one has confirmed, one does not come; and invite a speaker."""
    known = select(Category).where(Category.conference_id == conference.id, Category.slug == "delegations")
    category = db.session.scalar(known)
    if category is None:
        category = factories.make_category(conference, slug="delegations", names={"en": "Delegates"})
        factories.make_quota(conference, lead, category, places=7, note="As agreed in March")
        people = [Nominee(f"Nominee {n}", f"nominee{n}@example.org", country="KE") for n in range(3)]
        by = Actor(focal_point.name, focal_point.id)
        made = nominations.nominate(lead, category, people, user=focal_point, actor=by)
        for row, accepts in zip(made[1:], (True, False), strict=True):
            person = queries.person(row.id)
            assert person is not None
            (nominations.accept if accepts else nominations.decline)(person)
        speaker = db.session.scalars(select(Speaker).where(Speaker.conference_id == conference.id)).first()
        assert speaker is not None
        speaker.email = "speaker.invited@example.org"
        db.session.flush()
        speakers.invite(conference, [speaker.id], category, actor=by)
    quota = db.session.scalars(select(Quota).where(Quota.category_id == category.id)).one()
    drafts = select(Registration).where(Registration.category_id == category.id).order_by(Registration.email)
    rows = {one.email: one for one in db.session.scalars(drafts)}
    return SimpleNamespace(quota=quota, rows=rows, slug=lead.slug)


def _delegations(tour: Any, here: SimpleNamespace, owner: str, participant: str) -> None:
    """Quotas and speakers in the workspace, the focal point's pages, and those of nominees."""
    at, made = here.conference.slug, here.delegation
    for query in ("", "q=nothing-is-called-this"):
        tour.add("registration_quotas.index", owner, conference=at, query=query)
    tour.add("registration_quotas.new", owner, conference=at)
    tour.add("registration_quotas.edit", owner, conference=at, quota_id=made.quota.id)
    tour.add("registration_quotas.sheet", owner, conference=at)
    for query in ("", "state=invited", "q=nobody-is-called-this"):
        tour.add("registration_speakers.index", owner, conference=at, query=query)
    own = {"slug": made.slug, "conference": at}
    tour.add("delegations.index", participant, slug=made.slug)
    tour.add("delegations.index", owner, slug=made.slug, status=404)
    for endpoint in ("conference", "nominate", "sheet"):
        tour.add(f"delegations.{endpoint}", participant, **own)
    tour.add("delegations.conference", participant, query="state=waits", **own)
    waits, confirmed, gone = (made.rows[f"nominee{n}@example.org"] for n in range(3))
    for endpoint, person in (
        ("replace", confirmed),
        ("replace", gone),
        ("withdraw", waits),
        ("correct", waits),
    ):
        tour.add(f"delegations.{endpoint}", participant, registration_id=person.id, **own)
    for person in (waits, gone, made.rows["speaker.invited@example.org"]):
        tour.add("nomination.answer", token=nomination_links.token(person.id, person.secret_version))


def _figures(tour: Any, here: SimpleNamespace, owner: str) -> None:
    """Figures of the doors, attendance and reports."""
    for endpoint in ("door_figures.index", "door_attendance.index", "registration_reports.index"):
        tour.add(endpoint, owner, conference=here.conference.slug)


def _badges(tour: Any, here: SimpleNamespace, owner: str) -> None:
    """Printing badges, the designer, and the question before a badge is revoked."""
    slug = here.conference.slug
    tour.add("registration_badges.index", owner, conference=slug)
    tour.add("registration_badges.new", owner, conference=slug)
    for endpoint in ("edit", "delete"):
        tour.add(f"registration_badges.{endpoint}", owner, conference=slug, slug=here.template.slug)
    tour.add("registration_badges.revoke", owner, conference=slug, registration_id=here.somebody.id)


def stops(tour: Any, here: SimpleNamespace, *, owner: str, participant: str) -> None:
    """Say how each page is looked at (``tour(endpoint, user=…, **arguments)``)."""
    _data(tour, here, owner)
    tour_tickets.stops(tour, here, owner, participant)
    for endpoint in ("door_desk.desk", "door_desk.walk_in", "door_gates.index"):
        tour.add(endpoint, owner, conference=here.conference.slug)
    tour.add("door_desk.walked_in", owner, conference=here.conference.slug, registration_id=here.somebody.id)
    _delegations(tour, here, owner, participant)
    addresses = {"conference": here.conference.slug, "lead": here.lead.slug}
    tour_approval.stops(tour, here.approval, **addresses, owner=owner, participant=participant)
    _figures(tour, here, owner)
    _badges(tour, here, owner)
