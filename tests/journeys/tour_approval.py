"""The pages of the approval desk and of the waiting list: somebody in each state in which there is something to decide."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import Actor
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.registration import life, links, places
from eventsapp.registration.approval import letters, service
from eventsapp.registration.approval.models import ConfirmationLetter, ReplyTemplate
from eventsapp.registration.enums import RegistrationState, ReplyKind, WaitlistMode
from eventsapp.registration.models import Category, Registration
from tests import factories

S = RegistrationState
A = life.A
DESK = Actor("Rita Registrar")
SLUG = "vetted-delegates"


def things(conference: Conference, lead: Organization) -> SimpleNamespace:
    """Return the people by what became of them. Makes them once."""
    found = select(Category).where(Category.conference_id == conference.id, Category.slug == SLUG)
    if db.session.scalar(found) is None:
        _make(conference, lead)
    category = db.session.scalars(found).one()
    rows = db.session.scalars(select(Registration).where(Registration.category_id == category.id))
    people = {one.email.partition("@")[0]: one for one in rows}
    letter = db.session.scalars(
        select(ConfirmationLetter).where(ConfirmationLetter.registration_id == people["placed"].id)
    ).first()
    reply = db.session.scalars(
        select(ReplyTemplate).where(ReplyTemplate.conference_id == conference.id)
    ).first()
    return SimpleNamespace(people=people, letter=letter, reply=reply)


def _make(conference: Conference, lead: Organization) -> None:
    factories.make_settings(conference, waitlist=WaitlistMode.CONSENT, four_eyes=True)
    names = {"en": "Vetted delegates", "fr": "Délégués approuvés", "ar": "مندوبون معتمدون"}
    category = factories.make_category(conference, slug=SLUG, names=names, approval="focal_point", open=False)
    places.set_category_capacity(conference.id, category.id, 1)
    db.session.add(
        ReplyTemplate(
            conference_id=conference.id,
            slug="which-body",
            position=1,
            kind=ReplyKind.ASK,
            names={"en": "Which body", "fr": "Quel organisme"},
            bodies={"en": "Which public body do you come from?\nPlease add its letter."},
        )
    )
    states = {
        "placed": S.IN_REVIEW,
        "offered": S.IN_REVIEW,
        "waiting": S.IN_REVIEW,
        "reviewed": S.IN_REVIEW,
        "twice": S.IN_REVIEW,
        "asked": S.IN_REVIEW,
        "refused": S.IN_REVIEW,
        "endorsing": S.ENDORSING,
    }
    called = {
        "reviewed": "María del Carmen Núñez",
        "twice": "NUNEZ Maria del Carmen",
        "waiting": "أحمد إبراهيم",
    }
    ids = {
        key: factories.make_registration(
            conference,
            category=category,
            email=f"{key}@delegations.example",
            name=called.get(key, f"Dana {key.capitalize()}"),
            state=state,
            confirmed_at=None,
            organization=lead,
            job_title="Deputy Director",
            submitted_at=clock.now() - timedelta(days=2),
            address_confirmed_at=clock.now() - timedelta(days=2),
        ).id
        for key, state in states.items()
    }
    for key in ("placed", "offered", "waiting"):
        registration, held = life.hold(ids[key])
        life.admit(registration, held, actor=DESK)
    letters.issue(db.session.get_one(Registration, ids["placed"]), language="en", actor=DESK)
    places.set_category_capacity(conference.id, category.id, 2)
    life.hand_on(conference.id)
    service.approve([ids["reviewed"]], actor=DESK)
    service.remark(ids["reviewed"], actor=DESK, note="The embassy has been asked.")
    service.ask([ids["asked"]], actor=DESK, note="Which ministry do you come from?")
    service.reject([ids["refused"]], actor=DESK, note="All delegates are nominated by their ministry.")


def stops(
    tour: Any, here: SimpleNamespace, *, conference: str, lead: str, owner: str, participant: str
) -> None:
    """Add the pages."""
    desk, people = "registration_approval", here.people
    for query in ("", "alike=1", "state=rejected", "q=nothing-is-called-this"):
        tour.add(f"{desk}.index", owner, conference=conference, query=query)
    for key in ("reviewed", "endorsing", "refused", "placed"):
        tour.add(f"{desk}.one", owner, conference=conference, registration_id=people[key].id)
    pair = {"registration_id": people["reviewed"].id, "other_id": people["twice"].id}
    tour.add(f"{desk}.compare", owner, conference=conference, **pair)
    tour.add(
        "registration_manage.registration", owner, conference=conference, registration_id=people["placed"].id
    )
    tour.add("registration_waitlist.index", owner, conference=conference)
    for action in ("index", "new"):
        tour.add(f"setup_replies.{action}", owner, conference=conference)
    for action in ("edit", "delete"):
        tour.add(f"setup_replies.{action}", owner, conference=conference, id_=here.reply.id)
    for key in ("placed", "offered", "waiting", "asked", "refused"):
        token = links.page_token(people[key].id, people[key].secret_version)
        tour.add("registration.own", token=token)
        if key == "asked":
            tour.add("registration_standing.reply", token=token)
    for query in ("", f"code={here.letter.code}"):
        tour.add("registration_letters.verify", conference=conference, query=query)
    tour.add("registration_endorsing.index", participant, slug=lead)
    tour.add("registration_endorsing.one", participant, slug=lead, registration_id=people["endorsing"].id)
    tour.add("registration_endorsing.index", owner, slug=lead, status=404)
