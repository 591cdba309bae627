"""Setting up forms, and how registration works. Named actor, keyword arguments, no commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, NotFound
from eventsapp.core.slugs import slugify
from eventsapp.core.translations import Texts, pick
from eventsapp.extensions import db
from eventsapp.questions import service as questions
from eventsapp.questions.models import Questionnaire
from eventsapp.registration import life, places
from eventsapp.registration.enums import Detail, OverlapRule, WaitlistMode
from eventsapp.registration.models import Category, Registration, RegistrationForm, RegistrationSettings

MOST = 50
"""Forms of one conference."""


@dataclass(frozen=True, slots=True)
class FormData:
    """What is said of a form. ``details``: what it asks, and whether that is required."""

    names: Texts
    introductions: Texts
    details: Mapping[Detail, bool]
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A form in the list, with how many questions it has, of whom it asks them, and how often it was filled."""

    form: RegistrationForm
    questions: int
    categories: Sequence[Category]
    registrations: int


def listing(conference_id: int) -> list[Listed]:
    """Return the forms of a conference in their order. Four statements."""
    forms = db.session.scalars(
        select(RegistrationForm)
        .where(RegistrationForm.conference_id == conference_id)
        .order_by(RegistrationForm.position, RegistrationForm.id)
    ).all()
    asked = questions.count([one.questionnaire_id for one in forms])
    counted = db.session.execute(
        select(Registration.form_id, func.count())
        .where(Registration.conference_id == conference_id, Registration.form_id.is_not(None))
        .group_by(Registration.form_id)
    )
    filled = {id_: number for id_, number in counted}  # noqa: C416 - a Row is no pair for mypy
    of: dict[int | None, list[Category]] = defaultdict(list)
    for category in db.session.scalars(
        select(Category)
        .where(Category.conference_id == conference_id)
        .order_by(Category.position, Category.id)
    ):
        of[category.form_id].append(category)
    return [
        Listed(one, asked.get(one.questionnaire_id, 0), of[one.id], filled.get(one.id, 0)) for one in forms
    ]


def one(conference_id: int, slug: str) -> RegistrationForm:
    """Return a form of a conference by its address. Raises :class:`NotFound`."""
    found = db.session.scalar(
        select(RegistrationForm).where(
            RegistrationForm.conference_id == conference_id, RegistrationForm.slug == slug
        )
    )
    if found is None:
        raise NotFound
    return found


def writable(conference: Conference) -> None:
    """Raise :class:`Conflict` for an archived conference."""
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))


def create(conference: Conference, data: FormData, *, actor: Actor) -> RegistrationForm:
    """Add a form without questions, and return it. Raises :class:`Conflict`. Writes; does not commit."""
    writable(conference)
    slugs = set(
        db.session.scalars(
            select(RegistrationForm.slug).where(RegistrationForm.conference_id == conference.id)
        )
    )
    if len(slugs) >= MOST:
        raise Conflict(
            _("There are %(most)d already. That is the most that one conference can have.", most=MOST)
        )
    questionnaire = Questionnaire(conference_id=conference.id)
    db.session.add(questionnaire)
    db.session.flush()
    made = RegistrationForm(
        conference_id=conference.id,
        slug=slugify(pick(data.names, "en", conference.default_language), slugs),
        position=len(slugs) + 1,
        names={},
        introductions={},
        questionnaire_id=questionnaire.id,
    )
    _fill(made, data)
    db.session.add(made)
    db.session.flush()
    _record(actor, "create", made)
    return made


def change(form: RegistrationForm, data: FormData, *, actor: Actor) -> None:
    """Change a form. Raises :class:`Conflict`. Writes; does not commit."""
    writable(form.conference)
    _fill(form, data)
    db.session.flush()
    _record(actor, "update", form)


def _fill(form: RegistrationForm, data: FormData) -> None:
    form.names, form.introductions = dict(data.names), dict(data.introductions)
    form.details = {one.value: data.details[one] for one in Detail if one in data.details}
    form.opens_at, form.closes_at = data.opens_at, data.closes_at


def delete(form: RegistrationForm, *, actor: Actor) -> None:
    """Delete a form with its questions. Its categories have none from then on.

    Raises :class:`Conflict` when somebody has filled it: their answers and consents belong to its questions.
    """
    writable(form.conference)
    if db.session.scalar(select(Registration.id).where(Registration.form_id == form.id).limit(1)) is not None:
        raise Conflict(_("Somebody has filled this form already: it cannot be deleted."))
    _record(actor, "delete", form)
    questionnaire = form.questionnaire
    db.session.delete(form)
    db.session.flush()
    db.session.delete(questionnaire)
    db.session.flush()


def answered(form_id: int) -> dict[str, dict[str, int]]:
    """Return how often questions were answered: key → {answer that can be chosen: how often}; "" counts all. One statement."""
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    said = select(Registration.answers).where(Registration.form_id == form_id)
    for (answers,) in db.session.execute(said.execution_options(yield_per=1000)):
        for key, answer in (answers or {}).items():
            found[key][""] += 1
            chosen = answer if isinstance(answer, list) else [answer]
            for value in {one for one in chosen if isinstance(one, str)}:
                found[key][value] += 1
    return {key: dict(numbers) for key, numbers in found.items()}


def _record(actor: Actor, action: str, form: RegistrationForm) -> None:
    audit.record(
        actor,
        f"registration_form.{action}",
        f"registration_form:{form.slug}",
        conference_id=form.conference_id,
    )


# --- settings


@dataclass(frozen=True, slots=True)
class SettingsData:
    """How registration works; fields as in ``RegistrationSettings``."""

    capacity: int | None
    waitlist: WaitlistMode
    offer_hours: int
    four_eyes: bool
    replace_until: datetime | None
    remind_every: int | None
    remind_before: int | None
    overlaps: OverlapRule
    release_minutes: int | None
    passports_deleted_on: date | None
    letter_texts: Texts
    letter_signatory: str | None


def save_settings(conference: Conference, data: SettingsData, *, actor: Actor) -> bool:
    """Keep how registration works in a conference; return whether anything changed. Free places go to who waits.

    Raises :class:`Conflict`. Writes; does not commit.
    """
    writable(conference)
    places.ensure_settings(conference.id)
    row = db.session.get_one(RegistrationSettings, conference.id)
    changed: list[str] = []
    values: dict[str, Any] = {name: getattr(data, name) for name in SettingsData.__slots__}
    for name, value in values.items():
        if getattr(row, name) != value:
            changed.append(name)
            if name != "capacity":
                setattr(row, name, value)
    if not changed:
        return False
    db.session.flush()
    if "capacity" in changed:
        places.set_capacity(conference.id, data.capacity)
        db.session.expire(row)
    audit.record(
        actor,
        "registration_settings.update",
        f"conference:{conference.slug}",
        conference_id=conference.id,
        detail={"changed": changed},
    )
    if {"capacity", "waitlist"} & set(changed):
        life.hand_on(conference.id)
    return True
