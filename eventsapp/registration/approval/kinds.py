"""Prepared answers of the approval desk, described for the catalogue of the set-up."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventsapp.accounts.enums import Permission
from eventsapp.conferences import copying
from eventsapp.conferences.catalogue import Column, Kind
from eventsapp.conferences.hooks import Copied
from eventsapp.conferences.models import Conference
from eventsapp.core.audit import Actor
from eventsapp.registration.approval.forms import REPLY_KINDS, ReplyForm
from eventsapp.registration.approval.models import ReplyTemplate

REPLIES = Kind(
    name="replies",
    model=ReplyTemplate,
    form=ReplyForm,
    one=_l("Prepared answer"),
    many=_l("Prepared answers"),
    new=_l("New prepared answer"),
    about=_l(
        "Reasons and questions that the approval desk uses again and again, in the languages of the conference."
    ),
    permission=Permission.EDIT_REGISTRATIONS,
    columns=(Column(_l("It goes with"), lambda row, _conference: REPLY_KINDS[row.kind]),),
)


def copy_replies(source: Conference, target: Conference, copied: Copied, actor: Actor) -> None:
    """Copy the prepared answers of one conference to another, as part of its structure."""
    copying.rows(copied, ReplyTemplate, source, target)
