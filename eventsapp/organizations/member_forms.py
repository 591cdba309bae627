"""Forms of those who act for organizations, or want to."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from eventsapp.core.forms import (
    BooleanField,
    CountryField,
    EmailAddress,
    EnumField,
    Form,
    LanguageField,
    ListField,
    PictureField,
    RadiosField,
    TextAreaField,
    TranslatedField,
    UrlField,
    ValidationError,
)
from eventsapp.organizations.enums import OrganizationType
from eventsapp.organizations.forms import ORGANIZATION_TYPES, OrganizationField
from eventsapp.organizations.members import NOTE_MOST
from eventsapp.organizations.merging import Side
from eventsapp.organizations.models import Organization
from eventsapp.organizations.people import MEMBER_ROLES
from eventsapp.organizations.service import OrganizationData


class _Asking(Form):
    role = RadiosField(
        _l("I want to be"),
        choices=list(MEMBER_ROLES.items()),
        required=True,
        description=_l(
            "A focal point speaks for the organization: consents, accepts places, agrees to other people. "
            "A member works on its proposals."
        ),
    )
    note = TextAreaField(
        _l("Who are you there?"),
        required=True,
        max_length=NOTE_MOST,
        rows=3,
        description=_l("Your position, and what helps those who decide to recognize you."),
    )


class AskForm(_Asking):
    """Asking to act for an organization of the directory."""


class ProposeForm(_Asking):
    """An organization that the directory does not have, and who asks to act for it."""

    names = TranslatedField(_l("Name"), required_in="any", max_length=250)
    acronyms = TranslatedField(_l("Acronym"), max_length=40)
    type = EnumField(_l("Type"), labels=ORGANIZATION_TYPES, required=True)
    country = CountryField(_l("Country"), blank=_l("International, or not known"))
    website = UrlField(_l("Website"), max_length=Organization.website)
    anyway = BooleanField(_l("It is another organization: add it all the same"))

    def organization_data(self) -> OrganizationData:
        """Return what was typed of the organization, for the service."""
        return OrganizationData(
            type=self.type.data or OrganizationType.OTHER,
            names=self.names.data,
            acronyms=self.acronyms.data,
            country=self.country.data,
            website=self.website.data,
        )


class CorrectForm(Form):
    """What an organization's own people may change of it."""

    names = TranslatedField(_l("Name"), required_in="any", max_length=250)
    acronyms = TranslatedField(_l("Acronym"), max_length=40)
    aliases = ListField(
        _l("Other names"),
        max_length=250,
        max_items=30,
        description=_l("Former names, other spellings: it is found by them too. One on each line."),
    )
    country = CountryField(_l("Country"), blank=_l("International, or not known"))
    website = UrlField(_l("Website"), max_length=Organization.website)
    logo = PictureField(_l("Logo"), width=640, height=640)
    contact_email = EmailAddress(
        _l("Contact: e-mail"),
        max_length=Organization.contact_email,
        description=_l("Told of changes to the programme. Never shown to the public."),
    )
    contact_language = LanguageField(_l("Language of messages"), blank=_l("As the conference"))

    def organization_data(self, organization: Organization) -> OrganizationData:
        """Return what was typed, for the service; inside ``saving(form)``, as a logo may be refused."""
        return OrganizationData(
            type=organization.type,
            names=self.names.data,
            acronyms=self.acronyms.data,
            aliases=tuple(self.aliases.data),
            country=self.country.data,
            website=self.website.data,
            logo=self.logo.store(),
            contact_email=self.contact_email.data,
            contact_language=self.contact_language.data,
        )


class HandOverForm(Form):
    """Who is the focal point from now on; set ``to.choices`` to (id, name)."""

    to = RadiosField(_l("New focal point"), required=True)
    stay = BooleanField(_l("I go on working here as a member"))


class AppointForm(Form):
    """The secretariat lets somebody act for an organization."""

    email = EmailAddress(_l("E-mail address"), required=True)
    role = RadiosField(_l("Role"), choices=list(MEMBER_ROLES.items()), required=True)


class ChooseTwoForm(Form):
    """Which two entries are one organization."""

    kept = OrganizationField(_l("Stays"), required=True)
    gone = OrganizationField(_l("Becomes part of it"), required=True)


def _side(label: object) -> RadiosField:
    # What is offered is said by the page: the two values beside each other.
    return RadiosField(label, choices=[(side, side.value) for side in Side], required=True)


class MergeForm(Form):
    """Which facts are kept. Fields are named as in ``merging.FACTS``."""

    names = _side(_l("Name"))
    acronyms = _side(_l("Acronym"))
    type = _side(_l("Type"))
    country = _side(_l("Country"))
    website = _side(_l("Website"))
    logo = _side(_l("Logo"))
    contact = _side(_l("Contact: e-mail"))
    sure = BooleanField(_l("They are one organization. I know that this cannot be undone."))

    def validate_sure(self, field: BooleanField) -> None:
        """Without it nothing is merged."""
        if not field.data:
            raise ValidationError(_("Tick the box first."))
