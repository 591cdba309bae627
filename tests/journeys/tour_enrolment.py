"""The pages of enrolment: a form with questions and details, its category, a draft and somebody whom a registrar asked for more."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.extensions import db
from eventsapp.questions.enums import QuestionKind
from eventsapp.registration import links
from eventsapp.registration.enums import Approval, Detail, RegistrationState
from eventsapp.registration.models import Category, Registration, RegistrationForm
from tests import factories


def things(owner: str) -> SimpleNamespace:
    """Return what the pages are about, in a conference of its own, which ``owner`` runs. Makes it once."""
    conference = db.session.scalar(select(Conference).where(Conference.slug == "media-days"))
    if conference is None:
        conference = factories.make_conference(
            slug="media-days",
            short_name="Media Days",
            names={"en": "Media Days", "fr": "Journées des médias"},
            registration_opens_at=clock.now() - timedelta(days=1),
        )
        runs = db.session.scalars(select(User).where(User.email == owner)).one()
        factories.make_role(runs, conference)
    of_conference = RegistrationForm.conference_id == conference.id
    form = db.session.scalar(select(RegistrationForm).where(of_conference, RegistrationForm.slug == "media"))
    if form is None:
        _make(conference)
        form = db.session.scalars(
            select(RegistrationForm).where(of_conference, RegistrationForm.slug == "media")
        ).one()
    category = db.session.scalars(select(Category).where(Category.form_id == form.id)).one()
    people = db.session.scalars(
        select(Registration).where(Registration.form_id == form.id).order_by(Registration.id)
    ).all()
    return SimpleNamespace(conference=conference, form=form, category=category, people=people)


def _make(conference: Conference) -> None:
    form = factories.make_form(
        conference,
        slug="media",
        names={"en": "Media", "fr": "Médias"},
        introductions={"en": "Bring your **press card**."},
        details={one.value: one is Detail.JOB_TITLE for one in Detail},
    )
    for kind in (QuestionKind.TEXT, QuestionKind.CONSENT, QuestionKind.FILE):
        factories.make_question(form, kind, required=kind is QuestionKind.CONSENT)
    category = factories.make_category(
        conference,
        slug="media",
        names={"en": "Media", "fr": "Médias"},
        form_id=form.id,
        approval=Approval.REGISTRAR,
        listed=True,
    )
    factories.make_category(conference, names={"en": "Guests"})
    usual = {"form_id": form.id, "address_confirmed_at": clock.now(), "group_key": "together"}
    for state in (RegistrationState.DRAFT, RegistrationState.RETURNED, RegistrationState.CONFIRMED):
        factories.make_registration(conference, category=category, state=state, **usual)


def stops(tour: Any, here: SimpleNamespace, *, owner: str) -> None:
    """Add the pages."""
    slug = here.conference.slug
    tour.add("registration.register", conference=slug)
    tour.add("registration_enrolment.apply", conference=slug, category=here.category.slug)
    for person in here.people:
        token = links.page_token(person.id, person.secret_version)
        tour.add("registration.own", token=token)
        tour.add("registration_enrolment.fill", token=token)
        tour.add("registration_people.index", token=token)
    draft = here.people[0]
    tour.add(
        "registration_enrolment.fill",
        token=links.page_token(draft.id, draft.secret_version),
        query="missing=1",
    )
    tour.add("registration_manage.registration", owner, conference=slug, registration_id=draft.id)
    forms = "registration_forms"
    for endpoint in ("index", "new"):
        tour.add(f"{forms}.{endpoint}", owner, conference=slug)
    for endpoint in ("edit", "delete", "preview", "questions"):
        tour.add(f"{forms}.{endpoint}", owner, conference=slug, slug=here.form.slug)
    tour.add(f"{forms}.new_question", owner, conference=slug, slug=here.form.slug, kind="consent")
    key = here.form.questionnaire.questions[0].key
    for endpoint in ("question", "delete_question"):
        tour.add(f"{forms}.{endpoint}", owner, conference=slug, slug=here.form.slug, key=key)
    tour.add("setup_categories.edit", owner, conference=slug, id_=here.category.id)
    tour.add("registration_settings.edit", owner, conference=slug)
