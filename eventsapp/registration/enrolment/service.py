"""Beginning, saving and handing in registrations. Named actor, keyword arguments, no commit.

A draft holds its e-mail address like any other registration. Whoever begins one for somebody else sends them the link.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import Table, select, text
from sqlalchemy.dialects import postgresql, sqlite

from eventsapp.accounts.models import User
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core import audit, clock
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.core.search import searchable
from eventsapp.core.translations import LANGUAGES
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.questions import rules as questions
from eventsapp.registration import hooks, life, notices, places, queries
from eventsapp.registration.enrolment import consents, content
from eventsapp.registration.enrolment.content import Asks, Found, PersonData
from eventsapp.registration.enrolment.models import SealedFile
from eventsapp.registration.enums import RegistrationState, WaitlistMode
from eventsapp.registration.models import (
    STILL_THERE,
    Category,
    Registration,
    RegistrationForm,
    RegistrationSettings,
)
from eventsapp.registration.names import name_key
from eventsapp.registration.transitions import GONE, RegistrationAction

S = RegistrationState


class AddressTaken(Invalid):
    """Somebody is registered with this address already. ``registration_id`` says who."""

    def __init__(self, registration_id: int) -> None:
        super().__init__({"email": _("Somebody is registered with this address already.")})
        self.registration_id = registration_id


def asks_of(conference: Conference, form: RegistrationForm | None) -> Asks:
    """Return what a form asks; without one nothing beside name, address, organization and country."""
    languages = [
        conference.default_language,
        *(one for one in conference.languages if one != conference.default_language),
    ]
    if form is None:
        return Asks(languages=languages)
    return Asks(content.details_of(form.details), questions.asked(form.questionnaire), languages, form.names)


def today(conference: Conference) -> date:
    """Return the day that it is at the conference."""
    return clock.now().astimezone(ZoneInfo(conference.zone)).date()


def has_passport(registration_id: int) -> bool:
    """Return whether a page of the person's passport is kept."""
    return (
        db.session.scalar(select(SealedFile.id).where(SealedFile.registration_id == registration_id))
        is not None
    )


def begin(
    conference: Conference,
    data: PersonData,
    *,
    form: RegistrationForm | None,
    language: str,
    actor: Actor,
    user: User | None = None,
    nominated: Organization | None = None,
    group_key: str | None = None,
) -> Registration:
    """Begin a registration with what there is, and return it: a draft.

    ``user``: whose account it is, where the address is theirs and proven. ``nominated``: the organization that nominates
    the person; the actor is its focal point. ``group_key``: the same for people registered in one go. Raises
    :class:`Invalid` (names as in ``content.Found``), of it :class:`AddressTaken`. Writes; does not commit, tells nobody.
    """
    tidy = content.tidy(data)
    category = _category(conference, tidy.category_id)
    _check(conference, tidy, asks_of(conference, form))
    if nominated is not None and tidy.organization_id is None and not tidy.organization_name:
        tidy = replace(tidy, organization_id=nominated.id)
    values = {
        **_columns(tidy),
        "conference_id": conference.id,
        "email": tidy.email,
        "language": tidy.language or (language if language in LANGUAGES else "en"),
        "state": S.DRAFT,
        "form_id": form.id if form is not None else None,
        "user_id": user.id if user is not None else None,
        "nominated_for_id": nominated.id if nominated is not None else None,
        "nominated_by_id": actor.user_id if nominated is not None else None,
        "group_key": group_key,
        "address_confirmed_at": clock.now() if user is not None else None,
    }
    registration = _insert(conference, values)
    consents.record(registration, form, before={}, language=registration.language)
    audit.record(
        actor,
        "registration.begin",
        f"registration:{registration.id}",
        conference_id=conference.id,
        detail={"category": category.slug} | ({"nominated_for": nominated.slug} if nominated else {}),
    )
    return registration


def _insert(conference: Conference, values: dict[str, Any]) -> Registration:
    table = cast(Table, Registration.__table__)
    connection = db.session.connection()
    dialects: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    now = clock.now()
    fresh = {"secret_version": 0, "calendar_version": 0, "created_at": now, "updated_at": now}
    made = connection.execute(
        dialects.insert(table)
        .values(**values, **fresh)
        .on_conflict_do_nothing(
            index_elements=[table.c.conference_id, table.c.email], index_where=text(STILL_THERE)
        )
        .returning(table.c.id)
    ).scalar_one_or_none()
    if made is not None:
        return db.session.get_one(Registration, made)
    found = db.session.scalar(
        select(Registration.id).where(
            Registration.conference_id == conference.id,
            Registration.email == values["email"],
            Registration.state.not_in(GONE),
        )
    )
    if found is None:  # cancelled in this very moment
        raise Conflict(_("Somebody else changed this at the same moment. Please look again."))
    raise AddressTaken(found)


def _category(conference: Conference, category_id: int) -> Category:
    category = db.session.get(Category, category_id)
    if category is None or category.conference_id != conference.id:
        raise Invalid({"category_id": _("Choose a category of this conference.")})
    return category


def _check(conference: Conference, data: PersonData, asks: Asks) -> None:
    found: Found = content.problems(data, asks, complete=False, today=today(conference))
    if data.organization_id is not None and db.session.get(Organization, data.organization_id) is None:
        found["organization"] = [_("Choose an organization of the directory.")]
    if found:
        raise Invalid(found)


def _columns(data: PersonData) -> dict[str, Any]:
    """The columns that the data fill, but for the address and the language."""
    columns = {name: getattr(data, name) for name in content.FIELDS if name not in ("email", "language")}
    columns["answers"] = dict(data.answers)
    # Of rows that are inserted without an object.
    columns["name_key"] = name_key(data.name)
    columns["search_text"] = searchable(data.name, data.email, data.organization_name, data.original_name)[
        :800
    ]
    return columns


def save(registration: Registration, data: PersonData, *, actor: Actor, officer: bool = False) -> bool:
    """Keep what is said of a person now; return whether anything changed. The address and the category stay.

    What a registrar has looked at stays as it was approved, unless it is an ``officer`` who saves. Raises :class:`Invalid`
    (names as in ``content.Found``), :class:`Conflict` for one that is gone or rejected. Writes; does not commit.
    """
    conference = db.session.get_one(Conference, registration.conference_id)
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))
    row = life.locked(registration.id)
    if row.state in GONE or row.state is S.REJECTED or row.erased_at is not None:
        raise Conflict(_("This cannot be done with the registration any more."))
    before = content.data_of(row)
    category = db.session.get_one(Category, row.category_id)
    after = content.tidy(replace(data, email=before.email, category_id=before.category_id))
    after = replace(after, language=after.language or before.language)
    if not officer:
        after = content.keep(after, before, content.stays(row.state, category.approval))
    _check(conference, after, asks_of(conference, row.form))
    names = content.changed(before, after)
    if not names:
        return False
    for name, value in _columns(after).items():
        setattr(row, name, value)
    row.language = after.language or row.language
    db.session.flush()
    consents.record(row, row.form, before=before.answers, language=row.language)
    if row.state is not S.DRAFT:
        audit.record(
            actor,
            "registration.change",
            f"registration:{row.id}",
            conference_id=conference.id,
            detail={"changed": names},
        )
        hooks.tell_changed(row, actor, names)
    return True


def missing(registration: Registration) -> Found:
    """Return what has to be said before a registration can be handed in: sentences by field (``content.Found``)."""
    conference = db.session.get_one(Conference, registration.conference_id)
    return content.problems(
        content.data_of(registration),
        asks_of(conference, registration.form),
        complete=True,
        passport=has_passport(registration.id),
        today=today(conference),
    )


def hand_in(registration: Registration, *, actor: Actor, proven: bool) -> None:
    """Hand a complete draft in, or answer what a registrar asked.

    ``proven``: whether the address is known to be the person's, because they are here by a link that only it was sent, or
    by their account; then it goes where its category wants it (``life.proceed``), else the address gets a message that
    proves it. Sent again it changes nothing. Raises :class:`Invalid` with what is missing, :class:`Conflict` where all
    places are taken and nobody waits. Writes; does not commit.
    """
    if registration.state not in (S.DRAFT, S.RETURNED):
        return
    found = missing(registration)
    if found:
        raise Invalid(found)
    row, held = life.hold(registration.id)
    if row.state is S.RETURNED:
        life.move(row, RegistrationAction.ANSWER, held=held, actor=actor, tell=False)
        return
    if row.state is not S.DRAFT:
        return
    if held.mode is WaitlistMode.CLOSED and not held.free:
        raise Conflict(_("All places are taken."))
    if proven or row.address_confirmed_at is not None:
        if row.user_id is None:
            row.user_id = db.session.scalar(
                select(User.id).where(User.email == row.email, User.email_confirmed_at.is_not(None))
            )
        life.proceed(row, held, actor=actor)
        return
    life.move(row, RegistrationAction.SUBMIT, held=held, actor=actor, tell=False)
    person = queries.person(row.id)
    assert person is not None
    notices.please_confirm(person)


def is_full(category: Category, settings: RegistrationSettings | None = None) -> bool:
    """Return whether nobody more is taken in a category, as far as can be told without a lock."""
    return places.is_full(settings or places.settings_of(category.conference_id), category)
