"""Organizations nominate people, replace and withdraw them; nominees answer. Named actor, keyword arguments, no commit.

A nominee is a registration of its own from the beginning: a draft, which holds a place of the quota. The person confirms it
by a secret address and completes it; then it goes where its category wants it (``life.proceed``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, zones
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.forms.text import email_address
from eventsapp.core.search import searchable
from eventsapp.core.translations import LANGUAGES, clean_text
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.registration import hooks, life, places, queries, service
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import (
    STILL_THERE,
    Booking,
    Category,
    Registration,
    RegistrationSettings,
)
from eventsapp.registration.names import name_key
from eventsapp.registration.nominations import notices, quotas, rules
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.rules import Closed
from eventsapp.registration.queries import Person
from eventsapp.registration.transitions import RegistrationAction

MOST_AT_ONCE = 500
"""Persons that are nominated by one call."""


@dataclass(frozen=True, slots=True)
class Nominee:
    """What a focal point says of somebody. ``language``: the one that the person is written to in; None: the conference's."""

    name: str
    email: str
    country: str | None = None
    job_title: str | None = None
    language: str | None = None


def said(closed: Closed) -> str:
    """Return why something cannot be done as a sentence."""
    sentences: dict[Closed, Callable[[], str]] = {
        Closed.NOT_OPEN: lambda: _("Registration is not open."),
        Closed.CATEGORY: lambda: _("Nobody can be nominated in this category at present."),
        Closed.QUOTA: lambda: _("The organization has no quota in this category."),
        Closed.LATE: lambda: _("It is too late to replace somebody."),
        Closed.HERE: lambda: _("This person has come to the conference already."),
        Closed.ENDED: lambda: _("This cannot be done with the registration any more."),
    }
    return str(sentences[closed]())


# --- nominating


def nominate(
    organization: Organization, category: Category, people: Sequence[Nominee], *, user: User, actor: Actor
) -> list[Registration]:
    """Nominate people for an organization in a category, all or none, and write to each of them; return the drafts.

    Exactly as many as the quota has places left: the database decides. Raises :class:`Conflict` when nobody can be
    nominated, or not so many; :class:`Invalid` (names of :class:`Nominee`) for what is said of one of them, also when
    somebody is registered with the address already. Writes; does not commit.
    """
    conference = db.session.get_one(Conference, category.conference_id)
    tidied = [tidy(one) for one in people]
    for one in tidied:
        if errors := check(one):
            raise Invalid(errors)
    closed = closed_to(conference, organization.id, category, clock.now())
    if closed is not None:
        raise Conflict(said(closed))
    quota_id = quotas.of(conference.id, organization.id, category.id) if category.in_quota else None
    # In one order: two lists with the same people wait for each other instead of blocking each other.
    made = [
        _begin(conference, one, category_id=category.id, organization=organization, user=user)
        for one in sorted(tidied, key=lambda one: one.email)
    ]
    if quota_id is not None:
        if not quotas.take(quota_id, len(made)):
            raise Conflict(_("The organization has used all places of its quota."))
        for row in made:
            row.quota_id = quota_id
    db.session.flush()
    for row in made:
        _record(actor, "registration.nominate", row, organization=organization.slug, category=category.slug)
        notices.nominated(_person(row.id), organization.names, category.names)
    return made


def closed_to(
    conference: Conference, organization_id: int, category: Category, now: datetime
) -> Closed | None:
    """Return why an organization cannot nominate anybody in a category at ``now``, or None. One statement."""
    mine = select(Quota.id).where(
        Quota.conference_id == conference.id, Quota.organization_id == organization_id
    )
    if category.in_quota:
        mine = mine.where(Quota.category_id == category.id)
    return rules.may_nominate(
        service.window_of(conference, now),
        opens_at=category.opens_at,
        closes_at=category.closes_at,
        in_quota=category.in_quota,
        has_quota=db.session.scalar(mine.limit(1)) is not None,
        now=now,
    )


def tidy(nominee: Nominee) -> Nominee:
    """Return what was said of somebody without needless space; the address as it is kept."""

    def line(value: str | None) -> str:
        return " ".join(clean_text(value or "").split())

    email = line(nominee.email)
    return Nominee(
        name=line(nominee.name),
        email=email_address(email) or email,
        country=nominee.country or None,
        job_title=line(nominee.job_title) or None,
        language=nominee.language or None,
    )


def check(nominee: Nominee) -> dict[str, object]:
    """Return what is wrong with what is said of somebody, by the names of :class:`Nominee`. Pure but for the language."""
    errors: dict[str, object] = {}
    if not nominee.name:
        errors["name"] = _("This field is required.")
    elif len(nominee.name) > 200:
        errors["name"] = _(
            "Use at most %(most)d characters; these are %(count)d.", most=200, count=len(nominee.name)
        )
    if email_address(nominee.email) is None or len(nominee.email) > 254:
        errors["email"] = _("This is not an e-mail address. It looks like name@example.org.")
    if len(nominee.job_title or "") > 200:
        errors["job_title"] = _(
            "Use at most %(most)d characters; these are %(count)d.",
            most=200,
            count=len(nominee.job_title or ""),
        )
    if nominee.language is not None and nominee.language not in LANGUAGES:
        errors["language"] = _("This is not one of the choices.")
    return errors


def _begin(
    conference: Conference,
    nominee: Nominee,
    *,
    category_id: int,
    organization: Organization,
    user: User,
    replaces_id: int | None = None,
) -> Registration:
    """Make the draft. Raises :class:`Invalid` (``email``) when somebody is registered with the address."""
    row = insert_draft(
        conference,
        nominee,
        category_id=category_id,
        form_id=db.session.get_one(Category, category_id).form_id,
        organization_id=organization.id,
        nominated_for_id=organization.id,
        nominated_by_id=user.id,
        replaces_id=replaces_id,
    )
    if row is None:
        raise Invalid({"email": _("Somebody is registered with this address already.")})
    return row


def insert_draft(conference: Conference, nominee: Nominee, **values: Any) -> Registration | None:
    """Make a draft of a registration unless its address is in use; ``values`` are further columns. Writes; does not commit."""
    connection = db.session.connection()
    dialects: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    now = clock.now()
    made = connection.execute(
        dialects.insert(Registration.__table__)
        .values(
            conference_id=conference.id,
            name=nominee.name,
            name_key=name_key(nominee.name),
            email=nominee.email,
            country=nominee.country,
            job_title=nominee.job_title,
            language=nominee.language or conference.default_language,
            state=RegistrationState.DRAFT,
            secret_version=0,
            calendar_version=0,
            search_text=searchable(nominee.name, nominee.email)[:800],
            created_at=now,
            updated_at=now,
            **values,
        )
        .on_conflict_do_nothing(
            index_elements=[Registration.conference_id, Registration.email],
            # Literally as in the index: PostgreSQL cannot match a parameter with it once the statement is prepared.
            index_where=text(STILL_THERE),
        )
        .returning(Registration.id)
    )
    id_ = made.scalar_one_or_none()
    return db.session.get_one(Registration, id_) if id_ is not None else None


# --- changing who comes


def replace_until(conference: Conference, settings: RegistrationSettings) -> datetime:
    """Return the first instant at which nobody is replaced any more: as it is set, else when registration closes."""
    ends_at = zones.instant(conference.end_date + timedelta(days=1), time(0), conference.zone)
    return min(settings.replace_until or conference.registration_closes_at or ends_at, ends_at)


def replace(
    registration: Registration, nominee: Nominee, *, user: User, actor: Actor, note: str | None = None
) -> Registration:
    """Let somebody else come in the place of a nominee, who is withdrawn and told so; return the new draft.

    The place of the quota passes from the one to the other, also when the quota was lowered since, and so do seats that were
    kept for the delegation (``hooks.replaced``); other seats go to whoever waits for them. Raises
    :class:`Conflict` after the day until which it may be done, or for somebody who has come; :class:`Invalid` for what is
    said of the new one. Writes; does not commit.
    """
    organization = _nominated(registration)
    conference = db.session.get_one(Conference, registration.conference_id)
    closed = rules.may_replace(
        registration.state,
        came=registration.checked_in_at is not None,
        until=replace_until(conference, places.settings_of(conference.id)),
        now=clock.now(),
    )
    if closed is not None:
        raise Conflict(said(closed))
    one = tidy(nominee)
    if errors := check(one):
        raise Invalid(errors)
    new = _begin(
        conference,
        one,
        category_id=registration.category_id,
        organization=organization,
        user=user,
        replaces_id=registration.id,
    )

    def hand_over(old: Registration) -> None:
        new.quota_id, old.quota_id = old.quota_id, None
        new.category_id, new.form_id = old.category_id, old.category.form_id

    person = _person(registration.id)
    kept = _kept_seats(registration.id)
    if not service.end(person, RegistrationAction.WITHDRAW, actor=actor, note=note, before=hand_over):
        raise Conflict(said(Closed.ENDED))
    db.session.flush()
    _record(actor, "registration.replace", new, replaces=registration.id)
    if kept:
        for told in hooks.replaced:
            told(registration, new, kept, actor)
    notices.nominated(_person(new.id), organization.names, new.category.names)
    return new


def _kept_seats(registration_id: int) -> list[int]:
    rows = db.session.scalars(
        select(Booking.block_id)
        .where(
            Booking.registration_id == registration_id,
            Booking.state == BookingState.CONFIRMED,
            Booking.block_id.is_not(None),
        )
        .order_by(Booking.event_id)
    )
    return [id_ for id_ in rows if id_ is not None]


def withdraw(registration: Registration, *, user: User, actor: Actor, note: str | None = None) -> bool:
    """Take a nomination back: the place of the quota and all seats become free, and the person is told, with ``note``.

    False when that has happened already. Raises :class:`Conflict` for somebody who has come, or does not come anyway.
    """
    _nominated(registration)
    if registration.state is RegistrationState.WITHDRAWN:
        return False
    closed = rules.may_withdraw(registration.state, came=registration.checked_in_at is not None)
    if closed is not None:
        raise Conflict(said(closed))
    return service.end(_person(registration.id), RegistrationAction.WITHDRAW, actor=actor, note=note)


def correct(registration: Registration, nominee: Nominee, *, actor: Actor) -> bool:
    """Correct what was said of a nominee who has not confirmed; a new address gets the message, and the old link is worthless.

    Return whether anything changed. Raises :class:`Conflict` once the person has confirmed, :class:`Invalid`.
    """
    organization = _nominated(registration)
    row = life.locked(registration.id)
    if not waits(row):
        raise Conflict(_("This person has confirmed already, and corrects their data themselves."))
    one = tidy(nominee)
    if errors := check(one):
        raise Invalid(errors)
    before = nominee_of(row)
    if changed(one, language=one.language or row.language) == before:
        return False
    moved = one.email != row.email
    if moved:
        taken = select(Registration.id).where(
            Registration.conference_id == row.conference_id,
            Registration.email == one.email,
            Registration.id != row.id,
            text(STILL_THERE),
        )
        if db.session.scalar(taken) is not None:
            raise Invalid({"email": _("Somebody is registered with this address already.")})
        row.email = one.email
        row.secret_version += 1
        row.calendar_version += 1
        # Whoever has the account of the old address has no part in the new one.
        row.user_id = None
    row.name, row.country, row.job_title = one.name, one.country, one.job_title
    row.language = one.language or row.language
    row.search_text = searchable(row.name, row.email)[:800]
    db.session.flush()
    _record(actor, "registration.change", row, address=moved)
    if moved:
        notices.nominated(_person(row.id), organization.names, row.category.names)
    return True


def remind(registration: Registration, *, actor: Actor) -> None:
    """Send a nominee who has not confirmed the address again. Raises :class:`Conflict` for anybody else."""
    organization = _nominated(registration)
    if not waits(registration):
        raise Conflict(said(Closed.ENDED))
    notices.nominated(
        _person(registration.id), organization.names, registration.category.names, reminder=True
    )
    # The next one that is sent by itself counts its days from now.
    registration.reminded_at = clock.now()
    db.session.flush()
    _record(actor, "registration.remind", registration)


def nominee_of(registration: Registration) -> Nominee:
    """Return what is said of a registered person, in the form's shape."""
    return Nominee(
        registration.name,
        registration.email,
        registration.country,
        registration.job_title,
        registration.language,
    )


def waits(registration: Registration) -> bool:
    """Whether a nominee or an invited speaker has not answered yet."""
    return (
        registration.state is RegistrationState.DRAFT
        and registration.address_confirmed_at is None
        and (registration.nominated_for_id is not None or registration.speaker_id is not None)
    )


# --- the nominee answers


def accept(person: Person, *, actor: Actor = PARTICIPANT) -> bool:
    """Take it that a nominee or an invited speaker will come: the secret address proves that they read their mail.

    Where the category has no form, the registration goes on at once (``life.proceed``); else it is completed on the form.
    False when it was accepted before. Raises :class:`Conflict` where it cannot be any more.
    """
    if person.conference_state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))
    registration, held = life.hold(person.id)
    if registration.state is not RegistrationState.DRAFT:
        if registration.address_confirmed_at is not None:
            return False
        raise Conflict(said(Closed.ENDED))
    if registration.address_confirmed_at is not None:
        return False
    registration.address_confirmed_at = clock.now()
    if registration.user_id is None:
        registration.user_id = db.session.scalar(
            select(User.id).where(User.email == registration.email, User.email_confirmed_at.is_not(None))
        )
    category = db.session.get_one(Category, registration.category_id)
    db.session.flush()
    _record(actor, "registration.accept", registration)
    if category.form_id is None:
        life.proceed(registration, held, actor=actor)
    return True


def decline(person: Person, *, actor: Actor = PARTICIPANT) -> bool:
    """Take it that somebody will not come: the place of the quota is free again. False when they have answered already."""
    registration, _held = life.hold(person.id)
    if not waits(registration):
        return False
    return service.cancel(person, actor=actor)


# --- shared


def _nominated(registration: Registration) -> Organization:
    if registration.nominated_for is None:
        raise NotFound
    return registration.nominated_for


def _person(registration_id: int) -> Person:
    found = queries.person(registration_id)
    if found is None:
        raise NotFound
    return found


def _record(actor: Actor, action: str, registration: Registration, **detail: object) -> None:
    said_of: Mapping[str, object] = detail
    audit.record(
        actor,
        action,
        f"registration:{registration.id}",
        conference_id=registration.conference_id,
        detail=dict(said_of),
    )
