"""What waits for registrars, and how registration stands: for the first page of the workspace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import and_, case, exists, func, select
from sqlalchemy.sql.selectable import ScalarSelect

from eventsapp.accounts.enums import Permission
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.conferences.tasks import Bar, Level, Permissions, Picture, Task
from eventsapp.core import clock, locale, references, templating
from eventsapp.core.translations import pick
from eventsapp.extensions import db
from eventsapp.programme.enums import EventState
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Category, Registration
from eventsapp.registration.rights import EC, A, E, T

_DAYS = 14


def _listed(conference: Conference, **filters: Any) -> str:
    known = "registration_manage.index" in current_app.view_functions
    endpoint = "registration_manage.index" if known else "conferences_manage.overview"
    return url_for(endpoint, conference=conference.slug, **filters)


def tasks(conference: Conference, permissions: Permissions) -> Sequence[Task]:
    """Return what registration wants. Two statements."""
    if conference.state is ConferenceState.ARCHIVED:
        return []
    found = []
    if Permission.VIEW_REGISTRATIONS in permissions:
        late = Registration.created_at < clock.now() - timedelta(days=1)
        state = Registration.state
        unconfirmed, to_approve, for_nobody, code = db.session.execute(
            select(
                func.count(case((and_(state == RegistrationState.SUBMITTED, late), 1))),
                func.count(case((state == RegistrationState.IN_REVIEW, 1))),
                *_open_to_nobody(conference.id),
            ).where(
                Registration.conference_id == conference.id,
                state.in_([RegistrationState.SUBMITTED, RegistrationState.IN_REVIEW]),
            )
        ).one()
        if unconfirmed:
            text = ngettext(
                "%(num)s person has not confirmed the registration for more than a day.",
                "%(num)s people have not confirmed their registrations for more than a day.",
                unconfirmed,
            )
            url = _listed(conference, state="submitted")
            found.append(Task("registration", Level.INFO, text, url, unconfirmed))
        if to_approve and Permission.EDIT_REGISTRATIONS in permissions:
            text = ngettext(
                "%(num)s registration waits for approval.",
                "%(num)s registrations wait for approval.",
                to_approve,
            )
            url = url_for("registration_approval.index", conference=conference.slug)
            found.append(Task("registration", Level.WARNING, text, url, to_approve))
        if for_nobody and Permission.EDIT_REGISTRATIONS in permissions:
            text = ngettext(
                "%(num)s restricted event has neither categories nor tickets: nobody may come to it.",
                "%(num)s restricted events have neither categories nor tickets: nobody may come to them.",
                for_nobody,
            )
            url = url_for("registration_tickets.admission", conference=conference.slug, code=code)
            found.append(Task("registration", Level.WARNING, text, url, for_nobody))
    if Permission.EDIT_REGISTRATIONS in permissions and conference.registration_opens_at is not None:
        categories = db.session.scalar(
            select(func.count()).where(Category.conference_id == conference.id, Category.open)
        )
        if not categories:
            text = _("Nobody can register: there is no open registration category.")
            url = url_for("setup_categories.index", conference=conference.slug)
            found.append(Task("registration", Level.WARNING, text, url))
    return found


def _open_to_nobody(conference_id: int) -> tuple[ScalarSelect[int], ScalarSelect[str]]:
    """Return how many events are restricted to no category and have no ticket, and the code of one, as parts of a statement."""
    where = (
        E.c.conference_id == conference_id,
        E.c.state == EventState.SCHEDULED,
        A.c.by_category.is_(True),
        ~exists().where(EC.c.event_id == E.c.id),
        ~exists().where(T.c.event_id == E.c.id, T.c.revoked_at.is_(None)),
    )
    events = E.join(A, A.c.event_id == E.c.id)
    return (
        select(func.count()).select_from(events).where(*where).scalar_subquery(),
        select(func.min(E.c.code)).select_from(events).where(*where).scalar_subquery(),
    )


def pictures(conference: Conference, permissions: Permissions) -> Sequence[Picture]:
    """Return the registrations by category and of the last two weeks. Two statements."""
    if Permission.VIEW_REGISTRATIONS not in permissions:
        return []
    return [*_by_category(conference), *_by_day(conference)]


def _by_category(conference: Conference) -> Sequence[Picture]:
    rows = db.session.execute(
        select(Category.id, Category.names, Registration.state, func.count(Registration.id))
        .outerjoin(Registration, Registration.category_id == Category.id)
        .where(Category.conference_id == conference.id)
        .group_by(Category.id, Category.position, Registration.state)
        .order_by(Category.position, Category.id)
    )
    counted: dict[int, dict[RegistrationState | None, int]] = {}
    names: dict[int, str] = {}
    for id_, texts, state, count in rows:
        names[id_] = pick(texts, locale.current(), conference.default_language)
        counted.setdefault(id_, {})[state] = count
    bars = tuple(
        Bar(
            names[id_],
            (states.get(RegistrationState.CONFIRMED, 0), states.get(RegistrationState.SUBMITTED, 0)),
            _listed(conference, category=str(id_)),
        )
        for id_, states in counted.items()
    )
    if not any(sum(bar.parts) for bar in bars):
        return []
    series = (_("confirmed"), _("not yet confirmed"))
    return [Picture("registration", _("Registrations by category"), series, bars)]


def _by_day(conference: Conference) -> Sequence[Picture]:
    today = clock.now().date()
    first = today - timedelta(days=_DAYS - 1)
    created = Registration.created_at
    if db.engine.dialect.name == "postgresql":
        # A day depends on the zone of the connection there.
        day = func.date(func.timezone("UTC", created))
    else:
        day = func.date(created)
    rows = db.session.execute(
        select(day, func.count())
        .where(
            Registration.conference_id == conference.id,
            Registration.created_at >= clock.now() - timedelta(days=_DAYS),
        )
        .group_by(day)
    )
    # SQLite gives text, PostgreSQL a date.
    counted = {str(when): count for when, count in rows}
    if not counted:
        return []
    days: list[date] = [first + timedelta(days=n) for n in range(_DAYS)]
    bars = tuple(Bar(templating.day(one, "EEE d MMM"), (counted.get(one.isoformat(), 0),)) for one in days)
    return [
        Picture(
            "registration",
            _("New registrations, last two weeks"),
            (_("registrations"),),
            bars,
            _("Days in UTC."),
        )
    ]


def obstacles(conference_id: int) -> Sequence[str]:
    """Say how many people registered: such a conference is not deleted or hidden any more. One statement."""
    count = db.session.scalar(select(func.count()).where(Registration.conference_id == conference_id)) or 0
    return [ngettext("%(num)s registration", "%(num)s registrations", count)] if count else []


def name_references() -> None:
    """Say what rows of registration's tables are, where something else cannot be deleted because of them."""
    references.words["registration"] = lambda n: str(
        ngettext("%(num)s registration", "%(num)s registrations", n)
    )
