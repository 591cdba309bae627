"""Forms of the door."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import CountryField, EmailAddress, Form, RowField, TextField
from eventsapp.core.templating import t
from eventsapp.organizations.forms import OrganizationField
from eventsapp.registration.enrolment.content import PersonData
from eventsapp.registration.models import Category, Registration


class WalkInForm(Form):
    """Somebody who stands at the desk."""

    name = TextField(_l("Name"), required=True, max_length=Registration.name)
    email = EmailAddress(_l("E-mail address"), required=True)
    category_id = RowField(_l("Category"), required=True)
    organization = OrganizationField(
        _l("Organization"), allow_new=True, max_length=Registration.organization_name
    )
    country = CountryField(_l("Country"), required=True)

    def offer(self, categories: Sequence[Category]) -> None:
        """Set the categories to choose from."""
        self.category_id.choices = [(category.id, t(category.names)) for category in categories]

    def person(self) -> PersonData:
        """Return what was typed, for the service."""
        return PersonData(
            name=self.name.data,
            email=self.email.data,
            category_id=self.category_id.data,
            country=self.country.data,
            organization_id=self.organization.data,
            organization_name=self.organization.new_name,
        )
