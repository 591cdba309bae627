"""Forms of quotas and nominations."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    CountryField,
    DocumentField,
    EmailAddress,
    Form,
    LanguageField,
    RadiosField,
    RowField,
    TextAreaField,
    TextField,
    WholeField,
)
from eventsapp.core.sheets import LARGEST
from eventsapp.organizations.forms import OrganizationField
from eventsapp.registration.models import Registration
from eventsapp.registration.nominations import sheets
from eventsapp.registration.nominations.models import Quota
from eventsapp.registration.nominations.service import MOST_AT_ONCE, Nominee


class PersonForm(Form):
    """Somebody to nominate."""

    name = TextField(
        _l("Name"),
        required=True,
        max_length=Registration.name,
        description=_l("As it shall stand on the badge."),
    )
    email = EmailAddress(
        _l("E-mail address"),
        required=True,
        description=_l(
            "The person's own: we send a link there by which they confirm and complete their data."
        ),
    )
    country = CountryField(_l("Country"))
    job_title = TextField(_l("Position"), max_length=Registration.job_title)
    language = LanguageField(_l("Language in which we write to them"), required=True)

    def nominee(self) -> Nominee:
        """Return what was typed, for the service."""
        return Nominee(
            self.name.data, self.email.data, self.country.data, self.job_title.data, self.language.data
        )


class NominateForm(PersonForm):
    """The same, with the category."""

    category_id = RadiosField(_l("Category"), required=True)

    def offer(self, choices: Sequence[tuple[int, str]]) -> None:
        """Set the categories to choose from."""
        self.category_id.choices = list(choices)


class ReplaceForm(PersonForm):
    """Who comes instead, and a word for the one who does not."""

    note = TextAreaField(
        _l("What to tell the person who is replaced"),
        max_length=1000,
        description=_l("Stands in our message to them."),
    )


class WithdrawForm(Form):
    """A word for the person."""

    note = TextAreaField(
        _l("What to tell the person"), max_length=1000, description=_l("Stands in our message to them.")
    )


class SheetField(DocumentField):
    """A spreadsheet."""

    accept = ".xlsx,.csv"


class SheetForm(Form):
    """A spreadsheet to be looked at."""

    file = SheetField(
        _l("Spreadsheet"),
        required=True,
        removable=False,
        description=_l(
            "XLSX, or CSV in UTF-8; at most %(rows)s rows and %(size)s MB.",
            rows=MOST_AT_ONCE,
            size=LARGEST // 1024 // 1024,
        ),
    )


class NewQuotaForm(Form):
    """A quota that is set."""

    organization = OrganizationField(_l("Organization"), required=True)
    category_id = RowField(_l("Category"), required=True)
    places = WholeField(_l("Places"), required=True, least=0, most=sheets.GREATEST)
    note = TextField(_l("Note"), max_length=Quota.note, description=_l("For the organizers only."))


class QuotaForm(Form):
    """A quota that is changed."""

    places = WholeField(_l("Places"), required=True, least=0, most=sheets.GREATEST)
    note = TextField(_l("Note"), max_length=Quota.note, description=_l("For the organizers only."))
