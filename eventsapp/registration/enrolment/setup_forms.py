"""The forms of the set-up: of a registration form, and of how registration works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    BooleanField,
    DateField,
    EnumField,
    Form,
    LocalDateTimeField,
    RadiosField,
    TextField,
    TranslatedField,
    WholeField,
    fail,
)
from eventsapp.registration.enrolment.building import FormData, SettingsData
from eventsapp.registration.enrolment.content import details_of
from eventsapp.registration.enrolment.shown import DETAILS
from eventsapp.registration.enums import Detail, OverlapRule, WaitlistMode
from eventsapp.registration.models import RegistrationForm, RegistrationSettings

ASKED: Final = (("", _l("Not asked")), ("asked", _l("Asked")), ("required", _l("Required")))
"""How a form can ask a detail."""
WAITLISTS: Final[Mapping[WaitlistMode, object]] = {
    WaitlistMode.AUTOMATIC: _l("The first in the queue is registered at once"),
    WaitlistMode.CONSENT: _l("The first in the queue is offered the place, for a time"),
    WaitlistMode.CLOSED: _l("Nobody waits: when all places are taken, registration says so"),
}
OVERLAPS: Final[Mapping[OverlapRule, object]] = {
    OverlapRule.ALLOWED: _l("Allowed"),
    OverlapRule.WARNED: _l("Allowed, with a warning"),
    OverlapRule.REFUSED: _l("Refused"),
}


class SetupForm(Form):
    """A registration form."""

    names = TranslatedField(
        _l("Name"),
        required_in="default",
        max_length=100,
        description=_l("Such as delegates, media or exhibitors."),
    )
    introductions = TranslatedField(
        _l("Introduction"), multiline=True, markdown=True, max_length=5000, rows=4,
        description=_l("Above the form."),
    )  # fmt: skip
    opens_at = LocalDateTimeField(
        _l("Opens"), description=_l("Empty: with the registration of the conference.")
    )
    closes_at = LocalDateTimeField(
        _l("Closes"), description=_l("Empty: with the registration of the conference.")
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what two fields say together."""
        super().validate(extra_validators)
        opens, closes = self.opens_at.data, self.closes_at.data
        if opens is not None and closes is not None and closes <= opens:
            fail(self.closes_at, _("It has to close after it opens."))
        return not self.errors

    @property
    def details(self) -> list[Any]:
        """The fields of the details, in their order."""
        return [self[f"detail-{one.value}"] for one in Detail]

    def form_data(self) -> FormData:
        """Return what was typed, for the service."""
        asked = {one: self[f"detail-{one.value}"].data for one in Detail}
        return FormData(
            names=self.names.data,
            introductions=self.introductions.data,
            details={one: said == "required" for one, said in asked.items() if said},
            opens_at=self.opens_at.data,
            closes_at=self.closes_at.data,
        )


for _one in Detail:
    setattr(
        SetupForm,
        f"detail-{_one.value}",
        RadiosField(DETAILS[_one], choices=ASKED[1:], blank=ASKED[0][1]),
    )


def values_of(form: RegistrationForm) -> dict[str, Any]:
    """Return what the form begins with for one that there is."""
    asked = details_of(form.details)
    return {
        "names": form.names,
        "introductions": form.introductions,
        "opens_at": form.opens_at,
        "closes_at": form.closes_at,
        **{f"detail-{one.value}": "required" if needed else "asked" for one, needed in asked.items()},
    }


class SettingsForm(Form):
    """How registration works in a conference."""

    capacity = WholeField(_l("Places"), most=1_000_000, description=_l("Empty: as many as come."))
    waitlist = EnumField(_l("When a place becomes free"), labels=WAITLISTS, required=True)
    offer_hours = WholeField(
        _l("Hours for which an offered place is kept"), least=1, most=1000, required=True
    )
    four_eyes = BooleanField(_l("Two registrars have to approve each registration"))
    replace_until = LocalDateTimeField(
        _l("Nominated people can be replaced until"), description=_l("Empty: until registration closes.")
    )
    remind_every = WholeField(
        _l("Days after which nominated people who have not completed their data are reminded"),
        least=1,
        most=365,
        description=_l("Again and again, while registration is open. Empty: never."),
    )
    remind_before = WholeField(
        _l("Days before the end of replacing when they are reminded once more"),
        least=1,
        most=365,
        description=_l("Empty: never."),
    )
    overlaps = EnumField(_l("Booking two events at the same time"), labels=OVERLAPS, required=True)
    release_minutes = WholeField(
        _l("Minutes after the start when seats of those who have not come are given on"),
        most=600,
        description=_l("Empty: never."),
    )
    passports_deleted_on = DateField(
        _l("Last day on which pages of passports are kept"),
        description=_l("Empty: the last day of the conference. They are deleted when the day is over."),
    )
    letter_texts = TranslatedField(
        _l("Text of the confirmation letter"), multiline=True, max_length=5000, rows=4,
        description=_l("Beside the facts, which it always states. Empty: our words."),
    )  # fmt: skip
    letter_signatory = TextField(_l("Who signs the letter"), max_length=RegistrationSettings.letter_signatory)

    def settings_data(self) -> SettingsData:
        """Return what was typed, for the service."""
        return SettingsData(**{name: self[name].data for name in SettingsData.__slots__})
