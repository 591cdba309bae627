"""Forms of registration, and the words for its states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    CountryField,
    EmailAddress,
    Form,
    LanguageField,
    RadiosField,
    RowField,
    TextField,
)
from eventsapp.core.templating import t
from eventsapp.core.translations import Texts
from eventsapp.organizations.forms import OrganizationField
from eventsapp.registration.enums import BookingState, RegistrationState
from eventsapp.registration.models import Registration
from eventsapp.registration.service import RegistrationData

REGISTRATION_STATES: Mapping[RegistrationState, object] = {
    RegistrationState.DRAFT: _l("Draft"),
    RegistrationState.SUBMITTED: _l("Address not confirmed"),
    RegistrationState.ENDORSING: _l("Waits for the focal point"),
    RegistrationState.IN_REVIEW: _l("Waits for approval"),
    RegistrationState.RETURNED: _l("More was asked for"),
    RegistrationState.WAITLISTED: _l("On the waiting list"),
    RegistrationState.OFFERED: _l("Offered a place"),
    RegistrationState.CONFIRMED: _l("Registered"),
    RegistrationState.REJECTED: _l("Not approved"),
    RegistrationState.CANCELLED: _l("Cancelled"),
    RegistrationState.WITHDRAWN: _l("Withdrawn"),
}
BOOKING_STATES: Mapping[BookingState, object] = {
    BookingState.CONFIRMED: _l("Seat"),
    BookingState.WAITLISTED: _l("Waiting"),
    BookingState.CANCELLED: _l("Cancelled"),
}

BY_LINK: dict[str, Any] = {"csrf": False}
"""``meta`` of forms on pages whose address is the secret: nobody else can make a form that leads there, and they work
without cookies."""

Categories = Sequence[tuple[int, Texts, Texts]]
"""(id, names, descriptions) of the categories offered."""


class _PersonForm(Form):
    """What all forms about a registration ask."""

    name = TextField(
        _l("Name"),
        required=True,
        max_length=Registration.name,
        description=_l("As it shall stand on your badge."),
        render_kw={"autocomplete": "name"},
    )
    organization = OrganizationField(
        _l("Organization"),
        allow_new=True,
        max_length=Registration.organization_name,
        render_kw={"autocomplete": "organization"},
    )
    country = CountryField(_l("Country"), required=True, render_kw={"autocomplete": "country"})

    category_id: Any
    language: Any = None

    def registration_data(self, *, email: str) -> RegistrationData:
        """Return what was typed, for the service."""
        return RegistrationData(
            name=self.name.data,
            email=email,
            category_id=self.category_id.data,
            country=self.country.data,
            organization_id=self.organization.data,
            organization_name=self.organization.new_name,
            language=self.language.data if self.language is not None else None,
        )

    def fill(self, registration: Registration) -> None:
        """Put the organization that the directory does not have into its field, as it was written."""
        if registration.organization_id is None:
            self.organization.new_name = registration.organization_name


class RegisterForm(_PersonForm):
    """Registering."""

    email = EmailAddress(
        _l("E-mail address"),
        required=True,
        description=_l("We send a link there that confirms it."),
        render_kw={"autocomplete": "email"},
    )
    category_id = RadiosField(_l("You come as"), required=True)

    def offer(self, categories: Categories) -> None:
        """Set the categories to choose from."""
        self.category_id.choices = [(id_, t(names)) for id_, names, _descriptions in categories]


class ChangeForm(_PersonForm):
    """Changing one's own registration; the address stays."""

    category_id = RadiosField(_l("You come as"), required=True)
    language = LanguageField(_l("Language in which we write to you"), required=True)

    def offer(self, categories: Categories) -> None:
        """Set the categories to choose from."""
        self.category_id.choices = [(id_, t(names)) for id_, names, _descriptions in categories]


class EditForm(_PersonForm):
    """Changing a registration as an organizer."""

    email = EmailAddress(
        _l("E-mail address"),
        required=True,
        description=_l("A new address makes the old links worthless and gets a new one."),
    )
    category_id = RowField(_l("Category"), required=True)
    language = LanguageField(_l("Language of messages"), required=True)

    def offer(self, categories: Categories) -> None:
        """Set the categories to choose from."""
        self.category_id.choices = [(id_, t(names)) for id_, names, _descriptions in categories]


class FindForm(Form):
    """Asking for one's link."""

    email = EmailAddress(_l("E-mail address"), required=True, render_kw={"autocomplete": "email"})


class BookForm(Form):
    """Booking a seat for somebody, as an organizer."""

    code = TextField(_l("Code of the event"), required=True, max_length=20)
