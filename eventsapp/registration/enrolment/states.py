"""Every state of a registration in words, for the person; and what they can do now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from sqlalchemy import select

from eventsapp.accounts.enums import Permission
from eventsapp.accounts.guards import may
from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.templating import t
from eventsapp.core.web import ActionForm
from eventsapp.extensions import db
from eventsapp.organizations.models import Organization
from eventsapp.registration.enrolment import consents, photos, sealed, shown
from eventsapp.registration.enums import RegistrationState
from eventsapp.registration.models import Registration, RegistrationStep
from eventsapp.registration.panels import Panel
from eventsapp.registration.transitions import GONE, RegistrationAction

S = RegistrationState

TO_HAND_IN: Final = frozenset({S.DRAFT, S.RETURNED})
"""States in which the person has something to complete and send."""


@dataclass(frozen=True, slots=True)
class Words:
    """What a state means. ``level``: of a notice. ``note``: what an officer wrote. ``action``: what the button says, if any."""

    title: str
    text: str
    level: str = ""
    note: str | None = None
    action: str = ""


def may_write(registration: Registration) -> bool:
    """Return whether the person can change what they said."""
    return (
        registration.state not in GONE
        and registration.state is not S.REJECTED
        and registration.erased_at is None
        and registration.conference.state is not ConferenceState.ARCHIVED
    )


def own_form(registration: Registration) -> bool:
    """Return whether the person changes their data on the category's form rather than on the plain one."""
    return (
        registration.form_id is not None
        or registration.state in TO_HAND_IN
        or bool(registration.category.approval != "automatic")
    )


def reason(registration: Registration) -> str | None:
    """Return what the officers wrote with the newest step that asks, rejects or withdraws. One statement."""
    told = (RegistrationAction.ASK, RegistrationAction.REJECT, RegistrationAction.WITHDRAW)
    return db.session.scalar(
        select(RegistrationStep.note)
        .where(RegistrationStep.registration_id == registration.id, RegistrationStep.action.in_(told))
        .order_by(RegistrationStep.at.desc(), RegistrationStep.id.desc())
        .limit(1)
    )


def words(registration: Registration) -> Words | None:
    """Return what to say of a registration first; None where the ticket, or what the desk says, does."""
    made = _WORDS.get(registration.state)
    return made(registration) if made is not None else None


def _draft(row: Registration) -> Words:
    text = _("Nothing is sent to the organizers until you hand it in.")
    nominator: Organization | None = row.nominated_for
    if nominator is not None:
        said = _("%(organization)s nominates you for this conference.", organization=t(nominator.names))
        text = f"{said} {text}"
    return Words(
        _("Your registration is not handed in yet"), text, "warning", action=_("Complete my registration")
    )


def _endorsing(row: Registration) -> Words:
    return Words(
        _("Your organization’s focal point looks at your registration"),
        _("After that the organizers do. You need not do anything; we write to you when it is decided."),
    )


def _in_review(row: Registration) -> Words:
    return Words(
        _("The organizers look at your registration"),
        _("You need not do anything; we write to you when it is decided."),
    )


def _withdrawn(row: Registration) -> Words:
    nominator = row.nominated_for
    text = (
        _("%(organization)s has withdrawn your nomination.", organization=t(nominator.names))
        if nominator is not None
        else ""
    )
    return Words(_("This registration was withdrawn"), text, "bad", reason(row))


_WORDS: Final[Mapping[RegistrationState, Any]] = {
    S.DRAFT: _draft,
    S.ENDORSING: _endorsing,
    S.IN_REVIEW: _in_review,
    S.WITHDRAWN: _withdrawn,
}


# --- what was said, for officers and for the person


def _said(conference: Conference, registration: Registration) -> Mapping[str, Any] | None:
    rows = shown.more_rows(registration)
    page = sealed.of(registration.id)
    agreed = consents.of(registration.id)
    if not rows and page is None and not agreed and registration.photo_id is None:
        return None
    return {
        "rows": rows,
        "photo": photos.address_of(registration),
        "passport": page,
        "may_open": may(Permission.VIEW_SEALED),
        "consents": agreed,
        "action": ActionForm(),
    }


def _own(conference: Conference, registration: Registration) -> Mapping[str, Any] | None:
    rows = shown.more_rows(registration)
    if not rows and registration.photo_id is None:
        return None
    return {"rows": rows}


SAID: Final = Panel("said", "registration/manage/_said.html", _said, 10)
OWN: Final = Panel("said", "registration/_said.html", _own, 50)
