"""Everything that changes registrations. Named actor, keyword arguments, no commit. Seats are in ``seats.py``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import Connection, Insert, Row, bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock, zones
from eventsapp.core.audit import PARTICIPANT, Actor
from eventsapp.core.errors import Conflict, Invalid, NotFound
from eventsapp.core.search import searchable
from eventsapp.core.statements import Statement
from eventsapp.core.translations import LANGUAGES, clean_text, pick
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.programme.enums import Audience
from eventsapp.programme.telling import Link
from eventsapp.registration import category_seats, hooks, life, notices, places, queries, rules
from eventsapp.registration.enums import Approval, RegistrationState
from eventsapp.registration.models import STILL_THERE, Registration, Star
from eventsapp.registration.names import name_key
from eventsapp.registration.places import Held
from eventsapp.registration.queries import CAT, EventFacts, Person
from eventsapp.registration.rules import Refusal, Window
from eventsapp.registration.seats import (
    Booked,
    book,
    book_found,
    cancel_all,
    cancel_booking,
    capacity_changed,
    carry_out,
    plan,
    said,
)
from eventsapp.registration.transitions import GONE, HOLDING, RegistrationAction

__all__ = [
    "Booked",
    "Checked",
    "RegistrationData",
    "book",
    "book_found",
    "cancel",
    "cancel_booking",
    "capacity_changed",
    "carry_out",
    "change",
    "check",
    "confirm",
    "data_of",
    "edit",
    "end",
    "link_to_account",
    "new_calendar_address",
    "new_page_address",
    "people_of",
    "plan",
    "register",
    "resend",
    "send_link",
    "send_whatever_helps",
    "star",
    "take",
    "tell_of_cancellation",
    "window_of",
]


@dataclass(frozen=True, slots=True)
class RegistrationData:
    """What a person says of themselves. The organization is one of the directory (id), or as they wrote it, or none.

    ``language`` is the one that they are written to in; None leaves it as it is.
    """

    name: str
    email: str
    category_id: int
    country: str | None = None
    organization_id: int | None = None
    organization_name: str | None = None
    language: str | None = None


def window_of(conference: Conference, now: datetime) -> Window:
    """Return where a conference's registration stands at ``now``."""
    return rules.window(
        conference.state,
        conference.registration_opens_at,
        conference.registration_closes_at,
        zones.instant(conference.end_date + timedelta(days=1), time(0), conference.zone),
        now,
    )


# --- registering


@dataclass(frozen=True, slots=True)
class Checked:
    """A registration that is wanted and may be made, with all that can be made ready before anything is written.

    While it is being written everybody else waits on SQLite, so this is plain data that needs not be read again.
    """

    data: RegistrationData
    """As it will be kept."""
    typed_email: str
    category: str
    """Its slug."""
    newcomer: Person
    """Who it will be, but for the id."""
    known_user_id: int | None
    """The account that has proven this very address."""


def register(
    conference: Conference,
    data: RegistrationData,
    *,
    language: str,
    user: User | None = None,
    actor: Actor = PARTICIPANT,
) -> Person | None:
    """Take a registration: :func:`check` and :func:`take` in one. Writes; does not commit."""
    return take(check(conference, data, language=language, user=user), actor=actor)


def check(
    conference: Conference, data: RegistrationData, *, language: str, user: User | None = None
) -> Checked:
    """Return a registration that may be made, ready for :func:`take`. Only reads.

    Raises :class:`Conflict` when registration is not open, :class:`Invalid` (names of :class:`RegistrationData`).
    """
    tidy = _tidy(data)
    category = _category(conference, tidy)
    now = clock.now()
    within = rules.within(category.opens_at, category.closes_at, now)
    refusal = rules.may_register(window_of(conference, now), category_open=category.open and within)
    if refusal is Refusal.CATEGORY:
        raise Invalid({"category_id": said(refusal)})
    if refusal is not None:
        raise Conflict(said(refusal))
    # The same for who is registered already: the answer must not tell that.
    if places.seen(conference.id, category.id).full:
        raise Invalid({"category_id": _("All places are taken.")})
    _check(tidy)
    known = user is not None and user.email_confirmed_at is not None and user.email == tidy.email
    newcomer = Person(
        id=0,
        conference_id=conference.id,
        user_id=None,
        name=tidy.name,
        email=tidy.email,
        language=language if language in LANGUAGES else "en",
        state=RegistrationState.SUBMITTED,
        secret_version=0,
        calendar_version=0,
        slug=conference.slug,
        conference_names=conference.names,
        conference_state=conference.state,
        zone=conference.zone,
        default_language=conference.default_language,
    )
    return Checked(tidy, data.email, category.slug, newcomer, user.id if known and user is not None else None)


def take(checked: Checked, *, actor: Actor = PARTICIPANT) -> Person | None:
    """Make a registration. Returns the person when it is confirmed at once, None when a message was sent instead.

    It is confirmed at once for a signed-in person who registers with the confirmed address of the account. Otherwise the
    address gets a link that confirms it. Who is registered already is sent their link; the caller's answer is the same,
    so that nobody learns who is registered. Raises :class:`Conflict`. Writes; does not commit.
    """
    connection = db.session.connection()
    id_ = _insert(connection, checked)
    person = replace(checked.newcomer, id=id_) if id_ is not None else _again(checked)
    if id_ is not None:
        audit.send(
            connection,
            actor,
            "registration.submit",
            f"registration:{id_}",
            conference_id=person.conference_id,
            detail={"category": checked.category},
        )
    if checked.known_user_id is not None:
        db.session.get_one(Registration, person.id).user_id = checked.known_user_id
        db.session.flush()
        confirm(_person(person.id), actor=actor)
        return _person(person.id)
    send_whatever_helps(person)
    return None


_INSERTED: Final = (
    "conference_id", "category_id", "organization_id", "organization_name", "name", "email", "country", "language", "state",
    "secret_version", "calendar_version", "search_text", "name_key", "answers", "listed", "created_at", "updated_at",
)  # fmt: skip


def _newcomer(dialect: str) -> Insert:
    """Return the statement that makes a registration; it gives no row when the address is registered already."""
    dialects: Any = sqlite if dialect == "sqlite" else postgresql
    statement: Insert = (
        dialects.insert(Registration.__table__)
        .on_conflict_do_nothing(
            index_elements=[Registration.conference_id, Registration.email],
            # Literally as in the index: PostgreSQL cannot match a parameter with it once the statement is prepared.
            index_where=text(STILL_THERE),
        )
        .returning(Registration.id)
    )
    return statement


_INSERT = Statement(_newcomer, list(_INSERTED))


def _insert(connection: Connection, checked: Checked) -> int | None:
    """Return the id of the new registration; None when there is one with this address that is not cancelled."""
    data, newcomer, now = checked.data, checked.newcomer, clock.now()
    values: dict[str, Any] = {
        "conference_id": newcomer.conference_id,
        "category_id": data.category_id,
        "organization_id": data.organization_id,
        "organization_name": data.organization_name,
        "name": data.name,
        "email": data.email,
        "country": data.country,
        "language": newcomer.language,
        "state": newcomer.state,
        "secret_version": newcomer.secret_version,
        "calendar_version": newcomer.calendar_version,
        "search_text": _search_text(data),
        "name_key": name_key(data.name),
        "answers": {},
        "listed": False,
        "created_at": now,
        "updated_at": now,
    }
    return _INSERT.send(connection, values).scalar_one_or_none()


def _again(checked: Checked) -> Person:
    """Return who is registered with the address already, with what was typed now where nobody has confirmed it yet."""
    found = db.session.scalars(
        select(Registration)
        .where(
            Registration.conference_id == checked.newcomer.conference_id,
            Registration.email == checked.data.email,
            Registration.state.not_in(GONE),
        )
        .with_for_update(of=Registration, key_share=True)
    ).one_or_none()
    if found is None:  # cancelled in this very moment
        raise Conflict(_("Somebody else changed this at the same moment. Please look again."))
    plain = found.form_id is None and found.group_key is None and found.nominated_for_id is None
    if found.state is RegistrationState.SUBMITTED and plain:
        # Nobody has confirmed it yet, so what was typed last is what counts; but not over a form that asked for more.
        _fill(found, checked.data)
        found.language = checked.newcomer.language
        db.session.flush()
    return _person(found.id)


def _tidy(data: RegistrationData) -> RegistrationData:
    def line(text: str | None) -> str:
        return " ".join(clean_text(text or "").split())

    return replace(
        data,
        name=line(data.name),
        email=line(data.email).lower(),
        country=data.country or None,
        organization_name=None if data.organization_id else line(data.organization_name) or None,
    )


_CATEGORY = select(
    *(getattr(CAT.c, name) for name in ("id", "slug", "open", "form_id", "approval", "opens_at", "closes_at"))
).where(CAT.c.id == bindparam("category"), CAT.c.conference_id == bindparam("conference"))


def _category(conference: Conference, data: RegistrationData) -> Row[Any]:
    asked = {"category": data.category_id, "conference": conference.id}
    category = db.session.connection().execute(_CATEGORY, asked).one_or_none()
    if category is None:
        raise Invalid({"category_id": _("Choose a category of this conference.")})
    return category


def _check(data: RegistrationData) -> None:
    errors: dict[str, object] = {}
    if not 1 <= len(data.name) <= 200:
        errors["name"] = _("Say your name, in at most 200 characters.")
    if "@" not in data.email or len(data.email) > 254:
        errors["email"] = _("This is not an e-mail address.")
    if data.organization_id is not None and db.session.get(Organization, data.organization_id) is None:
        errors["organization"] = _("Choose an organization of the directory.")
    if len(data.organization_name or "") > 300:
        errors["organization"] = _("Use at most 300 characters.")
    if data.language is not None and data.language not in LANGUAGES:
        errors["language"] = _("This is not one of the choices.")
    if errors:
        raise Invalid(errors)


def _search_text(data: RegistrationData) -> str:
    return searchable(data.name, data.email, data.organization_name)[:800]


def _fill(registration: Registration, data: RegistrationData) -> None:
    registration.name = data.name
    registration.category_id = data.category_id
    registration.country = data.country
    registration.organization_id = data.organization_id
    registration.organization_name = data.organization_name
    if data.language is not None:
        registration.language = data.language
    registration.search_text = _search_text(replace(data, email=registration.email))


def data_of(registration: Registration) -> RegistrationData:
    """Return what a registration says, in the form's shape."""
    return RegistrationData(
        name=registration.name,
        email=registration.email,
        category_id=registration.category_id,
        country=registration.country,
        organization_id=registration.organization_id,
        organization_name=registration.organization_name,
        language=registration.language,
    )


# --- links


def _person(registration_id: int) -> Person:
    found = queries.person(registration_id)
    if found is None:
        raise NotFound
    return found


def send_whatever_helps(person: Person) -> None:
    """Send a person the link that they need next. Writes; does not commit."""
    if person.state is RegistrationState.DRAFT:
        notices.draft(person)
    elif person.state is RegistrationState.SUBMITTED:
        notices.please_confirm(person)
    elif person.state not in GONE:
        notices.link(person)


def send_link(conference: Conference, email: str) -> bool:
    """Send somebody who is registered with this address their link; return whether there was anybody.

    The page must answer the same either way. Writes; does not commit.
    """
    id_ = db.session.scalar(
        select(Registration.id).where(
            Registration.conference_id == conference.id,
            Registration.email == " ".join(clean_text(email).split()).lower(),
            Registration.state.not_in(GONE),
        )
    )
    if id_ is None:
        return False
    send_whatever_helps(_person(id_))
    return True


def resend(person: Person, *, actor: Actor) -> None:
    """Send a person their link again, at an organizer's wish. Raises :class:`Conflict` for a cancelled registration."""
    if person.state in GONE:
        raise Conflict(said(Refusal.CANCELLED))
    send_whatever_helps(person)
    _record(actor, "registration.resend", person)


def new_page_address(person: Person, *, actor: Actor = PARTICIPANT) -> Person:
    """Make the address of a person's page, and links to confirm, worthless, and send them the new one.

    It goes by mail only, so that whoever got hold of the old one does not get the new one as well.
    """
    registration = _held(person)
    registration.secret_version += 1
    db.session.flush()
    _record(actor, "registration.new_page_address", person)
    new = _person(person.id)
    send_whatever_helps(new)
    return new


def new_calendar_address(person: Person, *, actor: Actor = PARTICIPANT) -> Person:
    """Make the address of a person's calendar feed worthless; there is a new one from now on."""
    registration = _held(person)
    registration.calendar_version += 1
    db.session.flush()
    _record(actor, "registration.new_calendar_address", person)
    return _person(person.id)


def link_to_account(user_id: int, email: str) -> None:
    """Put the registrations with the confirmed address of an account under it. For accounts' hook."""
    db.session.execute(
        update(Registration)
        .where(Registration.email == email, Registration.user_id.is_(None))
        .values(user_id=user_id)
        .execution_options(synchronize_session=False)
    )


# --- the life cycle


def _held(person: Person) -> Registration:
    """Return the registration as it is now, held until the commit."""
    return db.session.scalars(
        select(Registration)
        .where(Registration.id == person.id)
        .with_for_update(of=Registration, key_share=True)
        .execution_options(populate_existing=True)
    ).one()


def _record(actor: Actor, action: str, person: Person, **detail: object) -> None:
    audit.record(
        actor, action, f"registration:{person.id}", conference_id=person.conference_id, detail=dict(detail)
    )


def _writable(person: Person) -> None:
    if person.conference_state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))


def confirm(person: Person, *, actor: Actor = PARTICIPANT) -> bool:
    """Take a registration's address as proven, and take it where its category wants it (``life.proceed``); tell the person.

    False when that has happened already. Raises :class:`Conflict` for a cancelled one.
    """
    _writable(person)
    registration, held = life.hold(person.id)
    if registration.state in GONE:
        raise Conflict(said(Refusal.CANCELLED))
    if registration.state is not RegistrationState.SUBMITTED:
        return False
    if registration.user_id is None:
        owner = db.session.scalar(
            select(User.id).where(User.email == registration.email, User.email_confirmed_at.is_not(None))
        )
        registration.user_id = owner
    life.proceed(registration, held, actor=actor)
    return True


def change(person: Person, data: RegistrationData, *, actor: Actor = PARTICIPANT) -> bool:
    """Change what a person says of themselves, but for the address; return whether anything did.

    Raises :class:`Invalid`, :class:`Conflict`.
    """
    return _change(person, replace(data, email=person.email), actor=actor, any_category=False)


def edit(person: Person, data: RegistrationData, *, actor: Actor) -> bool:
    """Change a registration as an organizer, who may choose any category and correct the address.

    A new address makes the old links worthless and gets the new one. Raises :class:`Invalid`, :class:`Conflict`.
    """
    return _change(person, data, actor=actor, any_category=True)


def _change(person: Person, raw: RegistrationData, *, actor: Actor, any_category: bool) -> bool:
    _writable(person)
    data = _tidy(raw)
    # Events are held before anything else (``places``).
    category_seats.give_back(person, data.category_id, actor=actor)
    registration, held = life.hold(person.id)
    if registration.state in GONE:
        raise Conflict(said(Refusal.CANCELLED))
    before = data_of(registration)
    data = replace(data, language=data.language or before.language)
    if before == data:
        return False
    category = _category(db.session.get_one(Conference, person.conference_id), data)
    plain = category.open and category.form_id is None and category.approval is Approval.AUTOMATIC
    plain = plain and rules.within(category.opens_at, category.closes_at, clock.now())
    if not (any_category or plain or category.id == registration.category_id):
        raise Invalid({"category_id": said(Refusal.CATEGORY)})
    _check(data)
    if data.category_id != registration.category_id:
        _move_place(registration, held, data.category_id)
    moved = data.email != registration.email
    if moved:
        _check_free(person, data.email)
        registration.email = data.email
        registration.secret_version += 1
        registration.calendar_version += 1
        # Whoever has the account of the old address has no part in the new one.
        registration.user_id = None
    elsewhere = data.category_id != registration.category_id
    _fill(registration, data)
    db.session.flush()
    if elsewhere and held.counted:
        # It may have left a place, or wait for one that is free in its new category.
        life.hand_on(registration.conference_id)
    names = [name for name in RegistrationData.__slots__ if getattr(before, name) != getattr(data, name)]
    _record(actor, "registration.change", person, changed=names)
    hooks.tell_changed(registration, actor, names)
    if moved:
        send_whatever_helps(_person(person.id))
    return True


def _move_place(registration: Registration, held: Held, category_id: int) -> None:
    """Give the place in one category back and take one in another. Raises :class:`Invalid` when none is free there."""
    if registration.state not in HOLDING:
        return
    there = places.hold(registration.conference_id, category_id)
    if there.category_capacity is not None and there.category_taken >= there.category_capacity:
        raise Invalid({"category_id": _("All places of this category are taken.")})
    places.change(replace(held, capacity=None), taken=-1)
    places.change(replace(there, capacity=None), taken=1)


def _check_free(person: Person, email: str) -> None:
    taken = select(Registration.id).where(
        Registration.conference_id == person.conference_id,
        Registration.email == email,
        Registration.id != person.id,
        Registration.state.not_in(GONE),
    )
    if db.session.scalar(taken) is not None:
        raise Invalid({"email": _("Somebody is registered with this address already.")})


def cancel(person: Person, *, actor: Actor = PARTICIPANT, by_organizer: bool = False) -> bool:
    """Cancel a registration and all its bookings, whose seats go to the first in their queues; tell the person.

    False when it was cancelled already.
    """
    lost = _end(person, RegistrationAction.CANCEL, actor=actor)
    if lost is None:
        return False
    notices.cancelled(_person(person.id), lost, by_organizer=by_organizer)
    return True


def end(
    person: Person,
    action: RegistrationAction,
    *,
    actor: Actor,
    note: str | None = None,
    before: Callable[[Registration], None] | None = None,
) -> bool:
    """Reject or withdraw a registration, or let its offer lapse, with all its bookings; tell the person, with ``note``.

    ``before`` is called with the registration once it is held and before it ends. False when that has happened already. Raises :class:`Conflict` where the state does not allow it.
    """
    return _end(person, action, actor=actor, note=note, tell=True, before=before) is not None


def _end(
    person: Person,
    action: RegistrationAction,
    *,
    actor: Actor,
    note: str | None = None,
    tell: bool = False,
    before: Callable[[Registration], None] | None = None,
) -> list[EventFacts] | None:
    """Return the events of which bookings were given back; None when the registration has ended so already."""
    _writable(person)
    # Events before places, places before registrations: the order of locks (seats.py, places.py).
    lost = cancel_all(person, actor=actor)
    registration, held = life.hold(person.id)
    if before is not None:
        before(registration)
    if not life.move(registration, action, held=held, actor=actor, note=note, tell=tell):
        return None
    # What was booked in the moment between; from here on nothing more can be.
    lost += cancel_all(person, actor=actor)
    db.session.execute(delete(Star).where(Star.registration_id == person.id))
    return lost


# --- stars


def star(person: Person, event_id: int, *, on: bool) -> bool:
    """Keep an event of the released programme among a person's own, or take it off; return whether that changed anything.

    Raises :class:`NotFound`, :class:`Conflict` for a cancelled registration.
    """
    if person.state in GONE:
        raise Conflict(said(Refusal.CANCELLED))
    table = Star.__table__
    connection = db.session.connection()
    if not on:
        gone = connection.execute(
            delete(Star)
            .where(Star.registration_id == person.id, Star.event_id == event_id)
            .returning(Star.id)
        )
        return gone.first() is not None
    if not queries.is_released(person.conference_id, event_id):
        raise NotFound
    dialects: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    made = connection.execute(
        dialects.insert(table)
        .values(registration_id=person.id, event_id=event_id)
        .on_conflict_do_nothing(index_elements=["registration_id", "event_id"])
        .returning(table.c.id)
    )
    return made.first() is not None


# --- what the programme tells


def tell_of_cancellation(event_id: int) -> None:
    """Tell everybody with a seat or a place in the queue that an event is cancelled. For the programme's hook."""
    db.session.flush()
    for person, event, reasons in queries.booked_people([event_id]):
        notices.event_cancelled(person, event, pick(reasons, person.language, person.default_language))


def people_of(conference_id: int, event_ids: Sequence[int]) -> list[Link]:
    """Return who has a seat at some events, waits for one, or keeps them. Two statements. For the programme's hook."""
    booked = [
        # A cancellation was told to them when it happened (``tell_of_cancellation``).
        _link(Audience.BOOKED, person, event_id, knows_cancellation=True)
        for person, event_id in queries.holders(event_ids)
    ]
    return booked + [_link(Audience.SUBSCRIBERS, *one) for one in queries.keepers(event_ids)]


def _link(audience: Audience, person: Person, event_id: int, *, knows_cancellation: bool = False) -> Link:
    return Link(
        audience, event_id, person.name, person.email, person.language, person.page, knows_cancellation
    )


def count_registrations(conference_id: int) -> int:
    """Return how many registrations of a conference are not cancelled."""
    counted = select(func.count()).where(
        Registration.conference_id == conference_id, Registration.state.not_in(GONE)
    )
    return db.session.scalar(counted) or 0
