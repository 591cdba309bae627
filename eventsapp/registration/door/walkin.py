"""Registering somebody who stands at the desk. Named actor, no commit."""

from __future__ import annotations

from flask_babel import gettext as _

from eventsapp.conferences.enums import ConferenceState
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor
from eventsapp.core.errors import Conflict, Invalid
from eventsapp.extensions import db
from eventsapp.registration import life
from eventsapp.registration.badges import service as badges
from eventsapp.registration.badges.models import Badge
from eventsapp.registration.enrolment import service as enrolment
from eventsapp.registration.enrolment.content import PersonData
from eventsapp.registration.enums import Approval
from eventsapp.registration.models import Category, Registration


def may_give(category: Category, *, registrar: bool) -> bool:
    """Return whether an officer at the door may register people in a category: a registrar in any, others where nobody approves."""
    return registrar or (category.open and category.approval is Approval.AUTOMATIC)


def register(
    conference: Conference, data: PersonData, *, registrar: bool, language: str, actor: Actor
) -> tuple[Registration, Badge]:
    """Register a person at once, with a badge; return both. Times and forms of registration do not count at the desk.

    Raises :class:`Invalid` (names of ``PersonData``), :class:`Conflict` when all places are taken, or the conference is
    archived. Writes; does not commit.
    """
    if conference.state is ConferenceState.ARCHIVED:
        raise Conflict(_("An archived conference does not change any more."))
    category = db.session.get(Category, data.category_id)
    if (
        category is None
        or category.conference_id != conference.id
        or not may_give(category, registrar=registrar)
    ):
        raise Invalid({"category_id": _("Choose a category of this conference.")})
    begun = enrolment.begin(conference, data, form=None, language=language, actor=actor)
    registration, held = life.hold(begun.id)
    if not held.free:
        raise Conflict(_("All places are taken."))
    life.admit(registration, held, actor=actor)
    return registration, badges.ensure([registration], actor=actor)[registration.id]
