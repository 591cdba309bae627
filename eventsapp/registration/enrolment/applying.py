"""Registering by a form, alone or several people in one go. Named actor, keyword arguments, no commit.

Nobody learns whether an address is registered: the caller's answer is the same, and whoever is registered gets their link.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.conferences.models import Conference
from eventsapp.core import clock
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.translations import Texts
from eventsapp.extensions import db
from eventsapp.registration import notices, places, queries
from eventsapp.registration import service as registering
from eventsapp.registration.enrolment import content, service
from eventsapp.registration.enrolment.content import PersonData
from eventsapp.registration.enrolment.opening import Opening, opening
from eventsapp.registration.enums import Approval, RegistrationState
from eventsapp.registration.models import Category, Registration, RegistrationForm
from eventsapp.registration.rules import Refusal, Window
from eventsapp.registration.seats import said
from eventsapp.registration.transitions import GONE

S = RegistrationState


@dataclass(frozen=True, slots=True)
class Offered:
    """A category as people choose it. ``plain``: name, address, organization and country are enough."""

    id: int
    slug: str
    names: Texts
    descriptions: Texts
    approval: Approval
    opening: Opening
    full: bool
    queue: bool
    """Whether all places are taken, and who registers now waits for one."""
    plain: bool

    @property
    def open(self) -> bool:
        """Whether it can be chosen now."""
        return self.opening.window is Window.OPEN and not self.full


def opening_of(conference: Conference, category: Category) -> Opening:
    """Return where a category stands now."""
    now = clock.now()
    form = category.form
    narrower = [(category.opens_at, category.closes_at)]
    if form is not None:
        narrower.append((form.opens_at, form.closes_at))
    return opening(registering.window_of(conference, now), conference.registration_opens_at, narrower, now)


def offered(conference: Conference) -> list[Offered]:
    """Return the categories that people choose themselves, in their order. Two statements."""
    settings = places.settings_of(conference.id)
    rows = db.session.execute(
        select(Category, RegistrationForm)
        .outerjoin(RegistrationForm, RegistrationForm.id == Category.form_id)
        .where(Category.conference_id == conference.id, Category.open)
        .order_by(Category.position, Category.id)
    )
    return [
        Offered(
            row.id,
            row.slug,
            row.names,
            row.descriptions,
            row.approval,
            opening_of(conference, row),
            service.is_full(row, settings),
            places.has_queue(settings, row),
            row.form_id is None,
        )
        for row, _form in rows.all()
    ]


@dataclass(frozen=True, slots=True)
class Crowded:
    """Categories in which all places are taken: ``full`` ones take nobody more, in those with a ``queue`` people wait."""

    full: frozenset[int]
    queue: frozenset[int]


def crowded(conference_id: int, category_ids: Collection[int]) -> Crowded:
    """Return which of some categories have no place left now. Two statements."""
    settings = places.settings_of(conference_id)
    rows = db.session.scalars(select(Category).where(Category.id.in_(category_ids))).all()
    return Crowded(
        frozenset(one.id for one in rows if places.is_full(settings, one)),
        frozenset(one.id for one in rows if places.has_queue(settings, one)),
    )


def refuse(conference: Conference, category: Category) -> None:
    """Raise :class:`Conflict` unless people can register in a category now."""
    if not category.open:
        raise Conflict(said(Refusal.CATEGORY))
    if opening_of(conference, category).window is not Window.OPEN:
        raise Conflict(said(Refusal.NOT_OPEN))
    if service.is_full(category):
        raise Conflict(_("All places are taken."))


def apply(
    conference: Conference,
    category: Category,
    data: PersonData,
    *,
    language: str,
    user: User | None,
    actor: Actor,
    complete: bool,
    passport: bool,
    keep_passport: Callable[[Registration], None],
) -> Registration | None:
    """Register, or begin a draft (``complete``: hand it in). Return it for the signed-in person whose proven address it is.

    None: a message was sent instead. ``passport``: whether a page was sent, which ``keep_passport`` seals. Who has begun
    with this address, and has not proven it, is overwritten: what was typed last counts. Raises :class:`Invalid` (names as
    in ``content.Found``), :class:`Conflict`. Writes; does not commit.
    """
    refuse(conference, category)
    tidy = content.tidy(data)
    asks = service.asks_of(conference, category.form)
    # Before anything else: the answer must not depend on who is registered.
    found = content.problems(
        tidy, asks, complete=complete, passport=passport, today=service.today(conference)
    )
    if found:
        raise Invalid(found)
    known = user is not None and user.email_confirmed_at is not None and user.email == tidy.email
    try:
        registration = service.begin(
            conference, tidy, form=category.form, language=language, actor=actor, user=user if known else None
        )
    except service.AddressTaken as taken:
        registration = db.session.get_one(Registration, taken.registration_id)
        if known and user is not None:
            registration.user_id = registration.user_id or user.id
            return registration
        if not _may_be_overwritten(registration, category):
            _send_link(registration)
            return None
        service.save(registration, tidy, actor=actor)
    keep_passport(registration)
    if complete:
        service.hand_in(registration, actor=actor, proven=known)
    if known:
        return registration
    if registration.state is S.DRAFT or not complete:
        _send_link(registration)
    return None


def _may_be_overwritten(registration: Registration, category: Category) -> bool:
    return (
        registration.state in (S.DRAFT, S.SUBMITTED)
        and registration.address_confirmed_at is None
        and registration.nominated_for_id is None
        and registration.group_key is None
        and registration.category_id == category.id
    )


def _send_link(registration: Registration) -> None:
    """Send whoever has the address what helps them go on."""
    person = queries.person(registration.id)
    assert person is not None
    if person.state is S.DRAFT:
        notices.draft(person)
    else:
        registering.send_whatever_helps(person)


# --- several people in one go


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who is registered by somebody else: name, address and category."""

    name: str
    email: str
    category_id: int


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who was registered in one go with others."""

    name: str
    email: str
    category_names: Texts
    state: RegistrationState


def others(registration: Registration) -> list[Member]:
    """Return the others who were registered in one go with somebody, in their order. One statement."""
    if registration.group_key is None:
        return []
    rows = db.session.execute(
        select(Registration.name, Registration.email, Category.names, Registration.state)
        .join(Category, Category.id == Registration.category_id)
        .where(
            Registration.conference_id == registration.conference_id,
            Registration.group_key == registration.group_key,
            Registration.id != registration.id,
        )
        .order_by(Registration.id)
    )
    return [Member(*row) for row in rows]


def register_others(
    registration: Registration, people: Sequence[Colleague], *, language: str, actor: Actor = PARTICIPANT
) -> None:
    """Register colleagues of somebody whose address is proven, with their organization and country.

    Each gets a message of their own, by which they confirm and complete it. Who is registered already is sent their link.
    Raises :class:`Invalid` (``name-0``, ``email-0``, ``category_id-0`` …), :class:`Conflict`. Writes; does not commit.
    """
    if registration.state in GONE or registration.address_confirmed_at is None:
        raise Conflict(said(Refusal.UNCONFIRMED))
    conference = db.session.get_one(Conference, registration.conference_id)
    if registration.group_key is None:
        registration.group_key = str(uuid4())
        db.session.flush()
    for number, one in enumerate(people):
        try:
            _register_one(conference, registration, one, language, actor)
        except Invalid as wrong:
            raise Invalid({f"{name}-{number}": found for name, found in wrong.errors.items()}) from None


def _register_one(
    conference: Conference, by: Registration, one: Colleague, language: str, actor: Actor
) -> None:
    category = db.session.get(Category, one.category_id)
    if category is None or category.conference_id != conference.id:
        raise Invalid({"category_id": said(Refusal.CATEGORY)})
    refuse(conference, category)
    data = PersonData(
        name=one.name,
        email=one.email,
        category_id=category.id,
        country=by.country,
        organization_id=by.organization_id,
        organization_name=by.organization_name,
    )
    try:
        made = service.begin(
            conference, data, form=category.form, language=language, actor=actor, group_key=by.group_key
        )
    except service.AddressTaken as taken:
        _send_link(db.session.get_one(Registration, taken.registration_id))
        return
    if service.missing(made):
        _send_link(made)
    else:
        service.hand_in(made, actor=actor, proven=False)
