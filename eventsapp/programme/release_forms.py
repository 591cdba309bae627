"""Forms of releases, and of what happens to rooms at the last minute."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import CheckboxesField, Form, TranslatedField
from eventsapp.programme.names import AUDIENCES
from eventsapp.programme.settings_forms import ClosureForm


class ReleaseForm(Form):
    """The note of a release, and who is told of it."""

    notes = TranslatedField(
        _l("Note"),
        multiline=True,
        max_length=1000,
        rows=3,
        description=_l("Shown to everybody on the page of changes."),
    )
    audiences = CheckboxesField(
        _l("Who is told"), choices=[(audience.value, label) for audience, label in AUDIENCES.items()]
    )


class EmergencyForm(ClosureForm):
    """Which room must be closed, from when until when, and why."""

    reasons = TranslatedField(
        _l("Reason"), max_length=200, description=_l("Shown to everybody, with what is changed by it.")
    )


class BumpForm(ClosureForm):
    """Which room a meeting takes, and when."""

    reasons = TranslatedField(_l("Meeting"), max_length=200, description=_l("For the organizers only."))
